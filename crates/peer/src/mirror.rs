//! The mirror: the entries of a log, kept by another centre (design 9: the database is not the only memory of what was
//! acknowledged).
//!
//! Entries are kept only after the root over all of them was found in a checkpoint that the policy's quorum cosigned.
//! Each bundle is one file, replaced as it grows; whatever a crash leaves is a prefix of the log. A reader checks what
//! it gets against a checkpoint, as with any C2SP log; so does this mirror itself, after a start, before it adds.

use crate::durable::{self, DiskError};
use serde::{Deserialize, Serialize};
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
    merkle::{EMPTY_ROOT, leaf_hash},
    tile::{Bundle, TILE_WIDTH, bundles_touched},
    witness::TreeHead,
};

/// The fail point of every bundle.
pub const BUNDLE: &str = "mirror-bundle";

/// The file of the newest head.
const HEAD_FILE: &str = "head";

/// The fail point of the head that the entries were checked against.
pub const HEAD: &str = "mirror-head";

/// The mirror of one log.
pub struct Mirror {
    folder: PathBuf,
    fail: FailPoints,
    kept: Mutex<Kept>,
}

/// What is kept, in memory.
struct Kept {
    /// The tree of the entries on the disk.
    tree: Tree,
    /// The newest cosigned head they were checked against; the empty one before the first.
    head: TreeHead,
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
    /// An entry bundle could not be fetched.
    #[error("{0}")]
    Fetch(Failure),
    /// The log does not have a bundle that its own checkpoint covers.
    #[error("expected the entries {bundle}, which a cosigned checkpoint covers; found none")]
    Missing {
        /// The bundle's path.
        bundle: String,
    },
    /// A bundle is malformed.
    #[error("{bundle}: {fault}")]
    Malformed {
        /// The bundle's path.
        bundle: String,
        /// What is wrong.
        fault: BundleError,
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
            MirrorError::Malformed { .. } => "mirror-malformed",
            MirrorError::Root { .. } => "mirror-root",
            MirrorError::Fork { .. } => "log-forked",
            MirrorError::Disk(error) => error.code(),
        }
    }
}

