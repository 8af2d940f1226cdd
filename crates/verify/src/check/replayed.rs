//! The replay (verify 5): every leaf and every disclosed operation decided again.

use alloc::{format, string::String, vec::Vec};

use ximu_basics::SetId;
use ximu_procedure::wire::{Entry, Event, Leaf, Outcome, command::SHEETS_PREFIX};

use super::{
    Answer, Closing, History, Missing, Notice, Reading, Replayed, Run, Stamp, envelopes::Envelopes,
    notices::of_entry, report::Claim, tender_path,
};
use crate::{
    Code, Failure, Place, Replay,
    bundle::{path, read_operations, read_panel},
};

/// What is kept of the leaves.
struct Gathered {
    stamps: Vec<Stamp>,
    closings: Vec<Closing>,
    answers: Vec<Answer>,
    readings: Vec<Reading>,
    notices: Vec<Notice>,
    missing: Vec<Missing>,
}

impl Run<'_> {
    pub(super) fn replay(
        &mut self,
        history: &History,
        leaves: &[&[u8]],
        envelopes: &Envelopes<'_>,
        claim: Option<&mut Claim>,
    ) -> Option<Replayed> {
        let mut replay = Replay::new(history.log.name(), &history.policy);
        let result = self.feed(&mut replay, leaves, envelopes, claim);
        self.count_tally(&replay);
        if let Some(centre) = &replay.world().registry.centre {
            self.rehearsal = centre.rehearsal;
        }
        match result {
            Ok(Gathered { stamps, closings, answers, readings, notices, missing }) => {
                Some(Replayed { replay, stamps, closings, answers, readings, notices, missing })
            }
            Err(failure) => {
                self.add(failure);
                None
            }
        }
    }

    fn feed(
        &self,
        replay: &mut Replay,
        leaves: &[&[u8]],
        envelopes: &Envelopes<'_>,
        mut claim: Option<&mut Claim>,
    ) -> Result<Gathered, Failure> {
        for (path, bytes) in &self.files {
            let Some((procedure, "operations.jsonl")) = tender_path(path) else { continue };
            let operations = read_operations(bytes).map_err(|(line, error)| {
                Failure::new(Code::OperationMalformed, Place::Operation(procedure.clone(), line), error)
            })?;
            replay.disclose(&procedure, operations)?;
        }
        for (path, bytes) in &self.files {
            let Some((procedure, "panel.jsonl")) = tender_path(path) else { continue };
            let operations = read_panel(bytes).map_err(|(line, error)| {
                Failure::new(Code::PanelMalformed, Place::Panel(procedure.clone(), line), error)
            })?;
            replay.disclose_panel(&procedure, None, operations)?;
        }
        for (procedure, operations) in self.options.sittings.into_iter().flatten() {
            let path = path::panel(procedure);
            if !self.files.contains_key(path.as_str()) {
                replay.disclose_panel(procedure, None, operations.clone())?;
            }
        }
        let mut stamps = Vec::with_capacity(leaves.len());
        let (mut closings, mut answers, mut readings, mut notices, mut missing) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, leaf) in (0u64..).zip(leaves) {
            match replay.push(leaf, envelopes)? {
                Leaf::Entry(entry) => {
                    stamps.push(Stamp::Entry(entry.at));
                    notices.extend(of_entry(index, &entry));
                    closings.extend(beats_counted(&entry).map(|beats_counted| Closing {
                        index,
                        procedure: entry.procedure.clone(),
                        beats_counted,
                    }));
                    answers.extend(answering(&entry).map(|(holder, set)| Answer {
                        index,
                        procedure: entry.procedure.clone(),
                        holder,
                        set,
                    }));
                    readings.extend(reading(index, &entry));
                    missing.extend(missing_in(index, &entry));
                }
                Leaf::Beat(beat) => stamps.push(Stamp::Beat(beat.scheduled)),
                Leaf::Veil(veil) => {
                    let behind = replay.panel_operation(&veil.procedure, veil.number);
                    stamps.push(Stamp::Veil(behind.map(|operation| operation.at)));
                }
            }
            if let Some(claim) = claim.as_mut() {
                claim.observe(replay);
            }
        }
        replay.finish()?;
        Ok(Gathered { stamps, closings, answers, readings, notices, missing })
    }

    fn count_tally(&mut self, replay: &Replay) {
        let tally = replay.tally();
        for (name, count) in [
            ("entries", tally.entries),
            ("beats", tally.beats_disclosed),
            ("operations", tally.operations),
            ("panel", tally.panel),
            ("epochs", tally.epochs),
            ("custody", tally.custody),
            ("closings", tally.closings),
            ("shares", tally.shares),
            ("openings", tally.openings),
            ("draws", tally.draws),
            ("contributions", tally.contributions),
            ("contributions-void", tally.contributions_void),
            ("awards", tally.awards),
            ("kept", tally.kept),
        ] {
            self.count(name, count);
        }
    }
}

/// How many beats count, when the entry is an accepted CLOSE.
fn beats_counted(entry: &Entry) -> Option<u64> {
    let Outcome::Events(events) = &entry.outcome else { return None };
    match events.first() {
        Some(Event::Closed { beats_counted, .. }) => Some(u64::from(*beats_counted)),
        Some(_) | None => None,
    }
}

/// The holder and its set, when the entry is its accepted answer.
fn answering(entry: &Entry) -> Option<(String, Option<SetId>)> {
    let Outcome::Events(events) = &entry.outcome else { return None };
    events.iter().find_map(|event| {
        if let Event::SharesReleased { holder } = event {
            return Some((holder.clone(), None));
        }
        let Event::SetReleased { set, holder } = event else { return None };
        Some((holder.clone(), Some(set.clone())))
    })
}

/// What an entry says of the reading, when it voids a bid or ends the window.
fn reading(index: u64, entry: &Entry) -> Option<Reading> {
    let Outcome::Events(events) = &entry.outcome else { return None };
    let ends_window = events.iter().any(|event| matches!(event, Event::WindowEnded { .. }));
    let voided = events.iter().filter_map(|event| {
        let Event::BidVoided { bidder, .. } = event else { return None };
        Some(bidder.clone())
    });
    let voided: Vec<_> = voided.collect();
    let procedure = entry.procedure.clone();
    (ends_window || !voided.is_empty()).then_some(Reading { index, procedure, voided, ends_window })
}

/// Whose contribution to a draw an entry says does not count: it gave nothing, or something void.
fn missing_in(index: u64, entry: &Entry) -> Vec<Missing> {
    let Outcome::Events(events) = &entry.outcome else { return Vec::new() };
    let mut missing = Vec::new();
    for event in events {
        if let Event::SetListed { set, silent, .. } = event {
            missing.extend(silent.iter().map(|author| (set, author, "nothing")));
        } else if let Event::ContributionVoided { set, by, .. } = event {
            missing.push((set, by, "something void"));
        }
    }
    let of_a_draw = missing.into_iter().filter(|(set, ..)| !set.as_str().starts_with(SHEETS_PREFIX));
    let told = of_a_draw.map(|(set, author, what)| {
        let (procedure, set) = (entry.procedure.clone(), set.clone());
        let said = format!("{} gave {what} to {set} of {procedure}", author.name);
        Missing { index, procedure, set, author: author.id.clone(), said }
    });
    told.collect()
}
