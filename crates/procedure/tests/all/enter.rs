//! Phase Enter: who may say what, what follows at CLOSE, and what a ranking makes of it (enter 3 to 7).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "a test"
)]

use ximu_basics::{Hash, Money, PartyId, json};
use ximu_procedure::{
    Stage,
    method::RejectReason,
    rules::BondKind,
    wire::{
        Command, Event, Operation, Outcome, Refusal,
        command::{BondDeclaration, BondFault},
        event::BondState,
        leaf::LEAF_BYTES_MAX,
        refusal::{ApplicationState, Thing},
    },
};
use ximu_sim::{
    Bidder, Centre,
    centre::TENDER,
    entry::{Examined, KEEPER, OFFICER, account, apply, confirm},
};

/// A tender with phase Enter and three bidders, none of whom has applied.
fn published(examined: Examined) -> (Centre, Vec<Bidder>) {
    let mut centre = Centre::new();
    centre.publish_with_entry(examined);
    let bidders = ["a", "b", "c"].map(|label| Bidder::register(&mut centre, label)).into();
    (centre, bidders)
}

fn outcome(centre: &mut Centre, who: &str, command: Command) -> Result<Vec<Event>, Refusal> {
    match centre.give(who, TENDER, command).unwrap() {
        Outcome::Events(events) => Ok(events),
        Outcome::Refusal(refusal) => Err(refusal),
    }
}

fn refused(centre: &mut Centre, who: &str, command: Command) -> Refusal {
    outcome(centre, who, command).unwrap_err()
}

fn unknown(what: Thing) -> Refusal {
    Refusal::Unknown { what }
}

/// Applies, pays and bids for every bidder, then goes on until everything is read out.
fn opened(centre: &mut Centre, bidders: &[Bidder]) {
    for (number, bidder) in bidders.iter().enumerate() {
        let bid = bidder.submit(centre, 1, &format!("9{number}00000.00"));
        centre.advance_ms(10);
        drop(bid);
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for bidder in bidders {
        let rescue = Command::AskRescue { lot: "lot-1".parse().unwrap() };
        centre.expect_events(&bidder.label, TENDER, rescue);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
}

#[test]
fn a_bid_needs_an_application_and_its_bond_is_on_the_list() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    let first = bidders[0].seal(&centre, 1, "9000000.00", |_| {});
    let submit = bidders[0].submission(&mut centre, &first);
    let missing = |found| Refusal::ApplicationMissing { found };
    assert_eq!(refused(&mut centre, "a", submit.clone()), missing(ApplicationState::None));
    for bidder in &bidders {
        let events = outcome(&mut centre, &bidder.label, apply(&bidder.label, &[])).unwrap();
        let applicant = bidder.party.clone();
        let applied = Event::Applied { applicant: applicant.clone(), number: 1 };
        assert_eq!(events, [applied, Event::ApplicationAdmitted { applicant }], "by its form alone");
    }
    for bidder in &bidders[..2] {
        centre.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
    }
    opened(&mut centre, &bidders);
    let tender = centre.tender();
    let bonds: Vec<_> = bidders
        .iter()
        .map(|bidder| tender.list.iter().find(|line| line.bidder == bidder.party).unwrap().bond)
        .collect();
    assert_eq!(bonds, [Some(BondState::Ok), Some(BondState::Ok), Some(BondState::Missing)]);
    assert_eq!(tender.stage, Stage::Ranking);
    assert_eq!(tender.opened.len(), 3, "a bid without a bond is opened and read out like every other");
    let ranking = tender.ranking.as_ref().unwrap();
    assert_eq!(ranking.lines.len(), 2);
    let rejected: Vec<_> = ranking.rejected.iter().map(|bid| (bid.party.clone(), bid.reason)).collect();
    assert_eq!(rejected, [(bidders[2].party.clone(), RejectReason::BondMissing)]);
}

#[test]
fn a_cheapest_bid_without_a_bond_does_not_set_the_base() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    for bidder in &bidders {
        centre.expect_events(&bidder.label, TENDER, apply(&bidder.label, &[]));
    }
    for bidder in &bidders[1..] {
        centre.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
    }
    opened(&mut centre, &bidders);
    let ranking = centre.tender().ranking.clone().unwrap();
    assert_eq!(ranking.base, Some(Money::yuan("9100000.00").unwrap()), "the cheapest one with a bond");
}

