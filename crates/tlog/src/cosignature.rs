//! Cosignatures (c2sp.org/tlog-cosignature; log 5): a witness states that at a second it had seen no other history
//! of this log, and nothing larger. Ed25519, type 0x04.
//!
//! Not here: what a witness checks first (`witness.rs`) and how many are enough (`policy.rs`). The suite with
//! ML-DSA-44 (type 0x06) is kept as an unknown signature until it is implemented.

use crate::{
    checkpoint::{Checkpoint, CheckpointError},
    key::{KeyKind, VerifierKey},
    note::{Note, NoteError, Signature},
};
use alloc::{format, string::String, vec::Vec};
use core::fmt;
use ed25519_dalek::{Signer as _, SigningKey};
use ximu_basics::PublicKey;

/// The latest time a cosignature may carry, in seconds since 1970-01-01T00:00:00Z: 2^63 - 1.
pub const TIME_MAX: u64 = i64::MAX as u64;

/// A cosignature cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// The time is 0 or above [`TIME_MAX`].
    #[error("expected a time from 1 to 2^63 - 1 seconds, found {found}")]
    Time {
        /// The time given.
        found: u64,
    },
    /// The text is not a checkpoint; a witness signs nothing else.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A witness's signing key.
#[derive(Clone)]
pub struct Cosigner {
    verifier: VerifierKey,
    secret: SigningKey,
}

impl Cosigner {
    /// The cosigner of this name with the Ed25519 secret key of RFC 8032 (32 bytes); `None` when the name cannot be
    /// a key name. One key per name: the signed message does not hold the name.
    #[must_use]
    pub fn new(name: &str, secret: &[u8; 32]) -> Option<Cosigner> {
        let secret = SigningKey::from_bytes(secret);
        let verifier = VerifierKey::witness(name, &PublicKey(secret.verifying_key().to_bytes())).ok()?;
        Some(Cosigner { verifier, secret })
    }

    /// The public key that checks this cosigner.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a checkpoint's note text at a time, in whole seconds since the Unix epoch.
    ///
    /// The caller has checked consistency and made the new state durable (log 6.2).
    ///
    /// # Errors
    /// [`CosignError`].
    pub fn cosign(&self, text: &str, time_s: u64) -> Result<Signature, CosignError> {
        if time_s == 0 || time_s > TIME_MAX {
            return Err(CosignError::Time { found: time_s });
        }
        Checkpoint::parse(text)?;
        let signature = self.secret.sign(signed_message(text, time_s).as_bytes());
        let mut bytes = time_s.to_be_bytes().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        Ok(Signature { name: self.verifier.name().into(), key_id: self.verifier.id(), bytes })
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cosigner({})", self.verifier)
    }
}

/// The times, in seconds, of all cosignatures of this witness on the note, in the order of the lines; empty when no
/// line is of this witness.
///
/// # Errors
/// [`NoteError::FalseSignature`] when any line of this witness does not verify.
pub fn cosigned_times(note: &Note, witness: &VerifierKey) -> Result<Vec<u64>, NoteError> {
    note.signatures_of(witness)
        .map(|signature| {
            verify(note.text(), signature, witness).ok_or_else(|| NoteError::FalseSignature {
                name: witness.name().into(),
                key_id: witness.id(),
            })
        })
        .collect()
}

/// The time of one cosignature when it is the witness's and valid.
fn verify(text: &str, signature: &Signature, witness: &VerifierKey) -> Option<u64> {
    let (time, ed25519) = signature.bytes.split_first_chunk::<8>()?;
    let time_s = u64::from_be_bytes(*time);
    let valid = witness.kind() == KeyKind::Cosignature
        && time_s != 0
        && time_s <= TIME_MAX
        && witness.verifies(signed_message(text, time_s).as_bytes(), ed25519);
    valid.then_some(time_s)
}

