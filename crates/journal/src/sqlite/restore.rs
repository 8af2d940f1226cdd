//! At every start: the database and its second memory (`accepted.rs`) are made to agree, or the start fails.
//!
//! What the database lacks it gets back, batch by batch and each batch whole. What the file lacks, because it was lost
//! or a line is damaged, is written again from the database. Where both have a hidden operation or a seed and differ,
//! neither is believed. Leaves are compared with the signed roots afterwards (`start.rs`).

use super::accepted::{Accepted, Contents, GROWTH_BYTES_MAX};
use super::{read, sql_error, write};
use crate::error::{Damage, StoreError};
use crate::record::{Batch, ClassSeed, HiddenClass, NewLeaf, Operation};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use ximu_basics::{Instant, ProcedureId};

type Class = (ProcedureId, HiddenClass);

/// What a start found.
pub(super) struct Agreed {
    /// How many rows the database was given back.
    pub(super) restored: u64,
    /// Batches whose leaves do not continue the log, because what is between stands in the tiles only, ascending.
    pub(super) waiting: Vec<Batch>,
}

/// Makes both agree.
pub(super) fn agree(
    connection: &mut Connection,
    accepted: &mut Accepted,
    mut contents: Contents,
) -> Result<Agreed, StoreError> {
    let fault = |error: rusqlite::Error| sql_error("restore what was accepted", &error);
    let mut held = Held::read(connection)?;
    let mut agreed = Agreed { restored: 0, waiting: Vec::new() };
    let mut remembered = BTreeSet::new();
    // The order of acceptance. Only leaves that were refilled from tiles stand later in the file than in the log.
    contents.batches.sort_by_key(|batch| batch.first);
    let tx = connection.transaction().map_err(fault)?;
    for batch in contents.batches {
        batch.operations.iter().for_each(|new| {
            remembered.insert((class_of(new), Some(new.ord)));
        });
        batch.seeds.iter().for_each(|new| {
            remembered.insert(((new.procedure.clone(), new.class), None));
        });
        let size = read::size(&tx)?;
        if batch.first > size && !batch.leaves.is_empty() {
            let leaves = batch.leaves.clone();
            agreed.waiting.push(Batch { leaves, ..Batch::at(batch.first, batch.stamp) });
        }
        let lost = held.lacks(batch, size)?;
        let rows = lost.leaves.len() + lost.operations.len() + lost.seeds.len();
        if rows > 0 {
            write::restore(&tx, &lost).map_err(unbelievable)?;
            agreed.restored += rows as u64;
        }
    }
    // If we crash before the commit: nothing is restored yet, and the next start does the same.
    tx.commit().map_err(fault)?;
    if contents.damaged || remembered.len() < held.hidden_rows() {
        let stamp = read::stamp(super::schema::meta(connection, "stamp")?)?;
        let mut batches = held.batches(read::size(connection)?, stamp.unwrap_or(Instant::from_unix_ms(0)));
        batches.extend(agreed.waiting.iter().cloned());
        accepted.replace(&batches)?;
    }
    let published = read::newest_cosigned(connection)?.map_or(0, |newest| newest.size);
    accepted.compact(published, GROWTH_BYTES_MAX)?;
    Ok(agreed)
}

/// After leaves were refilled: gives back those that waited for them. Returns how many.
pub(super) fn resume(connection: &mut Connection, waiting: &mut Vec<Batch>) -> Result<u64, StoreError> {
    let fault = |error: rusqlite::Error| sql_error("restore what was accepted", &error);
    let mut restored = 0;
    while let Some(next) = waiting.first() {
        let size = read::size(connection)?;
        if next.first > size {
            break;
        }
        let lost =
            Batch { leaves: beyond(size, next.first, next.leaves.clone()), ..Batch::at(size, next.stamp) };
        if !lost.leaves.is_empty() {
            // If we crash before the commit: the batch still waits, or continues, at the next start.
            let tx = connection.transaction().map_err(fault)?;
            write::restore(&tx, &lost).map_err(unbelievable).map_err(fatal)?;
            tx.commit().map_err(fault).map_err(fatal)?;
        }
        restored += lost.leaves.len() as u64;
        waiting.remove(0);
    }
    Ok(restored)
}

