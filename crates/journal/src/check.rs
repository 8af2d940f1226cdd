//! What every store checks before it writes, and when it stops writing. Pure: what is stored comes through [`Known`].

use crate::error::StoreError;
use crate::record::{Batch, Cosigned, HiddenClass, Operation};
use crate::store::{
    BATCH_ROWS_MAX, BEAT_MAX, LEAF_BYTES_MAX, NOTE_BYTES_MAX, READ_LEAVES_MAX, SLOTS_PER_BEAT,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use ximu_basics::{Hash, Instant, ProcedureId};

/// What a store knows that decides whether a batch may be appended.
pub(crate) trait Known {
    fn size(&self) -> Result<u64, StoreError>;
    fn last_stamp(&self) -> Result<Option<Instant>, StoreError>;
    fn operation_count(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<u64, StoreError>;
    fn has_command(&self, id: &Hash) -> Result<bool, StoreError>;
    fn has_seed(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<bool, StoreError>;
    fn has_slot(
        &self,
        procedure: &ProcedureId,
        class: HiddenClass,
        beat: u64,
        slot: u16,
    ) -> Result<bool, StoreError>;
}

/// Refuses a batch that would break the store's order, in this order of precedence: sizes, log index, stamp,
/// repeated commands, order of operations, slots, seeds.
pub(crate) fn check_batch(batch: &Batch, known: &dyn Known) -> Result<(), StoreError> {
    check_sizes(batch)?;
    let size = known.size()?;
    if batch.first != size {
        return Err(StoreError::Gap { what: "log index", expected: size, found: batch.first });
    }
    if let Some(last) = known.last_stamp()?.filter(|last| batch.stamp < *last) {
        return Err(StoreError::StampRegressed { last, found: batch.stamp });
    }
    check_commands(batch, known)?;
    check_operations(batch, known)?;
    let mut seeds = BTreeSet::new();
    for seed in &batch.seeds {
        if !seeds.insert((&seed.procedure, seed.class)) || known.has_seed(&seed.procedure, seed.class)? {
            return Err(StoreError::SeedExists { procedure: seed.procedure.clone(), class: seed.class });
        }
    }
    Ok(())
}

fn check_sizes(batch: &Batch) -> Result<(), StoreError> {
    let rows = [
        ("leaves in a batch", batch.leaves.len()),
        ("operations in a batch", batch.operations.len()),
        ("seeds in a batch", batch.seeds.len()),
        ("outbox rows in a batch", batch.outbox.len()),
    ];
    rows.into_iter().try_for_each(|(what, found)| at_most(what, BATCH_ROWS_MAX, found))?;
    batch.leaves.iter().try_for_each(|leaf| at_most("leaf bytes", LEAF_BYTES_MAX, leaf.bytes.len()))?;
    batch
        .operations
        .iter()
        .try_for_each(|operation| at_most("operation bytes", LEAF_BYTES_MAX, operation.bytes.len()))?;
    batch.outbox.iter().try_for_each(|row| at_most("outbox bytes", LEAF_BYTES_MAX, row.payload.len()))
}

fn check_commands(batch: &Batch, known: &dyn Known) -> Result<(), StoreError> {
    let entries = batch.leaves.iter().filter_map(|leaf| leaf.command);
    let operations = batch.operations.iter().map(|operation| operation.id);
    let mut seen = BTreeSet::new();
    for id in entries.chain(operations) {
        if !seen.insert(id) || known.has_command(&id)? {
            return Err(StoreError::Duplicate { id });
        }
    }
    Ok(())
}

fn check_operations(batch: &Batch, known: &dyn Known) -> Result<(), StoreError> {
    let mut next = BTreeMap::new();
    let mut slots = BTreeSet::new();
    for operation in &batch.operations {
        let Operation { procedure, class, ord, beat, slot, bytes: _, id: _ } = operation;
        let expected = match next.get(&(procedure, *class)) {
            Some(expected) => *expected,
            None => known.operation_count(procedure, *class)?,
        };
        if *ord != expected {
            return Err(StoreError::Gap { what: "order of operations", expected, found: *ord });
        }
        next.insert((procedure, *class), expected + 1);
        if *beat > BEAT_MAX {
            return Err(StoreError::TooLarge { what: "beat number", max: BEAT_MAX, found: *beat });
        }
        let taken = *slot >= SLOTS_PER_BEAT
            || !slots.insert((procedure, *class, *beat, *slot))
            || known.has_slot(procedure, *class, *beat, *slot)?;
        if taken {
            return Err(StoreError::SlotTaken { beat: *beat, slot: *slot });
        }
    }
    Ok(())
}

/// Decides whether a cosigned checkpoint is new (`true`), already kept (`false`) or refused.
pub(crate) fn check_cosigned(
    size: u64,
    note: &str,
    log_size: u64,
    newest: Option<&Cosigned>,
) -> Result<bool, StoreError> {
    at_most("signed note bytes", NOTE_BYTES_MAX, note.len())?;
    if size > log_size {
        return Err(StoreError::Gap { what: "cosigned checkpoint", expected: log_size, found: size });
    }
    match newest {
        Some(newest) if size < newest.size => {
            Err(StoreError::CheckpointRegressed { newest: newest.size, found: size })
        }
        Some(newest) if size == newest.size => {
            if signed_text(&newest.note) == signed_text(note) {
                Ok(false)
            } else {
                Err(StoreError::CheckpointConflict { size })
            }
        }
        Some(_) | None => Ok(true),
    }
}

/// A signed note up to its signatures: everything before the last empty line (C2SP signed-note).
fn signed_text(note: &str) -> &str {
    note.rsplit_once("\n\n").map_or(note, |(text, _)| text)
}

fn at_most(what: &'static str, max: usize, found: usize) -> Result<(), StoreError> {
    if found <= max {
        return Ok(());
    }
    Err(StoreError::TooLarge { what, max: max as u64, found: found as u64 })
}

/// A read range that is in the log and not longer than one read may be.
pub(crate) fn check_range(range: &Range<u64>, size: u64) -> Result<(), StoreError> {
    let length = range.end.saturating_sub(range.start);
    if length > READ_LEAVES_MAX {
        return Err(StoreError::TooLarge { what: "leaves in one read", max: READ_LEAVES_MAX, found: length });
    }
    if range.end > size || range.start > range.end {
        return Err(StoreError::Gap { what: "leaves to read", expected: size, found: range.end });
    }
    Ok(())
}

/// Whether a writer still knows what its store holds.
#[derive(Default)]
pub(crate) struct Health {
    stopped: bool,
}

impl Health {
    /// Does a write, unless an earlier one failed with an unknown effect.
    pub(crate) fn write<T>(&mut self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        let result = work();
        self.stopped = result.as_ref().is_err_and(|error| !error.is_refusal());
        result
    }
}
