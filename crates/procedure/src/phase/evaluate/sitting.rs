//! The committee sits down: conflicts, the chair, more time (evaluation 4; L37, R46, R48).

use alloc::{vec, vec::Vec};
use ximu_basics::{Hash, Instant};

use super::{declared, member};
use crate::{
    actor::Authenticated,
    evaluation::Committee,
    set::Purpose,
    wire::{Event, Refusal, evaluation::Conflict, refusal::Thing},
};

/// Decides a member's declaration. A conflict may be found later; it is never taken back.
pub(super) fn declare(
    committee: Committee<'_>,
    given: &Authenticated,
    conflict: Option<&Conflict>,
) -> Result<Vec<Event>, Refusal> {
    let member = member(committee, given)?;
    match (committee.panel.declared.get(&member), conflict) {
        (Some(Some(_)), _) | (Some(None), None) => return Err(Refusal::AlreadyExists {}),
        (Some(None), Some(_)) | (None, _) => {}
    }
    if let Some(conflict) = conflict {
        let evaluated = committee.tender.evaluated();
        let rising = conflict.bidders.iter().zip(conflict.bidders.iter().skip(1)).all(|(one, two)| one < two);
        if !rising || conflict.bidders.iter().any(|bidder| !evaluated.contains(bidder)) {
            return Err(Refusal::Unknown { what: Thing::Bid });
        }
    }
    Ok(vec![Event::Declared { member, conflicted: conflict.is_some() }])
}

/// Decides a vote for a chair. A vote may be given again as long as there is none.
pub(super) fn choose_chair(
    committee: Committee<'_>,
    given: &Authenticated,
    chair: &Hash,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    if committee.chair().is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    let members = committee.members();
    if !members.contains(chair) {
        return Err(Refusal::Unknown { what: Thing::Expert });
    }
    let others = members
        .iter()
        .filter(|other| **other != member && committee.panel.chair_votes.get(other) == Some(chair));
    let mut events = vec![Event::ChairVoted { member, chair: *chair }];
    if committee.is_majority(others.count().saturating_add(1)) {
        events.push(Event::ChairChosen { chair: *chair });
    }
    Ok(events)
}

/// Decides that a member finds the time too short. When more than a third do, the time that runs is longer, once.
pub(super) fn ask_more_time(
    committee: Committee<'_>,
    given: &Authenticated,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    let panel = committee.panel;
    if committee.is_extended() || panel.more_time.contains(&member) {
        return Err(Refusal::AlreadyExists {});
    }
    let sheets = committee.running().map(|(_, set)| &set.purpose);
    let until = match sheets {
        Some(Purpose::Sheets(round)) => Some((round.until, round.ends(committee.tender))),
        Some(Purpose::Coefficient(_) | Purpose::Experts(_)) | None => {
            panel.review_until.zip(committee.review_ends())
        }
    };
    let (said, until) = until.ok_or(Refusal::Mismatch { what: Thing::Committee })?;
    if at > until {
        return Err(Refusal::WindowOver { until, at });
    }
    let members = committee.members();
    let asked = panel.more_time.iter().filter(|other| members.contains(other)).count().saturating_add(1);
    let mut events = vec![Event::MoreTimeAsked { member }];
    if asked.saturating_mul(3) > members.len() {
        let minutes = committee.rules().map_or(0, |rules| rules.extension_minutes);
        let until = said.plus_ms(committee.tender.rules.units().minutes_ms(minutes));
        events.push(Event::TimeExtended { until });
    }
    Ok(events)
}