/// Those of the leaves from `first` on that a log of `size` leaves does not have, if they continue it.
fn beyond(size: u64, first: u64, mut leaves: Vec<NewLeaf>) -> Vec<NewLeaf> {
    match size.checked_sub(first).and_then(|held| usize::try_from(held).ok()) {
        Some(held) => leaves.split_off(held.min(leaves.len())),
        None => Vec::new(),
    }
}

/// The hidden rows of the database.
struct Held {
    operations: BTreeMap<Class, Vec<Operation>>,
    seeds: BTreeMap<Class, ClassSeed>,
}

impl Held {
    fn read(connection: &Connection) -> Result<Held, StoreError> {
        let mut held = Held { operations: BTreeMap::new(), seeds: BTreeMap::new() };
        for operation in read::all_operations(connection)? {
            held.operations.entry(class_of(&operation)).or_default().push(operation);
        }
        for seed in read::all_seeds(connection)? {
            held.seeds.insert((seed.procedure.clone(), seed.class), seed);
        }
        Ok(held)
    }

    /// What is missing of a batch, which from then on counts as held. Leaves are given back only where they continue
    /// the log; further ones come from the tiles.
    fn lacks(&mut self, batch: Batch, size: u64) -> Result<Batch, StoreError> {
        let Batch { first, stamp, leaves, operations, seeds, outbox } = batch;
        let mut lost = Batch::at(size, stamp);
        lost.leaves = beyond(size, first, leaves);
        for operation in operations {
            let known = self.operations.entry(class_of(&operation)).or_default();
            match usize::try_from(operation.ord).ok().and_then(|ord| known.get(ord)) {
                Some(known) if *known == operation => {}
                Some(_) => return Err(differs("operation")),
                None => {
                    known.push(operation.clone());
                    lost.operations.push(operation);
                }
            }
        }
        for seed in seeds {
            match self.seeds.get(&(seed.procedure.clone(), seed.class)) {
                Some(known) if *known == seed => {}
                Some(_) => return Err(differs("class_seed")),
                None => {
                    self.seeds.insert((seed.procedure.clone(), seed.class), seed.clone());
                    lost.seeds.push(seed);
                }
            }
        }
        if !(lost.leaves.is_empty() && lost.operations.is_empty() && lost.seeds.is_empty()) {
            lost.outbox = outbox;
        }
        Ok(lost)
    }

    fn hidden_rows(&self) -> usize {
        self.operations.values().map(Vec::len).sum::<usize>() + self.seeds.len()
    }

    /// Everything hidden, one row to a batch; the stamps of the first batches are no longer known.
    fn batches(self, size: u64, stamp: Instant) -> Vec<Batch> {
        let seeds = self.seeds.into_values();
        let seeds = seeds.map(|seed| Batch { seeds: vec![seed], ..Batch::at(size, stamp) });
        let operations = self.operations.into_values().flatten();
        let operations = operations.map(|new| Batch { operations: vec![new], ..Batch::at(size, stamp) });
        seeds.chain(operations).collect()
    }
}

fn class_of(operation: &Operation) -> Class {
    (operation.procedure.clone(), operation.class)
}

/// A refusal to restore means a gap: the line that held what is between is damaged, and the database lacks it too.
fn unbelievable(error: StoreError) -> StoreError {
    if error.is_refusal() && error != StoreError::Full {
        return differs("operation");
    }
    error
}

/// A full disk, too, is fatal here: the batch before is stored, and what waits must not be overtaken.
fn fatal(error: StoreError) -> StoreError {
    if error.is_refusal() {
        return StoreError::Io { during: "restore what was accepted", found: error.to_string() };
    }
    error
}

fn differs(table: &'static str) -> StoreError {
    let expected = "the row that journal.accepted holds";
    StoreError::Corrupt(Damage::Row { table, expected, found: "another, or a gap before it".to_owned() })
}
