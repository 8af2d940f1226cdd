//! Questions, objections and their answers, and the files a tender names, as pages show them.

use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_procedure::{
    Tender,
    supervision::Suspensions,
    wire::{
        Command, Event,
        command::{Document, Subject},
    },
};
use ximu_text::Text;

use super::{Names, Proof, Status, rules, status::Mood};
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

/// One objection and its answer.
#[derive(Debug, Clone)]
pub struct Objection {
    /// Its number, from 1.
    pub number: u32,
    /// To what.
    pub to: String,
    /// Who objects: a name from CLOSE on, an id before.
    pub by: String,
    /// Against which candidate.
    pub against: Option<String>,
    /// What was said.
    pub text: String,
    /// Where it stands in the log.
    pub proof: Proof,
    /// Until when it is to be answered.
    pub due: Option<Instant>,
    /// What became of it.
    pub status: Status,
    /// The answer; `None` when there is none yet.
    pub answer: Option<Answer>,
    /// Whether the answer came after it was due.
    pub is_late: bool,
}

/// The objections up to an entry, the newest first.
#[must_use]
pub fn objections(t: Text, story: &Story, names: &Names<'_>, upto: Option<u32>) -> Vec<Objection> {
    let mut objections: Vec<Objection> = Vec::new();
    let mut suspensions = Suspensions::default();
    for fact in story.facts.iter().take_while(|fact| upto.is_none_or(|last| fact.number <= last)) {
        for event in fact.events() {
            if let Event::Suspended { until } = event {
                suspensions.suspend(fact.at, *until);
            }
            if let Event::Resumed {} = event {
                suspensions.resume(fact.at);
            }
            if let Event::ObjectionRaised { .. } = event {
                objections.extend(raised(t, fact, event, names));
            }
            if let Event::ObjectionAnswered { objection, upheld } = event
                && let Command::AnswerObjection { text, .. } = &fact.command
                && let Some(raised) = objections.iter_mut().find(|raised| raised.number == *objection)
            {
                raised.status = match upheld {
                    true => Status::new(Mood::Warn, t.objection_upheld()),
                    false => Status::new(Mood::Good, t.objection_rejected()),
                };
                raised.is_late = {
                    let moved = |due| suspensions.moved(raised.proof.at, due);
                    raised.due.is_some_and(|due| fact.at > moved(due))
                };
                raised.answer =
                    Some(Answer { text: text.clone(), proof: Proof::of(fact), files: Vec::new() });
            }
        }
    }
    objections.reverse();
    objections
}

fn raised(t: Text, fact: &Fact, event: &Event, names: &Names<'_>) -> Option<Objection> {
    let Event::ObjectionRaised { objection, to, by, due } = event else { return None };
    let Command::Object { against, text, .. } = &fact.command else { return None };
    Some(Objection {
        number: *objection,
        to: subject(t, *to),
        by: names.of(by),
        against: against.as_ref().map(|party| names.of(party)),
        text: text.clone(),
        proof: Proof::of(fact),
        due: *due,
        status: Status::new(Mood::Now, t.objection_waits()),
        answer: None,
        is_late: false,
    })
}

fn subject(t: Text, to: Subject) -> String {
    match to {
        Subject::Documents => t.objection_to_documents(),
        Subject::Opening => t.objection_to_opening(),
        Subject::Candidates => t.objection_to_candidates(),
    }
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
