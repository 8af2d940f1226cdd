//! Objections to the documents, the opening and the candidates, and their answers (enquiry 5-7; R22, R44, R54).
//!
//! What an objection does to the clocks follows from public facts only. One to the documents moves the deadline at
//! once, so that bids can never close inside an unanswered one; the deadline never moves earlier.

use alloc::{format, vec, vec::Vec};
use ximu_basics::{Instant, PartyId};

use super::{check_stage, party, text::check_text};
use crate::{
    actor::Authenticated,
    rules::LegalRule,
    tender::{Stage, StageName, Tender},
    wire::{Event, Refusal, command::Subject, refusal::Thing},
};

/// Objections of one party to one subject: each may hold the procedure up for days.
pub const OBJECTIONS_PER_PARTY_MAX: u32 = 3;

/// The longest objection and the longest answer to one, in bytes.
pub const OBJECTION_BYTES_MAX: usize = 8_000;

/// Decides an objection.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn object(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    to: Subject,
    against: Option<&PartyId>,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_time(tender, at, to)?;
    let by = party(given)?;
    if !against.is_none_or(|candidate| to == Subject::Candidates && tender.candidates.contains(candidate)) {
        return Err(Refusal::Unknown { what: Thing::Candidate });
    }
    let objections = tender.enquiry.objections.iter();
    let mine = objections.filter(|objection| objection.by == *by && objection.to == to).count();
    if mine >= OBJECTIONS_PER_PARTY_MAX as usize {
        return Err(Refusal::TooMany { what: Thing::Objection, limit: OBJECTIONS_PER_PARTY_MAX });
    }
    check_text(text, OBJECTION_BYTES_MAX)?;
    let due = match to {
        Subject::Documents | Subject::Candidates => tender.answer_due(at),
        Subject::Opening => None,
    };
    let objection = tender.enquiry.next_objection();
    let mut events = vec![Event::ObjectionRaised { objection, to, by: by.clone(), due }];
    if to == Subject::Documents {
        let due = due.ok_or(Refusal::Unknown { what: Thing::Phase })?;
        let deadline = match tender.enquiry.suspended_until {
            Some(until) => tender.deadline.plus_ms(due.ms_since(until).max(0)),
            None => later(tender, tender.deadline, due),
        };
        if deadline > tender.deadline {
            events.push(Event::DeadlineMoved { deadline });
        }
    }
    Ok(events)
}

/// Refuses at another stage than the subject's, and after its time.
fn check_time(tender: &Tender, at: Instant, to: Subject) -> Result<(), Refusal> {
    let found = tender.stage.name();
    let stage = |needs: StageName| Err(Refusal::StageWrong { needs, found });
    match (to, tender.stage) {
        (Subject::Documents, Stage::Sealing) => {
            let until = tender.objections_until().ok_or(Refusal::Unknown { what: Thing::Phase })?;
            if at >= until {
                let period = tender.rules.legal_period(LegalRule::ObjectionToDeadline);
                let article = period.map(|period| format!("{} {}", period.law, period.article));
                return Err(Refusal::PeriodOver { until, at, article });
            }
            Ok(())
        }
        (Subject::Documents, _) => stage(StageName::Sealing),
        (
            Subject::Opening,
            Stage::Window
            | Stage::Opening
            | Stage::Drawing
            | Stage::Evaluating
            | Stage::Ranking
            | Stage::Published,
        ) => over(tender.opening_objections_until(), at),
        (Subject::Opening, _) => stage(StageName::Window),
        // While an objection waits the publication stands still, and its end is still to come.
        (Subject::Candidates, Stage::Published) => match tender.enquiry.paused_since {
            Some(_) => Ok(()),
            None => over(tender.candidates_until, at),
        },
        (Subject::Candidates, _) => stage(StageName::Published),
    }
}

fn over(until: Option<Instant>, at: Instant) -> Result<(), Refusal> {
    match until {
        Some(until) if at > until => Err(Refusal::WindowOver { until, at }),
        Some(_) | None => Ok(()),
    }
}

/// The deadline moved by the days an answer may take, and by one more where it would end before the answer is due.
fn later(tender: &Tender, deadline: Instant, due: Instant) -> Instant {
    let units = tender.rules.units();
    let days = tender.rules.enquire().map_or(0, |enquire| enquire.answer_days);
    let moved = deadline.plus_ms(units.days_ms(days));
    if moved < due { moved.plus_ms(units.days_ms(1)) } else { moved }
}

/// Decides the answer to an objection. One that comes late is taken: no answer would be worse.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn answer(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    objection: u32,
    upheld: bool,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let known = tender.enquiry.objection(objection).ok_or(Refusal::Unknown { what: Thing::Objection })?;
    if known.answered.is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    check_text(text, OBJECTION_BYTES_MAX)?;
    let mut events = vec![Event::ObjectionAnswered { objection, upheld }];
    if known.to == Subject::Candidates {
        if upheld {
            events.push(Event::CandidatesWithdrawn { excluded: known.against.clone() });
        } else if tender.enquiry.open(Subject::Candidates) == 1
            && let Some((until, since)) = tender.candidates_until.zip(tender.enquiry.paused_since)
        {
            events.push(Event::PublicationExtended { until: until.plus_ms(at.ms_since(since)) });
        }
    }
    Ok(events)
}

/// Decides that the deadline moves again, because objections to the documents still wait for their answer.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn prolong(tender: &Tender, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let not_before = tender.enquiry.suspended_until.ok_or(Refusal::Unknown { what: Thing::Objection })?;
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    let until = tender.answer_due(at).ok_or(Refusal::Unknown { what: Thing::Phase })?;
    // After a long down-time the deadline may be past: then it is counted from now.
    let deadline = later(tender, tender.deadline.max(at), until);
    Ok(vec![Event::AnswerOverdue { until }, Event::DeadlineMoved { deadline }])
}

/// Refuses what may not happen while an objection waits for its answer.
pub(super) fn check_none_open(tender: &Tender) -> Result<(), Refusal> {
    match tender.enquiry.first_open() {
        Some(objection) => Err(Refusal::ObjectionOpen { objection }),
        None => Ok(()),
    }
}
