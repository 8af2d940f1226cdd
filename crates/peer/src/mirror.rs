//! The mirror: the entries of a log, kept by another centre (design 9: the database is not the only memory of what was
//! acknowledged).
//!
//! Entries are kept only after the root over all of them was found in a checkpoint that the policy's quorum cosigned.
//! They are taken piece by piece, each proved to be the beginning of what was cosigned by a few of the log's hashes, so
//! that no log can fill a peer's memory, and only as many as this peer has room for. Each bundle is one file, replaced as it
//! grows; whatever a crash leaves is a prefix of the log. A reader checks what it gets against a checkpoint, as with any
//! C2SP log; so does this mirror itself, after a start, before it adds.

use crate::durable::{self, DiskError};
use serde::{Deserialize, Serialize};
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use ximu_basics::{
    Hash,
    json::{from_canonical, to_canonical},
};
use ximu_journal::failpoint::FailPoints;
use ximu_tlog::{
    Tree,
    bundle::{BundleError, decode_bundle, encode_bundle},
    merkle::{EMPTY_ROOT, ProveError, leaf_hash, prove_consistency, verify_consistency},
    tile::{Bundle, TILE_WIDTH, Tile, TileError, TileReadError, TileReader, bundles_touched},
    witness::TreeHead,
};

/// The fail point of every bundle.
pub const BUNDLE: &str = "mirror-bundle";

/// The file of the newest head.
const HEAD_FILE: &str = "head";

/// The fail point of the head that the entries were checked against.
pub const HEAD: &str = "mirror-head";

/// The most leaves of a log that a peer follows: their hashes stay in its memory, 32 bytes each and as much again for the
/// nodes above them.
pub const LEAVES_MAX: u64 = 1 << 23;

/// A piece ends with the bundle that brings it to so many bytes.
const PIECE_BYTES: usize = 32 << 20;

/// The mirror of one log.
pub struct Mirror {
    folder: PathBuf,
    fail: FailPoints,
    bytes_max: u64,
    piece_bytes: usize,
    kept: Mutex<Kept>,
}

/// What is kept, in memory.
struct Kept {
    /// The entries on the disk.
    entries: Entries,
    /// The newest head they were checked against, cosigned or the beginning of a cosigned one; the empty one before the
    /// first.
    head: TreeHead,
}

/// Entries, as far as memory holds them.
#[derive(Default)]
struct Entries {
    tree: Tree,
    /// Their bytes, without what a bundle adds.
    bytes: u64,
}

/// Bundles that follow each other, and the proofs that what ends with them is the beginning of two heads.
struct Piece {
    bundles: Vec<(Bundle, Vec<u8>)>,
    to_head: Vec<Hash>,
    to_seen: Vec<Hash>,
}

/// The head as it stands on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadFile {
    v: u32,
    size: u64,
    root: Hash,
}

/// The mirror could not be brought up to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError<Failure> {
    /// An entry bundle or a tile could not be fetched.
    #[error("{0}")]
    Fetch(Failure),
    /// The log does not have a bundle or tile that its own checkpoint covers.
    #[error("expected {path}, which a cosigned checkpoint covers; found none")]
    Missing {
        /// The path.
        path: String,
    },
    /// A bundle is malformed.
    #[error("{bundle}: {fault}")]
    Malformed {
        /// The bundle's path.
        bundle: String,
        /// What is wrong.
        fault: BundleError,
    },
    /// A tile is malformed.
    #[error(transparent)]
    Tile(TileError),
    /// The log is larger than what this peer keeps of one.
    #[error("expected at most {max} {what} of one log, found {found}")]
    Full {
        /// Leaves, or bytes.
        what: &'static str,
        /// The most.
        max: u64,
        /// What the checkpoint covers, or what was fetched so far.
        found: u64,
    },
    /// The entries do not lead to the root of the checkpoint.
    #[error("expected entries that lead to the root {expected} at size {size}, found {found}")]
    Root {
        /// The checkpoint's size.
        size: u64,
        /// The checkpoint's root.
        expected: Hash,
        /// Where the entries lead.
        found: Hash,
    },
    /// The checkpoint contradicts the entries kept under an earlier one.
    #[error("expected the root {expected} at size {size}, as the entries kept here have; found {found}")]
    Fork {
        /// The size.
        size: u64,
        /// The root of the entries kept.
        expected: Hash,
        /// The root in the checkpoint.
        found: Hash,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl<Failure> MirrorError<Failure> {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            MirrorError::Fetch(_) => "mirror-fetch",
            MirrorError::Missing { .. } => "mirror-missing",
            MirrorError::Malformed { .. } | MirrorError::Tile(_) => "mirror-malformed",
            MirrorError::Full { .. } => "mirror-full",
            MirrorError::Root { .. } => "mirror-root",
            MirrorError::Fork { .. } => "log-forked",
            MirrorError::Disk(error) => error.code(),
        }
    }
}

