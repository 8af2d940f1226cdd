//! Instants, amounts and lengths of time as people of each language write them.
//!
//! Times are those of the law's zone, Asia/Shanghai, and always name it.

use ximu_basics::{Instant, Money};

use crate::{Language, Text};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An instant, or a reference to one: templates pass references.
pub trait Moment {
    /// The instant.
    fn moment(&self) -> Instant;
}

impl Moment for Instant {
    fn moment(&self) -> Instant {
        *self
    }
}

impl<M: Moment> Moment for &M {
    fn moment(&self) -> Instant {
        (**self).moment()
    }
}

impl Text {
    /// A date and time with its zone: `2020年6月3日 10:00:00（北京时间）`, `3 June 2020, 10:00:00 (UTC+8)`.
    #[must_use]
    pub fn instant(self, instant: impl Moment) -> String {
        let instant = instant.moment();
        let Some(parts) = Parts::of(instant) else { return instant.to_string() };
        self.instant_at(&self.day(&parts), &parts.clock)
    }

    /// The same for a script, with `{year}`, `{month}`, `{day}` and `{clock}` where it fills them in: the month by its name
    /// where the language writes it so.
    #[must_use]
    pub fn instant_pattern(self) -> String {
        self.instant_at(&self.day_of("{year}", "{month}", "{day}"), "{clock}")
    }

    fn instant_at(self, day: &str, clock: &str) -> String {
        match self.language {
            Language::Chinese => format!("{day} {clock}（北京时间）"),
            Language::English => format!("{day}, {clock} (UTC+8)"),
        }
    }

    /// The day alone, in the law's zone.
    #[must_use]
    pub fn date(self, instant: impl Moment) -> String {
        let instant = instant.moment();
        Parts::of(instant).map_or_else(|| instant.to_string(), |parts| self.day(&parts))
    }

    /// The time of day to the second, in the law's zone, for tables whose caption names the day and zone.
    #[must_use]
    pub fn clock(self, instant: impl Moment) -> String {
        let instant = instant.moment();
        Parts::of(instant).map_or_else(|| instant.to_string(), |parts| parts.clock)
    }

    /// The same as an attribute for machines: RFC 3339.
    #[must_use]
    pub fn machine_time(self, instant: impl Moment) -> String {
        instant.moment().to_string()
    }

    /// An amount in digits.
    #[must_use]
    pub fn money(self, amount: Money) -> String {
        amount.to_string()
    }

    /// A length of time by its two largest units, or exactly in seconds below a minute: `2 小时 30 分钟`, `3.5 秒`.
    #[must_use]
    pub fn span(self, ms: i64) -> String {
        let seconds = ms / 1000;
        if (0..60_000).contains(&ms) && ms % 1000 != 0 {
            let decimals = format!("{:03}", ms % 1000);
            return self.unit_seconds(format!("{seconds}.{}", decimals.trim_end_matches('0')));
        }
        let amounts = [seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
        let mut parts = Vec::new();
        for (position, amount) in amounts.into_iter().enumerate() {
            if amount == 0 {
                continue;
            }
            parts.push(match position {
                0 => self.unit_days(amount),
                1 => self.unit_hours(amount),
                2 => self.unit_minutes(amount),
                _ => self.unit_seconds(amount),
            });
            if parts.len() == 2 {
                break;
            }
        }
        if parts.is_empty() { self.unit_seconds(0_i64) } else { parts.join(" ") }
    }

    fn day(self, parts: &Parts) -> String {
        let Parts { year, month, day, .. } = parts;
        let month = match self.language {
            Language::Chinese => month.to_string(),
            Language::English => {
                month.checked_sub(1).and_then(|at| MONTHS.get(at)).copied().unwrap_or_default().to_owned()
            }
        };
        self.day_of(&year.to_string(), &month, &day.to_string())
    }

    fn day_of(self, year: &str, month: &str, day: &str) -> String {
        match self.language {
            Language::Chinese => format!("{year}年{month}月{day}日"),
            Language::English => format!("{day} {month} {year}"),
        }
    }
}

struct Parts {
    year: usize,
    month: usize,
    day: usize,
    clock: String,
}

impl Parts {
    /// Takes the RFC 3339 spelling apart; `None` for years outside it.
    fn of(instant: Instant) -> Option<Parts> {
        let text = instant.to_string();
        let (date, rest) = text.split_once('T')?;
        let mut numbers = date.split('-').map(|number| number.parse::<usize>().ok());
        let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let clock = rest.get(..8)?.to_string();
        Some(Parts { year, month, day, clock })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZH: Text = Text::new(Language::Chinese);
    const EN: Text = Text::new(Language::English);

    #[test]
    fn an_instant_names_its_day_time_and_zone() {
        let opening: Instant = "2020-06-03T02:00:00Z".parse().unwrap();
        assert_eq!(ZH.instant(opening), "2020年6月3日 10:00:00（北京时间）");
        assert_eq!(EN.instant(opening), "3 June 2020, 10:00:00 (UTC+8)");
        assert_eq!(ZH.clock(opening), "10:00:00");
        assert_eq!(EN.date(opening), "3 June 2020");
    }

    #[test]
    fn a_span_shows_its_two_largest_units() {
        for (ms, zh, en) in [
            (0, "0 秒", "0 seconds"),
            (1_000, "1 秒", "1 second"),
            (250, "0.25 秒", "0.25 seconds"),
            (2_501, "2.501 秒", "2.501 seconds"),
            (3_500, "3.5 秒", "3.5 seconds"),
            (4_000, "4 秒", "4 seconds"),
            (10_500, "10.5 秒", "10.5 seconds"),
            (61_500, "1 分钟 1 秒", "1 minute 1 second"),
            (60_000, "1 分钟", "1 minute"),
            (1_800_000, "30 分钟", "30 minutes"),
            (93_784_000, "1 天 2 小时", "1 day 2 hours"),
        ] {
            assert_eq!(ZH.span(ms), zh);
            assert_eq!(EN.span(ms), en);
        }
    }
}
