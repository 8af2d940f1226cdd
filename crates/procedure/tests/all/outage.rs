//! Outages of a venue: who stands still, who decides, and that a new committee starts afresh (evaluation 10).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support;
use ximu_basics::Hash;
use ximu_procedure::{
    Stage,
    role::Role,
    rules::{Draw, Phase, Pool, Rules},
    set,
    tender::Failure,
    wire::{Command, Event, Outcome, Refusal, refusal::Thing},
};
use ximu_sim::{
    Sitting,
    centre::TENDER,
    committee::{OFFICER, POOL, sheets},
};

const PRICES: [&str; 3] = ["9300000.00", "9590000.00", "9712000.00"];

/// 120 and 240 minutes of the rules, in the sample's minutes of 100 ms.
const BEFORE_MS: i64 = 12_000;
const DURING_MS: i64 = 24_000;

fn report(venue: &str) -> Command {
    Command::ReportOutage { venue: venue.into(), text: "断电".into() }
}

fn dissolve(reason: Option<&str>) -> Command {
    Command::DissolveCommittee { reason: reason.map(Into::into) }
}

#[track_caller]
fn refused(sitting: &mut Sitting, label: &str, command: Command) -> Refusal {
    support::refused(&mut sitting.centre, label, command)
}

#[track_caller]
fn accepted(sitting: &mut Sitting, label: &str, command: Command) -> Vec<Event> {
    match sitting.centre.give(label, TENDER, command).unwrap() {
        Outcome::Refusal(refusal) => panic!("refused: {refusal}"),
        Outcome::Events(events) => events,
    }
}

/// The sheets are asked for and the first member has given its own.
fn scoring() -> Sitting {
    let mut sitting = Sitting::new(&PRICES);
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let sheet = sitting.sealed_sheet(0, &sitting.sheet(0, 300));
    sitting.says(0, sheet);
    sitting
}

fn members(sitting: &Sitting) -> Vec<Hash> {
    sitting.centre.tender().committee()
}

/// The experts whom a dissolution would seat: of every stratum as many as sit, from the alternates in order.
fn alternates(sitting: &Sitting) -> Vec<Hash> {
    let drawing = sitting.centre.tender().drawing.as_ref().unwrap();
    let mut left = drawing.alternates.clone();
    drawing.members.iter().map(|member| left.get_mut(&member.stratum).unwrap().remove(0).leaf).collect()
}

#[test]
fn an_outage_is_said_by_a_witness_officer_once_and_of_a_venue() {
    let mut sitting = Sitting::new(&PRICES);
    let officer = Refusal::RoleNotAllowed { needs: vec![Role::WitnessOfficer] };
    for label in ["tenderer", POOL, "bidder-0", "centre"] {
        assert_eq!(refused(&mut sitting, label, report("nantong")), officer, "{label}");
        assert_eq!(refused(&mut sitting, label, Command::EndOutage {}), officer, "{label}");
    }
    let long = "x".repeat(65);
    for venue in ["", "南通", "a b", long.as_str()] {
        let mismatch = Refusal::Mismatch { what: Thing::Venue };
        assert_eq!(refused(&mut sitting, OFFICER, report(venue)), mismatch, "{venue}");
    }
    let wordless = Command::ReportOutage { venue: "nantong".into(), text: String::new() };
    assert_eq!(refused(&mut sitting, OFFICER, wordless), Refusal::Mismatch { what: Thing::Text });
    let unknown = Refusal::Unknown { what: Thing::Outage };
    assert_eq!(refused(&mut sitting, OFFICER, Command::EndOutage {}), unknown);
    assert_eq!(refused(&mut sitting, "tenderer", dissolve(Some("停电"))), unknown);
    let until = sitting.centre.now.plus_ms(BEFORE_MS);
    let reported = accepted(&mut sitting, OFFICER, report("nantong"));
    assert_eq!(reported, [Event::OutageReported { venue: "nantong".into(), started: false, until }]);
    assert_eq!(refused(&mut sitting, OFFICER, report("suzhou")), Refusal::AlreadyExists {});
    accepted(&mut sitting, OFFICER, Command::EndOutage {});
    assert_eq!(refused(&mut sitting, OFFICER, Command::EndOutage {}), unknown);
}

#[test]
fn rules_that_know_no_outage_take_none() {
    let none = |rules: &mut Rules| {
        for phase in &mut rules.phases {
            if let Phase::Score(score) = phase {
                score.outage = None;
            }
        }
    };
    let mut sitting = Sitting::with(&PRICES, none);
    assert_eq!(refused(&mut sitting, OFFICER, report("nantong")), Refusal::Unknown { what: Thing::Phase });
}

