//! The faults of phase Score, and of a committee that the law would not call one (rules 9.9, 9.16).

use super::*;
use crate::rules::{Criterion, CriterionKind, MeanDrop, OutageRule, Score, ScoreTies};
use ximu_basics::Rounding;

/// The faults of a document with phases Draw and Score, changed.
fn with(change: &dyn Fn(&mut Rules)) -> Vec<String> {
    faults(|rules| {
        evaluated(rules);
        change(rules);
    })
}

fn on(change: fn(&mut Score)) -> Vec<String> {
    with(&|rules| on_score(rules, change))
}

fn on_score(rules: &mut Rules, change: impl Fn(&mut Score)) {
    on_phase(rules, |phase| {
        if let Phase::Score(score) = phase {
            change(score);
        }
    });
}

fn on_draw(rules: &mut Rules, change: impl Fn(&mut Draw)) {
    on_phase(rules, |phase| {
        if let Phase::Draw(draw) = phase {
            change(draw);
        }
    });
}

fn legal(rule: LegalRule, value: i64) -> LegalPeriod {
    LegalPeriod {
        rule,
        value,
        unit: rule.unit(),
        article: "第三十七条".into(),
        law: "中华人民共和国招标投标法".into(),
        as_of: "2025-04-01".into(),
    }
}

fn state(rules: &mut Rules, numbers: &[LegalPeriod]) {
    rules.legal.extend(numbers.iter().cloned());
    rules.legal.sort_by_key(|period| period.rule);
}

/// Adds a committee of five, one of them sent, and what the law says of it.
fn evaluated(rules: &mut Rules) {
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    let line = |stratum: &str, seats| StratumSeats {
        stratum: stratum.parse().unwrap(),
        seats,
        pool_least: None,
        pools: None,
    };
    let draw = Draw {
        pools: vec![Pool { id: "nantong".parse().unwrap(), keeper: "keeper".parse().unwrap() }],
        seats: vec![line("economic", 1), line("technical", 3)],
        delegates: 1,
        experts: ExpertShare { least: 2, of: 3 },
        contribution_minutes: 30,
    };
    let criterion = |id: &str, points: &str, kind, scale| Criterion {
        id: id.parse().unwrap(),
        title: Text { zh: "因素".into(), en: "criterion".into() },
        points: number(points),
        kind,
        scale,
    };
    let score = Score {
        criteria: vec![
            criterion("plan", "40.0", CriterionKind::Subjective, 1),
            criterion("record", "10", CriterionKind::Objective, 0),
        ],
        members_least: 5,
        sheet_minutes: 60,
        review_minutes: 60,
        clarify_minutes: 60,
        sign_minutes: 60,
        extension_minutes: 60,
        drop: Some(MeanDrop { from_members: 5, highest: 1, lowest: 1 }),
        mean_scale: 2,
        mean_rounding: Rounding::HalfUp,
        abnormal: None,
        pass: Some(number("30")),
        ties: ScoreTies::CriteriaThenNeutralKey,
        outage: Some(OutageRule {
            before_minutes: 120,
            during_minutes: 240,
            article: "第三十条".into(),
            law: "评标办法".into(),
            as_of: "2025-04-01".into(),
        }),
        papers: true,
    };
    let award = rules.phases.len() - 1;
    if let Phase::Award(award) = &mut rules.phases[award] {
        award.method = MethodParams::RatioToLowest(RatioToLowest::plain(number("50.00")));
    }
    rules.phases.splice(award..award, [Phase::Draw(draw), Phase::Score(score)]);
    state(rules, &[legal(LegalRule::CommitteeMembers, 5), legal(LegalRule::CommitteeExperts, 2)]);
}

