//! The fault table: {append, tile write, publish, checkpoint swap} x {failed, failed but persisted, full disk}.
//!
//! The same with the end of the process before and after each step. After each fault the centre starts again. Then what was acknowledged is there, nothing is there twice, the published
//! log is whole, and publication goes on.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{ORIGIN, append, assert_holds, note_of, scratch, signer, tree_of};
use std::fs;
use std::num::NonZeroU64;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use ximu_journal::failpoint::POINTS;
use ximu_journal::{
    FailPoints, Fault, Outcome, SqliteStore, Store, StoreError, TileWriter, TilesError, check, gather,
};
use ximu_tlog::merkle::root_at;
use ximu_tlog::tile::TileReadError;

/// Sizes at which the centre publishes; they cross the border of a full tile.
const ROUNDS: [u64; 4] = [100, 250, 300, 520];

/// What the centre told its callers, kept outside the centre so that it survives the centre's end.
struct Promised(PathBuf);

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
enum Failed {
    Store(StoreError),
    Tiles(TilesError),
}

/// One centre from start to the first fault, or to the end. This is the write path in its one order.
fn run(directory: &Path, fail: &FailPoints, promised: &Promised) -> Result<(), Failed> {
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

fn append_all(store: &mut SqliteStore, from: u64, to: u64) -> Result<(), StoreError> {
    struct First<'a>(&'a mut SqliteStore, Result<(), StoreError>);
    impl Store for First<'_> {
        fn append(&mut self, batch: &ximu_journal::Batch) -> Result<(), StoreError> {
            if self.1.is_ok() {
                self.1 = self.0.append(batch);
            }
            Ok(())
        }
        fn cosigned(&mut self, size: u64, note: &str) -> Result<(), StoreError> {
            self.0.cosigned(size, note)
        }
        fn outbox_done(&mut self, seqs: &[u64]) -> Result<(), StoreError> {
            self.0.outbox_done(seqs)
        }
        fn reader(&self) -> Result<Box<dyn ximu_journal::Reader>, StoreError> {
            self.0.reader()
        }
    }
    let mut first = First(store, Ok(()));
    append(&mut first, from, to, 70);
    first.1
}

/// The restart meets no fault. Twice, because a start must also be repeatable.
fn restart_and_check(directory: &Path, promised: &Promised) {
    run(directory, &FailPoints::none(), promised).unwrap();
    run(directory, &FailPoints::none(), promised).unwrap();
    let tiles = ximu_journal::Tiles::at(&directory.join("log"));
    assert_eq!(tiles.checkpoint(), Ok(Some(note_of(520))));
    let root: Result<_, TileReadError<_>> = root_at(520, &tiles.nodes(520));
    assert_eq!(root.unwrap(), tree_of(520).root());
}

#[test]
fn after_every_fault_at_every_step_a_restart_keeps_every_promise() {
    for point in POINTS {
        for fault in [Fault::Error, Fault::ErrorAfterPersist, Fault::Full] {
            for nth in 1.. {
                let directory = scratch();
                let fail = FailPoints::once(point, NonZeroU64::new(nth).unwrap(), fault);
                let promised = Promised(directory.path().join("promised"));
                let first = run(directory.path(), &fail, &promised);
                if let Err(failed) = &first {
                    let full =
                        matches!(failed, Failed::Store(StoreError::Full) | Failed::Tiles(TilesError::Full));
                    assert_eq!(full, fault == Fault::Full, "{point} {nth} {fault:?}: {failed:?}");
                }
                restart_and_check(directory.path(), &promised);
                if first.is_ok() {
                    // There is no nth pass: every pass of this point has been made to fail.
                    assert!(nth > ROUNDS.len() as u64, "{point} is passed {} times only", nth - 1);
                    break;
                }
            }
        }
    }
}

/// Names the fail point and the folder to the test's second run.
const ABORT_AT: &str = "XIMU_TEST_ABORT_AT";
const FOLDER: &str = "XIMU_TEST_FOLDER";

#[test]
fn a_process_that_ends_at_any_step_keeps_every_promise() {
    if let (Some(point), Some(folder)) =
        (std::env::var_os(ABORT_AT).map(|point| point.into_string().unwrap()), std::env::var_os(FOLDER))
    {
        let folder = PathBuf::from(folder);
        let promised = Promised(folder.join("promised"));
        run(&folder, &point.parse().unwrap(), &promised).unwrap();
        return;
    }
    for point in POINTS {
        for nth in [1, 2, 4] {
            for when in ["", "-persisted"] {
                let directory = scratch();
                let ended = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "a_process_that_ends_at_any_step_keeps_every_promise"])
                    .env(ABORT_AT, format!("{point}{when}:{nth}"))
                    .env(FOLDER, directory.path())
                    .output()
                    .unwrap();
                assert_eq!(ended.status.signal(), Some(6), "{point}{when}:{nth} {ended:?}");
                restart_and_check(directory.path(), &Promised(directory.path().join("promised")));
            }
        }
    }
}
