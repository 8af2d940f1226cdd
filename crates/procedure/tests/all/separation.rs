//! Separation of evaluation and award: a list without ranks, and a choice whose reasons everybody reads (award 2.6).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use ximu_basics::PartyId;
use ximu_procedure::{
    Stage,
    rules::{Phase, Rules, Text},
    tender::Failure,
    wire::{Command, Event, Outcome, Refusal, refusal::Thing},
};
use ximu_sim::{Sitting, centre::TENDER};

const PRICES: [&str; 4] = ["9300000.00", "9590000.00", "9712000.00", "9800000.00"];

fn separated(rules: &mut Rules) {
    for phase in &mut rules.phases {
        if let Phase::Award(award) = phase {
            award.separation = Some(Text { zh: "集体议事".into(), en: "In council".into() });
        }
    }
}

#[track_caller]
fn give(sitting: &mut Sitting, label: &str, command: Command) -> Result<Vec<Event>, Refusal> {
    match sitting.centre.give(label, TENDER, command).unwrap() {
        Outcome::Events(events) => Ok(events),
        Outcome::Refusal(refusal) => Err(refusal),
    }
}

fn choose(bidder: &PartyId, reasons: &str) -> Command {
    Command::Choose { bidder: bidder.clone(), reasons: reasons.into() }
}

fn ranked(sitting: &Sitting) -> Vec<PartyId> {
    let ranking = sitting.centre.tender().ranking.as_ref().unwrap();
    ranking.lines.iter().map(|line| line.party.clone()).collect()
}

/// The committee has concluded and three of four are published; the ranking comes with it, and who bid by party.
fn published() -> (Sitting, Vec<PartyId>, Vec<PartyId>) {
    let mut sitting = Sitting::with(&PRICES, separated);
    sitting.evaluate();
    let ranked = ranked(&sitting);
    let best = ranked[..3].to_vec();
    let mut candidates = best.clone();
    candidates.sort_unstable();
    if best != candidates {
        let by_rank = Command::Propose { candidates: best };
        assert_eq!(give(&mut sitting, "tenderer", by_rank), Err(Refusal::RankingDiffers {}));
    }
    give(&mut sitting, "tenderer", Command::Propose { candidates: candidates.clone() }).unwrap();
    (sitting, ranked, candidates)
}

fn label(sitting: &Sitting, party: &PartyId) -> String {
    sitting.cast.iter().find(|(bidder, _)| bidder.party == *party).unwrap().0.label.clone()
}

#[test]
fn the_tenderer_chooses_any_candidate_and_says_why() {
    let (mut sitting, ranked, candidates) = published();
    let until = sitting.centre.tender().candidates_until.unwrap();
    let at = sitting.centre.now;
    let early = Refusal::TooEarly { not_before: until, at };
    assert_eq!(give(&mut sitting, "tenderer", choose(&candidates[1], "信誉")), Err(early));
    sitting.centre.advance_to(until);
    let award = Command::Award { bidder: ranked[0].clone() };
    for (command, expected) in [
        (award, Refusal::Mismatch { what: Thing::Phase }),
        (choose(&ranked[3], "信誉"), Refusal::Unknown { what: Thing::Candidate }),
        (choose(&ranked[2], ""), Refusal::Mismatch { what: Thing::Text }),
    ] {
        assert_eq!(give(&mut sitting, "tenderer", command), Err(expected));
    }
    assert!(give(&mut sitting, "bidder-0", choose(&ranked[2], "信誉")).is_err());
    let events = give(&mut sitting, "tenderer", choose(&ranked[2], "定标委员会票决")).unwrap();
    assert!(matches!(&events[..], [Event::Awarded { bidder, .. }] if *bidder == ranked[2]));
    assert_eq!(sitting.centre.tender().stage, Stage::Awarded);
}

#[test]
fn every_candidate_may_leave_and_the_choice_is_among_those_who_stand() {
    let (mut sitting, ranked, candidates) = published();
    let until = sitting.centre.tender().candidates_until.unwrap();
    sitting.centre.advance_to(until);
    let quit = || Command::GiveUp { reason: "人员不足".into() };
    let outsider = label(&sitting, &ranked[3]);
    assert_eq!(give(&mut sitting, &outsider, quit()), Err(Refusal::Unknown { what: Thing::Candidate }));
    give(&mut sitting, "tenderer", choose(&candidates[2], "票决")).unwrap();
    for (place, left) in [(2, vec![]), (0, vec![2]), (1, vec![2, 0])] {
        let quits = label(&sitting, &candidates[place]);
        let events = give(&mut sitting, &quits, quit()).unwrap();
        assert!(matches!(&events[0], Event::GivenUp { next: None, .. }), "nobody is first: {events:?}");
        assert_eq!(events.len(), if left.len() == 2 { 2 } else { 1 }, "{events:?}");
        if left.len() < 2 {
            assert_eq!(sitting.centre.tender().stage, Stage::Published);
            let gone = choose(&candidates[place], "票决");
            let unknown = Refusal::Unknown { what: Thing::Candidate };
            assert_eq!(give(&mut sitting, "tenderer", gone), Err(unknown));
        }
    }
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::NoCandidate));
}

#[test]
fn where_the_ranking_decides_nobody_chooses() {
    let mut sitting = Sitting::new(&PRICES);
    sitting.evaluate();
    let candidates = ranked(&sitting)[..3].to_vec();
    give(&mut sitting, "tenderer", Command::Propose { candidates: candidates.clone() }).unwrap();
    let until = sitting.centre.tender().candidates_until.unwrap();
    sitting.centre.advance_to(until);
    let refusal = Refusal::Mismatch { what: Thing::Phase };
    assert_eq!(give(&mut sitting, "tenderer", choose(&candidates[0], "票决")), Err(refusal));
}
