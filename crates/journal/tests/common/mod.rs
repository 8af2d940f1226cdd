//! A small log for tests: entries that are easy to tell apart, checkpoints signed by its key.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

pub mod centre;

use std::path::Path;
use tempfile::TempDir;
use ximu_basics::{Hash, Instant, Seed};
use ximu_journal::{
    Batch, ClassSeed, Described, FailPoints, HiddenClass, LeafKind, NewLeaf, Operation, Reader, SqliteStore,
    Store,
};
use ximu_tlog::merkle::leaf_hash;
use ximu_tlog::{Checkpoint, Note, NoteSigner, Tree};

pub const ORIGIN: &str = "host.example/ximu";

/// A folder of the test's own, in memory where there is one: no test here cuts the power, so nothing is gained by
/// waiting for a disk.
pub fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

pub fn open(directory: &Path) -> SqliteStore {
    SqliteStore::open(directory, ORIGIN, FailPoints::none()).unwrap()
}

pub fn signer() -> NoteSigner {
    NoteSigner::new(ORIGIN, &[7; 32]).unwrap()
}

/// The exact bytes of the leaf at `idx` of the test's log.
pub fn bytes_of(idx: u64) -> Vec<u8> {
    format!("{{\"entry\":{idx}}}").into_bytes()
}

pub fn tree_of(size: u64) -> Tree {
    (0..size).map(|idx| leaf_hash(&bytes_of(idx))).collect()
}

/// A checkpoint of the test's log, signed by it.
pub fn note_of(size: u64) -> String {
    note_with(&Checkpoint::new(ORIGIN, size, tree_of(size).root()), &signer())
}

pub fn note_with(checkpoint: &Checkpoint, signer: &NoteSigner) -> String {
    let mut note = Note::new(&checkpoint.to_string()).unwrap();
    note.add(signer.sign(note.text())).unwrap();
    note.to_string()
}

pub fn described(idx: u64) -> Described {
    Described {
        procedure: "yc-2020-0603".parse().unwrap(),
        kind: if idx.is_multiple_of(3) { LeafKind::Beat } else { LeafKind::Entry },
        command: (!idx.is_multiple_of(3)).then(|| Hash::of(&idx.to_be_bytes())),
        stamp: Some(Instant::from_unix_ms(idx as i64)),
    }
}

/// The leaves `first..end` in one batch.
pub fn batch_of(first: u64, end: u64) -> Batch {
    let mut batch = Batch::at(first, Instant::from_unix_ms(first as i64));
    for idx in first..end {
        let Described { procedure, kind, command, stamp: _ } = described(idx);
        batch.leaves.push(NewLeaf { procedure, kind, bytes: bytes_of(idx), command });
    }
    batch
}

/// Appends the leaves `from..to`, in batches of at most `step`.
pub fn append(store: &mut dyn Store, from: u64, to: u64, step: u64) {
    for first in (from..to).step_by(step as usize) {
        store.append(&batch_of(first, to.min(first + step))).unwrap();
    }
}

/// The hidden operation at `ord` of the test's one class.
pub fn operation(ord: u64) -> Operation {
    let (procedure, class) = (described(0).procedure, HiddenClass::Sealed);
    let (bytes, id) = (format!("{{\"bid\":{ord}}}").into_bytes(), Hash::of(format!("bid {ord}").as_bytes()));
    Operation { procedure, class, ord, beat: ord / 3, slot: (ord % 3) as u16, bytes, id }
}

pub fn seed() -> ClassSeed {
    ClassSeed { procedure: described(0).procedure, class: HiddenClass::Sealed, seed: Seed([0x5e; 32]) }
}

/// The hidden operations are those of the test, from 0 on without a gap; returns how many. The seed is there once
/// anything was accepted.
pub fn assert_hidden(reader: &dyn Reader, begun: bool) -> u64 {
    let (procedure, class) = (described(0).procedure, HiddenClass::Sealed);
    let found = reader.operations(&procedure, class).unwrap();
    assert_eq!(found, (0..found.len() as u64).map(operation).collect::<Vec<_>>());
    assert_eq!(reader.seed(&procedure, class), Ok(begun.then(|| seed().seed)));
    found.len() as u64
}

/// Exactly the leaves `0..size` are there, each with its facts.
pub fn assert_holds(reader: &dyn Reader, size: u64) {
    assert_eq!(reader.size(), Ok(size));
    for first in (0..size).step_by(256) {
        for leaf in reader.leaves(first..size.min(first + 256)).unwrap() {
            let facts = described(leaf.idx);
            assert_eq!(leaf.bytes, bytes_of(leaf.idx));
            assert_eq!((&leaf.procedure, leaf.kind), (&facts.procedure, facts.kind));
            if let Some(command) = facts.command {
                assert!(reader.find(&command).unwrap().is_some(), "command of leaf {}", leaf.idx);
            }
        }
    }
}