#[test]
fn the_officer_admits_and_nobody_else() {
    let (mut centre, bidders) = published(Examined::Before);
    let (a, b) = (bidders[0].party.clone(), bidders[1].party.clone());
    let admit = |applicant: &PartyId| Command::Admit { applicant: applicant.clone() };
    let turn_down = |applicant: &PartyId, reason: &str| Command::RefuseApplication {
        applicant: applicant.clone(),
        reason: reason.into(),
    };
    assert_eq!(refused(&mut centre, OFFICER, admit(&a)), unknown(Thing::Application));
    let applied = outcome(&mut centre, "a", apply("a", &[])).unwrap();
    assert_eq!(applied, [Event::Applied { applicant: a.clone(), number: 1 }], "nobody has decided");
    centre.expect_events("b", TENDER, apply("b", &[]));
    for (who, command) in [(KEEPER, admit(&a)), ("tenderer", admit(&a)), ("a", admit(&a))] {
        assert_eq!(refused(&mut centre, who, command).code(), "role_not_allowed");
    }
    let bid = bidders[0].seal(&centre, 1, "9000000.00", |_| {});
    let submit = bidders[0].submission(&mut centre, &bid);
    let missing = |found| Refusal::ApplicationMissing { found };
    assert_eq!(refused(&mut centre, "a", submit.clone()), missing(ApplicationState::Waiting));
    centre.expect_events(OFFICER, TENDER, admit(&a));
    assert_eq!(refused(&mut centre, OFFICER, admit(&a)), Refusal::AlreadyExists {});
    centre.expect_events("a", TENDER, submit);
    assert_eq!(refused(&mut centre, OFFICER, turn_down(&b, " ")), Refusal::Mismatch { what: Thing::Text });
    centre.expect_events(OFFICER, TENDER, turn_down(&b, "资质等级不足"));
    let bid = bidders[1].seal(&centre, 1, "9000000.00", |_| {});
    let submit = bidders[1].submission(&mut centre, &bid);
    assert_eq!(refused(&mut centre, "b", submit), missing(ApplicationState::Refused));
    // Who was turned down may mend it and apply again.
    let again = outcome(&mut centre, "b", apply("b", &[])).unwrap();
    assert_eq!(again, [Event::Applied { applicant: b, number: 2 }]);
}

#[test]
fn an_application_is_taken_by_its_form_and_in_time() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    let other = bidders[1].party.clone();
    let mine = bidders[0].party.clone();
    let with = |change: fn(&mut Vec<Hash>, &mut Vec<PartyId>, &mut Option<BondDeclaration>)| {
        let Command::Apply { mut credentials, mut members, mut bond } = apply("a", &[]) else { panic!() };
        change(&mut credentials, &mut members, &mut bond);
        Command::Apply { credentials, members, bond }
    };
    let mismatch = |what| Refusal::Mismatch { what };
    for (command, expected) in [
        (with(|credentials, _, _| credentials.truncate(1)), mismatch(Thing::Credential)),
        (apply("a", &[mine]), mismatch(Thing::Member)),
        (apply("a", &[other.clone(), other.clone()]), mismatch(Thing::Member)),
        (
            with(|_, members, _| *members = ["p-1", "p-2", "p-3"].map(|id| id.parse().unwrap()).to_vec()),
            Refusal::TooMany { what: Thing::Member, limit: 2 },
        ),
        (with(|_, _, bond| *bond = None), mismatch(Thing::Bond)),
        (
            with(|_, _, bond| *bond = bond.map(|bond| BondDeclaration { kind: BondKind::Cheque, ..bond })),
            mismatch(Thing::Bond),
        ),
    ] {
        assert_eq!(refused(&mut centre, "a", command), expected);
    }
    assert_eq!(refused(&mut centre, "tenderer", apply("a", &[])).code(), "role_not_allowed");
    centre.expect_events("a", TENDER, apply("a", &[other]));
    assert_eq!(refused(&mut centre, "a", apply("a", &[])), Refusal::AlreadyExists {});
    let until = centre.tender().applications_until().unwrap();
    centre.advance_to(until.plus_ms(-1));
    centre.expect_events("b", TENDER, apply("b", &[]));
    centre.advance_to(until);
    assert_eq!(
        refused(&mut centre, "c", apply("c", &[])),
        Refusal::PeriodOver { until, at: until, article: None }
    );
    let deadline = centre.tender().deadline;
    centre.now = deadline.plus_ms(1);
    assert_eq!(refused(&mut centre, "c", apply("c", &[])).code(), "deadline_passed");
}

