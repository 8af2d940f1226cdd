//! The method *deviation from a benchmark* (rules 10.5): 基准价 = 有效报价平均值 × 系数，得分按偏离基准价的百分比扣减。
//!
//! One method for the many mean-based rules of tender documents. Every number of such a rule is a parameter here,
//! and each division names its scale and its rounding. It is not *ratio to the lowest*, and it does not look for
//! collusion: a base that a group of bidders could have moved is still the base.
//!
//! ```
//! use ximu_basics::{Money, PartyId};
//! use ximu_procedure::method::{Coefficients, DeviationFromBenchmark, MethodParams, Setting, rank};
//!
//! let bids = [("a", "470.00"), ("b", "490.00"), ("c", "510.00")]
//!     .map(|(party, price)| (party.parse::<PartyId>().unwrap(), Money::yuan(price).unwrap()));
//! let params = MethodParams::DeviationFromBenchmark(Box::new(DeviationFromBenchmark::plain(
//!     "100".parse().unwrap(),
//!     "2".parse().unwrap(),
//!     "1".parse().unwrap(),
//! )));
//! let setting = Setting { ceiling: Money::yuan("600.00").unwrap(), coefficients: &Coefficients::new() };
//! let ranking = rank(&params, &bids, &setting).unwrap();
//! let scores: Vec<String> = ranking.lines.iter().map(|line| format!("{}={}", line.party, line.score)).collect();
//! assert_eq!(scores, ["b=100.00", "a=95.92", "c=91.84"]);
//! ```

mod base;
mod check;
mod drop;

pub use drop::DropRow;

use alloc::{collections::BTreeSet, vec::Vec};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use ximu_basics::{CoefficientId, Decimal, Money, PartyId, Rounding, decimal::div};

use super::{
    Factor, Mark, RankFault, RankLine, Ranking, RejectReason, Setting,
    field::{AboveCeiling, Enters, Ties, in_price_order, ranked, reject},
};

/// The most decimal places of points and deductions.
pub const POINTS_SCALE_MAX: u8 = 4;

/// The most decimal places of a factor or a share of the ceiling.
pub const FACTOR_SCALE_MAX: u8 = 4;

/// The most decimal places of a deviation in per cent, and of a score.
pub const SCORE_SCALE_MAX: u8 = 6;

/// The most decimal places of a rounded mean.
pub const MEAN_SCALE_MAX: u8 = 4;

/// The most decimal places of the base, which is an amount.
pub const BASE_SCALE_MAX: u8 = 2;

const HUNDRED: Decimal = Decimal::whole(100);

/// Parameters: the base is a mean of bids, and the score falls with the deviation from it in per cent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviationFromBenchmark {
    /// The points of a price equal to the base.
    pub points: Decimal,
    /// Which bids count for the drop rule and may make the base.
    pub enters: Enters,
    /// Only bids in this band of the ceiling make the base; `null` for no band.
    pub band: Option<Band>,
    /// What happens to a bid above the ceiling.
    pub above_ceiling: AboveCeiling,
    /// Which entering bids are dropped before the mean, by their number; they are still scored.
    pub drop: Vec<DropRow>,
    /// Decimal places of the mean; `null` leaves it exact until the base is rounded.
    pub mean_scale: Option<u8>,
    /// How the mean is rounded, when it is.
    pub mean_rounding: Rounding,
    /// What the mean is multiplied by.
    pub factor: Factor,
    /// How the ceiling is mixed in; `null` when it is not.
    pub ceiling: Option<CeilingShare>,
    /// Decimal places of the base.
    pub base_scale: u8,
    /// How the base is rounded.
    pub base_rounding: Rounding,
    /// Decimal places of a deviation in per cent; `null` leaves it exact until the score is rounded.
    pub deviation_scale: Option<u8>,
    /// How a deviation is rounded, when it is.
    pub deviation_rounding: Rounding,
    /// Points off for each per cent above the base.
    pub deduct_above: Decimal,
    /// Points off for each per cent below the base.
    pub deduct_below: Decimal,
    /// The most points off; `null` for no limit but the floor.
    pub deduct_max: Option<Decimal>,
    /// The fewest points.
    pub floor: Decimal,
    /// Decimal places of a score.
    pub score_scale: u8,
    /// How a score is rounded.
    pub score_rounding: Rounding,
    /// The order of equal scores.
    pub ties: Ties,
}

/// A band of the ceiling, both edges included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its lower edge as a share of the ceiling, `0.90` for 10 % below it.
    pub from: Decimal,
    /// Its upper edge as a share of the ceiling.
    pub to: Decimal,
    /// What makes the base when no bid is in the band.
    pub empty: EmptyBand,
    /// The score of every price below the band; `null` scores it by its deviation.
    pub score_below: Option<Decimal>,
    /// The score of every price above the band; `null` scores it by its deviation.
    pub score_above: Option<Decimal>,
}

/// What makes the base when no bid is in the band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyBand {
    /// Nothing: there is no base, and no bid has a score.
    NoBase,
    /// Every bid that would enter without the band.
    All,
}

/// The ceiling's part in the base: base = mean x factor x `mean_share` + ceiling x factor x (1 - `mean_share`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeilingShare {
    /// The share of the mean, from 0 to 1.
    pub mean_share: Factor,
    /// What the ceiling is multiplied by.
    pub factor: Factor,
}

