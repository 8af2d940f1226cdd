//! A mirror beside logs that are honest, damaged, false, forked and too large.

use super::*;
use std::convert::Infallible;
use std::num::NonZeroU64;
use ximu_journal::failpoint::Fault;
use ximu_tlog::{Tree, merkle::leaf_hash};

type Result<T> = std::result::Result<T, MirrorError<Infallible>>;

fn entries(count: u64, kind: &str) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("{kind} {number}").into_bytes()).collect()
}

fn head(entries: &[Vec<u8>]) -> TreeHead {
    let tree: Tree = entries.iter().map(|entry| leaf_hash(entry)).collect();
    TreeHead { size: tree.size(), root: tree.root() }
}

fn serve(entries: &[Vec<u8>]) -> impl FnMut(Bundle) -> std::result::Result<Option<Vec<u8>>, Infallible> + '_ {
    |bundle| {
        let first = usize::try_from(bundle.first()).unwrap();
        let asked = entries.get(first..first + usize::from(bundle.width()));
        Ok(asked.map(|asked| encode_bundle(asked).unwrap()))
    }
}

/// The tiles of exactly these entries.
fn tiles(entries: &[Vec<u8>]) -> impl Fn(Tile) -> std::result::Result<Option<Vec<u8>>, Infallible> {
    let tree: Tree = entries.iter().map(|entry| leaf_hash(entry)).collect();
    move |tile| Ok(tile.encode(&tree).ok())
}

fn extend(mirror: &Mirror, to: &[Vec<u8>], served: &[Vec<u8>]) -> Result<()> {
    mirror.extend(&head(to), serve(served), tiles(served))
}

fn open(folder: &tempfile::TempDir) -> Mirror {
    Mirror::open(folder.path().to_owned(), u64::MAX, &FailPoints::none()).unwrap()
}

/// A mirror that takes one bundle at a time.
fn in_pieces(folder: &tempfile::TempDir, fail: &FailPoints) -> Mirror {
    let mirror = Mirror::open(folder.path().to_owned(), u64::MAX, fail).unwrap();
    Mirror { piece_bytes: 1, ..mirror }
}

#[test]
fn a_mirror_grows_with_its_log_and_serves_every_width_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let log = entries(600, "leaf");
    for size in [1, 7, 255, 256, 300, 512, 513, 600] {
        let mirror = open(&folder);
        extend(&mirror, &log[..size], &log).unwrap();
        assert_eq!(mirror.size(), size as u64);
    }
    let mirror = open(&folder);
    assert_eq!(mirror.root_at(600), Some(head(&log).root));
    let asked = Bundle::new(1, 40).unwrap();
    assert_eq!(mirror.bundle(asked).unwrap().unwrap(), encode_bundle(&log[256..296]).unwrap());
    assert_eq!(mirror.bundle(Bundle::new(2, 89).unwrap()), Ok(None), "600 = 512 + 88");
    assert_eq!(mirror.bundle(Bundle::new(9, 1).unwrap()), Ok(None));
}

#[test]
fn entries_that_do_not_lead_to_the_root_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (log, mirror) = (entries(300, "leaf"), open(&folder));
    extend(&mirror, &log[..100], &log).unwrap();
    let mut false_log = log.clone();
    false_log[299][0] ^= 1;
    assert!(matches!(extend(&mirror, &log, &false_log), Err(MirrorError::Root { size: 300, .. })));
    assert!(matches!(extend(&mirror, &log, &log[..299]), Err(MirrorError::Missing { .. })));
    let short = |_: Bundle| Ok::<_, Infallible>(Some(vec![0, 9, 1]));
    assert!(matches!(mirror.extend(&head(&log), short, tiles(&log)), Err(MirrorError::Malformed { .. })));
    assert_eq!(mirror.size(), 100);
    assert_eq!(open(&folder).size(), 100);
    extend(&mirror, &log, &log).unwrap();
}

#[test]
fn a_checkpoint_of_another_history_is_a_fork() {
    let folder = tempfile::tempdir().unwrap();
    let (log, other, mirror) = (entries(300, "leaf"), entries(300, "fork"), open(&folder));
    extend(&mirror, &log, &log).unwrap();
    let longer = entries(400, "fork");
    for (size, log) in [(300, &other), (200, &other), (400, &longer)] {
        let error = extend(&mirror, &log[..size], log).unwrap_err();
        assert_eq!(error.code(), "log-forked", "{size}");
        assert_eq!(extend(&open(&folder), &log[..size], log).unwrap_err().code(), "log-forked", "{size}");
    }
    extend(&mirror, &log[..200], &log).unwrap();
    assert_eq!(mirror.size(), 300, "an older checkpoint of the same history takes nothing away");
}

#[test]
fn a_damaged_mirror_is_noticed_at_the_next_checkpoint_and_mended() {
    for damage in [0, 1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let log = entries(600, "leaf");
        extend(&open(&folder), &log[..550], &log).unwrap();
        let file = path(folder.path(), 1);
        let mut bytes = std::fs::read(&file).unwrap();
        match damage {
            0 => bytes[100] ^= 1,
            1 => bytes.truncate(1000),
            _ => bytes.clear(),
        }
        std::fs::write(&file, &bytes).unwrap();
        let mirror = open(&folder);
        extend(&mirror, &log, &log).unwrap();
        assert_eq!((mirror.size(), mirror.root_at(600)), (600, Some(head(&log).root)));
        assert_eq!(open(&folder).root_at(600), Some(head(&log).root), "also on the disk");
    }
}

