//! Checks against the law's numbers (rules 9.8 to 9.11): their form, the phases' parameters, the procedure's times.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Instant, LotId};

use super::{BEATS_MAX, DAYS, SOURCE_CHARS_MAX, check_range, doubled, fault, names::check_line};
use crate::{
    calendar::WINDOW_MS_MIN,
    rules::{LegalBound, LegalPeriod, LegalRule, LegalUnit, RuleCode, RuleFault, Rules},
};

/// The largest number of the law in any unit: a year of minutes.
const LEGAL_VALUE_MAX: i64 = 366 * 1_440;

/// The largest number of years.
const LEGAL_YEARS_MAX: i64 = 100;

impl Rules {
    pub(super) fn check_legal(&self, faults: &mut Vec<RuleFault>) {
        let stated: Vec<LegalRule> = self.legal.iter().map(|period| period.rule).collect();
        for rule in LegalRule::ALL {
            if self.must_state(rule) && !stated.contains(&rule) {
                let fix = "state the number, its unit, the law, the article and the date it was read";
                let expected = "the law's number".into();
                faults.push(fault(&legal_path(rule), RuleCode::LegalMissing, expected, "none", fix));
            }
        }
        for rule in doubled(&stated) {
            let expected = "the rule once".into();
            faults.push(fault(&legal_path(*rule), RuleCode::Duplicate, expected, "it twice", "keep one"));
        }
        if !stated.windows(2).all(|two| two.first() <= two.last()) {
            let expected = "the rules in the order of a procedure, documents_to_deadline first".into();
            let fix = "sort them: the same rules must give the same document";
            faults.push(fault("legal", RuleCode::LegalForm, expected, "another order", fix));
        }
        for period in &self.legal {
            check_form(period, faults);
        }
    }

    /// Whether a rule must stand: by the pack that the document names, or by its phases.
    fn must_state(&self, rule: LegalRule) -> bool {
        let bond = self.enter().is_some_and(|enter| enter.bond.is_some());
        if (rule == LegalRule::BidBond && bond) || (rule.is_of_committee() && self.score().is_some()) {
            return true;
        }
        match &self.pack {
            Some(pack) => pack.must.contains(&rule),
            None => rule.is_required() || (rule.is_of_enquiry() && self.enquire().is_some()),
        }
    }

    pub(super) fn check_pack(&self, faults: &mut Vec<RuleFault>) {
        let Some(pack) = &self.pack else { return };
        if pack.id.parse::<LotId>().is_err() {
            let expected = "1 to 64 characters from a-z, 0-9 and '-'".into();
            faults.push(fault("pack.id", RuleCode::Name, expected, &pack.id, "name the law's pack"));
        }
        if !pack.must.is_sorted_by(|left, right| left < right) {
            let expected = "the rules in the order of a procedure, each once".into();
            faults.push(fault("pack.must", RuleCode::Pack, expected, "another order", "sort them"));
        }
        if !pack.bond_kinds.is_sorted_by(|left, right| left < right) {
            let expected = "the kinds in the order cash, cheque, guarantee, insurance, each once".into();
            faults.push(fault("pack.bond_kinds", RuleCode::Pack, expected, "another order", "sort them"));
        }
        let lacking = |rule: &&LegalRule| rule.is_of_every_pack() && !pack.must.contains(rule);
        if let Some(rule) = LegalRule::ALL.iter().find(lacking) {
            let expected = format!("'{}' among them: every law has such a number", rule.as_str());
            faults.push(fault("pack.must", RuleCode::Pack, expected, "none", "add it"));
        }
    }

