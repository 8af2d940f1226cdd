//! Periods of the law and of the rules in instants (rules 7).
//!
//! Calendar days are those of Asia/Shanghai (UTC+08:00). The day a period starts on is not counted, and the last
//! day lasts until 24:00 (Civil Code 民法典, articles 201 and 203). A rehearsal maps days, minutes and beat seconds
//! to shorter units. Working days are a clock of their own, in `working`.

mod working;

pub use working::{Date, DateSyntax, WorkingDays};

use serde::{Deserialize, Serialize};
use ximu_basics::Instant;

/// The shortest window a person can act in, in milliseconds: no mapped window may be shorter.
pub const WINDOW_MS_MIN: i64 = 2_000;

/// The shortest beat, in milliseconds: a cosigned checkpoint must fit between two beats.
pub const BEAT_MS_MIN: i64 = 250;

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
const SECOND_MS: i64 = 1_000;
/// Asia/Shanghai, without daylight saving since 1991.
const ZONE_OFFSET_MS: i64 = 8 * 3_600_000;

/// How long the calendar's units last, in milliseconds; the members of a rehearsal's `[sandbox]` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// One day. In a rehearsal days run from the start of the period, not from midnight.
    pub day_ms: i64,
    /// One minute.
    pub minute_ms: i64,
    /// One second of the beat schedule, at least [`BEAT_MS_MIN`].
    pub beat_ms: i64,
}

/// The real units: a day is a calendar day.
pub const REAL: Units = Units { day_ms: DAY_MS, minute_ms: MINUTE_MS, beat_ms: SECOND_MS };

impl Units {
    /// This many minutes, in milliseconds.
    #[must_use]
    pub const fn minutes_ms(self, minutes: i64) -> i64 {
        minutes.saturating_mul(self.minute_ms)
    }

    /// An interval of the beat schedule, given in real milliseconds, in mapped milliseconds (rounded down).
    #[must_use]
    pub const fn beat_interval_ms(self, every_ms: i64) -> i64 {
        every_ms.saturating_mul(self.beat_ms) / SECOND_MS
    }

    /// The length of this many whole days, in milliseconds.
    #[must_use]
    pub const fn days_ms(self, days: i64) -> i64 {
        days.saturating_mul(self.day_ms)
    }

    /// How many days lie between two instants when the first day is not counted and the last one is, even if it
    /// has only begun: 14 May to 3 June is 20 days at any hour. In a rehearsal: whole units from `from`, rounded
    /// down. Negative when `to` is before `from`.
    #[must_use]
    pub const fn days_between(self, from: Instant, to: Instant) -> i64 {
        if self.day_ms == DAY_MS {
            date(to) - date(from)
        } else {
            to.ms_since(from).div_euclid(self.positive_day())
        }
    }

    /// The first instant after a period of whole days that starts at `from`: 24:00 of the last day, the first day
    /// not counted. In a rehearsal: that many units after `from`.
    #[must_use]
    pub const fn end_of_days(self, from: Instant, days: i64) -> Instant {
        if self.day_ms == DAY_MS {
            end_of_date(date(from).saturating_add(days))
        } else {
            from.plus_ms(self.days_ms(days))
        }
    }

    /// Whether days are those of the calendar, and not units of a rehearsal.
    #[must_use]
    pub const fn has_real_days(self) -> bool {
        self.day_ms == DAY_MS
    }

    /// The first instant from which fewer than this many days remain to `to`: as long as it has not come,
    /// [`Units::days_between`] is at least `days`.
    #[must_use]
    pub const fn days_run_out(self, to: Instant, days: i64) -> Instant {
        if self.day_ms == DAY_MS {
            let midnight = date(to).saturating_sub(days).saturating_add(1).saturating_mul(DAY_MS);
            Instant::from_unix_ms(midnight.saturating_sub(ZONE_OFFSET_MS))
        } else {
            to.plus_ms(self.days_ms(days).saturating_neg().saturating_add(1))
        }
    }

    const fn positive_day(self) -> i64 {
        if self.day_ms > 0 { self.day_ms } else { 1 }
    }
}

/// 24:00 of a local calendar day.
const fn end_of_date(day: i64) -> Instant {
    Instant::from_unix_ms(day.saturating_add(1).saturating_mul(DAY_MS).saturating_sub(ZONE_OFFSET_MS))
}

/// The number of the local calendar day an instant falls on.
const fn date(instant: Instant) -> i64 {
    instant.unix_ms().saturating_add(ZONE_OFFSET_MS).div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_day_is_not_counted_and_the_last_one_is() {
        for (from, to, days) in [
            ("2020-05-14T17:00:00+08:00", "2020-06-03T10:00:00+08:00", 20),
            ("2020-05-14T00:00:00+08:00", "2020-06-03T00:00:00+08:00", 20),
            ("2020-05-14T23:59:59+08:00", "2020-06-02T23:59:59+08:00", 19),
            ("2020-05-13T16:00:00Z", "2020-05-14T15:59:59Z", 0),
            ("2020-02-28T12:00:00+08:00", "2020-03-01T12:00:00+08:00", 2),
            ("2020-06-03T10:00:00+08:00", "2020-06-02T10:00:00+08:00", -1),
        ] {
            assert_eq!(REAL.days_between(at(from), at(to)), days, "{from} to {to}");
        }
    }

    #[test]
    fn a_period_of_days_lasts_until_midnight_of_its_last_day() {
        let published = at("2020-06-08T09:30:00+08:00");
        assert_eq!(REAL.end_of_days(published, 3), at("2020-06-12T00:00:00+08:00"));
        assert_eq!(REAL.end_of_days(published, 0), at("2020-06-09T00:00:00+08:00"));
    }

    #[test]
    fn days_run_out_exactly_when_fewer_are_left() {
        let deadline = at("2020-06-03T10:00:00+08:00");
        assert_eq!(REAL.days_run_out(deadline, 10), at("2020-05-25T00:00:00+08:00"));
        for units in [REAL, Units { day_ms: 500, minute_ms: 100, beat_ms: 250 }] {
            for days in [0, 1, 10] {
                let out = units.days_run_out(deadline, days);
                assert!(units.days_between(out.plus_ms(-1), deadline) >= days, "{units:?} {days}");
                assert!(units.days_between(out, deadline) < days, "{units:?} {days}");
            }
        }
    }

    #[test]
    fn a_rehearsal_counts_units_from_the_start() {
        let units = Units { day_ms: 500, minute_ms: 100, beat_ms: 250 };
        let start = at("2020-06-03T10:00:00.700+08:00");
        assert_eq!(units.days_between(start, start.plus_ms(10_000)), 20);
        assert_eq!(units.days_between(start, start.plus_ms(9_999)), 19);
        assert_eq!(units.end_of_days(start, 20), start.plus_ms(10_000));
        assert_eq!(units.minutes_ms(30), 3_000);
        assert_eq!(units.beat_interval_ms(10_000), 2_500);
        assert_eq!(REAL.beat_interval_ms(10_000), 10_000);
    }
}
