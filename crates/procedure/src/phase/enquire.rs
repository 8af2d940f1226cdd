//! Phase Enquire: questions about the documents, and their answers (enquiry 2, 3; R21).
//!
//! A question is signed by a key of nobody. A key that the register knows is refused, before anything is recorded: it
//! would tell who means to bid.

use alloc::{vec, vec::Vec};
use ximu_basics::Instant;

use super::{check_stage, notice, text::check_text};
use crate::{
    actor::Authenticated,
    tender::Tender,
    wire::{Event, Refusal, command::Document, refusal::Thing},
};

/// The longest question, in bytes.
pub const QUESTION_BYTES_MAX: usize = 2_000;

/// The longest answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 8_000;

/// Decides a question.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn ask(tender: &Tender, given: &Authenticated, at: Instant, text: &str) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let phase = Refusal::Unknown { what: Thing::Phase };
    let (enquire, until) = tender.rules.enquire().zip(tender.questions_until()).ok_or(phase)?;
    if at >= until {
        return Err(Refusal::PeriodOver { until, at, article: None });
    }
    if given.actor.party.is_some() || given.actor.roles.len() > 1 {
        return Err(Refusal::Mismatch { what: Thing::Key });
    }
    let questions = &tender.enquiry.questions;
    if questions.iter().any(|question| question.key == given.actor.key) {
        return Err(Refusal::AlreadyExists {});
    }
    let question = tender.enquiry.next_question();
    if question > enquire.questions_max {
        return Err(Refusal::TooMany { what: Thing::Question, limit: enquire.questions_max });
    }
    check_text(text, QUESTION_BYTES_MAX)?;
    Ok(vec![Event::QuestionAsked { question }])
}

/// Decides an answer.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn answer(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    question: u32,
    text: &str,
    documents: &[Document],
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    notice::check_open(tender, at)?;
    let known = tender.enquiry.question(question).ok_or(Refusal::Unknown { what: Thing::Question })?;
    if known.answered.is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    check_text(text, ANSWER_BYTES_MAX)?;
    check_explaining(tender, documents)?;
    Ok(vec![Event::QuestionAnswered { question }])
}

/// Documents that come with an answer explain: none has the name of a document in force, which only an amendment
/// replaces.
fn check_explaining(tender: &Tender, documents: &[Document]) -> Result<(), Refusal> {
    notice::check_documents(documents)?;
    let in_force = tender.documents_in_force();
    if documents.iter().any(|document| in_force.contains_key(document.name.as_str())) {
        return Err(Refusal::Mismatch { what: Thing::Document });
    }
    notice::check_room(tender, in_force.len().saturating_add(documents.len()), documents.len())
}
