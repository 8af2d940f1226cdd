//! Timers: what the centre's clock has to do next in each procedure (design 5). A due timer gives an ordinary
//! command, signed by the centre's key, with a nonce that follows from procedure, kind and due: repeating it repeats
//! the same command, and everybody can see that it came in time.
//!
//! Beats are not commands; they are in `beats`.

use crate::{
    beats::{deadline_beat_is_cut, next_beat},
    state::State,
};
use ximu_basics::{Instant, ProcedureId};
use ximu_journal::{Cosigned, Reader, StoreError};
use ximu_procedure::{
    Committee, Stage, Tender, World, cosigned::Policy, evaluation::PanelStep, set::SetStep,
};

/// How long after the grace a cosignature may still come whose stamp lies within it, in milliseconds: stamps are
/// whole seconds, rounded down, and clocks are at most one second apart (verify 6).
pub(crate) const LATE_COSIGNATURE_MS: i64 = 2_000;

/// What a timer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// CLOSE: the beat on the deadline is cosigned, or no cosignature within the grace can come any more.
    Close,
    /// PROLONG: an objection to the documents was not answered in time.
    Prolong,
    /// END_WINDOW: the window is over.
    EndWindow,
    /// OPEN: enough holders have released.
    Open,
    /// LIST_SET: a sealed set takes nothing more.
    ListSet,
    /// OPEN_SET: enough holders have released a sealed set.
    OpenSet,
    /// NOTE_OVERDUE: something was not done in time.
    NoteOverdue,
    /// What the evaluation waits for the clock to do.
    Panel,
    /// KEEP_RECORD: an official record can be made.
    KeepRecord,
}

/// A timer of one procedure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timer {
    /// From when on its command may be given.
    pub due: Instant,
    /// Which procedure.
    pub procedure: ProcedureId,
    /// What it does.
    pub kind: Kind,
}

/// The timers a procedure waits for: the one of its stage, not before a suspension lapses, and the one for what is
/// overdue, which goes on meanwhile. `cosigned` is the size of the newest cosigned checkpoint.
fn timers(id: &ProcedureId, tender: &Tender, cosigned: u64) -> impl Iterator<Item = Timer> {
    let next = timer(id, tender, cosigned).map(|timer| {
        let lapses = tender.suspended_until(timer.due);
        Timer { due: lapses.unwrap_or(timer.due), ..timer }
    });
    let overdue = tender.overdue_at();
    let overdue = overdue.map(|due| Timer { due, procedure: id.clone(), kind: Kind::NoteOverdue });
    next.into_iter().chain(overdue)
}

/// What the clock does next about the stage a procedure is at, suspensions aside.
fn timer(id: &ProcedureId, tender: &Tender, cosigned: u64) -> Option<Timer> {
    if let Some((from, step, _)) = tender.set_step() {
        let kind = match step {
            SetStep::List => Kind::ListSet,
            SetStep::Open => Kind::OpenSet,
        };
        return Some(Timer { due: from.plus_ms(1), procedure: id.clone(), kind });
    }
    let (due, kind) = match tender.stage {
        // The deadline lies behind it, and there is no CLOSE while an objection waits.
        Stage::Sealing if tender.enquiry.suspended_until.is_some() => {
            (tender.enquiry.suspended_until?, Kind::Prolong)
        }
        Stage::Sealing => {
            if !deadline_beat_is_cut(tender) {
                return None;
            }
            let seen = is_seen(tender, cosigned);
            let patience_ms = tender.rules.beats.grace_ms.saturating_add(LATE_COSIGNATURE_MS);
            let wait_ms = if seen { 0 } else { patience_ms };
            (tender.deadline.plus_ms(wait_ms.saturating_add(1)), Kind::Close)
        }
        // A release stamped with the last millisecond of the window still counts.
        // Holders may still hand in what the log does not show (opening 3.5).
        Stage::Window => (tender.window_ends()?.plus_ms(1), Kind::EndWindow),
        // The holders have not answered about a draw, which comes before the reading.
        Stage::Opening if tender.is_to_be_drawn() => return None,
        Stage::Opening => (tender.reading_due()?.plus_ms(1), Kind::Open),
        // The committee goes by what is veiled too (`panel_timer`). A keeper of a pool is waited for, or holders, or the
        // tenderer; records are made meanwhile.
        Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Published
        | Stage::Awarded
        | Stage::Failed(_) => (tender.record_step()?.0.plus_ms(1), Kind::KeepRecord),
    };
    Some(Timer { due, procedure: id.clone(), kind })
}

/// Whether the newest beat is covered by a cosigned checkpoint.
pub(crate) fn is_seen(tender: &Tender, cosigned: u64) -> bool {
    tender.beats.last().is_some_and(|last| last.leaf < cosigned)
}

