//! Scenes with a supervising authority: what comes after the ranking, suspensions, orders.

use super::{award, bid, close, firms, propose, publish, read};
use ximu_basics::{Hash, PartyId};
use ximu_procedure::{
    outcome,
    role::Role,
    rules::{LegalPeriod, LegalRule},
    wire::{
        Command,
        command::{Exclusion, ExclusionGround, Ground, Matter, Measure},
    },
};
use ximu_sim::{Bidder, Centre, Key, centre::TENDER, rules::UNITS};

fn order(centre: &mut Centre, measure: Measure) {
    let order =
        Command::Order { measure, article: "条例第六十二条".into(), reason: "查明 <属实>".into() };
    centre.expect_events("supervisor", TENDER, order);
}

fn suspend(centre: &mut Centre) {
    let until = centre.now.plus_ms(2 * UNITS.day_ms);
    order(centre, Measure::Suspend { until });
}

/// Four firms, a supervisor, the law's number on the contract.
fn published() -> (Centre, Vec<Bidder>) {
    let mut centre = Centre::new();
    let bidders = firms(&mut centre, 4);
    centre.register("supervisor", &[Role::Supervisor]);
    publish(&mut centre, |rules| {
        rules.legal.push(LegalPeriod {
            rule: LegalRule::ContractSigned,
            value: 30,
            unit: LegalRule::ContractSigned.unit(),
            article: "第四十六条".into(),
            law: "中华人民共和国招标投标法".into(),
            as_of: "2025-04-01".into(),
        });
    });
    (centre, bidders)
}

/// Suspended while bids are taken and in the window; everything is read out.
fn opened() -> Centre {
    let (mut centre, bidders) = published();
    suspend(&mut centre);
    centre.advance_ms(2 * UNITS.day_ms);
    let bids = bid(&mut centre, &bidders);
    close(&mut centre);
    suspend(&mut centre);
    order(&mut centre, Measure::Resume {});
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let command = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, command);
    }
    read(&mut centre);
    centre
}

/// The label of a party's key.
fn label(centre: &Centre, party: &PartyId) -> String {
    let person = centre.world.registry.persons.values().find(|person| person.party == *party).unwrap();
    (1..=4).map(|number| format!("firm-{number}")).find(|one| Key::of(one).public() == person.key).unwrap()
}

fn give_up(centre: &mut Centre) {
    let first = outcome::first(centre.tender()).unwrap().clone();
    let label = label(centre, &first);
    centre.expect_events(&label, TENDER, Command::GiveUp { reason: "资金安排有变".into() });
}

fn complain(centre: &mut Centre) {
    let (matter, text, known) = (Matter::Conduct, "另有补充协议".into(), centre.now);
    centre.expect_events("firm-4", TENDER, Command::Complain { matter, objection: None, known, text });
}

/// Ranked again without one; the winner has no performance bond; the next one signs late; complaints; the archive.
pub fn concluded() -> Centre {
    let mut centre = opened();
    let bidder = propose(&mut centre);
    let exclude = vec![Exclusion { bidder, ground: ExclusionGround::Unqualified }];
    order(&mut centre, Measure::ReEvaluate { exclude });
    let bidder = propose(&mut centre);
    award(&mut centre, bidder.clone());
    let unfit = Command::Disqualify { bidder, ground: Ground::PerformanceBond {}, text: "未提交".into() };
    centre.expect_events("tenderer", TENDER, unfit);
    let bidder = outcome::first(centre.tender()).unwrap().clone();
    centre.expect_events("tenderer", TENDER, Command::Award { bidder: bidder.clone() });
    centre.advance_ms(31 * UNITS.day_ms);
    let (price, signed) = (centre.tender().awarded.clone().unwrap().1, centre.now);
    let contract = Hash::of(b"contract");
    centre.expect_events("tenderer", TENDER, Command::SignContract { contract, price, signed });
    centre.expect_events("tenderer", TENDER, Command::ReturnBond { bidder });
    complain(&mut centre);
    centre.expect_events("supervisor", TENDER, Command::AcceptComplaint { complaint: 1 });
    let (article, text) = ("条例第六十一条".into(), "查无此事".into());
    let decide = Command::DecideComplaint { complaint: 1, upheld: false, article, text, measure: None };
    centre.expect_events("supervisor", TENDER, decide);
    complain(&mut centre);
    let decline = Command::DeclineComplaint { complaint: 2, text: "重复".into() };
    centre.expect_events("supervisor", TENDER, decline);
    centre.expect_events("centre", TENDER, Command::Archive { hash: Hash::of(b"archive"), bytes: 7 });
    centre
}

/// Every candidate gives up.
pub fn exhausted() -> Centre {
    let mut centre = opened();
    let first = propose(&mut centre);
    award(&mut centre, first);
    for _ in 0..3 {
        give_up(&mut centre);
    }
    centre
}

/// The authority annuls.
pub fn annulled() -> Centre {
    let mut centre = published().0;
    order(&mut centre, Measure::Annul {});
    centre
}

/// The authority has it tendered again.
pub fn repeated() -> Centre {
    let mut centre = opened();
    order(&mut centre, Measure::ReTender {});
    centre
}
