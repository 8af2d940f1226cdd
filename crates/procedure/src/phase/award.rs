//! Phase Award: candidates as the rules compute them, their publication, the award (R53-R55).

use alloc::{vec, vec::Vec};
use ximu_basics::{Instant, PartyId};

use super::{
    check_stage,
    objection::{self, OBJECTION_BYTES_MAX},
    text::check_text,
};
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
    check_time(tender, given, at)?;
    if tender.rules.is_separated() {
        return Err(Refusal::Mismatch { what: Thing::Phase });
    }
    let first = outcome::first(tender).ok_or(Refusal::Unknown { what: Thing::Bid })?;
    if first != bidder {
        return Err(Refusal::NotFirst { expected: first.clone() });
    }
    awarded(tender, bidder)
}

/// Decides the tenderer's choice among the candidates (award 2.6).
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn choose(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    bidder: &PartyId,
    reasons: &str,
) -> Result<Vec<Event>, Refusal> {
    check_time(tender, given, at)?;
    if !tender.rules.is_separated() {
        return Err(Refusal::Mismatch { what: Thing::Phase });
    }
    if !outcome::standing(tender).any(|standing| standing == bidder) {
        return Err(Refusal::Unknown { what: Thing::Candidate });
    }
    check_text(reasons, OBJECTION_BYTES_MAX)?;
    awarded(tender, bidder)
}

/// The candidates were published for as long as they must be, and nobody waits for an answer.
fn check_time(tender: &Tender, given: &Authenticated, at: Instant) -> Result<(), Refusal> {
    check_stage(tender, given)?;
    objection::check_none_open(tender)?;
    let not_before = tender.candidates_until.unwrap_or(at);
    if at < not_before { Err(Refusal::TooEarly { not_before, at }) } else { Ok(()) }
}

fn awarded(tender: &Tender, bidder: &PartyId) -> Result<Vec<Event>, Refusal> {
    let bid = tender.opened.get(bidder).ok_or(Refusal::Unknown { what: Thing::Bid })?;
    Ok(vec![Event::Awarded { bidder: bidder.clone(), price: bid.price }])
}
