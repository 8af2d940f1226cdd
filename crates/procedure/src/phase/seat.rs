//! Seats of the committee (evaluation 3): who sits where is public, who it is nobody says. And the conclusion, the one
//! public decision that is given what the committee did.

use alloc::{string::ToString, vec, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId, PublicKey};

use super::{check_stage, order, outage, party};
use crate::{
    actor::Authenticated,
    evaluation::{Committee, PanelState, papers},
    registry::{self, Registry},
    role::Role,
    tender::Tender,
    wire::{
        Event, Refusal,
        command::Command,
        evaluation::{EvaluationFailure, SeatCosignature, seat_statement},
        identity::{IdentityCheck, officer_statement},
        refusal::Thing,
        signed::verify,
        waiting::Capacity,
    },
};

/// The longest name of a seat, in bytes.
pub const SEAT_BYTES_MAX: usize = 64;

/// Decides that a member takes a seat. Strangers may say so: who vouches for them is checked first, so that nothing a
/// stranger says stands in the log.
///
/// # Errors
/// The first [`Refusal`] that applies; [`Refusal::SeatTaken`] is journaled.
pub fn take(
    registry: &Registry,
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let Command::TakeSeat { leaf, seat, recipient, keeper, officer, identity } = &given.body.command else {
        return Err(Refusal::Unknown { what: Thing::Procedure });
    };
    let needs = |role| Refusal::RoleNotAllowed { needs: vec![role] };
    if given.actor.party.is_some()
        || given.actor.holder.is_some()
        || given.actor.roles.contains(&Role::Centre)
    {
        return Err(needs(Role::Visitor));
    }
    let body = &given.body;
    let key = &given.signed.key;
    let (origin, id) = (body.origin.as_str(), body.procedure.as_str());
    let statement = seat_statement(origin, id, leaf, key, recipient, seat);
    let seen = officer_statement(origin, id, leaf, key, (recipient, seat), identity.as_deref());
    if !is_cosigned(registry, officer, &seen, &[Role::WitnessOfficer], None) {
        return Err(needs(Role::WitnessOfficer));
    }
    check_stage(tender, given)?;
    order::check_not_suspended(tender, given, at)?;
    outage::check_venue(tender, &given.body.command)?;
    let (who, roles) = vouching(tender, leaf).ok_or(Refusal::Unknown { what: Thing::Expert })?;
    if officer.key == keeper.key || !is_cosigned(registry, keeper, &statement, roles, Some(who)) {
        return Err(Refusal::RoleNotAllowed { needs: roles.to_vec() });
    }
    let evaluation = tender.evaluation.as_ref().ok_or(Refusal::Unknown { what: Thing::Phase })?;
    let before = evaluation.seats.get(leaf);
    let person = registry::person_id(key).ok_or(Refusal::Unknown { what: Thing::Key })?;
    let was_of = evaluation.keys_used.get(key);
    if before.is_some_and(|seat| seat.key.is_some())
        || tender.seat_of_key(key).is_some()
        || was_of.is_some_and(|other| other != leaf)
    {
        return Err(Refusal::SeatTaken {});
    }
    // A key that serves no more, at the free seat that was its own: a mistake of one person, and nobody sits twice.
    if was_of.is_some() {
        return Err(Refusal::Mismatch { what: Thing::Key });
    }
    if !is_of_form(tender, seat, recipient) {
        return Err(Refusal::Mismatch { what: Thing::Seat });
    }
    check_identity(identity.as_deref())?;
    let person = before.map_or(person, |seat| seat.person.clone());
    Ok(vec![Event::SeatTaken { leaf: *leaf, person, seat: seat.to_string() }])
}

/// A face is matched with consent alone, and its result says what its numbers say; it decides nothing here.
fn check_identity(identity: Option<&IdentityCheck>) -> Result<(), Refusal> {
    let Some(identity) = identity else { return Ok(()) };
    if identity.lacks_consent() {
        return Err(Refusal::ConsentMissing {});
    }
    match &identity.face {
        Some(face) if !face.holds() => Err(Refusal::Mismatch { what: Thing::Face }),
        Some(_) | None => Ok(()),
    }
}

/// Whether this can be the name of a seat or a venue.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= SEAT_BYTES_MAX
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Who says that a member is the right person: the keeper of its pool, or the tenderer for its delegate.
fn vouching<'a>(tender: &'a Tender, leaf: &Hash) -> Option<(&'a PartyId, &'static [Role])> {
    if tender.is_delegate(leaf) {
        return Some((&tender.rules.tenderer, &[Role::Tenderer, Role::Agent]));
    }
    let member = tender.drawing.as_ref()?.members.iter().find(|member| member.leaf == *leaf)?;
    Some((&tender.pool(&member.pool)?.keeper, &[Role::PoolKeeper]))
}

