//! The claims that every journal store must fulfil, as a table. A driver's test runs each claim on a fresh store.
//!
//! Claims that only one driver can show (a full disk, a damaged file, a second process) stand in that driver's
//! tests.

use crate::error::StoreError;
use crate::failpoint::{APPEND, FailPoints, Fault, PUBLISH};
use crate::record::{Batch, ClassSeed, Found, HiddenClass, LeafKind, NewLeaf, NewOutbox, Operation};
use crate::store::{
    BATCH_ROWS_MAX, BEAT_MAX, LEAF_BYTES_MAX, NOTE_BYTES_MAX, READ_LEAVES_MAX, Reader, SLOTS_PER_BEAT, Store,
};
use std::fmt::Debug;
use std::num::NonZeroU64;
use ximu_basics::{Hash, Instant, ProcedureId, Seed};

/// One place where a journal can live, empty at first. Opening it again shows what was durable.
pub trait Subject {
    /// Opens the write side; the former one has been dropped.
    ///
    /// # Errors
    /// Those of the driver.
    fn open(&self, fail: FailPoints) -> Result<Box<dyn Store>, StoreError>;
}

/// The origin with which a subject opens its log.
pub const ORIGIN: &str = "host.example/ximu";

/// Why a claim does not hold.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store gave an error where the claim needs an answer.
    #[error("unexpected error: {0}")]
    Store(#[from] StoreError),
    /// The store gave another answer.
    #[error("{what}: expected {expected}, found {found}")]
    Differs {
        /// What was compared.
        what: &'static str,
        /// What the claim says.
        expected: String,
        /// What the store said.
        found: String,
    },
    /// The suite's own text is wrong.
    #[error("the id {0} of the suite is not an id")]
    Suite(#[from] ximu_basics::id::IdSyntax),
}

/// A claim: holds or tells why not.
pub type Claim = fn(&dyn Subject) -> Result<(), Failure>;

/// Every claim with its name.
pub const CLAIMS: &[(&str, Claim)] = &[
    ("an_empty_journal_has_an_origin_and_nothing_else", empty),
    ("what_was_appended_is_read_back_after_opening_again", round_trip),
    ("a_batch_that_does_not_continue_is_refused_whole", gaps),
    ("every_size_has_its_limit", sizes),
    ("a_command_is_accepted_once_as_entry_or_operation", commands),
    ("a_slot_holds_one_operation", slots),
    ("a_class_has_one_seed", seeds),
    ("the_stamp_never_goes_back", stamps),
    ("cosigned_checkpoints_ascend_and_the_first_cosignatures_count", cosigned),
    ("the_outbox_keeps_its_order_until_done", outbox),
    ("a_reader_sees_what_was_appended_after_it_was_made", readers),
    ("a_read_beyond_the_log_is_refused", reads),
    ("a_full_disk_is_refused_and_the_next_write_works", full_disk),
    ("after_an_unknown_failure_nothing_is_written_until_opened_again", faults),
];

fn empty(subject: &dyn Subject) -> Result<(), Failure> {
    let reader = subject.open(FailPoints::none())?.reader()?;
    same("size", &0, &reader.size()?)?;
    same("origin", &ORIGIN.to_owned(), &reader.origin()?)?;
    same("stamp", &None, &reader.last_stamp()?)?;
    same("newest", &None, &reader.newest_cosigned()?)?;
    same("seed", &None, &reader.seed(&procedure()?, HiddenClass::Sealed)?)?;
    same("command", &None, &reader.find(&Hash::of(b"x"))?)?;
    same("outbox", &Vec::new(), &reader.outbox_pending(9)?)
}

fn round_trip(subject: &dyn Subject) -> Result<(), Failure> {
    let batch = rich_batch(0, 7)?;
    subject.open(FailPoints::none())?.append(&batch)?;
    let store = subject.open(FailPoints::none())?;
    let reader = store.reader()?;
    same("size", &2, &reader.size()?)?;
    same("stamp", &Some(batch.stamp), &reader.last_stamp()?)?;
    let leaves = reader.leaves(0..2)?;
    for (leaf, new) in leaves.iter().zip(&batch.leaves) {
        same("bytes", &new.bytes, &leaf.bytes)?;
        same("kind", &new.kind, &leaf.kind)?;
        same("procedure", &new.procedure, &leaf.procedure)?;
        same("hash", &Hash::of(&[&[0], new.bytes.as_slice()].concat()), &leaf.hash)?;
    }
    same("indexes", &vec![0, 1], &leaves.iter().map(|leaf| leaf.idx).collect())?;
    same("operations", &batch.operations, &reader.operations(&procedure()?, HiddenClass::Sealed)?)?;
    same("panel", &Vec::new(), &reader.operations(&procedure()?, HiddenClass::Panel)?)?;
    for beat in batch.operations.iter().map(|operation| operation.beat).chain([u64::MAX]) {
        let wanted: Vec<_> = batch.operations.iter().filter(|one| one.beat == beat).cloned().collect();
        let found = reader.operations_of_beat(&procedure()?, HiddenClass::Sealed, beat)?;
        same("operations of a beat", &wanted, &found)?;
    }
    for operation in &batch.operations {
        same("operation", &Some(Found::Operation(operation.clone())), &reader.find(&operation.id)?)?;
    }
    let entry = Found::Entry { procedure: procedure()?, idx: 0 };
    same("entry", &Some(entry), &reader.find(&Hash::of(b"entry 0"))?)?;
    let seed = reader.seed(&procedure()?, HiddenClass::Sealed)?;
    same("seed", &Some([7; 32]), &seed.map(|seed| seed.0))
}

fn gaps(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&rich_batch(0, 7)?)?;
    for first in [0, 1, 3] {
        let gap = StoreError::Gap { what: "log index", expected: 2, found: first };
        refused(store.append(&leaves_only(first, &["a"])?), &gap)?;
        refused(store.append(&Batch::at(first, at(9))), &gap)?;
    }
    for ord in [0, 1, 3] {
        let mut batch = leaves_only(2, &["never stored"])?;
        batch.operations = vec![Operation { id: Hash::of(b"never stored"), ..operation(ord, 9, 9)? }];
        let gap = StoreError::Gap { what: "order of operations", expected: 2, found: ord };
        refused(store.append(&batch), &gap)?;
    }
    let reader = store.reader()?;
    same("size", &2, &reader.size()?)?;
    same("stamp", &Some(at(7)), &reader.last_stamp()?)?;
    // Another class counts for itself.
    let mut batch = Batch::at(2, at(8));
    let id = Hash::of(b"panel");
    batch.operations = vec![Operation { class: HiddenClass::Panel, id, ..operation(0, 9, 9)? }];
    Ok(store.append(&batch)?)
}

