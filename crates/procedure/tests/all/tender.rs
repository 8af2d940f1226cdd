//! A whole tender in memory, and what it refuses: tables of given, when, expect (journal 8, opening 2-6).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "a test"
)]

use ximu_basics::{Hash, Signature};
use ximu_procedure::{
    Stage,
    role::Role,
    rules::EscrowOpens,
    tender::Failure,
    wire::{
        Command, Outcome, Refusal,
        command::{Part, key_statement},
        event::{Flag, NotCountedReason, Route},
        refusal::{EvidenceFault, Thing},
    },
};
use ximu_sim::{
    Bidder, Centre, Key,
    centre::{ORIGIN, TENDER},
};

const PRICES: [&str; 5] = ["9780000.00", "9655000.00", "9512000.00", "9468000.00", "9400000.00"];

fn published() -> Centre {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    centre
}

fn lot() -> ximu_basics::LotId {
    "lot-1".parse().unwrap()
}

fn withdraw(version: u32) -> Command {
    Command::Withdraw { lot: lot(), version }
}

fn ask_rescue() -> Command {
    Command::AskRescue { lot: lot() }
}

fn cancel() -> Command {
    Command::Cancel { reason: "the road is not built".into() }
}

fn refused(centre: &mut Centre, who: &str, command: Command) -> &'static str {
    let name = command.name();
    match centre.give(who, TENDER, command).unwrap() {
        Outcome::Refusal(refusal) => refusal.code(),
        Outcome::Events(events) => panic!("{name} by {who} was accepted: {events:?}"),
    }
}