impl Mirror {
    /// Opens the mirror in a folder. Entries that were damaged since are noticed, and mended at the next checkpoint.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(folder: PathBuf, fail: &FailPoints) -> Result<Mirror, DiskError> {
        durable::create_folder(&folder)?;
        let kept = Kept { tree: read_tree(&folder)?, head: read_head(&folder)? };
        Ok(Mirror { folder, fail: fail.clone(), kept: Mutex::new(kept) })
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
        if kept.is_whole() && size <= kept.head.size { kept.tree.root_at(size) } else { None }
    }

    /// Reads the entries on the disk again and says whether they are still those that were checked.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn recheck(&self) -> Result<bool, DiskError> {
        let tree = read_tree(&self.folder)?;
        let mut kept = self.lock();
        kept.tree = tree;
        Ok(kept.is_whole())
    }

    /// Brings the mirror up to a checkpoint that the caller has found cosigned. `fetch` gets one bundle at the width it
    /// has at that size; `None` when the log has none there. There is one caller at a time.
    ///
    /// # Errors
    /// Every [`MirrorError`]; the mirror is then as it was, or further along the same log.
    pub fn extend<Failure>(
        &self,
        head: &TreeHead,
        mut fetch: impl FnMut(Bundle) -> Result<Option<Vec<u8>>, Failure>,
    ) -> Result<(), MirrorError<Failure>> {
        let (seen, whole, known) = {
            let kept = self.lock();
            (kept.head, kept.is_whole(), kept.tree.root_at(head.size))
        };
        let fork = |expected| Err(MirrorError::Fork { size: head.size, expected, found: head.root });
        if head.size == seen.size && head.root != seen.root {
            return fork(seen.root);
        }
        if !whole {
            return self.grow(&seen, 0, head, &mut fetch);
        }
        if head.size <= seen.size {
            let expected = known.unwrap_or(EMPTY_ROOT);
            return if expected == head.root { Ok(()) } else { fork(expected) };
        }
        match self.grow(&seen, seen.size, head, &mut fetch) {
            // False entries, or another history: if the log's own entries from the first on lead to this root, they
            // prove a fork.
            Err(MirrorError::Root { .. }) if seen.size > 0 => self.grow(&seen, 0, head, &mut fetch),
            result => result,
        }
    }

    /// Fetches the entries from `from` on, checks the root over all and that what was cosigned before is a part of
    /// them, and only then keeps them.
    fn grow<Failure>(
        &self,
        seen: &TreeHead,
        from: u64,
        head: &TreeHead,
        fetch: &mut impl FnMut(Bundle) -> Result<Option<Vec<u8>>, Failure>,
    ) -> Result<(), MirrorError<Failure>> {
        let target = head.size.max(seen.size);
        let mut fetched = Vec::new();
        for bundle in bundles_touched(from, target) {
            let bytes = fetch(bundle).map_err(MirrorError::Fetch)?;
            let missing = || MirrorError::Missing { bundle: bundle.to_string() };
            fetched.push((bundle, bytes.ok_or_else(missing)?));
        }
        // Nothing is fetched while the lock is held.
        let mut kept = self.lock();
        let mut tree = std::mem::take(&mut kept.tree);
        tree.truncate(from);
        let grown = add(&mut tree, &fetched).and_then(|()| compare(&tree, seen, head));
        if let Err(error) = grown {
            // Back to what stands on the disk under the old head; from the first entry on, that is read again.
            tree.truncate(if from == 0 { 0 } else { seen.size });
            kept.tree = if from == 0 { read_tree(&self.folder)? } else { tree };
            return Err(error);
        }
        let newest = if head.size > seen.size { *head } else { *seen };
        match self.keep(&fetched, &newest) {
            Ok(()) => *kept = Kept { tree, head: newest },
            Err(error) => {
                // What stands on the disk decides what is kept.
                kept.tree = read_tree(&self.folder)?;
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Writes bundles, then the head over them.
    fn keep(&self, fetched: &[(Bundle, Vec<u8>)], head: &TreeHead) -> Result<(), DiskError> {
        for (bundle, bytes) in fetched {
            // If we crash here: the bundles before this one are kept, of the same log; the head is still the old one.
            self.fail.step(BUNDLE, || durable::write_exact(&path(&self.folder, bundle.index()), &[bytes]))?;
        }
        // If we crash here: there are more entries than the head covers; they are fetched again.
        write_head(&self.folder, head, &self.fail)
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

/// Adds fetched bundles to a tree that may hold the first entries of the first of them.
fn add<Failure>(tree: &mut Tree, fetched: &[(Bundle, Vec<u8>)]) -> Result<(), MirrorError<Failure>> {
    for (bundle, bytes) in fetched {
        let malformed = |fault| MirrorError::Malformed { bundle: bundle.to_string(), fault };
        let entries = decode_bundle(bytes, bundle.width()).map_err(malformed)?;
        let known = usize::try_from(tree.size().saturating_sub(bundle.first())).unwrap_or(usize::MAX);
        tree.extend(entries.iter().skip(known).map(|entry| leaf_hash(entry)));
    }
    Ok(())
}

/// The tree leads to the new head, and what was seen before is a part of it.
fn compare<Failure>(tree: &Tree, seen: &TreeHead, head: &TreeHead) -> Result<(), MirrorError<Failure>> {
    let found = tree.root_at(head.size).unwrap_or(EMPTY_ROOT);
    if found != head.root {
        return Err(MirrorError::Root { size: head.size, expected: head.root, found });
    }
    let found = tree.root_at(seen.size).unwrap_or(EMPTY_ROOT);
    if found != seen.root {
        return Err(MirrorError::Fork { size: seen.size, expected: seen.root, found });
    }
    Ok(())
}

impl Kept {
    /// Whether the entries on the disk are those that lead to the head.
    fn is_whole(&self) -> bool {
        self.tree.root_at(self.head.size) == Some(self.head.root)
    }
}

fn read_tree(folder: &Path) -> Result<Tree, DiskError> {
    let mut tree = Tree::new();
    for index in 0.. {
        let entries = read_bundle(folder, index)?;
        tree.extend(entries.iter().map(|entry| leaf_hash(entry)));
        if entries.len() < usize::from(TILE_WIDTH) {
            break;
        }
    }
    Ok(tree)
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

    fn extend(mirror: &Mirror, to: &[Vec<u8>], served: &[Vec<u8>]) -> Result<()> {
        mirror.extend(&head(to), serve(served))
    }

    fn open(folder: &tempfile::TempDir) -> Mirror {
        Mirror::open(folder.path().to_owned(), &FailPoints::none()).unwrap()
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
        assert!(matches!(mirror.extend(&head(&log), short), Err(MirrorError::Malformed { .. })));
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
        for (point, nth) in [(BUNDLE, 1), (BUNDLE, 2), (BUNDLE, 3), (HEAD, 1)] {
            for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
                let folder = tempfile::tempdir().unwrap();
                let log = entries(700, "leaf");
                let fail = FailPoints::once(point, NonZeroU64::new(nth).unwrap(), fault);
                let mirror = Mirror::open(folder.path().to_owned(), &fail).unwrap();
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
}
