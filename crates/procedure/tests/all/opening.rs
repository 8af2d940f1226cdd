//! What voids a bid at the reading, one test a reason; and that the others go on (opening 5.4).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use ximu_basics::{Hash, json};
use ximu_procedure::{
    envelope::{FORM, FORM_FILE, RELEASE, commitments, context, escrow_policy, form_escrow},
    wire::{
        Command,
        command::SealedRecord,
        event::{Route, VoidReason},
    },
};
use ximu_sealed::{
    ContextFields, EnvelopeHeader, EscrowPolicy, Identity, InMemory, Sealed,
    release::{ReleaseRequest, seal_release},
    seal,
};
use ximu_sim::{
    Bid, Bidder, Centre, Key,
    centre::{TENDER, release},
    rules::PEERS,
};

/// A tender with three honest bidders and one whose bid `make` spoils; everybody releases, unless `make_release`
/// says otherwise for the fourth. Gives what became of the fourth.
fn fourth(
    make: impl FnOnce(&Centre, &Bidder) -> Bid,
    release_of: impl FnOnce(&Centre, &Bidder, &Bid) -> Command,
) -> Result<Route, VoidReason> {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let honest: Vec<Bidder> =
        ["a", "b", "c"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
    let bids: Vec<Bid> = honest.iter().map(|bidder| bidder.submit(&mut centre, 1, "9000000.00")).collect();
    let bidder = Bidder::register(&mut centre, "fourth");
    let bid = make(&centre, &bidder);
    let submission = bidder.submission(&mut centre, &bid);
    centre.expect_events("fourth", TENDER, submission);
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in honest.iter().zip(&bids) {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let command = release_of(&centre, &bidder, &bid);
    centre.expect_events("fourth", TENDER, command);
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    let tender = centre.tender();
    assert!(honest.iter().all(|bidder| tender.opened.contains_key(&bidder.party)), "the others go on");
    match tender.opened.get(&bidder.party) {
        Some(opened) => Ok(opened.route),
        None => Err(tender.voided[&bidder.party]),
    }
}

fn honest_release(centre: &Centre, bidder: &Bidder, bid: &Bid) -> Command {
    bidder.release(centre, bid)
}

fn rescue(_: &Centre, _: &Bidder, _: &Bid) -> Command {
    Command::AskRescue { lot: "lot-1".parse().unwrap() }
}

/// The bidder's honest bid with its form sealed again, otherwise.
fn with_form(
    centre: &Centre,
    bidder: &Bidder,
    context: &ContextFields,
    escrow: Option<&EscrowPolicy>,
    signer: &str,
    files: &[(String, Vec<u8>)],
) -> Bid {
    let bid = bidder.seal(centre, 1, "9000000.00", |_| {});
    Bid { form: sealed(context, escrow, signer, files), ..bid }
}

fn sealed(
    context: &ContextFields,
    escrow: Option<&EscrowPolicy>,
    signer: &str,
    files: &[(String, Vec<u8>)],
) -> Sealed {
    let key = Key::of(signer);
    let contents = InMemory { context, escrow, files, extra: BTreeMap::new(), sealer: key.public().0 };
    seal(contents, &[9; 32], |message| key.sign(message).0).unwrap()
}

fn form_context(centre: &Centre, bidder: &Bidder) -> ContextFields {
    context(centre.tender(), &bidder.party, 1, FORM).unwrap()
}

fn form_file(contents: &[u8]) -> [(String, Vec<u8>); 1] {
    [(FORM_FILE.to_string(), contents.to_vec())]
}

#[test]
fn an_honest_bid_opens_by_either_route() {
    let make = |centre: &Centre, bidder: &Bidder| bidder.seal(centre, 1, "9100000.00", |_| {});
    assert_eq!(fourth(make, honest_release), Ok(Route::Released));
    assert_eq!(fourth(make, rescue), Ok(Route::Rescued));
}

#[test]
fn a_release_of_another_key_voids_the_bid() {
    let make = |centre: &Centre, bidder: &Bidder| bidder.seal(centre, 1, "9100000.00", |_| {});
    let other_key = |centre: &Centre, bidder: &Bidder, _: &Bid| {
        let key = Key::of(&bidder.label);
        let request = ReleaseRequest {
            context: &context(centre.tender(), &bidder.party, 1, RELEASE).unwrap(),
            escrow: &escrow_policy(centre.tender()).unwrap(),
            of: &FORM.parse().unwrap(),
            opening_key: &Identity::from_bytes([3; 32]),
            sealer: key.public().0,
        };
        release("lot-1", seal_release(request, &[4; 32], |message| key.sign(message).0).unwrap().envelope)
    };
    assert_eq!(fourth(make, other_key), Err(VoidReason::FormUnreadable));
}

#[test]
fn a_release_without_a_key_voids_the_bid() {
    let make = |centre: &Centre, bidder: &Bidder| bidder.seal(centre, 1, "9100000.00", |_| {});
    let no_key = |centre: &Centre, bidder: &Bidder, _: &Bid| {
        let context = context(centre.tender(), &bidder.party, 1, RELEASE).unwrap();
        let escrow = escrow_policy(centre.tender()).unwrap();
        release("lot-1", sealed(&context, Some(&escrow), "fourth", &form_file(b"{}")).envelope)
    };
    assert_eq!(fourth(make, no_key), Err(VoidReason::ReleaseUnreadable));
}

#[test]
fn a_truncated_form_voids_the_bid() {
    let make = |centre: &Centre, bidder: &Bidder| {
        let mut bid = bidder.seal(centre, 1, "9100000.00", |_| {});
        bid.form.envelope.truncate(bid.form.envelope.len() - 1);
        bid.form.commitment = ximu_sealed::Commitment::of(&bid.form.envelope);
        bid
    };
    assert_eq!(fourth(make, honest_release), Err(VoidReason::FormUnreadable));
}

#[test]
fn a_form_for_another_version_lot_bidder_or_tender_voids_the_bid() {
    let changes: [fn(&mut ContextFields); 5] = [
        |context| context.version = 2,
        |context| context.lot = "lot-2".parse().unwrap(),
        |context| context.pseudonym = "p-other".parse().unwrap(),
        |context| context.genesis = Hash([8; 32]),
        |context| context.envelope = "body".parse().unwrap(),
    ];
    for change in changes {
        let make = |centre: &Centre, bidder: &Bidder| {
            let mut context = form_context(centre, bidder);
            change(&mut context);
            let escrow = form_escrow(centre.tender());
            with_form(centre, bidder, &context, escrow.as_ref(), "fourth", &form_file(b"{}"))
        };
        assert_eq!(fourth(make, honest_release), Err(VoidReason::ContextDiffers));
    }
}

#[test]
fn a_manifest_signed_by_another_key_voids_the_bid() {
    let make = |centre: &Centre, bidder: &Bidder| {
        let escrow = form_escrow(centre.tender());
        let context = form_context(centre, bidder);
        with_form(centre, bidder, &context, escrow.as_ref(), "somebody else", &form_file(b"{}"))
    };
    assert_eq!(fourth(make, honest_release), Err(VoidReason::ManifestUnsigned));
}

#[test]
fn an_escrow_to_other_holders_voids_the_bid_even_when_its_key_is_released() {
    let make = |centre: &Centre, bidder: &Bidder| {
        let mut escrow = form_escrow(centre.tender()).unwrap();
        escrow.holders[1] = Identity::from_bytes([5; 32]).recipient();
        let context = form_context(centre, bidder);
        with_form(centre, bidder, &context, Some(&escrow), "fourth", &form_file(b"{}"))
    };
    assert_eq!(fourth(make, honest_release), Err(VoidReason::EscrowDiffers));
}

#[test]
fn a_form_that_is_not_a_form_voids_the_bid() {
    for contents in [&b"{}"[..], b"not json", b"{\"v\":1}"] {
        let make = |centre: &Centre, bidder: &Bidder| {
            let escrow = form_escrow(centre.tender());
            let context = form_context(centre, bidder);
            with_form(centre, bidder, &context, escrow.as_ref(), "fourth", &form_file(contents))
        };
        assert_eq!(fourth(make, honest_release), Err(VoidReason::FormMalformed));
    }
}

#[test]
fn a_form_that_names_another_body_voids_the_bid() {
    let make = |centre: &Centre, bidder: &Bidder| {
        bidder.seal(centre, 1, "9100000.00", |form| form.body.commitment = Hash([1; 32]))
    };
    assert_eq!(fourth(make, honest_release), Err(VoidReason::BodyDiffers));
}

#[test]
fn the_key_in_the_event_opens_the_form_for_anyone() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let bidders: Vec<Bidder> =
        ["a", "b", "c"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
    let bids: Vec<Bid> = bidders.iter().map(|bidder| bidder.submit(&mut centre, 1, "9000000.00")).collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let opened = &centre.tender().opened[&bidder.party];
        let identity: Identity = opened.key.parse().unwrap();
        let again =
            ximu_sealed::open(&bid.form.envelope, ximu_sealed::OpeningKey::Identity(&identity)).unwrap();
        let file = again.file(FORM_FILE).unwrap();
        assert_eq!(Hash::of(file), opened.form);
        let form: ximu_procedure::wire::Form = json::from_canonical(file).unwrap();
        assert_eq!(form.price, opened.price);
    }
}

#[test]
fn shares_commitments_that_are_not_in_the_envelope_void_the_bid() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    for label in ["a", "b", "c"] {
        Bidder::register(&mut centre, label).submit(&mut centre, 1, "9000000.00");
    }
    let bidder = Bidder::register(&mut centre, "fourth");
    let bid = bidder.seal(&centre, 1, "9100000.00", |_| {});
    let other = bidder.seal(&centre, 2, "9100000.00", |_| {});
    let (header, _) = EnvelopeHeader::parse(&other.form.envelope).unwrap();
    let Command::Submit { lot, version, form, body, plain, .. } = bidder.submission(&mut centre, &bid) else {
        panic!("a submission is a submit command")
    };
    let form: SealedRecord = form;
    let escrow = commitments(&header).unwrap();
    centre.expect_events("fourth", TENDER, Command::Submit { lot, version, form, body, escrow, plain });
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    let release = bidder.release(&centre, &bid);
    centre.expect_events("fourth", TENDER, release);
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert_eq!(centre.tender().voided[&bidder.party], VoidReason::EscrowDiffers);
}

