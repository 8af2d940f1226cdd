//! The method *ratio to the lowest* (rules 10.2): 最低价为基准价，得分 = 基准价 / 报价 × 分值.
//!
//! Used for the price part of comprehensive scoring and, alone, where only prices compete. It is not the *lowest
//! evaluated price* method: nothing is added to a price before it is compared.
//!
//! ```
//! use ximu_basics::{Money, PartyId};
//! use ximu_procedure::method::{MethodParams, RatioToLowest, rank};
//!
//! let bids = [("a", "88.00"), ("b", "95.00"), ("c", "110.00")]
//!     .map(|(party, price)| (party.parse::<PartyId>().unwrap(), Money::yuan(price).unwrap()));
//! let params = MethodParams::RatioToLowest(RatioToLowest::plain("30.00".parse().unwrap()));
//! let ranking = rank(&params, &bids, Money::yuan("120.00").unwrap()).unwrap();
//! let scores: Vec<String> = ranking.lines.iter().map(|line| line.score.to_string()).collect();
//! assert_eq!(scores, ["30.00", "27.79", "24.00"]);
//! ```

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use ximu_basics::{Decimal, Money, PartyId, Rounding, decimal::div};

use super::{Mark, RankFault, RankLine, Ranking, RejectReason, RejectedBid, tie::NeutralKeys};
use crate::rules::{RuleCode, RuleFault};

/// The most points a method may give.
pub const WEIGHT_MAX: Decimal = Decimal::whole(100);

/// The most decimal places of a weight.
pub const WEIGHT_SCALE_MAX: u8 = 4;

/// The most decimal places of a score. With amounts of at most 17 digits and weights of at most 7, every product
/// stays below 32 digits.
pub const SCORE_SCALE_MAX: u8 = 6;

/// Parameters: the lowest entering price is the base, and score = base / price x weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioToLowest {
    /// The points of the base price, for instance `30.00`.
    pub weight: Decimal,
    /// Decimal places of a score.
    pub score_scale: u8,
    /// How a score is rounded, in its one division.
    pub rounding: Rounding,
    /// Which bids enter the count and may set the base.
    pub enters: Enters,
    /// What happens to a bid above the ceiling.
    pub above_ceiling: AboveCeiling,
    /// Which entering bids are dropped before the base is taken; they are still scored.
    pub drop: Drop,
    /// The score of a price below the base, which only a drop rule makes possible.
    pub below_base: BelowBase,
    /// The order of equal scores.
    pub ties: Ties,
}

/// Which bids enter the count of the drop rule and may set the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enters {
    /// Every opened bid with a price.
    Opened,
    /// Those not above the ceiling.
    Responsive,
}

/// What happens to a bid above the ceiling (Implementing Regulations, article 51).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AboveCeiling {
    /// It is rejected and gets no score.
    Rejected,
    /// It is scored and carries a mark.
    Flagged,
}

/// A drop rule: with at least `count_from` entering bids, so many of the highest and lowest are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drop {
    /// The number of entering bids from which the rule applies; 0 with nothing to drop.
    pub count_from: u32,
    /// How many of the highest are dropped.
    pub highest: u32,
    /// How many of the lowest are dropped.
    pub lowest: u32,
}

/// The score of a price below the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BelowBase {
    /// The full weight and no more.
    FullWeight,
    /// The ratio itself, above the full weight.
    Ratio,
}

/// The order of equal scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The lower price first; equal prices by a key that anyone recomputes from the opened prices and no one can
    /// choose before they are known (rules 10.3).
    LowerPriceThenNeutralKey,
}

