//! What can be wrong with an escrow, its shares and its holders.

use crate::age::AgeError;
use alloc::string::String;
use ximu_basics::Hash;

/// An escrow stanza, or a share, is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EscrowError {
    /// The stanza is not an escrow of this profile.
    #[error("expected an escrow with {expected}, found {found:?}")]
    Syntax {
        /// What the profile asks for.
        expected: &'static str,
        /// The stanza's arguments.
        found: String,
    },
    /// Threshold or number of holders is impossible.
    #[error("expected 1 <= t <= n <= {max}, found t = {threshold}, n = {holders}")]
    Policy {
        /// The largest number of holders.
        max: usize,
        /// Shares that open.
        threshold: usize,
        /// Shares dealt.
        holders: usize,
    },
    /// The envelope's escrow has another threshold or number of holders than the rules say.
    #[error(
        "expected an escrow {expected_threshold} of {expected_holders}, found {found_threshold} of {found_holders}"
    )]
    OtherPolicy {
        /// Threshold in the rules.
        expected_threshold: usize,
        /// Holders in the rules; 0 when the rules say no escrow.
        expected_holders: usize,
        /// Threshold in the stanza.
        found_threshold: usize,
        /// Holders in the stanza; 0 when there is no escrow stanza.
        found_holders: usize,
    },
    /// The escrow is not the one that the manifest's seed makes: the sealer dealt badly and the envelope is void.
    #[error("expected the escrow that the manifest's seed makes, found another for holder {holder}")]
    Mismatch {
        /// Number of the first holder whose part differs, from 1.
        holder: u8,
    },
    /// A holder's number is outside the escrow.
    #[error("expected a holder from 1 to {holders}, found {found}")]
    Holder {
        /// Number of holders.
        holders: usize,
        /// The number found.
        found: u8,
    },
    /// A holder cannot open its part.
    #[error("expected a part that opens for holder {holder}: {cause}")]
    Part {
        /// The holder's number, from 1.
        holder: u8,
        /// What is wrong with the small file.
        cause: AgeError,
    },
    /// A share is not 81 bytes.
    #[error("expected a share of {expected} bytes, found {found}")]
    ShareLength {
        /// The length of every share.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A holder's part carries another holder's number.
    #[error("expected the share of holder {expected}, found that of holder {found}")]
    ShareIndex {
        /// Place of the part in the stanza, from 1.
        expected: u8,
        /// The number inside.
        found: u8,
    },
    /// A share belongs to another envelope.
    #[error("expected a share for the context {expected}, found one for {found}")]
    ShareContext {
        /// Hash of this envelope's context.
        expected: Hash,
        /// Hash inside the share.
        found: Hash,
    },
    /// A share does not fit its commitment: whoever released it did not release what was dealt.
    #[error(
        "expected a share of holder {holder} that fits its commitment {expected}, found one that makes {found}"
    )]
    ShareCommitment {
        /// The holder's number, from 1.
        holder: u8,
        /// The commitment in the header.
        expected: Hash,
        /// The commitment that the share makes.
        found: Hash,
    },
    /// A released share differs from the one the seed makes.
    #[error("expected the share that the manifest's seed makes, found another from holder {holder}")]
    ShareForeign {
        /// The holder's number, from 1.
        holder: u8,
    },
    /// There are fewer shares than the threshold.
    #[error("expected at least {expected} shares, found {found}")]
    TooFew {
        /// The threshold.
        expected: usize,
        /// Shares given.
        found: usize,
    },
    /// Two shares have the same number.
    #[error("expected one share of holder {holder}, found two")]
    Twice {
        /// The holder's number, from 1.
        holder: u8,
    },
    /// More shares than the threshold were given and they do not lie on one polynomial.
    #[error("expected shares that agree, found that of holder {holder} to differ")]
    Disagree {
        /// The first holder whose share does not fit those before it.
        holder: u8,
    },
}

impl EscrowError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            EscrowError::Syntax { .. } => "seal-escrow-syntax",
            EscrowError::Policy { .. } => "seal-escrow-policy",
            EscrowError::OtherPolicy { .. } => "seal-escrow-other-policy",
            EscrowError::Mismatch { .. } => "seal-escrow-mismatch",
            EscrowError::Holder { .. } => "seal-escrow-holder",
            EscrowError::Part { .. } => "seal-escrow-part",
            EscrowError::ShareLength { .. } => "seal-share-length",
            EscrowError::ShareIndex { .. } => "seal-share-index",
            EscrowError::ShareContext { .. } => "seal-share-context",
            EscrowError::ShareCommitment { .. } => "seal-share-commitment",
            EscrowError::ShareForeign { .. } => "seal-share-foreign",
            EscrowError::TooFew { .. } => "seal-shares-few",
            EscrowError::Twice { .. } => "seal-shares-twice",
            EscrowError::Disagree { .. } => "seal-shares-disagree",
        }
    }
}
