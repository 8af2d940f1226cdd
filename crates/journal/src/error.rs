//! Why a store does not do what it is asked: refusals, after which it goes on, and fatal errors, after which it must
//! be opened again.

use crate::record::HiddenClass;
use crate::store::SLOTS_PER_BEAT;
use ximu_basics::{Hash, Instant, ProcedureId};

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full; nothing was stored.
    #[error("the disk is full: nothing was stored; free some space and try again")]
    Full,
    /// A row does not continue the sequence it belongs to.
    #[error("{what}: expected to continue at {expected}, found {found}")]
    Gap {
        /// Which sequence.
        what: &'static str,
        /// The next number of the sequence (for a read, the number of leaves).
        expected: u64,
        /// The number that was given.
        found: u64,
    },
    /// A row or a list is longer than its named limit.
    #[error("{what}: expected at most {max}, found {found}")]
    TooLarge {
        /// What was measured.
        what: &'static str,
        /// The limit, in bytes or rows.
        max: u64,
        /// The size that was given.
        found: u64,
    },
    /// A signed command with this hash is already in the journal.
    #[error("the command {id} is already in the journal; look it up instead of appending it again")]
    Duplicate {
        /// Hash of the signed command.
        id: Hash,
    },
    /// The class already has a seed; seeds never change.
    #[error("procedure {procedure} already has a seed for its class {}", class.as_str())]
    SeedExists {
        /// The procedure.
        procedure: ProcedureId,
        /// The class.
        class: HiddenClass,
    },
    /// Two operations of one class stand in the same slot of one beat, or the slot does not exist.
    #[error("expected a free slot below {SLOTS_PER_BEAT} in beat {beat}, found slot {slot}")]
    SlotTaken {
        /// The beat.
        beat: u64,
        /// The slot.
        slot: u16,
    },
    /// The clock went back behind a decision that is already durable.
    #[error("expected a stamp not before {last}, found {found}: the clock went back")]
    StampRegressed {
        /// The newest durable stamp.
        last: Instant,
        /// The stamp that was given.
        found: Instant,
    },
    /// A newer cosigned checkpoint is already kept.
    #[error("expected a cosigned checkpoint of at least {newest} leaves, found one of {found}")]
    CheckpointRegressed {
        /// The size of the newest one.
        newest: u64,
        /// The size that was given.
        found: u64,
    },
    /// Another text was already cosigned for the same size: the log would fork.
    #[error("another checkpoint of {size} leaves is already cosigned: two roots for one size")]
    CheckpointConflict {
        /// The size.
        size: u64,
    },
    /// The data directory, or the library, is not the one that was expected.
    #[error("{what}: expected {expected}, found {found}")]
    Mismatch {
        /// What was compared.
        what: &'static str,
        /// What must stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// Another process owns this data directory.
    #[error("{path} is in use by another process; end it first")]
    Locked {
        /// The lock file.
        path: String,
    },
    /// The stored bytes are not what was stored. Fatal.
    #[error("the journal is damaged: {0}")]
    Corrupt(Damage),
    /// The operating system or the database failed. Fatal: the step may or may not have been stored.
    #[error("{during}: {found}")]
    Io {
        /// What was being done.
        during: &'static str,
        /// The reason in the system's words.
        found: String,
    },
    /// An earlier write failed in an unknown state; open the store again and read what it holds.
    #[error("an earlier write failed; open the journal again before writing")]
    Stopped,
}

impl StoreError {
    /// Whether nothing was stored and the store can go on. Any other error is fatal for this writer.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            StoreError::Full
            | StoreError::Gap { .. }
            | StoreError::TooLarge { .. }
            | StoreError::Duplicate { .. }
            | StoreError::SeedExists { .. }
            | StoreError::SlotTaken { .. }
            | StoreError::StampRegressed { .. }
            | StoreError::CheckpointRegressed { .. }
            | StoreError::CheckpointConflict { .. } => true,
            StoreError::Mismatch { .. }
            | StoreError::Locked { .. }
            | StoreError::Corrupt(_)
            | StoreError::Io { .. }
            | StoreError::Stopped => false,
        }
    }

    /// The stable name of this error for logs and pages.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Full => "store-full",
            StoreError::Gap { .. } => "store-gap",
            StoreError::TooLarge { .. } => "store-too-large",
            StoreError::Duplicate { .. } => "store-duplicate",
            StoreError::SeedExists { .. } => "store-seed-exists",
            StoreError::SlotTaken { .. } => "store-slot-taken",
            StoreError::StampRegressed { .. } => "store-stamp-regressed",
            StoreError::CheckpointRegressed { .. } => "store-checkpoint-regressed",
            StoreError::CheckpointConflict { .. } => "store-checkpoint-conflict",
            StoreError::Mismatch { .. } => "store-mismatch",
            StoreError::Locked { .. } => "store-locked",
            StoreError::Corrupt(_) => "store-corrupt",
            StoreError::Io { .. } => "store-io",
            StoreError::Stopped => "store-stopped",
        }
    }
}

/// What is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// A leaf's bytes no longer hash to its stored hash.
    #[error("leaf {idx} hashes to {found}, stored was {stored}")]
    Leaf {
        /// The leaf.
        idx: u64,
        /// The hash that was stored with it.
        stored: Hash,
        /// The hash of the bytes that stand there now.
        found: Hash,
    },
    /// A leaf that must exist does not.
    #[error("leaf {idx} is missing")]
    MissingLeaf {
        /// The leaf.
        idx: u64,
    },
    /// A row does not have the shape that was written.
    #[error("table {table}: expected {expected}, found {found}")]
    Row {
        /// The table.
        table: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// The database file itself cannot be read as one.
    #[error("{found}")]
    Database {
        /// The database's own words.
        found: String,
    },
}

/// Whether the operating system says that there is no space left, on the disk or within the owner's quota.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}