fn all(state: &State, cosigned: u64) -> impl Iterator<Item = Timer> {
    let tenders = state.world.tenders.iter();
    tenders.flat_map(move |(id, tender)| timers(id, tender, cosigned).chain(panel_timer(state, id)))
}

/// The timer an evaluation waits for.
fn panel_timer(state: &State, id: &ProcedureId) -> Option<Timer> {
    let (due, _) = panel_step(state, id)?;
    let due = state.world.tenders.get(id)?.suspended_until(due).unwrap_or(due);
    Some(Timer { due: due.plus_ms(1), procedure: id.clone(), kind: Kind::Panel })
}

/// What the clock does next in an evaluation.
pub(crate) fn panel_step(state: &State, id: &ProcedureId) -> Option<(Instant, PanelStep)> {
    let tender = state.world.tenders.get(id)?;
    match tender.recheck() {
        Some(committee) => committee.step(),
        None => Committee::new(tender, &state.panels.get(id)?.state).step(),
    }
}

/// Timers that are due at `at`, the earliest first.
pub(crate) fn due(state: &State, cosigned: u64, at: Instant) -> Vec<Timer> {
    let mut due: Vec<Timer> = all(state, cosigned).filter(|timer| timer.due <= at).collect();
    due.sort();
    due
}

/// The next instant at which a beat or a timer is due.
pub(crate) fn next_due(state: &State, cosigned: u64) -> Option<Instant> {
    let timers = all(state, cosigned).map(|timer| timer.due);
    next_beat_due(&state.world).into_iter().chain(timers).min()
}

/// The next instant at which a beat is due: when its own instant is over.
pub(crate) fn next_beat_due(world: &World) -> Option<Instant> {
    world.tenders.values().filter_map(|tender| Some(next_beat(tender)?.plus_ms(1))).min()
}

/// The number that makes a timer's command its own: the instant it was due, or for OPEN and OPEN_SET how much was read
/// before, because a long list is read in several entries, and for KEEP_RECORD how many records were kept before.
pub(crate) fn due_number(tender: &Tender, kind: Kind) -> u64 {
    match kind {
        Kind::Close => tender.deadline.unix_ms().unsigned_abs(),
        Kind::Prolong => tender.enquiry.suspended_until.map_or(0, |until| until.unix_ms().unsigned_abs()),
        Kind::EndWindow => tender.window_until.map_or(0, |until| until.unix_ms().unsigned_abs()),
        Kind::Open => tender.opened.len().saturating_add(tender.voided.len()) as u64,
        Kind::ListSet => 0,
        Kind::NoteOverdue => tender.overdue_at().map_or(0, |due| due.unix_ms().unsigned_abs()),
        Kind::KeepRecord => tender.records.kept().len() as u64,
        Kind::Panel => tender.panel_steps(),
        Kind::OpenSet => {
            tender.set_step().and_then(|(_, _, set)| tender.sets.get(set)).map_or(0, |set| set.contents.len())
                as u64
        }
    }
}

/// The evidence for CLOSE: the newest cosigned checkpoint whose cosigned time is not later than deadline and grace
/// (opening 2). `None` when there is none at all.
///
/// Cosigned times rise with the size, so the beats are searched by halving: the last one that was cosigned in time
/// names the checkpoint. No later checkpoint in time covers more of the procedure's beats.
///
/// # Errors
/// The reader's.
pub(crate) fn evidence(reader: &dyn Reader, tender: &Tender) -> Result<Option<String>, StoreError> {
    let Some(policy) = Policy::parse(&tender.policy) else { return Ok(None) };
    let limit = tender.deadline.plus_ms(tender.rules.beats.grace_ms);
    let in_time = |found: Option<Cosigned>| {
        found.filter(|found| {
            let read = policy.read(&tender.origin, &tender.centre_key, &found.note);
            read.is_ok_and(|read| read.time <= limit)
        })
    };
    if let Some(newest) = in_time(reader.newest_cosigned()?) {
        return Ok(Some(newest.note));
    }
    let (mut low, mut high) = (0, tender.beats.len());
    let mut best = None;
    while low < high {
        let middle = low.midpoint(high);
        let Some(beat) = tender.beats.get(middle) else { break };
        match in_time(reader.cosigned_covering(beat.leaf)?) {
            Some(found) => {
                best = Some(found.note);
                low = middle.saturating_add(1);
            }
            None => high = middle,
        }
    }
    match best {
        Some(note) => Ok(Some(note)),
        // No beat was cosigned in time: then anything older says so.
        None => Ok(in_time(reader.cosigned_covering(0)?).map(|found| found.note)),
    }
}
