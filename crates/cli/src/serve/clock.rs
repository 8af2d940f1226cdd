//! The clock at the start: compared with the other centres' before anything is stamped by it.
//!
//! A wrong clock does not make a late bid timely: cosigned time decides. But it stamps commands, and it refuses or
//! closes at the wrong moment; so a centre whose clock is off does not start.

use crate::{fault::Fault, outside};
use std::time::Duration;
use ximu_basics::Instant;
use ximu_client::{Address, Peer, Timeouts, Trust};
use ximu_text::Text;

/// How long one centre may take to tell its time.
const PATIENCE: Duration = Duration::from_secs(3);

/// Compares this clock with those of the other centres that answer. When none answers there is nothing to compare
/// with, and the centre starts: the others may be waiting for it.
///
/// # Errors
/// When most of those that answer show another time by more than `off_ms_max`.
pub fn check(peers: &[(String, Address)], trust: &Trust, off_ms_max: i64) -> Result<(), Fault> {
    let mut offs = Vec::new();
    for (name, address) in peers {
        let timeouts = Timeouts { connect: PATIENCE, answer: PATIENCE, ..Timeouts::default() };
        let peer = Peer::new(address.clone(), trust, timeouts)?;
        let before = outside::now();
        match peer.date() {
            Ok(Some(shown)) => offs.push((name.clone(), off_ms(before, shown, outside::now()))),
            Ok(None) => tracing::warn!(peer = name, "this centre does not tell its time"),
            // Usual when all start together: nothing to be alarmed about.
            Err(error) => tracing::debug!(peer = name, "its clock is not compared: {error}"),
        }
    }
    tracing::info!(compared = offs.len(), peers = peers.len(), "clocks compared with those that answer");
    judge(&offs, off_ms_max)
}

/// How far this clock is ahead of another that showed the second `shown` between two of our instants; 0 when the two
/// may agree. The second was shown from its beginning to its end.
fn off_ms(before: Instant, shown: Instant, after: Instant) -> i64 {
    let (earliest, latest) = (shown, shown.plus_ms(1_000));
    if after < earliest {
        after.ms_since(earliest)
    } else if before > latest {
        before.ms_since(latest)
    } else {
        0
    }
}

fn judge(offs: &[(String, i64)], off_ms_max: i64) -> Result<(), Fault> {
    let off = |(_, ms): &&(String, i64)| ms.abs() > off_ms_max;
    let wrong: Vec<&(String, i64)> = offs.iter().filter(off).collect();
    if wrong.len() * 2 <= offs.len() {
        return Ok(());
    }
    let said = |t: Text| {
        let named: Vec<String> = wrong.iter().map(|(name, ms)| t.found_clock_ahead(*ms, name)).collect();
        t.found_clock_off(off_ms_max, named.join(t.pick("，", ", ")))
    };
    Err(Fault::new("clock", said, Text::advice_clock_right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Instant {
        Instant::from_unix_ms(ms)
    }

    #[test]
    fn a_second_that_may_agree_is_no_difference() {
        assert_eq!(off_ms(at(10_300), at(10_000), at(10_310)), 0);
        assert_eq!(off_ms(at(10_990), at(11_000), at(11_020)), 0);
        assert_eq!(off_ms(at(15_000), at(10_000), at(15_010)), 4_000);
        assert_eq!(off_ms(at(5_000), at(10_000), at(5_010)), -4_990);
    }

    #[test]
    fn most_of_those_that_answer_decide() {
        let offs = |list: &[i64]| list.iter().map(|ms| ("a.example".to_owned(), *ms)).collect::<Vec<_>>();
        assert!(judge(&[], 2_000).is_ok());
        assert!(judge(&offs(&[0, 90_000]), 2_000).is_ok(), "one of two may be the wrong one");
        assert!(judge(&offs(&[0, 0, 90_000]), 2_000).is_ok());
        assert_eq!(judge(&offs(&[90_000, 89_000, 0]), 2_000).unwrap_err().code, "clock");
        assert_eq!(judge(&offs(&[-3_000]), 2_000).unwrap_err().code, "clock");
        assert!(judge(&offs(&[-1_999]), 2_000).is_ok());
    }
}
