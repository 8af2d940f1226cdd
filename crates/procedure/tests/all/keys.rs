//! Keys that an officer replaces while bids are taken: nobody's receipted bid is undone by it (journal 7.4 to 7.6).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use ximu_basics::{PersonId, Signature};
use ximu_procedure::{
    registry::person_id,
    wire::{
        Command, Outcome, Refusal,
        command::{key_statement, succession_statement},
        refusal::Thing,
    },
};
use ximu_sim::{
    Bid, Bidder, Centre, Key,
    centre::{ORIGIN, TENDER},
};

const FIRM: &str = "firm";

fn person(label: &str) -> PersonId {
    person_id(&Key::of(label).public()).unwrap()
}

/// A command that gives the firm's person the key of another label; `old` countersigns.
fn replace(new: &str, old: Option<&str>) -> Command {
    let (person, key) = (person(FIRM), Key::of(new));
    let proof = key.sign(&key_statement(ORIGIN, &person));
    let heir = succession_statement(ORIGIN, &person, &key.public());
    let countersignature = old.map(|old| Key::of(old).sign(&heir));
    Command::ReplaceKey { person, key: key.public(), proof, countersignature }
}

fn withdraw(version: u32) -> Command {
    Command::Withdraw { lot: "lot-1".parse().unwrap(), version }
}

fn refusal(centre: &mut Centre, label: &str, command: Command) -> Refusal {
    match centre.give(label, TENDER, command).unwrap() {
        Outcome::Refusal(refusal) => refusal,
        Outcome::Events(events) => panic!("accepted: {events:?}"),
    }
}

/// A tender with four bids; the one of the firm is the lowest.
fn submitted() -> (Centre, Bidder, Bid) {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    for (label, price) in [("a", "9700000.00"), ("b", "9600000.00"), ("c", "9500000.00")] {
        Bidder::register(&mut centre, label).submit(&mut centre, 1, price);
    }
    let bidder = Bidder::register(&mut centre, FIRM);
    let bid = bidder.submit(&mut centre, 1, "9300000.00");
    (centre, bidder, bid)
}

fn close(centre: &mut Centre) {
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
}

fn as_thief(bidder: &Bidder) -> Bidder {
    Bidder { label: "thief".into(), party: bidder.party.clone() }
}

#[test]
fn an_officer_that_takes_a_bidders_place_withdraws_and_replaces_nothing() {
    let (mut centre, bidder, _) = submitted();
    centre.expect_events("administrator", "registry", replace("thief", None));
    assert_eq!(refusal(&mut centre, "thief", withdraw(2)), Refusal::KeyReplacedLate {});
    let other = as_thief(&bidder).seal(&centre, 1, "9999000.00", |_| {});
    let command = as_thief(&bidder).submission(&mut centre, &other);
    assert_eq!(refusal(&mut centre, "thief", command), Refusal::KeyReplacedLate {});
    close(&mut centre);
    assert!(centre.tender().list.iter().any(|line| line.bidder == bidder.party && line.version == 1));
    let replaced: Vec<_> = centre.world.keys_replaced(centre.tender()).collect();
    assert_eq!(replaced.len(), 1, "the record names the replacement");
    assert_eq!(replaced[0].person, person(FIRM));
}

#[test]
fn a_chain_that_was_broken_once_stays_broken() {
    let (mut centre, _, _) = submitted();
    centre.expect_events("administrator", "registry", replace("thief", None));
    centre.expect_events("administrator", "registry", replace("heir of the thief", Some("thief")));
    assert_eq!(refusal(&mut centre, "heir of the thief", withdraw(2)), Refusal::KeyReplacedLate {});
}

#[test]
fn the_heir_that_the_old_key_named_may_do_all_and_nobody_is_noted() {
    let (mut centre, _, _) = submitted();
    let forged = centre.give("administrator", "registry", replace("second", Some("thief"))).unwrap();
    assert_eq!(forged, Outcome::Refusal(Refusal::Mismatch { what: Thing::Key }));
    centre.expect_events("administrator", "registry", replace("second", Some(FIRM)));
    centre.expect_events("administrator", "registry", replace("third", Some("second")));
    centre.expect_events("third", TENDER, withdraw(2));
    close(&mut centre);
    assert_eq!(centre.world.keys_replaced(centre.tender()).count(), 0);
    assert!(
        centre.give(FIRM, TENDER, Command::SignIn {}).is_err(),
        "the first key has left the word to others"
    );
}

#[test]
fn a_key_replaced_before_the_first_bid_bids() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let bidder = Bidder::register(&mut centre, FIRM);
    centre.expect_events("administrator", "registry", replace("second", None));
    let renamed = Bidder { label: "second".into(), party: bidder.party };
    renamed.submit(&mut centre, 1, "9300000.00");
    centre.expect_events("second", TENDER, withdraw(2));
}

#[test]
fn the_key_that_submitted_has_the_last_word_on_opening_its_bid() {
    let (mut centre, bidder, bid) = submitted();
    close(&mut centre);
    centre.expect_events("administrator", "registry", replace("thief", None));
    // The thief releases something that opens nothing.
    let junk = as_thief(&bidder).seal(&centre, 1, "1.00", |_| {});
    let release = as_thief(&bidder).release(&centre, &junk);
    centre.expect_events("thief", TENDER, release.clone());
    assert_eq!(refusal(&mut centre, "thief", release.clone()), Refusal::AlreadyExists {});
    let own = bidder.release(&centre, &bid);
    centre.expect_events(FIRM, TENDER, own.clone());
    assert_eq!(refusal(&mut centre, FIRM, own), Refusal::AlreadyExists {});
    assert_eq!(refusal(&mut centre, "thief", release), Refusal::AlreadyExists {});
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert!(centre.tender().opened.contains_key(&bidder.party), "{:?}", centre.tender().voided);
}

#[test]
fn the_countersignature_is_absent_from_the_bytes_when_there_is_none() {
    let with = |old| String::from_utf8(ximu_basics::json::to_canonical(&replace("x", old)).unwrap()).unwrap();
    assert!(!with(None).contains("countersignature") && with(Some(FIRM)).contains("countersignature"));
    assert!(with(None).len() + 2 * Signature([0; 64]).0.len() < with(Some(FIRM)).len());
}
