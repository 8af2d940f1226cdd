//! Working days 工作日 of Asia/Shanghai (rules 7.6 to 7.8): weekdays without holidays, and the weekends worked instead.
//!
//! The State Council announces each year's holidays and make-up days late in the year before. They are data of the
//! rules document. A check refuses a period that runs into a year without a table; a procedure that is under way must
//! be able to end, so that there a decision counts Monday to Friday.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use ximu_basics::Instant;

use super::{date, end_of_date};

/// 1970-01-01 was a Thursday: the third day after a Monday.
const THURSDAY: i64 = 3;

/// The tables of holidays and make-up days of some years.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingDays {
    /// The years whose tables these are, rising.
    pub years: Vec<i32>,
    /// Days off besides weekends, rising; days of a weekend may stand among them.
    pub holidays: Vec<Date>,
    /// Days of weekends that are worked, rising.
    pub workdays: Vec<Date>,
}

/// A local calendar day, written `2026-02-14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(i64);

/// The text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a date such as 2026-02-14, found {found:?}")]
pub struct DateSyntax {
    /// What stood there, cut to 20 characters.
    pub found: String,
}

impl WorkingDays {
    /// The first instant after a period of working days that starts at `from`: 24:00 of the last of them, the day of
    /// `from` not counted. `None` when the period runs into a year without a table.
    #[must_use]
    pub fn end_of(&self, from: Instant, days: i64) -> Option<Instant> {
        end_when(from, days, |day| self.is_worked(day))
    }

    /// The same, with Monday to Friday in a year without a table.
    #[must_use]
    pub fn end_of_or_weekdays(&self, from: Instant, days: i64) -> Instant {
        let worked = |day: Date| Some(self.is_worked(day).unwrap_or(!day.is_weekend()));
        end_when(from, days, worked).unwrap_or(from)
    }

    /// How many working days lie between two instants, the day of the first not counted and that of the last counted.
    /// Negative when `to` is on an earlier day. `None` when a year between them has no table.
    #[must_use]
    pub fn between(&self, from: Instant, to: Instant) -> Option<i64> {
        let (first, last) = (date(from).min(date(to)), date(from).max(date(to)));
        // A span over more years than there are tables has one without.
        let longest =
            i64::try_from(self.years.len()).unwrap_or(i64::MAX).saturating_add(1).saturating_mul(366);
        if last.saturating_sub(first) > longest {
            return None;
        }
        let mut count = 0_i64;
        for day in first.saturating_add(1)..=last {
            if self.is_worked(Date(day))? {
                count = count.saturating_add(1);
            }
        }
        Some(if date(to) < date(from) { count.saturating_neg() } else { count })
    }

    /// Whether a day is worked; `None` for a year without a table.
    #[must_use]
    pub fn is_worked(&self, day: Date) -> Option<bool> {
        self.years.binary_search(&day.year()?).ok()?;
        let off = self.holidays.binary_search(&day).is_ok();
        let worked = self.workdays.binary_search(&day).is_ok();
        Some(worked || !(off || day.is_weekend()))
    }
}

fn end_when(from: Instant, days: i64, worked: impl Fn(Date) -> Option<bool>) -> Option<Instant> {
    let mut day = date(from);
    let mut left = days;
    while left > 0 {
        day = day.saturating_add(1);
        if worked(Date(day))? {
            left = left.saturating_sub(1);
        }
    }
    Some(end_of_date(day))
}

impl Date {
    /// The year; `None` for a day that no four digits name.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        format!("{self}").split_once('-')?.0.parse().ok()
    }

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub const fn is_weekend(self) -> bool {
        self.0.saturating_add(THURSDAY).rem_euclid(7) > 4
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An instant shows its local date first.
        let shown = format!("{}", end_of_date(self.0.saturating_sub(1)));
        formatter.write_str(shown.get(..10).unwrap_or(&shown))
    }
}

impl FromStr for Date {
    type Err = DateSyntax;

