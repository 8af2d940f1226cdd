//! A journal in memory, for tests of other crates. It keeps the same contract as the SQLite store, except that it
//! is gone when the last [`Memory`] is dropped.

use crate::check::{Health, Known, check_batch, check_cosigned, check_range};
use crate::error::{Damage, StoreError};
use crate::failpoint::{APPEND, FailPoints, PUBLISH};
use crate::record::{Batch, ClassSeed, Cosigned, Found, HiddenClass, Leaf, Operation, OutboxRow};
use crate::store::{Reader, Store};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use ximu_basics::{Hash, Instant, ProcedureId, Seed};
use ximu_tlog::merkle::leaf_hash;

/// What stands for the disk: open it as often as a test restarts its centre. Cloning shares it.
#[derive(Clone)]
pub struct Memory(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    origin: String,
    leaves: Vec<Leaf>,
    commands: BTreeMap<Hash, Place>,
    operations: Vec<Operation>,
    seeds: Vec<ClassSeed>,
    cosigned: Vec<Cosigned>,
    outbox: Vec<(OutboxRow, Progress)>,
    stamp: Option<Instant>,
}

/// Where a command stands: its index among the leaves or among the operations.
#[derive(Clone, Copy)]
enum Place {
    Leaf(usize),
    Operation(usize),
}

#[derive(PartialEq, Eq)]
enum Progress {
    Pending,
    Done,
}

impl Memory {
    /// An empty log with this origin.
    #[must_use]
    pub fn new(origin: &str) -> Memory {
        Memory(Arc::new(Mutex::new(State { origin: origin.to_owned(), ..State::default() })))
    }

    /// Opens the write side. Unlike a directory it does not hinder a second writer; a test owns only one.
    #[must_use]
    pub fn open(&self, fail: FailPoints) -> MemoryStore {
        MemoryStore { memory: self.clone(), fail, health: Health::default() }
    }

    /// Damages a stored leaf as a disk would: its bytes change, its hash does not.
    pub fn flip_bit_of_leaf(&self, idx: u64) {
        let mut state = self.state();
        let leaf = usize::try_from(idx).ok().and_then(|idx| state.leaves.get_mut(idx));
        if let Some(byte) = leaf.and_then(|leaf| leaf.bytes.first_mut()) {
            *byte ^= 1;
        }
    }

    /// Forgets every leaf from `size` on, as an older copy of a database would; hidden operations stay.
    pub fn forget_leaves_from(&self, size: u64) {
        let mut state = self.state();
        let kept = usize::try_from(size).unwrap_or(usize::MAX);
        state.leaves.truncate(kept);
        state.commands.retain(|_, place| !matches!(place, Place::Leaf(idx) if *idx >= kept));
        state.cosigned.retain(|cosigned| cosigned.size <= size);
    }

    /// Forgets every hidden operation but the first `count`, as a torn database would.
    pub fn forget_operations_from(&self, count: usize) {
        self.state().operations.truncate(count);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The write side of a [`Memory`].
pub struct MemoryStore {
    memory: Memory,
    fail: FailPoints,
    health: Health,
}

impl Store for MemoryStore {
    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let (memory, fail) = (&self.memory, &self.fail);
        self.health.write(|| {
            fail.step(APPEND, || {
                let mut state = memory.state();
                check_batch(batch, &*state)?;
                state.append(batch);
                Ok(())
            })
        })
    }

    fn cosigned(&mut self, size: u64, note: &str) -> Result<(), StoreError> {
        let (memory, fail) = (&self.memory, &self.fail);
        self.health.write(|| {
            fail.step(PUBLISH, || {
                let mut state = memory.state();
                if check_cosigned(size, note, state.size()?, state.cosigned.last())? {
                    state.cosigned.push(Cosigned { size, note: note.to_owned() });
                }
                Ok(())
            })
        })
    }

    fn outbox_done(&mut self, seqs: &[u64]) -> Result<(), StoreError> {
        let memory = &self.memory;
        self.health.write(|| {
            for (row, progress) in &mut memory.state().outbox {
                if seqs.contains(&row.seq) {
                    *progress = Progress::Done;
                }
            }
            Ok(())
        })
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(self.memory.clone()))
    }
}

