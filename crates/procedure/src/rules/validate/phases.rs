//! Checks of the phases: their order, their ranges, their windows (rules 9.6, 9.7).

use alloc::{format, vec::Vec};
use core::ops::RangeInclusive;
use ximu_basics::json::INTEGER_MAX;

use super::{DESCRIPTION_CHARS_MAX, check_range, doubled, fault, names::check_text};
use crate::{
    calendar::WINDOW_MS_MIN,
    rules::{Award, Enquire, Notice, Phase, PhaseKind, ReadOut, RuleCode, RuleFault, Rules, Seal, Unseal},
};

/// The range of a form envelope's limit, in bytes: room for the stanzas of 16 holders, and small enough to be read
/// out by a page.
pub const FORM_BYTES: RangeInclusive<i64> = 16 * 1024..=1024 * 1024;

/// The range of a body envelope's limit, in bytes: uploads are whole files of at most 256 MiB.
pub const BODY_BYTES: RangeInclusive<i64> = 64 * 1024..=256 * 1024 * 1024;

/// The range of the highest version number.
pub const VERSIONS: RangeInclusive<i64> = 1..=100;

/// The range of the least number of bids.
pub const MINIMUM_BIDS: RangeInclusive<i64> = 1..=1_000;

/// The range of the release window, in minutes: at most a day.
pub const WINDOW_MINUTES: RangeInclusive<i64> = 1..=1_440;

/// The range of a number of candidates, before the law's own number.
pub const CANDIDATES: RangeInclusive<i64> = 1..=100;

/// The range of any period in days: at most a year.
pub const DAYS: RangeInclusive<i64> = 1..=366;

/// The range of the most questions: a page shows them all.
pub const QUESTIONS: RangeInclusive<i64> = 1..=1_000;

/// The range of the time for objections after the reading, in minutes: at most a day.
pub const OBJECTION_MINUTES: RangeInclusive<i64> = 1..=1_440;

/// Which phases a phase may follow; `None` is the beginning.
const fn may_follow(kind: PhaseKind) -> &'static [Option<PhaseKind>] {
    match kind {
        PhaseKind::Notice => &[None],
        PhaseKind::Enquire => &[Some(PhaseKind::Notice)],
        PhaseKind::Enter => &[Some(PhaseKind::Notice), Some(PhaseKind::Enquire)],
        PhaseKind::Seal => &[Some(PhaseKind::Notice), Some(PhaseKind::Enquire), Some(PhaseKind::Enter)],
        PhaseKind::Unseal => &[Some(PhaseKind::Seal)],
        PhaseKind::Draw => &[Some(PhaseKind::Unseal)],
        PhaseKind::Score => &[Some(PhaseKind::Draw)],
        PhaseKind::Award => &[Some(PhaseKind::Unseal), Some(PhaseKind::Draw), Some(PhaseKind::Score)],
    }
}

/// Whether a procedure may end with this phase.
const fn may_end(kind: PhaseKind) -> bool {
    match kind {
        PhaseKind::Award => true,
        PhaseKind::Notice
        | PhaseKind::Enquire
        | PhaseKind::Enter
        | PhaseKind::Seal
        | PhaseKind::Unseal
        | PhaseKind::Draw
        | PhaseKind::Score => false,
    }
}

impl Rules {
    pub(super) fn check_phases(&self, faults: &mut Vec<RuleFault>) {
        let mut previous: Option<PhaseKind> = None;
        for (index, phase) in self.phases.iter().enumerate() {
            let kind = phase.kind();
            if !may_follow(kind).contains(&previous) {
                let allowed: Vec<&str> = may_follow(kind).iter().map(|before| place(*before)).collect();
                let expected = format!("'{}' only after {}", kind.as_str(), allowed.join(" or "));
                let fix = "a phase may follow only the phases named; put each phase in its place, once";
                let path = format!("phases[{index}]");
                faults.push(fault(
                    &path,
                    RuleCode::PhaseOrder,
                    expected,
                    format!("after {}", place(previous)),
                    fix,
                ));
            }
            previous = Some(kind);
            self.check_phase(phase, faults);
        }
        if !previous.is_some_and(may_end) {
            let fix = "a procedure ends with 'award'; add the phases that are missing";
            let found = format!("the end after {}", place(previous));
            faults.push(fault(
                "phases",
                RuleCode::PhaseOrder,
                "the end only after 'award'".into(),
                found,
                fix,
            ));
        }
    }

