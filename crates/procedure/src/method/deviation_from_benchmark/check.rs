//! Which parameters are usable (rules 10.5, 9.7). A document that passes can be computed with for every set of bids.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Ordering;
use ximu_basics::Decimal;

use super::{
    BASE_SCALE_MAX, Band, DeviationFromBenchmark, DropRow, FACTOR_SCALE_MAX, Factor, MEAN_SCALE_MAX,
    POINTS_SCALE_MAX, SCORE_SCALE_MAX,
};
use crate::{
    method::shortlist::PERCENT_MAX,
    rules::{CoefficientSet, RuleCode, RuleFault},
};

/// The most points, and the most points off per cent.
const POINTS_MAX: Decimal = Decimal::whole(100);

/// The largest factor of a mean or a ceiling.
const FACTOR_MAX: Decimal = Decimal::whole(2);

/// The most rows of a drop table: one for each number of bids that documents tell apart.
pub const DROP_ROWS_MAX: usize = 16;

/// From this many bids on a row of per cents leaves one in any case: two roundings take less than one bid each, and
/// [`PERCENT_MAX`] leaves a tenth.
const SURELY_LEFT: u32 = 32;

impl DeviationFromBenchmark {
    /// What is wrong with the parameters, given the sets they may draw from; `path` is where they stand.
    #[must_use]
    pub fn faults(&self, path: &str, sets: &[CoefficientSet]) -> Vec<RuleFault> {
        let mut found = Found { path, faults: Vec::new() };
        self.check_points(&mut found);
        self.check_factors(sets, &mut found);
        self.check_scales(&mut found);
        if let Some(band) = &self.band {
            self.check_band(band, &mut found);
        }
        self.check_drop(&mut found);
        found.faults
    }

    fn check_points(&self, found: &mut Found<'_>) {
        let zero = Decimal::whole(0);
        found.number("points", self.points, zero, POINTS_MAX, POINTS_SCALE_MAX);
        if self.points.is_zero() {
            found.add("points", "points above 0".into(), self.points.to_string(), "state the full points");
        }
        found.number("deduct_above", self.deduct_above, zero, POINTS_MAX, POINTS_SCALE_MAX);
        found.number("deduct_below", self.deduct_below, zero, POINTS_MAX, POINTS_SCALE_MAX);
        found.number("floor", self.floor, zero, self.points, POINTS_SCALE_MAX);
        if let Some(most) = self.deduct_max {
            found.number("deduct_max", most, zero, self.points, POINTS_SCALE_MAX);
        }
    }

    fn check_factors(&self, sets: &[CoefficientSet], found: &mut Found<'_>) {
        found.factor("factor", &self.factor, sets, FACTOR_MAX, false);
        if let Some(ceiling) = &self.ceiling {
            found.factor("ceiling.mean_share", &ceiling.mean_share, sets, Decimal::whole(1), true);
            found.factor("ceiling.factor", &ceiling.factor, sets, FACTOR_MAX, false);
        }
    }

    fn check_scales(&self, found: &mut Found<'_>) {
        for (member, scale, most) in [
            ("mean_scale", self.mean_scale, MEAN_SCALE_MAX),
            ("base_scale", Some(self.base_scale), BASE_SCALE_MAX),
            ("deviation_scale", self.deviation_scale, SCORE_SCALE_MAX),
            ("score_scale", Some(self.score_scale), SCORE_SCALE_MAX),
        ] {
            if let Some(scale) = scale.filter(|scale| *scale > most) {
                found.add(
                    member,
                    format!("at most {most} decimals"),
                    scale.to_string(),
                    "state fewer decimals",
                );
            }
        }
    }

