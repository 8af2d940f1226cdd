//! Why a bidder's program does not go on, each with a stable code.

use alloc::string::String;
use ximu_basics::{Hash, PublicKey, json::JsonError};
use ximu_procedure::{evaluation::papers::Closed, wire::signed::SignedError};
use ximu_sealed::{Commitment, SealError};

/// Something of a bid cannot be made, or is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BidderError {
    /// An envelope.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A signed command.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// A document in canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member of the draft is not an amount.
    #[error("bid.json: {member}: {why}")]
    Amount {
        /// Which.
        member: String,
        /// What was expected and found.
        why: String,
    },
    /// A member of the draft does not agree with the others.
    #[error("bid.json: {member}: expected {expected}, found {found}")]
    Differs {
        /// Which.
        member: String,
        /// What follows from the others.
        expected: String,
        /// What is stated.
        found: String,
    },
    /// The draft has no price.
    #[error("bid.json: expected a price or lines, found neither")]
    NoPrice,
    /// The text is not a key file.
    #[error("expected a key file (lines ximu-key/1, public, and secret or locked), found something else")]
    KeyFile,
    /// The key file is locked and no passphrase, or another, was given.
    #[error("expected the passphrase the key was locked with, found {found}")]
    Passphrase {
        /// `none` or `another`.
        found: &'static str,
    },
    /// The secret could not be locked.
    #[error("expected a secret that can be locked, found no memory for it")]
    Lock,
    /// The policy cannot be read, or is another.
    #[error("the policy: {0}")]
    Policy(String),
    /// The log is not what was cosigned.
    #[error("the log does not hold: {0}")]
    LogBroken(String),
    /// The log has no such procedure.
    #[error("expected the procedure {0} in the log, found none")]
    Unknown(String),
    /// The register does not know the key.
    #[error("expected a registered key, found {0}, which the register does not know")]
    KeyUnknown(PublicKey),
    /// The tender asks for something that this program does not make.
    #[error("expected a tender with a lot and holders, found none")]
    Tender,
    /// The envelope is too large for a submission.
    #[error("expected an envelope below 4 GiB, found {0} bytes")]
    TooLarge(u64),
    /// The key is not the one that sealed.
    #[error("expected the key {expected} that sealed this bid, found {found}")]
    KeyDiffers {
        /// The sealer.
        expected: PublicKey,
        /// The key at hand.
        found: PublicKey,
    },
    /// The recovery file is of another bid.
    #[error("expected a recovery file of the genesis {expected}, found {found}")]
    OtherBid {
        /// Of the submission.
        expected: Hash,
        /// Of the recovery file.
        found: Hash,
    },
    /// Somebody has not vouched for the seat yet.
    #[error("expected the signature of {0} under the seat, found none")]
    SeatUnvouched(&'static str),
    /// The centre says that the member chose otherwise how its identity is checked.
    #[error("expected this member's own choice how its identity is checked, found another")]
    SeatChoice,
    /// No sheet is asked of this member, or it was given.
    #[error("expected a sheet to be asked for, found none")]
    SheetNotAsked,
    /// The sheet is not of the form.
    #[error("the sheet: expected exactly the bidders asked for, each with every criterion at its decimals")]
    Sheet,
    /// The documents of a bid stay closed for this seat.
    #[error("the documents stay closed: {0}")]
    PapersClosed(Closed),
    /// The centre gave other bytes than the bidder submitted: nothing follows about the bidder.
    #[error(
        "expected the documents that the bidder submitted ({} bytes with root {}), found that the centre gave other bytes ({} bytes with root {})",
        expected.size_bytes, expected.root, found.size_bytes, found.root
    )]
    PapersAltered {
        /// Of the submission.
        expected: Commitment,
        /// Of what came.
        found: Commitment,
    },
    /// An acknowledgement does not hold.
    #[error("the centre's acknowledgement does not hold: {0}")]
    Acknowledgement(&'static str),
    /// A receipt does not hold.
    #[error("the receipt does not hold: {0}")]
    Receipt(String),
}

impl BidderError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            BidderError::Seal(error) => error.code(),
            BidderError::Signed(_) => "command",
            BidderError::Json(_) => "json",
            BidderError::Amount { .. } | BidderError::Differs { .. } | BidderError::NoPrice => "argument",
            BidderError::KeyFile => "key-file",
            BidderError::Passphrase { .. } => "key-passphrase",
            BidderError::Lock => "key-lock",
            BidderError::Policy(_) => "policy",
            BidderError::LogBroken(_) => "log-broken",
            BidderError::Unknown(_) => "procedure-unknown",
            BidderError::KeyUnknown(_) => "key_unknown",
            BidderError::Tender => "context",
            BidderError::TooLarge(_) => "argument",
            BidderError::KeyDiffers { .. } => "key-differs",
            BidderError::OtherBid { .. } => "submission",
            BidderError::SeatUnvouched(_) => "seat-unvouched",
            BidderError::SeatChoice => "seat-differs",
            BidderError::SheetNotAsked => "sheet-not-asked",
            BidderError::Sheet => "sheet-malformed",
            BidderError::PapersClosed(Closed::TooFew) => "papers-missing-shares",
            BidderError::PapersClosed(Closed::Header | Closed::Key | Closed::Broken) => "papers-closed",
            BidderError::PapersAltered { .. } => "papers-altered",
            BidderError::Acknowledgement(_) => "acknowledgement",
            BidderError::Receipt(_) => "receipt",
        }
    }
}
