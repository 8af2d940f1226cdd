//! The outcome: the only source of results for pages, reports and the verifier.

use alloc::{collections::BTreeMap, vec::Vec};
use ximu_basics::{Money, PartyId, PersonId, SetId};

use crate::{
    conclusion,
    method::{self, Coefficients, RankLine, Ranking, RejectReason, RejectedBid, Setting},
    rules::Rules,
    tender::{HolderKey, Tender},
    wire::{
        command::Part,
        evaluation::{Conclusion, EvaluatedBid, EvaluationReason, RejectedInEvaluation},
        event::{BondState, Listed, VoidReason},
    },
};

/// The ranking of the opened bids by the published method; `None` when no bid enters it, while a coefficient is not
/// drawn, before the committee has concluded where one evaluates, and while it rechecks.
#[must_use]
pub fn rank(tender: &Tender) -> Option<Ranking> {
    let ranking = if tender.rules.score().is_some() { by_committee(tender)? } else { by_price(tender)? };
    strike(ranking, &conclusion::struck(&tender.enquiry, &tender.conclusion))
}

/// The ranking of the opened bids by price alone; where a committee evaluates, it says which bids are evaluated.
#[must_use]
pub fn by_price(tender: &Tender) -> Option<Ranking> {
    let prices: Vec<(PartyId, Money)> =
        tender.opened.values().map(|bid| (bid.bidder.clone(), bid.price)).collect();
    let barred = barred(&tender.list);
    rank_bids(&tender.rules, &barred, &prices, &tender.coefficients)
}

/// The same of what is public of a procedure: whom CLOSE bars, the prices read out, and what is drawn.
#[must_use]
pub fn rank_bids(
    rules: &Rules,
    barred: &BTreeMap<PartyId, RejectReason>,
    prices: &[(PartyId, Money)],
    coefficients: &Coefficients,
) -> Option<Ranking> {
    let is_kept = |(party, _): &&(PartyId, Money)| !barred.contains_key(party);
    let kept: Vec<(PartyId, Money)> = prices.iter().filter(is_kept).cloned().collect();
    let mut ranking = rank_prices(rules, &kept, coefficients)?;
    ranking.rejected.extend(prices.iter().filter_map(|(party, price)| {
        let reason = *barred.get(party)?;
        Some(RejectedBid { party: party.clone(), price: *price, reason })
    }));
    ranking.rejected.sort_by(|left, right| left.party.cmp(&right.party));
    Some(ranking)
}

/// Bids on the opening list that no method is given, and why (enter 7). It is known at CLOSE, before any price can be
/// read, so that it cannot be used to shift a base.
#[must_use]
pub fn barred<'a>(list: impl IntoIterator<Item = &'a Listed>) -> BTreeMap<PartyId, RejectReason> {
    let why = |line: &Listed| match line.bond {
        Some(BondState::Missing) => Some(RejectReason::BondMissing),
        Some(BondState::Ok) | None => line.twice.then_some(RejectReason::MemberTwice),
    };
    list.into_iter().filter_map(|line| Some((line.bidder.clone(), why(line)?))).collect()
}

fn by_committee(tender: &Tender) -> Option<Ranking> {
    let evaluation = tender.evaluation.as_ref().filter(|_| !tender.is_recheck())?;
    let conclusion = &evaluation.concluded.as_ref()?.conclusion;
    concluded(by_price(tender)?, conclusion)
}

/// The ranking that a committee concluded, given the one by prices, which names the bids it evaluated and those that
/// were out before it sat.
#[must_use]
pub fn concluded(by_price: Ranking, conclusion: &Conclusion) -> Option<Ranking> {
    let before = |party: &PartyId| by_price.lines.iter().find(|line| line.party == *party);
    let line = |bid: &EvaluatedBid| {
        let before = before(&bid.bidder)?.clone();
        Some(RankLine { score: bid.total, rank: bid.rank, ..before })
    };
    let out = |bid: &RejectedInEvaluation| {
        let RankLine { party, price, .. } = before(&bid.bidder)?.clone();
        let reason = match bid.reason {
            EvaluationReason::Left { reason } => reason,
            EvaluationReason::Vote { .. }
            | EvaluationReason::BelowPass {}
            | EvaluationReason::NoPriceScore {} => RejectReason::Committee,
        };
        Some(RejectedBid { party, price, reason })
    };
    let lines = conclusion.lines.iter().map(line).collect::<Option<Vec<RankLine>>>()?;
    let more: Vec<RejectedBid> = conclusion.rejected.iter().filter_map(out).collect();
    let mut rejected = by_price.rejected;
    rejected.extend(more);
    rejected.sort_by(|left, right| left.party.cmp(&right.party));
    Some(Ranking { base: conclusion.base, lines, rejected })
}

