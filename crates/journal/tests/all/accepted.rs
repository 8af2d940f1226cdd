//! The second memory: whatever the database loses of what was accepted, leaves, hidden operations or seeds, it gets
//! back from `journal.accepted`, and what that file loses it gets back from the database.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use crate::common::{
    ORIGIN, append, assert_hidden, assert_holds, batch_of, described, note_of, open, operation, scratch,
    seed, signer, tree_of,
};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::TempDir;
use ximu_journal::sqlite::ACCEPTED;
use ximu_journal::{
    Checked, FailPoints, Outcome, SqliteStore, Store as _, StoreError, TileWriter, Tiles, check, gather,
    refill,
};

const LEAVES: u64 = 90;
const OPERATIONS: u64 = 30;

/// Ninety leaves and thirty operations, a batch of three and one at a time, as they lie on the disk after a power cut.
/// `older` is the database when a third was accepted.
struct Crash {
    crashed: TempDir,
    older: TempDir,
}

fn crash() -> Crash {
    let (live, crashed, older) = (scratch(), scratch(), scratch());
    let mut store = open(live.path());
    for ord in 0..OPERATIONS {
        let mut batch = batch_of(3 * ord, 3 * ord + 3);
        batch.operations.push(operation(ord));
        batch.seeds.extend((ord == 0).then(seed));
        store.append(&batch).unwrap();
        if ord + 1 == OPERATIONS / 3 {
            copy(live.path(), older.path());
        }
    }
    copy(live.path(), crashed.path());
    // An older database beside the newest second memory.
    fs::copy(live.path().join(ACCEPTED), older.path().join(ACCEPTED)).unwrap();
    Crash { crashed, older }
}

