//! The hidden operations of one procedure (verify 5.2, 5.3, 5.7): disclosed after CLOSE, each decided again on the
//! state on which it was decided, and every beat computed again, so that nothing else can have been there.

use alloc::{format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{ProcedureId, Seed, json};
use ximu_procedure::{
    ReplayError, SealedState, Tender,
    wire::{Event, Operation, Outcome},
    world::World,
};
use ximu_tlog::beat;

use super::Replay;
use crate::{Code, Failure, Place};

/// One operation as it is disclosed: a line of `operations.jsonl`, canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosed {
    /// The operation's exact bytes, as text.
    pub operation: String,
    /// Its number among all operations of its procedure, from 0 without gaps.
    pub order: u64,
    /// The slot it has in its beat.
    pub slot: u16,
}

/// The disclosed operations of one procedure, and the state they have led to so far.
pub(super) struct Hidden {
    operations: Vec<(Disclosed, Operation)>,
    next: usize,
    state: SealedState,
}

impl Replay {
    /// Gives the operations of a procedure, before any leaf that was logged after the first of them was decided.
    ///
    /// # Errors
    /// The first [`Failure`]: [`Code::OperationMalformed`], [`Code::OperationOrder`].
    pub fn disclose(&mut self, procedure: &ProcedureId, operations: Vec<Disclosed>) -> Result<(), Failure> {
        let mut read: Vec<(Disclosed, Operation)> = Vec::with_capacity(operations.len());
        for (expected, disclosed) in (0u64..).zip(operations) {
            let at = |code, detail| Failure::new(code, Place::Operation(procedure.clone(), expected), detail);
            let operation: Operation = json::from_canonical(disclosed.operation.as_bytes())
                .map_err(|error| at(Code::OperationMalformed, super::format(&error)))?;
            if operation.v != 1 || operation.procedure != *procedure {
                let detail = format!("expected version 1 of {procedure}, found {}", operation.procedure);
                return Err(at(Code::OperationMalformed, detail));
            }
            let from = read.last().map_or(self.world.size, |(_, before)| before.log_size);
            if disclosed.order != expected || operation.log_size < from {
                let found = (disclosed.order, operation.log_size);
                let detail = format!("expected order {expected} at log size {from} or more, found {found:?}");
                return Err(at(Code::OperationOrder, detail));
            }
            read.push((disclosed, operation));
        }
        let hidden = Hidden { operations: read, next: 0, state: SealedState::default() };
        self.hidden.insert(procedure.clone(), hidden);
        Ok(())
    }

    /// Decides again what was decided on the state of exactly these leaves.
    pub(super) fn replay_operations(&mut self, size: u64) -> Result<(), Failure> {
        let mut hidden = core::mem::take(&mut self.hidden);
        let mut clock = self.clock;
        for (procedure, hidden) in &mut hidden {
            let mut local = self.clock;
            while let Some((disclosed, operation)) = hidden.due(size) {
                let place = Place::Operation(procedure.clone(), disclosed.order);
                let at = |code, detail| Failure::new(code, place.clone(), detail);
                if operation.at < local {
                    let detail = format!("expected a stamp from {local} on, found {}", operation.at);
                    return Err(at(Code::TimeBackwards, detail));
                }
                local = operation.at;
                self.check_due(operation.at, &place)?;
                if !self.commands.insert(operation.signed.id()) {
                    return Err(at(Code::EntryDuplicate, format!("command {}", operation.signed.id())));
                }
                self.tally.custody = self.tally.custody.saturating_add(custody_signatures(operation));
                self.tally.operations = self.tally.operations.saturating_add(1);
                hidden
                    .replay_next(&self.world)
                    .map_err(|error| at(of_operation(&error), super::format(&error)))?;
            }
            clock = clock.max(local);
        }
        self.hidden = hidden;
        self.clock = clock;
        Ok(())
    }
}

