//! Why a mirror could not be brought up to a checkpoint.

use crate::durable::DiskError;
use ximu_basics::Hash;
use ximu_tlog::{bundle::BundleError, tile::TileError};

/// The mirror could not be brought up to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError<Failure> {
    /// An entry bundle or a tile could not be fetched.
    #[error("{0}")]
    Fetch(Failure),
    /// The log does not have a bundle or tile that its own checkpoint covers.
    #[error("expected {path}, which a cosigned checkpoint covers; found none")]
    Missing {
        /// The path.
        path: String,
    },
    /// A bundle is malformed.
    #[error("{bundle}: {fault}")]
    Malformed {
        /// The bundle's path.
        bundle: String,
        /// What is wrong.
        fault: BundleError,
    },
    /// A tile is malformed.
    #[error(transparent)]
    Tile(TileError),
    /// The log is larger than what this peer keeps of one.
    #[error("expected at most {max} {what} of one log, found {found}")]
    Full {
        /// Leaves, or bytes.
        what: &'static str,
        /// The most.
        max: u64,
        /// What the checkpoint covers, or what was fetched so far.
        found: u64,
    },
    /// The entries do not lead to the root of the checkpoint.
    #[error("expected entries that lead to the root {expected} at size {size}, found {found}")]
    Root {
        /// The checkpoint's size.
        size: u64,
        /// The checkpoint's root.
        expected: Hash,
        /// Where the entries lead.
        found: Hash,
    },
    /// The checkpoint contradicts the entries kept under an earlier one.
    #[error("expected the root {expected} at size {size}, as the entries kept here have; found {found}")]
    Fork {
        /// The size.
        size: u64,
        /// The root of the entries kept.
        expected: Hash,
        /// The root in the checkpoint.
        found: Hash,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl<Failure> MirrorError<Failure> {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            MirrorError::Fetch(_) => "mirror-fetch",
            MirrorError::Missing { .. } => "mirror-missing",
            MirrorError::Malformed { .. } | MirrorError::Tile(_) => "mirror-malformed",
            MirrorError::Full { .. } => "mirror-full",
            MirrorError::Root { .. } => "mirror-root",
            MirrorError::Fork { .. } => "log-forked",
            MirrorError::Disk(error) => error.code(),
        }
    }
}
