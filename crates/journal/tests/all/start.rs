//! The check at the start: every way in which a database can silently lose or change what was acknowledged is
//! found before anything is signed, and what is lost comes back from tiles.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use crate::common::{
    ORIGIN, append, assert_holds, described, note_of, note_with, open, scratch, signer, tree_of,
};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use ximu_basics::Hash;
use ximu_journal::refill::Fetch;
use ximu_journal::start::Source;
use ximu_journal::{
    Checked, FailPoints, Known, Memory, Outcome, RefillError, Store, StoreError, TileWriter, Tiles, check,
    gather, refill,
};
use ximu_tlog::{Checkpoint, NoteSigner, tile::Bundle};

/// A centre that accepted 199 leaves one by one, published 120, was published again at 199, and then lost power:
/// `crashed` holds the files as they lay on the disk, the last rows only in the WAL.
struct Crash {
    _live: TempDir,
    crashed: TempDir,
    older: TempDir,
    tiles: Tiles,
}

const PUBLISHED: u64 = 199;

fn crash() -> Crash {
    let (live, crashed, older) = (scratch(), scratch(), scratch());
    let mut store = open(live.path());
    let mut writer = TileWriter::open(&live.path().join("log"), FailPoints::none()).unwrap();
    append(&mut store, 0, 120, 1);
    store.cosigned(120, &note_of(120)).unwrap();
    writer.catch_up(&*store.reader().unwrap()).unwrap();
    copy_database(live.path(), older.path());
    append(&mut store, 120, PUBLISHED, 1);
    store.cosigned(PUBLISHED, &note_of(PUBLISHED)).unwrap();
    writer.catch_up(&*store.reader().unwrap()).unwrap();
    copy_database(live.path(), crashed.path());
    let tiles = writer.tiles();
    Crash { _live: live, crashed, older, tiles }
}

