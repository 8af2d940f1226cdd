//! The report (evaluation 7, 8): what the members' scores and the prices give. One function, the same for the members
//! who sign it, the centre that concludes, and whoever computes it again.

use alloc::{collections::BTreeMap, vec::Vec};
use core::cmp::Ordering;
use serde::{Deserialize, Serialize};
use ximu_basics::{
    CriterionId, Decimal, Hash, Money, PartyId, ProcedureId,
    decimal::{DecimalError, Rounding, div},
    json,
};

use super::{Committee, ScoreAt, recheck};
use crate::{
    method::{self, Setting, tie::NeutralKeys},
    rules::{Criterion, Score, ScoreTies},
    tender::Tender,
    wire::evaluation::{
        Conclusion, CorrectionCause, EvaluatedBid, EvaluationReason, MemberStand, RejectedInEvaluation, Stand,
    },
};

/// The report: canonical JSON, whose hash the members sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of this form: 1.
    pub v: u32,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its genesis hash.
    pub genesis: Hash,
    /// The members, in the order of the committee.
    pub members: Vec<Hash>,
    /// The chair.
    pub chair: Hash,
    /// The base price of the price scores; `null` when no bid was left.
    pub base: Option<Money>,
    /// The scored bids, best first.
    pub lines: Vec<ReportLine>,
    /// The rejected bids, ascending by bidder.
    pub rejected: Vec<RejectedInEvaluation>,
    /// Corrections by members of the committee, in order.
    pub corrections: Vec<ReportCorrection>,
    /// Whether the members find that competition is lacking.
    pub competition_lacking: bool,
    /// Which round of the evaluation, from 2; left out of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
}

/// One scored bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportLine {
    /// Whose.
    pub bidder: PartyId,
    /// Its price, as it was opened.
    pub price: Money,
    /// The mean by each criterion.
    pub criteria: BTreeMap<CriterionId, Decimal>,
    /// Their sum.
    pub criteria_score: Decimal,
    /// Points of the price.
    pub price_score: Decimal,
    /// The sum of the two.
    pub total: Decimal,
    /// Its place, from 1.
    pub rank: u32,
}

/// One correction, as the report names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportCorrection {
    /// Whose score.
    pub member: Hash,
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
    /// Before.
    pub old: Decimal,
    /// After.
    pub new: Decimal,
    /// Why.
    pub cause: CorrectionCause,
}

impl Report {
    /// What the members sign: H("ximu-report/1"; canonical JSON).
    #[must_use]
    pub fn hash(&self) -> Option<Hash> {
        Some(Hash::of_parts("ximu-report/1", &[&json::to_canonical(self).ok()?]))
    }

    /// The report as the conclusion tells it.
    #[must_use]
    pub fn conclusion(&self, stands: &BTreeMap<Hash, Stand>) -> Option<Conclusion> {
        let line = |line: &ReportLine| EvaluatedBid {
            bidder: line.bidder.clone(),
            criteria_score: line.criteria_score,
            price_score: line.price_score,
            total: line.total,
            rank: line.rank,
        };
        let member = |leaf: &Hash| Some(MemberStand { leaf: *leaf, stand: *stands.get(leaf)? });
        Some(Conclusion {
            report: self.hash()?,
            base: self.base,
            chair: self.chair,
            lines: self.lines.iter().map(line).collect(),
            rejected: self.rejected.clone(),
            members: self.members.iter().map(member).collect::<Option<Vec<MemberStand>>>()?,
            round: self.round,
        })
    }
}