/// Ranks by ratio to the lowest.
///
/// # Errors
/// [`RankFault::TwoBids`]; [`RankFault::Arithmetic`] only for parameters that do not validate.
pub fn rank(params: &RatioToLowest, bids: &[(PartyId, Money)], ceiling: Money) -> Result<Ranking, RankFault> {
    let keys = NeutralKeys::of(bids);
    let ordered = in_price_order(bids, keys)?;
    let entering: Vec<&(PartyId, Money)> =
        ordered.iter().copied().filter(|(_, price)| params.enters(*price, ceiling)).collect();
    let kept = params.drop.kept(&entering);
    let dropped: BTreeSet<&PartyId> = entering
        .iter()
        .filter(|entered| !kept.iter().any(|(party, _)| *party == entered.0))
        .map(|(party, _)| party)
        .collect();
    let base = kept.first().map(|(_, price)| *price);

    let mut lines = Vec::new();
    let mut rejected = Vec::new();
    for (party, price) in ordered.iter().copied() {
        match (params.reject_reason(*price, ceiling), base) {
            (Some(reason), _) => rejected.push(reject(party, *price, reason)),
            (None, None) => rejected.push(reject(party, *price, RejectReason::NoBase)),
            (None, Some(base)) => {
                let mut marks = Vec::new();
                if *price > ceiling {
                    marks.push(Mark::AboveCeiling);
                }
                if dropped.contains(party) {
                    marks.push(Mark::Dropped);
                }
                let score = params.score(base, *price)?;
                lines.push(RankLine { party: party.clone(), price: *price, score, rank: 0, marks });
            }
        }
    }
    // `ordered` is by price and neutral key, and the sort is stable: equal scores keep the order of the tie rule.
    match params.ties {
        Ties::LowerPriceThenNeutralKey => lines.sort_by(|left, right| right.score.compare(left.score)),
    }
    for (place, line) in (1_u32..).zip(lines.iter_mut()) {
        line.rank = place;
    }
    rejected.sort_by(|left, right| left.party.cmp(&right.party));
    Ok(Ranking { base, lines, rejected })
}

impl RatioToLowest {
    /// The plain form: two decimals, half up, bids above the ceiling rejected, nothing dropped.
    #[must_use]
    pub const fn plain(weight: Decimal) -> RatioToLowest {
        RatioToLowest {
            weight,
            score_scale: 2,
            rounding: Rounding::HalfUp,
            enters: Enters::Responsive,
            above_ceiling: AboveCeiling::Rejected,
            drop: Drop::NONE,
            below_base: BelowBase::FullWeight,
            ties: Ties::LowerPriceThenNeutralKey,
        }
    }

    /// The score of one price: one product, one division, one rounding.
    fn score(&self, base: Money, price: Money) -> Result<Decimal, RankFault> {
        let top = base.amount().times(self.weight)?;
        let ratio = match (price.cmp(&base), self.below_base) {
            (Ordering::Less, BelowBase::FullWeight) => {
                return Ok(self.weight.rescale(self.score_scale, self.rounding)?);
            }
            (Ordering::Less, BelowBase::Ratio) | (Ordering::Equal | Ordering::Greater, _) => price.amount(),
        };
        Ok(div(top, ratio, self.score_scale, self.rounding)?)
    }

    fn enters(&self, price: Money, ceiling: Money) -> bool {
        match self.enters {
            Enters::Opened => !price.is_zero(),
            Enters::Responsive => !price.is_zero() && price <= ceiling,
        }
    }

    fn reject_reason(&self, price: Money, ceiling: Money) -> Option<RejectReason> {
        if price.is_zero() {
            return Some(RejectReason::PriceZero);
        }
        match self.above_ceiling {
            AboveCeiling::Rejected if price > ceiling => Some(RejectReason::AboveCeiling),
            AboveCeiling::Rejected | AboveCeiling::Flagged => None,
        }
    }

    /// What is wrong with the parameters; `path` is where they stand.
    #[must_use]
    pub fn faults(&self, path: &str) -> Vec<RuleFault> {
        let fault = |member: &str, expected: String, found: String, fix: &str| RuleFault {
            path: format!("{path}.{member}"),
            code: RuleCode::Method,
            expected,
            found,
            fix: fix.to_string(),
        };
        let mut faults = Vec::new();
        let positive = self.weight.compare(Decimal::whole(0)) == Ordering::Greater;
        if !positive
            || self.weight.compare(WEIGHT_MAX) == Ordering::Greater
            || self.weight.scale() > WEIGHT_SCALE_MAX
        {
            let expected =
                format!("points above 0 and at most {WEIGHT_MAX}, with at most {WEIGHT_SCALE_MAX} decimals");
            faults.push(fault(
                "weight",
                expected,
                self.weight.to_string(),
                "state the points of the base price",
            ));
        }
        if self.score_scale > SCORE_SCALE_MAX {
            let expected = format!("at most {SCORE_SCALE_MAX} decimals");
            faults.push(fault("score_scale", expected, self.score_scale.to_string(), "state fewer decimals"));
        }
        let drops = u64::from(self.drop.highest) + u64::from(self.drop.lowest);
        if u64::from(self.drop.count_from) <= drops && self.drop != Drop::NONE {
            let expected = format!("a count above {drops}, so that a bid is left to be the base");
            let fix = "raise count_from, or drop fewer, or state 0, 0 and 0 to drop none";
            faults.push(fault("drop.count_from", expected, self.drop.count_from.to_string(), fix));
        }
        faults
    }
}

impl Drop {
    /// Drops nothing.
    pub const NONE: Drop = Drop { count_from: 0, highest: 0, lowest: 0 };

