//! The mirror: the entries of a log, kept by another centre (design 9: the database is not the only memory of what was
//! acknowledged).
//!
//! Entries are kept only after the root over all of them was found in a checkpoint that the policy's quorum cosigned.
//! They are taken piece by piece, each proved to be the beginning of what was cosigned by a few of the log's hashes, so
//! that no log can fill a peer's memory, and only as many as this peer has room for. Each bundle is one file, replaced as it
//! grows; whatever a crash leaves is a prefix of the log. A reader checks what it gets against a checkpoint, as with any
//! C2SP log; so does this mirror itself, after a start, before it adds.

mod entries;
mod error;
mod files;
mod piece;
#[cfg(test)]
mod tests;

pub use error::MirrorError;

use crate::durable::{self, DiskError};
use entries::Entries;
use files::{path, read_bundle, read_head, write_head};
use piece::{Log, Piece};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use ximu_basics::Hash;
use ximu_journal::failpoint::FailPoints;
use ximu_tlog::{
    bundle::encode_bundle,
    merkle::EMPTY_ROOT,
    tile::{Bundle, Tile, bundles_touched},
    witness::TreeHead,
};

/// The fail point of every bundle.
pub const BUNDLE: &str = "mirror-bundle";

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

    /// The most bytes of entries that are kept.
    #[must_use]
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
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

impl Kept {
    /// Whether the entries on the disk are those that lead to the head.
    fn is_whole(&self) -> bool {
        self.entries.tree.root_at(self.head.size) == Some(self.head.root)
    }
}
