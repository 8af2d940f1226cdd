//! The published log as files: C2SP tiles, entry bundles and `checkpoint` in one folder (c2sp.org/tlog-tiles).
//!
//! The order that keeps a log whole: leaves are durable in the journal, then their tiles here, then witnesses
//! cosign, then the journal keeps the cosigned checkpoint, then the file `checkpoint` is replaced. So whatever a
//! checkpoint covers is there before the checkpoint is. Every step can be repeated after a crash.
//!
//! Not here: who asks the witnesses (`ximu-office`), what a proof is (`ximu-tlog`), serving over HTTP (`ximu-web`).

use crate::disk::{self, Changes};
use crate::error::StoreError;
use crate::failpoint::{CHECKPOINT_SWAP, FailPoints, Injected, TILE_WRITE};
use crate::record::Leaf;
use crate::store::Reader;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use ximu_tlog::bundle::{BundleError, decode_bundle, encode_bundle};
use ximu_tlog::checkpoint::CheckpointError;
use ximu_tlog::merkle::root_of;
use ximu_tlog::note::{Note, NoteError};
use ximu_tlog::tile::{Bundle, TILE_WIDTH, Tile, TileError, bundles_touched, tiles_touched};
use ximu_tlog::{Checkpoint, tile::TileReader};

/// The name of the checkpoint's file, also its path below the log's prefix.
pub const CHECKPOINT: &str = "checkpoint";
/// The folder of files that have no name yet; never served.
const UNFINISHED: &str = "unfinished";

/// The read side of a log's folder. Cloning is cheap; any thread may read.
#[derive(Debug, Clone)]
pub struct Tiles {
    directory: PathBuf,
}

/// The write side of a log's folder. There is one, owned by the publisher.
#[derive(Debug)]
pub struct TileWriter {
    tiles: Tiles,
    fail: FailPoints,
}

/// Why a file of the log could not be read or written. Each step may be tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TilesError {
    /// The disk is full; the step was not done.
    #[error("the disk is full: the log was not published further; free some space")]
    Full,
    /// A file that must never change already holds something else.
    #[error("{path} already holds other bytes: the journal and the published log differ, stop and compare")]
    Conflict {
        /// The path below the log's folder.
        path: String,
    },
    /// The checkpoint to be published is not after the published one.
    #[error("expected a checkpoint after {published} leaves, or the same again; found another of {found}")]
    NotAfter {
        /// The published size.
        published: u64,
        /// The size that was given.
        found: u64,
    },
    /// A file does not exist.
    #[error("{path} is missing")]
    Missing {
        /// The path below the log's folder.
        path: String,
    },
    /// A tile has a wrong length.
    #[error("{path}: {found}")]
    Tile {
        /// The path below the log's folder.
        path: String,
        /// What is wrong with it.
        found: TileError,
    },
    /// A bundle cannot be read.
    #[error("{path}: {found}")]
    Bundle {
        /// The path below the log's folder.
        path: String,
        /// What is wrong with it.
        found: BundleError,
    },
    /// A signed note cannot be read.
    #[error("the checkpoint: {0}")]
    Note(#[from] NoteError),
    /// A note's text is not a checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The journal could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system failed.
    #[error("{during}: {found}")]
    Io {
        /// What was being done.
        during: &'static str,
        /// The system's reason.
        found: String,
    },
}

impl From<Injected> for TilesError {
    fn from(injected: Injected) -> TilesError {
        match injected {
            Injected::Error(point) => TilesError::Io { during: point, found: injected.to_string() },
            Injected::Full(_) => TilesError::Full,
        }
    }
}

impl TileWriter {
    /// Opens a log's folder and creates it if there is none; its parent must exist. Files that a former process
    /// did not finish are removed.
    ///
    /// # Errors
    /// [`TilesError::Full`], [`TilesError::Io`].
    pub fn open(directory: &Path, fail: FailPoints) -> Result<TileWriter, TilesError> {
        let tiles = Tiles::at(directory);
        let mut changes = Changes::default();
        changes.create_folder(&directory.join(UNFINISHED)).map_err(io_error("create the log's folder"))?;
        let removed = disk::empty_folder(&directory.join(UNFINISHED));
        removed.map_err(io_error("remove unfinished files of the log"))?;
        changes.flush().map_err(io_error("flush the log's folder"))?;
        Ok(TileWriter { tiles, fail })
    }

    /// The read side.
    #[must_use]
    pub fn tiles(&self) -> Tiles {
        self.tiles.clone()
    }

