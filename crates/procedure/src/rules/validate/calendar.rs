//! Checks of the tables of holidays (rules 9.14).

use alloc::{format, string::ToString, vec::Vec};

use super::fault;
use crate::{
    calendar::{Date, WorkingDays},
    rules::{LegalPeriod, LegalUnit, RuleCode, RuleFault, Rules},
};

/// The most years a document may have tables of.
pub const CALENDAR_YEARS_MAX: usize = 8;

impl Rules {
    pub(super) fn check_calendar(&self, faults: &mut Vec<RuleFault>) {
        let needs = |period: &LegalPeriod| period.unit == LegalUnit::WorkingDay;
        match &self.calendar {
            Some(calendar) => check_tables(calendar, faults),
            None if self.units().has_real_days() && self.legal.iter().any(needs) => {
                let expected = "the tables of holidays, as some numbers of the law count working days".into();
                let fix = "state [calendar] with years, holidays and workdays";
                faults.push(fault("calendar", RuleCode::Calendar, expected, "none", fix));
            }
            None => {}
        }
    }
}

fn check_tables(calendar: &WorkingDays, faults: &mut Vec<RuleFault>) {
    let mut add = |member: &str, expected: &str, found: &dyn core::fmt::Display, fix: &str| {
        let path = format!("calendar.{member}");
        faults.push(fault(&path, RuleCode::Calendar, expected.to_string(), found, fix));
    };
    if calendar.years.is_empty() || calendar.years.len() > CALENDAR_YEARS_MAX {
        let expected = format!("1 to {CALENDAR_YEARS_MAX} years");
        add("years", &expected, &calendar.years.len(), "state the years whose tables are here");
    }
    if !calendar.years.is_sorted_by(|left, right| left < right) {
        add("years", "rising years", &"another order", "sort them, each once");
    }
    for (member, days) in [("holidays", &calendar.holidays), ("workdays", &calendar.workdays)] {
        if !days.is_sorted_by(|left, right| left < right) {
            add(member, "rising dates", &"another order", "sort them, each once");
        }
        let stranger = |day: &&Date| !day.year().is_some_and(|year| calendar.years.contains(&year));
        if let Some(day) = days.iter().find(stranger) {
            add(
                member,
                "dates of the years stated",
                day,
                "add the year with its whole table, or remove the date",
            );
        }
    }
    if let Some(day) = calendar.workdays.iter().find(|day| !day.is_weekend()) {
        add("workdays", "Saturdays and Sundays that are worked", day, "remove it: it is worked anyway");
    }
    if let Some(day) = calendar.workdays.iter().find(|day| calendar.holidays.contains(day)) {
        add("workdays", "days that are not holidays too", day, "remove it from one of the two");
    }
}