impl State {
    fn append(&mut self, batch: &Batch) {
        for (idx, new) in (batch.first..).zip(&batch.leaves) {
            let leaf = Leaf {
                idx,
                procedure: new.procedure.clone(),
                kind: new.kind,
                hash: leaf_hash(&new.bytes),
                bytes: new.bytes.clone(),
            };
            if let Some(command) = new.command {
                self.commands.insert(command, Place::Leaf(self.leaves.len()));
            }
            self.leaves.push(leaf);
        }
        for new in &batch.operations {
            self.commands.insert(new.id, Place::Operation(self.operations.len()));
            self.operations.push(new.clone());
        }
        self.seeds.extend_from_slice(&batch.seeds);
        for (seq, new) in (self.outbox.len() as u64 + 1..).zip(&batch.outbox) {
            let row = OutboxRow { seq, kind: new.kind.clone(), payload: new.payload.clone() };
            self.outbox.push((row, Progress::Pending));
        }
        self.stamp = Some(batch.stamp);
    }
}

impl Known for State {
    fn size(&self) -> Result<u64, StoreError> {
        Ok(self.leaves.len() as u64)
    }

    fn last_stamp(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.stamp)
    }

    fn operation_count(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<u64, StoreError> {
        let same = |operation: &&Operation| operation.procedure == *procedure && operation.class == class;
        Ok(self.operations.iter().filter(same).count() as u64)
    }

    fn has_command(&self, id: &Hash) -> Result<bool, StoreError> {
        Ok(self.commands.contains_key(id))
    }

    fn has_seed(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<bool, StoreError> {
        Ok(self.seeds.iter().any(|seed| seed.procedure == *procedure && seed.class == class))
    }

    fn has_slot(
        &self,
        procedure: &ProcedureId,
        class: HiddenClass,
        beat: u64,
        slot: u16,
    ) -> Result<bool, StoreError> {
        Ok(self.operations.iter().any(|operation| {
            operation.procedure == *procedure
                && operation.class == class
                && operation.beat == beat
                && operation.slot == slot
        }))
    }
}

impl Reader for Memory {
    fn size(&self) -> Result<u64, StoreError> {
        self.state().size()
    }

    fn leaves(&self, range: Range<u64>) -> Result<Vec<Leaf>, StoreError> {
        let state = self.state();
        check_range(&range, state.size()?)?;
        let place = |idx: u64| usize::try_from(idx).unwrap_or(usize::MAX);
        let wanted = state.leaves.get(place(range.start)..place(range.end)).unwrap_or_default();
        for leaf in wanted {
            let (idx, stored, found) = (leaf.idx, leaf.hash, leaf_hash(&leaf.bytes));
            if stored != found {
                return Err(StoreError::Corrupt(Damage::Leaf { idx, stored, found }));
            }
        }
        Ok(wanted.to_vec())
    }

    fn operations(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<Vec<Operation>, StoreError> {
        let same = |operation: &&Operation| operation.procedure == *procedure && operation.class == class;
        Ok(self.state().operations.iter().filter(same).cloned().collect())
    }

    fn operations_of_beat(
        &self,
        procedure: &ProcedureId,
        class: HiddenClass,
        beat: u64,
    ) -> Result<Vec<Operation>, StoreError> {
        let mut operations = self.operations(procedure, class)?;
        operations.retain(|operation| operation.beat == beat);
        Ok(operations)
    }

    fn find(&self, id: &Hash) -> Result<Option<Found>, StoreError> {
        let state = self.state();
        let found = match state.commands.get(id) {
            Some(Place::Leaf(idx)) => state.leaves.get(*idx).map(|leaf| {
                let (procedure, idx) = (leaf.procedure.clone(), leaf.idx);
                Found::Entry { procedure, idx }
            }),
            Some(Place::Operation(idx)) => state.operations.get(*idx).cloned().map(Found::Operation),
            None => None,
        };
        Ok(found)
    }

    fn seed(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<Option<Seed>, StoreError> {
        let state = self.state();
        let found = state.seeds.iter().find(|seed| seed.procedure == *procedure && seed.class == class);
        Ok(found.map(|found| found.seed))
    }

    fn newest_cosigned(&self) -> Result<Option<Cosigned>, StoreError> {
        Ok(self.state().cosigned.last().cloned())
    }

    fn cosigned_covering(&self, idx: u64) -> Result<Option<Cosigned>, StoreError> {
        Ok(self.state().cosigned.iter().find(|cosigned| cosigned.size > idx).cloned())
    }

    fn cosigned_all(&self) -> Result<Vec<Cosigned>, StoreError> {
        Ok(self.state().cosigned.clone())
    }

    fn outbox_pending(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let state = self.state();
        let pending = state.outbox.iter().filter(|(_, progress)| *progress == Progress::Pending);
        Ok(pending.take(limit).map(|(row, _)| row.clone()).collect())
    }

    fn last_stamp(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.state().stamp)
    }

    fn origin(&self) -> Result<String, StoreError> {
        Ok(self.state().origin.clone())
    }
}
