//! Stamps against cosigned times (verify 6.2): nothing is stamped later than witnesses saw it, nor earlier than what
//! they had seen before it.

use alloc::{format, string::String};
use ximu_basics::Instant;

use super::{Cosigned, History, Replayed, Run, Stamp};
use crate::{Code, Failure, Place};

/// How far apart the clocks of a centre and its witnesses may be, in milliseconds.
pub const CLOCKS_APART_MS_MAX: i64 = 1_000;

/// A cosigned time is a whole second and stands for all of it, in milliseconds.
const SECOND_LAST_MS: i64 = 999;

impl Run<'_> {
    pub(super) fn stamps(&mut self, history: &History, replayed: &Replayed) {
        let mut stamps = 0;
        for (index, stamp) in (0u64..).zip(&replayed.stamps) {
            let judged = match *stamp {
                Stamp::Entry(at) => judge(&history.cosigned, at, Some(index), index),
                // A beat carries an instant of the schedule, not of a clock: it may be made late, never early.
                Stamp::Beat(scheduled) => judge(&history.cosigned, scheduled, None, index),
                Stamp::Veil(Some(at)) => judge(&history.cosigned, at, Some(index), index),
                Stamp::Veil(None) => continue,
            };
            stamps += 1;
            if let Err((code, detail)) = judged {
                self.add(Failure::new(code, Place::Leaf(index), detail));
            }
        }
        let world = replayed.replay.world();
        for (procedure, tender) in &world.tenders {
            for (order, operation) in replayed.replay.operations(procedure) {
                let number = usize::try_from(operation.beat).unwrap_or(usize::MAX);
                let Some(leaf) = tender.beats.get(number).map(|beat| beat.leaf) else { continue };
                stamps += 1;
                let judged = judge(&history.cosigned, operation.at, Some(operation.log_size), leaf);
                if let Err((code, detail)) = judged {
                    self.add(Failure::new(code, Place::Operation(procedure.clone(), order), detail));
                }
            }
        }
        self.count("stamps", stamps);
    }
}

/// Judges one stamp: `from` is the number of leaves before it, `covered` the leaf that carries it.
///
/// A centre asks for the next cosignatures only when the last round is over. So when a leaf was made, the checkpoint
/// *before* the newest one that does not cover it was certainly cosigned; of the newest the last cosignature may
/// still have been on its way (docs/decisions/0024).
fn judge(
    cosigned: &[Cosigned],
    stamp: Instant,
    from: Option<u64>,
    covered: u64,
) -> Result<(), (Code, String)> {
    let covering = cosigned.get(cosigned.partition_point(|checkpoint| checkpoint.size <= covered));
    let later_ms = SECOND_LAST_MS + CLOCKS_APART_MS_MAX;
    if let Some(latest) = covering.map(|checkpoint| checkpoint.time.plus_ms(later_ms)) {
        if stamp > latest {
            return Err((Code::StampLate, format!("expected a stamp up to {latest}, found {stamp}")));
        }
    }
    let Some(from) = from else { return Ok(()) };
    let before = cosigned.partition_point(|checkpoint| checkpoint.size <= from).checked_sub(2);
    let earliest = before.and_then(|before| cosigned.get(before)).map(|checkpoint| checkpoint.time);
    match earliest.map(|time| time.plus_ms(-CLOCKS_APART_MS_MAX)) {
        Some(earliest) if stamp < earliest => {
            Err((Code::StampEarly, format!("expected a stamp from {earliest} on, found {stamp}")))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_basics::Hash;

    fn at(seconds: i64) -> Instant {
        Instant::from_unix_ms(seconds * 1000)
    }

    #[test]
    fn a_stamp_lies_between_what_was_certainly_seen_before_and_what_covers_it() {
        let cosigned: alloc::vec::Vec<Cosigned> = [(2, 100), (4, 110), (6, 120), (9, 130)]
            .map(|(size, time)| Cosigned { size, root: Hash([0; 32]), time: at(time) })
            .to_vec();
        let code =
            |stamp, from, covered| judge(&cosigned, at(stamp), from, covered).err().map(|(code, _)| code);
        // Leaf 5 stands in the checkpoint of size 6; before it the ones of size 4 and 2.
        for (stamp, expected) in
            [(98, Some(Code::StampEarly)), (99, None), (111, None), (121, None), (122, Some(Code::StampLate))]
        {
            assert_eq!(code(stamp, Some(5), 5), expected, "{stamp}");
        }
        assert_eq!(code(0, Some(3), 3), None, "only one checkpoint is older");
        assert_eq!(code(0, None, 8), None, "a beat may be made late");
        assert_eq!(code(132, None, 8), Some(Code::StampLate), "but not before its instant");
    }
}
