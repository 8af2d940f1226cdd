//! The contract of a journal store.
//!
//! A store keeps facts; it does not judge them. It refuses only what would break its own order: a gap, a
//! repetition, an oversized row, a clock that went back (`check.rs`).

use crate::error::StoreError;
use crate::record::{Batch, Cosigned, Found, HiddenClass, Leaf, Operation, OutboxRow};
use std::ops::Range;
use ximu_basics::{Hash, Instant, ProcedureId, Seed};

/// The longest leaf, operation or outbox payload, in bytes: what a C2SP entry bundle can carry (a 16-bit length).
pub const LEAF_BYTES_MAX: usize = 65_535;
/// The most rows of one kind in one batch: two full beats.
pub const BATCH_ROWS_MAX: usize = 8_192;
/// The most leaves one read may ask for: sixteen full tiles, at most 256 MiB.
pub const READ_LEAVES_MAX: u64 = 4_096;
/// Slots of one beat (trust 3: a tree of fixed depth 12).
pub const SLOTS_PER_BEAT: u16 = 4_096;
/// The greatest beat number: what canonical JSON can carry (2^53 - 1).
pub const BEAT_MAX: u64 = (1 << 53) - 1;
pub use ximu_tlog::note::NOTE_BYTES_MAX;

/// The write side of a journal. There is one per data directory and one thread owns it.
///
/// Durable means: written and flushed to the disk, so that a power cut directly after the return loses nothing.
/// Nobody retries inside. After a refusal ([`StoreError::is_refusal`]) nothing was stored and the next call works.
/// After any other error the caller does not know whether the step was stored: every later write answers
/// [`StoreError::Stopped`] until the store is opened again and read.
pub trait Store: Send {
    /// Appends a batch in one transaction: leaves, operations, seeds, outbox rows and the stamp. Durable on return.
    ///
    /// # Errors
    /// Refusals: [`StoreError::Full`] (try again when there is space; no restart is needed), [`StoreError::Gap`],
    /// [`StoreError::TooLarge`], [`StoreError::Duplicate`], [`StoreError::SeedExists`],
    /// [`StoreError::SlotTaken`], [`StoreError::StampRegressed`]. Fatal: all others.
    fn append(&mut self, batch: &Batch) -> Result<(), StoreError>;

    /// Keeps a cosigned checkpoint, whose tiles must be durable before. Durable on return. Repeating the newest size with the same signed text changes
    /// nothing, even when the signatures differ: the first cosignatures are the ones that count.
    ///
    /// # Errors
    /// Refusals: [`StoreError::Full`], [`StoreError::Gap`] (it covers leaves that are not here),
    /// [`StoreError::TooLarge`], [`StoreError::CheckpointRegressed`], [`StoreError::CheckpointConflict`].
    fn cosigned(&mut self, size: u64, note: &str) -> Result<(), StoreError>;

    /// Marks outbox rows as done. Durable on return; repeating it changes nothing.
    ///
    /// # Errors
    /// Refusal: [`StoreError::Full`]. A number that was never given out is ignored.
    fn outbox_done(&mut self, seqs: &[u64]) -> Result<(), StoreError>;

    /// A new read side, independent of this writer and of other readers.
    ///
    /// # Errors
    /// [`StoreError::Io`] and [`StoreError::Corrupt`].
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError>;
}

/// The read side of a journal. Each call sees everything that was durable when it began; two calls may see
/// different states, of which the later contains the earlier.
///
/// Every call can fail with [`StoreError::Io`] or [`StoreError::Corrupt`]; only further errors are listed.
pub trait Reader: Send {
    /// The number of leaves.
    ///
    /// # Errors
    /// See the trait.
    fn size(&self) -> Result<u64, StoreError>;

    /// Exactly these leaves, in order. Each hash is recomputed from the stored bytes and compared with the stored
    /// hash, so that a leaf damaged on disk is never hashed into a tree.
    ///
    /// # Errors
    /// [`StoreError::Gap`] when the range goes beyond the log, [`StoreError::TooLarge`] when it is longer than
    /// [`READ_LEAVES_MAX`].
    fn leaves(&self, range: Range<u64>) -> Result<Vec<Leaf>, StoreError>;

    /// The hidden operations of one class, in order of acceptance.
    ///
    /// # Errors
    /// See the trait.
    fn operations(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<Vec<Operation>, StoreError>;

    /// Those of one beat, in order of acceptance; how long it takes does not depend on the other beats.
    ///
    /// # Errors
    /// See the trait.
    fn operations_of_beat(
        &self,
        procedure: &ProcedureId,
        class: HiddenClass,
        beat: u64,
    ) -> Result<Vec<Operation>, StoreError>;

    /// What became of the signed command with this hash.
    ///
    /// # Errors
    /// See the trait.
    fn find(&self, id: &Hash) -> Result<Option<Found>, StoreError>;

    /// The secret seed of a class.
    ///
    /// # Errors
    /// See the trait.
    fn seed(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<Option<Seed>, StoreError>;

    /// The cosigned checkpoint that covers most.
    ///
    /// # Errors
    /// See the trait.
    fn newest_cosigned(&self) -> Result<Option<Cosigned>, StoreError>;

    /// The smallest cosigned checkpoint that covers the leaf at `idx`: the one that fixes its cosigned time.
    ///
    /// # Errors
    /// See the trait.
    fn cosigned_covering(&self, idx: u64) -> Result<Option<Cosigned>, StoreError>;

    /// Every cosigned checkpoint, ascending by size.
    ///
    /// # Errors
    /// See the trait.
    fn cosigned_all(&self) -> Result<Vec<Cosigned>, StoreError>;

    /// The oldest rows of the outbox that are not done, at most `limit`.
    ///
    /// # Errors
    /// See the trait.
    fn outbox_pending(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError>;

    /// The stamp of the newest batch; `None` before the first. A writer stops hard when its clock stands before it.
    ///
    /// # Errors
    /// See the trait.
    fn last_stamp(&self) -> Result<Option<Instant>, StoreError>;

    /// The origin line of this log.
    ///
    /// # Errors
    /// See the trait.
    fn origin(&self) -> Result<String, StoreError>;
}
