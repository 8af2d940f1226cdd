//! The shortlist (rules 10.6): the lowest and highest prices leave before any bid is scored 入围.
//!
//! Not a drop rule: what a drop rule leaves out of the base is still scored, what a shortlist leaves out is not.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use ximu_basics::{CoefficientId, Decimal, Money, PartyId, Rounding};

use super::{
    Factor, RankFault, RejectReason, RejectedBid, Setting,
    field::{AboveCeiling, Enters, in_price_order, percent_of, reject},
};
use crate::rules::{CoefficientSet, RuleCode, RuleFault};

/// The most per cent that may leave, at both ends together.
pub const PERCENT_MAX: Decimal = Decimal::whole(90);

/// The largest number that stays in any case.
pub const KEEP_MAX: u32 = 1_000;

/// The most decimal places of a per cent.
const PERCENT_SCALE_MAX: u8 = 4;

/// Which bids are scored at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shortlist {
    /// Which bids are counted; the others are rejected.
    pub enters: Enters,
    /// How many per cent of them leave, the lowest.
    pub lowest_percent: Factor,
    /// How many per cent of them leave, the highest.
    pub highest_percent: Factor,
    /// How a number of bids is rounded to a whole one.
    pub rounding: Rounding,
    /// So many stay in any case.
    pub keep: u32,
}

/// Who stays, and who leaves for which reason.
pub type Shortlisted = (Vec<(PartyId, Money)>, Vec<RejectedBid>);

impl Shortlist {
    /// Applies the shortlist to opened bids. A bid with the price of one that stays stays too.
    ///
    /// # Errors
    /// [`RankFault::TwoBids`], [`RankFault::NotDrawn`].
    pub fn apply(&self, bids: &[(PartyId, Money)], setting: &Setting<'_>) -> Result<Shortlisted, RankFault> {
        let ordered = in_price_order(bids)?;
        let mut rejected = Vec::new();
        let mut entering = Vec::new();
        for (party, price) in ordered {
            if self.enters.admits(*price, setting.ceiling) {
                entering.push((party, *price));
            } else if let Some(reason) = AboveCeiling::Rejected.reject_reason(*price, setting.ceiling) {
                rejected.push(reject(party, *price, reason));
            }
        }
        let (lowest, highest) = self.cut(entering.len(), setting)?;
        let end = entering.len().saturating_sub(highest);
        let staying = entering.get(lowest..end).unwrap_or(&entering);
        let edges = staying.first().zip(staying.last()).map(|(first, last)| first.1..=last.1);
        let mut kept = Vec::new();
        for (party, price) in &entering {
            if edges.as_ref().is_some_and(|edges| edges.contains(price)) {
                kept.push(((*party).clone(), *price));
            } else {
                rejected.push(reject(party, *price, RejectReason::NotShortlisted));
            }
        }
        Ok((kept, rejected))
    }

    /// How many of the lowest and of the highest leave. Where that would leave fewer than `keep`, the highest leave
    /// first and the lowest as far as `keep` allows.
    fn cut(&self, count: usize, setting: &Setting<'_>) -> Result<(usize, usize), RankFault> {
        let lowest = percent_of(count, self.lowest_percent.value(setting.coefficients)?, self.rounding)?;
        let highest = percent_of(count, self.highest_percent.value(setting.coefficients)?, self.rounding)?;
        let keep = usize::try_from(self.keep).unwrap_or(usize::MAX).max(1);
        let spare = count.saturating_sub(keep);
        let highest = highest.min(spare);
        Ok((lowest.min(spare.saturating_sub(highest)), highest))
    }

    /// The sets it draws from.
    #[must_use]
    pub fn draws(&self) -> Vec<&CoefficientId> {
        let names: BTreeSet<&CoefficientId> =
            [&self.lowest_percent, &self.highest_percent].into_iter().filter_map(Factor::set).collect();
        names.into_iter().collect()
    }