#[test]
fn whatever_fails_on_the_way_the_mirror_holds_a_prefix_and_goes_on() {
    for (point, nth) in [(BUNDLE, 1), (BUNDLE, 2), (BUNDLE, 3), (HEAD, 1), (HEAD, 2)] {
        for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
            let folder = tempfile::tempdir().unwrap();
            let log = entries(700, "leaf");
            let fail = FailPoints::once(point, NonZeroU64::new(nth).unwrap(), fault);
            let mirror = in_pieces(&folder, &fail);
            assert!(extend(&mirror, &log, &log).is_err());
            let again = open(&folder);
            let held = usize::try_from(again.size()).unwrap();
            assert_eq!(again.root_at(again.size()), Some(head(&log[..held]).root), "{point} {nth} {fault:?}");
            extend(&again, &log, &log).unwrap();
            assert_eq!(open(&folder).root_at(700), Some(head(&log).root));
        }
    }
}

#[test]
fn a_long_log_is_taken_piece_by_piece_and_what_was_proved_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let log = entries(2_000, "leaf");
    let mirror = in_pieces(&folder, &FailPoints::none());
    extend(&mirror, &log[..700], &log).unwrap();
    // The line breaks: what came before is kept, and proved to be of the log.
    let mut honest = serve(&log);
    let broken = |bundle: Bundle| if bundle.index() == 5 { Ok(None) } else { honest(bundle) };
    let error = mirror.extend(&head(&log), broken, tiles(&log)).unwrap_err();
    assert!(matches!(error, MirrorError::Missing { .. }), "{error}");
    for mirror in [&mirror, &in_pieces(&folder, &FailPoints::none())] {
        assert_eq!((mirror.size(), mirror.root_at(1_280)), (1_280, Some(head(&log[..1_280]).root)));
    }
    let mut fetched = Vec::new();
    let mut honest = serve(&log);
    let counted = |bundle: Bundle| {
        fetched.push(bundle.index());
        honest(bundle)
    };
    mirror.extend(&head(&log), counted, tiles(&log)).unwrap();
    assert_eq!(fetched, [5, 6, 7], "it goes on from there");
    assert_eq!(mirror.root_at(2_000), Some(head(&log).root));
}

#[test]
fn no_piece_of_a_false_log_is_kept_and_false_tiles_prove_no_fork() {
    let (log, other) = (entries(2_000, "leaf"), entries(2_000, "fork"));
    for known in [0, 700, 1_024] {
        let folder = tempfile::tempdir().unwrap();
        let mirror = in_pieces(&folder, &FailPoints::none());
        extend(&mirror, &log[..known], &log).unwrap();
        for (bundles, tiles) in [(&other, &log), (&log, &other), (&other, &other)] {
            let error = mirror.extend(&head(&log), serve(bundles), self::tiles(tiles)).unwrap_err();
            assert_eq!(error.code(), "mirror-root", "{known}");
            assert_eq!(mirror.size(), known as u64);
        }
        if known > 0 {
            // A cosigned head of another history is a fork, whatever the tiles; nothing of it is kept.
            let error = extend(&mirror, &other, &other).unwrap_err();
            assert_eq!(error.code(), "log-forked", "{known}");
        }
        assert_eq!(open(&folder).root_at(known as u64), Some(head(&log[..known]).root));
        extend(&mirror, &log, &log).unwrap();
    }
}

#[test]
fn a_damaged_mirror_is_mended_in_pieces_and_a_fork_is_found_there_too() {
    let (log, other) = (entries(2_000, "leaf"), entries(2_000, "fork"));
    let folder = tempfile::tempdir().unwrap();
    extend(&open(&folder), &log[..1_500], &log).unwrap();
    let damage = || std::fs::write(path(folder.path(), 1), b"damaged").unwrap();
    damage();
    let mirror = in_pieces(&folder, &FailPoints::none());
    assert_eq!(extend(&mirror, &other, &other).unwrap_err().code(), "log-forked");
    assert_eq!(read_bundle(folder.path(), 2).unwrap(), log[512..768], "nothing of the fork is kept");
    extend(&mirror, &log[..1_200], &log[..1_500]).unwrap();
    assert_eq!(open(&folder).root_at(1_500), Some(head(&log[..1_500]).root), "under an older checkpoint too");
    damage();
    let mirror = in_pieces(&folder, &FailPoints::none());
    extend(&mirror, &log, &log).unwrap();
    assert_eq!(open(&folder).root_at(2_000), Some(head(&log).root));
}

#[test]
fn a_log_that_is_too_large_fills_neither_memory_nor_disk() {
    let folder = tempfile::tempdir().unwrap();
    let endless = TreeHead { size: LEAVES_MAX + 1, root: EMPTY_ROOT };
    let never =
        |_: Bundle| -> std::result::Result<Option<Vec<u8>>, Infallible> { panic!("nothing is fetched") };
    let error = open(&folder).extend(&endless, never, tiles(&[])).unwrap_err();
    assert!(matches!(error, MirrorError::Full { what: "leaves", .. }), "{error}");
    let log = entries(2_000, "leaf");
    let bytes_max = log[..600].iter().map(|entry| entry.len() as u64).sum();
    let small = Mirror::open(folder.path().to_owned(), bytes_max, &FailPoints::none()).unwrap();
    let small = Mirror { piece_bytes: 1, ..small };
    let error = extend(&small, &log, &log).unwrap_err();
    assert_eq!(error.code(), "mirror-full");
    assert_eq!((small.size(), small.root_at(512)), (512, Some(head(&log[..512]).root)));
    let again = Mirror::open(folder.path().to_owned(), bytes_max, &FailPoints::none()).unwrap();
    extend(&again, &log[..600], &log[..600]).unwrap();
    assert_eq!(extend(&again, &log[..601], &log[..601]).unwrap_err().code(), "mirror-full");
    assert_eq!(again.size(), 600);
}
