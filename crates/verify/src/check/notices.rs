//! Public notices and the periods that begin with them (verify 6.4): what nobody but the centre had seen was not public,
//! whatever its stamp says. The periods count from the cosigned time.

use alloc::{format, string::String, vec::Vec};
use ximu_basics::Instant;
use ximu_procedure::{
    Tender,
    rules::{LegalRule, Rules},
    tender::Failure,
    wire::{Entry, Event, Outcome},
};

use super::{History, Notice, Replayed, Run};
use crate::{Code, Place};

/// How much later than its stamp a notice may be cosigned at no cost, in minutes of the rules, for periods of days: a
/// quorum that was away for an hour takes nothing from twenty days.
const SEEN_LATE_MINUTES_MAX: i64 = 60;

/// The same for periods of minutes, and the least for all, in milliseconds: a few rounds of cosignatures.
const SEEN_LATE_MS_MIN: i64 = 60_000;

/// The part of a window that may pass before CLOSE is cosigned: the quarter.
const WINDOW_PART: i64 = 4;

/// How much later than its stamp CLOSE may be cosigned, in milliseconds, for a window of so many: a quorum that was away for
/// a moment takes the window from nobody. Rounded down: against the host.
#[must_use]
pub fn window_seen_late_ms(window_ms: i64) -> i64 {
    window_ms.div_euclid(WINDOW_PART).max(SEEN_LATE_MS_MIN)
}

/// Which period an entry begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The notice: the law's days from the documents to the deadline.
    Published,
    /// An amendment of the documents: the law's days to the deadline.
    Amended,
    /// A frozen pool: the minutes in which contributions are taken, until an instant.
    Frozen(Instant),
    /// The candidates: the days of their publication, until an instant.
    Proposed(Instant),
    /// CLOSE: the minutes of the window.
    Closed,
}

impl Run<'_> {
    pub(super) fn notices(&mut self, history: &History, replayed: &Replayed) {
        for notice in &replayed.notices {
            let Some(tender) = replayed.replay.tender(&notice.procedure) else { continue };
            let covering = history.cosigned.partition_point(|checkpoint| checkpoint.size <= notice.index);
            let Some(seen) = history.cosigned.get(covering).map(|checkpoint| checkpoint.time) else {
                continue;
            };
            if let Some(detail) = too_short(tender, notice.kind, seen) {
                self.fail(Code::NoticeUnseen, Place::Leaf(notice.index), detail);
            }
        }
    }
}

/// The notices of an entry.
pub(super) fn of_entry(index: u64, entry: &Entry) -> Vec<Notice> {
    let Outcome::Events(events) = &entry.outcome else { return Vec::new() };
    let kinds = events.iter().filter_map(kind_of);
    kinds.map(|kind| Notice { index, procedure: entry.procedure.clone(), kind }).collect()
}

fn kind_of(event: &Event) -> Option<Kind> {
    if let Event::PoolFrozen { until, .. } = event {
        return Some(Kind::Frozen(*until));
    }
    if let Event::CandidatesProposed { until, .. } = event {
        return Some(Kind::Proposed(*until));
    }
    if let Event::WindowOpened { .. } = event {
        return Some(Kind::Closed);
    }
    let amended = matches!(event, Event::DocumentsAmended { .. });
    let published = matches!(event, Event::Published { .. });
    published.then_some(Kind::Published).or(amended.then_some(Kind::Amended))
}

/// What is wrong when the witnesses saw a notice only then; the deadline is the one in force at the end, because moving
/// it later is how a centre makes good what nobody saw.
fn too_short(tender: &Tender, kind: Kind, seen: Instant) -> Option<String> {
    // Who ended it without an award took nothing from anybody; too few bids may be what a late notice brought about.
    if tender.stage.failure().is_some_and(|why| why != Failure::TooFewBids) {
        return None;
    }
    let rules = &tender.rules;
    match kind {
        Kind::Closed => {
            let (minutes, until) = (rules.unseal()?.window_minutes, tender.window_until?);
            let window_ms = rules.units().minutes_ms(minutes);
            let from = seen.plus_ms(-window_seen_late_ms(window_ms));
            let short = from.plus_ms(window_ms) > until;
            short.then(|| format!("expected a window of {minutes} minutes to {until}, CLOSE seen at {seen}"))
        }
        Kind::Published => days(tender, LegalRule::DocumentsToDeadline, seen),
        Kind::Amended => days(tender, LegalRule::AmendmentToDeadline, seen),
        Kind::Frozen(until) => {
            let minutes = rules.draw()?.contribution_minutes;
            let from = seen.plus_ms(-SEEN_LATE_MS_MIN);
            let expected = from.plus_ms(rules.units().minutes_ms(minutes));
            (expected > until).then(|| format!("expected {minutes} minutes to {until}, seen at {seen}"))
        }
        Kind::Proposed(until) => {
            let rule = LegalRule::CandidatesPublished;
            let days = rules.legal_value(rule).or_else(|| Some(rules.award()?.publication_days))?;
            let end = rules.end_of_period(rule, seen.plus_ms(-late_ms(rules)), days);
            (end > until).then(|| format!("expected {days} days to {until}, seen at {seen}"))
        }
    }
}

/// A legal period of days that ends with the deadline.
fn days(tender: &Tender, rule: LegalRule, seen: Instant) -> Option<String> {
    let (rules, deadline) = (&tender.rules, tender.deadline);
    let legal = rules.legal_value(rule)?;
    let days = rules.period_between(rule, seen.plus_ms(-late_ms(rules)), deadline)?;
    (days < legal).then(|| format!("expected {legal} days to {deadline}, found {days}: seen at {seen}"))
}

fn late_ms(rules: &Rules) -> i64 {
    rules.units().minutes_ms(SEEN_LATE_MINUTES_MAX).max(SEEN_LATE_MS_MIN)
}