    /// What is wrong with the parameters, given the sets they may draw from; `path` is where they stand.
    #[must_use]
    pub fn faults(&self, path: &str, sets: &[CoefficientSet]) -> Vec<RuleFault> {
        let fault = |member: &str, expected: String, found: String, fix: &str| RuleFault {
            path: format!("{path}.{member}"),
            code: RuleCode::Method,
            expected,
            found,
            fix: fix.to_string(),
        };
        let mut faults = Vec::new();
        let mut most = Decimal::whole(0);
        for (member, factor) in
            [("lowest_percent", &self.lowest_percent), ("highest_percent", &self.highest_percent)]
        {
            let values = factor.possible(sets);
            let unusable = |value: &&Decimal| {
                value.is_negative()
                    || value.compare(PERCENT_MAX) == Ordering::Greater
                    || value.scale() > PERCENT_SCALE_MAX
            };
            if let Some(value) = values.iter().find(unusable) {
                let expected =
                    format!("a per cent from 0 to {PERCENT_MAX} with at most {PERCENT_SCALE_MAX} decimals");
                faults.push(fault(member, expected, value.to_string(), "state 20 for 20 %"));
            } else if let Some(largest) = values.into_iter().max_by(|left, right| left.compare(*right)) {
                most = most.plus(largest).unwrap_or(most);
            }
        }
        if most.compare(PERCENT_MAX) == Ordering::Greater {
            let expected = format!("at most {PERCENT_MAX} per cent together");
            faults.push(fault("lowest_percent", expected, most.to_string(), "let fewer leave"));
        }
        if self.keep == 0 || self.keep > KEEP_MAX {
            let expected = format!("a number from 1 to {KEEP_MAX}");
            let fix = "state how many stay in any case";
            faults.push(fault("keep", expected, self.keep.to_string(), fix));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::{Coefficients, testing::bids};

    fn shortlist(lowest: &str, highest: &str, keep: u32) -> Shortlist {
        Shortlist {
            enters: Enters::Responsive,
            lowest_percent: lowest.parse().unwrap(),
            highest_percent: highest.parse().unwrap(),
            rounding: Rounding::HalfUp,
            keep,
        }
    }

    /// The parties that stay, then those that leave with the first letter of the reason.
    fn applied(shortlist: &Shortlist, prices: &[&str]) -> String {
        let coefficients = Coefficients::from([("g".parse().unwrap(), "20".parse().unwrap())]);
        let setting = Setting { ceiling: Money::yuan("100.00").unwrap(), coefficients: &coefficients };
        let (kept, rejected) = shortlist.apply(&bids(prices), &setting).unwrap();
        let mut kept: Vec<&str> = kept.iter().map(|(party, _)| party.as_str()).collect();
        kept.sort_unstable();
        let mut rejected: Vec<String> = rejected
            .iter()
            .map(|bid| {
                let reason = match bid.reason {
                    RejectReason::NotShortlisted => "out",
                    RejectReason::AboveCeiling => "ceiling",
                    RejectReason::ObjectionUpheld => "objection",
                    RejectReason::GivenUp => "gave-up",
                    RejectReason::Disqualified => "unfit",
                    RejectReason::Excluded => "excluded",
                    RejectReason::BondMissing => "bond",
                    RejectReason::MemberTwice => "twice",
                    RejectReason::PriceZero => "zero",
                    RejectReason::NoBase => "no-base",
                    RejectReason::Committee => "committee",
                };
                format!("{}!{reason}", bid.party)
            })
            .collect();
        rejected.sort_unstable();
        format!("{} {}", kept.concat(), rejected.join(" ")).trim_end().to_string()
    }

    #[test]
    fn the_lowest_and_highest_leave() {
        let ten = ["10.00", "20.00", "30.00", "40.00", "50.00", "60.00", "70.00", "80.00", "90.00", "95.00"];
        assert_eq!(applied(&shortlist("20", "10", 3), &ten), "cdefghi a!out b!out j!out");
        assert_eq!(applied(&shortlist("drawn:g", "0", 3), &ten), "cdefghij a!out b!out");
        // 15 % of ten are one and a half: two.
        assert_eq!(applied(&shortlist("0", "15", 3), &ten), "abcdefgh i!out j!out");
        // At least eight stay: both of the highest leave, and none of the lowest.
        assert_eq!(applied(&shortlist("20", "20", 8), &ten), "abcdefgh i!out j!out");
        assert_eq!(applied(&shortlist("20", "20", 7), &ten), "bcdefgh a!out i!out j!out");
        assert_eq!(applied(&shortlist("20", "20", 10), &ten), "abcdefghij");
        assert_eq!(applied(&shortlist("90", "0", 15), &ten), "abcdefghij");
    }

    #[test]
    fn equal_prices_at_an_edge_all_stay() {
        let prices = ["10.00", "20.00", "20.00", "30.00", "40.00", "40.00"];
        assert_eq!(applied(&shortlist("33.3", "16.7", 1), &prices), "bcdef a!out");
    }

    #[test]
    fn what_does_not_enter_is_rejected_for_its_own_reason() {
        let prices = ["10.00", "20.00", "30.00", "0.00", "100.01"];
        assert_eq!(applied(&shortlist("34", "0", 1), &prices), "bc a!out d!zero e!ceiling");
        let opened = Shortlist { enters: Enters::Opened, ..shortlist("25", "0", 1) };
        assert_eq!(applied(&opened, &prices), "bce a!out d!zero");
        assert_eq!(applied(&shortlist("34", "0", 1), &[]), "");
    }

    #[test]
    fn unusable_parameters_are_named() {
        let sets = [CoefficientSet {
            name: "g".parse().unwrap(),
            values: ["10", "50"].map(|value| value.parse().unwrap()).to_vec(),
        }];
        let cases = [
            (shortlist("-1", "0", 1), "s.lowest_percent"),
            (shortlist("0", "90.1", 1), "s.highest_percent"),
            (shortlist("0.00001", "0", 1), "s.lowest_percent"),
            (shortlist("drawn:g", "41", 1), "s.lowest_percent"),
            (shortlist("0", "0", 0), "s.keep"),
            (shortlist("0", "0", 1_001), "s.keep"),
        ];
        for (shortlist, path) in cases {
            let faults = shortlist.faults("s", &sets);
            assert_eq!(faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), [path]);
        }
        assert_eq!(shortlist("drawn:g", "40", 15).faults("s", &sets), []);
    }
}
