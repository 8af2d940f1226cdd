//! The method *ratio to the lowest* (rules 10.2).

use serde::{Deserialize, Serialize};
use ximu_basics::{Decimal, Rounding};

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
