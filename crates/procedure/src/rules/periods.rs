//! Periods of the law by the clock that the document names (rules 6.4, 7.6): calendar days or working days.
//!
//! A phase's own number of days is counted in the unit of the legal rule beside it.

use ximu_basics::Instant;

use super::{LegalRule, LegalUnit, Rules};
use crate::calendar::WorkingDays;

impl Rules {
    /// The unit of a period: that of the rule as the document states it, days without it.
    #[must_use]
    pub fn period_unit(&self, rule: LegalRule) -> LegalUnit {
        self.legal.iter().find(|period| period.rule == rule).map_or(LegalUnit::Day, |period| period.unit)
    }

    /// The end of so many days or working days from an instant, in the unit of a rule. In a rehearsal a working day
    /// lasts as long as a day.
    #[must_use]
    pub fn end_of_period(&self, rule: LegalRule, from: Instant, days: i64) -> Instant {
        match self.period_unit(rule) {
            LegalUnit::WorkingDay if self.units().has_real_days() => match &self.calendar {
                Some(calendar) => calendar.end_of_or_weekdays(from, days),
                None => WorkingDays::default().end_of_or_weekdays(from, days),
            },
            LegalUnit::WorkingDay
            | LegalUnit::Day
            | LegalUnit::Minute
            | LegalUnit::Count
            | LegalUnit::Percent
            | LegalUnit::Third
            | LegalUnit::Year => self.units().end_of_days(from, days),
        }
    }

    /// Whether every day of such a period is in a year that has a table, where it needs one.
    #[must_use]
    pub fn has_calendar_for(&self, rule: LegalRule, from: Instant, days: i64) -> bool {
        match self.period_unit(rule) {
            LegalUnit::WorkingDay if self.units().has_real_days() => {
                self.calendar.as_ref().is_some_and(|calendar| calendar.end_of(from, days).is_some())
            }
            LegalUnit::WorkingDay
            | LegalUnit::Day
            | LegalUnit::Minute
            | LegalUnit::Count
            | LegalUnit::Percent
            | LegalUnit::Third
            | LegalUnit::Year => true,
        }
    }

    /// How many days or working days lie between two instants, in the unit of a rule; `None` when a year between
    /// them has no table.
    #[must_use]
    pub fn period_between(&self, rule: LegalRule, from: Instant, to: Instant) -> Option<i64> {
        match self.period_unit(rule) {
            LegalUnit::WorkingDay if self.units().has_real_days() => {
                self.calendar.as_ref().and_then(|calendar| calendar.between(from, to))
            }
            LegalUnit::WorkingDay
            | LegalUnit::Day
            | LegalUnit::Minute
            | LegalUnit::Count
            | LegalUnit::Percent
            | LegalUnit::Third
            | LegalUnit::Year => Some(self.units().days_between(from, to)),
        }
    }
}
