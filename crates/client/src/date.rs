//! The `Date` of an answer (RFC 9110 6.6.1), for comparing clocks; one spelling of it, the one servers must send.

use ximu_basics::Instant;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads `Wed, 03 Jun 2020 02:00:00 GMT`; `None` for anything else. The second it names has only begun.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (clock, zone) = (parts.next()?, parts.next()?);
    if zone != "GMT" || parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)?.checked_add(1)?;
    format!("{year}-{month:02}-{day}T{clock}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_reads_to_the_second() {
        let opening = "2020-06-03T10:00:00+08:00".parse().ok();
        assert_eq!(parse("Wed, 03 Jun 2020 02:00:00 GMT"), opening);
        for other in [
            "",
            "Wed, 03 Jun 2020 02:00:00 UTC",
            "Wednesday, 03-Jun-20 02:00:00 GMT",
            "Wed, 03 Xyz 2020 02:00:00 GMT",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
