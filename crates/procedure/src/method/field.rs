//! What every method does with the field of bids (rules 10.1, 10.3): who enters, in which order, and who is out.
//!
//! No method is here: what a base is and how a score is computed belongs to each.

use alloc::{collections::BTreeSet, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Decimal, Money, PartyId, Rounding, decimal::div};

use super::{RankFault, RankLine, Ranking, RejectReason, RejectedBid, tie::NeutralKeys};

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

/// The order of equal scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The lower price first; equal prices by a key that anyone recomputes from the opened prices and no one can
    /// choose before they are known (rules 10.3).
    LowerPriceThenNeutralKey,
}

impl Enters {
    /// Whether a price enters.
    #[must_use]
    pub fn admits(self, price: Money, ceiling: Money) -> bool {
        match self {
            Enters::Opened => !price.is_zero(),
            Enters::Responsive => !price.is_zero() && price <= ceiling,
        }
    }
}

impl AboveCeiling {
    /// Why a price gets no score, whatever the method.
    #[must_use]
    pub fn reject_reason(self, price: Money, ceiling: Money) -> Option<RejectReason> {
        if price.is_zero() {
            return Some(RejectReason::PriceZero);
        }
        match self {
            AboveCeiling::Rejected if price > ceiling => Some(RejectReason::AboveCeiling),
            AboveCeiling::Rejected | AboveCeiling::Flagged => None,
        }
    }
}

/// The bids by price, equal prices by neutral key, equal keys (which would be a collision) by party.
///
/// # Errors
/// [`RankFault::TwoBids`].
pub fn in_price_order(bids: &[(PartyId, Money)]) -> Result<Vec<&(PartyId, Money)>, RankFault> {
    let keys = NeutralKeys::of(bids);
    let mut seen = BTreeSet::new();
    if let Some((party, _)) = bids.iter().find(|(party, _)| !seen.insert(party)) {
        return Err(RankFault::TwoBids { party: party.clone() });
    }
    let mut ordered: Vec<&(PartyId, Money)> = bids.iter().collect();
    ordered.sort_by_cached_key(|(party, price)| (*price, keys.key(party), party.clone()));
    Ok(ordered)
}

/// A bid without a score.
pub fn reject(party: &PartyId, price: Money, reason: RejectReason) -> RejectedBid {
    RejectedBid { party: party.clone(), price, reason }
}

/// The ranking of scored lines that stand in price order: by score, equal scores by the tie rule.
#[must_use]
pub fn ranked(
    base: Option<Money>,
    mut lines: Vec<RankLine>,
    mut rejected: Vec<RejectedBid>,
    ties: Ties,
) -> Ranking {
    // The lines are by price and neutral key, and the sort is stable: equal scores keep the order of the tie rule.
    match ties {
        Ties::LowerPriceThenNeutralKey => lines.sort_by(|left, right| right.score.compare(left.score)),
    }
    for (place, line) in (1_u32..).zip(lines.iter_mut()) {
        line.rank = place;
    }
    rejected.sort_by(|left, right| left.party.cmp(&right.party));
    Ranking { base, lines, rejected }
}

/// So many per cent of a number of bids, as a whole number.
///
/// # Errors
/// [`RankFault::Arithmetic`]; never for a per cent of 0 to 100.
pub fn percent_of(count: usize, percent: Decimal, rounding: Rounding) -> Result<usize, RankFault> {
    let count = Decimal::whole(i64::try_from(count).unwrap_or(i64::MAX));
    let part = div(count.times(percent)?, Decimal::whole(100), 0, rounding)?;
    Ok(usize::try_from(part.mantissa()).unwrap_or(0))
}
