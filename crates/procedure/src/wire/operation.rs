//! Operations of hidden classes: what stands behind one slot of a beat (journal 6), or behind one veil (journal 6.5).

use serde::{Deserialize, Serialize};
use ximu_basics::{Instant, PersonId, ProcedureId};

use super::{Outcome, SignedCommand};

/// A command of a hidden class and what followed. Its author gets these exact bytes with the acknowledgement.
///
/// It says nothing of its position among the others: the order is a commitment of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Version of this form: 1.
    pub v: u32,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The beat that will hold it.
    pub beat: u32,
    /// Leaves in the log when it was decided: it was decided on the state of exactly these.
    pub log_size: u64,
    /// When the writer accepted it.
    pub at: Instant,
    /// Who gave the command.
    pub actor: PersonId,
    /// The command, in the exact bytes signed.
    pub signed: SignedCommand,
    /// What followed.
    pub outcome: Outcome,
}

/// A command of the class `panel` and what followed, behind the veil of its number. It was decided on the public state
/// of exactly the leaves before its veil, and on the panel operations before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelOperation {
    /// Version of this form: 1.
    pub v: u32,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The number of its veil.
    pub number: u32,
    /// When the writer accepted it.
    pub at: Instant,
    /// Who gave the command.
    pub actor: PersonId,
    /// The command, in the exact bytes signed.
    pub signed: SignedCommand,
    /// What followed.
    pub outcome: Outcome,
}
