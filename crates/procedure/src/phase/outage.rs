//! Outages of a venue (evaluation 10): a witness officer reports one and its end; when it lasts too long a new committee
//! starts afresh, of those whom the draw put next.

use alloc::{string::ToString, vec, vec::Vec};
use ximu_basics::{Hash, Instant};

use super::{check_stage, objection::OBJECTION_BYTES_MAX, seat, text::check_text};
use crate::{
    actor::Authenticated,
    evaluation::{Outage, outage::successors},
    experts::Member,
    role::Role,
    tender::Tender,
    wire::{Command, Event, Refusal, refusal::Thing},
};

/// Decides a report that a venue is out.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn report(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    venue: &str,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let rule = tender.rules.score().and_then(|score| score.outage.as_ref());
    let rule = rule.ok_or(Refusal::Unknown { what: Thing::Phase })?;
    if tender.outage().is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    if !seat::is_plain(venue) {
        return Err(Refusal::Mismatch { what: Thing::Venue });
    }
    check_text(text, OBJECTION_BYTES_MAX)?;
    // A recheck is the original committee's: it waits, however long that takes, and nobody dissolves it.
    let started = tender.is_evaluation_started() && !tender.is_recheck();
    let minutes = if started { rule.during_minutes } else { rule.before_minutes };
    let until = at.plus_ms(tender.rules.units().minutes_ms(minutes));
    Ok(vec![Event::OutageReported { venue: venue.to_string(), started, until }])
}

fn outage(tender: &Tender) -> Result<&Outage, Refusal> {
    tender.outage().ok_or(Refusal::Unknown { what: Thing::Outage })
}

/// Decides a report that the venue works again. When it comes too late for the committee, that is dissolved.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn end(tender: &Tender, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let outage = outage(tender)?;
    let mut events = vec![Event::OutageEnded {}];
    if outage.started && at > outage.until {
        events.extend(dissolution(tender));
    }
    Ok(events)
}

/// Decides that there shall be a new committee: by the clock when the evaluation had started, else by the tenderer.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn dissolve(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    reason: Option<&str>,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let outage = outage(tender)?;
    if tender.is_recheck() {
        return Err(Refusal::Mismatch { what: Thing::Committee });
    }
    let clock = given.actor.roles.contains(&Role::Centre);
    let tenderer = given.actor.party.as_ref() == Some(&tender.rules.tenderer);
    match (outage.started, clock, tenderer) {
        (true, true, _) | (false, false, true) => {}
        (true, ..) => return Err(Refusal::RoleNotAllowed { needs: vec![Role::Centre] }),
        (false, ..) => return Err(Refusal::RoleNotAllowed { needs: vec![Role::Tenderer, Role::Agent] }),
    }
    if at <= outage.until {
        return Err(Refusal::TooEarly { not_before: outage.until.plus_ms(1), at });
    }
    match reason {
        Some(reason) if !clock => check_text(reason, OBJECTION_BYTES_MAX)?,
        None if clock => {}
        Some(_) | None => return Err(Refusal::Mismatch { what: Thing::Text }),
    }
    Ok(dissolution(tender))
}

/// What follows from a dissolution. Without an alternate for a seat, and without a pool, nobody can sit there.
fn dissolution(tender: &Tender) -> Vec<Event> {
    let members = successors(tender);
    let vacant = |leaf: &Hash| members.iter().any(|one| one.leaf == *leaf && one.next.is_none());
    let ends = |member: &Member| vacant(&member.leaf) && !tender.is_pool_left(&member.stratum, None);
    let drawing = tender.drawing.as_ref().filter(|drawing| drawing.members.iter().any(ends));
    let failed = drawing.and_then(|drawing| drawing.next_set()).map(|set| Event::DrawFailed { set });
    [Event::CommitteeDissolved { members }].into_iter().chain(failed).collect()
}

/// Refuses what waits for a venue to work again.
///
/// # Errors
/// [`Refusal::VenueOut`].
pub(super) fn check_venue(tender: &Tender, command: &Command) -> Result<(), Refusal> {
    let waits = command.is_panel() || matches!(command, Command::TakeSeat { .. } | Command::Conclude { .. });
    match tender.outage() {
        Some(outage) if waits => Err(Refusal::VenueOut { since: outage.since }),
        Some(_) | None => Ok(()),
    }
}