    fn from_str(text: &str) -> Result<Date, DateSyntax> {
        let syntax = || DateSyntax { found: text.chars().take(20).collect() };
        let midnight: Instant = format!("{text}T00:00:00+08:00").parse().map_err(|_| syntax())?;
        let day = Date(date(midnight));
        if format!("{day}") == text { Ok(day) } else { Err(syntax()) }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn dates(texts: &[&str]) -> Vec<Date> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// The spring of 2026: off from Sunday 15 to Monday 23 February, worked on the Saturdays before and after.
    fn spring() -> WorkingDays {
        let holidays = (15..=23).map(|day| format!("2026-02-{day}").parse().unwrap()).collect();
        WorkingDays { years: [2026].to_vec(), holidays, workdays: dates(&["2026-02-14", "2026-02-28"]) }
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_has_one_spelling() {
        for text in ["2026-02-14", "2024-02-29", "1999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in ["", "2026-2-14", "2026-02-29", "2026-02-14 ", "14-02-2026", "2026-13-01", "2026-02"] {
            assert!(text.parse::<Date>().is_err(), "{text:?} must be refused");
        }
        assert!("2026-02-14".parse::<Date>().unwrap().is_weekend());
        assert!("2026-02-15".parse::<Date>().unwrap().is_weekend());
        assert!(!"2026-02-16".parse::<Date>().unwrap().is_weekend());
    }

    #[test]
    fn a_period_leaves_out_holidays_and_counts_make_up_days() {
        let spring = spring();
        for (from, days, end) in [
            // Thursday 12: Friday 13, Saturday 14 (worked), then Tuesday 24.
            ("2026-02-12T09:00:00+08:00", 1, "2026-02-14T00:00:00+08:00"),
            ("2026-02-12T09:00:00+08:00", 2, "2026-02-15T00:00:00+08:00"),
            ("2026-02-12T09:00:00+08:00", 3, "2026-02-25T00:00:00+08:00"),
            ("2026-02-12T23:59:59+08:00", 0, "2026-02-13T00:00:00+08:00"),
            // From inside the holidays: Tuesday 24 to Saturday 28 (worked) are five.
            ("2026-02-18T12:00:00+08:00", 5, "2026-03-01T00:00:00+08:00"),
            ("2026-02-18T12:00:00+08:00", 6, "2026-03-03T00:00:00+08:00"),
        ] {
            assert_eq!(spring.end_of(at(from), days), Some(at(end)), "{days} from {from}");
        }
    }

    #[test]
    fn days_between_are_those_of_the_period() {
        let spring = spring();
        let from = at("2026-02-12T09:00:00+08:00");
        for days in 1..40 {
            let end = spring.end_of(from, days).unwrap();
            assert_eq!(spring.between(from, end.plus_ms(-1)), Some(days));
            assert_eq!(spring.between(end.plus_ms(-1), from), Some(-days));
        }
        assert_eq!(spring.between(from, from.plus_ms(3_600_000)), Some(0));
    }

    #[test]
    fn a_year_without_a_table_has_no_working_days() {
        let spring = spring();
        let late = at("2026-12-30T09:00:00+08:00");
        assert_eq!(spring.end_of(late, 1), Some(at("2027-01-01T00:00:00+08:00")));
        assert_eq!(spring.end_of(late, 2), None);
        // New Year's Day 2027 is a Friday, and nobody has said that it is a holiday.
        assert_eq!(spring.end_of_or_weekdays(late, 3), at("2027-01-05T00:00:00+08:00"));
        assert_eq!(spring.between(late, at("2027-01-02T00:00:00+08:00")), None);
        assert_eq!(
            spring.between(at("2025-12-31T23:00:00+08:00"), late),
            spring.between(at("2026-01-01T00:00:00+08:00"), late).map(|days| days + 1)
        );
        assert_eq!(spring.between(at("1970-01-01T00:00:00+08:00"), late), None);
        assert_eq!(spring.end_of(late, i64::MAX), None);
    }
}
