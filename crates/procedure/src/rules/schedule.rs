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
    /// How many beats lie less than `open_ms` before the deadline, the deadline's own included.
    #[must_use]
    pub fn count_until(&self, units: Units, open_ms: i64) -> i64 {
        let mut count = 0_i64;
        let mut limit_ms = open_ms.saturating_sub(1);
        let mut every_ms = units.beat_interval_ms(self.base_every_ms).max(1);
        for step in &self.steps {
            let within_ms = units.minutes_ms(step.within_minutes);
            if limit_ms > within_ms {
                count = count.saturating_add(limit_ms / every_ms - within_ms / every_ms);
                limit_ms = within_ms;
            }
            every_ms = units.beat_interval_ms(step.every_ms).max(1);
        }
        if limit_ms < 0 { count } else { count.saturating_add(limit_ms / every_ms).saturating_add(1) }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample;
    use alloc::vec;
    use proptest::prelude::*;

    /// The distances of the beats from the deadline, in milliseconds, of a tender open for `open_ms`.
    fn distances(rules: &Rules, open_ms: i64) -> Vec<i64> {
        let (published, deadline) = (Instant::from_unix_ms(0), Instant::from_unix_ms(open_ms));
        rules.beats_until(published, deadline).map(|beat| deadline.ms_since(beat)).collect()
    }

    #[test]
    fn beats_grow_denser_toward_the_deadline_and_the_last_falls_on_it() {
        let found = distances(&sample::real(), 2 * 86_400_000 + 1);
        let mut expected = Vec::new();
        // 10 min, then 1 min in the last day, 10 s in the last hour, 1 s in the last minute.
        expected.extend((145..=288).rev().map(|tens| tens * 600_000));
        expected.extend((61..=1_440).rev().map(|minutes| minutes * 60_000));
        expected.extend((7..=360).rev().map(|tens| tens * 10_000));
        expected.extend((0..=60).rev().map(|seconds| seconds * 1_000));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_beat_is_strictly_after_publication() {
        let rules = sample::real();
        assert_eq!(distances(&rules, 60_001).first(), Some(&60_000));
        assert_eq!(distances(&rules, 60_000).first(), Some(&59_000));
        assert_eq!(distances(&rules, 1), vec![0]);
        assert_eq!(distances(&rules, 0), Vec::<i64>::new());
        assert_eq!(distances(&rules, -5), Vec::<i64>::new());
    }

    #[test]
    fn a_rehearsal_shrinks_windows_and_beats_apart() {
        let rules = sample::rehearsal(Units { day_ms: 500, minute_ms: 100, beat_ms: 250 });
        // One day is 144 s, one hour 6 s, one minute 100 ms; beats are 15 s, 2.5 s and 250 ms.
        assert_eq!(distances(&rules, 20_000), vec![15_000, 5_000, 2_500, 0]);
    }

    #[test]
    fn a_later_deadline_gives_the_beats_of_the_later_deadline() {
        let rules = sample::real();
        let (published, now) = (Instant::from_unix_ms(0), Instant::from_unix_ms(10_000_000));
        let moved = Instant::from_unix_ms(90_000_123);
        let next = rules.next_beat_after(published, moved, now).unwrap();
        assert_eq!(moved.ms_since(next) % 60_000, 0);
        assert!(next > now && next <= now.plus_ms(60_000));
        assert_eq!(rules.next_beat_after(published, moved, moved), None);
        assert_eq!(rules.next_beat_after(published, moved, moved.plus_ms(-1)), Some(moved));
    }

    proptest! {
        /// The step-by-step rule: a distance is a beat's when it is a multiple of the interval of the nearest step
        /// that reaches it.
        #[test]
        fn beats_are_those_of_the_plain_definition(
            open_ms in 1_i64..30_000,
            base in 250_i64..5_000, every in proptest::collection::vec(250_i64..2_000, 0..3),
            within in proptest::collection::vec(1_i64..200, 0..3), beat_ms in 1_i64..=1_000,
        ) {
            let mut rules = sample::rehearsal(Units { day_ms: 500, minute_ms: 100, beat_ms });
            let mut within = within;
            within.sort_by(|left, right| right.cmp(left));
            within.dedup();
            rules.beats.base_every_ms = base;
            rules.beats.steps = within
                .into_iter()
                .zip(every)
                .map(|(within_minutes, every_ms)| BeatStep { within_minutes, every_ms })
                .collect();
            let interval = |distance: i64| {
                let step = rules.beats.steps.iter().rev().find(|step| distance <= step.within_minutes * 100);
                (step.map_or(base, |step| step.every_ms) * beat_ms / 1_000).max(1)
            };
            let expected: Vec<i64> = (0..open_ms).rev().filter(|distance| distance % interval(*distance) == 0).collect();
            let found = distances(&rules, open_ms);
            prop_assert_eq!(&found, &expected);
            let count = rules.beats.count_until(rules.units(), open_ms);
            prop_assert_eq!(usize::try_from(count), Ok(found.len()));
        }
    }
}
