//! The leaves (verify 4.7): as many as the checkpoint says, and every cosigned checkpoint is of their tree.

use alloc::{format, vec::Vec};
use ximu_tlog::{Checkpoint, Note, Tree, bundle::decode_bundle, merkle::leaf_hash, tile::TILE_WIDTH};

use super::{History, Run, at_file};
use crate::{Code, Failure, Place, bundle::path, zip::Files};

impl<'a> Run<'a> {
    /// The leaves' bytes. A root that differs is a failure, but the leaves are replayed all the same, so that the
    /// first one that is wrong is named.
    pub(super) fn leaves(&mut self, history: &History) -> Option<Vec<&'a [u8]>> {
        let leaves = match read_leaves(&self.files, history.newest.size) {
            Ok(leaves) => leaves,
            Err(failure) => {
                self.add(failure);
                return None;
            }
        };
        let tree: Tree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        for cosigned in &history.cosigned {
            let found = tree.root_at(cosigned.size);
            if found == Some(cosigned.root) {
                continue;
            }
            let found = found.map_or_else(|| "no root of that size".into(), |root| format!("{root}"));
            let detail = format!("expected the root {}, found: the leaves give {found}", cosigned.root);
            self.fail(Code::CheckpointRoot, Place::Checkpoint(cosigned.size), detail);
        }
        self.count("leaves", leaves.len() as u64);
        Some(leaves)
    }
}

/// The leaves of a bundle up to its newest checkpoint, for whoever has verified it and reads on. Nothing is judged.
///
/// # Errors
/// What [`super::verify`] finds too: the checkpoint or an entry bundle cannot be read.
pub fn leaves_of<'a>(files: &Files<'a>) -> Result<Vec<&'a [u8]>, Failure> {
    let fail = |code| Failure::new(code, at_file(path::CHECKPOINT), "expected a checkpoint");
    let bytes = files.get(path::CHECKPOINT).copied().ok_or_else(|| fail(Code::FileMissing))?;
    let note = Note::parse(bytes).ok();
    let newest = note.and_then(|note| Checkpoint::parse(note.text()).ok());
    read_leaves(files, newest.ok_or_else(|| fail(Code::CheckpointMalformed))?.size)
}

/// Reads exactly `size` leaves out of the entry bundles.
pub(super) fn read_leaves<'a>(files: &Files<'a>, size: u64) -> Result<Vec<&'a [u8]>, Failure> {
    let mut leaves = Vec::new();
    let mut read = 0u64;
    while read < size {
        let width = (size - read).min(u64::from(TILE_WIDTH));
        let width = u16::try_from(width).unwrap_or(TILE_WIDTH);
        let path = path::entries(read / u64::from(TILE_WIDTH), width.into());
        let fail = |code, detail| Failure::new(code, at_file(&path), detail);
        let missing =
            || fail(Code::FileMissing, format!("expected {width} leaves from {read} on, found no file"));
        let bytes = files.get(path.as_str()).copied().ok_or_else(missing)?;
        let bundle =
            decode_bundle(bytes, width).map_err(|error| fail(Code::LeavesMalformed, format!("{error}")))?;
        leaves.extend(bundle);
        read += u64::from(width);
    }
    Ok(leaves)
}
