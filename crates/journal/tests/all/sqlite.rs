//! What only the SQLite store can show: the lock, the settings, the triggers, a full disk, a damaged file.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use crate::common::scratch;
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use ximu_basics::{Hash, Instant};
use ximu_journal::{
    Batch, Damage, FailPoints, LeafKind, NewLeaf, Reader as _, SqliteReader, SqliteStore, Store as _,
    StoreError,
};

const ORIGIN: &str = "host.example/ximu";

fn open(directory: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(directory, ORIGIN, FailPoints::none())
}

fn batch(first: u64, bytes: &[u8]) -> Batch {
    let leaf = NewLeaf {
        procedure: "yc-2020-0603".parse().unwrap(),
        kind: LeafKind::Entry,
        bytes: bytes.to_vec(),
        command: Some(Hash::of(&first.to_be_bytes())),
    };
    Batch { leaves: vec![leaf], ..Batch::at(first, Instant::from_unix_ms(7)) }
}

#[test]
fn a_directory_has_one_writer_and_one_origin() {
    let directory = scratch();
    let store = open(directory.path()).unwrap();
    assert!(matches!(open(directory.path()), Err(StoreError::Locked { .. })));
    drop(store);
    let other = SqliteStore::open(directory.path(), "other.example/log", FailPoints::none());
    assert!(matches!(other, Err(StoreError::Mismatch { .. })));
    assert!(open(directory.path()).is_ok());
}

#[test]
fn the_files_can_be_read_by_their_owner_only() {
    let directory = scratch();
    let mut store = open(directory.path()).unwrap();
    store.append(&batch(0, b"a")).unwrap();
    for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"] {
        let mode = directory.path().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
}

#[test]
fn a_later_format_is_refused() {
    let directory = scratch();
    drop(open(directory.path()).unwrap());
    let raw = Connection::open(directory.path().join("journal.db")).unwrap();
    raw.execute("UPDATE meta SET value = '2' WHERE key = 'format'", []).unwrap();
    drop(raw);
    assert!(matches!(open(directory.path()), Err(StoreError::Mismatch { .. })));
    assert!(matches!(SqliteReader::open(directory.path()), Err(StoreError::Mismatch { .. })));
}

#[test]
fn no_statement_changes_or_deletes_what_was_acknowledged() {
    let directory = scratch();
    let mut store = open(directory.path()).unwrap();
    store.append(&batch(0, b"a")).unwrap();
    store.cosigned(1, "note").unwrap();
    drop(store);
    let raw = Connection::open(directory.path().join("journal.db")).unwrap();
    for statement in [
        "UPDATE leaf SET bytes = x'00'",
        "DELETE FROM leaf",
        "DELETE FROM entry_id",
        "UPDATE cosigned SET note = 'x'",
        "DELETE FROM cosigned",
    ] {
        assert!(raw.execute(statement, []).is_err(), "{statement} must fail");
    }
}

#[test]
fn a_changed_leaf_is_named_when_it_is_read() {
    let directory = scratch();
    let mut store = open(directory.path()).unwrap();
    store.append(&batch(0, b"one")).unwrap();
    store.append(&batch(1, b"two")).unwrap();
    drop(store);
    let raw = Connection::open(directory.path().join("journal.db")).unwrap();
    raw.execute_batch("DROP TRIGGER leaf_unchanged; UPDATE leaf SET bytes = x'747776' WHERE idx = 1")
        .unwrap();
    drop(raw);
    let reader = SqliteReader::open(directory.path()).unwrap();
    assert_eq!(reader.leaves(0..1).unwrap().len(), 1);
    let damage = Damage::Leaf { idx: 1, stored: Hash::of(b"\0two"), found: Hash::of(b"\0twv") };
    assert_eq!(reader.leaves(0..2), Err(StoreError::Corrupt(damage)));
}

#[test]
fn a_missing_leaf_is_named_when_it_is_read() {
    let directory = scratch();
    let mut store = open(directory.path()).unwrap();
    for idx in 0..4 {
        store.append(&batch(idx, b"x")).unwrap();
    }
    drop(store);
    let raw = Connection::open(directory.path().join("journal.db")).unwrap();
    raw.execute_batch("PRAGMA foreign_keys = OFF; DROP TRIGGER leaf_kept; DELETE FROM leaf WHERE idx = 2")
        .unwrap();
    drop(raw);
    let reader = SqliteReader::open(directory.path()).unwrap();
    assert_eq!(reader.leaves(0..4), Err(StoreError::Corrupt(Damage::MissingLeaf { idx: 2 })));
    assert_eq!(reader.leaves(0..3), Err(StoreError::Corrupt(Damage::MissingLeaf { idx: 2 })));
}

#[test]
fn a_file_that_is_no_database_is_damage() {
    let directory = scratch();
    std::fs::write(directory.path().join("journal.db"), [b'x'; 8192]).unwrap();
    assert!(matches!(open(directory.path()), Err(StoreError::Corrupt(Damage::Database { .. }))));
}

#[test]
fn a_reader_cannot_write_and_does_not_checkpoint() {
    let directory = scratch();
    let mut store = open(directory.path()).unwrap();
    store.append(&batch(0, b"a")).unwrap();
    let wal = directory.path().join("journal.db-wal");
    let before = wal.metadata().unwrap().len();
    let reader = store.reader().unwrap();
    assert_eq!(reader.size(), Ok(1));
    drop(reader);
    assert_eq!(wal.metadata().unwrap().len(), before);
}
