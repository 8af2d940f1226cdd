//! Sheets that are alike (evaluation 8.7): a lead with evidence, never a verdict.
//!
//! An expert's sheet is sealed, so nobody can copy it from the log. Two that agree in every opinion on every bid may be
//! chance, or one hand, or a word that was passed on. The report shows it; people judge.

use alloc::vec::Vec;
use ximu_basics::{CriterionId, Decimal};

use crate::{rules::CriterionKind, wire::record::EvaluationReport};

/// So many subjective scores a sheet has at least before another that equals it is worth a remark: with fewer, equal
/// sheets are common among honest members.
pub const ALIKE_SCORES_MIN: usize = 10;

/// Members whose sheets agree on every subjective score of every bid, as they were sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Their places on the committee, from 1, ascending; two at least.
    pub members: Vec<u32>,
    /// On how many scores they agree.
    pub scores: usize,
}

/// Every group of members with equal sheets, by the place of its first. A sheet with fewer than [`ALIKE_SCORES_MIN`]
/// subjective scores is in none.
#[must_use]
pub fn alike(report: &EvaluationReport) -> Vec<Alike> {
    let mut groups: Vec<(Vec<Decimal>, Vec<u32>)> = Vec::new();
    for member in report.members.iter().map(|line| line.member) {
        let Some(sheet) = sealed(report, member).filter(|sheet| sheet.len() >= ALIKE_SCORES_MIN) else {
            continue;
        };
        match groups.iter_mut().find(|(other, _)| *other == sheet) {
            Some((_, members)) => members.push(member),
            None => groups.push((sheet, [member].into())),
        }
    }
    let several = groups.into_iter().filter(|(_, members)| members.len() > 1);
    several.map(|(sheet, members)| Alike { members, scores: sheet.len() }).collect()
}

/// A member's subjective scores as it sealed them, in the order of the report; `None` when one is not there.
fn sealed(report: &EvaluationReport, member: u32) -> Option<Vec<Decimal>> {
    let place = usize::try_from(member).ok()?.checked_sub(1)?;
    let subjective = |criterion: &CriterionId| {
        let head = report.criteria.iter().find(|head| head.id == *criterion);
        head.is_some_and(|head| head.kind == CriterionKind::Subjective)
    };
    let lines = report.scores.iter().filter(|line| subjective(&line.criterion));
    lines
        .map(|line| {
            let now = line.points.get(place).copied().flatten()?;
            let mut corrections = report.corrections.iter();
            let first = corrections.find(|one| {
                one.member == member && one.bidder == line.bidder && one.criterion == line.criterion
            });
            Some(first.map_or(now, |one| one.old))
        })
        .collect()
}
