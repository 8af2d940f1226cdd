//! A whole small tender through the facade: three bids are opened, one of them rescued, one bid was replaced, one
//! withdrawn, one came late.

mod support;

use support::{House, PATIENCE, not_counted};
use ximu_office::{Answer, ReceiptState};
use ximu_procedure::{
    Stage,
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
    assert_eq!(reasons[&(ash.party.clone(), 1)], NotCountedReason::Replaced);
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
