//! Answers: what became of a command. Plain values for web and command line.

use crate::Acknowledgement;
use ximu_basics::{Hash, Instant, ProcedureId, PublicKey, Signature};
use ximu_procedure::wire::Refusal;

/// What became of a signed command. Repeating the command repeats the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It happened.
    Accepted(Recorded),
    /// It did not happen. What bidders and holders are refused is recorded and receipted like what happens; other
    /// refusals are an answer only.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The record of the refusal, when there is one.
        recorded: Option<Recorded>,
    },
}

impl Answer {
    /// The same answer for whoever repeats the command.
    #[must_use]
    pub fn repeated(mut self) -> Answer {
        if let Answer::Accepted(recorded) = &mut self {
            recorded.listing = None;
        }
        self
    }

    /// The record behind the answer, when there is one.
    #[must_use]
    pub fn recorded(&self) -> Option<&Recorded> {
        match self {
            Answer::Accepted(recorded) => Some(recorded),
            Answer::Refused { recorded, .. } => recorded.as_ref(),
        }
    }
}

/// A durable record of a command and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The centre's signed word.
    pub acknowledgement: Acknowledgement,
    /// The exact bytes of the operation (sealed class) or of the leaf with the entry (public), canonical JSON.
    pub subject: String,
    /// The applications that a look was given for; once, and never when the command is repeated (enter 5.3).
    pub listing: Option<String>,
}

/// Where the proof of a recorded command stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptState {
    /// No recorded command has this id.
    Unknown,
    /// The operation waits for its beat.
    WaitsForBeat {
        /// When the beat falls; the instant of CLOSE is not known before, and then it is `None`.
        scheduled: Option<Instant>,
    },
    /// It is in the log and waits for a cosigned checkpoint.
    WaitsForCosignatures,
    /// The proof, canonical JSON: a [`ximu_tlog::receipt::Receipt`] of an operation, an
    /// [`crate::receipts::EntryReceipt`] of a public entry.
    Ready(String),
}

/// What somebody wants to upload, and that they may. The signature is over
/// [`crate::statement::upload`] or [`crate::statement::document`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadHead {
    /// For which procedure.
    pub procedure: ProcedureId,
    /// The commitment of the ciphertext (sealed-bid 7).
    pub commitment: Hash,
    /// Its size in bytes.
    pub bytes: u64,
    /// The uploader's key.
    pub key: PublicKey,
    /// The uploader's signature.
    pub signature: Signature,
}

/// What an officer wants to publish as a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHead {
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Its size in bytes.
    pub bytes: u64,
    /// The officer's key.
    pub key: PublicKey,
    /// The officer's signature over [`crate::statement::document`].
    pub signature: Signature,
}

/// A ciphertext that is on two disks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// Its commitment.
    pub commitment: Hash,
    /// Its size in bytes.
    pub bytes: u32,
    /// The custody centre's signature, which goes into the submission.
    pub custody: Signature,
}

/// One public entry of a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEntry {
    /// Its number among the procedure's entries, from 0.
    pub number: u32,
    /// Its leaf index in the log.
    pub leaf: u64,
    /// The leaf's exact bytes, canonical JSON.
    pub bytes: String,
}