    /// The phases' parameters must be at least as strict as the law's numbers.
    pub(super) fn check_against_law(&self, faults: &mut Vec<RuleFault>) {
        let mut bind = |rule: LegalRule, path: &str, value: Option<i64>| {
            let (Some(value), Some(legal)) = (value, self.legal.iter().find(|period| period.rule == rule))
            else {
                return;
            };
            if !rule.is_met(value, legal.value) {
                let fix = match rule.bound() {
                    LegalBound::AtLeast => {
                        "state a larger number: a procedure may be stricter than the law only"
                    }
                    LegalBound::AtMost => {
                        "state a smaller number: a procedure may be stricter than the law only"
                    }
                };
                faults.push(fault(path, RuleCode::Legal, bound(legal), value, fix));
            }
        };
        bind(
            LegalRule::DocumentsAvailable,
            "phases.notice.documents_available_days",
            self.notice().map(|notice| notice.documents_available_days),
        );
        bind(
            LegalRule::ObjectionToDeadline,
            "phases.enquire.objections_to_deadline_days",
            self.enquire().map(|enquire| enquire.objections_to_deadline_days),
        );
        bind(
            LegalRule::ObjectionAnswered,
            "phases.enquire.answer_days",
            self.enquire().map(|enquire| enquire.answer_days),
        );
        bind(
            LegalRule::MinimumBids,
            "phases.seal.minimum_bids",
            self.seal().map(|seal| seal.minimum_bids.into()),
        );
        bind(
            LegalRule::OpeningWindow,
            "phases.unseal.window_minutes",
            self.unseal().map(|unseal| unseal.window_minutes),
        );
        bind(
            LegalRule::CommitteeMembers,
            "phases.score.members_least",
            self.score().map(|score| score.members_least.into()),
        );
        bind(
            LegalRule::CommitteeDelegates,
            "phases.draw.delegates",
            self.draw().map(|draw| draw.delegates.into()),
        );
        bind(
            LegalRule::CandidatesListed,
            "phases.award.candidates_max",
            self.award().map(|award| award.candidates_max.into()),
        );
        bind(
            LegalRule::CandidatesPublished,
            "phases.award.publication_days",
            self.award().map(|award| award.publication_days),
        );
        self.check_experts(faults);
    }

    /// The part of the committee that is drawn is at least the law's, compared exactly.
    fn check_experts(&self, faults: &mut Vec<RuleFault>) {
        let (Some(draw), Some(legal)) = (self.draw(), self.legal_period(LegalRule::CommitteeExperts)) else {
            return;
        };
        let share = draw.experts;
        if i64::from(share.least).saturating_mul(3) < i64::from(share.of).saturating_mul(legal.value) {
            let found = format!("{} of {}", share.least, share.of);
            let fix = "state a larger part: a procedure may be stricter than the law only";
            faults.push(fault("phases.draw.experts", RuleCode::Legal, bound(legal), found, fix));
        }
    }

    /// Checks the procedure's own times against the law, given the instant of publication.
    ///
    /// Empty when every period is kept.
    #[must_use]
    pub fn check_periods(&self, published: Instant) -> Vec<RuleFault> {
        let mut faults = Vec::new();
        let Some(seal) = self.seal() else { return faults };
        let path = "phases.seal.deadline";
        let fix = "move the deadline later, or publish earlier";
        let open_ms = seal.deadline.ms_since(published);
        if open_ms < WINDOW_MS_MIN {
            let expected = format!("at least {WINDOW_MS_MIN} ms after publication at {published}");
            faults.push(fault(path, RuleCode::Period, expected, seal.deadline, fix));
            return faults;
        }
        self.check_days_to_deadline(LegalRule::DocumentsToDeadline, published, seal.deadline, &mut faults);
        let beats = self.beats.count_until(self.units(), open_ms);
        if beats > BEATS_MAX {
            let expected = format!("at most {BEATS_MAX} beats from publication to the deadline");
            let fix = "state longer beat intervals, or a nearer deadline";
            faults.push(fault("beats.base_every_ms", RuleCode::Period, expected, beats, fix));
        }
        if let Some(notice) = self.notice() {
            let (rule, days) = (LegalRule::DocumentsAvailable, notice.documents_available_days);
            if !self.has_calendar_for(rule, published, days) {
                faults.push(no_table(
                    "phases.notice.documents_available_days",
                    published,
                    self.units().end_of_days(published, days),
                ));
            }
            let end = self.end_of_period(rule, published, days);
            if end > seal.deadline {
                let expected = format!("an end of availability not after the deadline, {}", seal.deadline);
                let path = "phases.notice.documents_available_days";
                faults.push(fault(
                    path,
                    RuleCode::Period,
                    expected,
                    end,
                    "state fewer days, or a later deadline",
                ));
            }
        }
        faults
    }

