//! A failure: which check failed, where, and what was found (verify 8.4). Not here: sentences for people (`code`).

use alloc::string::{String, ToString};
use core::fmt;
use serde::{Serialize, Serializer};
use ximu_basics::ProcedureId;

use crate::code::Code;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code} at {entry}: {detail}")]
pub struct Failure {
    /// Which check.
    pub code: Code,
    /// Where.
    pub entry: Place,
    /// What was expected and what was found, for people; not stable.
    pub detail: String,
}

impl Failure {
    /// A failure at a place.
    pub fn new(code: Code, entry: Place, detail: impl ToString) -> Failure {
        Failure { code, entry, detail: detail.to_string() }
    }
}

/// Where a failure is; in JSON the text that [`fmt::Display`] gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The bundle as a whole: `bundle`.
    Bundle,
    /// What the bundle is compared with: `other`.
    Other,
    /// The report given beside the bundle: `report`.
    Report,
    /// A file of the bundle: `file` and its path.
    File(String),
    /// A leaf of the log, by index: `leaf` and the number.
    Leaf(u64),
    /// A disclosed operation: `operation`, the procedure, the order number.
    Operation(ProcedureId, u64),
    /// A disclosed operation of a committee: `panel`, the procedure, the number of its veil.
    Panel(ProcedureId, u64),
    /// A checkpoint, by size: `checkpoint` and the number.
    Checkpoint(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Bundle => formatter.write_str("bundle"),
            Place::Other => formatter.write_str("other"),
            Place::Report => formatter.write_str("report"),
            Place::File(path) => write!(formatter, "file {path}"),
            Place::Leaf(index) => write!(formatter, "leaf {index}"),
            Place::Operation(procedure, order) => write!(formatter, "operation {procedure} {order}"),
            Place::Panel(procedure, number) => write!(formatter, "panel {procedure} {number}"),
            Place::Checkpoint(size) => write!(formatter, "checkpoint {size}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