/// A release whose escrow is sealed to these holders instead of the procedure's.
fn release_to(centre: &Centre, bidder: &Bidder, bid: &Bid, strangers: &[usize]) -> Command {
    let mut escrow = escrow_policy(centre.tender()).unwrap();
    for position in strangers {
        escrow.holders[*position] = Identity::from_bytes([7; 32]).recipient();
    }
    let key = Key::of(&bidder.label);
    let request = ReleaseRequest {
        context: &context(centre.tender(), &bidder.party, 1, RELEASE).unwrap(),
        escrow: &escrow,
        of: &FORM.parse().unwrap(),
        opening_key: &bid.form.recovery.opening_key,
        sealer: key.public().0,
    };
    release("lot-1", seal_release(request, &[6; 32], |message| key.sign(message).0).unwrap().envelope)
}

#[test]
fn a_bidder_that_deals_no_holder_a_share_blocks_nobody() {
    let make = |centre: &Centre, bidder: &Bidder| bidder.seal(centre, 1, "9100000.00", |_| {});
    let strangers =
        |centre: &Centre, bidder: &Bidder, bid: &Bid| release_to(centre, bidder, bid, &[0, 1, 2, 3]);
    assert_eq!(fourth(make, strangers), Err(VoidReason::SharesMissing));
}

