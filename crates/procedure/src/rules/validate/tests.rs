//! Each check of rules 9 as one row: a change to a good document, and the fault it must give.

use super::*;
use crate::{
    calendar::{Date, Units, WorkingDays},
    method::{DeviationFromBenchmark, MethodParams, RatioToLowest, ratio_to_lowest::DropRule},
    rules::{
        BeatStep, Bond, BondKind, CoefficientSet, Draw, Enter, ExpertShare, LegalPeriod, LegalRule,
        LegalUnit, Pack, Phase, Pool, ReadOut, StratumSeats, Text, sample,
    },
};
use ximu_basics::{Decimal, Instant, Money, json::from_canonical};

mod enter;
mod score;

type Change = fn(&mut Rules);

/// The faults of a changed document as `path code` lines.
fn faults(change: impl FnOnce(&mut Rules)) -> Vec<String> {
    let mut rules = sample::real();
    change(&mut rules);
    lines(rules.validate(true).err().unwrap_or_default())
}

fn lines(faults: Vec<RuleFault>) -> Vec<String> {
    faults.iter().map(|fault| format!("{} {}", fault.path, fault.code)).collect()
}

fn on_phase(rules: &mut Rules, change: impl FnMut(&mut Phase)) {
    rules.phases.iter_mut().for_each(change);
}

fn on_enquire(rules: &mut Rules, change: impl Fn(&mut crate::rules::Enquire)) {
    on_phase(rules, |phase| {
        if let Phase::Enquire(enquire) = phase {
            change(enquire);
        }
    });
}

fn on_seal(rules: &mut Rules, change: impl Fn(&mut crate::rules::Seal)) {
    on_phase(rules, |phase| {
        if let Phase::Seal(seal) = phase {
            change(seal);
        }
    });
}

fn on_unseal(rules: &mut Rules, change: impl Fn(&mut crate::rules::Unseal)) {
    on_phase(rules, |phase| {
        if let Phase::Unseal(unseal) = phase {
            change(unseal);
        }
    });
}

fn on_award(rules: &mut Rules, change: impl Fn(&mut crate::rules::Award)) {
    on_phase(rules, |phase| {
        if let Phase::Award(award) = phase {
            change(award);
        }
    });
}

fn on_legal(rules: &mut Rules, rule: LegalRule, change: impl Fn(&mut crate::rules::LegalPeriod)) {
    rules.legal.iter_mut().filter(|period| period.rule == rule).for_each(change);
}

#[test]
fn a_good_document_has_no_fault_and_one_canonical_form() {
    let rules = sample::real();
    assert_eq!(rules.validate(false), Ok(()));
    let bytes = rules.canonical().unwrap();
    assert_eq!(from_canonical::<Rules>(&bytes), Ok(rules.clone()));
    let rehearsal = sample::rehearsal(Units { day_ms: 800, minute_ms: 100, beat_ms: 250 });
    assert_eq!(rehearsal.validate(true), Ok(()));
    assert_ne!(rehearsal.hash(), rules.hash());
}