/// The message under a cosignature: two lines and the whole note text.
fn signed_message(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use ximu_basics::Hash;

    fn checkpoint() -> Note {
        Note::new(&Checkpoint::new("log.example", 3, Hash::of(b"root")).to_string()).unwrap()
    }

    #[test]
    fn the_message_is_that_of_the_specification() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        assert_eq!(
            signed_message(text, 1_679_315_147),
            "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
             CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        );
    }

    #[test]
    fn the_time_of_a_published_cosignature_is_read_from_its_first_eight_bytes() {
        let note = Note::parse(
            "t\n\n\u{2014} w ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==\n"
                .as_bytes(),
        )
        .unwrap();
        let bytes = &note.signatures()[0].bytes;
        assert_eq!(bytes.len(), 72);
        assert_eq!(bytes.first_chunk().map(|time| u64::from_be_bytes(*time)), Some(1_727_964_367));
    }

    #[test]
    fn a_cosignature_verifies_and_carries_its_time() {
        let witness = Cosigner::new("witness.example/w1", &[3; 32]).unwrap();
        let mut note = checkpoint();
        assert_eq!(cosigned_times(&note, witness.verifier()), Ok(Vec::new()));
        note.add(witness.cosign(note.text(), 1_700_000_000).unwrap()).unwrap();
        note.add(witness.cosign(note.text(), 1_600_000_000).unwrap()).unwrap();
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        assert_eq!(cosigned_times(&read, witness.verifier()), Ok(alloc::vec![1_700_000_000, 1_600_000_000]));
    }

    #[test]
    fn a_changed_time_text_or_kind_is_false() {
        let witness = Cosigner::new("w1", &[3; 32]).unwrap();
        let good = witness.cosign(checkpoint().text(), 1_700_000_000).unwrap();
        for at in 0..72 {
            let (mut note, mut bad) = (checkpoint(), good.clone());
            bad.bytes[at] ^= 1;
            note.add(bad).unwrap();
            assert!(cosigned_times(&note, witness.verifier()).is_err(), "byte {at}");
        }
        let mut note = Note::new("log.example\n4\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n").unwrap();
        note.add(good.clone()).unwrap();
        assert!(cosigned_times(&note, witness.verifier()).is_err());
        let mut note = checkpoint();
        let short = Signature { bytes: good.bytes[..71].to_vec(), ..good };
        note.add(short).unwrap();
        assert!(cosigned_times(&note, witness.verifier()).is_err());
        assert!(note.is_signed_by(witness.verifier()).is_err(), "a cosignature is no note signature");
    }

    /// A line with a true signature over any time, by a key that claims any kind.
    fn line(key: &VerifierKey, text: &str, time_s: u64) -> Signature {
        let ed25519 = SigningKey::from_bytes(&[3; 32]).sign(signed_message(text, time_s).as_bytes());
        let bytes = [&time_s.to_be_bytes()[..], &ed25519.to_bytes()].concat();
        Signature { name: key.name().into(), key_id: key.id(), bytes }
    }

    #[test]
    fn a_time_out_of_range_and_a_key_of_another_kind_are_false_even_when_signed() {
        let witness = Cosigner::new("w1", &[3; 32]).unwrap().verifier().clone();
        let log = VerifierKey::log("w1", witness.public()).unwrap();
        let cases = [(&witness, 1, true), (&witness, TIME_MAX, true), (&witness, 0, false)];
        for (key, time, expected) in
            cases.into_iter().chain([(&witness, TIME_MAX + 1, false), (&log, 1, false)])
        {
            let mut note = checkpoint();
            note.add(line(key, note.text(), time)).unwrap();
            assert_eq!(cosigned_times(&note, key).is_ok(), expected, "{key} at {time}");
        }
    }

    #[test]
    fn a_witness_signs_checkpoints_only_and_never_without_a_time() {
        let witness = Cosigner::new("w1", &[3; 32]).unwrap();
        assert!(matches!(witness.cosign("any text\n", 1), Err(CosignError::Checkpoint(_))));
        for time in [0, TIME_MAX + 1, u64::MAX] {
            assert_eq!(witness.cosign(checkpoint().text(), time), Err(CosignError::Time { found: time }));
        }
    }
}