/// Ranks by deviation from a benchmark.
///
/// # Errors
/// [`RankFault::TwoBids`]; [`RankFault::NotDrawn`] while a coefficient is missing; [`RankFault::Arithmetic`] only
/// for parameters that do not validate.
pub fn rank(
    params: &DeviationFromBenchmark,
    bids: &[(PartyId, Money)],
    setting: &Setting<'_>,
) -> Result<Ranking, RankFault> {
    let ordered = in_price_order(bids)?;
    let entering = params.entering(&ordered, setting.ceiling)?;
    let kept = drop::kept(&params.drop, &entering)?;
    let base = params.base(kept, setting)?;
    let left_out: BTreeSet<&PartyId> = entering
        .iter()
        .filter(|entered| !kept.iter().any(|(party, _)| *party == entered.0))
        .map(|(party, _)| party)
        .collect();

    let mut lines = Vec::new();
    let mut rejected = Vec::new();
    for (party, price) in ordered.iter().copied() {
        match (params.above_ceiling.reject_reason(*price, setting.ceiling), base) {
            (Some(reason), _) => rejected.push(reject(party, *price, reason)),
            (None, None) => rejected.push(reject(party, *price, RejectReason::NoBase)),
            (None, Some(base)) => {
                let place = params.place(*price, setting.ceiling)?;
                let mut marks = Vec::new();
                if *price > setting.ceiling {
                    marks.push(Mark::AboveCeiling);
                }
                if left_out.contains(party) {
                    marks.push(Mark::Dropped);
                }
                if place != Ordering::Equal {
                    marks.push(Mark::OutsideBand);
                }
                let score = params.score(base, *price, place)?;
                lines.push(RankLine { party: party.clone(), price: *price, score, rank: 0, marks });
            }
        }
    }
    Ok(ranked(base, lines, rejected, params.ties))
}

impl DeviationFromBenchmark {
    /// The plain form: the mean of the bids within the ceiling is the base, nothing is rounded but the base to the
    /// hundredth and the score to two decimals, half up.
    #[must_use]
    pub const fn plain(
        points: Decimal,
        deduct_above: Decimal,
        deduct_below: Decimal,
    ) -> DeviationFromBenchmark {
        DeviationFromBenchmark {
            points,
            enters: Enters::Responsive,
            band: None,
            above_ceiling: AboveCeiling::Rejected,
            drop: Vec::new(),
            mean_scale: None,
            mean_rounding: Rounding::HalfUp,
            factor: Factor::Fixed(Decimal::whole(1)),
            ceiling: None,
            base_scale: 2,
            base_rounding: Rounding::HalfUp,
            deviation_scale: None,
            deviation_rounding: Rounding::HalfUp,
            deduct_above,
            deduct_below,
            deduct_max: None,
            floor: Decimal::whole(0),
            score_scale: 2,
            score_rounding: Rounding::HalfUp,
            ties: Ties::LowerPriceThenNeutralKey,
        }
    }

    /// The sets it draws from.
    #[must_use]
    pub fn draws(&self) -> Vec<&CoefficientId> {
        let ceiling = self.ceiling.iter().flat_map(|ceiling| [&ceiling.mean_share, &ceiling.factor]);
        let names: BTreeSet<&CoefficientId> =
            [&self.factor].into_iter().chain(ceiling).filter_map(Factor::set).collect();
        names.into_iter().collect()
    }

    /// The score of one price: by its place beside the band, or by its deviation.
    pub(super) fn score(&self, base: Money, price: Money, place: Ordering) -> Result<Decimal, RankFault> {
        let flat = match (place, &self.band) {
            (Ordering::Less, Some(band)) => band.score_below,
            (Ordering::Greater, Some(band)) => band.score_above,
            (Ordering::Equal, Some(_)) | (_, None) => None,
        };
        match flat {
            Some(points) => Ok(points.rescale(self.score_scale, self.score_rounding)?),
            None => self.score_by_deviation(base, price),
        }
    }

    /// The points less the deduction. Without a scale of the deviation there is one division in all, the last one:
    /// everything before it is a fraction over the base.
    fn score_by_deviation(&self, base: Money, price: Money) -> Result<Decimal, RankFault> {
        let (distance, each) = match price.cmp(&base) {
            Ordering::Less => (base.amount().minus(price.amount())?, self.deduct_below),
            Ordering::Equal | Ordering::Greater => (price.amount().minus(base.amount())?, self.deduct_above),
        };
        let hundredfold = distance.times(HUNDRED)?;
        let (top, bottom) = match self.deviation_scale {
            Some(scale) => {
                (div(hundredfold, base.amount(), scale, self.deviation_rounding)?, Decimal::whole(1))
            }
            None => (hundredfold, base.amount()),
        };
        let most = self.deduct_max.map(|most| most.times(bottom)).transpose()?;
        let deduction = match (top.times(each)?, most) {
            (deduction, Some(most)) if deduction.compare(most) == Ordering::Greater => most,
            (deduction, _) => deduction,
        };
        let score = self.points.times(bottom)?.minus(deduction)?;
        let floor = self.floor.times(bottom)?;
        let score = if score.compare(floor) == Ordering::Less { floor } else { score };
        Ok(div(score, bottom, self.score_scale, self.score_rounding)?)
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
