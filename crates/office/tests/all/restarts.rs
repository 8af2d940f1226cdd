//! A centre on a real disk that is ended and started again between any two steps, and one whose writes fail at each
//! step: the tender goes on, and in the end a stranger finds nothing wrong.

#![allow(clippy::unwrap_used, reason = "a broken world must stop the test at once")]

use crate::support::{House, PATIENCE, id_of, tender_id};
use std::num::NonZeroU64;
use ximu_journal::{
    FailPoints, Fault,
    failpoint::{CHECKPOINT_SWAP, PUBLISH, TILE_WRITE},
};
use ximu_office::{Answer, ReceiptState, Trouble, WriterHealth, failpoint};
use ximu_procedure::{Stage, wire::Command};
use ximu_sim::centre::TENDER;

/// Awards the simulated tender; `between` is called between any two steps.
fn run_tender(house: &mut House, between: &mut dyn FnMut(&mut House)) {
    let prices = ["9500000.00", "9400000.00", "9300000.00"];
    let bidders = ["ash", "birch", "cedar"].map(|label| {
        between(house);
        house.bidder(label)
    });
    between(house);
    house.publish(|_| {});
    let mut bids = Vec::new();
    for (bidder, price) in bidders.iter().zip(prices) {
        between(house);
        let (bid, answer) = house.submit(bidder, 1, price);
        assert!(matches!(answer, Answer::Accepted(_)));
        bids.push((bid, id_of(&answer)));
    }
    for _ in 0..5 {
        between(house);
        house.advance_ms(2_000);
    }
    between(house);
    house.advance_past_deadline();
    assert_eq!(house.tender().list.len(), 3);
    for (_, id) in &bids {
        let receipt = house.office().wait_receipt(id, PATIENCE).unwrap();
        assert!(matches!(receipt, ReceiptState::Ready(_)));
    }
    for (bidder, (bid, _)) in bidders.iter().zip(&bids) {
        between(house);
        let command = bidder.release(&house.people, bid);
        house.expect_events(&bidder.label, TENDER, command);
    }
    between(house);
    let left = house.tender().window_until.unwrap().ms_since(house.now());
    house.advance_ms(left + 50);
    between(house);
    house.release_shares(3);
    assert_eq!(house.tender().stage, Stage::Ranking);
    between(house);
    house.award();
}

#[test]
fn a_centre_that_is_restarted_between_all_steps_awards_a_tender_that_verifies() {
    let mut house = House::founded_on_disk();
    let mut restarts = 0;
    run_tender(&mut house, &mut |house| {
        house.restart();
        restarts += 1;
    });
    assert!(restarts > 15);
    let report = house.verify();
    assert_eq!((report.count("openings"), report.count("awards")), (3, 1));
}

/// Every step of the publisher, failed and failed but persisted. The writer's own step is in `troubles.rs`.
#[test]
fn a_failure_at_any_step_of_the_publisher_is_made_good() {
    for point in [TILE_WRITE, CHECKPOINT_SWAP, PUBLISH] {
        for fault in [Fault::Error, Fault::ErrorAfterPersist, Fault::Full] {
            let mut house = House::founded();
            house.bidder("ash");
            house.settle();
            house.fail_with(FailPoints::once(point, NonZeroU64::MIN, fault));
            house.bidder("birch");
            house.settle();
            assert_eq!(house.office().health().writer, WriterHealth::Good, "{point} {fault:?}");
            house.restart();
            house.settle();
            house.publish(|_| {});
            house.settle();
            house.verify();
        }
    }
}

#[test]
fn an_answer_that_was_lost_is_given_again() {
    let mut house = House::founded();
    let ash = house.bidder("ash");
    house.publish(|_| {});
    let bid = ash.seal(&house.people, 1, "9500000.00", |_| {});
    let command = house.submission(&ash, &bid);
    let signed = house.signed("ash", TENDER, command);
    house.fail_with(FailPoints::once(failpoint::ANSWER, NonZeroU64::MIN, Fault::Error));
    assert_eq!(house.office().give(signed.clone()), Err(Trouble::Closing));
    let answer = house.office().give(signed.clone()).unwrap();
    assert!(matches!(answer, Answer::Accepted(_)));
    house.restart();
    assert_eq!(house.office().give(signed), Ok(answer));
}

#[test]
fn an_upload_that_ends_between_the_two_copies_can_be_sent_again() {
    for point in [failpoint::UPLOAD, failpoint::CUSTODY] {
        let mut house = House::founded();
        let ash = house.bidder("ash");
        house.publish(|_| {});
        let bid = ash.seal(&house.people, 1, "9500000.00", |_| {});
        house.fail_with(FailPoints::once(point, NonZeroU64::MIN, Fault::Error));
        assert_eq!(house.upload("ash", &bid.form), Err(Trouble::NotRecorded));
        house.restart();
        let uploaded = house.upload("ash", &bid.form).unwrap();
        assert_eq!(house.upload("ash", &bid.form), Ok(uploaded));
        assert_eq!(house.peers.copies(), 1);
    }
}

#[test]
fn many_people_at_once_each_get_their_answer() {
    let mut house = House::founded_on_disk();
    let labels: Vec<String> = (0..24).map(|number| format!("firm-{number}")).collect();
    let commands: Vec<_> = labels
        .iter()
        .map(|label| {
            let name = ximu_basics::Hash::of(label.as_bytes());
            house.signed(label, "registry", Command::RegisterParty { name })
        })
        .collect();
    let office = house.office.take().unwrap();
    // Each command is given twice at the same time: both get the one answer.
    let answers: Vec<_> = std::thread::scope(|scope| {
        let give = |signed: &ximu_procedure::wire::SignedCommand| {
            let (office, signed) = (&office, signed.clone());
            scope.spawn(move || office.give(signed))
        };
        let given: Vec<_> = commands.iter().chain(&commands).map(give).collect();
        given.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
    });
    let (first, second) = answers.split_at(commands.len());
    assert_eq!(first, second);
    assert!(first.iter().all(|answer| matches!(answer, Answer::Accepted(_))));
    assert_eq!(office.view().world.registry.parties.len(), 26);
    house.office = Some(office);
    house.settle();
    house.publish(|_| {});
    house.settle();
    house.verify();
    assert!(house.office().operations(&tender_id()).is_err());
}
