//! The method *ratio to the lowest* (rules 10.2): 最低价为基准价，得分 = 基准价 / 报价 × 分值.
//!
//! Used for the price part of comprehensive scoring and, alone, where only prices compete. It is not the *lowest
//! evaluated price* method: nothing is added to a price before it is compared.
//!
//! ```
//! use ximu_basics::{Money, PartyId};
//! use ximu_procedure::method::{Coefficients, MethodParams, RatioToLowest, Setting, rank};
//!
//! let bids = [("a", "88.00"), ("b", "95.00"), ("c", "110.00")]
//!     .map(|(party, price)| (party.parse::<PartyId>().unwrap(), Money::yuan(price).unwrap()));
//! let params = MethodParams::RatioToLowest(RatioToLowest::plain("30.00".parse().unwrap()));
//! let setting = Setting { ceiling: Money::yuan("120.00").unwrap(), coefficients: &Coefficients::new() };
//! let ranking = rank(&params, &bids, &setting).unwrap();
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

pub use super::field::{AboveCeiling, Enters, Ties};
use super::{
    Mark, RankFault, RankLine, Ranking, RejectReason,
    field::{in_price_order, ranked, reject},
};
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
    pub drop: DropRule,
    /// The score of a price below the base, which only a drop rule makes possible.
    pub below_base: BelowBase,
    /// The order of equal scores.
    pub ties: Ties,
}

/// A drop rule: with at least `count_from` entering bids, so many of the highest and lowest are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropRule {
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

/// Ranks by ratio to the lowest.
///
/// # Errors
/// [`RankFault::TwoBids`]; [`RankFault::Arithmetic`] only for parameters that do not validate.
pub fn rank(params: &RatioToLowest, bids: &[(PartyId, Money)], ceiling: Money) -> Result<Ranking, RankFault> {
    let ordered = in_price_order(bids)?;
    let entering: Vec<&(PartyId, Money)> =
        ordered.iter().copied().filter(|(_, price)| params.enters.admits(*price, ceiling)).collect();
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
        match (params.above_ceiling.reject_reason(*price, ceiling), base) {
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
    Ok(ranked(base, lines, rejected, params.ties))
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
            drop: DropRule::NONE,
            below_base: BelowBase::FullWeight,
            ties: Ties::LowerPriceThenNeutralKey,
        }
    }

    /// The score of one price: one product, one division, one rounding.
    pub(super) fn score(&self, base: Money, price: Money) -> Result<Decimal, RankFault> {
        let top = base.amount().times(self.weight)?;
        let ratio = match (price.cmp(&base), self.below_base) {
            (Ordering::Less, BelowBase::FullWeight) => {
                return Ok(self.weight.rescale(self.score_scale, self.rounding)?);
            }
            (Ordering::Less, BelowBase::Ratio) | (Ordering::Equal | Ordering::Greater, _) => price.amount(),
        };
        Ok(div(top, ratio, self.score_scale, self.rounding)?)
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
        if u64::from(self.drop.count_from) <= drops && self.drop != DropRule::NONE {
            let expected = format!("a count above {drops}, so that a bid is left to be the base");
            let fix = "raise count_from, or drop fewer, or state 0, 0 and 0 to drop none";
            faults.push(fault("drop.count_from", expected, self.drop.count_from.to_string(), fix));
        }
        faults
    }
}

impl DropRule {
    /// Drops nothing.
    pub const NONE: DropRule = DropRule { count_from: 0, highest: 0, lowest: 0 };

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

#[cfg(test)]
mod tests;
