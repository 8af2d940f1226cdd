//! The rules document of the simulated tender: the planting of the seed case, as a rehearsal of a few seconds.

use ximu_basics::{Instant, Money, PartyId, Rounding};
use ximu_procedure::{
    calendar::Units,
    method::{DeviationFromBenchmark, MethodParams, RatioToLowest},
    rules::{
        AbnormalRule, Award, BeatStep, Beats, Bond, BondKind, CoefficientSet, Criterion, CriterionKind, Draw,
        Enquire, Enter, Escrow, EscrowOpens, ExpertShare, FaultState, LegalPeriod, LegalRule, Lot, MeanDrop,
        Notice, OutageRule, Phase, Pool, ReadOut, Rules, Score, ScoreTies, Seal, StratumSeats, Text, Unseal,
    },
};

/// The peers, in share order. The first keeps second copies.
pub const PEERS: [&str; 4] = ["nantong.example", "suzhou.example", "ningbo.example", "yuyao.example"];

/// A day of 700 ms: twenty days take fourteen seconds, and three are longer than the shortest window.
pub const UNITS: Units = Units { day_ms: 700, minute_ms: 100, beat_ms: 250 };

/// The values of the coefficient that a tender may draw.
pub const COEFFICIENTS: [&str; 3] = ["0.95", "0.96", "0.97"];

/// The bond that a tender with phase Enter asks for.
pub const BOND: &str = "200000.00";

/// The documents of qualification that such a tender asks for.
pub const CREDENTIALS: [&str; 2] = ["licence", "qualification"];

/// The document, for a tenderer and a deadline.
#[must_use]
pub fn rules(tenderer: PartyId, deadline: Instant) -> Rules {
    Rules {
        v: 1,
        semantics: 1,
        id: "yc-2020-0603".parse().unwrap(),
        preset: "cn-construction-open".into(),
        title: text("白洋高速公路匝道绿化二期工程", "Baiyang expressway slip-road planting, phase two"),
        description: text("匝道绿化", "Planting along the slip roads"),
        sandbox: Some(UNITS),
        lots: vec![Lot {
            id: "lot-1".parse().unwrap(),
            title: text("绿化", "Planting"),
            ceiling: Money::yuan("9850000.00").unwrap(),
            estimate: Money::yuan("10000000.00").unwrap(),
        }],
        tenderer,
        custody: PEERS[0].into(),
        escrow: Escrow {
            t: 3,
            n: 4,
            holders: PEERS.map(String::from).to_vec(),
            opens: EscrowOpens::WhoAsked,
        },
        beats: Beats {
            grace_ms: 5_000,
            steps: [(1_440, 60_000), (60, 10_000), (1, 1_000)]
                .map(|(within_minutes, every_ms)| BeatStep { within_minutes, every_ms })
                .to_vec(),
            base_every_ms: 600_000,
        },
        pack: None,
        calendar: None,
        legal: legal(),
        coefficients: Vec::new(),
        phases: vec![
            Phase::Notice(Notice { documents_available_days: 5 }),
            Phase::Enquire(Enquire {
                questions_to_deadline_days: 5,
                questions_max: 200,
                objections_to_deadline_days: 10,
                answer_days: 3,
            }),
            Phase::Seal(Seal {
                deadline,
                minimum_bids: 3,
                form_bytes_max: 262_144,
                body_bytes_max: 268_435_456,
                versions_max: 20,
            }),
            Phase::Unseal(Unseal {
                window_minutes: 30,
                fault: FaultState::Revoked,
                objection_minutes: 30,
                relays: false,
                read_out: vec![
                    ReadOut::Price,
                    ReadOut::Bond,
                    ReadOut::Quality,
                    ReadOut::Duration,
                    ReadOut::Manager,
                ],
            }),
            Phase::Award(Award {
                shortlist: None,
                method: MethodParams::RatioToLowest(RatioToLowest::plain("100.00".parse().unwrap())),
                candidates_max: 3,
                publication_days: 3,
                separation: None,
            }),
        ],
    }
}

/// Makes the base of the ranking a mean times a coefficient `k`, drawn from [`COEFFICIENTS`].
pub fn draw_a_coefficient(rules: &mut Rules) {
    let number = |text: &str| text.parse().unwrap();
    let mut method = DeviationFromBenchmark::plain(number("100"), number("2"), number("1"));
    method.factor = "drawn:k".parse().unwrap();
    for phase in &mut rules.phases {
        if let Phase::Award(award) = phase {
            award.method = MethodParams::DeviationFromBenchmark(Box::new(method.clone()));
        }
    }
    let values = COEFFICIENTS.map(|value| value.parse().unwrap()).to_vec();
    rules.coefficients = vec![CoefficientSet { name: "k".parse().unwrap(), values }];
}

/// Lets bidders apply and give a bond of 200,000 yuan, 2 % of the estimate; with an officer somebody decides on
/// applications before the opening.
pub fn enter(rules: &mut Rules, officer: Option<PartyId>, keeper: PartyId) {
    let bond = Bond {
        amount: Money::yuan(BOND).unwrap(),
        keeper,
        kinds: vec![BondKind::Cash, BondKind::Guarantee, BondKind::Insurance],
    };
    let enter = Enter {
        credentials: CREDENTIALS.map(|name| name.parse().unwrap()).to_vec(),
        members_max: 2,
        applications_to_deadline_days: 5,
        officer,
        bond: Some(bond),
    };
    let seal = rules.phases.iter().position(|phase| matches!(phase, Phase::Seal(_))).unwrap();
    rules.phases.insert(seal, Phase::Enter(enter));
    let bond = LegalPeriod {
        rule: LegalRule::BidBond,
        value: 2,
        unit: LegalRule::BidBond.unit(),
        article: "第二十六条".into(),
        law: "中华人民共和国招标投标法实施条例".into(),
        as_of: "2025-04-30".into(),
    };
    rules.legal.push(bond);
    rules.legal.sort_by_key(|period| period.rule);
}

