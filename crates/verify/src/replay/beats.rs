//! When beats fall (verify 5.5, 5.6): exactly on the instants that the rules name, each before anything stamped
//! after it, and the closing beat directly before its CLOSE.

use alloc::{format, string::String};
use ximu_basics::Instant;
use ximu_procedure::{
    Stage, Tender,
    wire::{BeatLeaf, Entry, leaf::Class},
};

use super::{Replay, of_entry};
use crate::{Code, Failure, Place};

impl Replay {
    /// Takes a beat.
    pub(super) fn push_beat(&mut self, index: u64, beat: &BeatLeaf) -> Result<(), Failure> {
        let at = |code, detail: String| Failure::new(code, Place::Leaf(index), detail);
        if beat.v != 1 || beat.class != Class::Sealed {
            return Err(at(Code::EntryMalformed, "expected version 1 and the class sealed".into()));
        }
        if let Some((procedure, _)) = &self.closing {
            return Err(at(Code::BeatClosing, format!("expected CLOSE of {procedure}, found a beat")));
        }
        let open = self.world.tenders.get(&beat.procedure).filter(|tender| tender.stage == Stage::Sealing);
        let Some(tender) = open else {
            return Err(at(Code::BeatNumber, format!("{} is not open for bids", beat.procedure)));
        };
        let due = next_beat(tender);
        let deadline = tender.deadline;
        self.world.commit_beat(beat).map_err(|error| at(of_entry(&error), super::format(&error)))?;
        match due {
            Some(due) if beat.scheduled == due => {}
            Some(due) => {
                let detail = format!("expected a beat on {due}, found one on {}", beat.scheduled);
                return Err(at(Code::BeatSchedule, detail));
            }
            None if beat.scheduled >= deadline.max(self.clock) => {
                self.closing = Some((beat.procedure.clone(), beat.scheduled));
            }
            None => {
                let detail = format!("expected the closing beat, found one on {}", beat.scheduled);
                return Err(at(Code::BeatSchedule, detail));
            }
        }
        self.clock = self.clock.max(beat.scheduled);
        self.tally.beats = self.tally.beats.saturating_add(1);
        Ok(())
    }

    /// A closing beat and its CLOSE stand together, under one instant.
    pub(super) fn check_closing(&mut self, index: u64, entry: &Entry, closes: bool) -> Result<(), Failure> {
        let at = |detail: String| Failure::new(Code::BeatClosing, Place::Leaf(index), detail);
        match self.closing.take() {
            None if closes => Err(at("expected the closing beat before CLOSE, found none".into())),
            None => Ok(()),
            Some((procedure, scheduled)) => {
                if closes && entry.procedure == procedure && entry.at == scheduled {
                    return Ok(());
                }
                Err(at(format!("expected CLOSE of {procedure} stamped {scheduled}, found another entry")))
            }
        }
    }

    /// Every beat due before a stamp is in the log before it.
    pub(super) fn check_due(&self, stamp: Instant, place: &Place) -> Result<(), Failure> {
        for tender in self.world.tenders.values().filter(|tender| tender.stage == Stage::Sealing) {
            if let Some(due) = next_beat(tender).filter(|due| *due < stamp) {
                let detail = format!("expected the beat of {} on {due} before {stamp}", tender.rules.id);
                return Err(Failure::new(Code::BeatMissing, place.clone(), detail));
            }
        }
        Ok(())
    }
}

/// The next beat of the schedule; `None` from the deadline on.
fn next_beat(tender: &Tender) -> Option<Instant> {
    tender.next_beat()
}