    /// The bids that stay, of bids in price order.
    fn kept<'a, 'b>(self, entering: &'b [&'a (PartyId, Money)]) -> &'b [&'a (PartyId, Money)] {
        let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        if entering.len() < size(self.count_from) {
            return entering;
        }
        let end = entering.len().saturating_sub(size(self.highest));
        entering.get(size(self.lowest)..end).unwrap_or(entering)
    }
}

/// The bids by price, equal prices by neutral key, equal keys (which would be a collision) by party.
fn in_price_order(bids: &[(PartyId, Money)], keys: NeutralKeys) -> Result<Vec<&(PartyId, Money)>, RankFault> {
    let mut seen = BTreeSet::new();
    if let Some((party, _)) = bids.iter().find(|(party, _)| !seen.insert(party)) {
        return Err(RankFault::TwoBids { party: party.clone() });
    }
    let mut ordered: Vec<&(PartyId, Money)> = bids.iter().collect();
    ordered.sort_by_cached_key(|(party, price)| (*price, keys.key(party), party.clone()));
    Ok(ordered)
}

fn reject(party: &PartyId, price: Money, reason: RejectReason) -> RejectedBid {
    RejectedBid { party: party.clone(), price, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bids(prices: &[&str]) -> Vec<(PartyId, Money)> {
        ('a'..='z').zip(prices).map(|(party, price)| bid(&party.to_string(), price)).collect()
    }

    fn bid(party: &str, price: &str) -> (PartyId, Money) {
        (party.parse().unwrap(), Money::yuan(price).unwrap())
    }

    /// One word per bid: `rank party score marks`, then `party!reason` for the rejected.
    fn shown(ranking: &Ranking) -> String {
        let lines = ranking.lines.iter().map(|line| {
            let marks: String = line
                .marks
                .iter()
                .map(|mark| match mark {
                    Mark::AboveCeiling => "^",
                    Mark::Dropped => "~",
                })
                .collect();
            format!("{}{}={}{marks}", line.rank, line.party, line.score)
        });
        let rejected = ranking.rejected.iter().map(|bid| {
            let reason = match bid.reason {
                RejectReason::AboveCeiling => "ceiling",
                RejectReason::PriceZero => "zero",
                RejectReason::NoBase => "no-base",
            };
            format!("{}!{reason}", bid.party)
        });
        lines.chain(rejected).collect::<Vec<_>>().join(" ")
    }

    fn check(params: &RatioToLowest, prices: &[&str], expected: &str) {
        let ranking = rank(params, &bids(prices), Money::yuan("100.00").unwrap()).unwrap();
        assert_eq!(shown(&ranking), expected, "prices {prices:?} under {params:?}");
    }

    fn thirty() -> RatioToLowest {
        RatioToLowest::plain("30.00".parse().unwrap())
    }

    #[test]
    fn each_parameter_does_what_it_says() {
        let plain = thirty();
        let flagged = RatioToLowest { above_ceiling: AboveCeiling::Flagged, ..plain.clone() };
        let drop = Drop { count_from: 4, highest: 1, lowest: 1 };
        let dropping = RatioToLowest { drop, ..plain.clone() };
        let above_weight = RatioToLowest { below_base: BelowBase::Ratio, ..dropping.clone() };
        let opened = RatioToLowest { enters: Enters::Opened, ..dropping.clone() };
        let down = RatioToLowest { score_scale: 1, rounding: Rounding::Down, ..plain.clone() };

        check(&plain, &["95.00", "88.00", "99.00"], "1b=30.00 2a=27.79 3c=26.67");
        check(&down, &["95.00", "88.00", "99.00"], "1b=30.0 2a=27.7 3c=26.6");
        check(&plain, &["100.00", "100.01", "0.00"], "1a=30.00 b!ceiling c!zero");
        check(&flagged, &["80.00", "100.01", "0.00"], "1a=30.00 2b=24.00^ c!zero");
        check(&flagged, &["100.01"], "a!no-base");
        check(&plain, &["100.01"], "a!ceiling");
        check(&plain, &[], "");
        // Below count_from nothing is dropped; from it on, the dropped are still scored.
        check(&dropping, &["60.00", "80.00", "90.00"], "1a=30.00 2b=22.50 3c=20.00");
        check(&dropping, &["60.00", "80.00", "90.00", "96.00"], "1a=30.00~ 2b=30.00 3c=26.67 4d=25.00~");
        check(&above_weight, &["60.00", "80.00", "90.00", "96.00"], "1a=40.00~ 2b=30.00 3c=26.67 4d=25.00~");
        // A rejected bid counts only when every opened bid enters.
        check(&dropping, &["60.00", "80.00", "90.00", "101.00"], "1a=30.00 2b=22.50 3c=20.00 d!ceiling");
        check(&opened, &["60.00", "80.00", "90.00", "101.00"], "1a=30.00~ 2b=30.00 3c=26.67 d!ceiling");
    }

    #[test]
    fn equal_scores_go_to_the_lower_price() {
        let coarse = RatioToLowest { score_scale: 0, ..thirty() };
        check(&coarse, &["80.50", "80.00", "80.40"], "1b=30 2c=30 3a=30");
    }

    #[test]
    fn equal_prices_go_by_the_neutral_key() {
        let bids = bids(&["80.00", "80.00", "80.00", "90.00"]);
        let keys = NeutralKeys::of(&bids);
        let mut expected: Vec<_> = bids.iter().take(3).map(|(party, _)| party.clone()).collect();
        expected.sort_by_key(|party| keys.key(party));
        let ranking = rank(&thirty(), &bids, Money::yuan("100.00").unwrap()).unwrap();
        let found: Vec<_> = ranking.lines.iter().take(3).map(|line| line.party.clone()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn two_bids_of_one_party_are_refused() {
        let bids = [bid("a", "80.00"), bid("a", "81.00")];
        let found = rank(&thirty(), &bids, Money::yuan("100.00").unwrap());
        assert_eq!(found, Err(RankFault::TwoBids { party: "a".parse().unwrap() }));
    }

    #[test]
    fn unusable_parameters_are_named() {
        let drop = |count_from, highest, lowest| Drop { count_from, highest, lowest };
        let cases = [
            (RatioToLowest { weight: "0.00".parse().unwrap(), ..thirty() }, "m.weight"),
            (RatioToLowest { weight: "-1".parse().unwrap(), ..thirty() }, "m.weight"),
            (RatioToLowest { weight: "100.01".parse().unwrap(), ..thirty() }, "m.weight"),
            (RatioToLowest { weight: "1.00000".parse().unwrap(), ..thirty() }, "m.weight"),
            (RatioToLowest { score_scale: 7, ..thirty() }, "m.score_scale"),
            (RatioToLowest { drop: drop(2, 1, 1), ..thirty() }, "m.drop.count_from"),
            (RatioToLowest { drop: drop(0, 1, 0), ..thirty() }, "m.drop.count_from"),
        ];
        for (params, path) in cases {
            let faults = params.faults("m");
            assert_eq!(faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), [path]);
        }
        assert_eq!(thirty().faults("m"), []);
        assert_eq!(RatioToLowest { drop: drop(3, 1, 1), ..thirty() }.faults("m"), []);
    }

    proptest! {
        #[test]
        fn the_order_of_submission_never_matters(
            prices in proptest::collection::vec(1_i64..50, 1..20), turn in 0_usize..20, count_from in 3_u32..12,
        ) {
            let mut bids: Vec<_> = ('a'..='z')
                .zip(&prices)
                .map(|(party, price)| bid(&party.to_string(), &format!("{price}.00")))
                .collect();
            let params = RatioToLowest { drop: Drop { count_from, highest: 1, lowest: 1 }, ..thirty() };
            let ceiling = Money::yuan("40.00").unwrap();
            let before = rank(&params, &bids, ceiling).unwrap();
            let middle = turn % bids.len();
            bids.rotate_left(middle);
            prop_assert_eq!(&before, &rank(&params, &bids, ceiling).unwrap());
            bids.reverse();
            prop_assert_eq!(&before, &rank(&params, &bids, ceiling).unwrap());
            // Every bid is in exactly one place, and ranks follow prices.
            prop_assert_eq!(before.lines.len() + before.rejected.len(), bids.len());
            prop_assert!(before.lines.windows(2).all(|two| two[0].price <= two[1].price));
        }

        /// The largest amounts and the finest valid parameters do not overflow.
        #[test]
        fn valid_parameters_never_overflow(low in 1_i128..=99_999_999_999_999_999, high in 1_i128..=99_999_999_999_999_999) {
            let money = |hundredths| {
                Money::new(ximu_basics::Currency::Cny, Decimal::new(hundredths, 2).unwrap()).unwrap()
            };
            let params = RatioToLowest {
                weight: "100.0000".parse().unwrap(), score_scale: SCORE_SCALE_MAX, below_base: BelowBase::Ratio,
                ..thirty()
            };
            prop_assert!(params.score(money(low), money(high)).is_ok());
        }
    }
}