fn copy_database(from: &Path, to: &Path) {
    for name in ["journal.db", "journal.db-wal"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

fn wal(directory: &Path) -> PathBuf {
    directory.join("journal.db-wal")
}

fn checked(store: &dyn Store, tiles: &Tiles) -> Checked {
    let reader = store.reader().unwrap();
    let known = gather(&*reader, tiles, signer().verifier(), &[]).unwrap().known;
    check(&*reader, &known).unwrap()
}

fn refill_from(store: &mut dyn Store, found: Checked, tiles: &Tiles) -> Result<u64, RefillError> {
    let Checked { outcome: Outcome::Behind { cosigned, .. }, mut tree } = found else {
        return Ok(0);
    };
    let fetch = |bundle| tiles.bundle(bundle).map_err(|error| error.to_string());
    let refilled = refill(store, &mut tree, &cosigned, &fetch, &|idx, _: &[u8]| Ok(described(idx)))?;
    assert_eq!(tree, tree_of(cosigned.size));
    store.cosigned(cosigned.size, &cosigned.note)?;
    Ok(refilled)
}

#[test]
fn a_sound_database_is_good() {
    let crash = crash();
    let store = open(crash.crashed.path());
    let found = checked(&store, &crash.tiles);
    assert_eq!(found.outcome, Outcome::Good { size: PUBLISHED, root: tree_of(PUBLISHED).root() });
    assert_eq!(found.tree, tree_of(PUBLISHED));
}

#[test]
fn one_flipped_bit_in_the_wal_is_detected_before_anything_is_signed_and_refilled() {
    let clean = crash();
    let length = fs::metadata(wal(clean.crashed.path())).unwrap().len();
    let mut dropped_rows = 0;
    for share in [10, 30, 50, 70, 90, 99] {
        let crash = crash();
        let path = wal(crash.crashed.path());
        let mut bytes = fs::read(&path).unwrap();
        bytes[(length * share / 100) as usize] ^= 0x10;
        fs::write(&path, bytes).unwrap();
        dropped_rows += detect_and_refill(crash.crashed.path(), &crash.tiles);
    }
    // The database itself never complained: this is what makes the check necessary.
    assert!(dropped_rows > 300, "{dropped_rows}");
}

#[test]
fn a_torn_or_lost_wal_is_detected_and_refilled() {
    for share in [0, 1, 25, 60] {
        let crash = crash();
        let path = wal(crash.crashed.path());
        let length = fs::metadata(&path).unwrap().len();
        fs::File::options().write(true).open(&path).unwrap().set_len(length * share / 100).unwrap();
        if share == 0 {
            // Without a WAL the database has not even tables: everything comes back from the tiles.
            fs::remove_file(&path).unwrap();
        }
        assert!(detect_and_refill(crash.crashed.path(), &crash.tiles) > 0);
    }
}

#[test]
fn an_older_copy_of_the_database_is_detected_and_refilled() {
    let crash = crash();
    assert_eq!(detect_and_refill(crash.older.path(), &crash.tiles), PUBLISHED - 120);
}

/// Opens what a crash left, expects that leaves are missing, refills, and checks everything. Returns how many.
fn detect_and_refill(directory: &Path, tiles: &Tiles) -> u64 {
    let mut store = open(directory);
    let have = store.reader().unwrap().size().unwrap();
    let found = checked(&store, tiles);
    match &found.outcome {
        Outcome::Behind { have: counted, cosigned } => {
            assert_eq!((*counted, cosigned.size, &cosigned.source), (have, PUBLISHED, &Source::File));
            assert!(have < PUBLISHED);
        }
        Outcome::Good { .. } => assert_eq!(have, PUBLISHED),
        Outcome::Forked { .. } | Outcome::Damaged { .. } => panic!("{:?}", found.outcome),
    }
    assert_eq!(refill_from(&mut store, found, tiles), Ok(PUBLISHED - have));
    drop(store);
    let store = open(directory);
    assert_holds(&*store.reader().unwrap(), PUBLISHED);
    let good = Outcome::Good { size: PUBLISHED, root: tree_of(PUBLISHED).root() };
    assert_eq!(checked(&store, tiles).outcome, good);
    PUBLISHED - have
}

fn memory_of(size: u64) -> Memory {
    let memory = Memory::new(ORIGIN);
    append(&mut memory.open(FailPoints::none()), 0, size, 100);
    memory
}

fn known(source: Source, checkpoint: &Checkpoint) -> Known {
    let note = note_with(checkpoint, &signer());
    Known { source, size: checkpoint.size, root: checkpoint.root, note }
}

#[test]
fn every_known_checkpoint_is_honoured_wherever_it_was_found() {
    let memory = memory_of(20);
    let at = |size| Checkpoint::new(ORIGIN, size, tree_of(size).root());
    let outcome = |known: &[Known]| check(&memory, known).unwrap().outcome;
    let good = Outcome::Good { size: 20, root: tree_of(20).root() };
    let peer = |size| known(Source::Peer("north".to_owned()), &at(size));
    assert_eq!(outcome(&[]), good);
    assert_eq!(outcome(&[peer(20), peer(0), peer(7)]), good);
    assert_eq!(outcome(&[peer(7), peer(25), peer(21)]), Outcome::Behind { have: 20, cosigned: peer(25) });
    let forged = |size| known(Source::File, &Checkpoint::new(ORIGIN, size, Hash::of(b"other")));
    let fork = |size| Outcome::Forked { at: forged(size), found: tree_of(size).root() };
    assert_eq!(outcome(&[forged(20), peer(7)]), fork(20));
    assert_eq!(outcome(&[forged(9), forged(3), peer(25)]), fork(3));
    memory.flip_bit_of_leaf(11);
    assert_eq!(outcome(&[forged(3)]), Outcome::Damaged { leaf: 11 });
}

#[test]
fn a_rewritten_leaf_with_a_matching_hash_is_a_fork() {
    let crash = crash();
    drop(open(crash.crashed.path()));
    let raw = rusqlite::Connection::open(crash.crashed.path().join("journal.db")).unwrap();
    let change = "UPDATE leaf SET bytes = ?1, hash = ?2 WHERE idx = 150";
    raw.execute_batch("DROP TRIGGER leaf_unchanged").unwrap();
    raw.execute(change, (b"forged", ximu_tlog::merkle::leaf_hash(b"forged").0)).unwrap();
    drop(raw);
    let found = checked(&open(crash.crashed.path()), &crash.tiles).outcome;
    assert!(matches!(found, Outcome::Forked { at: Known { size: PUBLISHED, .. }, .. }), "{found:?}");
}

#[test]
fn our_own_damaged_checkpoint_prevents_the_start_and_a_lying_peer_does_not() {
    let (directory, memory) = (scratch(), memory_of(20));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    writer.grow(&memory, 0, 20).unwrap();
    writer.swap_checkpoint(&note_of(20)).unwrap();
    let (tiles, log) = (writer.tiles(), signer().verifier().clone());
    let stranger = NoteSigner::new(ORIGIN, &[8; 32]).unwrap();
    let forged = note_with(&Checkpoint::new(ORIGIN, 99, Hash::of(b"other")), &stranger);
    let peers = [("north", note_of(12)), ("south", forged), ("east", "nonsense".to_owned())];
    let peers = peers.map(|(name, note)| (name.to_owned(), note));
    let gathered = gather(&memory, &tiles, &log, &peers).unwrap();
    assert_eq!(gathered.known.iter().map(|known| known.size).collect::<Vec<_>>(), [20, 12]);
    assert_eq!(
        gathered.rejected.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["south", "east"]
    );
    let file = directory.path().join("checkpoint");
    let sound = fs::read(&file).unwrap();
    for at in 0..sound.len() {
        let mut flipped = sound.clone();
        flipped[at] ^= 1;
        fs::write(&file, flipped).unwrap();
        let gathered = gather(&memory, &tiles, &log, &[]);
        assert!(gathered.is_err(), "a flipped bit in byte {at} of the checkpoint was not noticed");
    }
}

#[test]
fn nothing_is_stored_from_a_source_that_does_not_lead_to_the_known_root() {
    let (directory, whole) = (scratch(), memory_of(700));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    writer.grow(&whole, 0, 700).unwrap();
    let tiles = writer.tiles();
    let target = known(Source::File, &Checkpoint::new(ORIGIN, 700, tree_of(700).root()));
    let describe = |idx: u64, _: &[u8]| Ok(described(idx));
    let honest = |bundle: Bundle| tiles.bundle(bundle).map_err(|error| error.to_string());
    let flip = |index: u64, at: usize| {
        move |bundle: Bundle| {
            let mut bytes = honest(bundle)?;
            if bundle.index() == index {
                bytes[at] ^= 1;
            }
            Ok(bytes)
        }
    };
    let cut = |bundle: Bundle| honest(bundle).map(|bytes| bytes[..bytes.len() - 1].to_vec());
    let gone = |_: Bundle| Err("gone".to_owned());
    // The entries are {"entry":N} behind two bytes of length: byte 5 is in the first entry, which is known here.
    let in_known_leaf = flip(1, 5);
    let in_new_leaf = flip(2, 5);
    let sources: [(&str, Fetch<'_>); 4] =
        [("known", &in_known_leaf), ("root", &in_new_leaf), ("cut", &cut), ("gone", &gone)];
    let memory = memory_of(300);
    let mut store = memory.open(FailPoints::none());
    for (name, source) in sources {
        let mut tree = tree_of(300);
        let refused = refill(&mut store, &mut tree, &target, source, &describe).unwrap_err();
        let expected = match refused {
            RefillError::Leaf { idx: 256, .. } => "known",
            RefillError::Root { .. } => "root",
            RefillError::Bundle { .. } => "cut",
            RefillError::Fetch { .. } => "gone",
            RefillError::Leaf { .. }
            | RefillError::Tree { .. }
            | RefillError::Describe { .. }
            | RefillError::Store(_) => panic!("{name}: {refused}"),
        };
        assert_eq!(name, expected);
        assert_holds(&memory, 300);
    }
    // A source that changes its mind after it was believed.
    let asked = std::cell::Cell::new(0);
    let fickle = |bundle: Bundle| {
        asked.set(asked.get() + 1);
        if asked.get() > 2 { in_new_leaf(bundle) } else { honest(bundle) }
    };
    let mut tree = tree_of(300);
    let refused = refill(&mut store, &mut tree, &target, &fickle, &describe);
    assert!(matches!(refused, Err(RefillError::Leaf { idx: 512, .. })), "{refused:?}");
    // What was stored before is right, and the rest comes from an honest source.
    assert_holds(&memory, 512);
    assert_eq!(tree, tree_of(512));
    assert_eq!(refill(&mut store, &mut tree, &target, &honest, &describe), Ok(188));
    assert_holds(&memory, 700);
    assert_eq!(refill(&mut store, &mut tree, &target, &honest, &describe), Ok(0));
}

#[test]
fn a_refill_that_meets_a_full_disk_goes_on_when_there_is_space() {
    let (directory, whole) = (scratch(), memory_of(700));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    writer.grow(&whole, 0, 700).unwrap();
    let tiles = writer.tiles();
    let fetch = |bundle| tiles.bundle(bundle).map_err(|error| error.to_string());
    let target = known(Source::File, &Checkpoint::new(ORIGIN, 700, tree_of(700).root()));
    let memory = Memory::new(ORIGIN);
    let second = std::num::NonZeroU64::new(2).unwrap();
    let full = FailPoints::once(ximu_journal::failpoint::APPEND, second, ximu_journal::Fault::Full);
    let mut store = memory.open(full);
    let mut tree = tree_of(0);
    let describe = |idx: u64, _: &[u8]| Ok(described(idx));
    let refused = refill(&mut store, &mut tree, &target, &fetch, &describe);
    assert_eq!(refused, Err(RefillError::Store(StoreError::Full)));
    assert_holds(&memory, 256);
    assert_eq!(refill(&mut store, &mut tree, &target, &fetch, &describe), Ok(444));
    assert_holds(&memory, 700);
}
