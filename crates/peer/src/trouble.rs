//! Why a peer does not do what it is asked: a stable code, a sentence, an HTTP status.

use crate::durable::DiskError;

/// A request that was not done. Nothing was promised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Trouble {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: &'static str,
    /// What was expected, what was found, what to do.
    pub detail: String,
    /// After how many seconds the same request may succeed.
    pub retry_after_s: Option<u32>,
}

impl Trouble {
    /// The request itself is wrong; repeating it does not help.
    #[must_use]
    pub fn refused(status: u16, code: &'static str, detail: impl Into<String>) -> Trouble {
        Trouble { status, code, detail: detail.into(), retry_after_s: None }
    }

    /// The peer cannot do it now; the same request may be repeated.
    #[must_use]
    pub fn now(code: &'static str, detail: impl Into<String>) -> Trouble {
        Trouble { status: 503, code, detail: detail.into(), retry_after_s: Some(5) }
    }

    /// The peer cannot do it until its operator acts.
    #[must_use]
    pub fn halted(code: &'static str, detail: impl Into<String>) -> Trouble {
        Trouble { status: 503, code, detail: detail.into(), retry_after_s: None }
    }

    /// The peer does not work for this log. A foreign log and a misspelled one answer alike.
    #[must_use]
    pub fn unknown_log() -> Trouble {
        Trouble::refused(404, "log-unknown", "expected a log that this peer works for")
    }

    /// There is no such copy, or none for the one who asks.
    #[must_use]
    pub fn unknown_copy() -> Trouble {
        Trouble::refused(404, "copy-unknown", "expected a copy that is kept here")
    }
}

impl From<DiskError> for Trouble {
    /// What the disk said stays in the peer's own log: paths are nobody else's business.
    fn from(error: DiskError) -> Trouble {
        match error {
            DiskError::Full => {
                Trouble::now("disk-full", "the disk is full: nothing was stored; try again later")
            }
            DiskError::Io { .. } | DiskError::Damaged { .. } | DiskError::Locked { .. } => {
                tracing::error!(code = error.code(), "{error}");
                Trouble::now(error.code(), "the disk failed: nothing was promised; ask the peer's operator")
            }
        }
    }
}
