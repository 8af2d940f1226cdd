//! Checks of the phase in which experts are drawn (rules 9.13).

use alloc::{format, vec::Vec};
use core::ops::RangeInclusive;

use super::{check_range, doubled, fault, phases::check_window};
use crate::rules::{Draw, RuleCode, RuleFault, Rules, StratumSeats};

/// The range of the number of pools.
pub const POOLS: RangeInclusive<i64> = 1..=8;

/// The range of the number of strata.
pub const STRATA: RangeInclusive<i64> = 1..=8;

/// The range of the seats of one stratum, and of the tenderer's own members.
pub const SEATS: RangeInclusive<i64> = 1..=99;

/// The most that a pool can be asked to have: what one frozen pool holds (draw 8.2).
pub const POOL_LEAST_MAX: i64 = 480;

/// The range of the time to give to a draw, in minutes: at most a day.
pub const CONTRIBUTION_MINUTES: RangeInclusive<i64> = 1..=1_440;

impl Rules {
    pub(super) fn check_draw(&self, draw: &Draw, faults: &mut Vec<RuleFault>) {
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        check_range("phases.draw.pools", count(draw.pools.len()), POOLS, faults);
        let ids: Vec<_> = draw.pools.iter().map(|pool| &pool.id).collect();
        for id in doubled(&ids) {
            let fix = "name each pool once: a pool that was too small is not drawn from again";
            faults.push(fault("phases.draw.pools", RuleCode::Duplicate, "different pools".into(), id, fix));
        }
        check_range("phases.draw.seats", count(draw.seats.len()), STRATA, faults);
        for (index, line) in draw.seats.iter().enumerate() {
            check_range(&format!("phases.draw.seats[{index}].seats"), line.seats.into(), SEATS, faults);
            if let Some(least) = line.pool_least {
                let range = line.seats.into()..=POOL_LEAST_MAX;
                check_range(&format!("phases.draw.seats[{index}].pool_least"), least.into(), range, faults);
            }
            check_pools(draw, index, line, faults);
        }
        for pool in &draw.pools {
            if !draw.seats.is_empty() && !draw.seats.iter().any(|line| line.is_drawn_from(&pool.id)) {
                let expected = "pools from which a stratum is drawn".into();
                let fix = "let a stratum be drawn from it, or leave it out";
                faults.push(fault("phases.draw.pools", RuleCode::Draw, expected, &pool.id, fix));
            }
        }
        let rising = draw.seats.windows(2).all(|two| match two {
            [left, right] => left.stratum < right.stratum,
            _ => true,
        });
        if !rising {
            let expected = "strata in rising order, each once".into();
            let fix = "sort the strata by their ids: the same committee must give the same document";
            faults.push(fault("phases.draw.seats", RuleCode::Draw, expected, "another order", fix));
        }
        check_range("phases.draw.delegates", draw.delegates.into(), 0..=*SEATS.end(), faults);
        let path = "phases.draw.contribution_minutes";
        check_range(path, draw.contribution_minutes, CONTRIBUTION_MINUTES, faults);
        check_window(path, self.units().minutes_ms(draw.contribution_minutes), faults);
        check_share(draw, faults);
    }
}

/// The pools of a stratum are some of the phase's, in its order.
fn check_pools(draw: &Draw, index: usize, line: &StratumSeats, faults: &mut Vec<RuleFault>) {
    let Some(pools) = &line.pools else { return };
    let mut rest = draw.pools.iter();
    let in_order = pools.iter().all(|id| rest.any(|pool| pool.id == *id));
    if pools.is_empty() || !in_order {
        let path = format!("phases.draw.seats[{index}].pools");
        let expected = "pools of the phase, in its order, each once, and one at least".into();
        let found: Vec<&str> = pools.iter().map(|id| id.as_str()).collect();
        let fix =
            "name pools of the phase in the order in which they are drawn from, or leave the member out";
        faults.push(fault(&path, RuleCode::Draw, expected, found.join(", "), fix));
    }
}

/// The drawn members are at least the stated part of the committee (L37: two thirds).
fn check_share(draw: &Draw, faults: &mut Vec<RuleFault>) {
    let path = "phases.draw.experts";
    let share = draw.experts;
    if share.least == 0 || share.least > share.of {
        let expected = "a part such as 2 of 3".into();
        let found = format!("{} of {}", share.least, share.of);
        faults.push(fault(path, RuleCode::Draw, expected, found, "state least and of, least not above of"));
        return;
    }
    let experts: u64 = draw.seats.iter().map(|line| u64::from(line.seats)).sum();
    let members = experts.saturating_add(draw.delegates.into());
    if experts.saturating_mul(share.of.into()) < members.saturating_mul(share.least.into()) {
        let expected = format!("at least {} of every {} members drawn", share.least, share.of);
        let fix = "draw more experts, or let the tenderer send fewer members";
        faults.push(fault(path, RuleCode::Draw, expected, format!("{experts} of {members}"), fix));
    }
}
