//! The stanza `ximu/escrow <t> <n>`: n commitments, then n small age files of one fixed length (sealed-bid 4.1).

use super::{EscrowError, share::SHARE_BYTES};
use crate::{
    age::{Stanza, stream},
    backend::TAG_BYTES,
};
use alloc::{string::ToString, vec, vec::Vec};
use ximu_basics::Hash;

/// The stanza's kind.
pub const KIND: &str = "ximu/escrow";

/// The largest number of holders: the provinces and one more. It keeps the header under 16 KiB.
pub const HOLDERS_MAX: usize = 32;

/// Length of one part: an age header with one X25519 stanza (168), the nonce, one chunk with a share.
pub const PART_BYTES: usize = 168 + stream::NONCE_BYTES + SHARE_BYTES + TAG_BYTES;

/// The parts of an escrow as they stand in the header. Nothing here is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escrow {
    /// How many shares open the envelope (t).
    pub threshold: u8,
    /// One part for each holder, in the order of the rules; holder number 1 comes first.
    pub parts: Vec<Part>,
}

/// What the escrow holds for one holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Commitment to the holder's number, share and salt.
    pub commitment: Hash,
    /// The small age file for the holder.
    pub file: [u8; PART_BYTES],
}

impl Escrow {
    /// The escrow as a stanza.
    #[must_use]
    pub fn to_stanza(&self) -> Stanza {
        let commitments = self.parts.iter().map(|part| part.commitment.as_bytes().as_slice());
        let files = self.parts.iter().map(|part| part.file.as_slice());
        Stanza {
            kind: KIND.to_string(),
            args: vec![self.threshold.to_string(), self.parts.len().to_string()],
            body: commitments.chain(files).flatten().copied().collect(),
        }
    }

    /// Reads an escrow stanza; the small files are not opened.
    ///
    /// # Errors
    /// [`EscrowError::Syntax`], [`EscrowError::Policy`].
    pub fn from_stanza(stanza: &Stanza) -> Result<Escrow, EscrowError> {
        let refuse = |expected| EscrowError::Syntax {
            expected,
            found: stanza.args.join(" ").chars().take(80).collect(),
        };
        let [threshold, holders] = stanza.args.as_slice() else { return Err(refuse("t and n")) };
        let number = |text: &str| text.parse().ok().filter(|number: &u8| number.to_string() == text);
        let (Some(threshold), Some(holders)) = (number(threshold), number(holders)) else {
            return Err(refuse("t and n as plain numbers"));
        };
        check_policy(usize::from(threshold), usize::from(holders))?;
        let holders = usize::from(holders);
        if stanza.body.len() != holders * (32 + PART_BYTES) {
            return Err(refuse("a body of n times 313 bytes"));
        }
        let (commitments, files) = stanza.body.split_at_checked(holders * 32).unwrap_or_default();
        let parts = commitments.chunks_exact(32).zip(files.chunks_exact(PART_BYTES));
        let parts = parts.map(|(commitment, file)| {
            let commitment = Hash(commitment.try_into().map_err(|_| refuse("commitments of 32 bytes"))?);
            Ok(Part { commitment, file: file.try_into().map_err(|_| refuse("files of 281 bytes"))? })
        });
        Ok(Escrow { threshold, parts: parts.collect::<Result<_, EscrowError>>()? })
    }

    /// The part of a holder, numbered from 1.
    ///
    /// # Errors
    /// [`EscrowError::Holder`].
    pub fn part(&self, holder: u8) -> Result<&Part, EscrowError> {
        let part = usize::from(holder).checked_sub(1).and_then(|place| self.parts.get(place));
        part.ok_or(EscrowError::Holder { holders: self.parts.len(), found: holder })
    }
}

/// Refuses a threshold or a number of holders that cannot be.
///
/// # Errors
/// [`EscrowError::Policy`].
pub fn check_policy(threshold: usize, holders: usize) -> Result<(), EscrowError> {
    if 1 <= threshold && threshold <= holders && holders <= HOLDERS_MAX {
        Ok(())
    } else {
        Err(EscrowError::Policy { max: HOLDERS_MAX, threshold, holders })
    }
}
