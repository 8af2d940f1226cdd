//! A whole small tender through the facade: three bids are opened, one of them rescued, one bid was replaced, one
//! withdrawn, one came late.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a broken world must stop the test at once"
)]

use crate::support::{House, PATIENCE, id_of, not_counted};
use ximu_office::{Answer, ReceiptState};
use ximu_procedure::{
    Stage,
    rules::Phase,
    wire::{Command, Refusal, event::NotCountedReason},
};
use ximu_sim::centre::{TENDER, policy};
use ximu_tlog::{Policy, Receipt};

#[test]
fn a_whole_tender_is_awarded_and_its_bundle_verifies() {
    let mut house = House::founded();
    let bidders: Vec<_> = ["ash", "birch", "cedar", "fir", "elm"].map(|label| house.bidder(label)).into();
    let [ash, birch, cedar, fir, elm] = bidders.as_slice() else { panic!() };
    house.publish(|_| {});
    house.settle();

    house.submit(ash, 1, "9600000.00");
    house.advance_ms(2_000);
    let (ash_bid, answer) = house.submit(ash, 2, "9500000.00");
    let (birch_bid, _) = house.submit(birch, 1, "9400000.00");
    house.submit(cedar, 1, "9300000.00");
    house.submit(fir, 1, "9200000.00");
    let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 };
    house.expect_events("fir", TENDER, withdraw);

    house.advance_past_deadline();
    let tender = house.tender();
    assert_eq!(tender.stage, Stage::Window);
    assert_eq!(tender.list.iter().map(|line| line.version).sum::<u32>(), 4, "ash counts with version 2");
    let reasons = not_counted(&tender);
    assert!(!reasons.contains_key(&(ash.party.clone(), 1)), "a replaced version needs no line");
    assert_eq!(reasons[&(fir.party.clone(), 1)], NotCountedReason::Withdrawn);

    // Late: refused by a public entry that can be receipted.
    let late = elm.seal(&house.people, 1, "9100000.00", |_| {});
    let late = elm.submission(&mut house.people, &late);
    let Answer::Refused { refusal, recorded: Some(recorded) } = house.give("elm", TENDER, late).unwrap()
    else {
        panic!("expected a recorded refusal")
    };
    assert!(matches!(refusal, Refusal::DeadlinePassed { .. }));
    assert!(recorded.acknowledgement.verify(house.office().centre_key()));
    assert_eq!(recorded.acknowledgement.beat, None);

    // The receipt of a bid proves beat and log to a stranger.
    let id = answer.recorded().unwrap().acknowledgement.id;
    let ReceiptState::Ready(receipt) = house.office().wait_receipt(&id, PATIENCE).unwrap() else { panic!() };
    let receipt = Receipt::parse(receipt.as_bytes()).unwrap();
    let policy = Policy::parse(policy().as_bytes()).unwrap();
    let operation = &answer.recorded().unwrap().subject;
    assert!(receipt.verify(&policy, operation.as_bytes()).is_ok());

    for (bidder, bid) in [(ash, &ash_bid), (birch, &birch_bid)] {
        let command = bidder.release(&house.people, bid);
        house.expect_events(&bidder.label, TENDER, command);
    }
    house.expect_events("cedar", TENDER, Command::AskRescue { lot: "lot-1".parse().unwrap() });
    house.open_bids();
    let tender = house.tender();
    assert_eq!(tender.stage, Stage::Ranking);
    assert_eq!(tender.opened.len(), 3);
    house.award();
    assert_eq!(house.tender().awarded.unwrap().0, cedar.party);
    let report = house.verify();
    assert!(report.count("openings") == 3 && report.count("awards") == 1, "{report:?}");
}

#[test]
fn the_last_millisecond_counts_and_the_next_is_refused_and_receipted() {
    let mut house = House::founded();
    let bidders: Vec<_> = ["ash", "birch", "cedar", "elm"].map(|label| house.bidder(label)).into();
    house.publish(|_| {});
    house.settle();
    let bids: Vec<_> =
        bidders.iter().map(|bidder| bidder.seal(&house.people, 1, "9500000.00", |_| {})).collect();
    let commands: Vec<_> =
        bidders.iter().zip(&bids).map(|(bidder, bid)| house.submission(bidder, bid)).collect();
    let left = house.tender().deadline.ms_since(house.now());
    house.advance_ms(left - 1);
    for (bidder, command) in bidders.iter().zip(&commands).take(2) {
        house.expect_events(&bidder.label, TENDER, command.clone());
    }
    house.jump_ms(1);
    house.expect_events("cedar", TENDER, commands[2].clone());
    house.jump_ms(1);
    let late = house.give("elm", TENDER, commands[3].clone()).unwrap();
    let Answer::Refused { refusal: Refusal::DeadlinePassed { .. }, recorded: Some(recorded) } = &late else {
        panic!("{late:?}")
    };
    assert!(recorded.acknowledgement.beat.is_some(), "before CLOSE the refusal itself is hidden");
    house.settle();
    let tender = house.tender();
    assert_eq!(tender.list.len(), 3, "cedar came with the last millisecond");
    assert!(tender.not_counted.is_empty());
    let ReceiptState::Ready(receipt) = house.office().wait_receipt(&id_of(&late), PATIENCE).unwrap() else {
        panic!("the closing beat carries it")
    };
    let policy = Policy::parse(policy().as_bytes()).unwrap();
    let receipt = Receipt::parse(receipt.as_bytes()).unwrap();
    assert!(receipt.verify(&policy, recorded.subject.as_bytes()).is_ok());
    house.verify();
}

#[test]
fn tenders_that_close_at_the_same_time_do_not_disturb_each_other() {
    let mut house = House::founded();
    let bidders: Vec<_> = ["ash", "birch", "cedar"].map(|label| house.bidder(label)).into();
    house.publish(|_| {});
    let deadline = house.tender().deadline;
    // One with the same deadline, and two a little before and after it.
    for (id, shift_ms) in [("yc-2", 0), ("yc-3", -30), ("yc-4", 30)] {
        house.publish_as(id, |rules| {
            rules.phases.iter_mut().for_each(|phase| {
                if let Phase::Seal(seal) = phase {
                    seal.deadline = deadline.plus_ms(shift_ms);
                }
            });
        });
    }
    house.settle();
    for (bidder, price) in bidders.iter().zip(["9500000.00", "9400000.00", "9300000.00"]) {
        house.submit(bidder, 1, price);
    }
    house.advance_ms(9_000);
    house.restart();
    house.jump_ms(4_000);
    house.settle();
    house.advance_past_deadline();
    house.advance_ms(100);
    assert_eq!(house.tender().stage, Stage::Window);
    let view = house.office().view();
    let failed = view.world.tenders.values().filter(|tender| tender.stage.is_failed()).count();
    assert_eq!(failed, 3, "those without bids end without an opening");
    house.verify();
}
