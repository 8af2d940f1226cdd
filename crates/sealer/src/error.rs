//! What can go wrong with envelopes on a disk.

use std::{io, path::PathBuf};
use ximu_sealed::{SealError, age::AgeError, tar::TarError};

/// A file could not be sealed, opened or committed to. Nothing is left behind under the names asked for, except
/// the recovery file, which is written first.
#[derive(Debug, thiserror::Error)]
pub enum SealerError {
    /// The envelope, or the request, is refused.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The file system refused.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Something stands where the result should go. It is never overwritten: it may be a key without a copy.
    #[error("expected a free name, found {} already there; move it away or choose another", path.display())]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// A file changed while it was being sealed.
    #[error("expected {} to stay as it is while it is sealed, found it changed; seal again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A worker thread ended without an answer.
    #[error("expected an answer from every worker, found one gone")]
    WorkerGone,
}

impl SealerError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            SealerError::Seal(refusal) => refusal.code(),
            SealerError::Io { .. } => "sealer-io",
            SealerError::Exists { .. } => "sealer-exists",
            SealerError::Changed { .. } => "sealer-changed",
            SealerError::WorkerGone => "sealer-worker",
        }
    }

    /// For `map_err` on an operation of the file system.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> SealerError {
        let path = path.into();
        move |source| SealerError::Io { action, path, source }
    }
}

impl From<AgeError> for SealerError {
    fn from(refusal: AgeError) -> SealerError {
        SealerError::Seal(refusal.into())
    }
}

impl From<TarError> for SealerError {
    fn from(refusal: TarError) -> SealerError {
        SealerError::Seal(refusal.into())
    }
}
