//! Questions and answers of a tender, and the files they name, as a page shows them.

use ximu_basics::{Hash, ProcedureId};
use ximu_procedure::{
    Tender,
    wire::{Command, Event, command::Document},
};
use ximu_text::Text;

use super::{Proof, Status, rules, status::Mood};
use crate::story::{Fact, Story};

/// One question and its answer.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its number, from 1.
    pub number: u32,
    /// What was asked.
    pub text: String,
    /// Where it stands in the log.
    pub proof: Proof,
    /// Whether it is answered.
    pub status: Status,
    /// The answer; `None` when there is none yet.
    pub answer: Option<Answer>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was said.
    pub text: String,
    /// Where it stands in the log.
    pub proof: Proof,
    /// The files that came with it.
    pub files: Vec<File>,
}

/// A file of the procedure.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Where it can be had.
    pub href: String,
    /// Its size, for people.
    pub size: String,
    /// SHA-256.
    pub hash: Hash,
    /// Whether another file has taken its place.
    pub is_replaced: bool,
}

/// The questions, the newest first: whoever comes back looks for what is new.
#[must_use]
pub fn questions(t: Text, id: &ProcedureId, story: &Story) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for fact in &story.facts {
        for event in fact.events() {
            if let Event::QuestionAsked { question } = event {
                questions.extend(asked(t, fact, *question));
            }
            if let Event::QuestionAnswered { question } = event
                && let Some(asked) = questions.iter_mut().find(|asked| asked.number == *question)
            {
                asked.status = Status::new(Mood::Good, t.question_answered());
                asked.answer = answer(id, fact);
            }
        }
    }
    questions.reverse();
    questions
}

fn asked(t: Text, fact: &Fact, number: u32) -> Option<Question> {
    let Command::Ask { text, .. } = &fact.command else { return None };
    let status = Status::new(Mood::Quiet, t.question_open());
    Some(Question { number, text: text.clone(), proof: Proof::of(fact), status, answer: None })
}

fn answer(id: &ProcedureId, fact: &Fact) -> Option<Answer> {
    let Command::Answer { text, documents, .. } = &fact.command else { return None };
    let files = documents.iter().map(|document| file(id, document, false)).collect();
    Some(Answer { text: text.clone(), proof: Proof::of(fact), files })
}

/// Every document the procedure has named, those in force first.
#[must_use]
pub fn files(id: &ProcedureId, tender: &Tender) -> Vec<File> {
    let in_force = tender.documents_in_force();
    let is_replaced = |document: &Document| {
        in_force.get(document.name.as_str()).is_some_and(|now| now.hash != document.hash)
    };
    let files = tender.documents.iter().map(|document| file(id, document, is_replaced(document)));
    let (old, mut files): (Vec<File>, Vec<File>) = files.partition(|file| file.is_replaced);
    files.extend(old);
    files
}

fn file(id: &ProcedureId, document: &Document, is_replaced: bool) -> File {
    File {
        name: document.name.clone(),
        href: format!("/api/v1/tenders/{id}/documents/{}", document.hash),
        size: rules::size(document.bytes.into()),
        hash: document.hash,
        is_replaced,
    }
}
