//! Applications and bonds through the facade: an officer sees once what was decided on, and nothing stands in the open.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a broken world must stop the test at once"
)]

use crate::support::House;
use ximu_basics::Hash;
use ximu_office::{Answer, Trouble, answer::Recorded};
use ximu_procedure::{
    role::Role,
    wire::{Command, Event, Operation, Outcome, event::BondState},
};
use ximu_sim::{
    Bidder,
    centre::TENDER,
    entry::{KEEPER, OFFICER, apply, confirm},
    rules,
};

fn published() -> (House, Vec<Bidder>) {
    let mut house = House::founded();
    let bidders = ["ash", "birch", "cedar"].map(|label| house.bidder(label)).into();
    let officer = house.register(OFFICER, &[Role::QualificationOfficer]);
    let keeper = house.register(KEEPER, &[Role::BondKeeper]);
    house.publish(|document| rules::enter(document, Some(officer), keeper));
    house.settle();
    (house, bidders)
}

fn look(house: &mut House) -> Recorded {
    match house.give(OFFICER, TENDER, Command::ReadApplications {}).unwrap() {
        Answer::Accepted(recorded) => recorded,
        Answer::Refused { refusal, .. } => panic!("{refusal}"),
    }
}

#[test]
fn a_tender_with_applications_is_opened_and_its_bundle_verifies() {
    let (mut house, bidders) = published();
    for bidder in &bidders {
        house.expect_events(&bidder.label, TENDER, apply(&bidder.label, &[]));
        house.expect_events(OFFICER, TENDER, Command::Admit { applicant: bidder.party.clone() });
        house.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
    }
    look(&mut house);
    for (number, bidder) in bidders.iter().enumerate() {
        house.submit(bidder, 1, &format!("9{number}00000.00"));
    }
    house.restart();
    house.advance_past_deadline();
    assert!(house.tender().list.iter().all(|line| line.bond == Some(BondState::Ok)));
    for bidder in &bidders {
        let rescue = Command::AskRescue { lot: "lot-1".parse().unwrap() };
        house.expect_events(&bidder.label, TENDER, rescue);
    }
    house.open_bids();
    house.award();
    assert_eq!(house.verify().count("operations"), 13);
}

#[test]
fn an_officer_sees_once_exactly_what_the_look_was_decided_on() {
    let (mut house, bidders) = published();
    house.expect_events("ash", TENDER, apply("ash", &[]));
    let signed = house.signed(OFFICER, TENDER, Command::ReadApplications {});
    let Answer::Accepted(first) = house.office().give(signed.clone()).unwrap() else { panic!() };
    let listing = first.listing.clone().unwrap();
    assert!(listing.contains(bidders[0].party.as_str()), "{listing}");
    let operation: Operation = ximu_basics::json::from_canonical(first.subject.as_bytes()).unwrap();
    let read = Event::ApplicationsRead { listing: Hash::of(listing.as_bytes()) };
    assert_eq!(operation.outcome, Outcome::Events(vec![read]));
    // Whoever has the signed command and sends it again sees nothing.
    let Answer::Accepted(again) = house.office().give(signed).unwrap() else { panic!() };
    assert_eq!(again, Recorded { listing: None, ..first });
    for who in ["ash", KEEPER, "tenderer"] {
        let answer = house.give(who, TENDER, Command::ReadApplications {}).unwrap();
        assert!(matches!(answer, Answer::Refused { recorded: None, .. }), "{answer:?}");
    }
}

#[test]
fn after_a_cancellation_no_refusal_names_an_applicant_in_the_open() {
    let (mut house, bidders) = published();
    house.expect_events("ash", TENDER, apply("ash", &[]));
    let hidden = house.give("ash", TENDER, apply("ash", &[])).unwrap();
    assert!(hidden.recorded().is_some(), "a hidden refusal can be proved");
    house.expect_events("tenderer", TENDER, Command::Cancel { reason: "资金未落实".into() });
    let commands = [("ash", apply("ash", &[])), (KEEPER, confirm("ash", &bidders[0].party))];
    for (who, command) in commands {
        let answer = house.give(who, TENDER, command).unwrap();
        assert!(matches!(answer, Answer::Refused { recorded: None, .. }), "{answer:?}");
    }
}

#[test]
fn an_officer_has_room_for_every_applicant_in_one_beat() {
    let (mut house, _) = published();
    for _ in 0..256 {
        look(&mut house);
    }
    let more = house.give(OFFICER, TENDER, Command::ReadApplications {});
    assert_eq!(more, Err(Trouble::TooManyInBeat { limit: 256 }));
}