    /// Writes every tile and bundle that is new or wider when the log grows from `old` to `new` leaves; the
    /// journal must hold them. Durable on return. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`TilesError::Conflict`] when a file already says otherwise, [`TilesError::Store`], [`TilesError::Full`],
    /// [`TilesError::Io`].
    pub fn grow(&mut self, reader: &dyn Reader, old: u64, new: u64) -> Result<(), TilesError> {
        let mut changes = Changes::default();
        // 1. Bundles and the hashes of their entries.
        //    If we crash here: files that no checkpoint covers yet; the same bytes are written again.
        for bundle in bundles_touched(old, new) {
            let leaves = reader.leaves(bundle.first()..bundle.first() + u64::from(bundle.width()))?;
            let entries: Vec<&[u8]> = leaves.iter().map(|leaf| leaf.bytes.as_slice()).collect();
            let path = bundle.to_string();
            let bytes =
                encode_bundle(&entries).map_err(|found| TilesError::Bundle { path: path.clone(), found })?;
            self.write(&mut changes, &path, &bytes)?;
            let tile = Tile::new(0, bundle.index(), bundle.width());
            let tile = tile.map_err(|found| TilesError::Tile { path, found })?;
            self.write(&mut changes, &tile.to_string(), &leaf_tile(&leaves))?;
        }
        // 2. Tiles above them, from full tiles below, lowest level first.
        for tile in tiles_touched(old, new).into_iter().filter(|tile| tile.level() > 0) {
            let bytes = self.tiles.hash_children(tile)?;
            self.write(&mut changes, &tile.to_string(), &bytes)?;
        }
        // 3. The names. If we crash before: some names may be gone after a power cut; they are written again,
        //    because the checkpoint that needs them is not published before this returns.
        changes.flush().map_err(io_error("flush the log's folders"))?;
        // 4. Partial tiles whose full tile is durable now; readers of an older checkpoint are given the start of
        //    the full one. If we crash here: some are left and take space.
        self.remove_partial(old, new)
    }

    /// Replaces the file `checkpoint`. Durable on return; repeating it changes nothing. The tiles it covers must
    /// have been written, and the journal must have kept it, before.
    ///
    /// # Errors
    /// [`TilesError::NotAfter`], [`TilesError::Note`] and [`TilesError::Checkpoint`] (the old or the new one is not a
    /// checkpoint), [`TilesError::Full`], [`TilesError::Io`].
    pub fn swap_checkpoint(&mut self, note: &str) -> Result<(), TilesError> {
        let new = checkpoint_of(note)?;
        if let Some(published) = self.tiles.checkpoint()? {
            let old = checkpoint_of(&published)?;
            if new.size < old.size || (new.size == old.size && new.root != old.root) {
                return Err(TilesError::NotAfter { published: old.size, found: new.size });
            }
        }
        let (tiles, mut changes) = (&self.tiles, Changes::default());
        self.fail.step(CHECKPOINT_SWAP, || {
            // If we crash at any line: the old checkpoint or the new one is there, whole, and true.
            let unfinished = tiles.directory.join(UNFINISHED).join(CHECKPOINT);
            let target = tiles.directory.join(CHECKPOINT);
            let written = changes.write_file(&unfinished, &target, note.as_bytes());
            written.and_then(|()| changes.flush()).map_err(io_error("replace the checkpoint"))
        })
    }

    /// After a start whose check was good: writes the tiles up to the newest cosigned checkpoint of the journal
    /// and publishes it, if a crash came between. Returns the published size.
    ///
    /// # Errors
    /// Those of [`TileWriter::grow`] and [`TileWriter::swap_checkpoint`].
    pub fn catch_up(&mut self, reader: &dyn Reader) -> Result<u64, TilesError> {
        let published = self.tiles.checkpoint()?;
        let published = published.map(|note| checkpoint_of(&note)).transpose()?;
        let published = published.map_or(0, |checkpoint| checkpoint.size);
        match reader.newest_cosigned()? {
            Some(newest) if newest.size > published || published == 0 => {
                self.grow(reader, published, newest.size)?;
                self.swap_checkpoint(&newest.note)?;
                Ok(newest.size)
            }
            Some(_) | None => Ok(published),
        }
    }

    fn write(&self, changes: &mut Changes, path: &str, bytes: &[u8]) -> Result<(), TilesError> {
        let target = self.tiles.directory.join(path);
        self.fail.step(TILE_WRITE, || {
            match fs::read(&target) {
                Ok(found) if found == bytes => {
                    // Written before a crash, perhaps without its name being flushed.
                    changes.touch(&target);
                    return Ok(());
                }
                Ok(_) => return Err(TilesError::Conflict { path: path.to_owned() }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(io_error("read a tile")(error)),
            }
            let unfinished = self.tiles.directory.join(UNFINISHED).join("tile");
            changes.write_file(&unfinished, &target, bytes).map_err(io_error("write a tile"))
        })
    }

    fn remove_partial(&self, old: u64, new: u64) -> Result<(), TilesError> {
        let tiles = tiles_touched(old, new).into_iter().filter(|tile| tile.is_full());
        let bundles = bundles_touched(old, new).into_iter().filter(|bundle| bundle.width() == TILE_WIDTH);
        for path in tiles.map(|tile| tile.to_string()).chain(bundles.map(|bundle| bundle.to_string())) {
            match fs::remove_dir_all(self.tiles.directory.join(format!("{path}.p"))) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(io_error("remove partial tiles")(error)),
            }
        }
        Ok(())
    }
}