    fn check_band(&self, band: &Band, found: &mut Found<'_>) {
        let (zero, one) = (Decimal::whole(0), Decimal::whole(1));
        found.number("band.from", band.from, zero, one, FACTOR_SCALE_MAX);
        found.number("band.to", band.to, zero, one, FACTOR_SCALE_MAX);
        if band.from.compare(band.to) == Ordering::Greater {
            let fix = "state the lower edge first, as shares of the ceiling";
            found.add("band.from", format!("at most {}", band.to), band.from.to_string(), fix);
        }
        for (member, points) in
            [("band.score_below", band.score_below), ("band.score_above", band.score_above)]
        {
            if let Some(points) = points {
                found.number(member, points, zero, self.points, POINTS_SCALE_MAX);
            }
        }
    }

    fn check_drop(&self, found: &mut Found<'_>) {
        if self.drop.len() > DROP_ROWS_MAX {
            let expected = format!("at most {DROP_ROWS_MAX} rows");
            found.add("drop", expected, self.drop.len().to_string(), "state fewer rows");
        }
        let rising = |two: &[DropRow]| match two {
            [left, right] => left.count_from() < right.count_from(),
            _ => true,
        };
        if !self.drop.windows(2).all(rising) {
            let fix = "sort the rows by count_from, each once";
            found.add("drop", "rows of rising count_from".into(), "another order".into(), fix);
        }
        for (index, row) in self.drop.iter().enumerate() {
            found.drop_row(&format!("drop[{index}]"), row);
        }
    }
}

/// The faults found so far.
struct Found<'a> {
    path: &'a str,
    faults: Vec<RuleFault>,
}

impl Found<'_> {
    fn add(&mut self, member: &str, expected: String, found: String, fix: &str) {
        let path = format!("{}.{member}", self.path);
        self.faults.push(RuleFault { path, code: RuleCode::Method, expected, found, fix: fix.to_string() });
    }

    fn number(&mut self, member: &str, value: Decimal, least: Decimal, most: Decimal, scale: u8) {
        let outside = value.compare(least) == Ordering::Less || value.compare(most) == Ordering::Greater;
        if outside || value.scale() > scale {
            let expected = format!("a number from {least} to {most} with at most {scale} decimals");
            self.add(member, expected, value.to_string(), "state a number in this range");
        }
    }

    fn factor(&mut self, member: &str, factor: &Factor, sets: &[CoefficientSet], most: Decimal, zero: bool) {
        for value in factor.possible(sets) {
            self.number(member, value, Decimal::whole(0), most, FACTOR_SCALE_MAX);
            if value.is_zero() && !zero {
                let fix = "state what the amount is multiplied by, such as 0.95 for 5 % less";
                self.add(member, "a number above 0".into(), value.to_string(), fix);
            }
        }
    }

    fn drop_row(&mut self, member: &str, row: &DropRow) {
        if let DropRow::Percent { highest_percent, lowest_percent, .. } = row {
            let before = self.faults.len();
            for (name, percent) in [("highest_percent", highest_percent), ("lowest_percent", lowest_percent)]
            {
                let path = format!("{member}.{name}");
                self.number(&path, *percent, Decimal::whole(0), PERCENT_MAX, POINTS_SCALE_MAX);
            }
            if self.faults.len() > before {
                return;
            }
            let both = highest_percent.plus(*lowest_percent);
            if !both.is_ok_and(|both| both.compare(PERCENT_MAX) != Ordering::Greater) {
                let fix = "drop fewer: bids must be left to make the base";
                let found = format!("{highest_percent} and {lowest_percent}");
                self.add(member, format!("at most {PERCENT_MAX} per cent together"), found, fix);
                return;
            }
        }
        let from = row.count_from().max(1);
        let left = |count: u32| {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            row.cut(count).is_ok_and(|(lowest, highest)| lowest.saturating_add(highest) < count)
        };
        if let Some(none_left) = (from..=from.max(SURELY_LEFT)).find(|count| !left(*count)) {
            let fix = "raise count_from, or drop fewer: a bid must be left to make the base";
            let found = format!("none left of {none_left}");
            self.add(&format!("{member}.count_from"), "a bid left over".into(), found, fix);
        }
    }
}
