//! What is fetched of a log at a time, and what proves it.

use super::MirrorError;
use std::iter::Peekable;
use ximu_basics::Hash;
use ximu_tlog::{
    merkle::{EMPTY_ROOT, ProveError, prove_consistency},
    tile::{Bundle, Tile, TileReadError, TileReader},
    witness::TreeHead,
};

/// Bundles that follow each other, and the proofs that what ends with them is the beginning of two heads.
pub(super) struct Piece {
    pub(super) bundles: Vec<(Bundle, Vec<u8>)>,
    pub(super) to_head: Vec<Hash>,
    pub(super) to_seen: Vec<Hash>,
}

/// The log as it is fetched.
pub(super) struct Log<'a, Failure> {
    pub(super) bundles: &'a mut dyn FnMut(Bundle) -> Result<Option<Vec<u8>>, Failure>,
    pub(super) tiles: &'a dyn Fn(Tile) -> Result<Option<Vec<u8>>, Failure>,
}

impl<Failure> Log<'_, Failure> {
    /// The next bundles, at least one, and what proves that they end a beginning of both heads.
    pub(super) fn piece(
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
