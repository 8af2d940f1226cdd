//! What a rules document may say (rules 9). Every check runs; every fault is reported.
//!
//! Here are the checks of the document as a whole; those of single phases and of the law's numbers are beside it.
//! Checks that need the publication instant are [`Rules::check_periods`] and [`Rules::check_amendment`].

mod beats;
mod calendar;
mod coefficients;
mod draw;
mod enter;
mod legal;
mod names;
mod phases;
mod score;

pub use beats::{BEAT_INTERVAL_MS_MAX, BEAT_STEPS_MAX, BEATS_MAX, GRACE_MS_MAX};
pub use calendar::CALENDAR_YEARS_MAX;
pub use coefficients::{COEFFICIENT_SCALE_MAX, COEFFICIENT_SETS_MAX, COEFFICIENT_VALUES_MAX};
pub use draw::{CONTRIBUTION_MINUTES, POOLS, SEATS, STRATA};
pub use enter::{BOND_KINDS, CREDENTIALS, ENTER_DAYS, MEMBERS};
pub use names::{
    DESCRIPTION_CHARS_MAX, HOLDERS_MAX, NAME_BYTES_MAX, SOURCE_CHARS_MAX, THRESHOLD_MIN, TITLE_CHARS_MAX,
};
pub use phases::{
    BODY_BYTES, CANDIDATES, DAYS, FORM_BYTES, MINIMUM_BIDS, OBJECTION_MINUTES, QUESTIONS, VERSIONS,
    WINDOW_MINUTES,
};
pub use score::{CRITERIA, POINTS_TOTAL, SCORE_MINUTES, SCORE_SCALE};

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::{fmt::Display, ops::RangeInclusive};

use super::{RULES_VERSION, RuleCode, RuleFault, Rules, SEMANTICS};
use crate::calendar::{BEAT_MS_MIN, REAL};

/// The largest canonical document, in bytes: it must fit an entry of 64 KiB beside keys, policy and signatures.
pub const RULES_BYTES_MAX: usize = 32 * 1024;

impl Rules {
    /// Checks the whole document; `serve_sandbox` says whether rehearsals are served here.
    ///
    /// # Errors
    /// Every [`RuleFault`], in the document's order.
    pub fn validate(&self, serve_sandbox: bool) -> Result<(), Vec<RuleFault>> {
        let mut faults = Vec::new();
        self.check_version(&mut faults);
        self.check_names(&mut faults);
        self.check_sandbox(serve_sandbox, &mut faults);
        self.check_lots(&mut faults);
        self.check_escrow(&mut faults);
        self.check_beats(&mut faults);
        self.check_pack(&mut faults);
        self.check_calendar(&mut faults);
        self.check_legal(&mut faults);
        self.check_coefficients(&mut faults);
        self.check_phases(&mut faults);
        self.check_against_law(&mut faults);
        self.check_size(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_version(&self, faults: &mut Vec<RuleFault>) {
        for (path, found, known) in [("v", self.v, RULES_VERSION), ("semantics", self.semantics, SEMANTICS)] {
            if found != known {
                let fix = "use a release of this program that knows the version";
                faults.push(fault(path, RuleCode::Version, known.to_string(), found, fix));
            }
        }
    }

    fn check_sandbox(&self, serve_sandbox: bool, faults: &mut Vec<RuleFault>) {
        let Some(units) = self.sandbox else { return };
        if !serve_sandbox {
            let fix = "remove the sandbox table, or start the centre for rehearsals with --sandbox";
            faults.push(fault("sandbox", RuleCode::Sandbox, "no unit map".into(), "a rehearsal", fix));
        }
        check_range("sandbox.day_ms", units.day_ms, 1..=REAL.day_ms, faults);
        check_range("sandbox.minute_ms", units.minute_ms, 1..=REAL.minute_ms, faults);
        if units.beat_ms < BEAT_MS_MIN {
            let expected = format!("at least {BEAT_MS_MIN}");
            let fix = "state a longer beat_ms: a cosigned checkpoint must fit between two beats";
            faults.push(fault("sandbox.beat_ms", RuleCode::TooShort, expected, units.beat_ms, fix));
        } else {
            check_range("sandbox.beat_ms", units.beat_ms, BEAT_MS_MIN..=REAL.beat_ms, faults);
        }
    }

    fn check_lots(&self, faults: &mut Vec<RuleFault>) {
        if self.lots.len() != 1 {
            let fix = "one lot only in this version: publish one procedure per lot";
            faults.push(fault("lots", RuleCode::Lots, "exactly 1 lot".into(), self.lots.len(), fix));
        }
        for (index, lot) in self.lots.iter().enumerate() {
            names::check_text(&format!("lots[{index}].title"), &lot.title, TITLE_CHARS_MAX, faults);
            for (member, amount) in [("ceiling", lot.ceiling), ("estimate", lot.estimate)] {
                if amount.is_zero() {
                    let path = format!("lots[{index}].{member}");
                    let fix = "state the amount in yuan, such as 1234567.00";
                    faults.push(fault(&path, RuleCode::Amount, "an amount above 0.00".into(), "0.00", fix));
                }
            }
        }
    }

    fn check_size(&self, faults: &mut Vec<RuleFault>) {
        match self.canonical() {
            Ok(bytes) if bytes.len() <= RULES_BYTES_MAX => {}
            Ok(bytes) => {
                let expected = format!("at most {RULES_BYTES_MAX} bytes of canonical JSON");
                let fix = "shorten the description; long texts belong in the documents";
                faults.push(fault("rules", RuleCode::Size, expected, bytes.len(), fix));
            }
            Err(error) => {
                let expected = "a canonical form".into();
                faults.push(fault("rules", RuleCode::Size, expected, error, "state smaller numbers"));
            }
        }
    }
}

fn fault(path: &str, code: RuleCode, expected: String, found: impl Display, fix: &str) -> RuleFault {
    RuleFault { path: path.to_string(), code, expected, found: found.to_string(), fix: fix.to_string() }
}

fn check_range(path: &str, value: i64, range: RangeInclusive<i64>, faults: &mut Vec<RuleFault>) {
    if !range.contains(&value) {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        faults.push(fault(path, RuleCode::Range, expected, value, "state a number in this range"));
    }
}

/// The items that stand in a list a second time.
fn doubled<T: PartialEq>(items: &[T]) -> Vec<&T> {
    let mut doubled = vec![];
    for (index, item) in items.iter().enumerate() {
        if items.iter().take(index).any(|earlier| earlier == item) {
            doubled.push(item);
        }
    }
    doubled
}

#[cfg(test)]
mod tests;
