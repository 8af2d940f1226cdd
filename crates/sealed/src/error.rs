//! The crate's refusals under one roof, with their stable codes (sealed-bid 12).

use crate::{
    age::AgeError, context::ContextError, envelope::EnvelopeError, escrow::EscrowError,
    manifest::ManifestError, recovery::RecoveryError, release::ReleaseError, tar::TarError,
};
use ximu_basics::Hash;

/// An envelope cannot be made, or is not what it must be. Every variant is a refusal: the bytes, or the request,
/// are at fault, and doing the same again gives the same answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The file, its header, MAC, keys or chunks.
    #[error(transparent)]
    Age(#[from] AgeError),
    /// The set of stanzas.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The context.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// The escrow and its shares.
    #[error(transparent)]
    Escrow(#[from] EscrowError),
    /// The payload archive.
    #[error(transparent)]
    Tar(#[from] TarError),
    /// The manifest, and files unlike it.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The recovery file.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// The contents of a release.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The ciphertext is not the one committed to.
    #[error(
        "expected a ciphertext of {expected_bytes} bytes with root {expected}, found {found_bytes} bytes, {found}"
    )]
    Commitment {
        /// Root in the record.
        expected: Hash,
        /// Size in the record.
        expected_bytes: u64,
        /// Root of the bytes at hand.
        found: Hash,
        /// Their number.
        found_bytes: u64,
    },
    /// A plaintext offered as remedy is not the one committed to.
    #[error("expected a plaintext with the commitment {expected}, found {found}")]
    PlainCommitment {
        /// Commitment in the record.
        expected: Hash,
        /// Commitment of the plaintext and salt at hand.
        found: Hash,
    },
    /// An envelope that was just sealed did not open to what went in. Nothing may be sent.
    #[error("expected the fresh envelope to open to what was sealed, found a difference in {what}")]
    SelfCheck {
        /// Where they differ.
        what: &'static str,
    },
}

impl SealError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            SealError::Age(refusal) => refusal.code(),
            SealError::Envelope(refusal) => refusal.code(),
            SealError::Context(refusal) => refusal.code(),
            SealError::Escrow(refusal) => refusal.code(),
            SealError::Tar(refusal) => refusal.code(),
            SealError::Manifest(refusal) => refusal.code(),
            SealError::Recovery(refusal) => refusal.code(),
            SealError::Release(refusal) => refusal.code(),
            SealError::Commitment { .. } => "seal-commitment",
            SealError::PlainCommitment { .. } => "seal-plain-commitment",
            SealError::SelfCheck { .. } => "seal-self-check",
        }
    }
}
