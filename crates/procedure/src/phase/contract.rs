//! After the ranking: giving up, disqualification, the contract, bonds, what was not done in time, the archive (award 2,
//! 3, 7, 8; L46, R55, R57).

use alloc::{vec, vec::Vec};
use ximu_basics::{Hash, Instant, Money, PartyId};

use super::{check_stage, notice::REASON_BYTES_MAX, objection::OBJECTION_BYTES_MAX, party, text::check_text};
use crate::{
    actor::Authenticated,
    duty::DUTIES_PER_ENTRY_MAX,
    outcome,
    supervision::ComplaintState,
    tender::{Stage, Tender},
    wire::{Event, Refusal, command::Ground, refusal::Thing},
};

/// Records sealed for keeping of one procedure: one for each set of recipients over the years it is kept.
pub const ARCHIVES_MAX: u32 = 16;

/// Decides that the first candidate, or the winner, gives up.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn give_up(tender: &Tender, given: &Authenticated, reason: &str) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_no_contract(tender)?;
    let first = outcome::first(tender).ok_or(Refusal::Unknown { what: Thing::Candidate })?;
    let bidder = party(given)?;
    if tender.rules.is_separated() {
        check_stands(tender, bidder)?;
    } else if bidder != first {
        return Err(Refusal::NotFirst { expected: first.clone() });
    }
    check_text(reason, REASON_BYTES_MAX)?;
    let (next, exhausted) = without(tender, bidder);
    Ok([Event::GivenUp { bidder: bidder.clone(), next }].into_iter().chain(exhausted).collect())
}

/// Decides that a candidate, the winner, or a bid that could become one is unfit.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn disqualify(
    tender: &Tender,
    given: &Authenticated,
    bidder: &PartyId,
    ground: &Ground,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_no_contract(tender)?;
    check_stands(tender, bidder)?;
    check_ground(tender, bidder, ground)?;
    check_text(text, OBJECTION_BYTES_MAX)?;
    let (next, exhausted) = without(tender, bidder);
    Ok([Event::Disqualified { bidder: bidder.clone(), next }].into_iter().chain(exhausted).collect())
}

fn check_stands(tender: &Tender, bidder: &PartyId) -> Result<(), Refusal> {
    let mut standing = outcome::standing(tender);
    if standing.any(|one| one == bidder) { Ok(()) } else { Err(Refusal::Unknown { what: Thing::Candidate }) }
}

/// Who is first when one leaves, and what follows when nobody is. Where the tenderer chooses nobody is first.
fn without(tender: &Tender, bidder: &PartyId) -> (Option<PartyId>, Option<Event>) {
    let next = outcome::first_without(tender, bidder);
    let exhausted = next.is_none().then_some(Event::CandidatesExhausted {});
    (next.filter(|_| !tender.rules.is_separated()).cloned(), exhausted)
}

/// A disqualification rests on something that was upheld against this very bidder, or on a bond that the winner owes: a
/// ground against nobody in particular would let a tenderer that knows the prices put out whoever stands before its friend.
fn check_ground(tender: &Tender, bidder: &PartyId, ground: &Ground) -> Result<(), Refusal> {
    let holds = match ground {
        Ground::Objection { objection } => {
            let known = tender.enquiry.objection(*objection);
            let known = known.ok_or(Refusal::Unknown { what: Thing::Objection })?;
            matches!(known.answered, Some((_, true))) && known.against.as_ref() == Some(bidder)
        }
        Ground::Complaint { complaint } => {
            let known = tender.supervision.complaint(*complaint);
            let known = known.ok_or(Refusal::Unknown { what: Thing::Complaint })?;
            known.state == ComplaintState::Decided { upheld: true } && known.against.as_ref() == Some(bidder)
        }
        Ground::PerformanceBond {} => tender.awarded.as_ref().is_some_and(|(winner, _)| winner == bidder),
    };
    if holds { Ok(()) } else { Err(Refusal::Mismatch { what: Thing::Ground }) }
}

/// Refuses what a signed contract has made impossible.
pub(super) fn check_no_contract(tender: &Tender) -> Result<(), Refusal> {
    match tender.conclusion.contract {
        Some(_) => Err(Refusal::AlreadyExists {}),
        None => Ok(()),
    }
}

/// Decides that the contract is signed. One that comes late is recorded as late.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn sign(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    price: Money,
    signed: Instant,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_no_contract(tender)?;
    let unknown = || Refusal::Unknown { what: Thing::Candidate };
    let (winner, awarded) = tender.awarded.as_ref().ok_or_else(unknown)?;
    if price != *awarded {
        return Err(Refusal::Mismatch { what: Thing::Price });
    }
    if signed > at || tender.conclusion.awarded_at.is_none_or(|awarded| signed < awarded) {
        return Err(Refusal::Mismatch { what: Thing::Instant });
    }
    let due = tender.contract_due();
    let late = due.is_some_and(|due| signed > due);
    Ok(vec![Event::ContractSigned { bidder: winner.clone(), due, late }])
}

/// Decides that a bidder has its bond back.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn return_bond(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    bidder: &PartyId,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let took_part = tender.list.iter().any(|line| line.bidder == *bidder)
        || tender.not_counted.iter().any(|line| line.bidder == *bidder);
    if !took_part {
        return Err(Refusal::Unknown { what: Thing::Bid });
    }
    if tender.conclusion.bonds.contains_key(bidder) {
        return Err(Refusal::AlreadyExists {});
    }
    let due = tender.bond_due(bidder);
    let late = due.is_some_and(|due| at > due);
    Ok(vec![Event::BondReturned { bidder: bidder.clone(), due, late }])
}

/// Decides what is overdue: every duty whose time is over and of which the log has not said so.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn note_overdue(tender: &Tender, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let not_before = tender.overdue_at().ok_or(Refusal::Unknown { what: Thing::Instant })?;
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    let overdue = tender.duties_to_note().filter(|(_, due)| at > *due).take(DUTIES_PER_ENTRY_MAX);
    Ok(overdue.map(|(duty, due)| Event::Overdue { duty, due }).collect())
}

/// Decides that a record is sealed for keeping.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn archive(
    tender: &Tender,
    given: &Authenticated,
    hash: &Hash,
    bytes: u64,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    if tender.conclusion.archives.contains(hash) {
        return Err(Refusal::AlreadyExists {});
    }
    if tender.conclusion.archives.len() >= ARCHIVES_MAX as usize {
        return Err(Refusal::TooMany { what: Thing::Archive, limit: ARCHIVES_MAX });
    }
    Ok(vec![Event::Archived { hash: *hash, bytes }])
}

impl Stage {
    /// Whether the procedure has come to its end, one way or the other.
    #[must_use]
    pub fn is_ended(self) -> bool {
        self.is_failed() || self == Stage::Awarded
    }
}
