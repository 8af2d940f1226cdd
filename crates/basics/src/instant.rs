//! Instants: milliseconds since 1970-01-01T00:00:00Z. Nothing here reads a clock.

use alloc::{format, string::String};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// A point in time, in whole milliseconds since the Unix epoch; a plain integer in canonical JSON.
///
/// Shown in the law's zone, Asia/Shanghai (UTC+08:00, without daylight saving since 1991).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// The offset of Asia/Shanghai, in milliseconds.
const ZONE_OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

impl Instant {
    /// The instant this many milliseconds after the Unix epoch.
    #[must_use]
    pub const fn from_unix_ms(ms: i64) -> Instant {
        Instant(ms)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// The instant this many milliseconds later (earlier when negative); the end of time when that overflows.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Instant {
        Instant(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant, negative when it is not earlier.
    #[must_use]
    pub const fn ms_since(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in the zone +08:00; the milliseconds stand only when they are not zero.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.0.saturating_add(ZONE_OFFSET_MS);
        let (year, month, day) = civil_from_days(local.div_euclid(DAY_MS));
        let of_day = local.rem_euclid(DAY_MS);
        let (hour, minute, second, ms) =
            (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60, of_day % 1000);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if ms != 0 {
            write!(formatter, ".{ms:03}")?;
        }
        formatter.write_str("+08:00")
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an RFC 3339 time such as 2020-06-03T10:00:00+08:00, found {found:?}")]
pub struct InstantSyntax {
    /// What stood there.
    pub found: String,
}

impl FromStr for Instant {
    type Err = InstantSyntax;

    fn from_str(text: &str) -> Result<Instant, InstantSyntax> {
        parse(text).ok_or_else(|| InstantSyntax { found: format!("{text:.64}") })
    }
}

fn parse(text: &str) -> Option<Instant> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix('T')?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let (year, month, day) = numbers(date, '-')?;
    let (hour, minute, second) = numbers(clock, ':')?;
    let (ms, zone) = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.find(|character: char| !character.is_ascii_digit())?;
            let (fraction, zone) = fraction.split_at_checked(digits)?;
            if fraction.len() != 3 {
                return None;
            }
            (fraction.parse().ok()?, zone)
        }
        None => (0, rest),
    };
    let offset_minutes = match zone {
        "Z" => 0,
        _ => {
            let (sign, clock) = zone.split_at_checked(1)?;
            let (hours, minutes, _) = numbers(&format!("{clock}:00"), ':')?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            match sign {
                "+" => hours * 60 + minutes,
                "-" => -(hours * 60 + minutes),
                _ => return None,
            }
        }
    };
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 || year < 1970 {
        return None;
    }
    let days = days_from_civil(year, month, day);
    if civil_from_days(days) != (year, month, day) {
        return None;
    }
    let local = days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
    Some(Instant(local - offset_minutes * 60_000))
}

/// Three numbers of fixed width between two separators.
fn numbers(text: &str, separator: char) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(separator).map(|part| {
        let plain = matches!(part.len(), 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse::<i64>().ok() } else { None }
    });
    let three = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() { None } else { Some(three) }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (era arithmetic over 400-year cycles).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn the_opening_of_the_seed_case_reads_and_writes() {
        let opening: Instant = "2020-06-03T10:00:00+08:00".parse().unwrap();
        assert_eq!(opening.unix_ms(), 1_591_149_600_000);
        assert_eq!(opening.to_string(), "2020-06-03T10:00:00+08:00");
        assert_eq!("2020-06-03T02:00:00Z".parse(), Ok(opening));
        assert_eq!(opening.plus_ms(5).to_string(), "2020-06-03T10:00:00.005+08:00");
    }

    #[test]
    fn impossible_times_are_refused() {
        for bad in [
            "2020-02-30T00:00:00Z",
            "2021-02-29T00:00:00Z",
            "2020-06-03 10:00:00Z",
            "2020-06-03T24:00:00Z",
            "2020-06-03T10:00:00",
            "2020-06-03T10:00:00+24:00",
            "2020-13-03T10:00:00Z",
            "2020-06-03T10:00:00.5Z",
        ] {
            assert!(bad.parse::<Instant>().is_err(), "{bad} must be refused");
        }
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for day in 0..146_097 {
            let instant = Instant(day * DAY_MS);
            assert_eq!(instant.to_string().parse(), Ok(instant));
        }
    }
}
