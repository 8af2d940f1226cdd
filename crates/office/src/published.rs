//! The published log, file by file (c2sp.org/tlog-tiles): the checkpoint, tiles, entry bundles.

use crate::{shared::Shared, trouble::Trouble};
use ximu_journal::{Tiles, TilesError, tiles::CHECKPOINT};
use ximu_tlog::tile::Resource;

/// The bytes of one file, by its path below the log's prefix. Any other path names nothing.
pub(crate) fn file(shared: &Shared, path: &str) -> Result<Vec<u8>, Trouble> {
    let tiles = Tiles::at(&shared.config.log_folder());
    if path == CHECKPOINT {
        let note = tiles.checkpoint().map_err(|error| unreadable(&error))?;
        return note.map(String::into_bytes).ok_or(Trouble::NotFound);
    }
    let read = match path.parse::<Resource>() {
        Ok(Resource::Tile(tile)) => tiles.tile(tile),
        Ok(Resource::Bundle(bundle)) => tiles.bundle(bundle),
        Err(_) => return Err(Trouble::NotFound),
    };
    read.map_err(|error| unreadable(&error))
}

fn unreadable(error: &TilesError) -> Trouble {
    match error {
        TilesError::Missing { .. } => Trouble::NotFound,
        TilesError::Full
        | TilesError::Conflict { .. }
        | TilesError::NotAfter { .. }
        | TilesError::Tile { .. }
        | TilesError::Bundle { .. }
        | TilesError::Note(_)
        | TilesError::Checkpoint(_)
        | TilesError::Store(_)
        | TilesError::Io { .. } => Trouble::Unreadable { code: crate::publisher::tiles_code(error) },
    }
}