/// Computes the report. Every score that is needed must be there.
pub(super) fn compute(committee: Committee<'_>) -> Option<Report> {
    let rules = committee.rules()?;
    let mut rejected: Vec<RejectedInEvaluation> = recheck::out(committee.tender)
        .into_iter()
        .map(|(bidder, reason)| RejectedInEvaluation { bidder, reason: EvaluationReason::Left { reason } })
        .collect();
    let mut passed: Vec<(PartyId, BTreeMap<CriterionId, Decimal>, Decimal)> = Vec::new();
    for bidder in committee.tender.evaluated() {
        if let Some(ground) = committee.rejected(&bidder) {
            rejected.push(RejectedInEvaluation { bidder, reason: EvaluationReason::Vote { ground } });
            continue;
        }
        let means = means(committee, rules, &bidder)?;
        let sum = means.values().try_fold(Decimal::whole(0), |sum, mean| sum.plus(*mean)).ok()?;
        if rules.pass.is_some_and(|pass| sum.compare(pass).is_lt()) {
            rejected.push(RejectedInEvaluation { bidder, reason: EvaluationReason::BelowPass {} });
        } else {
            passed.push((bidder, means, sum));
        }
    }
    let prices: Vec<(PartyId, Money)> = passed
        .iter()
        .map(|(bidder, ..)| Some((bidder.clone(), committee.tender.opened.get(bidder)?.price)))
        .collect::<Option<_>>()?;
    let (base, by_bidder) = price_scores(committee.tender, &prices)?;
    let mut lines = Vec::new();
    for ((bidder, criteria, criteria_score), (_, price)) in passed.into_iter().zip(&prices) {
        match by_bidder.get(&bidder) {
            Some(price_score) => lines.push(ReportLine {
                total: criteria_score.plus(*price_score).ok()?,
                price: *price,
                price_score: *price_score,
                bidder,
                criteria,
                criteria_score,
                rank: 0,
            }),
            None => rejected.push(RejectedInEvaluation { bidder, reason: EvaluationReason::NoPriceScore {} }),
        }
    }
    let keys = committee.tender.frozen_keys().unwrap_or_else(|| NeutralKeys::of(&prices));
    sort(&mut lines, rules.ties, keys);
    rejected.sort_by(|left, right| left.bidder.cmp(&right.bidder));
    Some(Report {
        v: 1,
        procedure: committee.tender.rules.id.clone(),
        genesis: committee.tender.genesis,
        members: committee.members(),
        chair: committee.chair()?,
        base,
        lines,
        rejected,
        corrections: corrections(committee),
        competition_lacking: committee.is_competition_lacking(),
        round: committee.tender.recheck_round(),
    })
}

/// The base, and the price scores of the bids that are left. The shortlist has been applied to all opened bids before,
/// once. In a recheck the base is that of the first evaluation, whoever is left: so every price scores what it scored.
fn price_scores(
    tender: &Tender,
    prices: &[(PartyId, Money)],
) -> Option<(Option<Money>, BTreeMap<PartyId, Decimal>)> {
    let setting = Setting { ceiling: tender.rules.lot()?.ceiling, coefficients: &tender.coefficients };
    let method = &tender.rules.award()?.method;
    if let Some(base) = tender.frozen_base() {
        let mut scores = BTreeMap::new();
        for (bidder, price) in prices {
            scores.extend(
                method::score(method, base, *price, &setting).ok()?.map(|score| (bidder.clone(), score)),
            );
        }
        return Some((Some(base), scores));
    }
    if prices.is_empty() {
        return Some((None, BTreeMap::new()));
    }
    let ranking = method::rank(method, prices, &setting).ok()?;
    Some((ranking.base, ranking.lines.into_iter().map(|line| (line.party, line.score)).collect()))
}

/// The mean of the members' scores for one bid, by each criterion.
fn means(
    committee: Committee<'_>,
    rules: &Score,
    bidder: &PartyId,
) -> Option<BTreeMap<CriterionId, Decimal>> {
    let one = |criterion: &Criterion| {
        let scores = in_force(committee, criterion, bidder)?;
        Some((criterion.id.clone(), mean(rules, scores).ok()?))
    };
    rules.criteria.iter().map(one).collect()
}

/// The members' scores as they count: one that is abnormal and not justified is replaced by the mean of the others that
/// are not, at the criterion's scale.
fn in_force(committee: Committee<'_>, criterion: &Criterion, bidder: &PartyId) -> Option<Vec<Decimal>> {
    let scores = committee.scores(bidder, criterion);
    if scores.len() != committee.members().len() {
        return None;
    }
    let abnormal = |at: &ScoreAt| committee.is_abnormal(at);
    let good: Vec<Decimal> = scores.iter().filter(|(at, _)| !abnormal(at)).map(|(_, score)| *score).collect();
    let count = |(at, score): &(ScoreAt, Decimal)| {
        if !abnormal(at) || good.is_empty() {
            return Some(*score);
        }
        let rounding = committee.rules()?.abnormal?.rounding;
        average(&good, criterion.scale, rounding).ok()
    };
    scores.iter().map(count).collect()
}