    /// Checks an amendment of the documents published at `amended`: the deadline then in force may only be later
    /// than the one before, and must leave the law's days.
    #[must_use]
    pub fn check_amendment(&self, amended: Instant, before: Instant, deadline: Instant) -> Vec<RuleFault> {
        let mut faults = Vec::new();
        if deadline < before {
            let expected = format!("{before} or later");
            let fix = "a deadline may move later only; state a later one";
            faults.push(fault("phases.seal.deadline", RuleCode::Earlier, expected, deadline, fix));
        }
        self.check_days_to_deadline(LegalRule::AmendmentToDeadline, amended, deadline, &mut faults);
        faults
    }

    fn check_days_to_deadline(
        &self,
        rule: LegalRule,
        from: Instant,
        deadline: Instant,
        faults: &mut Vec<RuleFault>,
    ) {
        let Some(legal) = self.legal.iter().find(|period| period.rule == rule) else { return };
        let Some(days) = self.period_between(rule, from, deadline) else {
            faults.push(no_table("phases.seal.deadline", from, deadline));
            return;
        };
        if !rule.is_met(days, legal.value) {
            let unit = unit_name(legal.unit);
            let found = format!("{days}{unit} ({from} to {deadline})");
            let fix = "move the deadline later";
            faults.push(fault("phases.seal.deadline", RuleCode::Period, bound(legal), found, fix));
        }
    }
}

/// A period of working days runs into a year that has no table.
fn no_table(path: &str, from: Instant, to: Instant) -> RuleFault {
    let expected = format!("a table of holidays for every year from {from} to {to}");
    let fix = "add the year to [calendar] when its holidays are announced, or state other times";
    fault(path, RuleCode::Calendar, expected, "none for one of them", fix)
}

fn check_form(period: &LegalPeriod, faults: &mut Vec<RuleFault>) {
    let path = legal_path(period.rule);
    let most = match period.unit {
        LegalUnit::Day | LegalUnit::WorkingDay => *DAYS.end(),
        LegalUnit::Percent => 100,
        LegalUnit::Third => 3,
        LegalUnit::Year => LEGAL_YEARS_MAX,
        LegalUnit::Minute | LegalUnit::Count => LEGAL_VALUE_MAX,
    };
    check_range(&format!("{path}.value"), period.value, 1..=most, faults);
    if !period.rule.allows(period.unit) {
        let expected = period.rule.unit().as_str().to_string();
        let fix = "state the rule's own unit";
        faults.push(fault(&format!("{path}.unit"), RuleCode::LegalForm, expected, period.unit.as_str(), fix));
    }
    check_source(&path, &period.article, &period.law, &period.as_of, faults);
}

/// Where a number stands, and when that was read.
pub(super) fn check_source(path: &str, article: &str, law: &str, as_of: &str, faults: &mut Vec<RuleFault>) {
    check_line(&format!("{path}.article"), article, SOURCE_CHARS_MAX, faults);
    check_line(&format!("{path}.law"), law, SOURCE_CHARS_MAX, faults);
    if as_of.len() != 10 || format!("{as_of}T00:00:00Z").parse::<Instant>().is_err() {
        let fix = "state the date the text was read";
        let expected = "a date such as 2025-04-01".into();
        faults.push(fault(&format!("{path}.as_of"), RuleCode::LegalForm, expected, as_of, fix));
    }
}

fn legal_path(rule: LegalRule) -> String {
    format!("legal.{}", rule.as_str())
}

/// "at least 20 days (中华人民共和国招标投标法 第二十四条, as of 2025-04-01)".
fn bound(legal: &LegalPeriod) -> String {
    let bound = match legal.rule.bound() {
        LegalBound::AtLeast => "at least",
        LegalBound::AtMost => "at most",
    };
    let unit = unit_name(legal.unit);
    format!("{bound} {}{unit} ({} {}, as of {})", legal.value, legal.law, legal.article, legal.as_of)
}

const fn unit_name(unit: LegalUnit) -> &'static str {
    match unit {
        LegalUnit::Day => " days",
        LegalUnit::WorkingDay => " working days",
        LegalUnit::Minute => " minutes",
        LegalUnit::Count => "",
        LegalUnit::Percent => " per cent",
        LegalUnit::Third => " thirds",
        LegalUnit::Year => " years",
    }
}
