//! What was asked about a procedure, and what was answered: the part of its public state that phase Enquire adds
//! (enquiry 2). The words stand in the entries; here stands what decisions depend on.

use alloc::vec::Vec;
use ximu_basics::{Instant, PublicKey};

use crate::tender::Tender;

/// Questions.
#[derive(Debug, Clone, Default)]
pub struct Enquiry {
    /// By number, the first being 1.
    pub questions: Vec<Question>,
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

    /// Notes that a question was answered.
    pub(crate) fn answer(&mut self, number: u32, at: Instant) {
        if let Some(question) = place(number).and_then(|place| self.questions.get_mut(place)) {
            question.answered = Some(at);
        }
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

/// The place of a number that counts from 1.
fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
