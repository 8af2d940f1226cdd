//! The published log as files: complete, in order, repeatable, never changed.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use crate::common::{ORIGIN, append, bytes_of, note_of, note_with, scratch, signer, tree_of};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use ximu_basics::Hash;
use ximu_journal::{FailPoints, Memory, Store as _, StoreError, TileWriter, TilesError};
use ximu_tlog::Checkpoint;
use ximu_tlog::bundle::decode_bundle;
use ximu_tlog::merkle::{leaf_hash, prove_inclusion, root_at, verify_inclusion};
use ximu_tlog::tile::{Bundle, Tile, tiles_touched};

fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![directory.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                found.insert(entry.strip_prefix(directory).unwrap().to_path_buf(), fs::read(&entry).unwrap());
            }
        }
    }
    found
}

fn log_of(size: u64) -> Memory {
    let memory = Memory::new(ORIGIN);
    append(&mut memory.open(FailPoints::none()), 0, size, 1000);
    memory
}

#[test]
fn the_tiles_of_every_published_size_give_its_root_and_proofs() {
    let (directory, log) = (scratch(), log_of(66_100));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    let mut old = 0;
    for new in [1, 2, 255, 256, 257, 511, 700, 65_535, 65_536, 65_537, 66_100] {
        writer.grow(&log, old, new).unwrap();
        let (nodes, tree) = (writer.tiles().nodes(new), tree_of(new));
        assert_eq!(root_at(new, &nodes).unwrap(), tree.root(), "{new}");
        let proof = prove_inclusion(new - 1, new, &nodes).unwrap();
        verify_inclusion(&leaf_hash(&bytes_of(new - 1)), new - 1, new, &proof, &tree.root()).unwrap();
        old = new;
    }
}

#[test]
fn older_sizes_stay_readable_when_partial_tiles_are_replaced_by_full_ones() {
    let (directory, log) = (scratch(), log_of(600));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    for new in 1..=600 {
        writer.grow(&log, new - 1, new).unwrap();
    }
    assert!(!directory.path().join("tile/0/000.p").exists(), "the full tile replaces its partial ones");
    assert!(!directory.path().join("tile/entries/001.p").exists());
    let tiles = writer.tiles();
    for size in 1..=600 {
        assert_eq!(root_at(size, &tiles.nodes(size)).unwrap(), tree_of(size).root(), "{size}");
        let last = Bundle::new((size - 1) / 256, ((size - 1) % 256 + 1) as u16).unwrap();
        let bundle = tiles.bundle(last).unwrap();
        assert_eq!(decode_bundle(&bundle, last.width()).unwrap().last().unwrap(), &bytes_of(size - 1));
    }
}

#[test]
fn growing_step_by_step_and_twice_leaves_what_growing_at_once_leaves() {
    let (slow, fast, log) = (scratch(), scratch(), log_of(1030));
    let mut writer = TileWriter::open(slow.path(), FailPoints::none()).unwrap();
    for new in [256, 512, 1024, 1030] {
        for old in [0, new / 2] {
            writer.grow(&log, old, new).unwrap();
        }
    }
    TileWriter::open(fast.path(), FailPoints::none()).unwrap().grow(&log, 0, 1030).unwrap();
    let (slow, fast) = (files(slow.path()), files(fast.path()));
    for (path, bytes) in &fast {
        assert_eq!(slow.get(path), Some(bytes), "{}", path.display());
    }
    let expected: Vec<String> = tiles_touched(0, 1030).iter().map(ToString::to_string).collect();
    assert!(expected.iter().all(|path| fast.contains_key(Path::new(path))), "{expected:?}");
}

#[test]
fn a_tile_that_says_otherwise_stops_publication() {
    let (directory, log) = (scratch(), log_of(300));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    writer.grow(&log, 0, 300).unwrap();
    for path in ["tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"] {
        let file = directory.path().join(path);
        let good = fs::read(&file).unwrap();
        let mut bad = good.clone();
        bad[5] ^= 1;
        fs::write(&file, bad).unwrap();
        assert_eq!(writer.grow(&log, 0, 300), Err(TilesError::Conflict { path: path.to_owned() }));
        fs::write(&file, good).unwrap();
        assert_eq!(writer.grow(&log, 0, 300), Ok(()));
    }
}

#[test]
fn a_damaged_leaf_is_never_published() {
    let (directory, log) = (scratch(), log_of(10));
    log.flip_bit_of_leaf(7);
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    let refused = writer.grow(&log, 0, 10);
    assert!(matches!(refused, Err(TilesError::Store(StoreError::Corrupt(_)))));
    assert!(files(directory.path()).is_empty());
}

#[test]
fn missing_and_cut_tiles_are_named() {
    let (directory, log) = (scratch(), log_of(300));
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    writer.grow(&log, 0, 300).unwrap();
    let tiles = writer.tiles();
    let absent = Tile::new(0, 1, 45).unwrap();
    assert_eq!(tiles.tile(absent), Err(TilesError::Missing { path: absent.to_string() }));
    fs::write(directory.path().join("tile/0/000"), [0; 100]).unwrap();
    assert!(matches!(tiles.tile(Tile::new(0, 0, 256).unwrap()), Err(TilesError::Tile { .. })));
    fs::write(directory.path().join("tile/entries/000"), [0; 100]).unwrap();
    assert!(matches!(tiles.bundle(Bundle::new(0, 256).unwrap()), Err(TilesError::Bundle { .. })));
}

#[test]
fn the_checkpoint_never_goes_back_and_never_changes_its_root() {
    let directory = scratch();
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    assert_eq!(writer.tiles().checkpoint(), Ok(None));
    writer.swap_checkpoint(&note_of(5)).unwrap();
    writer.swap_checkpoint(&note_of(5)).unwrap();
    writer.swap_checkpoint(&note_of(9)).unwrap();
    let back = TilesError::NotAfter { published: 9, found: 5 };
    assert_eq!(writer.swap_checkpoint(&note_of(5)), Err(back));
    let forged = note_with(&Checkpoint::new(ORIGIN, 9, Hash::of(b"other")), &signer());
    assert_eq!(writer.swap_checkpoint(&forged), Err(TilesError::NotAfter { published: 9, found: 9 }));
    assert!(matches!(writer.swap_checkpoint("no note"), Err(TilesError::Note(_))));
    assert_eq!(writer.tiles().checkpoint(), Ok(Some(note_of(9))));
    assert_eq!(files(directory.path()).len(), 1);
}

#[test]
fn a_crash_between_the_journal_and_the_files_is_caught_up() {
    let (directory, log) = (scratch(), log_of(700));
    let mut store = log.open(FailPoints::none());
    let mut writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
    assert_eq!(writer.catch_up(&log), Ok(0));
    for size in [300, 700] {
        store.cosigned(size, &note_of(size)).unwrap();
        fs::write(directory.path().join("unfinished/tile"), b"torn").unwrap();
        writer = TileWriter::open(directory.path(), FailPoints::none()).unwrap();
        assert_eq!(writer.catch_up(&log), Ok(size));
        assert_eq!(writer.catch_up(&log), Ok(size));
        assert_eq!(writer.tiles().checkpoint(), Ok(Some(note_of(size))));
        assert_eq!(root_at(size, &writer.tiles().nodes(size)).unwrap(), tree_of(size).root());
        assert!(fs::read_dir(directory.path().join("unfinished")).unwrap().next().is_none());
    }
}