fn copy(from: &Path, to: &Path) {
    for name in ["journal.db", "journal.db-wal", ACCEPTED] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Opens the journal, which must hold everything; returns how many rows it was given back.
fn assert_whole(directory: &Path) -> u64 {
    let store = open(directory);
    let reader = store.reader().unwrap();
    assert_holds(&*reader, LEAVES);
    assert_eq!(assert_hidden(&*reader, true), OPERATIONS);
    store.restored()
}

fn lines(directory: &Path) -> Vec<String> {
    let text = fs::read_to_string(directory.join(ACCEPTED)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn write_lines(directory: &Path, lines: &[String]) {
    fs::write(directory.join(ACCEPTED), lines.iter().map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
}

#[test]
fn a_sound_database_needs_nothing_back() {
    let crash = crash();
    assert_eq!(assert_whole(crash.crashed.path()), 0);
    assert_eq!(assert_whole(crash.crashed.path()), 0);
    let mode = crash.crashed.path().join(ACCEPTED).metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn what_a_flipped_bit_in_the_wal_drops_is_given_back() {
    let mut restored = 0;
    for share in [5, 20, 40, 60, 80, 95] {
        let crash = crash();
        let path = crash.crashed.path().join("journal.db-wal");
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.len() * share / 100;
        bytes[at] ^= 2;
        fs::write(&path, bytes).unwrap();
        restored += assert_whole(crash.crashed.path());
        assert_eq!(assert_whole(crash.crashed.path()), 0);
    }
    assert!(restored > 100, "{restored}");
}

#[test]
fn an_older_database_and_a_lost_one_are_given_everything_back() {
    let crash = crash();
    assert_eq!(assert_whole(crash.older.path()), (LEAVES + OPERATIONS) * 2 / 3);
    let empty = scratch();
    fs::copy(crash.crashed.path().join(ACCEPTED), empty.path().join(ACCEPTED)).unwrap();
    assert_eq!(assert_whole(empty.path()), LEAVES + OPERATIONS + 1);
}

#[test]
fn a_batch_that_was_remembered_but_not_committed_comes_back_whole() {
    let crash = crash();
    let whole = lines(crash.crashed.path());
    let mut store = open(crash.crashed.path());
    let mut batch = batch_of(LEAVES, LEAVES + 2);
    batch.operations.push(operation(OPERATIONS));
    store.append(&batch).unwrap();
    drop(store);
    let longer = lines(crash.crashed.path());
    assert_eq!(longer.len(), whole.len() + 1);
    write_lines(crash.older.path(), &longer);
    let store = open(crash.older.path());
    assert_holds(&*store.reader().unwrap(), LEAVES + 2);
    assert_eq!(assert_hidden(&*store.reader().unwrap(), true), OPERATIONS + 1);
    assert_eq!(store.reader().unwrap().last_stamp(), Ok(Some(batch.stamp)));
}

#[test]
fn a_torn_flipped_or_lost_file_is_written_again_from_the_database() {
    let sound = lines(crash().crashed.path());
    let mut torn = fs::read(crash().crashed.path().join(ACCEPTED)).unwrap();
    torn.truncate(torn.len() - 7);
    let mut flipped = sound.join("\n").into_bytes();
    flipped.push(b'\n');
    flipped[500] ^= 1;
    for damaged in [torn, flipped, Vec::new(), b"nonsense\nnonsense\n".to_vec()] {
        let crash = crash();
        fs::write(crash.crashed.path().join(ACCEPTED), damaged).unwrap();
        assert_eq!(assert_whole(crash.crashed.path()), 0);
        // The hidden rows are there again in full: the database may now be lost.
        let empty = scratch();
        fs::copy(crash.crashed.path().join(ACCEPTED), empty.path().join(ACCEPTED)).unwrap();
        let store = open(empty.path());
        assert_eq!(assert_hidden(&*store.reader().unwrap(), true), OPERATIONS);
    }
}

#[test]
fn two_memories_that_differ_are_not_believed() {
    let changed_database = crash();
    drop(open(changed_database.crashed.path()));
    let raw = rusqlite::Connection::open(changed_database.crashed.path().join("journal.db")).unwrap();
    raw.execute_batch("DROP TRIGGER operation_unchanged; UPDATE operation SET bytes = x'00' WHERE ord = 7")
        .unwrap();
    drop(raw);
    let refused = SqliteStore::open(changed_database.crashed.path(), ORIGIN, FailPoints::none()).err();
    assert!(matches!(refused, Some(StoreError::Corrupt(_))), "{refused:?}");
    // A line gone from the middle, and the database older than it.
    let gap = crash();
    let mut kept = lines(gap.older.path());
    kept.remove(OPERATIONS as usize / 2);
    write_lines(gap.older.path(), &kept);
    let refused = SqliteStore::open(gap.older.path(), ORIGIN, FailPoints::none()).err();
    assert!(matches!(refused, Some(StoreError::Corrupt(_))), "{refused:?}");
}

#[test]
fn leaves_accepted_after_the_published_ones_come_back_after_the_refill() {
    // Published are 600 leaves; 650 are accepted; the file was compacted, and the database is an older copy with 20.
    let (live, older) = (scratch(), scratch());
    let mut store = open(live.path());
    append(&mut store, 0, 20, 5);
    copy(live.path(), older.path());
    append(&mut store, 20, 600, 5);
    let mut writer = TileWriter::open(&older.path().join("log"), FailPoints::none()).unwrap();
    writer.grow(&*store.reader().unwrap(), 0, 600).unwrap();
    store.cosigned(600, &note_of(600)).unwrap();
    writer.swap_checkpoint(&note_of(600)).unwrap();
    append(&mut store, 600, 650, 5);
    // The refill meets leaf 300 in the middle of a bundle.
    write_lines(older.path(), &lines(live.path())[60..]);
    // Twice: the second time without the database, and with a file in another order than the log.
    for (have, restored) in [(20, 138), (0, 394)] {
        let mut store = open(older.path());
        let found = checked(&store, &writer.tiles());
        let Checked { outcome: Outcome::Behind { have: counted, cosigned }, mut tree } = found else {
            panic!("{found:?}")
        };
        assert_eq!(counted, have);
        let tiles = writer.tiles();
        let fetch = |bundle| tiles.bundle(bundle).map_err(|error| error.to_string());
        let grown = refill(&mut store, &mut tree, &cosigned, &fetch, &|idx, _: &[u8]| Ok(described(idx)));
        assert_eq!((grown, &tree), (Ok(650 - have), &tree_of(650)));
        // From where a refilled bundle ended: leaf 512, and leaf 256, which the file has now too.
        assert_eq!(store.restored(), restored);
        assert_eq!(checked(&store, &tiles).outcome, Outcome::Good { size: 650, root: tree.root() });
        assert_holds(&*store.reader().unwrap(), 650);
        drop(store);
        for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            let _ = fs::remove_file(older.path().join(name));
        }
    }
}

fn checked(store: &SqliteStore, tiles: &Tiles) -> Checked {
    let reader = store.reader().unwrap();
    let known = gather(&*reader, tiles, signer().verifier(), &[]).unwrap().known;
    check(&*reader, &known).unwrap()
}