impl Tiles {
    /// The log's folder at this place; it need not exist yet.
    #[must_use]
    pub fn at(directory: &Path) -> Tiles {
        Tiles { directory: directory.to_path_buf() }
    }

    /// The published checkpoint, a signed note; `None` before the first.
    ///
    /// # Errors
    /// [`TilesError::Io`], also when the file is not UTF-8.
    pub fn checkpoint(&self) -> Result<Option<String>, TilesError> {
        match fs::read_to_string(self.directory.join(CHECKPOINT)) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read the checkpoint")(error)),
        }
    }

    /// The bytes of a tile. A partial tile that was removed is the start of the full one.
    ///
    /// # Errors
    /// [`TilesError::Missing`], [`TilesError::Tile`], [`TilesError::Io`].
    pub fn tile(&self, tile: Tile) -> Result<Vec<u8>, TilesError> {
        let path = tile.to_string();
        let mut bytes = self.read(&path)?;
        if bytes.is_none() && !tile.is_full() {
            bytes = self.read(full_path(&path))?;
            if let Some(bytes) = &mut bytes {
                bytes.truncate(32 * usize::from(tile.width()));
            }
        }
        let bytes = bytes.ok_or_else(|| TilesError::Missing { path: path.clone() })?;
        match tile.decode(&bytes) {
            Ok(_) => Ok(bytes),
            Err(found) => Err(TilesError::Tile { path, found }),
        }
    }

    /// The bytes of an entry bundle. A partial bundle that was removed is the start of the full one.
    ///
    /// # Errors
    /// [`TilesError::Missing`], [`TilesError::Bundle`], [`TilesError::Io`].
    pub fn bundle(&self, bundle: Bundle) -> Result<Vec<u8>, TilesError> {
        let path = bundle.to_string();
        let fault = |found| TilesError::Bundle { path: path.clone(), found };
        if let Some(bytes) = self.read(&path)? {
            decode_bundle(&bytes, bundle.width()).map_err(fault)?;
            return Ok(bytes);
        }
        let full = if bundle.width() < TILE_WIDTH { self.read(full_path(&path))? } else { None };
        let full = full.ok_or_else(|| TilesError::Missing { path: path.clone() })?;
        let entries = decode_bundle(&full, TILE_WIDTH).map_err(fault)?;
        encode_bundle(entries.get(..usize::from(bundle.width())).unwrap_or_default()).map_err(fault)
    }

    /// Reads the nodes of the tree of `size` leaves, for proofs.
    #[must_use]
    pub fn nodes(&self, size: u64) -> TileReader<impl Fn(Tile) -> Result<Vec<u8>, TilesError> + use<>> {
        let tiles = self.clone();
        TileReader::new(size, move |tile| tiles.tile(tile))
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TilesError> {
        match fs::read(self.directory.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read a tile")(error)),
        }
    }

    /// The bytes of a tile above level 0: each hash is the root of the full tile below it.
    fn hash_children(&self, tile: Tile) -> Result<Vec<u8>, TilesError> {
        let fault = |found| TilesError::Tile { path: tile.to_string(), found };
        let mut bytes = Vec::with_capacity(32 * usize::from(tile.width()));
        for node in tile.nodes() {
            let child = Tile::new(tile.level() - 1, node.index, TILE_WIDTH).map_err(fault)?;
            let hashes = child.decode(&self.tile(child)?).map_err(fault)?;
            bytes.extend_from_slice(&root_of(&hashes).0);
        }
        Ok(bytes)
    }
}

fn leaf_tile(leaves: &[Leaf]) -> Vec<u8> {
    leaves.iter().flat_map(|leaf| leaf.hash.0).collect()
}

fn full_path(path: &str) -> &str {
    path.split_once(".p/").map_or(path, |(full, _)| full)
}

/// What a signed note says, without asking who signed it.
fn checkpoint_of(note: &str) -> Result<Checkpoint, TilesError> {
    Ok(Checkpoint::parse(Note::parse(note.as_bytes())?.text())?)
}

fn io_error(during: &'static str) -> impl FnOnce(io::Error) -> TilesError {
    move |error| match crate::error::is_full(&error) {
        true => TilesError::Full,
        false => TilesError::Io { during, found: error.to_string() },
    }
}
