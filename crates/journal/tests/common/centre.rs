//! A small centre: the write path in its one order, and what it promised its callers.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use super::{
    ORIGIN, assert_hidden, assert_holds, batch_of, described, note_of, operation, seed, signer, tree_of,
};
use std::fs;
use std::path::{Path, PathBuf};
use ximu_journal::{
    FailPoints, HiddenClass, Outcome, SqliteStore, Store, StoreError, TileWriter, Tiles, TilesError, check,
    gather,
};
use ximu_tlog::merkle::root_at;
use ximu_tlog::tile::TileReadError;

/// Sizes at which the centre publishes; they cross the border of a full tile.
pub const ROUNDS: [u64; 4] = [100, 250, 300, 520];

/// What the centre told its callers, kept outside the centre so that it survives the centre's end.
pub struct Promised(pub PathBuf);

impl Promised {
    /// Leaves acknowledged and checkpoints published so far.
    fn read(&self) -> (u64, u64) {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        let (leaves, cosigned) = text.split_once(' ').unwrap_or(("0", "0"));
        (leaves.parse().unwrap(), cosigned.parse().unwrap())
    }

    fn tell(&self, leaves: u64, cosigned: u64) {
        fs::write(&self.0, format!("{leaves} {cosigned}")).unwrap();
    }
}

#[derive(Debug)]
pub enum Failed {
    Store(StoreError),
    Tiles(TilesError),
}

/// One centre from start to the first fault, or to the end. This is the write path in its one order.
pub fn run(directory: &Path, fail: &FailPoints, promised: &Promised) -> Result<(), Failed> {
    let mut store = SqliteStore::open(directory, ORIGIN, fail.clone()).unwrap();
    let mut writer = TileWriter::open(&directory.join("log"), fail.clone()).unwrap();
    let reader = store.reader().unwrap();
    let known = gather(&*reader, &writer.tiles(), signer().verifier(), &[]).unwrap().known;
    let found = check(&*reader, &known).unwrap();
    assert!(matches!(found.outcome, Outcome::Good { .. }), "{:?}", found.outcome);
    let mut size = found.tree.size();
    let (leaves, cosigned) = promised.read();
    assert!(size >= leaves, "{size} leaves, acknowledged were {leaves}");
    assert_holds(&*reader, size);
    assert_hidden(&*reader, size > 0);
    let mut published = writer.catch_up(&*reader).map_err(Failed::Tiles)?;
    assert!(published >= cosigned, "{published} published, promised were {cosigned}");
    for round in ROUNDS {
        if size < round {
            append_all(&mut store, size, round).map_err(Failed::Store)?;
            size = round;
            promised.tell(size, published);
        }
        if published < size {
            writer.grow(&*reader, published, size).map_err(Failed::Tiles)?;
            store.cosigned(size, &note_of(size)).map_err(Failed::Store)?;
            promised.tell(size, size);
            writer.swap_checkpoint(&note_of(size)).map_err(Failed::Tiles)?;
            published = size;
        }
    }
    Ok(())
}

/// Leaves in batches of seventy, each batch with one hidden operation, the first with a seed.
fn append_all(store: &mut SqliteStore, from: u64, to: u64) -> Result<(), StoreError> {
    let reader = store.reader()?;
    for first in (from..to).step_by(70) {
        let mut batch = batch_of(first, to.min(first + 70));
        let ord = reader.operations(&described(0).procedure, HiddenClass::Sealed)?.len() as u64;
        batch.operations.push(operation(ord));
        batch.seeds.extend((first == 0).then(seed));
        store.append(&batch)?;
    }
    Ok(())
}

/// The restart meets no fault. Twice, because a start must also be repeatable.
pub fn restart_and_check(directory: &Path, promised: &Promised) {
    run(directory, &FailPoints::none(), promised).unwrap();
    run(directory, &FailPoints::none(), promised).unwrap();
    let tiles = Tiles::at(&directory.join("log"));
    assert_eq!(tiles.checkpoint(), Ok(Some(note_of(520))));
    let root: Result<_, TileReadError<_>> = root_at(520, &tiles.nodes(520));
    assert_eq!(root.unwrap(), tree_of(520).root());
}
