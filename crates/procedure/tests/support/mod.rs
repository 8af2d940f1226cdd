//! A tender of four bidders at its stages, with the law's numbers on what comes after the ranking.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use ximu_basics::PartyId;
use ximu_procedure::{
    Stage, outcome,
    role::Role,
    rules::{LegalPeriod, LegalRule, Rules},
    wire::{Command, Event, Leaf, Outcome, Refusal, command::Subject},
};
use ximu_sim::{Bidder, Centre, centre::TENDER, rules::UNITS};

/// Three days, in which an objection is answered.
pub const ANSWER_MS: i64 = 3 * UNITS.day_ms;

/// What `a`, `b`, `c` and `d` offer: the ranking has the same order.
pub const PRICES: [&str; 4] = ["9100000.00", "9200000.00", "9300000.00", "9400000.00"];

/// Contract 30 days, bonds 5, complaint 10, taken up 3, decided 30.
pub fn law(rules: &mut Rules) {
    let law = "中华人民共和国招标投标法实施条例";
    rules.legal.extend(
        [
            (LegalRule::ContractSigned, 30, "第五十七条"),
            (LegalRule::BondsReturned, 5, "第五十七条"),
            (LegalRule::ComplaintMade, 10, "第六十条"),
            (LegalRule::ComplaintAccepted, 3, "第六十一条"),
            (LegalRule::ComplaintDecided, 30, "第六十一条"),
        ]
        .map(|(rule, value, article)| LegalPeriod {
            rule,
            value,
            unit: rule.unit(),
            article: article.into(),
            law: law.into(),
            as_of: "2025-04-30".into(),
        }),
    );
}

/// Published, four bidders and a supervisor registered.
pub fn published(change: impl FnOnce(&mut Rules)) -> (Centre, Vec<Bidder>) {
    let mut centre = Centre::new();
    let bidders = ["a", "b", "c", "d"].map(|label| Bidder::register(&mut centre, label)).into();
    centre.register("supervisor", &[Role::Supervisor]);
    centre.publish(|rules| {
        law(rules);
        change(rules);
    });
    (centre, bidders)
}

/// In the window; every bid is on the list.
pub fn closed(change: impl FnOnce(&mut Rules)) -> (Centre, Vec<Bidder>) {
    let (mut centre, bidders) = published(change);
    close(&mut centre, &bidders);
    (centre, bidders)
}

/// Everybody bids, and releases its key after CLOSE.
pub fn close(centre: &mut Centre, bidders: &[Bidder]) {
    let bids: Vec<_> =
        bidders.iter().zip(PRICES).map(|(bidder, price)| bidder.submit(centre, 1, price)).collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let release = bidder.release(centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
}

/// Every bid is read out.
pub fn opened(change: impl FnOnce(&mut Rules)) -> (Centre, Vec<Bidder>) {
    let (mut centre, bidders) = closed(change);
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    (centre, bidders)
}

/// `a`, `b` and `c` are published as candidates.
pub fn proposed() -> (Centre, Vec<Bidder>) {
    let (mut centre, bidders) = opened(|_| {});
    propose(&mut centre);
    (centre, bidders)
}

/// Awarded to `a`.
pub fn awarded() -> (Centre, Vec<Bidder>) {
    let (mut centre, bidders) = proposed();
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until);
    let first = bidders.first().unwrap().party.clone();
    centre.expect_events("tenderer", TENDER, award(&first));
    (centre, bidders)
}

pub fn propose(centre: &mut Centre) {
    let candidates = outcome::candidates(centre.tender());
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
}

pub fn award(bidder: &PartyId) -> Command {
    Command::Award { bidder: bidder.clone() }
}

pub fn against(candidate: &PartyId) -> Command {
    Command::Object { to: Subject::Candidates, against: Some(candidate.clone()), text: "业绩不实".into() }
}

pub fn answer(objection: u32, upheld: bool) -> Command {
    Command::AnswerObjection { objection, upheld, text: "经查".into() }
}

#[track_caller]
pub fn events(centre: &mut Centre, who: &str, command: Command) -> Vec<Event> {
    match centre.give(who, TENDER, command).unwrap() {
        Outcome::Events(events) => events,
        Outcome::Refusal(refusal) => panic!("refused: {refusal}"),
    }
}

#[track_caller]
pub fn refused(centre: &mut Centre, who: &str, command: Command) -> Refusal {
    match centre.give(who, TENDER, command).unwrap() {
        Outcome::Refusal(refusal) => refusal,
        Outcome::Events(events) => panic!("accepted: {events:?}"),
    }
}

/// Every event of the log, in order.
pub fn log_events(centre: &Centre) -> Vec<Event> {
    let mut events = Vec::new();
    for bytes in &centre.leaves {
        if let Leaf::Entry(entry) = Leaf::from_bytes(bytes).unwrap()
            && let Outcome::Events(more) = entry.outcome
        {
            events.extend(more);
        }
    }
    events
}