fn sizes(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    let long = vec![b'x'; LEAF_BYTES_MAX];
    let too_long = vec![b'x'; LEAF_BYTES_MAX + 1];
    let with = |leaf: &[u8], operation_bytes: &[u8], payload: &[u8]| -> Result<Batch, Failure> {
        let mut batch = Batch::at(0, at(1));
        batch.leaves = vec![NewLeaf { bytes: leaf.to_vec(), ..beat("")? }];
        batch.operations = vec![Operation { bytes: operation_bytes.to_vec(), ..operation(0, 0, 0)? }];
        batch.outbox = vec![NewOutbox { kind: "mail".to_owned(), payload: payload.to_vec() }];
        Ok(batch)
    };
    let over = |what| StoreError::TooLarge { what, max: LEAF_BYTES_MAX as u64, found: too_long.len() as u64 };
    refused(store.append(&with(&too_long, &long, &long)?), &over("leaf bytes"))?;
    refused(store.append(&with(&long, &too_long, &long)?), &over("operation bytes"))?;
    refused(store.append(&with(&long, &long, &too_long)?), &over("outbox bytes"))?;
    let mut wide = Batch::at(0, at(1));
    wide.leaves = vec![beat("")?; BATCH_ROWS_MAX + 1];
    let max = BATCH_ROWS_MAX as u64;
    let too_many = StoreError::TooLarge { what: "leaves in a batch", max, found: max + 1 };
    refused(store.append(&wide), &too_many)?;
    let mut late = Batch::at(0, at(1));
    late.operations = vec![operation(0, BEAT_MAX + 1, 0)?];
    let beyond = StoreError::TooLarge { what: "beat number", max: BEAT_MAX, found: BEAT_MAX + 1 };
    refused(store.append(&late), &beyond)?;
    store.append(&with(&long, &long, &long)?)?;
    same("longest leaf", &long, &bytes_of(&*store.reader()?, 0)?)?;
    let note = "x".repeat(NOTE_BYTES_MAX + 1);
    let found = note.len() as u64;
    let over = StoreError::TooLarge { what: "signed note bytes", max: NOTE_BYTES_MAX as u64, found };
    refused(store.cosigned(1, &note), &over)
}

