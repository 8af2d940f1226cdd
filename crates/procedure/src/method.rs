//! Evaluation methods (rules 10): the closed set, and the one function that ranks by any of them.
//!
//! A method is pure arithmetic over opened prices. Which bids were opened, and what a rank leads to, belong to the
//! phases.

pub mod deviation_from_benchmark;
pub mod factor;
pub mod field;
pub mod ratio_to_lowest;
pub mod shortlist;
#[cfg(test)]
mod testing;
pub mod tie;

pub use deviation_from_benchmark::DeviationFromBenchmark;
pub use factor::Factor;
pub use ratio_to_lowest::RatioToLowest;
pub use shortlist::Shortlist;

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{CoefficientId, Decimal, Money, PartyId, decimal::DecimalError};

use crate::rules::{CoefficientSet, RuleFault};

/// An evaluation method and its parameters; the member `method` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum MethodParams {
    /// The lowest price is the base; the score is the ratio of the base to the price.
    RatioToLowest(RatioToLowest),
    /// The mean of the bids, multiplied and perhaps weighted with the ceiling, is the base; the score falls with the
    /// deviation from it.
    DeviationFromBenchmark(Box<DeviationFromBenchmark>),
}

/// Ranks opened bids by a method.
///
/// The result depends on the set of bids, never on their order. The best bid has rank 1, and no two share a rank.
///
/// # Errors
/// [`RankFault`]; never for a validated rules document and one bid per party.
pub fn rank(
    params: &MethodParams,
    bids: &[(PartyId, Money)],
    setting: &Setting<'_>,
) -> Result<Ranking, RankFault> {
    match params {
        MethodParams::RatioToLowest(params) => ratio_to_lowest::rank(params, bids, setting.ceiling),
        MethodParams::DeviationFromBenchmark(params) => deviation_from_benchmark::rank(params, bids, setting),
    }
}

/// The score of one price against a base that stands: `None` when the method gives the price none. With the base that
/// [`rank`] found it is the score that `rank` gives.
///
/// # Errors
/// [`RankFault`]; never for a validated rules document.
pub fn score(
    params: &MethodParams,
    base: Money,
    price: Money,
    setting: &Setting<'_>,
) -> Result<Option<Decimal>, RankFault> {
    let above_ceiling = match params {
        MethodParams::RatioToLowest(params) => params.above_ceiling,
        MethodParams::DeviationFromBenchmark(params) => params.above_ceiling,
    };
    if above_ceiling.reject_reason(price, setting.ceiling).is_some() {
        return Ok(None);
    }
    let score = match params {
        MethodParams::RatioToLowest(params) => params.score(base, price),
        MethodParams::DeviationFromBenchmark(params) => {
            params.score(base, price, params.place(price, setting.ceiling)?)
        }
    };
    score.map(Some)
}

/// What a method is told besides its parameters and the bids.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The ceiling of the lot.
    pub ceiling: Money,
    /// The coefficients drawn so far.
    pub coefficients: &'a Coefficients,
}

/// The drawn coefficients by the names of their sets.
pub type Coefficients = BTreeMap<CoefficientId, Decimal>;

impl MethodParams {
    /// The sets it needs a drawn coefficient of, each once.
    #[must_use]
    pub fn draws(&self) -> Vec<&CoefficientId> {
        match self {
            MethodParams::RatioToLowest(_) => Vec::new(),
            MethodParams::DeviationFromBenchmark(params) => params.draws(),
        }
    }

    /// The most points it gives: those of a price at the base.
    #[must_use]
    pub fn points(&self) -> Decimal {
        match self {
            MethodParams::RatioToLowest(params) => params.weight,
            MethodParams::DeviationFromBenchmark(params) => params.points,
        }
    }

    /// What is wrong with the parameters, given the sets they may draw from; `path` is where they stand.
    #[must_use]
    pub fn faults(&self, path: &str, sets: &[CoefficientSet]) -> Vec<RuleFault> {
        match self {
            MethodParams::RatioToLowest(params) => params.faults(path),
            MethodParams::DeviationFromBenchmark(params) => params.faults(path, sets),
        }
    }
}

/// The outcome of a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// The base price; `null` when no bid entered.
    pub base: Option<Money>,
    /// The ranked bids, best first.
    pub lines: Vec<RankLine>,
    /// The bids that got no score, by party id.
    pub rejected: Vec<RejectedBid>,
}

/// A ranked bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankLine {
    /// Whose bid.
    pub party: PartyId,
    /// Its price.
    pub price: Money,
    /// Its points, at the method's scale.
    pub score: Decimal,
    /// Its place, from 1.
    pub rank: u32,
    /// What a reader must be told about it.
    pub marks: Vec<Mark>,
}

/// Something to be told about a ranked bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Its price is above the ceiling.
    AboveCeiling,
    /// The drop rule left it out of the base.
    Dropped,
    /// Its price is outside the band whose bids make the base.
    OutsideBand,
}

/// A bid without a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectedBid {
    /// Whose bid.
    pub party: PartyId,
    /// Its price.
    pub price: Money,
    /// Why.
    pub reason: RejectReason,
}

/// Why a bid has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// Its price is above the ceiling.
    AboveCeiling,
    /// Its price is zero.
    PriceZero,
    /// The shortlist left it out.
    NotShortlisted,
    /// No bid entered, so there is no base to compare with.
    NoBase,
    /// An objection to it as a candidate was upheld.
    ObjectionUpheld,
    /// Its bidder gave up.
    GivenUp,
    /// Its bidder was found unfit as a candidate or winner.
    Disqualified,
    /// The supervising authority excluded it.
    Excluded,
    /// The committee rejected it, or its criteria gave too few points (evaluation 7).
    Committee,
    /// It has no bond as the documents ask for one (R51, case 6).
    BondMissing,
    /// Its bidder, or a member of its joint venture, stands behind another bid too (R37).
    MemberTwice,
}

/// A ranking cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RankFault {
    /// A number does not fit.
    #[error("expected scores that fit the arithmetic: {0}")]
    Arithmetic(#[from] DecimalError),
    /// A coefficient is not drawn.
    #[error("expected a drawn coefficient {name}, found none")]
    NotDrawn {
        /// The set's name.
        name: CoefficientId,
    },
    /// A party has two bids.
    #[error("expected one bid per party, found two of {party}")]
    TwoBids {
        /// Which party.
        party: PartyId,
    },
}
