//! Phase Award: candidates as the rules compute them, their publication, the award (R53-R55).

use alloc::{vec, vec::Vec};
use ximu_basics::{Instant, PartyId};

use super::{check_stage, objection};
use crate::{
    actor::Authenticated,
    outcome,
    rules::LegalRule,
    tender::Tender,
    wire::{Event, Refusal, refusal::Thing},
};

/// Decides the proposal of candidates.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn propose(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    candidates: &[PartyId],
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    objection::check_none_open(tender)?;
    let award = tender.rules.award().ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    if outcome::candidates(tender) != candidates {
        return Err(Refusal::RankingDiffers {});
    }
    let until = tender.rules.end_of_period(LegalRule::CandidatesPublished, at, award.publication_days);
    Ok(vec![Event::CandidatesProposed { candidates: candidates.to_vec(), until }])
}

/// Decides the award.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn award(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    bidder: &PartyId,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    objection::check_none_open(tender)?;
    let not_before = tender.candidates_until.unwrap_or(at);
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    let first = outcome::first(tender).ok_or(Refusal::Unknown { what: Thing::Bid })?;
    if first != bidder {
        return Err(Refusal::NotFirst { expected: first.clone() });
    }
    let bid = tender.opened.get(bidder).ok_or(Refusal::Unknown { what: Thing::Bid })?;
    Ok(vec![Event::Awarded { bidder: bidder.clone(), price: bid.price }])
}
