//! The outcome: the only source of results for pages, reports and the verifier.

use alloc::{collections::BTreeSet, vec::Vec};
use ximu_basics::{Money, PartyId};

use crate::{
    method::{self, Coefficients, RankLine, Ranking, RejectReason, RejectedBid, Setting},
    rules::Rules,
    tender::Tender,
    wire::command::Part,
};

/// The ranking of the opened bids by the published method; `None` when no bid enters it, or while a coefficient is
/// not drawn.
#[must_use]
pub fn rank(tender: &Tender) -> Option<Ranking> {
    let prices: Vec<(PartyId, Money)> =
        tender.opened.values().map(|bid| (bid.bidder.clone(), bid.price)).collect();
    strike(rank_prices(&tender.rules, &prices, &tender.coefficients)?, &tender.enquiry.excluded)
}

/// A ranking without those that an upheld objection excludes; `None` when nobody is left. Base and scores stay what
/// they were, and who stood behind moves up: an objection can take out a rival and never shift the base.
#[must_use]
pub fn strike(mut ranking: Ranking, excluded: &BTreeSet<PartyId>) -> Option<Ranking> {
    let (out, kept): (Vec<RankLine>, Vec<RankLine>) =
        ranking.lines.into_iter().partition(|line| excluded.contains(&line.party));
    let ranks = 1_u32..;
    ranking.lines = kept.into_iter().zip(ranks).map(|(line, rank)| RankLine { rank, ..line }).collect();
    ranking.rejected.extend(out.into_iter().map(|line| RejectedBid {
        party: line.party,
        price: line.price,
        reason: RejectReason::ObjectionUpheld,
    }));
    ranking.rejected.sort_by(|left, right| left.party.cmp(&right.party));
    if ranking.lines.is_empty() { None } else { Some(ranking) }
}

/// The ranking of opened prices by the rules alone; `None` as in [`rank`].
#[must_use]
pub fn rank_prices(
    rules: &Rules,
    prices: &[(PartyId, Money)],
    coefficients: &Coefficients,
) -> Option<Ranking> {
    let award = rules.award()?;
    let setting = Setting { ceiling: rules.lot()?.ceiling, coefficients };
    let ranking = match &award.shortlist {
        Some(shortlist) => {
            let (kept, mut left_out) = shortlist.apply(prices, &setting).ok()?;
            let mut ranking = method::rank(&award.method, &kept, &setting).ok()?;
            ranking.rejected.append(&mut left_out);
            ranking.rejected.sort_by(|left, right| left.party.cmp(&right.party));
            ranking
        }
        None => method::rank(&award.method, prices, &setting).ok()?,
    };
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

/// Answers `broken` that were untrue: the index of the holder, from 1, and the bidder (opening 5.8).
///
/// Every escrow of a bid that was read out was dealt again from its manifest and found the same byte for byte, so each
/// holder's part of it was good.
pub fn false_answers(tender: &Tender) -> impl Iterator<Item = (u8, &PartyId)> {
    tender.shares.iter().flat_map(|(index, answers)| {
        let untrue = answers.iter().filter(|answer| {
            matches!(answer.part, Part::Broken {}) && tender.opened.contains_key(&answer.bidder)
        });
        untrue.map(|answer| (*index, &answer.bidder))
    })
}
