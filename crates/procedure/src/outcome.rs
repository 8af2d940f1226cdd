//! The outcome: the only source of results for pages, reports and the verifier.

use alloc::vec::Vec;
use ximu_basics::{Money, PartyId};

use crate::{
    method::{self, Ranking},
    tender::Tender,
};

/// The ranking of the opened bids by the published method; `None` when no bid enters it.
#[must_use]
pub fn rank(tender: &Tender) -> Option<Ranking> {
    let award = tender.rules.award()?;
    let ceiling = tender.rules.lot()?.ceiling;
    let prices: Vec<(PartyId, Money)> =
        tender.opened.values().map(|bid| (bid.bidder.clone(), bid.price)).collect();
    let ranking = method::rank(&award.method, &prices, ceiling).ok()?;
    if ranking.lines.is_empty() { None } else { Some(ranking) }
}

/// The candidates the rules compute, best first; empty before the reading.
#[must_use]
pub fn candidates(tender: &Tender) -> Vec<PartyId> {
    let limit = tender.rules.award().map_or(0, |award| award.candidates_max);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let Some(ranking) = &tender.ranking else { return Vec::new() };
    ranking.lines.iter().take(limit).map(|line| line.party.clone()).collect()
}
