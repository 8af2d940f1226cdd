//! The rules' part on the committee, in plain words: who sits on it, by what it scores, how its scores become one.

use ximu_procedure::rules::{Criterion, CriterionKind, Draw, Rules, Score, ScoreTies, StratumSeats};
use ximu_text::Text;

use super::{draws, method::rounding, rules::list, stages};

/// The sentences; none where no committee scores.
pub fn sentences(t: Text, rules: &Rules) -> Vec<String> {
    let Some(score) = rules.score() else { return Vec::new() };
    let mut sentences: Vec<String> = rules.draw().into_iter().flat_map(|draw| committee(t, draw)).collect();
    sentences.extend(score.criteria.iter().map(|one| criterion(t, one)));
    sentences.push(t.rules_criteria_only());
    sentences.push(times(t, rules, score));
    sentences.push(match &score.drop {
        None => t.rules_scores_all(),
        Some(drop) => t.rules_scores_drop(drop.from_members, drop.highest, drop.lowest),
    });
    sentences.push(t.rules_scores_mean(rounding(t, score.mean_rounding), score.mean_scale));
    if score.abnormal.is_some() {
        sentences.push(t.rules_scores_abnormal());
    }
    if let Some(points) = &score.pass {
        sentences.push(t.rules_scores_pass(points.to_string()));
    }
    sentences.push(t.rules_scores_total());
    sentences.push(match score.ties {
        ScoreTies::LowerPriceThenCriteriaThenNeutralKey => t.rules_scores_ties_price(),
        ScoreTies::CriteriaThenNeutralKey => t.rules_scores_ties_criteria(),
    });
    sentences
}

fn committee(t: Text, draw: &Draw) -> Vec<String> {
    let strata: Vec<String> = draw.seats.iter().map(|one| stratum(t, one)).collect();
    let pools: Vec<String> = draw.pools.iter().map(|pool| pool.id.to_string()).collect();
    let pools = if draw.seats.iter().all(|one| one.pools.is_none()) {
        t.rules_committee_pools(list(t, &pools))
    } else {
        t.rules_committee_pools_own(list(t, &pools))
    };
    vec![t.rules_committee(draw.delegates, list(t, &strata)), pools]
}

fn stratum(t: Text, one: &StratumSeats) -> String {
    let of = draws::stratum(t, &one.stratum);
    let Some(pools) = &one.pools else { return t.rules_committee_stratum(one.seats, of) };
    let pools: Vec<String> = pools.iter().map(ToString::to_string).collect();
    t.rules_committee_stratum_from(list(t, &pools), one.seats, of)
}

fn criterion(t: Text, one: &Criterion) -> String {
    let (points, title) = (one.points.to_string(), t.pick(&one.title.zh, &one.title.en));
    match one.kind {
        CriterionKind::Objective => t.rules_criterion_objective(points, title),
        CriterionKind::Subjective => t.rules_criterion_subjective(points, title),
    }
}

fn times(t: Text, rules: &Rules, score: &Score) -> String {
    let span = |minutes: i64| stages::span(t, rules, minutes);
    t.rules_committee_times(span(score.review_minutes), span(score.sheet_minutes), span(score.sign_minutes))
}
