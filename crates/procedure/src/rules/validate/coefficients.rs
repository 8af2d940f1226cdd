//! Checks of the sets of coefficients (rules 9.12): each can be drawn from, is used, and is there.

use alloc::{collections::BTreeSet, format, vec::Vec};
use core::cmp::Ordering;
use ximu_basics::{CoefficientId, Decimal};

use super::{doubled, fault};
use crate::{
    method::Shortlist,
    rules::{CoefficientSet, RuleCode, RuleFault, Rules},
};

/// The most sets: the method of today that draws the most draws a base factor, a weight and two shares.
pub const COEFFICIENT_SETS_MAX: usize = 8;

/// The most values of a set: every step of a hundredth from 0.00 to 1.00 fits.
pub const COEFFICIENT_VALUES_MAX: usize = 128;

/// The most decimal places of a value, so that every product of a method stays exact.
pub const COEFFICIENT_SCALE_MAX: u8 = 4;

/// The longest name, in bytes: with what stands before it, it is the name of a sealed envelope of at most 64 (draw 2.1).
pub const COEFFICIENT_NAME_BYTES_MAX: usize = 48;

/// The largest value.
const VALUE_MAX: Decimal = Decimal::whole(100);

impl Rules {
    /// The sets that the shortlist and the method need a drawn coefficient of, each once.
    #[must_use]
    pub fn draws(&self) -> Vec<&CoefficientId> {
        let Some(award) = self.award() else { return Vec::new() };
        let shortlist = award.shortlist.iter().flat_map(Shortlist::draws);
        let names: BTreeSet<&CoefficientId> = shortlist.chain(award.method.draws()).collect();
        names.into_iter().collect()
    }

    pub(super) fn check_coefficients(&self, faults: &mut Vec<RuleFault>) {
        if self.coefficients.len() > COEFFICIENT_SETS_MAX {
            let expected = format!("at most {COEFFICIENT_SETS_MAX} sets");
            let found = self.coefficients.len();
            faults.push(fault("coefficients", RuleCode::Range, expected, found, "state fewer sets"));
        }
        let names: Vec<&CoefficientId> = self.coefficients.iter().map(|set| &set.name).collect();
        for name in doubled(&names) {
            let fix = "give each set a name of its own";
            faults.push(fault("coefficients", RuleCode::Duplicate, "different names".into(), name, fix));
        }
        let draws = self.draws();
        for (index, set) in self.coefficients.iter().enumerate() {
            check_values(index, set, faults);
            if set.name.as_str().len() > COEFFICIENT_NAME_BYTES_MAX {
                let path = format!("coefficients[{index}].name");
                let expected = format!("at most {COEFFICIENT_NAME_BYTES_MAX} characters");
                let fix = "give the set a shorter name";
                faults.push(fault(&path, RuleCode::Range, expected, set.name.as_str().len(), fix));
            }
            if !draws.contains(&&set.name) {
                let path = format!("coefficients[{index}].name");
                let fix = "remove the set, or let the method draw from it";
                let expected = "a set that the method draws from".into();
                faults.push(fault(&path, RuleCode::Coefficients, expected, &set.name, fix));
            }
        }
        for name in draws.iter().filter(|name| !names.contains(name)) {
            let expected = format!("a set named '{name}', from which the method draws");
            let fix = "add the set with its values, or state a fixed number in the method";
            faults.push(fault("coefficients", RuleCode::Coefficients, expected, "none", fix));
        }
    }
}

fn check_values(index: usize, set: &CoefficientSet, faults: &mut Vec<RuleFault>) {
    let path = format!("coefficients[{index}].values");
    if set.values.is_empty() || set.values.len() > COEFFICIENT_VALUES_MAX {
        let expected = format!("1 to {COEFFICIENT_VALUES_MAX} values");
        let fix = "state the values that may be drawn";
        faults.push(fault(&path, RuleCode::Range, expected, set.values.len(), fix));
    }
    let unusable = |value: &&Decimal| {
        value.is_negative()
            || value.compare(VALUE_MAX) == Ordering::Greater
            || value.scale() > COEFFICIENT_SCALE_MAX
    };
    if let Some(value) = set.values.iter().find(unusable) {
        let expected = format!("numbers from 0 to {VALUE_MAX} with at most {COEFFICIENT_SCALE_MAX} decimals");
        let fix = "state a share as a decimal, such as 0.70 for 70 %";
        faults.push(fault(&path, RuleCode::Coefficients, expected, value, fix));
    }
    let rising = |two: &[Decimal]| match two {
        [left, right] => left.compare(*right) == Ordering::Less,
        _ => true,
    };
    if !set.values.windows(2).all(rising) {
        let fix = "sort the values and state each once: the same set must give the same document";
        faults.push(fault(&path, RuleCode::Coefficients, "rising values".into(), "another order", fix));
    }
}