#[test]
fn before_the_start_the_tenderer_waits_or_has_a_new_committee_after_the_time() {
    let mut sitting = Sitting::new(&PRICES);
    sitting.sit(0);
    let since = sitting.centre.now;
    accepted(&mut sitting, OFFICER, report("nantong"));
    // Nobody sits down; who cannot come may still be replaced.
    let leaf = sitting.member(1);
    let seat = sitting.seat(&leaf, "a new key", POOL, OFFICER);
    assert_eq!(refused(&mut sitting, "a new key", seat), Refusal::VenueOut { since });
    accepted(&mut sitting, POOL, Command::Decline { leaf, ground: None });
    // Nothing happens by itself, however long it lasts.
    let early = Refusal::TooEarly { not_before: since.plus_ms(BEFORE_MS + 1), at: since.plus_ms(BEFORE_MS) };
    sitting.centre.advance_to(since.plus_ms(BEFORE_MS));
    assert_eq!(refused(&mut sitting, "tenderer", dissolve(Some("停电"))), early);
    sitting.centre.advance_ms(DURING_MS * 2);
    assert!(sitting.centre.tender().outage().is_some());
    let needs = |role: &[Role]| Refusal::RoleNotAllowed { needs: role.to_vec() };
    assert_eq!(refused(&mut sitting, "centre", dissolve(None)), needs(&[Role::Tenderer, Role::Agent]));
    assert_eq!(refused(&mut sitting, "tenderer", dissolve(None)), Refusal::Mismatch { what: Thing::Text });
    let (before, next) = (members(&sitting), alternates(&sitting));
    let events = accepted(&mut sitting, "tenderer", dissolve(Some("停电超过两小时")));
    let [Event::CommitteeDissolved { members: replaced }] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(replaced.iter().map(|one| one.leaf).collect::<Vec<_>>(), before);
    let now = members(&sitting);
    assert_eq!(now[..4], next[..], "the draw's own alternates, in its order");
    assert!(now.iter().all(|leaf| !before.contains(leaf)), "the delegate too");
    let evaluation = sitting.centre.tender().evaluation.as_ref().unwrap();
    assert!(evaluation.seats.is_empty() && sitting.centre.tender().outage().is_none());
    sitting.evaluate();
    assert_eq!(sitting.centre.tender().stage, Stage::Ranking);
}

#[test]
fn repaired_in_time_everything_goes_on_and_the_times_are_longer() {
    let mut sitting = scoring();
    let set = sheets(1);
    let ends = |sitting: &Sitting| match &sitting.centre.panel.sets[&set].purpose {
        set::Purpose::Sheets(round) => round.ends(sitting.centre.tender()),
        set::Purpose::Coefficient(_) | set::Purpose::Experts(_) => panic!("sheets"),
    };
    let before = ends(&sitting);
    let since = sitting.centre.now;
    sitting.centre.advance_ms(0);
    accepted(&mut sitting, OFFICER, report("nantong"));
    let out = Refusal::VenueOut { since };
    let sheet = sitting.sealed_sheet(1, &sitting.sheet(1, 300));
    let label = sitting.label(1);
    assert_eq!(refused(&mut sitting, &label, sheet.clone()), out);
    assert_eq!(refused(&mut sitting, "centre", Command::ListSet { set: set.clone() }), out);
    assert_eq!(refused(&mut sitting, &label, Command::AskMoreTime {}), out);
    assert_eq!(refused(&mut sitting, "centre", dissolve(None)), {
        Refusal::TooEarly { not_before: since.plus_ms(DURING_MS + 1), at: since }
    });
    sitting.centre.advance_to(since.plus_ms(DURING_MS));
    assert!(sitting.centre.panel.sets[&set].list.is_none(), "what was sealed stays sealed");
    assert_eq!(accepted(&mut sitting, OFFICER, Command::EndOutage {}), [Event::OutageEnded {}]);
    assert_eq!(ends(&sitting), before.plus_ms(DURING_MS));
    accepted(&mut sitting, &label, sheet);
    for place in 2..5 {
        let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, 300));
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    assert_eq!(sitting.centre.tender().stage, Stage::Ranking);
}

#[test]
fn not_repaired_in_time_the_committee_is_dissolved_by_the_clock_and_its_sheets_stay_sealed() {
    let mut sitting = scoring();
    let since = sitting.centre.now;
    let (before, next) = (members(&sitting), alternates(&sitting));
    let (label, old) = (sitting.label(1), sheets(1));
    let late = sitting.sealed_sheet(1, &sitting.sheet(1, 300));
    accepted(&mut sitting, OFFICER, report("nantong"));
    sitting.centre.advance_to(since.plus_ms(DURING_MS));
    assert_eq!(members(&sitting), before);
    sitting.centre.advance_ms(1);
    assert_eq!(members(&sitting)[..4], next[..]);
    assert!(sitting.centre.tender().outage().is_none(), "the new committee may sit elsewhere");
    // What was said under the old seats, and what was sealed, counts for nothing.
    assert!(sitting.centre.give(&label, TENDER, late).is_err(), "the key is nobody's");
    let unknown = Refusal::Unknown { what: Thing::Set };
    for command in [Command::ListSet { set: old.clone() }, Command::OpenSet { set: old.clone() }] {
        assert_eq!(refused(&mut sitting, "centre", command), unknown);
    }
    sitting.evaluate();
    assert_eq!(sitting.centre.tender().stage, Stage::Ranking);
    let panel = &sitting.centre.panel;
    assert!(panel.sets[&old].list.is_none() && panel.sets[&sheets(2)].is_open());
    assert!(panel.scores.keys().all(|score| !before.contains(&score.member)));
}