fn commands(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&rich_batch(0, 7)?)?;
    let entry = |text: &str| -> Result<NewLeaf, Failure> {
        Ok(NewLeaf { command: Some(Hash::of(text.as_bytes())), kind: LeafKind::Entry, ..beat(text)? })
    };
    let named = |ord, text: &str| -> Result<Operation, Failure> {
        Ok(Operation { id: Hash::of(text.as_bytes()), ..operation(ord, 9, ord as u16)? })
    };
    let table: [(&str, Vec<NewLeaf>, Vec<Operation>); 6] = [
        ("entry 0", vec![entry("entry 0")?], vec![]),
        ("operation 1", vec![], vec![named(2, "operation 1")?]),
        ("entry 0", vec![], vec![named(2, "entry 0")?]),
        ("operation 1", vec![entry("operation 1")?], vec![]),
        ("new", vec![entry("new")?, entry("new")?], vec![]),
        ("new", vec![entry("new")?], vec![named(2, "new")?]),
    ];
    for (text, leaves, operations) in table {
        let batch = Batch { leaves, operations, ..Batch::at(2, at(9)) };
        refused(store.append(&batch), &StoreError::Duplicate { id: Hash::of(text.as_bytes()) })?;
    }
    same("nothing new", &None, &store.reader()?.find(&Hash::of(b"new"))?)?;
    // Two beats with the same bytes are two leaves: only commands are unique.
    Ok(store.append(&leaves_only(2, &["same", "same"])?)?)
}

fn slots(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&rich_batch(0, 7)?)?;
    let taken = |beat, slot| StoreError::SlotTaken { beat, slot };
    let with = |operations| Batch { operations, ..Batch::at(2, at(9)) };
    refused(store.append(&with(vec![operation(2, 0, 1)?])), &taken(0, 1))?;
    refused(store.append(&with(vec![operation(2, 5, 4)?, operation(3, 5, 4)?])), &taken(5, 4))?;
    let beyond = SLOTS_PER_BEAT;
    refused(store.append(&with(vec![operation(2, 5, beyond)?])), &taken(5, beyond))?;
    store.append(&with(vec![operation(2, 1, 1)?, operation(3, BEAT_MAX, SLOTS_PER_BEAT - 1)?]))?;
    same("operations", &4, &store.reader()?.operations(&procedure()?, HiddenClass::Sealed)?.len())
}

fn seeds(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&rich_batch(0, 7)?)?;
    let seed = |class| -> Result<ClassSeed, Failure> {
        Ok(ClassSeed { procedure: procedure()?, class, seed: Seed([8; 32]) })
    };
    let exists = |class| -> Result<StoreError, Failure> {
        Ok(StoreError::SeedExists { procedure: procedure()?, class })
    };
    let with = |seeds| Batch { seeds, ..Batch::at(2, at(9)) };
    let (sealed, panel) = (HiddenClass::Sealed, HiddenClass::Panel);
    refused(store.append(&with(vec![seed(sealed)?])), &exists(sealed)?)?;
    refused(store.append(&with(vec![seed(panel)?, seed(panel)?])), &exists(panel)?)?;
    store.append(&with(vec![seed(panel)?]))?;
    let kept = store.reader()?.seed(&procedure()?, sealed)?;
    same("first seed", &Some([7; 32]), &kept.map(|seed| seed.0))
}

fn stamps(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&Batch::at(0, at(7)))?;
    drop(store);
    let mut store = subject.open(FailPoints::none())?;
    let back = StoreError::StampRegressed { last: at(7), found: at(6) };
    refused(store.append(&Batch::at(0, at(6))), &back)?;
    store.append(&Batch::at(0, at(7)))?;
    store.append(&Batch::at(0, at(8)))?;
    same("stamp", &Some(at(8)), &store.reader()?.last_stamp()?)
}

