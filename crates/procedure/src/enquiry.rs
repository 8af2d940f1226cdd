//! What was asked about a procedure and objected to, and what was answered (enquiry 2, 5): a part of its public state.
//! The words stand in the entries; here stands what decisions depend on.

use alloc::{collections::BTreeSet, vec::Vec};
use ximu_basics::{Instant, PartyId, PublicKey};

use crate::{rules::LegalRule, supervision::Suspensions, tender::Tender, wire::command::Subject};

/// Questions and objections.
#[derive(Debug, Clone, Default)]
pub struct Enquiry {
    /// By number, the first being 1.
    pub questions: Vec<Question>,
    /// By number, the first being 1.
    pub objections: Vec<Objection>,
    /// When the centre's clock looks again at the objections to the documents; none while none waits.
    pub suspended_until: Option<Instant>,
    /// Since when objections to the candidates wait for an answer; none while none waits.
    pub paused_since: Option<Instant>,
    /// Candidates that an upheld objection excludes.
    pub excluded: BTreeSet<PartyId>,
}

/// One objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// To what.
    pub to: Subject,
    /// Who.
    pub by: PartyId,
    /// Against which candidate.
    pub against: Option<PartyId>,
    /// When it was raised.
    pub raised: Instant,
    /// Until when it is to be answered.
    pub due: Option<Instant>,
    /// When it was answered, and whether it was upheld.
    pub answered: Option<(Instant, bool)>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// When it was asked.
    pub asked: Instant,
    /// The key that signed it: made for it alone.
    pub key: PublicKey,
    /// When it was answered.
    pub answered: Option<Instant>,
}

impl Enquiry {
    /// A question by its number.
    #[must_use]
    pub fn question(&self, number: u32) -> Option<&Question> {
        self.questions.get(place(number)?)
    }

    /// The number of the question to come.
    #[must_use]
    pub fn next_question(&self) -> u32 {
        u32::try_from(self.questions.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// An objection by its number.
    #[must_use]
    pub fn objection(&self, number: u32) -> Option<&Objection> {
        self.objections.get(place(number)?)
    }

    /// The number of the objection to come.
    #[must_use]
    pub fn next_objection(&self) -> u32 {
        u32::try_from(self.objections.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The first objection that waits for its answer.
    #[must_use]
    pub fn first_open(&self) -> Option<u32> {
        let place = self.objections.iter().position(|objection| objection.answered.is_none())?;
        u32::try_from(place).ok()?.checked_add(1)
    }

    /// How many objections to something wait for their answers.
    #[must_use]
    pub fn open(&self, to: Subject) -> usize {
        self.objections.iter().filter(|one| one.to == to && one.answered.is_none()).count()
    }

    /// Notes an objection.
    pub(crate) fn raise(&mut self, objection: Objection) {
        match objection.to {
            Subject::Documents => self.suspended_until = self.suspended_until.max(objection.due),
            Subject::Candidates => self.paused_since = self.paused_since.or(Some(objection.raised)),
            Subject::Opening => {}
        }
        self.objections.push(objection);
    }

    /// Notes that an objection was answered; the last one of its kind lets the procedure go on.
    pub(crate) fn answer_objection(&mut self, number: u32, at: Instant, upheld: bool) {
        let Some(objection) = place(number).and_then(|place| self.objections.get_mut(place)) else { return };
        objection.answered = Some((at, upheld));
        let to = objection.to;
        match to {
            Subject::Documents if self.open(to) == 0 => self.suspended_until = None,
            Subject::Candidates if self.open(to) == 0 => self.paused_since = None,
            Subject::Documents | Subject::Candidates | Subject::Opening => {}
        }
    }

    /// Notes that a question was answered.
    pub(crate) fn answer(&mut self, number: u32, at: Instant) {
        if let Some(question) = place(number).and_then(|place| self.questions.get_mut(place)) {
            question.answered = Some(at);
        }
    }
}

impl Objection {
    /// Whether its answer came, or is still out, after it was due; a suspension in between is not counted.
    #[must_use]
    pub fn is_late(&self, suspensions: &Suspensions, at: Instant) -> bool {
        let answered = self.answered.map_or(at, |(answered, _)| answered);
        self.due.is_some_and(|due| answered > suspensions.moved(self.raised, due))
    }
}

impl Tender {
    /// From when on questions are not taken any more, by the deadline in force; `None` without phase Enquire.
    #[must_use]
    pub fn questions_until(&self) -> Option<Instant> {
        let days = self.rules.enquire()?.questions_to_deadline_days;
        Some(self.rules.units().days_run_out(self.deadline, days))
    }
}

impl Tender {
    /// From when on objections to the documents are not taken any more, by the deadline in force; `None` without phase
    /// Enquire.
    #[must_use]
    pub fn objections_until(&self) -> Option<Instant> {
        let days = self.rules.enquire()?.objections_to_deadline_days;
        Some(self.rules.units().days_run_out(self.deadline, days))
    }

    /// Until when objections to the opening are taken; `None` before the reading, when they always are.
    #[must_use]
    pub fn opening_objections_until(&self) -> Option<Instant> {
        let minutes = self.rules.unseal()?.objection_minutes;
        let opened = self.opened_at?;
        Some(self.moved(opened, opened.plus_ms(self.rules.units().minutes_ms(minutes))))
    }

    /// Until when an objection that is raised at an instant is to be answered: by phase Enquire, otherwise by the law's
    /// number on objections, otherwise by that on challenges 质疑, when the rules state one.
    #[must_use]
    pub fn answer_due(&self, at: Instant) -> Option<Instant> {
        if let Some(enquire) = self.rules.enquire() {
            return Some(self.rules.units().end_of_days(at, enquire.answer_days));
        }
        let stated = |rule| Some((rule, self.rules.legal_value(rule)?));
        let (rule, days) =
            stated(LegalRule::ObjectionAnswered).or_else(|| stated(LegalRule::ChallengeAnswered))?;
        Some(self.rules.end_of_period(rule, at, days))
    }
}

/// The place of a number that counts from 1.
fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
