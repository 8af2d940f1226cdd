//! The entries of a log, as far as memory holds them.

use super::{MirrorError, files::read_bundle, piece::Piece};
use crate::durable::DiskError;
use std::path::Path;
use ximu_basics::Hash;
use ximu_tlog::{
    Tree,
    bundle::decode_bundle,
    merkle::{EMPTY_ROOT, leaf_hash, verify_consistency},
    tile::TILE_WIDTH,
    witness::TreeHead,
};

/// Entries, as far as memory holds them.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) tree: Tree,
    /// Their bytes, without what a bundle adds.
    pub(super) bytes: u64,
}

impl Entries {
    /// Those on the disk.
    pub(super) fn read(folder: &Path) -> Result<Entries, DiskError> {
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
    pub(super) fn take<Failure>(
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
