//! What stands in a follower's way, and how it is said.

use crate::{
    conditions::Unmet, health::Weight, holder::HolderError, mirror::MirrorError, replaying::Halt,
    source::SourceError,
};
use ximu_basics::ProcedureId;

/// What is said of a trouble.
pub(super) struct Said {
    pub(super) code: String,
    pub(super) detail: String,
    pub(super) weight: Weight,
}

impl From<&Trouble> for Said {
    fn from(trouble: &Trouble) -> Said {
        let silent = matches!(trouble, Trouble::Source(_) | Trouble::Mirror(MirrorError::Fetch(_)));
        let weight = if silent { Weight::Waits } else { Weight::Wrong };
        Said { code: trouble.code(), detail: trouble.to_string(), weight }
    }
}

impl From<&Halt> for Said {
    fn from(halt: &Halt) -> Said {
        let weight = if matches!(halt, Halt::Source(_)) { Weight::Waits } else { Weight::Wrong };
        Said { code: halt.code(), detail: halt.to_string(), weight }
    }
}

impl Said {
    /// What keeps this peer from answering in a procedure.
    pub(super) fn of(procedure: &ProcedureId, refusal: &Refusal) -> Said {
        Said { detail: format!("{procedure}: {refusal}"), ..Said::from(refusal) }
    }
}

impl From<&Refusal> for Said {
    fn from(refusal: &Refusal) -> Said {
        match refusal {
            Refusal::Halt(halt) => Said::from(halt),
            Refusal::Unmet(_) | Refusal::Holder(_) => {
                Said { code: refusal.code(), detail: refusal.to_string(), weight: Weight::Wrong }
            }
            Refusal::Source(error) => {
                let weight = if error.passes() { Weight::Waits } else { Weight::Wrong };
                Said { code: refusal.code(), detail: refusal.to_string(), weight }
            }
        }
    }
}

/// Why the newest checkpoint was not taken in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("expected a checkpoint that holds under this peer's policy, found: {found}")]
    Untrusted { found: String },
    #[error(transparent)]
    Mirror(MirrorError<SourceError>),
}

impl Trouble {
    fn code(&self) -> String {
        match self {
            Trouble::Source(error) => error.code.clone(),
            Trouble::Untrusted { .. } => "checkpoint-untrusted".to_owned(),
            Trouble::Mirror(error) => error.code().to_owned(),
        }
    }
}

/// Why the shares of one procedure were not released.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Unmet(#[from] Unmet),
    #[error(transparent)]
    Holder(#[from] HolderError),
    #[error(transparent)]
    Halt(#[from] Halt),
    #[error("the centre did not take the release: {0}")]
    Source(#[from] SourceError),
}

impl Refusal {
    pub(super) fn code(&self) -> String {
        match self {
            Refusal::Unmet(unmet) => unmet.code().to_owned(),
            Refusal::Holder(error) => error.code().to_owned(),
            Refusal::Halt(halt) => halt.code(),
            Refusal::Source(error) => error.code.clone(),
        }
    }
}