#[test]
fn without_the_phase_nobody_applies_and_bids_need_nothing() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let bidder = Bidder::register(&mut centre, "a");
    assert_eq!(refused(&mut centre, "a", apply("a", &[])), unknown(Thing::Phase));
    assert_eq!(refused(&mut centre, "a", Command::WithdrawApplication {}), unknown(Thing::Phase));
    bidder.submit(&mut centre, 1, "9000000.00");
}

#[test]
fn the_keeper_confirms_exactly_the_bond_from_exactly_the_account() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    let a = bidders[0].party.clone();
    // No application and a wrong account are one answer: asking finds nobody out.
    assert_eq!(refused(&mut centre, KEEPER, confirm("a", &a)), unknown(Thing::Application));
    centre.expect_events("a", TENDER, apply("a", &[]));
    assert_eq!(refused(&mut centre, KEEPER, confirm("b", &a)), unknown(Thing::Application));
    let less = Command::ConfirmBond {
        applicant: a.clone(),
        amount: Money::yuan("199999.99").unwrap(),
        payer: account("a"),
    };
    assert_eq!(refused(&mut centre, KEEPER, less).code(), "bond_differs");
    assert_eq!(refused(&mut centre, OFFICER, confirm("a", &a)).code(), "role_not_allowed");
    let failed = Command::FailBond { applicant: a.clone(), payer: account("a"), fault: BondFault::Reversed };
    // The last word that counts is what stands.
    for command in [confirm("a", &a), failed.clone(), confirm("a", &a), failed] {
        centre.expect_events(KEEPER, TENDER, command);
    }
    for bidder in &bidders[1..] {
        centre.expect_events(&bidder.label, TENDER, apply(&bidder.label, &[]));
        centre.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
    }
    opened(&mut centre, &bidders);
    let line = centre.tender().list.iter().find(|line| line.bidder == a).unwrap();
    assert_eq!(line.bond, Some(BondState::Missing));
}

#[test]
fn a_bid_is_withdrawn_before_its_application() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    assert_eq!(refused(&mut centre, "a", Command::WithdrawApplication {}), unknown(Thing::Application));
    centre.expect_events("a", TENDER, apply("a", &[]));
    bidders[0].submit(&mut centre, 1, "9000000.00");
    assert_eq!(refused(&mut centre, "a", Command::WithdrawApplication {}), Refusal::BidStands { version: 1 });
    centre.expect_events("a", TENDER, Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 });
    centre.expect_events("a", TENDER, Command::WithdrawApplication {});
    let bid = bidders[0].seal(&centre, 3, "9000000.00", |_| {});
    let submit = bidders[0].submission(&mut centre, &bid);
    let withdrawn = Refusal::ApplicationMissing { found: ApplicationState::Withdrawn };
    assert_eq!(refused(&mut centre, "a", submit), withdrawn);
    // A new application begins without a bond.
    centre.expect_events("a", TENDER, apply("a", &[]));
    for number in 3..=16 {
        centre.expect_events("a", TENDER, Command::WithdrawApplication {});
        let events = outcome(&mut centre, "a", apply("a", &[])).unwrap();
        assert_eq!(events[0], Event::Applied { applicant: bidders[0].party.clone(), number });
    }
    centre.expect_events("a", TENDER, Command::WithdrawApplication {});
    assert_eq!(
        refused(&mut centre, "a", apply("a", &[])),
        Refusal::TooMany { what: Thing::Application, limit: 16 }
    );
}

#[test]
fn bids_that_share_a_party_are_all_void_and_nobody_is_told_before() {
    let (mut centre, mut bidders) = published(Examined::WithTheBids);
    bidders.push(Bidder::register(&mut centre, "d"));
    let d = bidders[3].party.clone();
    // d stands behind a's bid and bids alone; the application that comes second learns nothing of the first.
    for (bidder, members) in bidders.iter().zip([vec![d], vec![], vec![], vec![]]) {
        centre.expect_events(&bidder.label, TENDER, apply(&bidder.label, &members));
        centre.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
    }
    opened(&mut centre, &bidders);
    let ranking = centre.tender().ranking.clone().unwrap();
    let rejected: Vec<_> = ranking.rejected.iter().map(|bid| (&bid.party, bid.reason)).collect();
    let mut expected =
        vec![(&bidders[0].party, RejectReason::MemberTwice), (&bidders[3].party, RejectReason::MemberTwice)];
    expected.sort();
    assert_eq!(rejected, expected);
    assert_eq!(ranking.lines.len(), 2);
}

