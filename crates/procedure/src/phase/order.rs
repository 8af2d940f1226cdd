//! Orders of the supervising authority 行政监督部门 (award 5, 6): suspend, resume, correct, rank again, annul, tender
//! again. An order adds entries and rewrites none; no order draws anything again or takes a bid again.

use alloc::{vec, vec::Vec};
use ximu_basics::{Instant, PartyId};

use super::{
    check_stage, contract, notice::REASON_BYTES_MAX, objection::OBJECTION_BYTES_MAX, text::check_text,
};
use crate::{
    actor::Authenticated,
    supervision,
    tender::{Stage, StageName, Tender},
    wire::{
        Event, Refusal,
        command::{Exclusion, Measure},
        refusal::Thing,
    },
};

/// Orders in one procedure.
pub const ORDERS_MAX: u32 = 200;

/// The longest suspension, and the longest renewal, in days: as long as any period of the law on complaints lasts. Who
/// needs longer renews.
pub const SUSPENSION_DAYS_MAX: i64 = 60;

/// Decides an order.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn order(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    measure: &Measure,
    article: &str,
    reason: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_words(article, reason)?;
    consequences(tender, at, measure)
}

/// An article is cited and reasons are given.
pub(super) fn check_words(article: &str, reason: &str) -> Result<(), Refusal> {
    check_text(article, REASON_BYTES_MAX)?;
    check_text(reason, OBJECTION_BYTES_MAX)
}

/// What follows from a measure at an instant.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn consequences(tender: &Tender, at: Instant, measure: &Measure) -> Result<Vec<Event>, Refusal> {
    let order = tender.supervision.orders.saturating_add(1);
    if order > ORDERS_MAX {
        return Err(Refusal::TooMany { what: Thing::Order, limit: ORDERS_MAX });
    }
    if tender.stage.is_failed() {
        let (needs, found) = (StageName::Sealing, tender.stage.name());
        return Err(Refusal::StageWrong { needs, found });
    }
    let mut events = vec![Event::Ordered { order }];
    match measure {
        Measure::Suspend { until } => events.extend(suspend(tender, at, *until)?),
        Measure::Resume {} => {
            let in_force = tender.suspended_until(at);
            in_force.ok_or(Refusal::NotSuspended {})?;
            events.push(Event::Resumed {});
        }
        Measure::Correct { what } => check_text(what, OBJECTION_BYTES_MAX)?,
        Measure::ReEvaluate { exclude } => events.extend(re_evaluate(tender, exclude)?),
        Measure::Annul {} => events.push(Event::Annulled {}),
        Measure::ReTender {} => events.push(Event::RetenderOrdered {}),
    }
    Ok(events)
}

/// The instants that entries have named to everybody, and that have not passed, move in the same entry.
fn suspend(tender: &Tender, at: Instant, until: Instant) -> Result<Vec<Event>, Refusal> {
    let base = tender.suspended_until(at).unwrap_or(at);
    let longest = at.plus_ms(tender.rules.units().days_ms(SUSPENSION_DAYS_MAX));
    if until <= base || until > longest {
        return Err(Refusal::Mismatch { what: Thing::Instant });
    }
    let moved = |instant: Instant| instant.plus_ms(until.ms_since(base));
    let mut events = vec![Event::Suspended { until }];
    match tender.stage {
        Stage::Sealing if at <= tender.deadline => {
            events.push(Event::DeadlineMoved { deadline: moved(tender.deadline) });
        }
        Stage::Window => {
            let pending = tender.window_until.filter(|end| at <= *end);
            events.extend(pending.map(|end| Event::WindowExtended { until: moved(end) }));
        }
        // While an objection waits the publication stands still already, until its answer.
        Stage::Published if tender.enquiry.paused_since.is_none() => {
            let pending = tender.candidates_until.filter(|end| at <= *end);
            events.extend(pending.map(|end| Event::PublicationExtended { until: moved(end) }));
        }
        Stage::Sealing
        | Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Published
        | Stage::Awarded
        | Stage::Failed(_) => {}
    }
    Ok(events)
}

/// Back to the ranking, without those excluded; where a committee evaluated, back to it (evaluation 11). What was drawn and
/// the base stay in either case.
fn re_evaluate(tender: &Tender, exclude: &[Exclusion]) -> Result<Vec<Event>, Refusal> {
    match tender.stage {
        Stage::Ranking | Stage::Published | Stage::Awarded => {}
        Stage::Sealing
        | Stage::Window
        | Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Failed(_) => {
            let (needs, found) = (StageName::Ranking, tender.stage.name());
            return Err(Refusal::StageWrong { needs, found });
        }
    }
    contract::check_no_contract(tender)?;
    let excluded: Vec<PartyId> = exclude.iter().map(|one| one.bidder.clone()).collect();
    if !excluded.is_sorted_by(|left, right| left < right) {
        return Err(Refusal::Mismatch { what: Thing::Bid });
    }
    let lines = tender.ranking.iter().flat_map(|ranking| &ranking.lines);
    let ranked: Vec<&PartyId> = lines.map(|line| &line.party).collect();
    if !excluded.iter().all(|bidder| ranked.contains(&bidder)) {
        return Err(Refusal::Unknown { what: Thing::Bid });
    }
    let stays = |party: &PartyId| !excluded.contains(party) && !tender.conclusion.left.contains_key(party);
    let nobody = !ranked.into_iter().any(stays);
    let exhausted = nobody.then_some(Event::CandidatesExhausted {});
    let round = tender.next_round();
    Ok([Event::EvaluationReopened { excluded, round }].into_iter().chain(exhausted).collect())
}

/// Refuses what waits for the end of a suspension.
///
/// # Errors
/// The stage first, then [`Refusal::Suspended`].
pub(super) fn check_not_suspended(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
) -> Result<(), Refusal> {
    match tender.suspended_until(at) {
        Some(until) if !supervision::goes_on(&given.body.command) => {
            check_stage(tender, given)?;
            Err(Refusal::Suspended { until })
        }
        Some(_) | None => Ok(()),
    }
}
