//! One batch as a line of text: SHA-256 of the JSON in hexadecimal, a space, canonical JSON, a newline.
//!
//! The only serialized form of a batch; the types of `record.rs` are converted here.

use crate::error::StoreError;
use crate::record::{Batch, ClassSeed, HiddenClass, LeafKind, NewLeaf, NewOutbox, Operation};
use serde::{Deserialize, Serialize};
use ximu_basics::json::{from_canonical, to_canonical};
use ximu_basics::{Blob, Hash, Instant, ProcedureId, Seed};

/// Writes a batch, newline included.
pub(super) fn write_line(batch: &Batch) -> Result<Vec<u8>, StoreError> {
    let json = to_canonical(&WireBatch::from(batch));
    let during = "write what was accepted";
    let json = json.map_err(|error| StoreError::Io { during, found: error.to_string() })?;
    let mut text = format!("{} ", Hash::of(&json)).into_bytes();
    text.extend_from_slice(&json);
    text.push(b'\n');
    Ok(text)
}

/// Reads a line; `None` unless it is whole, its newline included.
pub(super) fn parse_line(text: &[u8]) -> Option<Batch> {
    let (hash, json) = text.strip_suffix(b"\n")?.split_at_checked(64)?;
    let json = json.strip_prefix(b" ")?;
    let hash: Hash = std::str::from_utf8(hash).ok()?.parse().ok()?;
    if hash != Hash::of(json) {
        return None;
    }
    from_canonical::<WireBatch>(json).ok()?.batch()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireBatch {
    first: u64,
    leaves: Vec<WireLeaf>,
    operations: Vec<WireOperation>,
    outbox: Vec<WireOutbox>,
    seeds: Vec<WireSeed>,
    stamp: Instant,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLeaf {
    bytes: Blob,
    command: Option<Hash>,
    kind: String,
    procedure: ProcedureId,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireOperation {
    beat: u64,
    bytes: Blob,
    class: String,
    id: Hash,
    ord: u64,
    procedure: ProcedureId,
    slot: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireOutbox {
    kind: String,
    payload: Blob,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSeed {
    class: String,
    procedure: ProcedureId,
    seed: Seed,
}

impl From<&Batch> for WireBatch {
    fn from(batch: &Batch) -> WireBatch {
        let Batch { first, stamp, leaves, operations, seeds, outbox } = batch;
        WireBatch {
            first: *first,
            leaves: leaves.iter().map(WireLeaf::from).collect(),
            operations: operations.iter().map(WireOperation::from).collect(),
            outbox: outbox.iter().map(WireOutbox::from).collect(),
            seeds: seeds.iter().map(WireSeed::from).collect(),
            stamp: *stamp,
        }
    }
}

impl WireBatch {
    fn batch(self) -> Option<Batch> {
        Some(Batch {
            first: self.first,
            stamp: self.stamp,
            leaves: self.leaves.into_iter().map(WireLeaf::leaf).collect::<Option<_>>()?,
            operations: self.operations.into_iter().map(WireOperation::operation).collect::<Option<_>>()?,
            seeds: self.seeds.into_iter().map(WireSeed::seed).collect::<Option<_>>()?,
            outbox: self.outbox.into_iter().map(WireOutbox::row).collect(),
        })
    }
}

impl From<&NewLeaf> for WireLeaf {
    fn from(leaf: &NewLeaf) -> WireLeaf {
        let NewLeaf { procedure, kind, bytes, command } = leaf;
        let (kind, procedure) = (kind.as_str().to_owned(), procedure.clone());
        WireLeaf { bytes: Blob(bytes.clone()), command: *command, kind, procedure }
    }
}

impl WireLeaf {
    fn leaf(self) -> Option<NewLeaf> {
        let WireLeaf { bytes, command, kind, procedure } = self;
        Some(NewLeaf { procedure, kind: LeafKind::parse(&kind)?, bytes: bytes.0, command })
    }
}

impl From<&Operation> for WireOperation {
    fn from(operation: &Operation) -> WireOperation {
        let Operation { procedure, class, ord, beat, slot, bytes, id } = operation;
        WireOperation {
            beat: *beat,
            bytes: Blob(bytes.clone()),
            class: class.as_str().to_owned(),
            id: *id,
            ord: *ord,
            procedure: procedure.clone(),
            slot: *slot,
        }
    }
}

impl WireOperation {
    fn operation(self) -> Option<Operation> {
        let WireOperation { beat, bytes, class, id, ord, procedure, slot } = self;
        let class = HiddenClass::parse(&class)?;
        Some(Operation { procedure, class, ord, beat, slot, bytes: bytes.0, id })
    }
}

impl From<&NewOutbox> for WireOutbox {
    fn from(row: &NewOutbox) -> WireOutbox {
        WireOutbox { kind: row.kind.clone(), payload: Blob(row.payload.clone()) }
    }
}

impl WireOutbox {
    fn row(self) -> NewOutbox {
        NewOutbox { kind: self.kind, payload: self.payload.0 }
    }
}

impl From<&ClassSeed> for WireSeed {
    fn from(seed: &ClassSeed) -> WireSeed {
        let ClassSeed { procedure, class, seed } = seed;
        WireSeed { class: class.as_str().to_owned(), procedure: procedure.clone(), seed: *seed }
    }
}

impl WireSeed {
    fn seed(self) -> Option<ClassSeed> {
        let WireSeed { class, procedure, seed } = self;
        Some(ClassSeed { procedure, class: HiddenClass::parse(&class)?, seed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let (procedure, id) = ("p-1".parse::<ProcedureId>().unwrap(), Hash::of(b"c"));
        let (class, bytes) = (HiddenClass::Sealed, vec![0, 255]);
        let leaf = |kind, command| NewLeaf { procedure: procedure.clone(), kind, bytes: vec![1], command };
        Batch {
            first: 7,
            stamp: Instant::from_unix_ms(9),
            leaves: vec![leaf(LeafKind::Entry, Some(id)), leaf(LeafKind::Beat, None)],
            operations: vec![Operation {
                procedure: procedure.clone(),
                class,
                ord: 1,
                beat: 2,
                slot: 3,
                bytes,
                id,
            }],
            seeds: vec![ClassSeed { procedure, class: HiddenClass::Auditors, seed: Seed([5; 32]) }],
            outbox: vec![NewOutbox { kind: "mail".to_owned(), payload: vec![6] }],
        }
    }

    #[test]
    fn a_batch_reads_back_from_its_line() {
        for batch in [batch(), Batch::at(0, Instant::from_unix_ms(0))] {
            assert_eq!(parse_line(&write_line(&batch).unwrap()), Some(batch));
        }
    }

    #[test]
    fn no_torn_or_changed_line_is_read() {
        let line = write_line(&batch()).unwrap();
        for end in 0..line.len() {
            assert_eq!(parse_line(&line[..end]), None, "cut at {end}");
        }
        for at in 0..line.len() {
            let mut flipped = line.clone();
            flipped[at] ^= 1;
            assert_eq!(parse_line(&flipped), None, "flipped at {at}");
        }
    }
}
