//! Questions, answers and objections (ocds 3.3). Nobody asks by name, and who objects has an id only.

use alloc::string::ToString;
use ximu_basics::{Instant, PartyId};
use ximu_procedure::wire::{Command, command::Subject};

use super::{Known, Teller, draft::Draft};
use crate::{Json, Object, json::word};

impl Teller<'_> {
    pub(super) fn question_asked(&self, draft: &mut Draft, question: u32) {
        let Command::Ask { text, .. } = self.fact.command else { return };
        draft.tender.set("hasEnquiries", true);
        let object = Object::new().with("date", self.fact.at).with("description", text.as_str());
        draft.list("enquiries").add(question.to_string(), object);
    }

    pub(super) fn question_answered(&self, known: &mut Known, draft: &mut Draft, question: u32) {
        let Command::Answer { text, documents, .. } = self.fact.command else { return };
        let object = Object::new().with("answer", text.as_str()).with("dateAnswered", self.fact.at);
        draft.list("enquiries").add(question.to_string(), object);
        self.documents(known, draft, documents, "clarifications");
    }

    /// The objector stands by its id, as in the log: objecting is not bidding, and before CLOSE its name is shown as
    /// little as that of anybody else who has registered (enquiry 5.1).
    pub(super) fn objection_raised(
        &self,
        known: &mut Known,
        draft: &mut Draft,
        objection: u32,
        to: Subject,
        by: &PartyId,
        due: Option<Instant>,
    ) {
        let Command::Object { against, text, .. } = self.fact.command else { return };
        let object = Object::new()
            .maybe("to", word(&to))
            .with("by", by.as_str())
            .maybe("against", against.as_ref().map(PartyId::as_str))
            .with("date", self.fact.at)
            .with("description", text.as_str())
            .maybe("dueDate", due);
        draft.list("objections").add(objection.to_string(), object);
        if let (Subject::Documents, Some(due)) = (to, due) {
            known.waiting.insert(objection);
            draft.tender.set("suspendedUntil", due);
        }
    }

    pub(super) fn objection_answered(
        &self,
        known: &mut Known,
        draft: &mut Draft,
        objection: u32,
        upheld: bool,
    ) {
        let Command::AnswerObjection { text, .. } = self.fact.command else { return };
        let object = Object::new()
            .with("answer", text.as_str())
            .with("dateAnswered", self.fact.at)
            .with("upheld", upheld);
        draft.list("objections").add(objection.to_string(), object);
        if known.waiting.remove(&objection) && known.waiting.is_empty() {
            draft.tender.set("suspendedUntil", Json::Null);
        }
    }
}

pub(super) fn answer_overdue(draft: &mut Draft, until: Instant) {
    draft.tender.set("suspendedUntil", until);
}
