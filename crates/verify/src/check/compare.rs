//! Two histories (verify 7.6): what somebody else was shown is the same tree, or the log has forked. A bidder's whole
//! receipt shows a leaf of its own, and an operation that must be among those disclosed.

use alloc::{format, string::String, string::ToString, vec::Vec};
use ximu_basics::Hash;
use ximu_procedure::wire::Leaf;
use ximu_tlog::{
    Checkpoint, Note, Proof, Receipt, Tree, VerifierKey,
    merkle::{leaf_hash, verify_inclusion},
    receipt::beat_root,
};

use super::{History, Replayed, Run, leaves::read_leaves, tender_path};
use crate::{
    Code, NoteCode, Place,
    bundle::{path, read_operations},
    zip,
};

/// What the other side shows: a checkpoint; the leaves when it is a bundle; the beat and the operation of a receipt.
struct Other<'a> {
    checkpoint: Checkpoint,
    leaves: Option<Vec<&'a [u8]>>,
    receipt: Option<Receipt>,
}

impl Run<'_> {
    pub(super) fn compare(&mut self, history: &History, leaves: &[&[u8]], replayed: &Replayed) {
        let Some(bytes) = self.options.other else { return };
        self.count("compare", 1);
        match read(bytes, &history.log) {
            Ok(other) => {
                self.compare_with(&other, leaves);
                other.receipt.iter().for_each(|receipt| self.compare_receipt(receipt, leaves, replayed));
            }
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
                let ours = root.map_or_else(|| "none".into(), |root| format!("{root}"));
                let detail = format!("expected the root {ours}, the log signed {}", theirs.root);
                self.fail(Code::CompareFork, Place::Checkpoint(theirs.size), detail);
            }
        }
    }
}

impl Run<'_> {
    /// The receipt proves its beat, which is the leaf that we have; once its class is disclosed, its operation is one of that
    /// beat, and until then nobody knows.
    fn compare_receipt(&mut self, receipt: &Receipt, ours: &[&[u8]], replayed: &Replayed) {
        if let Err(detail) = proves_its_beat(receipt) {
            return self.fail(Code::CompareForeign, Place::Other, detail);
        }
        let leaf = usize::try_from(receipt.index).ok().and_then(|index| ours.get(index));
        // Its checkpoint is larger than ours, which is said by now.
        let Some(leaf) = leaf else { return };
        if *leaf != receipt.beat.as_bytes() {
            let detail = "the receipt has another leaf here";
            return self.fail(Code::CompareFork, Place::Leaf(receipt.index), detail);
        }
        let Ok(Leaf::Beat(beat)) = Leaf::from_bytes(leaf) else { return };
        let closed = |tender: &ximu_procedure::Tender| tender.closed_at.is_some();
        if !replayed.replay.tender(&beat.procedure).is_some_and(closed) {
            let detail =
                format!("{} stands behind the beat only by the receipt's own word", receipt.operation);
            let entry = Place::Leaf(receipt.index);
            return self.notes.push(crate::Note { code: NoteCode::ReceiptUndisclosed, detail, entry });
        }
        let mut disclosed = self.files.iter().filter_map(|(path, bytes)| {
            let (procedure, rest) = tender_path(path)?;
            (procedure == beat.procedure && rest == "operations.jsonl")
                .then_some(read_operations(bytes).ok()?)
        });
        let found = disclosed.any(|operations| {
            operations.iter().any(|one| {
                let bytes = one.operation.as_bytes();
                Hash::of(bytes) == receipt.operation && receipt.path.verify(bytes, &beat.root)
            })
        });
        if !found {
            let detail = format!("the receipt's operation {} was not disclosed", receipt.operation);
            self.fail(Code::CompareReceipt, Place::Leaf(receipt.index), detail);
        }
    }
}

/// Whether the receipt's proof leads from its beat, at its index, to the root of its checkpoint.
fn proves_its_beat(receipt: &Receipt) -> Result<(), String> {
    let proof = Proof::parse(receipt.proof.as_bytes()).map_err(|error| error.to_string())?;
    if proof.index != receipt.index {
        return Err(format!("expected a proof of leaf {}, found one of {}", receipt.index, proof.index));
    }
    beat_root(receipt.beat.as_bytes()).map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::parse(proof.checkpoint.text()).map_err(|error| error.to_string())?;
    let leaf = leaf_hash(receipt.beat.as_bytes());
    verify_inclusion(&leaf, receipt.index, checkpoint.size, &proof.path, &checkpoint.root)
        .map_err(|error| error.to_string())
}

/// The note to compare with: the file itself, or the one in a receipt; `None` for a bundle and for anything else.
pub(super) fn note_of(bytes: &[u8]) -> Option<Note> {
    match receipt_of(bytes) {
        Some(receipt) => Proof::parse(receipt.proof.as_bytes()).ok().map(|proof| proof.checkpoint),
        None => Note::parse(bytes).ok(),
    }
}

/// A receipt as a folder keeps it, possibly with a newline at its end.
fn receipt_of(bytes: &[u8]) -> Option<Receipt> {
    Receipt::parse(bytes.strip_suffix(b"\n").unwrap_or(bytes)).ok()
}

/// Reads the other side. Its signature is what makes a difference evidence, so it is checked; cosignatures are not.
fn read<'a>(bytes: &'a [u8], log: &VerifierKey) -> Result<Other<'a>, String> {
    let files =
        bytes.starts_with(b"PK").then(|| zip::read(bytes)).transpose().map_err(|error| error.to_string())?;
    let note = match &files {
        Some(files) => {
            let note = files.get(path::CHECKPOINT).copied().ok_or("expected a bundle with a checkpoint")?;
            Note::parse(note).map_err(|error| error.to_string())?
        }
        None => note_of(bytes).ok_or("expected a bundle, a checkpoint or a receipt")?,
    };
    let checkpoint = Checkpoint::open(&note, log).map_err(|error| error.to_string())?;
    let Some(files) = files else {
        return Ok(Other { checkpoint, leaves: None, receipt: receipt_of(bytes) });
    };
    let leaves = read_leaves(&files, checkpoint.size).map_err(|failure| failure.to_string())?;
    let tree: Tree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    if tree.root() != checkpoint.root {
        return Err("expected leaves that give the root of their checkpoint".to_string());
    }
    Ok(Other { checkpoint, leaves: Some(leaves), receipt: None })
}