#[test]
fn a_member_unknown_at_any_depth_is_refused() {
    let text = String::from_utf8(sample::real().canonical().unwrap()).unwrap();
    for (place, with) in [
        (r#"{"beats""#, r#"{"a":0,"beats""#),
        (r#"{"beats""#, r#"{"coefficients":[],"beats""#),
        (r#"{"base_every_ms""#, r#"{"a":0,"base_every_ms""#),
        (r#"{"above_ceiling""#, r#"{"a":0,"above_ceiling""#),
        (r#"{"count_from""#, r#"{"a":0,"count_from""#),
        (r#"{"article""#, r#"{"a":0,"article""#),
        (r#"{"ceiling""#, r#"{"a":0,"ceiling""#),
        (r#"{"amount""#, r#"{"a":0,"amount""#),
        (r#"{"body_bytes_max""#, r#"{"a":0,"body_bytes_max""#),
    ] {
        assert!(text.contains(place), "{place} stands in the document");
        assert!(from_canonical::<Rules>(text.replacen(place, with, 1).as_bytes()).is_err(), "{with}");
    }
}

#[test]
fn each_fault_of_the_document_is_named() {
    assert_eq!(faults(|rules| rules.v = 2), ["v rules-version"]);
    assert_eq!(faults(|rules| rules.semantics = 0), ["semantics rules-version"]);
    assert_eq!(faults(|rules| rules.preset = "A b".into()), ["preset rules-name"]);
    assert_eq!(faults(|rules| rules.title.en = " ".into()), ["title.en rules-text"]);
    assert_eq!(faults(|rules| rules.title.zh = "标".repeat(201)), ["title.zh rules-text"]);
    assert_eq!(faults(|rules| rules.description.zh = "a\u{7}".into()), ["description.zh rules-text"]);
    assert_eq!(faults(|rules| rules.custody = "a b".into()), ["custody rules-name"]);
    assert_eq!(faults(|rules| rules.custody = "a+b".into()), ["custody rules-name"]);
    assert_eq!(faults(|rules| rules.lots.clear()), ["lots rules-lots"]);
    assert_eq!(faults(|rules| rules.lots.push(rules.lots[0].clone())), ["lots rules-lots"]);
    let zero = Money::yuan("0.00").unwrap();
    assert_eq!(faults(|rules| rules.lots[0].ceiling = zero), ["lots[0].ceiling rules-amount"]);
    assert_eq!(faults(|rules| rules.lots[0].estimate = zero), ["lots[0].estimate rules-amount"]);
    assert_eq!(faults(|rules| rules.lots[0].title.zh.clear()), ["lots[0].title.zh rules-text"]);
    assert_eq!(
        faults(|rules| {
            rules.description.en = "x".repeat(4_000);
            rules.description.zh = "标".repeat(4_000);
            rules.legal[0].law = "法".repeat(200);
            rules.escrow.holders = vec!["h".repeat(NAME_BYTES_MAX); 140];
        })
        .last()
        .map(String::as_str),
        Some("rules rules-size")
    );
}

#[test]
fn each_fault_of_the_escrow_is_named() {
    assert_eq!(faults(|rules| rules.escrow.t = 1), ["escrow.t rules-escrow"]);
    assert_eq!(faults(|rules| rules.escrow.t = 5), ["escrow.t rules-escrow"]);
    assert_eq!(faults(|rules| rules.escrow.n = 5), ["escrow.n rules-escrow"]);
    assert_eq!(
        faults(|rules| {
            rules.escrow.n = 17;
            rules.escrow.holders = (0..17).map(|index| format!("h{index}")).collect();
        }),
        ["escrow.n rules-escrow"]
    );
    assert_eq!(
        faults(|rules| rules.escrow.holders[1] = rules.escrow.holders[0].clone()),
        ["escrow.holders rules-duplicate"]
    );
    assert_eq!(faults(|rules| rules.escrow.holders[2] = String::new()), ["escrow.holders[2] rules-name"]);
}

#[test]
fn each_fault_of_a_rehearsal_is_named() {
    let units = Units { day_ms: 800, minute_ms: 100, beat_ms: 250 };
    let of = |units: Units| lines(sample::rehearsal(units).validate(true).err().unwrap_or_default());
    assert_eq!(lines(sample::rehearsal(units).validate(false).unwrap_err()), ["sandbox rules-sandbox"]);
    assert_eq!(
        of(Units { beat_ms: 249, ..units }),
        ["sandbox.beat_ms rules-too-short", "beats.steps[2].every_ms rules-too-short"]
    );
    assert_eq!(of(Units { beat_ms: 1_001, ..units }), ["sandbox.beat_ms rules-range"]);
    assert_eq!(of(Units { day_ms: 86_400_001, ..units }), ["sandbox.day_ms rules-range"]);
    assert_eq!(of(Units { minute_ms: 60_001, ..units }), ["sandbox.minute_ms rules-range"]);
    assert_eq!(of(Units { minute_ms: 0, ..units }), ["sandbox.minute_ms rules-range"]);
    assert_eq!(
        of(Units { day_ms: 600, ..units }),
        ["phases.enquire.answer_days rules-too-short", "phases.award.publication_days rules-too-short"],
        "three days of 600 ms are less than 2 s"
    );
    assert_eq!(
        of(Units { minute_ms: 66, ..units }),
        ["phases.unseal.window_minutes rules-too-short", "phases.unseal.objection_minutes rules-too-short"]
    );
}

#[test]
fn each_fault_of_the_beats_is_named() {
    assert_eq!(faults(|rules| rules.beats.grace_ms = 5_001), ["beats.grace_ms rules-range"]);
    assert_eq!(faults(|rules| rules.beats.grace_ms = -1), ["beats.grace_ms rules-range"]);
    assert_eq!(faults(|rules| rules.beats.base_every_ms = 3_600_001), ["beats.base_every_ms rules-range"]);
    assert_eq!(faults(|rules| rules.beats.steps[2].every_ms = 249), ["beats.steps[2].every_ms rules-range"]);
    assert_eq!(
        faults(|rules| rules.beats.steps[1].every_ms = 60_001),
        ["beats.steps[1].every_ms rules-beats"]
    );
    assert_eq!(
        faults(|rules| rules.beats.steps[1].within_minutes = 1_440),
        ["beats.steps[1].within_minutes rules-beats"]
    );
    assert_eq!(
        faults(|rules| rules.beats.steps[2].within_minutes = 0),
        ["beats.steps[2].within_minutes rules-beats"]
    );
    assert_eq!(
        faults(|rules| {
            rules.beats.steps =
                (0..9).rev().map(|step| BeatStep { within_minutes: step + 1, every_ms: 1_000 }).collect();
        }),
        ["beats.steps rules-range"]
    );
    assert_eq!(faults(|rules| rules.beats.steps.clear()), Vec::<String>::new());
}

#[test]
fn a_phase_may_follow_only_its_own() {
    assert_eq!(faults(|rules| rules.phases.truncate(4)), ["phases rules-phase-order"]);
    assert_eq!(faults(|rules| rules.phases.clear()), ["phases rules-phase-order"]);
    assert_eq!(
        faults(|rules| rules.phases.swap(1, 2)),
        ["phases[2] rules-phase-order", "phases[3] rules-phase-order"],
        "seal may follow notice, enquire may not follow seal"
    );
    assert_eq!(
        faults(|rules| rules.phases.swap(2, 3)),
        ["phases[2] rules-phase-order", "phases[3] rules-phase-order", "phases[4] rules-phase-order"]
    );
    assert_eq!(faults(|rules| rules.phases.push(rules.phases[4].clone())), ["phases[5] rules-phase-order"]);
    assert_eq!(
        faults(|rules| {
            rules.phases.remove(0);
        }),
        ["phases[0] rules-phase-order"]
    );
}

#[test]
fn each_fault_of_the_phases_is_named() {
    let deadline =
        |ms| move |rules: &mut Rules| on_seal(rules, |seal| seal.deadline = Instant::from_unix_ms(ms));
    assert_eq!(faults(deadline(-1)), ["phases.seal.deadline rules-range"]);
    assert_eq!(faults(deadline(1 << 53)), ["phases.seal.deadline rules-range", "rules rules-size"]);
    let cases: [(&str, Change); 21] = [
        ("phases.enquire.questions_to_deadline_days rules-range", |rules| {
            on_enquire(rules, |enquire| enquire.questions_to_deadline_days = 0)
        }),
        ("phases.enquire.questions_max rules-range", |rules| {
            on_enquire(rules, |enquire| enquire.questions_max = 1_001)
        }),
        ("phases.enquire.objections_to_deadline_days rules-legal", |rules| {
            on_enquire(rules, |enquire| enquire.objections_to_deadline_days = 11)
        }),
        ("phases.enquire.answer_days rules-legal", |rules| {
            on_enquire(rules, |enquire| enquire.answer_days = 4)
        }),
        ("phases.unseal.objection_minutes rules-range", |rules| {
            on_unseal(rules, |unseal| unseal.objection_minutes = 0)
        }),
        ("phases.unseal.objection_minutes rules-range", |rules| {
            on_unseal(rules, |unseal| unseal.objection_minutes = 1_441)
        }),
        ("phases.seal.form_bytes_max rules-range", |rules| {
            on_seal(rules, |seal| seal.form_bytes_max = 16_383)
        }),
        ("phases.seal.form_bytes_max rules-range", |rules| {
            on_seal(rules, |seal| seal.form_bytes_max = 1_048_577)
        }),
        ("phases.seal.body_bytes_max rules-range", |rules| {
            on_seal(rules, |seal| seal.body_bytes_max = 268_435_457)
        }),
        ("phases.seal.versions_max rules-range", |rules| on_seal(rules, |seal| seal.versions_max = 0)),
        ("phases.seal.versions_max rules-range", |rules| on_seal(rules, |seal| seal.versions_max = 101)),
        ("phases.seal.minimum_bids rules-range", |rules| on_seal(rules, |seal| seal.minimum_bids = 1_001)),
        ("phases.seal.minimum_bids rules-legal", |rules| on_seal(rules, |seal| seal.minimum_bids = 2)),
        ("phases.unseal.window_minutes rules-range", |rules| {
            on_unseal(rules, |unseal| unseal.window_minutes = 0)
        }),
        ("phases.unseal.read_out rules-read-out", |rules| on_unseal(rules, |unseal| unseal.read_out.clear())),
        ("phases.unseal.read_out rules-duplicate", |rules| {
            on_unseal(rules, |unseal| unseal.read_out.push(ReadOut::Bond));
        }),
        ("phases.award.candidates_max rules-legal", |rules| {
            on_award(rules, |award| award.candidates_max = 4)
        }),
        ("phases.award.separation.en rules-text", |rules| {
            on_award(rules, |award| award.separation = Some(Text { zh: "票决".into(), en: String::new() }))
        }),
        ("phases.award.candidates_max rules-range", |rules| {
            on_award(rules, |award| award.candidates_max = 0)
        }),
        ("phases.award.publication_days rules-legal", |rules| {
            on_award(rules, |award| award.publication_days = 2)
        }),
        ("phases.award.method.drop.count_from rules-method", |rules| {
            on_award(rules, |award| {
                let plain = RatioToLowest::plain("100.00".parse().unwrap());
                let drop = DropRule { count_from: 1, highest: 1, lowest: 0 };
                award.method = MethodParams::RatioToLowest(RatioToLowest { drop, ..plain });
            });
        }),
    ];
    for (expected, change) in cases {
        assert_eq!(faults(change), [expected]);
    }
    assert_eq!(
        faults(|rules| on_phase(rules, |phase| {
            if let Phase::Notice(notice) = phase {
                notice.documents_available_days = 4;
            }
        })),
        ["phases.notice.documents_available_days rules-legal"]
    );
}

#[test]
fn each_fault_of_the_laws_numbers_is_named() {
    for (index, rule) in sample::real().legal.iter().map(|period| period.rule).enumerate() {
        let missing = faults(|rules| {
            rules.legal.remove(index);
        });
        assert_eq!(missing, [format!("legal.{} rules-legal-missing", rule.as_str())]);
    }
    assert_eq!(
        faults(|rules| rules.legal.insert(1, rules.legal[0].clone())),
        ["legal.documents_to_deadline rules-duplicate"]
    );
    assert_eq!(faults(|rules| rules.legal.swap(2, 3)), ["legal rules-legal-form"]);
    let rule = LegalRule::DocumentsAvailable;
    assert_eq!(
        faults(|rules| on_legal(rules, rule, |period| period.unit = LegalUnit::Minute)),
        ["legal.documents_available.unit rules-legal-form"]
    );
    for bad in ["", "2025-04", "2025-02-30", "2025-04-01Z", "２０２５-04-01"] {
        assert_eq!(
            faults(|rules| on_legal(rules, rule, |period| period.as_of = bad.into())),
            ["legal.documents_available.as_of rules-legal-form"]
        );
    }
    assert_eq!(
        faults(|rules| on_legal(rules, rule, |period| period.article.clear())),
        ["legal.documents_available.article rules-text"]
    );
    assert_eq!(
        faults(|rules| on_legal(rules, rule, |period| period.value = 0)),
        ["legal.documents_available.value rules-range"]
    );
    let window = |minutes| {
        move |rules: &mut Rules| {
            let mut period = rules.legal[0].clone();
            (period.rule, period.unit, period.value) = (LegalRule::OpeningWindow, LegalUnit::Minute, minutes);
            rules.legal.push(period);
            rules.legal.sort_by_key(|period| period.rule);
        }
    };
    assert_eq!(faults(window(31)), ["phases.unseal.window_minutes rules-legal"]);
    assert_eq!(faults(window(30)), Vec::<String>::new());
}

/// The faults of the sets themselves, without those of a set that is not used.
fn faults_of_sets(sets: &[(&str, &[&str])]) -> Vec<String> {
    let set = |(name, values): &(&str, &[&str])| CoefficientSet {
        name: name.parse().unwrap(),
        values: values.iter().map(|value| value.parse().unwrap()).collect(),
    };
    let found = faults(|rules| rules.coefficients = sets.iter().map(set).collect());
    let own = |line: &String| !line.contains("].name");
    found.into_iter().filter(own).collect()
}

#[test]
fn each_fault_of_the_coefficients_is_named() {
    let none = Vec::<String>::new();
    assert_eq!(faults_of_sets(&[("k", &["0.95", "1", "1.005"]), ("q", &["0", "100"])]), none);
    assert_eq!(faults_of_sets(&[("k", &["1"]), ("k", &["1"])]), ["coefficients rules-duplicate"]);
    assert_eq!(faults_of_sets(&[("k", &[])]), ["coefficients[0].values rules-range"]);
    assert_eq!(faults_of_sets(&[("k", &["-0.1"])]), ["coefficients[0].values rules-coefficients"]);
    assert_eq!(faults_of_sets(&[("k", &["100.1"])]), ["coefficients[0].values rules-coefficients"]);
    assert_eq!(faults_of_sets(&[("k", &["0.00001"])]), ["coefficients[0].values rules-coefficients"]);
    assert_eq!(faults_of_sets(&[("k", &["1", "1.0"])]), ["coefficients[0].values rules-coefficients"]);
    assert_eq!(faults_of_sets(&[("k", &["2", "1"])]), ["coefficients[0].values rules-coefficients"]);
    let long = CoefficientSet { name: "k".repeat(49).parse().unwrap(), values: vec!["1".parse().unwrap()] };
    let found = faults(|rules| rules.coefficients = vec![long]);
    assert_eq!(found, ["coefficients[0].name rules-range", "coefficients[0].name rules-coefficients"]);
    let many: Vec<String> = (0..9).map(|index| format!("k-{index}")).collect();
    let many: Vec<(&str, &[&str])> = many.iter().map(|name| (name.as_str(), &["1"] as &[&str])).collect();
    assert_eq!(faults_of_sets(&many), ["coefficients rules-range"]);
    let unused = CoefficientSet { name: "k".parse().unwrap(), values: vec!["1".parse().unwrap()] };
    assert_eq!(
        faults(|rules| rules.coefficients = vec![unused.clone()]),
        ["coefficients[0].name rules-coefficients"]
    );
    let draw = |rules: &mut Rules| {
        on_award(rules, |award| {
            let mut method = DeviationFromBenchmark::plain(
                "100".parse().unwrap(),
                "1".parse().unwrap(),
                "1".parse().unwrap(),
            );
            method.factor = "drawn:k".parse().unwrap();
            award.method = MethodParams::DeviationFromBenchmark(alloc::boxed::Box::new(method));
        });
    };
    assert_eq!(faults(draw), ["coefficients rules-coefficients"]);
    let mut rules = sample::real();
    draw(&mut rules);
    rules.coefficients = vec![unused];
    assert_eq!(rules.validate(true), Ok(()));
    let published = "2020-05-14T12:00:00+08:00".parse().unwrap();
    assert_eq!(lines(rules.check_periods(published)), Vec::<String>::new());
}

#[test]
fn a_procedure_without_enquiry_needs_no_number_on_objections() {
    let found = faults(|rules| {
        rules.phases.retain(|phase| phase.kind() != crate::rules::PhaseKind::Enquire);
        rules.legal.retain(|period| !period.rule.is_of_enquiry());
    });
    assert_eq!(found, Vec::<String>::new());
    let earlier = faults(|rules| on_enquire(rules, |enquire| enquire.objections_to_deadline_days = 5));
    assert_eq!(earlier, Vec::<String>::new(), "objections may be taken for longer than the law says");
}

#[test]
fn each_fault_of_the_draw_is_named() {
    let with_any = |change: &dyn Fn(&mut Draw)| {
        faults(|rules| {
            let line = |stratum: &str, seats| StratumSeats {
                stratum: stratum.parse().unwrap(),
                seats,
                pool_least: None,
                pools: None,
            };
            let pool = |id: &str| Pool { id: id.parse().unwrap(), keeper: "keeper".parse().unwrap() };
            let mut draw = Draw {
                pools: vec![pool("nantong"), pool("suzhou")],
                seats: vec![line("economic", 1), line("technical", 3)],
                delegates: 1,
                experts: ExpertShare { least: 2, of: 3 },
                contribution_minutes: 30,
            };
            change(&mut draw);
            let award = rules.phases.len() - 1;
            rules.phases.insert(award, Phase::Draw(draw));
        })
    };
    let with = |change: fn(&mut Draw)| with_any(&change);
    assert_eq!(with(|_| {}), Vec::<String>::new());
    assert_eq!(with(|draw| draw.delegates = 2), Vec::<String>::new(), "4 of 6 are two thirds");
    assert_eq!(with(|draw| draw.delegates = 3), ["phases.draw.experts rules-draw"]);
    assert_eq!(with(|draw| draw.experts.least = 4), ["phases.draw.experts rules-draw"]);
    assert_eq!(
        with(|draw| draw.experts = ExpertShare { least: 0, of: 0 }),
        ["phases.draw.experts rules-draw"]
    );
    assert_eq!(with(|draw| draw.seats.reverse()), ["phases.draw.seats rules-draw"]);
    assert_eq!(with(|draw| draw.seats[0].seats = 0), ["phases.draw.seats[0].seats rules-range"]);
    assert_eq!(with(|draw| draw.seats[1].pool_least = Some(3)), Vec::<String>::new());
    for least in [2, 481] {
        let found = match least {
            2 => with(|draw| draw.seats[1].pool_least = Some(2)),
            _ => with(|draw| draw.seats[1].pool_least = Some(481)),
        };
        assert_eq!(found, ["phases.draw.seats[1].pool_least rules-range"], "{least} for 3 seats");
    }
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| id.parse().unwrap()).collect());
    assert_eq!(
        with_any(&|draw: &mut Draw| draw.seats[1].pools = ids(&["nantong", "suzhou"])),
        Vec::<String>::new()
    );
    for wrong in [&[][..], &["suzhou", "nantong"], &["suzhou", "suzhou"], &["hangzhou"]] {
        let found = with_any(&|draw: &mut Draw| draw.seats[1].pools = ids(wrong));
        assert_eq!(found, ["phases.draw.seats[1].pools rules-draw"], "{wrong:?}");
    }
    let all_from_the_first =
        |draw: &mut Draw| draw.seats.iter_mut().for_each(|line| line.pools = ids(&["nantong"]));
    assert_eq!(
        with_any(&all_from_the_first),
        ["phases.draw.pools rules-draw"],
        "nothing is drawn from the second"
    );
    assert_eq!(with(|draw| draw.pools[1] = draw.pools[0].clone()), ["phases.draw.pools rules-duplicate"]);
    assert_eq!(with(|draw| draw.pools.clear()), ["phases.draw.pools rules-range"]);
    assert_eq!(
        with(|draw| draw.contribution_minutes = 1_441),
        ["phases.draw.contribution_minutes rules-range"]
    );
}

#[test]
fn each_fault_of_the_calendar_is_named() {
    let on = |change: fn(&mut WorkingDays)| {
        faults(|rules| {
            if let Some(calendar) = &mut rules.calendar {
                change(calendar);
            }
        })
    };
    let date = |text: &str| -> Date { text.parse().unwrap() };
    assert_eq!(on(|_| {}), Vec::<String>::new());
    assert_eq!(on(|calendar| calendar.holidays.swap(0, 1)), ["calendar.holidays rules-calendar"]);
    assert_eq!(on(|calendar| calendar.workdays.swap(0, 1)), ["calendar.workdays rules-calendar"]);
    assert_eq!(on(|calendar| calendar.years = vec![2020, 2020]), ["calendar.years rules-calendar"]);
    assert_eq!(on(|calendar| calendar.years = (2020..2029).collect()), ["calendar.years rules-calendar"]);
    assert_eq!(
        on(|calendar| calendar.years = vec![2021]),
        ["calendar.holidays rules-calendar", "calendar.workdays rules-calendar"]
    );
    assert_eq!(
        faults(|rules| rules.calendar.as_mut().unwrap().workdays.push(date("2020-12-31"))),
        ["calendar.workdays rules-calendar"],
        "a Thursday is worked anyway"
    );
    assert_eq!(
        faults(|rules| rules.calendar.as_mut().unwrap().workdays.insert(1, date("2020-05-02"))),
        ["calendar.workdays rules-calendar"],
        "one day is not both"
    );
    let working = |rules: &mut Rules| {
        on_legal(rules, LegalRule::DocumentsAvailable, |period| period.unit = LegalUnit::WorkingDay);
    };
    assert_eq!(faults(working), Vec::<String>::new());
    let without = |rules: &mut Rules| {
        working(rules);
        rules.calendar = None;
    };
    assert_eq!(faults(without), ["calendar rules-calendar"]);
    let mut rehearsal = sample::rehearsal(Units { day_ms: 800, minute_ms: 100, beat_ms: 250 });
    without(&mut rehearsal);
    assert_eq!(rehearsal.validate(true), Ok(()), "a rehearsal counts no holidays");
}

#[test]
fn a_period_is_counted_in_the_unit_of_its_rule() {
    let mut rules = sample::real();
    let at = |text: &str| -> Instant { text.parse().unwrap() };
    let (available, published) = (LegalRule::DocumentsAvailable, at("2020-04-29T09:00:00+08:00"));
    assert_eq!(rules.end_of_period(available, published, 5), at("2020-05-05T00:00:00+08:00"));
    on_legal(&mut rules, available, |period| period.unit = LegalUnit::WorkingDay);
    // Thursday 30 April, then Wednesday 6 to Saturday 9 May, which is worked.
    assert_eq!(rules.end_of_period(available, published, 5), at("2020-05-10T00:00:00+08:00"));
    assert_eq!(rules.period_between(available, published, at("2020-05-09T01:00:00+08:00")), Some(5));
    assert_eq!(lines(rules.check_periods(published)), Vec::<String>::new());
    on_legal(&mut rules, LegalRule::DocumentsToDeadline, |period| period.unit = LegalUnit::WorkingDay);
    // 30 April, 6 to 9, 11 to 15, 18 to 22, 25 to 29 May, 1 to 3 June.
    let deadline = LegalRule::DocumentsToDeadline;
    assert_eq!(rules.period_between(deadline, published, at("2020-06-03T10:00:00+08:00")), Some(23));
    assert_eq!(lines(rules.check_periods(published)), Vec::<String>::new());
    let late = at("2020-05-08T09:00:00+08:00");
    assert_eq!(lines(rules.check_periods(late)), ["phases.seal.deadline rules-period"]);
    // No table reaches back to the year before, and none on to the year after.
    rules.calendar.as_mut().unwrap().years = vec![2021];
    assert_eq!(
        lines(rules.check_periods(published)),
        ["phases.seal.deadline rules-calendar", "phases.notice.documents_available_days rules-calendar"]
    );
    let spring = at("2020-12-30T09:00:00+08:00");
    rules.calendar.as_mut().unwrap().years = vec![2020];
    assert!(!rules.has_calendar_for(available, spring, 5));
    assert_eq!(rules.end_of_period(available, spring, 3), at("2021-01-05T00:00:00+08:00"), "weekdays");
    let rehearsal = Rules { sandbox: Some(Units { day_ms: 800, minute_ms: 100, beat_ms: 250 }), ..rules };
    assert_eq!(rehearsal.end_of_period(available, published, 5), published.plus_ms(4_000));
    assert_eq!(rehearsal.period_between(deadline, published, published.plus_ms(4_000)), Some(5));
}

#[test]
fn a_pack_says_which_rules_must_stand() {
    let pack = |must: Vec<LegalRule>| Some(Pack { id: "cn-goods".into(), must, bond_kinds: vec![] }.into());
    let least = || vec![LegalRule::DocumentsToDeadline, LegalRule::MinimumBids];
    assert_eq!(
        faults(|rules| {
            rules.pack = pack(least());
            rules.legal.retain(|period| least().contains(&period.rule));
        }),
        Vec::<String>::new()
    );
    assert_eq!(
        faults(|rules| {
            let mut must = least();
            must.insert(1, LegalRule::BidBond);
            rules.pack = pack(must);
        }),
        ["legal.bid_bond rules-legal-missing"]
    );
    assert_eq!(faults(|rules| rules.pack = pack(vec![LegalRule::MinimumBids])), ["pack.must rules-pack"]);
    assert_eq!(
        faults(|rules| rules.pack = pack(vec![LegalRule::MinimumBids, LegalRule::DocumentsToDeadline])),
        ["pack.must rules-pack"]
    );
    assert_eq!(
        faults(
            |rules| rules.pack = Some(Pack { id: "Goods".into(), must: least(), bond_kinds: vec![] }.into())
        ),
        ["pack.id rules-name"]
    );
    for rule in LegalRule::ALL {
        let day = rule.unit() == LegalUnit::Day;
        assert!(rule.allows(rule.unit()));
        assert!(!rule.allows(LegalUnit::WorkingDay) || day, "{rule:?}");
    }
}

#[test]
fn every_fault_is_reported_at_once() {
    let found = faults(|rules| {
        rules.v = 2;
        rules.escrow.t = 1;
        rules.lots.clear();
        rules.phases.truncate(4);
    });
    let expected =
        ["v rules-version", "lots rules-lots", "escrow.t rules-escrow", "phases rules-phase-order"];
    assert_eq!(found, expected);
}

#[test]
fn the_procedures_own_times_keep_the_law() {
    let rules = sample::real();
    let periods = |published: &str| lines(rules.check_periods(published.parse().unwrap()));
    assert_eq!(periods("2020-05-14T23:59:59+08:00"), Vec::<String>::new());
    assert_eq!(periods("2020-05-15T00:00:00+08:00"), ["phases.seal.deadline rules-period"]);
    assert_eq!(periods("2020-06-03T10:00:00+08:00"), ["phases.seal.deadline rules-period"]);
    assert_eq!(
        periods("2020-05-29T10:00:00+08:00"),
        ["phases.seal.deadline rules-period", "phases.notice.documents_available_days rules-period"],
        "five days from 29 May end after 10:00 on 3 June"
    );
    assert_eq!(periods("2015-01-01T00:00:00+08:00"), ["beats.base_every_ms rules-period"]);
    let fault = rules.check_periods("2020-05-20T09:00:00+08:00".parse().unwrap()).remove(0);
    assert_eq!(
        fault.to_string(),
        "phases.seal.deadline: expected at least 20 days (中华人民共和国招标投标法 第二十四条, as of 2025-04-01), \
         found 14 days (2020-05-20T09:00:00+08:00 to 2020-06-03T10:00:00+08:00); move the deadline later \
         [rules-period]"
    );
}

#[test]
fn a_deadline_moves_later_only_and_leaves_the_laws_days() {
    let rules = sample::real();
    let at = |text: &str| -> Instant { text.parse().unwrap() };
    let (amended, before) = (at("2020-05-25T10:00:00+08:00"), at("2020-06-03T10:00:00+08:00"));
    let check = |deadline: &str| lines(rules.check_amendment(amended, before, at(deadline)));
    assert_eq!(check("2020-06-09T10:00:00+08:00"), Vec::<String>::new());
    assert_eq!(check("2020-06-08T10:00:00+08:00"), ["phases.seal.deadline rules-period"]);
    assert_eq!(
        check("2020-06-02T10:00:00+08:00"),
        ["phases.seal.deadline rules-earlier", "phases.seal.deadline rules-period"]
    );
}

#[test]
fn codes_are_unique() {
    let mut codes: Vec<&str> = RuleCode::ALL.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), RuleCode::ALL.len());
}