impl Hidden {
    pub(super) fn state(&self) -> &SealedState {
        &self.state
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = (u64, &Operation)> {
        self.operations.iter().map(|(line, operation)| (line.order, operation))
    }

    fn due(&self, size: u64) -> Option<&(Disclosed, Operation)> {
        self.operations.get(self.next).filter(|(_, operation)| operation.log_size <= size)
    }

    fn replay_next(&mut self, world: &World) -> Result<(), ReplayError> {
        let Some((_, operation)) = self.operations.get(self.next) else { return Ok(()) };
        world.replay_operation(operation, &mut self.state)?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// At CLOSE: everything disclosed was decided before it, the closing beat carries refusals only, every beat has the
    /// root that these operations give, and none is outside of the beats: no root would bind it.
    pub(super) fn check_beats(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
        seed: &Seed,
    ) -> Result<(), Failure> {
        let place = |order| Place::Operation(procedure.clone(), order);
        if let Some((late, operation)) = self.operations.get(self.next) {
            let detail =
                format!("expected operations decided before CLOSE, found one at {}", operation.log_size);
            return Err(Failure::new(Code::OperationOrder, place(late.order), detail));
        }
        let closing = tender.beats.len().saturating_sub(1);
        for (disclosed, operation) in &self.operations {
            let accepted = matches!(operation.outcome, Outcome::Events(_));
            if accepted && usize::try_from(operation.beat) == Ok(closing) {
                let detail = "expected refusals only in the closing beat, found an acceptance";
                return Err(Failure::new(Code::OperationBeat, place(disclosed.order), detail));
            }
        }
        let rest = self.check_roots(procedure, tender, seed)?;
        match rest.first() {
            Some((outside, operation)) => {
                let detail =
                    format!("expected operations of the log's beats, found one of beat {}", operation.beat);
                Err(Failure::new(Code::OperationBeat, place(outside.order), detail))
            }
            None => Ok(()),
        }
    }

    /// Every beat has the root and the slots that its operations give; what is left is in no beat.
    fn check_roots(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
        seed: &Seed,
    ) -> Result<&[(Disclosed, Operation)], Failure> {
        let place = |order| Place::Operation(procedure.clone(), order);
        let mut rest = self.operations.as_slice();
        for (number, published) in (0u32..).zip(&tender.beats) {
            let count = rest.iter().take_while(|(_, operation)| operation.beat == number).count();
            let (ours, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            rest = later;
            let operations: Vec<beat::Operation<'_>> = ours
                .iter()
                .map(|(line, _)| beat::Operation { order: line.order, bytes: line.operation.as_bytes() })
                .collect();
            let leaf = Place::Leaf(published.leaf);
            let beat = beat::Beat::new(seed, u64::from(number), &operations)
                .map_err(|error| Failure::new(Code::BeatRoot, leaf.clone(), error))?;
            if beat.root() != published.root {
                let detail =
                    format!("expected the root {}, the operations give {}", published.root, beat.root());
                return Err(Failure::new(Code::BeatRoot, leaf, detail));
            }
            for (position, (line, _)) in ours.iter().enumerate() {
                let slot = beat.path(position).map(|path| path.slot);
                if slot != Some(line.slot) {
                    let detail = format!("expected the slot {slot:?}, found {}", line.slot);
                    return Err(Failure::new(Code::OperationSlot, place(line.order), detail));
                }
            }
        }
        Ok(rest)
    }
}

/// An accepted submission carries one custody signature for each of its two envelopes; the decision verified them.
fn custody_signatures(operation: &Operation) -> u64 {
    let Outcome::Events(events) = &operation.outcome else { return 0 };
    let held = |event: &&Event| matches!(event, Event::BidSubmitted { .. } | Event::VersionVoided { .. });
    2 * events.iter().filter(held).count() as u64
}

fn of_operation(error: &ReplayError) -> Code {
    match error {
        ReplayError::Rejected(_) => Code::OperationRejected,
        ReplayError::Actor => Code::OperationActor,
        ReplayError::Outcome { .. } => Code::OperationOutcome,
        ReplayError::ClassWrong => Code::OperationClass,
        ReplayError::Chain { .. } | ReplayError::Beat { .. } | ReplayError::Veil { .. } => {
            Code::OperationBeat
        }
    }
}
