//! Checks of the beat schedule (rules 9.5).

use alloc::{format, vec::Vec};

use super::{check_range, fault};
use crate::{
    calendar::BEAT_MS_MIN,
    rules::{RuleCode, RuleFault, Rules},
};

/// The most steps of a schedule.
pub const BEAT_STEPS_MAX: usize = 8;

/// The longest grace, in milliseconds: CLOSE is cosigned within 5 s of the deadline.
pub const GRACE_MS_MAX: i64 = 5_000;

/// The longest interval, in milliseconds: beats are also heartbeats.
pub const BEAT_INTERVAL_MS_MAX: i64 = 3_600_000;

/// The most beats of one procedure: each is a leaf of the log and a step of every verification.
pub const BEATS_MAX: i64 = 100_000;

impl Rules {
    pub(super) fn check_beats(&self, faults: &mut Vec<RuleFault>) {
        let beats = &self.beats;
        check_range("beats.grace_ms", beats.grace_ms, 0..=GRACE_MS_MAX, faults);
        self.check_interval("beats.base_every_ms", beats.base_every_ms, faults);
        if beats.steps.len() > BEAT_STEPS_MAX {
            let expected = format!("at most {BEAT_STEPS_MAX} steps");
            faults.push(fault(
                "beats.steps",
                RuleCode::Range,
                expected,
                beats.steps.len(),
                "state fewer steps",
            ));
        }
        let mut outer = (i64::MAX, beats.base_every_ms);
        for (index, step) in beats.steps.iter().enumerate() {
            let path = format!("beats.steps[{index}]");
            if step.within_minutes < 1 || step.within_minutes >= outer.0 {
                let expected = "at least 1 and less than in the step before".into();
                let path = format!("{path}.within_minutes");
                let fix = "order the steps from the farthest to the nearest";
                faults.push(fault(&path, RuleCode::Beats, expected, step.within_minutes, fix));
            }
            let path = format!("{path}.every_ms");
            if step.every_ms > outer.1 {
                let expected = format!("at most {}, the interval farther from the deadline", outer.1);
                let fix = "let beats grow denser toward the deadline";
                faults.push(fault(&path, RuleCode::Beats, expected, step.every_ms, fix));
            }
            self.check_interval(&path, step.every_ms, faults);
            outer = (step.within_minutes, step.every_ms);
        }
    }

    fn check_interval(&self, path: &str, every_ms: i64, faults: &mut Vec<RuleFault>) {
        check_range(path, every_ms, BEAT_MS_MIN..=BEAT_INTERVAL_MS_MAX, faults);
        let mapped_ms = self.units().beat_interval_ms(every_ms);
        if every_ms >= BEAT_MS_MIN && mapped_ms < BEAT_MS_MIN {
            let expected = format!("at least {BEAT_MS_MIN} ms in the rehearsal's units");
            let fix = "state a longer interval, or a longer sandbox.beat_ms";
            faults.push(fault(path, RuleCode::TooShort, expected, format!("{mapped_ms} ms"), fix));
        }
    }
}
