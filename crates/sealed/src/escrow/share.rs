//! One holder's share: opened from the escrow, checked against its commitment, combined with others
//! (sealed-bid 4.3 to 4.5).

use super::{Escrow, EscrowError};
use crate::{
    age::{FileKey, Identity, file, file_key::FILE_KEY_BYTES},
    backend::Portable,
    shamir::{self, SecretBytes},
};
use alloc::vec::Vec;
use core::fmt;
use ximu_basics::Hash;
use zeroize::Zeroizing;

/// Length of a share as bytes: number (1), share (16), salt (32), context hash (32).
pub const SHARE_BYTES: usize = 1 + FILE_KEY_BYTES + 32 + 32;

/// A holder's share of a file key. Secret until it is released.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    /// The holder's number, from 1; also the point at which the polynomials were evaluated.
    pub index: u8,
    /// The value at that point.
    pub value: SecretBytes,
    /// Salt of the commitment.
    pub salt: [u8; 32],
    /// Hash of the context of the envelope that the share opens.
    pub context: Hash,
}

/// The commitment to a share (sealed-bid 4.3).
#[must_use]
pub fn commitment(index: u8, value: &[u8; FILE_KEY_BYTES], salt: &[u8; 32]) -> Hash {
    Hash::of_parts("ximu-share/1", &[&[index], value, salt])
}

impl Share {
    /// A share from its parts, as a release names them.
    #[must_use]
    pub fn new(index: u8, value: [u8; FILE_KEY_BYTES], salt: [u8; 32], context: Hash) -> Share {
        Share { index, value: Zeroizing::new(value), salt, context }
    }

    /// A holder opens its part of an escrow and checks it: number, context, commitment. The header MAC it cannot
    /// check, for that needs the file key; a part moved under another context fails here.
    ///
    /// # Errors
    /// [`EscrowError::Holder`], [`EscrowError::Part`], and those of [`Share::from_bytes`] and [`Share::check`].
    pub fn open(
        escrow: &Escrow,
        context: &Hash,
        holder: u8,
        identity: &Identity,
    ) -> Result<Share, EscrowError> {
        let part = escrow.part(holder)?;
        let plain = file::decrypt::<Portable>(&part.file, identity);
        let plain = Zeroizing::new(plain.map_err(|cause| EscrowError::Part { holder, cause })?);
        let share = Share::from_bytes(&plain)?;
        if share.index != holder {
            return Err(EscrowError::ShareIndex { expected: holder, found: share.index });
        }
        share.check(escrow, context)?;
        Ok(share)
    }

    /// Checks a released share against the header: context, then commitment.
    ///
    /// # Errors
    /// [`EscrowError::Holder`], [`EscrowError::ShareContext`], [`EscrowError::ShareCommitment`].
    pub fn check(&self, escrow: &Escrow, context: &Hash) -> Result<(), EscrowError> {
        let part = escrow.part(self.index)?;
        if self.context != *context {
            return Err(EscrowError::ShareContext { expected: *context, found: self.context });
        }
        let (expected, found) = (part.commitment, self.commitment());
        if expected != found {
            return Err(EscrowError::ShareCommitment { holder: self.index, expected, found });
        }
        Ok(())
    }

    /// The commitment to this share.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        commitment(self.index, &self.value, &self.salt)
    }

    /// The share in its fixed layout.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(SHARE_BYTES));
        bytes.push(self.index);
        bytes.extend_from_slice(self.value.as_slice());
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(self.context.as_bytes());
        bytes
    }

    /// Reads a share from its fixed layout.
    ///
    /// # Errors
    /// [`EscrowError::ShareLength`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Share, EscrowError> {
        let read = || {
            let (index, rest) = bytes.split_first()?;
            let (value, rest) = rest.split_first_chunk()?;
            let (salt, rest) = rest.split_first_chunk()?;
            let context = Hash(rest.try_into().ok()?);
            Some(Share { index: *index, value: Zeroizing::new(*value), salt: *salt, context })
        };
        read().ok_or(EscrowError::ShareLength { expected: SHARE_BYTES, found: bytes.len() })
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Share(secret of holder {})", self.index)
    }
}

/// Combines at least `threshold` shares into a file key. The order of the shares does not matter; shares beyond
/// the threshold must agree with the others. The key says nothing until the header MAC has been checked with it,
/// which is why the only use of it is `EnvelopeHeader::check_key`.
///
/// # Errors
/// [`EscrowError::TooFew`], [`EscrowError::Twice`], [`EscrowError::Disagree`], [`EscrowError::Holder`] for a
/// share numbered 0, [`EscrowError::ShareContext`] when the shares are of different envelopes.
pub fn combine(shares: &[Share], threshold: u8) -> Result<FileKey, EscrowError> {
    let threshold = usize::from(threshold);
    if shares.len() < threshold || threshold == 0 {
        return Err(EscrowError::TooFew { expected: threshold.max(1), found: shares.len() });
    }
    let mut sorted: Vec<&Share> = shares.iter().collect();
    sorted.sort_by_key(|share| share.index);
    for (share, next) in sorted.iter().zip(sorted.iter().skip(1)) {
        if share.index == next.index {
            return Err(EscrowError::Twice { holder: share.index });
        }
        if share.context != next.context {
            return Err(EscrowError::ShareContext { expected: share.context, found: next.context });
        }
    }
    if let Some(zero) = sorted.iter().find(|share| share.index == 0) {
        return Err(EscrowError::Holder { holders: super::HOLDERS_MAX, found: zero.index });
    }
    let (base, extra) = sorted.split_at_checked(threshold).unwrap_or_default();
    let points: Vec<_> = base.iter().map(|share| (share.index, &*share.value)).collect();
    for share in extra {
        if shamir::interpolate(&points, share.index) != share.value {
            return Err(EscrowError::Disagree { holder: share.index });
        }
    }
    Ok(FileKey::from_bytes(*shamir::interpolate(&points, 0)))
}