fn cosigned(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&leaves_only(0, &["a", "b", "c", "d"])?)?;
    let note = |root: &str, signature: &str| format!("{ORIGIN}\n{root}\n\n\u{2014} w {signature}\n");
    store.cosigned(2, &note("r2", "first"))?;
    store.cosigned(2, &note("r2", "later"))?;
    refused(store.cosigned(2, &note("other", "x")), &StoreError::CheckpointConflict { size: 2 })?;
    let beyond = StoreError::Gap { what: "cosigned checkpoint", expected: 4, found: 5 };
    refused(store.cosigned(5, &note("r5", "x")), &beyond)?;
    store.cosigned(4, &note("r4", "x"))?;
    refused(
        store.cosigned(2, &note("r2", "first")),
        &StoreError::CheckpointRegressed { newest: 4, found: 2 },
    )?;
    drop(store);
    let reader = subject.open(FailPoints::none())?.reader()?;
    let all = reader.cosigned_all()?;
    let expected = vec![(2, note("r2", "first")), (4, note("r4", "x"))];
    same("all", &expected, &all.iter().map(|cosigned| (cosigned.size, cosigned.note.clone())).collect())?;
    same("newest", &all.last().cloned(), &reader.newest_cosigned()?)?;
    for (idx, size) in [(0, Some(2)), (1, Some(2)), (2, Some(4)), (3, Some(4)), (4, None), (u64::MAX, None)] {
        same("covering", &size, &reader.cosigned_covering(idx)?.map(|cosigned| cosigned.size))?;
    }
    Ok(())
}

fn outbox(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    let row = |payload: &str| NewOutbox { kind: "mail".to_owned(), payload: payload.as_bytes().to_vec() };
    store.append(&Batch { outbox: vec![row("a"), row("b")], ..Batch::at(0, at(1)) })?;
    store.append(&Batch { outbox: vec![row("c")], ..Batch::at(0, at(2)) })?;
    let pending = store.reader()?.outbox_pending(9)?;
    let seqs: Vec<u64> = pending.iter().map(|row| row.seq).collect();
    same("ascending", &true, &seqs.is_sorted())?;
    same("payloads", &3, &pending.len())?;
    let oldest: Vec<u64> = seqs.iter().copied().take(1).collect();
    store.outbox_done(&oldest)?;
    store.outbox_done(&oldest)?;
    store.outbox_done(&[u64::MAX])?;
    drop(store);
    let left = subject.open(FailPoints::none())?.reader()?.outbox_pending(1)?;
    same("next", &vec![b"b".to_vec()], &left.into_iter().map(|row| row.payload).collect())
}

fn readers(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    let (early, other) = (store.reader()?, store.reader()?);
    same("before", &0, &early.size()?)?;
    store.append(&leaves_only(0, &["a"])?)?;
    same("after", &1, &early.size()?)?;
    same("bytes", &b"a".to_vec(), &bytes_of(&*other, 0)?)
}

fn reads(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::none())?;
    store.append(&leaves_only(0, &["a", "b"])?)?;
    let reader = store.reader()?;
    same("empty range", &0, &reader.leaves(2..2)?.len())?;
    let gap = StoreError::Gap { what: "leaves to read", expected: 2, found: 3 };
    refused(reader.leaves(1..3).map(drop), &gap)?;
    let found = READ_LEAVES_MAX + 1;
    let long = StoreError::TooLarge { what: "leaves in one read", max: READ_LEAVES_MAX, found };
    refused(reader.leaves(0..found).map(drop), &long)
}

fn full_disk(subject: &dyn Subject) -> Result<(), Failure> {
    let mut store = subject.open(FailPoints::once(APPEND, NonZeroU64::MIN, Fault::Full))?;
    let batch = rich_batch(0, 7)?;
    refused(store.append(&batch), &StoreError::Full)?;
    same("nothing stored", &0, &store.reader()?.size()?)?;
    same("no stamp", &None, &store.reader()?.last_stamp()?)?;
    store.append(&batch)?;
    drop(store);
    let mut store = subject.open(FailPoints::once(PUBLISH, NonZeroU64::MIN, Fault::Full))?;
    refused(store.cosigned(2, "note"), &StoreError::Full)?;
    same("nothing kept", &None, &store.reader()?.newest_cosigned()?)?;
    store.cosigned(2, "note")?;
    same("kept", &Some(2), &store.reader()?.newest_cosigned()?.map(|newest| newest.size))
}