#[test]
fn what_the_officer_is_shown_is_fixed_and_has_nothing_of_payments() {
    let (mut centre, bidders) = published(Examined::Before);
    centre.expect_events("a", TENDER, apply("a", &[bidders[2].party.clone()]));
    centre.expect_events("b", TENDER, apply("b", &[]));
    centre.expect_events(KEEPER, TENDER, confirm("a", &bidders[0].party));
    centre.expect_events("b", TENDER, Command::WithdrawApplication {});
    let read = outcome(&mut centre, OFFICER, Command::ReadApplications {}).unwrap();
    let listing = centre.sealed[&TENDER.parse().unwrap()].listing().unwrap();
    assert_eq!(read, [Event::ApplicationsRead { listing: Hash::of(listing.as_bytes()) }]);
    assert!(listing.contains(bidders[0].party.as_str()) && !listing.contains(bidders[1].party.as_str()));
    let secret = account("a").to_string();
    assert!(!listing.contains("bond") && !listing.contains(&secret), "{listing}");
    for who in ["a", KEEPER, "tenderer"] {
        assert_eq!(refused(&mut centre, who, Command::ReadApplications {}).code(), "role_not_allowed");
    }
    // All of it are hidden operations; the log has grown by beats alone.
    let operations = &centre.operations[&TENDER.parse().unwrap()];
    let reads = operations.iter().filter(|operation| {
        let operation: Operation = json::from_canonical(&operation.bytes).unwrap();
        operation.signed.body.contains("read_applications")
    });
    assert_eq!(reads.count(), 4, "an access that was refused is an operation of this small centre too");
}

#[test]
fn an_answer_in_a_beat_that_does_not_count_is_no_bond() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    for bidder in &bidders {
        centre.expect_events(&bidder.label, TENDER, apply(&bidder.label, &[]));
        bidder.submit(&mut centre, 1, "9000000.00");
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(-300));
    centre.witnessing = [true, true, false, false];
    for bidder in &bidders {
        centre.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
    }
    centre.advance_to(deadline.plus_ms(1));
    let bonds: Vec<_> = centre.tender().list.iter().map(|line| line.bond).collect();
    assert_eq!(bonds, [Some(BondState::Missing); 3]);
}

#[test]
fn an_application_in_a_beat_that_does_not_count_takes_no_bond_away() {
    let (mut centre, bidders) = published(Examined::WithTheBids);
    for bidder in &bidders {
        centre.expect_events(&bidder.label, TENDER, apply(&bidder.label, &[]));
        centre.expect_events(KEEPER, TENDER, confirm(&bidder.label, &bidder.party));
        bidder.submit(&mut centre, 1, "9000000.00");
    }
    let until = centre.tender().applications_until().unwrap();
    centre.advance_to(until.plus_ms(-10));
    centre.witnessing = [true, true, false, false];
    centre.expect_events("a", TENDER, Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 });
    centre.expect_events("a", TENDER, Command::WithdrawApplication {});
    centre.expect_events("a", TENDER, apply("a", &[bidders[1].party.clone()]));
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    let list = &centre.tender().list;
    assert_eq!(list.len(), 3, "the withdrawal came in a beat that nobody cosigned in time");
    assert!(list.iter().all(|line| line.bond == Some(BondState::Ok) && !line.twice), "{list:?}");
}

#[test]
fn close_fits_a_leaf_with_as_many_as_can_apply() {
    use ximu_procedure::{
        phase::enter::APPLICANTS_MAX,
        wire::event::{Listed, NotCounted, NotCountedReason},
    };
    let bidder: PartyId = format!("p-{}", "0".repeat(20)).parse().unwrap();
    let line = Listed {
        bidder: bidder.clone(),
        version: 100,
        form: Hash([0; 32]),
        body: Hash([0; 32]),
        beat: 99_999,
        bond: Some(BondState::Missing),
        twice: true,
    };
    let not_counted = NotCounted { bidder, version: 100, reason: NotCountedReason::NotCosignedInTime };
    let closed = Event::Closed {
        beats_counted: 99_999,
        cosigned: ximu_basics::Instant::from_unix_ms(1_800_000_000_000),
        list: vec![line; APPLICANTS_MAX],
        not_counted: vec![not_counted; APPLICANTS_MAX],
    };
    // What is left is for the evidence and the entry's own members.
    assert!(json::to_canonical(&closed).unwrap().len() + 6 * 1024 < LEAF_BYTES_MAX);
}