#[test]
fn an_end_that_comes_too_late_dissolves_the_committee_too() {
    let mut sitting = scoring();
    accepted(&mut sitting, OFFICER, report("nantong"));
    sitting.centre.now = sitting.centre.now.plus_ms(DURING_MS + 1);
    let events = accepted(&mut sitting, OFFICER, Command::EndOutage {});
    assert!(matches!(events.as_slice(), [Event::OutageEnded {}, Event::CommitteeDissolved { .. }]));
}

#[test]
fn without_alternates_the_next_pool_has_its_turn_and_without_a_pool_there_is_no_committee() {
    let mut sitting = Sitting::new(&PRICES);
    for (left, failed) in [([3, 4], false), ([2, 1], true)] {
        let drawing = sitting.centre.tender().drawing.as_ref().unwrap();
        let found: Vec<usize> = drawing.alternates.values().map(Vec::len).collect();
        assert_eq!(found, left);
        accepted(&mut sitting, OFFICER, report("nantong"));
        sitting.centre.advance_ms(BEFORE_MS + 1);
        let events = accepted(&mut sitting, "tenderer", dissolve(Some("停电")));
        assert_eq!(events.iter().any(|event| matches!(event, Event::DrawFailed { .. })), failed);
    }
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}

/// A second pool stands by; two committees are dissolved, and two technical seats have no alternate.
fn twice_dissolved(change: impl FnOnce(&mut Draw)) -> Sitting {
    let mut sitting = Sitting::with(&PRICES, |rules| {
        let mut phases = rules.phases.iter_mut();
        let draw = phases.find_map(|phase| if let Phase::Draw(draw) = phase { Some(draw) } else { None });
        let draw = draw.unwrap();
        let second = draw.pools[0].keeper.clone();
        draw.pools.push(Pool { id: "second".parse().unwrap(), keeper: second });
        change(draw);
    });
    for _ in 0..2 {
        accepted(&mut sitting, OFFICER, report("nantong"));
        sitting.centre.advance_ms(BEFORE_MS + 1);
        accepted(&mut sitting, "tenderer", dissolve(Some("停电")));
    }
    sitting
}

#[test]
fn a_pool_from_which_the_free_seats_are_not_drawn_is_no_help() {
    let sitting = twice_dissolved(|draw| draw.seats[1].pools = Some(vec![draw.pools[0].id.clone()]));
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}

#[test]
fn a_pool_that_the_rules_name_second_fills_the_seats_that_no_alternate_can() {
    let mut sitting = twice_dissolved(|_| {});
    assert_eq!(sitting.centre.tender().stage, Stage::Drawing);
    let needed: Vec<u32> =
        sitting.centre.tender().drawing.as_ref().unwrap().needed.values().copied().collect();
    assert_eq!(needed, [2], "of three technical seats one has an alternate left");
    let strata = vec![ximu_sim::sets::pool_stratum("second", "technical", 6)];
    accepted(&mut sitting, POOL, ximu_sim::sets::freeze("second", strata, &[]));
    sitting.centre.contribute_all();
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.tender().stage, Stage::Evaluating);
    assert_eq!(members(&sitting).len(), 5);
}

#[test]
fn who_evaluated_is_not_exchanged_under_cover_of_an_outage() {
    let mut sitting = scoring();
    let old = sitting.label(1);
    let since = sitting.centre.now;
    accepted(&mut sitting, OFFICER, report("nantong"));
    let leaf = sitting.member(1);
    let decline = Command::Decline { leaf, ground: None };
    assert_eq!(
        refused(&mut sitting, POOL, decline),
        Refusal::VenueOut { since },
        "its end could not be said"
    );
    sitting.centre.advance_ms(DURING_MS * 2);
    assert_eq!(sitting.centre.tender().committee_number(), 1);
    // Somebody of the dissolved committee cannot come back as its successor.
    let successor = sitting.member(0);
    let again = sitting.seat(&successor, &old, POOL, OFFICER);
    assert_eq!(refused(&mut sitting, &old, again), Refusal::SeatTaken {}, "an alarm");
}

#[test]
fn an_evaluation_that_has_started_stays_started_whoever_is_replaced() {
    let mut sitting = scoring();
    let gone = sitting.member(1);
    accepted(&mut sitting, POOL, Command::Decline { leaf: gone, ground: None });
    accepted(&mut sitting, OFFICER, report("nantong"));
    assert!(
        sitting.centre.tender().outage().unwrap().started,
        "its scores are known: the tenderer alone decides nothing"
    );
}
