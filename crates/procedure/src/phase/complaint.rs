//! Complaints to the supervising authority 投诉 (award 4; R60, R61): made, taken up or not, decided.

use alloc::{format, vec, vec::Vec};
use ximu_basics::{Instant, PartyId};

use super::{check_stage, objection::OBJECTION_BYTES_MAX, order, party, text::check_text};
use crate::{
    actor::Authenticated,
    enquiry::Objection,
    rules::LegalRule,
    supervision::{Complaint, ComplaintState},
    tender::Tender,
    wire::{
        Event, Refusal,
        command::{Matter, Measure, Subject},
        refusal::Thing,
    },
};

/// Complaints of one party in one procedure.
pub const COMPLAINTS_PER_PARTY_MAX: u32 = 3;

/// Decides a complaint.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn complain(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    matter: Matter,
    objection: Option<u32>,
    known: Instant,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let by = party(given)?;
    check_time(tender, at, by, matter, objection, known)?;
    let mine = tender.supervision.complaints.iter().filter(|complaint| complaint.by == *by).count();
    if mine >= COMPLAINTS_PER_PARTY_MAX as usize {
        return Err(Refusal::TooMany { what: Thing::Complaint, limit: COMPLAINTS_PER_PARTY_MAX });
    }
    check_text(text, OBJECTION_BYTES_MAX)?;
    let complaint = tender.supervision.next_complaint();
    let due = period(tender, LegalRule::ComplaintAccepted, at);
    Ok(vec![Event::Complained { complaint, by: by.clone(), due }])
}

/// The days run from when the complainant learned of it, without those in which its objection waited for an answer; where
/// the law knows challenges 质疑, from the end of the time for the answer.
fn check_time(
    tender: &Tender,
    at: Instant,
    by: &PartyId,
    matter: Matter,
    objection: Option<u32>,
    known: Instant,
) -> Result<(), Refusal> {
    let objection = before(tender, at, by, matter, objection, known)?;
    if known > at || known < tender.published {
        return Err(Refusal::Mismatch { what: Thing::Instant });
    }
    let challenges = tender.rules.legal_value(LegalRule::ChallengeAnswered).is_some();
    let due = objection.filter(|_| challenges).and_then(|one| Some(tender.moved(one.raised, one.due?)));
    let Some(until) = period(tender, LegalRule::ComplaintMade, due.unwrap_or(known)) else { return Ok(()) };
    let waited_ms = match objection {
        Some(one) if due.is_none() => one.answered.map_or(at, |(answered, _)| answered).ms_since(one.raised),
        Some(_) | None => 0,
    };
    let until = until.plus_ms(waited_ms);
    if at > until {
        let period = tender.rules.legal_period(LegalRule::ComplaintMade);
        let article = period.map(|period| format!("{} {}", period.law, period.article));
        return Err(Refusal::PeriodOver { until, at, article });
    }
    Ok(())
}

/// The objection that must go before. It must be the complainant's own, about the same matter, and answered, or overdue:
/// silence bars nobody, and where no number says how long an answer may take, nobody has to wait for one.
fn before<'a>(
    tender: &'a Tender,
    at: Instant,
    by: &PartyId,
    matter: Matter,
    objection: Option<u32>,
    known: Instant,
) -> Result<Option<&'a Objection>, Refusal> {
    let to = match matter {
        Matter::Documents => Subject::Documents,
        Matter::Opening => Subject::Opening,
        Matter::Candidates => Subject::Candidates,
        Matter::Conduct if objection.is_none() => return Ok(None),
        Matter::Conduct => return Err(Refusal::Mismatch { what: Thing::Objection }),
    };
    let unknown = Refusal::Unknown { what: Thing::Objection };
    let number = objection.ok_or(unknown.clone())?;
    let found = tender.enquiry.objection(number).filter(|one| one.by == *by && one.to == to);
    let found = found.ok_or(unknown)?;
    // Who objected knew of it then.
    if known > found.raised {
        return Err(Refusal::Mismatch { what: Thing::Instant });
    }
    let waits = found.answered.is_none() && found.due.is_some();
    if waits && !found.is_late(&tender.supervision.suspensions, at) {
        return Err(Refusal::ObjectionOpen { objection: number });
    }
    Ok(Some(found))
}

fn period(tender: &Tender, rule: LegalRule, from: Instant) -> Option<Instant> {
    Some(tender.rules.end_of_period(rule, from, tender.rules.legal_value(rule)?))
}

/// Decides that a complaint is taken up.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn accept(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    complaint: u32,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_made(known(tender, complaint)?)?;
    let due = period(tender, LegalRule::ComplaintDecided, at);
    Ok(vec![Event::ComplaintAccepted { complaint, due }])
}

/// Decides that a complaint is not taken up.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decline(
    tender: &Tender,
    given: &Authenticated,
    complaint: u32,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_made(known(tender, complaint)?)?;
    check_text(text, OBJECTION_BYTES_MAX)?;
    Ok(vec![Event::ComplaintDeclined { complaint }])
}

fn check_made(complaint: &Complaint) -> Result<(), Refusal> {
    match complaint.state {
        ComplaintState::Made => Ok(()),
        ComplaintState::Accepted { .. } | ComplaintState::Declined | ComplaintState::Decided { .. } => {
            Err(Refusal::AlreadyExists {})
        }
    }
}

/// A decision about a complaint.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Which complaint.
    pub complaint: u32,
    /// Whether it is upheld.
    pub upheld: bool,
    /// Law and article.
    pub article: &'a str,
    /// The reasons.
    pub text: &'a str,
    /// What is ordered at once.
    pub measure: Option<&'a Measure>,
}

/// Decides the decision of a complaint. A measure needs that it is upheld, unless it ends a suspension.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decide(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    decision: &Decision<'_>,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    match known(tender, decision.complaint)?.state {
        ComplaintState::Accepted { .. } => {}
        ComplaintState::Made => return Err(Refusal::Mismatch { what: Thing::Complaint }),
        ComplaintState::Declined | ComplaintState::Decided { .. } => return Err(Refusal::AlreadyExists {}),
    }
    order::check_words(decision.article, decision.text)?;
    let Decision { complaint, upheld, measure, .. } = *decision;
    let mut events = vec![Event::ComplaintDecided { complaint, upheld }];
    if let Some(measure) = measure {
        if !upheld && *measure != (Measure::Resume {}) {
            return Err(Refusal::Mismatch { what: Thing::Order });
        }
        events.extend(order::consequences(tender, at, measure)?);
    }
    Ok(events)
}

fn known(tender: &Tender, complaint: u32) -> Result<&Complaint, Refusal> {
    tender.supervision.complaint(complaint).ok_or(Refusal::Unknown { what: Thing::Complaint })
}