    fn check_phase(&self, phase: &Phase, faults: &mut Vec<RuleFault>) {
        match phase {
            Phase::Notice(notice) => self.check_notice(notice, faults),
            Phase::Enquire(enquire) => self.check_enquire(enquire, faults),
            Phase::Enter(enter) => self.check_enter(enter, faults),
            Phase::Seal(seal) => check_seal(seal, faults),
            Phase::Unseal(unseal) => self.check_unseal(unseal, faults),
            Phase::Draw(draw) => self.check_draw(draw, faults),
            Phase::Score(score) => self.check_score(score, faults),
            Phase::Award(award) => self.check_award(award, faults),
        }
    }

    fn check_notice(&self, notice: &Notice, faults: &mut Vec<RuleFault>) {
        let path = "phases.notice.documents_available_days";
        check_range(path, notice.documents_available_days, DAYS, faults);
        check_window(path, self.units().days_ms(notice.documents_available_days), faults);
    }

    fn check_enquire(&self, enquire: &Enquire, faults: &mut Vec<RuleFault>) {
        for (member, days) in [
            ("questions_to_deadline_days", enquire.questions_to_deadline_days),
            ("objections_to_deadline_days", enquire.objections_to_deadline_days),
            ("answer_days", enquire.answer_days),
        ] {
            check_range(&format!("phases.enquire.{member}"), days, DAYS, faults);
        }
        check_range("phases.enquire.questions_max", enquire.questions_max.into(), QUESTIONS, faults);
        check_window("phases.enquire.answer_days", self.units().days_ms(enquire.answer_days), faults);
    }

    fn check_unseal(&self, unseal: &Unseal, faults: &mut Vec<RuleFault>) {
        let path = "phases.unseal.window_minutes";
        check_range(path, unseal.window_minutes, WINDOW_MINUTES, faults);
        check_window(path, self.units().minutes_ms(unseal.window_minutes), faults);
        let path = "phases.unseal.objection_minutes";
        check_range(path, unseal.objection_minutes, OBJECTION_MINUTES, faults);
        check_window(path, self.units().minutes_ms(unseal.objection_minutes), faults);
        let path = "phases.unseal.read_out";
        if !unseal.read_out.contains(&ReadOut::Price) {
            let expected = "a list with 'price'".into();
            let fix = "the price of every bid is read out; add it";
            faults.push(fault(path, RuleCode::ReadOut, expected, "no 'price'", fix));
        }
        if !doubled(&unseal.read_out).is_empty() {
            let expected = "each thing once".into();
            faults.push(fault(path, RuleCode::Duplicate, expected, "one twice", "remove the second"));
        }
    }

    fn check_award(&self, award: &Award, faults: &mut Vec<RuleFault>) {
        if let Some(shortlist) = &award.shortlist {
            faults.extend(shortlist.faults("phases.award.shortlist", &self.coefficients));
        }
        faults.extend(award.method.faults("phases.award.method", &self.coefficients));
        if let Some(separation) = &award.separation {
            check_text("phases.award.separation", separation, DESCRIPTION_CHARS_MAX, faults);
        }
        check_range("phases.award.candidates_max", award.candidates_max.into(), CANDIDATES, faults);
        let path = "phases.award.publication_days";
        check_range(path, award.publication_days, DAYS, faults);
        check_window(path, self.units().days_ms(award.publication_days), faults);
    }
}

fn check_seal(seal: &Seal, faults: &mut Vec<RuleFault>) {
    check_range("phases.seal.deadline", seal.deadline.unix_ms(), 0..=INTEGER_MAX, faults);
    check_range("phases.seal.minimum_bids", seal.minimum_bids.into(), MINIMUM_BIDS, faults);
    check_range("phases.seal.form_bytes_max", seal.form_bytes_max, FORM_BYTES, faults);
    check_range("phases.seal.body_bytes_max", seal.body_bytes_max, BODY_BYTES, faults);
    check_range("phases.seal.versions_max", seal.versions_max.into(), VERSIONS, faults);
}

pub(super) fn check_window(path: &str, window_ms: i64, faults: &mut Vec<RuleFault>) {
    if (1..WINDOW_MS_MIN).contains(&window_ms) {
        let expected = format!("at least {WINDOW_MS_MIN} ms in the rehearsal's units");
        let fix = "state a longer window, or longer sandbox units";
        faults.push(fault(path, RuleCode::TooShort, expected, format!("{window_ms} ms"), fix));
    }
}

fn place(kind: Option<PhaseKind>) -> &'static str {
    match kind {
        Some(PhaseKind::Notice) => "'notice'",
        Some(PhaseKind::Enquire) => "'enquire'",
        Some(PhaseKind::Enter) => "'enter'",
        Some(PhaseKind::Seal) => "'seal'",
        Some(PhaseKind::Unseal) => "'unseal'",
        Some(PhaseKind::Draw) => "'draw'",
        Some(PhaseKind::Score) => "'score'",
        Some(PhaseKind::Award) => "'award'",
        None => "the beginning",
    }
}