/// Whether the register and the rules let this key vouch for members in this capacity: for this one, or for any.
#[must_use]
pub fn may_vouch(
    registry: &Registry,
    tender: &Tender,
    key: &PublicKey,
    capacity: Capacity,
    leaf: Option<&Hash>,
) -> bool {
    let person = registry.keys.get(key).and_then(|id| registry.persons.get(id));
    let Some(person) = person else { return false };
    let has = |roles: &[Role], of: &PartyId| {
        person.party == *of && roles.iter().any(|role| person.roles.contains(role))
    };
    match (capacity, leaf) {
        (Capacity::Officer, _) => person.roles.contains(&Role::WitnessOfficer),
        (Capacity::Keeper, Some(leaf)) => vouching(tender, leaf).is_some_and(|(who, roles)| has(roles, who)),
        (Capacity::Keeper, None) => {
            let committee = tender.committee();
            committee.iter().filter_map(|leaf| vouching(tender, leaf)).any(|(who, roles)| has(roles, who))
        }
    }
}

/// Whether a seat has a name and a recipient of the form; where the committee reads documents, a recipient to which they can be
/// sealed: one of low order would stop the holders' file for all seats.
#[must_use]
pub fn is_of_form(tender: &Tender, seat: &str, recipient: &str) -> bool {
    let reads = tender.rules.score().is_some_and(|score| score.papers);
    is_plain(seat)
        && recipient.parse::<ximu_sealed::Recipient>().is_ok()
        && (!reads || papers::is_recipient(recipient))
}

/// Whether a person of one of these roles, of this party if one is named, signed the statement.
fn is_cosigned(
    registry: &Registry,
    by: &SeatCosignature,
    statement: &[u8],
    roles: &[Role],
    of: Option<&PartyId>,
) -> bool {
    let person = registry.keys.get(&by.key).and_then(|id| registry.persons.get(id));
    person.is_some_and(|person| {
        roles.iter().any(|role| person.roles.contains(role))
            && of.is_none_or(|party| person.party == *party)
            && verify(&by.key, statement, &by.signature)
    })
}

/// Decides that a member leaves its seat: said by itself, or by a witness officer who sees it go.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn leave(tender: &Tender, given: &Authenticated, leaf: &Hash) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let evaluation = tender.evaluation.as_ref().ok_or(Refusal::Unknown { what: Thing::Phase })?;
    let seat = evaluation.seats.get(leaf).filter(|seat| seat.key.is_some());
    let seat = seat.ok_or(Refusal::Unknown { what: Thing::Seat })?;
    let itself = seat.key == Some(given.signed.key);
    if !itself && !given.actor.roles.contains(&Role::WitnessOfficer) {
        return Err(Refusal::RoleNotAllowed { needs: vec![Role::WitnessOfficer] });
    }
    Ok(vec![Event::SeatLeft { leaf: *leaf }])
}

/// Decides that the tenderer sends another delegate.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn replace_delegate(tender: &Tender, given: &Authenticated, leaf: &Hash) -> Result<Vec<Event>, Refusal> {
    party(given)?;
    check_stage(tender, given)?;
    let evaluation = tender.evaluation.as_ref().ok_or(Refusal::Unknown { what: Thing::Phase })?;
    if !tender.is_delegate(leaf) {
        return Err(Refusal::Unknown { what: Thing::Expert });
    }
    let next = evaluation.next_delegate(&tender.genesis);
    Ok(vec![Event::DelegateReplaced { leaf: *leaf, next }])
}

/// Decides the conclusion: everybody has signed, dissented in writing, or let the time pass.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn conclude(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    panel: Option<&PanelState>,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let seed = Refusal::Mismatch { what: Thing::Seed };
    let committee = match tender.recheck() {
        // The class is disclosed since the first round: there is but one seed to name.
        Some(committee) => {
            let named = if let Command::Conclude { seed } = &given.body.command { Some(*seed) } else { None };
            if named != tender.disclosed_seed() {
                return Err(seed);
            }
            committee
        }
        None => Committee::new(tender, panel.ok_or(seed)?),
    };
    let draft = committee.draft().ok_or(Refusal::Mismatch { what: Thing::Report })?;
    let stands = committee.stands(draft, at);
    let stands =
        stands.ok_or(Refusal::TooEarly { not_before: committee.signing_ends(draft).plus_ms(1), at })?;
    let report = committee.report().ok_or(Refusal::Mismatch { what: Thing::Report })?;
    let conclusion = report.conclusion(&stands).ok_or(Refusal::Mismatch { what: Thing::Report })?;
    let failed = match (conclusion.lines.is_empty(), report.competition_lacking) {
        (true, _) => Some(EvaluationFailure::AllRejected),
        (false, true) => Some(EvaluationFailure::CompetitionLacking),
        (false, false) => None,
    };
    let failed = failed.map(|reason| Event::EvaluationFailed { reason });
    Ok([Event::EvaluationConcluded(conclusion)].into_iter().chain(failed).collect())
}