/// The mean by the rules, without the highest and lowest that they drop.
///
/// ```
/// use ximu_basics::{Decimal, decimal::Rounding};
/// use ximu_procedure::{evaluation::report::mean, rules::{MeanDrop, Score, ScoreTies}};
///
/// let number = |text: &str| text.parse::<Decimal>().unwrap();
/// let rules = Score {
///     criteria: vec![], members_least: 5, sheet_minutes: 1, review_minutes: 1, clarify_minutes: 1,
///     sign_minutes: 1, extension_minutes: 1, drop: Some(MeanDrop { from_members: 5, highest: 1, lowest: 1 }),
///     mean_scale: 2, mean_rounding: Rounding::HalfUp, abnormal: None, pass: None,
///     ties: ScoreTies::CriteriaThenNeutralKey, outage: None, papers: false,
/// };
/// // 28 and 40 are dropped: (33 + 35 + 36) / 3.
/// let scores = ["33", "40", "35", "28", "36"].map(number).to_vec();
/// assert_eq!(mean(&rules, scores).unwrap().to_string(), "34.67");
/// // Four members are too few to drop any: (33 + 40 + 35 + 28) / 4.
/// assert_eq!(mean(&rules, ["33", "40", "35", "28"].map(number).to_vec()).unwrap().to_string(), "34.00");
/// ```
///
/// # Errors
/// [`DecimalError`]; never for validated rules and at least one score.
pub fn mean(rules: &Score, mut scores: Vec<Decimal>) -> Result<Decimal, DecimalError> {
    scores.sort_by(|left, right| left.compare(*right));
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let kept: &[Decimal] = match &rules.drop {
        Some(drop) if scores.len() >= count(drop.from_members) => {
            let end = scores.len().saturating_sub(count(drop.highest));
            scores.get(count(drop.lowest)..end).unwrap_or(&scores)
        }
        Some(_) | None => &scores,
    };
    average(kept, rules.mean_scale, rules.mean_rounding)
}

/// The sum divided by the number, at a scale.
fn average(scores: &[Decimal], scale: u8, rounding: Rounding) -> Result<Decimal, DecimalError> {
    let sum = scores.iter().try_fold(Decimal::whole(0), |sum, score| sum.plus(*score))?;
    div(sum, Decimal::whole(i64::try_from(scores.len()).unwrap_or(i64::MAX)), scale, rounding)
}

/// Best first; no two share a rank.
fn sort(lines: &mut [ReportLine], ties: ScoreTies, keys: NeutralKeys) {
    let tied = |left: &ReportLine, right: &ReportLine| -> Ordering {
        let criteria = right.criteria_score.compare(left.criteria_score);
        match ties {
            ScoreTies::LowerPriceThenCriteriaThenNeutralKey => {
                left.price.amount().compare(right.price.amount()).then(criteria)
            }
            ScoreTies::CriteriaThenNeutralKey => criteria,
        }
    };
    lines.sort_by(|left, right| {
        let total = right.total.compare(left.total);
        let neutral = || keys.key(&left.bidder).cmp(&keys.key(&right.bidder));
        total.then_with(|| tied(left, right)).then_with(neutral)
    });
    for (place, line) in (1_u32..).zip(lines.iter_mut()) {
        line.rank = place;
    }
}

/// Corrections of those who are members now: what a replaced member said is void.
fn corrections(committee: Committee<'_>) -> Vec<ReportCorrection> {
    let members = committee.members();
    let all = committee.panel.corrections.iter().filter(|one| members.contains(&one.score.member));
    all.map(|one| ReportCorrection {
        member: one.score.member,
        bidder: one.score.bidder.clone(),
        criterion: one.score.criterion.clone(),
        old: one.old,
        new: one.new,
        cause: one.cause,
    })
    .collect()
}
