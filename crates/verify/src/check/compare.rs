//! Two histories (verify 7.6): what somebody else was shown is the same tree, or the log has forked.

use alloc::{format, string::String, string::ToString, vec::Vec};
use ximu_tlog::{Checkpoint, Note, Tree, VerifierKey, merkle::leaf_hash};

use super::{History, Run, leaves::read_leaves};
use crate::{Code, Place, bundle::path, zip};

/// What the other side shows: a checkpoint, and the leaves when it is a bundle.
struct Other<'a> {
    checkpoint: Checkpoint,
    leaves: Option<Vec<&'a [u8]>>,
}

impl Run<'_> {
    pub(super) fn compare(&mut self, history: &History, leaves: &[&[u8]]) {
        let Some(bytes) = self.options.other else { return };
        self.count("compare", 1);
        match read(bytes, &history.log) {
            Ok(other) => self.compare_with(&other, leaves),
            Err(detail) => self.fail(Code::CompareForeign, Place::Other, detail),
        }
    }

    fn compare_with(&mut self, other: &Other<'_>, ours: &[&[u8]]) {
        let theirs = &other.checkpoint;
        let size = ours.len() as u64;
        if let Some(leaves) = &other.leaves {
            let differs = ours.iter().zip(leaves).position(|(ours, theirs)| ours != theirs);
            if let Some(index) = differs {
                let detail =
                    format!("the log signed another leaf here, under its checkpoint of size {}", theirs.size);
                self.fail(Code::CompareFork, Place::Leaf(index as u64), detail);
            }
        } else if theirs.size > size {
            let detail = format!("expected a checkpoint of size up to {size}, found {}", theirs.size);
            self.fail(Code::CompareLarger, Place::Other, detail);
        } else {
            let tree: Tree = ours.iter().map(|leaf| leaf_hash(leaf)).collect();
            let root = tree.root_at(theirs.size);
            if root != Some(theirs.root) {
                let detail = format!("expected the root {root:?}, the log signed {}", theirs.root);
                self.fail(Code::CompareFork, Place::Checkpoint(theirs.size), detail);
            }
        }
    }
}

/// Reads the other side. Its signature is what makes a difference evidence, so it is checked; cosignatures are not.
fn read<'a>(bytes: &'a [u8], log: &VerifierKey) -> Result<Other<'a>, String> {
    let files =
        bytes.starts_with(b"PK").then(|| zip::read(bytes)).transpose().map_err(|error| error.to_string())?;
    let note = match &files {
        Some(files) => files.get(path::CHECKPOINT).copied().ok_or("expected a bundle with a checkpoint")?,
        None => bytes,
    };
    let note = Note::parse(note).map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::open(&note, log).map_err(|error| error.to_string())?;
    let Some(files) = files else { return Ok(Other { checkpoint, leaves: None }) };
    let leaves = read_leaves(&files, checkpoint.size).map_err(|failure| failure.to_string())?;
    let tree: Tree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    if tree.root() != checkpoint.root {
        return Err("expected leaves that give the root of their checkpoint".to_string());
    }
    Ok(Other { checkpoint, leaves: Some(leaves) })
}