/// A ranking without those that an upheld objection or an order excludes or that left, each with its reason; `None` when
/// nobody is left. Base and scores stay what they were, and who stood behind moves up: whoever takes out a rival never
/// shifts the base.
#[must_use]
pub fn strike(mut ranking: Ranking, struck: &BTreeMap<PartyId, RejectReason>) -> Option<Ranking> {
    let (out, kept): (Vec<RankLine>, Vec<RankLine>) =
        ranking.lines.into_iter().partition(|line| struck.contains_key(&line.party));
    let ranks = 1_u32..;
    ranking.lines = kept.into_iter().zip(ranks).map(|(line, rank)| RankLine { rank, ..line }).collect();
    ranking.rejected.extend(out.into_iter().filter_map(|line| {
        let reason = *struck.get(&line.party)?;
        Some(RejectedBid { party: line.party, price: line.price, reason })
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

/// The candidates the rules compute; best first, or ascending where the tenderer chooses among them (award 2.6); empty
/// before the reading.
#[must_use]
pub fn candidates(tender: &Tender) -> Vec<PartyId> {
    let limit = tender.rules.award().map_or(0, |award| award.candidates_max);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let Some(ranking) = &tender.ranking else { return Vec::new() };
    let mut candidates: Vec<PartyId> =
        ranking.lines.iter().take(limit).map(|line| line.party.clone()).collect();
    if tender.rules.is_separated() {
        candidates.sort_unstable();
    }
    candidates
}

/// Who can still win, best first: of the candidates once they are published, before that of the ranking.
pub fn standing(tender: &Tender) -> impl Iterator<Item = &PartyId> {
    let ranked = tender.ranking.iter().flat_map(|ranking| &ranking.lines).map(|line| &line.party);
    let ranked = ranked.filter(|_| tender.candidates.is_empty());
    let all = tender.candidates.iter().chain(ranked);
    all.filter(|party| !tender.conclusion.left.contains_key(*party))
}

/// The first who can still win.
#[must_use]
pub fn first(tender: &Tender) -> Option<&PartyId> {
    standing(tender).next()
}

/// Who would be first without one of them.
#[must_use]
pub fn first_without<'a>(tender: &'a Tender, left: &PartyId) -> Option<&'a PartyId> {
    standing(tender).find(|party| *party != left)
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

/// Answers `broken` that were untrue, for sealed sets: the set, the index of the holder, from 1, and the author (draw
/// 2.8). Every contribution that was opened was dealt again, as a bid is.
pub fn false_set_answers(tender: &Tender) -> impl Iterator<Item = (&SetId, u8, &PersonId)> {
    tender.sets.iter().flat_map(|(id, set)| {
        set.shares.iter().flat_map(move |(index, answers)| {
            let untrue = answers
                .iter()
                .zip(set.opened())
                .filter(|(answer, (_, content))| matches!(answer, Part::Broken {}) && content.is_ok());
            untrue.map(move |(_, (line, _))| (id, *index, &line.by.id))
        })
    })
}

/// A bid that was voided because the time was over, with nothing proven against it (opening 5.9).
#[derive(Debug, Clone)]
pub struct Unsettled<'a> {
    /// Whose bid.
    pub bidder: &'a PartyId,
    /// The holders that called their part broken.
    pub broken: Vec<&'a HolderKey>,
    /// The holders whose answer the log does not show.
    pub unheard: Vec<&'a HolderKey>,
}

/// The bids that time alone voided: fewer than t shares, and not so many broken parts that there can never be t. Either
/// the bidder dealt badly and a holder is dead, or somebody lies and somebody's answer is withheld; the log cannot tell
/// which, and names everybody who may know.
pub fn unsettled(tender: &Tender) -> impl Iterator<Item = Unsettled<'_>> {
    let spare = tender.holders.len().saturating_sub(usize::from(tender.rules.escrow.t));
    tender.to_open.iter().enumerate().filter_map(move |(position, to_open)| {
        let bidder = &to_open.bidder;
        tender.voided.get(bidder).filter(|reason| matches!(reason, VoidReason::SharesMissing))?;
        let (mut broken, mut unheard) = (Vec::new(), Vec::new());
        for (index, holder) in (1_u8..).zip(&tender.holders) {
            match tender.shares.get(&index).and_then(|answers| answers.get(position)) {
                Some(answer) if matches!(answer.part, Part::Broken {}) => broken.push(holder),
                Some(_) => {}
                None => unheard.push(holder),
            }
        }
        (broken.len() <= spare).then_some(Unsettled { bidder, broken, unheard })
    })
}