impl Mirror {
    /// Opens the mirror in a folder, for at most so many bytes of entries. Entries that were damaged since are noticed, and
    /// mended at the next checkpoint.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(folder: PathBuf, bytes_max: u64, fail: &FailPoints) -> Result<Mirror, DiskError> {
        durable::create_folder(&folder)?;
        let kept = Kept { entries: Entries::read(&folder)?, head: read_head(&folder)? };
        let (fail, kept) = (fail.clone(), Mutex::new(kept));
        Ok(Mirror { folder, fail, bytes_max, piece_bytes: PIECE_BYTES, kept })
    }

    /// The number of entries that were found under a cosigned checkpoint.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.lock().head.size
    }

    /// The root that the kept entries had at a size up to [`Mirror::size`]; `None` above, or when they are damaged.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        let kept = self.lock();
        if kept.is_whole() && size <= kept.head.size { kept.entries.tree.root_at(size) } else { None }
    }

    /// Reads the entries on the disk again and says whether they are still those that were checked.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn recheck(&self) -> Result<bool, DiskError> {
        let entries = Entries::read(&self.folder)?;
        let mut kept = self.lock();
        kept.entries = entries;
        Ok(kept.is_whole())
    }

    /// Brings the mirror up to a checkpoint that the caller has found cosigned. `bundles` gets one bundle at the width it
    /// has at that size, `tiles` one tile; `None` when the log has none there. There is one caller at a time.
    ///
    /// # Errors
    /// Every [`MirrorError`]; the mirror is then as it was, or further along the same log.
    pub fn extend<Failure>(
        &self,
        head: &TreeHead,
        mut bundles: impl FnMut(Bundle) -> Result<Option<Vec<u8>>, Failure>,
        tiles: impl Fn(Tile) -> Result<Option<Vec<u8>>, Failure>,
    ) -> Result<(), MirrorError<Failure>> {
        if head.size > LEAVES_MAX {
            return Err(MirrorError::Full { what: "leaves", max: LEAVES_MAX, found: head.size });
        }
        let (seen, whole, known) = {
            let kept = self.lock();
            (kept.head, kept.is_whole(), kept.entries.tree.root_at(head.size))
        };
        let fork = |expected| Err(MirrorError::Fork { size: head.size, expected, found: head.root });
        if head.size == seen.size && head.root != seen.root {
            return fork(seen.root);
        }
        let log = Log { bundles: &mut bundles, tiles: &tiles };
        if !whole {
            return self.read_again(&seen, head, log);
        }
        if head.size <= seen.size {
            let expected = known.unwrap_or(EMPTY_ROOT);
            return if expected == head.root { Ok(()) } else { fork(expected) };
        }
        match self.grow(&seen, head, log) {
            // False entries, or another history: if the log's own entries from the first on lead to this root, they
            // prove a fork.
            Err(MirrorError::Root { .. }) if seen.size > 0 => {
                self.read_again(&seen, head, Log { bundles: &mut bundles, tiles: &tiles })
            }
            result => result,
        }
    }

    /// Fetches what follows `seen`, piece by piece, and keeps each that is proved.
    fn grow<Failure>(
        &self,
        seen: &TreeHead,
        head: &TreeHead,
        mut log: Log<'_, Failure>,
    ) -> Result<(), MirrorError<Failure>> {
        let (mut at, mut rest) = (seen.size, bundles_touched(seen.size, head.size).into_iter().peekable());
        while rest.peek().is_some() {
            // Nothing is fetched while the lock is held.
            let piece = log.piece(&mut rest, self.piece_bytes, seen, head)?;
            let mut kept = self.lock();
            kept.entries.tree.truncate(at);
            let before = kept.entries.bytes;
            if let Err(error) = kept.entries.take(&piece, seen, head, self.bytes_max) {
                kept.entries.tree.truncate(at);
                kept.entries.bytes = before;
                return Err(error);
            }
            let newest = TreeHead { size: kept.entries.tree.size(), root: kept.entries.tree.root() };
            // If we crash here: there are more entries than the head covers; they are fetched again.
            match self.keep(&piece).and_then(|()| write_head(&self.folder, &newest, &self.fail)) {
                Ok(()) => (kept.head, at) = (newest, newest.size),
                Err(error) => {
                    // What stands on the disk decides what is kept.
                    kept.entries = Entries::read(&self.folder)?;
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Fetches everything from the first entry on: to mend what was damaged here, or to learn whether the log has another
    /// history. What was kept stays in force until the end; each bundle that is written is a part of what was seen before.
    /// From the first that is not proved to be that on, nothing is written: where the last leaf seen before is reached, the
    /// root there says whether the log has another history or only its tiles were false.
    fn read_again<Failure>(
        &self,
        seen: &TreeHead,
        head: &TreeHead,
        mut log: Log<'_, Failure>,
    ) -> Result<(), MirrorError<Failure>> {
        let newest = if head.size > seen.size { *head } else { *seen };
        let mut rest = bundles_touched(0, newest.size).into_iter().peekable();
        let (mut entries, mut proved) = (Entries::default(), true);
        let mut read = || {
            while rest.peek().is_some() {
                let piece = log.piece(&mut rest, self.piece_bytes, seen, head)?;
                proved &= entries.take(&piece, seen, head, self.bytes_max)?;
                if proved {
                    self.keep(&piece)?;
                }
            }
            if !proved {
                let (size, expected, found) = (newest.size, newest.root, entries.tree.root());
                return Err(MirrorError::Root { size, expected, found });
            }
            write_head(&self.folder, &newest, &self.fail)?;
            Ok(())
        };
        let result = read();
        let mut kept = self.lock();
        match result {
            Ok(()) => *kept = Kept { entries, head: newest },
            Err(_) => kept.entries = Entries::read(&self.folder)?,
        }
        result
    }

    /// Writes the bundles of a piece that was proved.
    fn keep(&self, piece: &Piece) -> Result<(), DiskError> {
        for (bundle, bytes) in &piece.bundles {
            // If we crash here: the bundles before this one are kept, of the same log; the head is still the old one.
            self.fail.step(BUNDLE, || durable::write_exact(&path(&self.folder, bundle.index()), &[bytes]))?;
        }
        Ok(())
    }

    /// One entry bundle, as wide as asked for; `None` when that many entries are not kept.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn bundle(&self, bundle: Bundle) -> Result<Option<Vec<u8>>, DiskError> {
        let entries = read_bundle(&self.folder, bundle.index())?;
        let asked = entries.get(..usize::from(bundle.width()));
        Ok(asked.and_then(|entries| encode_bundle(entries).ok()))
    }

    /// The kept entries of one bundle.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn entries(&self, index: u64) -> Result<Vec<Vec<u8>>, DiskError> {
        read_bundle(&self.folder, index)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log as it is fetched.
struct Log<'a, Failure> {
    bundles: &'a mut dyn FnMut(Bundle) -> Result<Option<Vec<u8>>, Failure>,
    tiles: &'a dyn Fn(Tile) -> Result<Option<Vec<u8>>, Failure>,
}

impl<Failure> Log<'_, Failure> {
    /// The next bundles, at least one, and what proves that they end a beginning of both heads.
    fn piece(
        &mut self,
        rest: &mut Peekable<impl Iterator<Item = Bundle>>,
        bytes_max: usize,
        seen: &TreeHead,
        head: &TreeHead,
    ) -> Result<Piece, MirrorError<Failure>> {
        let (mut bundles, mut fetched, mut end) = (Vec::new(), 0, 0);
        while fetched < bytes_max {
            let Some(bundle) = rest.next() else { break };
            let bytes = (self.bundles)(bundle).map_err(MirrorError::Fetch)?;
            let bytes = bytes.ok_or_else(|| MirrorError::Missing { path: bundle.to_string() })?;
            fetched = fetched.saturating_add(bytes.len());
            end = bundle.first().saturating_add(u64::from(bundle.width()));
            bundles.push((bundle, bytes));
        }
        let (to_head, to_seen) = (self.prove(end, head, seen)?, self.prove(end, seen, head)?);
        Ok(Piece { bundles, to_head, to_seen })
    }

    /// The proof that the first `end` leaves are the beginning of a head; nothing when that is not larger. The tiles are
    /// those of the larger of both heads.
    fn prove(&self, end: u64, of: &TreeHead, other: &TreeHead) -> Result<Vec<Hash>, MirrorError<Failure>> {
        if end >= of.size {
            return Ok(Vec::new());
        }
        let fetch = |tile: Tile| {
            let bytes = (self.tiles)(tile).map_err(MirrorError::Fetch)?;
            bytes.ok_or_else(|| MirrorError::Missing { path: tile.to_string() })
        };
        let reader = TileReader::new(of.size.max(other.size), fetch);
        prove_consistency(end, of.size, &reader).map_err(|error| match error {
            ProveError::Read(TileReadError::Fetch(error)) => error,
            ProveError::Read(TileReadError::Malformed(fault)) => MirrorError::Tile(fault),
            // No proof asks for a node that its tree does not have.
            ProveError::Read(TileReadError::Outside { .. })
            | ProveError::Index { .. }
            | ProveError::Shrinks { .. } => {
                MirrorError::Root { size: of.size, expected: of.root, found: EMPTY_ROOT }
            }
        })
    }
}

impl Entries {
    /// Those on the disk.
    fn read(folder: &Path) -> Result<Entries, DiskError> {
        let mut entries = Entries::default();
        for index in 0.. {
            let bundle = read_bundle(folder, index)?;
            entries.extend(&bundle);
            if bundle.len() < usize::from(TILE_WIDTH) {
                break;
            }
        }
        Ok(entries)
    }

    /// Adds a piece, whose first bundle may begin with entries that are here, when it leads to the head. What was seen before
    /// must be a part of it; while it is larger, says whether this is proved to be a part of that.
    fn take<Failure>(
        &mut self,
        piece: &Piece,
        seen: &TreeHead,
        head: &TreeHead,
        bytes_max: u64,
    ) -> Result<bool, MirrorError<Failure>> {
        for (bundle, bytes) in &piece.bundles {
            let malformed = |fault| MirrorError::Malformed { bundle: bundle.to_string(), fault };
            let entries = decode_bundle(bytes, bundle.width()).map_err(malformed)?;
            let known =
                usize::try_from(self.tree.size().saturating_sub(bundle.first())).unwrap_or(usize::MAX);
            self.extend(entries.get(known..).unwrap_or_default());
            if self.bytes > bytes_max {
                return Err(MirrorError::Full { what: "bytes", max: bytes_max, found: self.bytes });
            }
        }
        if let Err(found) = self.begins(head, &piece.to_head) {
            return Err(MirrorError::Root { size: head.size, expected: head.root, found });
        }
        match self.begins(seen, &piece.to_seen) {
            Err(found) if seen.size <= self.tree.size() => {
                Err(MirrorError::Fork { size: seen.size, expected: seen.root, found })
            }
            part => Ok(part.is_ok()),
        }
    }

    fn extend(&mut self, entries: &[impl AsRef<[u8]>]) {
        for entry in entries.iter().map(AsRef::as_ref) {
            self.tree.push(leaf_hash(entry));
            self.bytes = self.bytes.saturating_add(entry.len() as u64);
        }
    }

    /// Whether a head is a beginning of these entries, or these are one of it by the proof; else the root found here.
    fn begins(&self, head: &TreeHead, proof: &[Hash]) -> Result<(), Hash> {
        let size = self.tree.size();
        if head.size <= size {
            let found = self.tree.root_at(head.size).unwrap_or(EMPTY_ROOT);
            return if found == head.root { Ok(()) } else { Err(found) };
        }
        let root = self.tree.root();
        verify_consistency(size, &root, head.size, &head.root, proof).map_err(|_| root)
    }
}

impl Kept {
    /// Whether the entries on the disk are those that lead to the head.
    fn is_whole(&self) -> bool {
        self.entries.tree.root_at(self.head.size) == Some(self.head.root)
    }
}

/// The newest head that was checked. A damaged file counts for none: it would be found wrong at the first comparison,
/// and what this peer cosigned guards against another history as well.
fn read_head(folder: &Path) -> Result<TreeHead, DiskError> {
    let bytes = match durable::read(&folder.join(HEAD_FILE)) {
        Err(DiskError::Damaged { .. }) => None,
        bytes => bytes?,
    };
    let head = bytes.and_then(|bytes| from_canonical::<HeadFile>(&bytes).ok());
    Ok(head.map_or(TreeHead::EMPTY, |head| TreeHead { size: head.size, root: head.root }))
}

fn write_head(folder: &Path, head: &TreeHead, fail: &FailPoints) -> Result<(), DiskError> {
    let path = folder.join(HEAD_FILE);
    let bytes = to_canonical(&HeadFile { v: 1, size: head.size, root: head.root });
    let bytes = bytes.map_err(|error| DiskError::Damaged {
        path: path.display().to_string(),
        expected: "a head that can be written",
        found: error.to_string(),
    })?;
    durable::write(&path, &bytes, fail, HEAD)
}

/// The entries in the file of one bundle; none when there is no file or it is cut. A damaged entry is noticed at the
/// next comparison with a checkpoint.
fn read_bundle(folder: &Path, index: u64) -> Result<Vec<Vec<u8>>, DiskError> {
    let bytes = durable::read_exact(&path(folder, index))?.unwrap_or_default();
    let (mut entries, mut rest) = (Vec::new(), bytes.as_slice());
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((entry, after)) = after.split_at_checked(length) else { break };
        if entries.len() >= usize::from(TILE_WIDTH) {
            break;
        }
        entries.push(entry.to_vec());
        rest = after;
    }
    Ok(entries)
}

fn path(folder: &Path, index: u64) -> PathBuf {
    folder.join(format!("entries-{index:012}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::num::NonZeroU64;
    use ximu_journal::failpoint::Fault;

    type Result<T> = std::result::Result<T, MirrorError<Infallible>>;

    fn entries(count: u64, kind: &str) -> Vec<Vec<u8>> {
        (0..count).map(|number| format!("{kind} {number}").into_bytes()).collect()
    }

    fn head(entries: &[Vec<u8>]) -> TreeHead {
        let tree: Tree = entries.iter().map(|entry| leaf_hash(entry)).collect();
        TreeHead { size: tree.size(), root: tree.root() }
    }

    fn serve(
        entries: &[Vec<u8>],
    ) -> impl FnMut(Bundle) -> std::result::Result<Option<Vec<u8>>, Infallible> + '_ {
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
                assert_eq!(
                    again.root_at(again.size()),
                    Some(head(&log[..held]).root),
                    "{point} {nth} {fault:?}"
                );
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
        assert_eq!(
            open(&folder).root_at(1_500),
            Some(head(&log[..1_500]).root),
            "under an older checkpoint too"
        );
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
}