fn faults(subject: &dyn Subject) -> Result<(), Failure> {
    for (fault, stored) in [(Fault::Error, 0), (Fault::ErrorAfterPersist, 1)] {
        let size = subject.open(FailPoints::none())?.reader()?.size()?;
        let mut store = subject.open(FailPoints::once(APPEND, NonZeroU64::MIN, fault))?;
        let batch = leaves_only(size, &["a"])?;
        let unknown = store.append(&batch);
        same("unknown effect", &Some("store-io"), &unknown.err().map(|error| error.code()))?;
        refused_for_now(store.append(&batch))?;
        refused_for_now(store.cosigned(0, "note"))?;
        refused_for_now(store.outbox_done(&[]))?;
        drop(store);
        let mut store = subject.open(FailPoints::once(PUBLISH, NonZeroU64::MIN, fault))?;
        same("leaves after opening again", &(size + stored), &store.reader()?.size()?)?;
        store.append(&leaves_only(size + stored, &["b"])?)?;
        let covered = size + stored + 1;
        let unknown = store.cosigned(covered, "note");
        same("unknown effect", &Some("store-io"), &unknown.err().map(|error| error.code()))?;
        refused_for_now(store.append(&leaves_only(covered, &["c"])?))?;
        drop(store);
        let newest = subject.open(FailPoints::none())?.reader()?.newest_cosigned()?;
        let kept = newest.is_some_and(|newest| newest.size == covered);
        same("checkpoint kept", &(stored == 1), &kept)?;
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &'static str, expected: &T, found: &T) -> Result<(), Failure> {
    if expected == found {
        return Ok(());
    }
    Err(Failure::Differs { what, expected: format!("{expected:?}"), found: format!("{found:?}") })
}

fn refused(result: Result<(), StoreError>, expected: &StoreError) -> Result<(), Failure> {
    same("refusal", &Some(expected), &result.as_ref().err())?;
    same("it is a refusal", &true, &expected.is_refusal())
}

fn refused_for_now(result: Result<(), StoreError>) -> Result<(), Failure> {
    same("stopped", &Some(StoreError::Stopped), &result.err())
}

fn bytes_of(reader: &dyn Reader, idx: u64) -> Result<Vec<u8>, Failure> {
    Ok(reader.leaves(idx..idx + 1)?.into_iter().next().map(|leaf| leaf.bytes).unwrap_or_default())
}

fn procedure() -> Result<ProcedureId, Failure> {
    Ok("yc-2020-0603".parse()?)
}

fn at(ms: i64) -> Instant {
    Instant::from_unix_ms(ms)
}

fn beat(bytes: &str) -> Result<NewLeaf, Failure> {
    let bytes = bytes.as_bytes().to_vec();
    Ok(NewLeaf { procedure: procedure()?, kind: LeafKind::Beat, bytes, command: None })
}

fn operation(ord: u64, beat: u64, slot: u16) -> Result<Operation, Failure> {
    let id = Hash::of(format!("operation {ord}").as_bytes());
    let (class, bytes) = (HiddenClass::Sealed, format!("{{\"ord\":{ord}}}").into_bytes());
    Ok(Operation { procedure: procedure()?, class, ord, beat, slot, bytes, id })
}

/// A batch of beats.
fn leaves_only(first: u64, bytes: &[&str]) -> Result<Batch, Failure> {
    let leaves = bytes.iter().map(|bytes| beat(bytes)).collect::<Result<_, _>>()?;
    Ok(Batch { leaves, ..Batch::at(first, at(9)) })
}

/// An entry, a beat, two operations in the slots 0 and 1 of beat 0, a seed and an outbox row.
fn rich_batch(first: u64, ms: i64) -> Result<Batch, Failure> {
    let entry =
        NewLeaf { kind: LeafKind::Entry, command: Some(Hash::of(b"entry 0")), ..beat("{\"entry\":0}")? };
    let seed = ClassSeed { procedure: procedure()?, class: HiddenClass::Sealed, seed: Seed([7; 32]) };
    Ok(Batch {
        leaves: vec![entry, beat("{\"beat\":0}")?],
        operations: vec![operation(0, 0, 0)?, operation(1, 0, 1)?],
        seeds: vec![seed],
        outbox: vec![NewOutbox { kind: "mail".to_owned(), payload: b"{}".to_vec() }],
        ..Batch::at(first, at(ms))
    })
}