#[test]
fn the_committee_keeps_the_laws_size_and_part() {
    let one_drawn_and_two_sent = with(&|rules| {
        on_draw(rules, |draw| {
            draw.seats.remove(0);
            draw.seats[0].seats = 1;
            draw.delegates = 2;
            draw.experts = ExpertShare { least: 1, of: 3 };
        });
        on_score(rules, |score| score.members_least = 3);
    });
    assert_eq!(
        one_drawn_and_two_sent,
        ["phases.score.members_least rules-legal", "phases.draw.experts rules-legal"]
    );
    let part = |least, of| with(&|rules| on_draw(rules, |draw| draw.experts = ExpertShare { least, of }));
    for (least, of) in [(2, 3), (4, 6), (3, 4), (67, 100)] {
        assert_eq!(part(least, of), Vec::<String>::new(), "{least} of {of}");
    }
    for (least, of) in [(1, 2), (66, 100), (1, 3)] {
        assert_eq!(part(least, of), ["phases.draw.experts rules-legal"], "{least} of {of}");
    }
    for rule in [LegalRule::CommitteeMembers, LegalRule::CommitteeExperts] {
        let without = |rules: &mut Rules| rules.legal.retain(|period| period.rule != rule);
        let missing = [format!("legal.{} rules-legal-missing", rule.as_str())];
        assert_eq!(with(&without), missing);
        let of_a_pack = with(&|rules| {
            let must = vec![LegalRule::DocumentsToDeadline, LegalRule::MinimumBids];
            rules.pack = Some(Pack { id: "other-law".into(), must, bond_kinds: vec![] }.into());
            without(rules);
        });
        assert_eq!(of_a_pack, missing, "no pack does without it");
    }
    let four_thirds = with(&|rules| on_legal(rules, LegalRule::CommitteeExperts, |part| part.value = 4));
    assert!(four_thirds.contains(&"legal.committee_experts.value rules-range".into()), "{four_thirds:?}");
}

#[test]
fn a_place_may_let_the_tenderer_send_fewer() {
    let sent = |delegates| {
        with(&|rules| {
            state(rules, &[legal(LegalRule::CommitteeDelegates, 2)]);
            on_draw(rules, |draw| {
                draw.seats[1].seats = 8 - delegates;
                draw.delegates = delegates;
            });
        })
    };
    for fewer in [0, 1, 2] {
        assert_eq!(sent(fewer), Vec::<String>::new(), "{fewer} of nine");
    }
    assert_eq!(sent(3), ["phases.draw.delegates rules-legal"], "a third of nine, and one too many here");
}

#[test]
fn each_fault_of_the_evaluation_is_named() {
    fn outage(score: &mut Score) -> &mut OutageRule {
        score.outage.as_mut().unwrap()
    }
    assert_eq!(on(|_| {}), Vec::<String>::new());
    for (change, expected) in [
        (
            (|score| score.criteria[0].points = "39.0".parse().unwrap()) as fn(&mut Score),
            "criteria rules-score",
        ),
        (|score| score.criteria[1].id = score.criteria[0].id.clone(), "criteria rules-duplicate"),
        (
            |score| {
                // Thirteen criteria with ids of twelve letters: 321 bytes a bid, of which 150 are too long.
                let points = "4.0".parse().unwrap();
                let one = |number: u32| Criterion {
                    id: format!("criterion-{number:02}").parse().unwrap(),
                    points,
                    ..score.criteria[0].clone()
                };
                score.criteria = (0..12)
                    .map(one)
                    .chain([Criterion { points: "2.0".parse().unwrap(), ..one(12) }])
                    .collect();
            },
            "criteria rules-score",
        ),
        (|score| score.criteria[0].scale = 0, "criteria[0].points rules-score"),
        (|score| score.criteria[0].scale = 5, "criteria[0].scale rules-range"),
        (|score| score.criteria[0].title.en.clear(), "criteria[0].title.en rules-text"),
        (|score| score.sheet_minutes = 0, "sheet_minutes rules-range"),
        (|score| score.sign_minutes = 10_081, "sign_minutes rules-range"),
        (|score| score.mean_scale = 5, "mean_scale rules-range"),
        (|score| score.members_least = 7, "members_least rules-score"),
        (|score| score.pass = Some("50.1".parse().unwrap()), "pass rules-score"),
        (|score| score.pass = Some("-1".parse().unwrap()), "pass rules-score"),
        (|score| score.drop = Some(MeanDrop { from_members: 2, highest: 1, lowest: 1 }), "drop rules-score"),
        (|score| outage(score).before_minutes = 0, "outage.before_minutes rules-range"),
        (|score| outage(score).during_minutes = 10_081, "outage.during_minutes rules-range"),
        (|score| outage(score).article.clear(), "outage.article rules-text"),
        (|score| outage(score).law.clear(), "outage.law rules-text"),
        (|score| outage(score).as_of = "2025".into(), "outage.as_of rules-legal-form"),
    ] {
        assert_eq!(on(change), [format!("phases.score.{expected}")]);
    }
    let even = with(&|rules| on_draw(rules, |draw| draw.delegates = 2));
    assert_eq!(even, ["phases.score.members_least rules-score"]);
    let alone = with(&|rules| rules.phases.retain(|phase| !matches!(phase, Phase::Draw(_))));
    assert_eq!(alone, ["phases[4] rules-phase-order"], "a committee that is not drawn does not evaluate");
}
