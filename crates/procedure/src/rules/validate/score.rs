//! Checks of the phase in which the committee evaluates (rules 9.16).

use alloc::{format, string::ToString, vec::Vec};
use core::ops::RangeInclusive;
use ximu_basics::Decimal;

use super::{TITLE_CHARS_MAX, check_range, doubled, fault, legal::check_source, names, phases::check_window};
use crate::{
    phase::seal::BIDDERS_MAX,
    rules::{Criterion, MeanDrop, RuleCode, RuleFault, Rules, Score},
};

/// The range of the number of criteria.
pub const CRITERIA: RangeInclusive<i64> = 1..=32;

/// The range of every time of the evaluation, in minutes: at most a week.
pub const SCORE_MINUTES: RangeInclusive<i64> = 1..=10_080;

/// The range of the decimal places of a score, and of a mean.
pub const SCORE_SCALE: RangeInclusive<i64> = 0..=4;

/// The largest committee: what is asked of all its members for the most bids fits one leaf.
pub const MEMBERS_MAX: u64 = 15;

/// What criteria and price give together.
pub const POINTS_TOTAL: Decimal = Decimal::whole(100);

impl Rules {
    pub(super) fn check_score(&self, score: &Score, faults: &mut Vec<RuleFault>) {
        let count = i64::try_from(score.criteria.len()).unwrap_or(i64::MAX);
        check_range("phases.score.criteria", count, CRITERIA, faults);
        let ids: Vec<_> = score.criteria.iter().map(|criterion| &criterion.id).collect();
        for id in doubled(&ids) {
            let fix = "give each criterion an id of its own";
            let expected = "different criteria".to_string();
            faults.push(fault("phases.score.criteria", RuleCode::Duplicate, expected, id, fix));
        }
        for (index, criterion) in score.criteria.iter().enumerate() {
            check_criterion(&format!("phases.score.criteria[{index}]"), criterion, faults);
        }
        for (member, minutes) in [
            ("sheet_minutes", score.sheet_minutes),
            ("review_minutes", score.review_minutes),
            ("clarify_minutes", score.clarify_minutes),
            ("sign_minutes", score.sign_minutes),
            ("extension_minutes", score.extension_minutes),
        ] {
            self.check_minutes(&format!("phases.score.{member}"), minutes, faults);
        }
        check_range("phases.score.mean_scale", score.mean_scale.into(), SCORE_SCALE, faults);
        self.check_committee(score, faults);
        if let Some(drop) = &score.drop {
            check_drop(drop, faults);
        }
        self.check_points(score, faults);
        self.check_sheet(score, faults);
        if let Some(outage) = &score.outage {
            let path = "phases.score.outage";
            self.check_minutes(&format!("{path}.before_minutes"), outage.before_minutes, faults);
            self.check_minutes(&format!("{path}.during_minutes"), outage.during_minutes, faults);
            check_source(path, &outage.article, &outage.law, &outage.as_of, faults);
        }
    }

    fn check_minutes(&self, path: &str, minutes: i64, faults: &mut Vec<RuleFault>) {
        check_range(path, minutes, SCORE_MINUTES, faults);
        check_window(path, self.units().minutes_ms(minutes), faults);
    }

    /// The committee is odd, so that a vote decides, and as large as the rules say; that these keep the law is checked
    /// beside the law's number.
    fn check_committee(&self, score: &Score, faults: &mut Vec<RuleFault>) {
        if self.draw().is_none() {
            return;
        }
        let members = self.committee_size();
        let least = u64::from(score.members_least.max(1));
        if members % 2 == 0 || members < least || members > MEMBERS_MAX {
            let expected = format!("an odd committee of {least} to {MEMBERS_MAX} members");
            let fix = "draw more or fewer experts, or let the tenderer send other members";
            let found = format!("{members} members");
            faults.push(fault("phases.score.members_least", RuleCode::Score, expected, found, fix));
        }
    }

    /// A member can score as many bids as one opening can list on one sheet: nobody knows before CLOSE how many come, and
    /// then it is too late for other criteria.
    fn check_sheet(&self, score: &Score, faults: &mut Vec<RuleFault>) {
        let lines = score.sheet_lines_max(self.escrow.n);
        if lines < BIDDERS_MAX as u64 {
            let expected = format!("criteria by which {BIDDERS_MAX} bids fit one sheet");
            let found = format!("{} criteria, with which {lines} bids fit", score.criteria.len());
            let fix = "state fewer criteria, or shorter ids, or fewer decimals";
            faults.push(fault("phases.score.criteria", RuleCode::Score, expected, found, fix));
        }
    }

    /// Criteria and price give 100 points together, and what must be passed can be reached.
    fn check_points(&self, score: &Score, faults: &mut Vec<RuleFault>) {
        let Some(award) = self.award() else { return };
        let zero = Decimal::whole(0);
        let criteria = score.criteria.iter().try_fold(zero, |sum, criterion| sum.plus(criterion.points));
        let total = criteria.clone().and_then(|criteria| criteria.plus(award.method.points()));
        if !total.as_ref().is_ok_and(|total| total.compare(POINTS_TOTAL).is_eq()) {
            let expected = format!("criteria and price that give {POINTS_TOTAL} points together");
            let found = total.map_or_else(|error| error.to_string(), |total| total.to_string());
            let fix = "change the points of the criteria, or those of the price in award.method";
            faults.push(fault("phases.score.criteria", RuleCode::Score, expected, found, fix));
        }
        let (Some(pass), Ok(criteria)) = (score.pass, criteria) else { return };
        if pass.compare(zero).is_lt() || pass.compare(criteria).is_gt() {
            let expected = format!("points from 0 to {criteria}");
            let fix = "state points that the criteria can give, or leave 'pass' out";
            faults.push(fault("phases.score.pass", RuleCode::Score, expected, pass, fix));
        }
    }
}

fn check_criterion(path: &str, criterion: &Criterion, faults: &mut Vec<RuleFault>) {
    names::check_text(&format!("{path}.title"), &criterion.title, TITLE_CHARS_MAX, faults);
    check_range(&format!("{path}.scale"), criterion.scale.into(), SCORE_SCALE, faults);
    let points = criterion.points;
    if !points.compare(Decimal::whole(0)).is_gt() || points.scale() > criterion.scale {
        let expected = format!("points above 0 with at most {} decimals", criterion.scale);
        let fix = "state the most points of the criterion, at the scale of a score";
        faults.push(fault(&format!("{path}.points"), RuleCode::Score, expected, points, fix));
    }
}

/// At least one score stays in the mean.
fn check_drop(drop: &MeanDrop, faults: &mut Vec<RuleFault>) {
    if drop.from_members <= drop.highest.saturating_add(drop.lowest) {
        let expected = "more members than dropped scores".to_string();
        let found = format!("{} and {} of {}", drop.highest, drop.lowest, drop.from_members);
        let fix = "drop fewer scores, or only from more members on";
        faults.push(fault("phases.score.drop", RuleCode::Score, expected, found, fix));
    }
}
