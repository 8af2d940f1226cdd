//! The facts a journal keeps: leaves, hidden operations, seeds, cosigned checkpoints, outbox rows.
//!
//! Plain values. The bytes of a leaf and of an operation are kept exactly as they were given; nothing here parses
//! them (`ximu-procedure` owns their meaning).

use ximu_basics::{Hash, Instant, ProcedureId, Seed};

/// One append: everything in it becomes durable together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The index of the first of `leaves`; it must equal the log's size, also when there is no leaf.
    pub first: u64,
    /// The stamp of the newest decision in this batch; never before the stamp of an earlier batch.
    pub stamp: Instant,
    /// Leaves, in log order.
    pub leaves: Vec<NewLeaf>,
    /// Hidden operations, in order of acceptance within each procedure and class.
    pub operations: Vec<Operation>,
    /// Seeds of classes that begin with this batch.
    pub seeds: Vec<ClassSeed>,
    /// Work to be done outside the journal, in order.
    pub outbox: Vec<NewOutbox>,
}

impl Batch {
    /// An empty batch that continues a log of `first` leaves.
    #[must_use]
    pub fn at(first: u64, stamp: Instant) -> Batch {
        Batch {
            first,
            stamp,
            leaves: Vec::new(),
            operations: Vec::new(),
            seeds: Vec::new(),
            outbox: Vec::new(),
        }
    }
}

/// What a leaf carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeafKind {
    /// A public entry: a signed command and its events.
    Entry,
    /// A beat: the salted root of one batch of hidden operations, possibly empty; or a veil, the salted root of one.
    Beat,
}

impl LeafKind {
    /// The word that stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LeafKind::Entry => "entry",
            LeafKind::Beat => "beat",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<LeafKind> {
        [LeafKind::Entry, LeafKind::Beat].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A disclosure class whose operations are hidden until the class is disclosed (trust 3). The public class has no
/// hidden operations and is therefore not one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HiddenClass {
    /// Sealed offers, until the opening.
    Sealed,
    /// The panel of evaluators, until the award.
    Panel,
    /// What only auditors see.
    Auditors,
}

impl HiddenClass {
    /// Every class, in order of disclosure.
    pub const ALL: [HiddenClass; 3] = [HiddenClass::Sealed, HiddenClass::Panel, HiddenClass::Auditors];

    /// The word that stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            HiddenClass::Sealed => "sealed",
            HiddenClass::Panel => "panel",
            HiddenClass::Auditors => "auditors",
        }
    }

    /// The class of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<HiddenClass> {
        HiddenClass::ALL.into_iter().find(|class| class.as_str() == word)
    }
}

/// A leaf that is to be appended; its index follows from its place in the batch, its hash from its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeaf {
    /// The procedure it belongs to.
    pub procedure: ProcedureId,
    /// Entry or beat.
    pub kind: LeafKind,
    /// The exact bytes that are hashed and published; at most [`crate::store::LEAF_BYTES_MAX`].
    pub bytes: Vec<u8>,
    /// Hash of the signed command that made this entry, for idempotent repetition; a beat has none.
    pub command: Option<Hash>,
}

/// A leaf of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its place in the log, from 0.
    pub idx: u64,
    /// The procedure it belongs to.
    pub procedure: ProcedureId,
    /// Entry or beat.
    pub kind: LeafKind,
    /// The exact bytes that were appended.
    pub bytes: Vec<u8>,
    /// RFC 6962 leaf hash, recomputed from `bytes` when the leaf was read.
    pub hash: Hash,
}

/// A hidden operation, accepted and waiting for (or already in) its beat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The procedure it belongs to.
    pub procedure: ProcedureId,
    /// The class that hides it.
    pub class: HiddenClass,
    /// Order of acceptance within procedure and class, from 0 without a gap.
    pub ord: u64,
    /// Number of the beat that takes it in.
    pub beat: u64,
    /// Its slot in that beat, below [`crate::store::SLOTS_PER_BEAT`]; no two operations share one.
    pub slot: u16,
    /// Canonical JSON of the operation; at most [`crate::store::LEAF_BYTES_MAX`].
    pub bytes: Vec<u8>,
    /// Hash of the signed command, for idempotent repetition.
    pub id: Hash,
}

/// The secret from which every salt, slot and key of one hidden class of one procedure is derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassSeed {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The class.
    pub class: HiddenClass,
    /// The secret.
    pub seed: Seed,
}

/// A checkpoint with enough cosignatures to satisfy the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The number of leaves it covers.
    pub size: u64,
    /// The whole signed note, signatures included (C2SP signed-note).
    pub note: String,
}

/// Work to be done outside the journal after the batch is durable: mail, a release, a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutbox {
    /// Which worker takes it.
    pub kind: String,
    /// What the worker needs; at most [`crate::store::LEAF_BYTES_MAX`] bytes.
    pub payload: Vec<u8>,
}

/// A row of the outbox that is not done yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number, ascending in order of acceptance; workers are idempotent by it.
    pub seq: u64,
    /// Which worker takes it.
    pub kind: String,
    /// What the worker needs.
    pub payload: Vec<u8>,
}

/// What became of a signed command that was accepted before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is a public entry at this place in the log.
    Entry {
        /// The procedure.
        procedure: ProcedureId,
        /// The leaf's index.
        idx: u64,
    },
    /// It is a hidden operation.
    Operation(Operation),
}