/// Five bidders with bids, up to just after CLOSE.
fn in_window() -> (Centre, Vec<(Bidder, ximu_sim::Bid)>) {
    let mut centre = published();
    let mut cast = Vec::new();
    for (number, price) in PRICES.iter().enumerate() {
        let bidder = Bidder::register(&mut centre, &format!("bidder-{number}"));
        centre.advance_ms(700);
        let bid = bidder.submit(&mut centre, 1, price);
        cast.push((bidder, bid));
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    (centre, cast)
}

#[test]
fn a_tender_runs_from_the_notice_to_the_award() {
    let (mut centre, cast) = in_window();
    assert_eq!(centre.tender().list.len(), 5);
    for (bidder, bid) in cast.iter().take(3) {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    centre.expect_events("bidder-3", TENDER, ask_rescue());
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(-1));
    assert!(centre.tender().opened.is_empty(), "nothing is shown before the window ends");
    centre.advance_to(until);

    let tender = centre.tender();
    assert_eq!(tender.stage, Stage::Ranking);
    assert_eq!(tender.opened.len(), 4, "three released, one rescued");
    assert_eq!(tender.stays_closed.len(), 1, "silence is revocation");
    assert_eq!(tender.stays_closed[0].bidder, cast[4].0.party);
    assert_eq!(tender.opened[&cast[3].0.party].route, Route::Rescued);
    assert!(tender.voided.is_empty());

    let candidates = ximu_procedure::outcome::candidates(tender);
    let expected: Vec<_> = [3, 2, 1].iter().map(|number: &usize| cast[*number].0.party.clone()).collect();
    assert_eq!(candidates, expected, "the lowest of the opened prices is first");
    let award = Command::Award { bidder: candidates[0].clone() };
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
    assert_eq!(refused(&mut centre, "tenderer", award.clone()), "too_early");
    centre.advance_ms(2_100);
    centre.expect_events("tenderer", TENDER, award);
    let (winner, price) = centre.tender().awarded.clone().unwrap();
    assert_eq!((winner, price.amount().to_string().as_str()), (cast[3].0.party.clone(), "9468000.00"));
}

#[test]
fn the_list_has_the_highest_counting_version_of_each_bidder() {
    // What one bidder does before the deadline: version, and a price or a withdrawal; what counts in the end.
    type Act = (u32, Option<&'static str>);
    let table: [(&str, &[Act], Option<u32>, &[(u32, NotCountedReason)]); 5] = [
        ("one bid", &[(1, Some("9400000.00"))], Some(1), &[]),
        (
            "replaced twice",
            &[(1, Some("9400000.00")), (2, Some("9300000.00")), (3, Some("9200000.00"))],
            Some(3),
            &[],
        ),
        ("withdrawn", &[(1, Some("9400000.00")), (2, None)], None, &[(1, NotCountedReason::Withdrawn)]),
        (
            "withdrawn, then bid again",
            &[(1, Some("9400000.00")), (2, None), (3, Some("9100000.00"))],
            Some(3),
            &[],
        ),
        (
            "two contents under one number",
            &[(1, Some("9400000.00")), (2, Some("9300000.00")), (2, Some("9200000.00"))],
            Some(1),
            &[(2, NotCountedReason::Voided)],
        ),
    ];
    for (case, acts, counts, not_counted) in table {
        let mut centre = published();
        for other in ["other-1", "other-2", "other-3"] {
            Bidder::register(&mut centre, other).submit(&mut centre, 1, "9000000.00");
        }
        let bidder = Bidder::register(&mut centre, "bidder");
        for (version, price) in acts {
            centre.advance_ms(600);
            match price {
                Some(price) => drop(bidder.submit(&mut centre, *version, price)),
                None => centre.expect_events("bidder", TENDER, withdraw(*version)),
            }
        }
        let deadline = centre.tender().deadline;
        centre.advance_to(deadline.plus_ms(1));
        let tender = centre.tender();
        assert_eq!(tender.bids.get(&bidder.party).map(|bid| bid.version), counts, "{case}");
        let found: Vec<_> = tender.not_counted.iter().map(|line| (line.version, line.reason)).collect();
        assert_eq!(found, not_counted, "{case}");
    }
}

#[test]
fn a_bid_on_the_deadline_counts_and_one_a_millisecond_later_is_refused_in_the_closing_beat() {
    let mut centre = published();
    let bidders: Vec<Bidder> =
        ["a", "b", "c", "late"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
    for bidder in &bidders[..3] {
        bidder.submit(&mut centre, 1, "9000000.00");
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(-1));
    let second = bidders[0].seal(&centre, 2, "8000000.00", |_| {});
    let second = bidders[0].submission(&mut centre, &second);
    centre.expect_events("a", TENDER, second);
    centre.advance_to(deadline);
    centre.now = deadline.plus_ms(1);
    let late = bidders[3].seal(&centre, 1, "7000000.00", |_| {});
    let late = bidders[3].submission(&mut centre, &late);
    assert_eq!(refused(&mut centre, "late", late.clone()), "deadline_passed");
    centre.advance_ms(10);
    assert_eq!(centre.tender().bids[&bidders[0].party].version, 2);
    assert!(!centre.tender().bids.contains_key(&bidders[3].party));
    assert_eq!(refused(&mut centre, "late", late), "deadline_passed", "after CLOSE the refusal is public");
}

#[test]
fn two_bids_open_nothing() {
    let mut centre = published();
    for label in ["a", "b"] {
        Bidder::register(&mut centre, label).submit(&mut centre, 1, "9000000.00");
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(60_000));
    let tender = centre.tender();
    assert_eq!(tender.stage, Stage::Failed(Failure::TooFewBids));
    assert_eq!(tender.list.len(), 2, "number and commitments are disclosed");
    assert!(tender.opened.is_empty());
    assert_eq!(refused(&mut centre, "a", ask_rescue()), "stage_wrong");
}

#[test]
fn a_beat_that_was_not_cosigned_in_time_does_not_count() {
    let mut centre = published();
    let bidders: Vec<Bidder> =
        ["a", "b", "c", "d"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
    for bidder in &bidders[..3] {
        bidder.submit(&mut centre, 1, "9000000.00");
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(-2_600));
    centre.witnessing = [true, true, false, false];
    bidders[3].submit(&mut centre, 1, "8000000.00");
    centre.advance_to(deadline.plus_ms(1));
    let tender = centre.tender();
    assert_eq!(tender.list.len(), 3);
    assert_eq!(tender.not_counted[0].reason, NotCountedReason::NotCosignedInTime);
    assert_eq!(tender.not_counted[0].bidder, bidders[3].party);
}

#[test]
fn close_needs_evidence_that_is_cosigned_in_time() {
    let mut centre = published();
    for label in ["a", "b", "c"] {
        Bidder::register(&mut centre, label).submit(&mut centre, 1, "9000000.00");
    }
    let early = Command::Close { evidence: String::new(), seed: centre.class_seed() };
    assert_eq!(refused(&mut centre, "centre", early), "too_early");
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline);
    centre.now = deadline.plus_ms(7_000);
    let late = centre.checkpoint().unwrap();
    let uncosigned: String = late.lines().take(5).flat_map(|line| [line, "\n"]).collect();
    let table = [
        (late, EvidenceFault::TooLate),
        (uncosigned, EvidenceFault::NotCosigned),
        ("not a note".into(), EvidenceFault::NotACheckpoint),
    ];
    for (evidence, why) in table {
        let close = Command::Close { evidence, seed: centre.class_seed() };
        let outcome = centre.give("centre", TENDER, close).unwrap();
        assert_eq!(outcome, Outcome::Refusal(Refusal::EvidenceInvalid { why }));
    }
    assert_eq!(refused(&mut centre, "tenderer", cancel()), "deadline_passed");
}

#[test]
fn a_lost_signing_key_loses_no_bid() {
    let (mut centre, cast) = in_window();
    let (bidder, bid) = &cast[0];
    let person = ximu_procedure::registry::person_id(&Key::of("bidder-0").public()).unwrap();
    let new = Key::of("bidder-0 second key");
    let replace = |proof: Signature| Command::ReplaceKey {
        person: person.clone(),
        key: new.public(),
        proof,
        countersignature: None,
    };
    let forged = centre.give("administrator", "registry", replace(Signature([0; 64]))).unwrap();
    assert_eq!(forged, Outcome::Refusal(Refusal::Mismatch { what: Thing::Key }));
    let proof = new.sign(&key_statement(ORIGIN, &person));
    centre.expect_events("administrator", "registry", replace(proof));

    let object = Command::Object {
        to: ximu_procedure::wire::command::Subject::Opening,
        against: None,
        text: "唱标有误".into(),
    };
    assert!(centre.give("bidder-0", TENDER, object).is_err(), "the old key signs nothing else any more");
    let renamed = Bidder { label: "bidder-0 second key".into(), party: bidder.party.clone() };
    let release = renamed.release(&centre, bid);
    centre.expect_events(&renamed.label, TENDER, release);
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert!(centre.tender().opened.contains_key(&bidder.party), "the bid made with the lost key opens");
}

#[test]
fn refusals_while_submission_is_open() {
    let table: [(&str, fn(&mut Centre, &Bidder) -> Command, &str); 11] = [
        (
            "a stranger to the tender",
            |centre, _| {
                centre.register("visitor", &[Role::Auditor]);
                withdraw(1)
            },
            "role_not_allowed",
        ),
        ("nothing to withdraw", |_, _| withdraw(1), "unknown"),
        ("version zero", |_, _| withdraw(0), "version_used"),
        ("version above the limit", |_, _| withdraw(21), "too_many"),
        ("another lot", |_, _| Command::Withdraw { lot: "lot-2".parse().unwrap(), version: 1 }, "unknown"),
        (
            "too large",
            |centre, bidder| spoiled(centre, bidder, |form, _, _| form.bytes = 262_145),
            "envelope_too_large",
        ),
        (
            "no custody",
            |centre, bidder| spoiled(centre, bidder, |form, _, _| form.custody = Signature([1; 64])),
            "custody_missing",
        ),
        (
            "custody of another size",
            |centre, bidder| spoiled(centre, bidder, |form, _, _| form.bytes -= 1),
            "custody_missing",
        ),
        (
            "body is the form",
            |centre, bidder| spoiled(centre, bidder, |form, body, _| *body = form.clone()),
            "envelope_duplicate",
        ),
        (
            "too few share commitments",
            |centre, bidder| spoiled(centre, bidder, |_, _, escrow| escrow.truncate(3)),
            "mismatch",
        ),
        (
            "a copied ciphertext",
            |centre, bidder| {
                let thief = Bidder::register(centre, "thief");
                let bid = thief.seal(centre, 1, "1.00", |_| {});
                let command = thief.submission(centre, &bid);
                centre.expect_events("thief", TENDER, command.clone());
                let _ = bidder;
                command
            },
            "envelope_duplicate",
        ),
    ];
    for (case, make, code) in table {
        let mut centre = published();
        let bidder = Bidder::register(&mut centre, "bidder");
        let command = make(&mut centre, &bidder);
        let who = if case == "a stranger to the tender" { "visitor" } else { "bidder" };
        assert_eq!(refused(&mut centre, who, command), code, "{case}");
    }
}

/// A centre after the reading, with proposed candidates; whoever is first is not `bidder-4`.
fn published_candidates() -> Centre {
    let (mut centre, cast) = in_window();
    for (bidder, bid) in &cast[..4] {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    let candidates = ximu_procedure::outcome::candidates(centre.tender());
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
    centre
}

fn at_sealing() -> Centre {
    let mut centre = published();
    Bidder::register(&mut centre, "bidder-4");
    centre
}

#[test]
fn of_two_faults_the_one_that_is_checked_first_is_told() {
    let other_lot = || "lot-2".parse().unwrap();
    let nobody = || Command::Award { bidder: "p-nobody".parse().unwrap() };
    let table: [(&str, fn() -> Centre, &str, Command, &str); 8] = [
        ("role and stage", at_sealing, "bidder-4", nobody(), "role_not_allowed"),
        ("role and time", published_candidates, "bidder-4", nobody(), "role_not_allowed"),
        ("role and content", at_sealing, "tenderer", withdraw(0), "role_not_allowed"),
        ("stage and time", at_sealing, "tenderer", nobody(), "stage_wrong"),
        ("stage and content", at_sealing, "bidder-4", Command::AskRescue { lot: other_lot() }, "stage_wrong"),
        ("time and content", published_candidates, "tenderer", nobody(), "too_early"),
        // Of a late bid its lateness is told, at whatever stage it comes: the law's answer (L28).
        (
            "late, and content",
            || in_window().0,
            "bidder-4",
            Command::Withdraw { lot: other_lot(), version: 0 },
            "deadline_passed",
        ),
        (
            "two of content, in their own order",
            at_sealing,
            "bidder-4",
            Command::Withdraw { lot: other_lot(), version: 0 },
            "unknown",
        ),
    ];
    for (case, make, who, command, code) in table {
        assert_eq!(refused(&mut make(), who, command), code, "{case}");
    }
}

fn spoiled(
    centre: &mut Centre,
    bidder: &Bidder,
    change: impl FnOnce(
        &mut ximu_procedure::wire::command::SealedRecord,
        &mut ximu_procedure::wire::command::SealedRecord,
        &mut Vec<Hash>,
    ),
) -> Command {
    let bid = bidder.seal(centre, 1, "9000000.00", |_| {});
    let Command::Submit { lot, version, mut form, mut body, mut escrow, plain } =
        bidder.submission(centre, &bid)
    else {
        panic!("a submission is a submit command")
    };
    change(&mut form, &mut body, &mut escrow);
    Command::Submit { lot, version, form, body, escrow, plain }
}

#[test]
fn the_deadline_moves_later_only() {
    let mut centre = published();
    let deadline = centre.tender().deadline;
    let amend =
        |deadline| Command::Amend { deadline, reason: "a drawing was missing".into(), documents: Vec::new() };
    assert_eq!(refused(&mut centre, "tenderer", amend(deadline)), "deadline_earlier");
    assert_eq!(refused(&mut centre, "administrator", amend(deadline)), "role_not_allowed");
    centre.expect_events("tenderer", TENDER, amend(deadline.plus_ms(5_000)));
    for label in ["a", "b", "c"] {
        Bidder::register(&mut centre, label).submit(&mut centre, 1, "9000000.00");
    }
    centre.advance_to(deadline.plus_ms(4_999));
    assert_eq!(centre.tender().stage, Stage::Sealing);
    centre.advance_to(deadline.plus_ms(5_001));
    assert_eq!(centre.tender().stage, Stage::Window);
}

#[test]
fn a_cancelled_tender_takes_nothing_more() {
    let mut centre = published();
    Bidder::register(&mut centre, "a");
    centre.expect_events("tenderer", TENDER, cancel());
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::Cancelled));
    assert_eq!(refused(&mut centre, "a", withdraw(1)), "stage_wrong");
}

#[test]
fn who_is_rescued_depends_on_the_rules() {
    let table = [
        (EscrowOpens::All, false, Some(Route::Rescued)),
        (EscrowOpens::WhoAsked, false, None),
        (EscrowOpens::WhoAsked, true, Some(Route::Rescued)),
        (EscrowOpens::None, false, None),
    ];
    for (opens, asks, expected) in table {
        let mut centre = Centre::new();
        centre.publish(|rules| rules.escrow.opens = opens);
        let bidders: Vec<Bidder> =
            ["a", "b", "c"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
        let bids: Vec<_> = bidders.iter().map(|bidder| bidder.submit(&mut centre, 1, "9000000.00")).collect();
        let deadline = centre.tender().deadline;
        centre.advance_to(deadline.plus_ms(1));
        for (bidder, bid) in bidders.iter().zip(&bids).skip(1) {
            let release = bidder.release(&centre, bid);
            centre.expect_events(&bidder.label, TENDER, release);
        }
        if asks {
            centre.expect_events("a", TENDER, ask_rescue());
        }
        let until = centre.tender().window_until.unwrap();
        centre.advance_to(until);
        let found = centre.tender().opened.get(&bidders[0].party).map(|bid| bid.route);
        assert_eq!(found, expected, "{opens:?}, asks: {asks}");
        assert_eq!(centre.tender().opened.len(), 2 + usize::from(expected.is_some()));
    }
}

#[test]
fn fewer_than_t_holders_open_nothing_and_t_open_everything() {
    let (mut centre, cast) = in_window();
    for (bidder, bid) in &cast {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    centre.holding = [true, true, false, false];
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(60_000));
    assert_eq!(centre.tender().stage, Stage::Opening);
    assert_eq!(refused(&mut centre, "centre", Command::Open {}), "mismatch");
    assert!(centre.tender().opened.is_empty());
    centre.holding = [true, true, false, true];
    centre.advance_ms(1);
    assert_eq!(centre.tender().opened.len(), 5);
}

#[test]
fn a_holder_that_lies_is_named_and_the_others_open() {
    let (mut centre, cast) = in_window();
    for (bidder, bid) in &cast {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.holding = [false, true, true, true];
    centre.advance_to(until.plus_ms(-1));
    centre.now = until;
    centre.expect_events("centre", TENDER, Command::EndWindow {});
    let mut shares = centre.shares(0);
    let Part::Share { share, .. } = &mut shares[2].part else { panic!("an honest escrow gives a share") };
    share.0[0] ^= 1;
    let outcome = centre.give(ximu_sim::rules::PEERS[0], TENDER, Command::ReleaseShares { shares }).unwrap();
    let bidder = centre.tender().to_open[2].bidder.clone();
    assert_eq!(outcome, Outcome::Refusal(Refusal::ShareMismatch { bidder }));
    let part = centre.shares(1)[..4].to_vec();
    let outcome =
        centre.give(ximu_sim::rules::PEERS[1], TENDER, Command::ReleaseShares { shares: part }).unwrap();
    assert_eq!(
        outcome,
        Outcome::Refusal(Refusal::Mismatch { what: Thing::Share }),
        "never for less than all"
    );
    centre.advance_ms(1);
    assert_eq!(centre.tender().opened.len(), 5);
}

#[test]
fn the_reading_flags_and_corrects_nothing() {
    let mut centre = published();
    let bidders: Vec<Bidder> =
        ["words", "lines", "ceiling"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
    let bids = [
        bidders[0].seal(&centre, 1, "9000000.00", |form| form.price_words = "玖佰万零壹元整".into()),
        bidders[1].seal(&centre, 1, "9000000.00", |form| form.lines[0].quantity = "1.01".parse().unwrap()),
        bidders[2].seal(&centre, 1, "9850000.01", |_| {}),
    ];
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let submit = bidder.submission(&mut centre, bid);
        centre.expect_events(&bidder.label, TENDER, submit);
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    let flags = |bidder: &Bidder| centre.tender().opened[&bidder.party].flags.clone();
    assert_eq!(flags(&bidders[0]), [Flag::WordsDiffer]);
    assert_eq!(flags(&bidders[1]), [Flag::LinesDiffer]);
    assert_eq!(flags(&bidders[2]), [Flag::AboveCeiling]);
}

#[test]
fn a_release_for_something_else_is_refused_and_can_be_repeated() {
    let (mut centre, cast) = in_window();
    let (bidder, bid) = &cast[0];
    let foreign = cast[1].0.release(&centre, &cast[1].1);
    assert_eq!(refused(&mut centre, &bidder.label, foreign), "mismatch");
    let release = bidder.release(&centre, bid);
    centre.expect_events(&bidder.label, TENDER, release.clone());
    assert_eq!(refused(&mut centre, &bidder.label, release.clone()), "already_exists");
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(-1));
    centre.now = until.plus_ms(1);
    let (bidder, bid) = &cast[1];
    let late = bidder.release(&centre, bid);
    assert_eq!(refused(&mut centre, &bidder.label, late), "window_over");
}
