//! A score sheet (evaluation 5): what a member seals, and what is read of it.

use alloc::{collections::BTreeMap, vec::Vec};
use ximu_basics::{CriterionId, Decimal, PartyId, PersonId, json};

use crate::{
    rules::Criterion,
    set::SheetRound,
    tender::Tender,
    wire::evaluation::{Sheet, SheetLine},
};

/// The content of a sheet's envelope; `None` when a number has no canonical form.
#[must_use]
pub fn write(scores: &BTreeMap<PartyId, BTreeMap<CriterionId, Decimal>>) -> Option<Vec<u8>> {
    let line = |(bidder, points): (&PartyId, &BTreeMap<CriterionId, Decimal>)| SheetLine {
        bidder: bidder.clone(),
        points: points.clone(),
    };
    json::to_canonical(&Sheet { v: 1, scores: scores.iter().map(line).collect() }).ok()
}

/// Reads the sheet of an author: `None` unless it has exactly the bidders it was asked for, each with exactly the
/// criteria of the rules, each score at its criterion's scale. A score outside the criterion's points is read: it is
/// shown, and must be corrected.
#[must_use]
pub fn read(tender: &Tender, round: &SheetRound, author: &PersonId, content: &[u8]) -> Option<Sheet> {
    let sheet: Sheet = json::from_canonical(content).ok()?;
    let asked = round.asked.iter().find(|asked| asked.by.id == *author)?;
    let rules = tender.rules.score()?;
    let same_bidders = sheet.scores.iter().map(|line| &line.bidder).eq(&asked.bidders);
    let whole = |line: &SheetLine| {
        line.points.len() == rules.criteria.len()
            && rules.criteria.iter().all(|criterion| {
                line.points.get(&criterion.id).is_some_and(|score| has_scale(criterion, *score))
            })
    };
    (sheet.v == 1 && same_bidders && sheet.scores.iter().all(whole)).then_some(sheet)
}

/// Whether a score is written with exactly the decimals of its criterion.
#[must_use]
pub fn has_scale(criterion: &Criterion, score: Decimal) -> bool {
    score.scale() == criterion.scale
}

/// Whether a score is one that the criterion can give.
#[must_use]
pub fn in_range(criterion: &Criterion, score: Decimal) -> bool {
    !score.is_negative() && score.compare(criterion.points).is_le()
}
