//! A complete rules document for tests: the slip-road planting of the seed case.

use alloc::{vec, vec::Vec};
use ximu_basics::Money;

use super::{
    Award, BeatStep, Beats, Enquire, Escrow, EscrowOpens, FaultState, LegalPeriod, LegalRule, Lot, Notice,
    Phase, ReadOut, Rules, Seal, Text, Unseal,
};
use crate::{
    calendar::{Units, WorkingDays},
    method::{MethodParams, RatioToLowest},
};

/// A real procedure that validates, with its deadline at 2020-06-03T10:00:00+08:00.
pub fn real() -> Rules {
    Rules {
        v: 1,
        semantics: 1,
        id: "yc-2020-0603".parse().unwrap(),
        preset: "cn-construction-open".into(),
        title: text("白洋高速公路匝道绿化二期工程", "Baiyang expressway slip-road planting, phase two"),
        description: text("匝道绿化", "Planting along the slip roads"),
        sandbox: None,
        lots: vec![Lot {
            id: "lot-1".parse().unwrap(),
            title: text("绿化", "Planting"),
            ceiling: Money::yuan("9850000.00").unwrap(),
            estimate: Money::yuan("10000000.00").unwrap(),
        }],
        tenderer: "tenderer".parse().unwrap(),
        custody: "nantong.example".into(),
        escrow: Escrow {
            t: 3,
            n: 4,
            holders: ["nantong", "suzhou", "ningbo", "hangzhou"]
                .map(|name| alloc::format!("{name}.example"))
                .to_vec(),
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
        calendar: Some(calendar()),
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
                deadline: "2020-06-03T10:00:00+08:00".parse().unwrap(),
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

/// The same as a rehearsal with these units.
pub fn rehearsal(units: Units) -> Rules {
    Rules { sandbox: Some(units), ..real() }
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

/// The days off and worked around the deadline: Labour Day and the Dragon Boat Festival of 2020.
fn calendar() -> WorkingDays {
    let dates = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    WorkingDays {
        years: vec![2020],
        holidays: dates(&[
            "2020-05-01",
            "2020-05-02",
            "2020-05-03",
            "2020-05-04",
            "2020-05-05",
            "2020-06-25",
            "2020-06-26",
            "2020-06-27",
        ]),
        workdays: dates(&["2020-04-26", "2020-05-09", "2020-06-28"]),
    }
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
        as_of: "2025-04-01".into(),
    })
    .to_vec()
}
