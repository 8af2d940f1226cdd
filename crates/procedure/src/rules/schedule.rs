//! When beats fall (rules 8): a function of the publication instant and the deadline in force, of nothing else.
//!
//! Beats are counted back from the deadline, so that the last one falls on it. Near the deadline they are denser.
//! What a beat carries belongs to `ximu-tlog`; who makes the checkpoint belongs to `ximu-journal`.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use ximu_basics::Instant;

use super::Rules;
use crate::calendar::Units;

/// The beat schedule and the tolerance of cosigned time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beats {
    /// G: how much later than T0 the covering beat's cosigned time may be, in real milliseconds.
    pub grace_ms: i64,
    /// The denser steps near the deadline, from the farthest to the nearest.
    pub steps: Vec<BeatStep>,
    /// The interval farther from the deadline than every step, in milliseconds.
    pub base_every_ms: i64,
}

/// Within so many minutes before the deadline, a beat every so many milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeatStep {
    /// How long before the deadline the step begins, in minutes.
    pub within_minutes: i64,
    /// The interval, in milliseconds of the beat schedule (a rehearsal maps 1000 of them to `beat_ms`).
    pub every_ms: i64,
}

impl Rules {
    /// The beats after `published`, up to and with the deadline.
    pub fn beats_until(&self, published: Instant, deadline: Instant) -> impl Iterator<Item = Instant> + '_ {
        let mut previous = published;
        core::iter::from_fn(move || {
            previous = self.next_beat_after(published, deadline, previous)?;
            Some(previous)
        })
    }

    /// The first beat later than both `published` and `instant`; `None` from the deadline on. Takes at most one
    /// step of work per step of the schedule.
    ///
    /// `deadline` is the one in force: when it moves, the beats still to come are those of the new one.
    #[must_use]
    pub fn next_beat_after(
        &self,
        published: Instant,
        deadline: Instant,
        instant: Instant,
    ) -> Option<Instant> {
        let after = instant.max(published);
        let before_ms =
            self.beats.distance_at_most(self.units(), deadline.ms_since(after).checked_sub(1)?)?;
        Some(deadline.plus_ms(-before_ms))
    }
}

impl Beats {
    /// The largest distance of a beat from the deadline that is at most `limit_ms`.
    fn distance_at_most(&self, units: Units, limit_ms: i64) -> Option<i64> {
        if limit_ms < 0 {
            return None;
        }
        let mut limit_ms = limit_ms;
        let mut every_ms = units.beat_interval_ms(self.base_every_ms);
        for step in &self.steps {
            let within_ms = units.minutes_ms(step.within_minutes);
            if limit_ms > within_ms {
                // The step before this one covers distances above `within_ms`.
                let distance_ms = multiple_at_most(every_ms, limit_ms);
                if distance_ms > within_ms {
                    return Some(distance_ms);
                }
                limit_ms = within_ms;
            }
            every_ms = units.beat_interval_ms(step.every_ms);
        }
        Some(multiple_at_most(every_ms, limit_ms))
    }
}

/// The largest multiple of `every_ms` that is at most `limit_ms`; an interval below one counts as one, though no
/// valid document has it.
const fn multiple_at_most(every_ms: i64, limit_ms: i64) -> i64 {
    let every_ms = if every_ms < 1 { 1 } else { every_ms };
    limit_ms - limit_ms % every_ms
}