#[test]
fn a_bidder_that_deals_one_bad_share_is_voided_by_the_rebuilt_escrow() {
    let make = |centre: &Centre, bidder: &Bidder| bidder.seal(centre, 1, "9100000.00", |_| {});
    let one = |centre: &Centre, bidder: &Bidder, bid: &Bid| release_to(centre, bidder, bid, &[1]);
    assert_eq!(fourth(make, one), Err(VoidReason::ReleaseUnreadable));
}

#[test]
fn one_bad_share_and_one_dead_holder_delay_the_reading_for_four_windows_and_do_not_stop_it() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let bidders: Vec<Bidder> =
        ["a", "b", "c"].iter().map(|label| Bidder::register(&mut centre, label)).collect();
    let bids: Vec<Bid> = bidders.iter().map(|bidder| bidder.submit(&mut centre, 1, "9000000.00")).collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (position, (bidder, bid)) in bidders.iter().zip(&bids).enumerate() {
        let command =
            if position == 0 { release_to(&centre, bidder, bid, &[1]) } else { bidder.release(&centre, bid) };
        centre.expect_events(&bidder.label, TENDER, command);
    }
    centre.holding = [true, true, true, false];
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert!(centre.tender().opened.is_empty(), "two shares of three, and one holder may still answer");
    let due = centre.tender().reading_due().unwrap();
    assert_eq!(due.ms_since(until), 12_000, "four times as long as the window");
    let early = centre.give("centre", TENDER, Command::Open {}).unwrap();
    let refusal = ximu_procedure::wire::Refusal::TooEarly { not_before: due, at: until };
    assert_eq!(early, ximu_procedure::wire::Outcome::Refusal(refusal));
    centre.advance_to(due);
    assert_eq!(centre.tender().voided[&bidders[0].party], VoidReason::SharesMissing);
    assert_eq!(centre.tender().opened.len(), 2);
    let unsettled: Vec<_> = ximu_procedure::outcome::unsettled(centre.tender()).collect();
    let [one] = unsettled.as_slice() else { panic!("one bid is voided by time: {unsettled:?}") };
    assert_eq!(one.bidder, &bidders[0].party);
    assert_eq!((one.broken[0].name.as_str(), one.unheard[0].name.as_str()), (PEERS[1], PEERS[3]));
}
