//! Other centres, as the office needs them: witnesses and the keeper of second copies. `ximu-client` speaks HTTP to
//! them; tests play them in memory.

use std::io::Read;
use ximu_basics::{Hash, ProcedureId, Signature};

/// The witnesses of the policy, by name. Each call is one attempt with a time limit of its own; the office repeats.
/// Called from one thread per witness at a time.
pub trait Witnesses: Send + Sync {
    /// Submits a checkpoint: the body of a C2SP `add-checkpoint` request. The answer's body: signature lines.
    ///
    /// # Errors
    /// [`WitnessError`].
    fn add_checkpoint(&self, witness: &str, body: &str) -> Result<String, WitnessError>;

    /// The newest checkpoint of this origin that the witness has cosigned, as a signed note; `None` when it has
    /// cosigned none.
    ///
    /// # Errors
    /// [`WitnessError`].
    fn newest(&self, witness: &str, origin: &str) -> Result<Option<String>, WitnessError>;

    /// One entry bundle of the witness's mirror of this origin, by its C2SP path (`tile/entries/...`).
    ///
    /// # Errors
    /// [`WitnessError`].
    fn mirrored(&self, witness: &str, origin: &str, path: &str) -> Result<Vec<u8>, WitnessError>;
}

/// Why a witness gave no cosignature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// 409: it stands at another size than the request assumed.
    #[error("the witness stands at {size} leaves")]
    Conflict {
        /// Its newest cosigned size.
        size: u64,
    },
    /// It answered and refused.
    #[error("the witness answered {status}: {found}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said.
        found: String,
    },
    /// It did not answer in time, or not in a form that means anything.
    #[error("the witness cannot be reached: {found}")]
    Unreachable {
        /// What happened.
        found: String,
    },
}

impl WitnessError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            WitnessError::Conflict { .. } => "witness-conflict",
            WitnessError::Refused { .. } => "witness-refused",
            WitnessError::Unreachable { .. } => "witness-unreachable",
        }
    }
}

/// A request to the keeper of second copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustodyRequest<'a> {
    /// The keeper's name.
    pub peer: &'a str,
    /// This log.
    pub origin: &'a str,
    /// The procedure.
    pub procedure: &'a ProcedureId,
    /// The ciphertext's commitment.
    pub commitment: &'a Hash,
    /// Its size in bytes.
    pub bytes: u32,
    /// The centre's signature over [`crate::statement::custody_request`].
    pub signature: &'a Signature,
}

/// The keepers of second copies, by name. Each call is one attempt with a time limit of its own.
pub trait Custody: Send + Sync {
    /// Has the ciphertext kept. The answer is the keeper's signature over
    /// [`ximu_procedure::wire::command::custody_statement`], given when the copy is durable there. Idempotent.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn store(&self, request: CustodyRequest<'_>, reader: &mut dyn Read) -> Result<Signature, CustodyError>;

    /// Gets the copy back, to repair a damaged one. The caller checks the bytes.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn fetch(&self, request: CustodyRequest<'_>) -> Result<Box<dyn Read + Send>, CustodyError>;
}

/// Why there is no second copy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustodyError {
    /// It answered and refused.
    #[error("the custody centre answered {status}: {found}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said.
        found: String,
    },
    /// It did not answer in time, or not in a form that means anything.
    #[error("the custody centre cannot be reached: {found}")]
    Unreachable {
        /// What happened.
        found: String,
    },
}