/// Lets the experts of the committee be drawn: one economic and three technical, from the pools of these keepers.
pub fn draw_experts(rules: &mut Rules, pools: &[(&str, PartyId)]) {
    let pools = pools.iter().map(|(id, keeper)| Pool { id: id.parse().unwrap(), keeper: keeper.clone() });
    let line = |stratum: &str, seats| StratumSeats {
        stratum: stratum.parse().unwrap(),
        seats,
        pool_least: None,
        pools: None,
    };
    let draw = Draw {
        pools: pools.collect(),
        seats: vec![line("economic", 1), line("technical", 3)],
        delegates: 1,
        experts: ExpertShare { least: 2, of: 3 },
        contribution_minutes: 30,
    };
    let award = rules.phases.len() - 1;
    rules.phases.insert(award, Phase::Draw(draw));
}

/// Lets the experts be drawn by regions: of each stratum so many, from these of the phase's pools alone.
pub fn draw_by_regions(rules: &mut Rules, seats: &[(&str, u32, &[&str])]) {
    let line = |(stratum, seats, pools): &(&str, u32, &[&str])| StratumSeats {
        stratum: stratum.parse().unwrap(),
        seats: *seats,
        pool_least: None,
        pools: Some(pools.iter().map(|id| id.parse().unwrap()).collect()),
    };
    for phase in &mut rules.phases {
        if let Phase::Draw(draw) = phase {
            draw.seats = seats.iter().map(line).collect();
        }
    }
}

/// Lets the drawn committee evaluate: 40 points for the plan and 10 for works done, 50 for the price.
pub fn score(rules: &mut Rules) {
    let number = |text: &str| text.parse().unwrap();
    let criterion = |id: &str, title, points, kind, scale| Criterion {
        id: id.parse().unwrap(),
        title,
        points: number(points),
        kind,
        scale,
    };
    let criteria = vec![
        criterion("plan", text("施工组织设计", "Construction plan"), "40", CriterionKind::Subjective, 1),
        criterion("record", text("业绩", "Works done"), "10", CriterionKind::Objective, 0),
    ];
    let score = Score {
        criteria,
        members_least: 5,
        sheet_minutes: 60,
        review_minutes: 30,
        clarify_minutes: 30,
        sign_minutes: 30,
        extension_minutes: 30,
        drop: Some(MeanDrop { from_members: 5, highest: 1, lowest: 1 }),
        mean_scale: 2,
        mean_rounding: Rounding::HalfUp,
        abnormal: Some(AbnormalRule { rounding: Rounding::HalfUp }),
        pass: None,
        ties: ScoreTies::LowerPriceThenCriteriaThenNeutralKey,
        outage: Some(OutageRule {
            before_minutes: 120,
            during_minutes: 240,
            article: "第三十条".into(),
            law: "评标办法（演练）".into(),
            as_of: "2025-04-30".into(),
        }),
        papers: false,
    };
    let award = rules.phases.len() - 1;
    if let Phase::Award(award) = &mut rules.phases[award] {
        award.method = MethodParams::RatioToLowest(RatioToLowest::plain(number("50.00")));
    }
    rules.phases.insert(award, Phase::Score(score));
    let committee = |rule: LegalRule, value| LegalPeriod {
        rule,
        value,
        unit: rule.unit(),
        article: "第三十七条".into(),
        law: "中华人民共和国招标投标法".into(),
        as_of: "2025-04-30".into(),
    };
    rules
        .legal
        .extend([committee(LegalRule::CommitteeMembers, 5), committee(LegalRule::CommitteeExperts, 2)]);
    rules.legal.sort_by_key(|period| period.rule);
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

fn legal() -> Vec<LegalPeriod> {
    let law = "中华人民共和国招标投标法";
    let regulations = "中华人民共和国招标投标法实施条例";
    [
        (LegalRule::DocumentsToDeadline, 20, "第二十四条", law),
        (LegalRule::DocumentsAvailable, 5, "第十六条", regulations),
        (LegalRule::AmendmentToDeadline, 15, "第二十三条", law),
        (LegalRule::ObjectionToDeadline, 10, "第二十二条", regulations),
        (LegalRule::ObjectionAnswered, 3, "第二十二条", regulations),
        (LegalRule::MinimumBids, 3, "第四十四条", regulations),
        (LegalRule::CandidatesListed, 3, "第五十三条", regulations),
        (LegalRule::CandidatesPublishedWithin, 3, "第五十四条", regulations),
        (LegalRule::CandidatesPublished, 3, "第五十四条", regulations),
    ]
    .map(|(rule, value, article, law)| LegalPeriod {
        rule,
        value,
        unit: rule.unit(),
        article: article.into(),
        law: law.into(),
        as_of: "2025-04-30".into(),
    })
    .to_vec()
}
