//! Other centres in trouble: witnesses that do not answer, lie, or know more; a keeper of second copies that is down.

#![allow(clippy::unwrap_used, reason = "a broken world must stop the test at once")]

use crate::support::{AFTER_ONE_BEAT_MS, House, PATIENCE, not_counted, open_tender, submit_all, tender_id};
use std::time::Duration;
use ximu_office::{Answer, Condition, PublisherHealth, ReceiptState, Trouble, TroubleKind, WriterHealth};
use ximu_procedure::{
    Stage,
    wire::{Command, event::NotCountedReason},
};
use ximu_sim::centre::TENDER;
#[test]
fn without_the_custody_copy_nothing_is_acknowledged() {
    use std::sync::atomic::Ordering::SeqCst;
    let (mut house, bidders) = open_tender();
    let bid = bidders[0].seal(&house.people, 1, "9500000.00", |_| {});
    house.peers.custody_up.store(false, SeqCst);
    let refused = house.upload("ash", &bid.form).unwrap_err();
    assert!(matches!(refused, Trouble::CustodyDown { .. }));
    assert_eq!((refused.code(), refused.kind()), ("custody_down", TroubleKind::NotNow));
    house.peers.custody_up.store(true, SeqCst);
    house.peers.custody_lies.store(true, SeqCst);
    assert!(matches!(house.upload("ash", &bid.form), Err(Trouble::CustodyFalse { .. })));
    house.peers.custody_lies.store(false, SeqCst);
    let uploaded = house.upload("ash", &bid.form).unwrap();
    assert_eq!(house.upload("ash", &bid.form), Ok(uploaded), "an upload may be repeated");
}

#[test]
fn a_lost_quorum_is_shown_and_receipts_follow_when_it_is_back() {
    let (mut house, bidders) = open_tender();
    for position in [0, 1] {
        house.peers.set_up(position, false);
    }
    let ids = submit_all(&mut house, &bidders);
    house.advance_unseen_ms(AFTER_ONE_BEAT_MS);
    let no_quorum = |view: &std::sync::Arc<ximu_office::View>| {
        (view.health.publisher == PublisherHealth::NoQuorum).then_some(())
    };
    assert!(house.office().wait(PATIENCE, no_quorum).is_some());
    assert!(!house.office().health().is_ready());
    assert_eq!(house.office().receipt(&ids[0]), Ok(ReceiptState::WaitsForCosignatures));
    // Commands go on, acknowledged and durable.
    let (_, answer) = house.submit(&bidders[0], 2, "9450000.00");
    assert!(matches!(answer, Answer::Accepted(_)));
    house.peers.set_up(0, true);
    for id in &ids {
        let receipt = house.office().wait_receipt(id, PATIENCE).unwrap();
        assert!(matches!(receipt, ReceiptState::Ready(_)), "{receipt:?}");
    }
    let degraded = |view: &std::sync::Arc<ximu_office::View>| {
        let down = view.peers.iter().any(|peer| peer.condition == Condition::Failing("witness-unreachable"));
        (down && view.health.publisher == PublisherHealth::Degraded).then_some(())
    };
    assert!(house.office().wait(PATIENCE, degraded).is_some());
    house.peers.set_up(1, true);
    let all_good = |view: &std::sync::Arc<ximu_office::View>| {
        (view.health.publisher == PublisherHealth::Good).then_some(())
    };
    assert!(
        house.office().wait(PATIENCE, all_good).is_some(),
        "a witness that comes back catches up by itself"
    );
}

#[test]
fn bids_whose_beat_was_not_cosigned_in_time_do_not_count() {
    let (mut house, bidders) = open_tender();
    house.submit(&bidders[0], 1, "9500000.00");
    house.advance_ms(AFTER_ONE_BEAT_MS);
    for position in [0, 1] {
        house.peers.set_up(position, false);
    }
    house.submit(&bidders[1], 1, "9400000.00");
    house.submit(&bidders[2], 1, "9300000.00");
    let left = house.tender().deadline.ms_since(house.now());
    house.advance_unseen_ms(left + 7_000);
    assert_eq!(house.tender().stage, Stage::Sealing, "a cosignature within the grace may still come");
    house.advance_unseen_ms(100);
    let tender = house.tender();
    assert_eq!(tender.list.len(), 1);
    assert_eq!(tender.stage, Stage::Failed(ximu_procedure::tender::Failure::TooFewBids));
    let reasons = not_counted(&tender);
    assert_eq!(reasons[&(bidders[1].party.clone(), 1)], NotCountedReason::NotCosignedInTime);
    house.peers.set_up(0, true);
    house.settle();
    house.verify();
}

#[test]
fn a_quorum_that_comes_back_within_the_grace_saves_the_bids() {
    let (mut house, bidders) = open_tender();
    for position in [0, 1] {
        house.peers.set_up(position, false);
    }
    submit_all(&mut house, &bidders);
    let left = house.tender().deadline.ms_since(house.now());
    house.advance_unseen_ms(left + 2_000);
    house.peers.set_up(0, true);
    house.settle();
    assert_eq!(house.tender().list.len(), 3);
    house.verify();
}

#[test]
fn one_lying_witness_spoils_nothing() {
    let (mut house, bidders) = open_tender();
    house.peers.set_lying(2, true);
    let ids = submit_all(&mut house, &bidders);
    house.advance_ms(AFTER_ONE_BEAT_MS);
    assert!(matches!(house.office().receipt(&ids[0]), Ok(ReceiptState::Ready(_))));
    let shown = |view: &std::sync::Arc<ximu_office::View>| {
        let lying = |peer: &ximu_office::Peer| peer.condition == Condition::Failing("cosignature-false");
        view.peers.iter().any(lying).then_some(())
    };
    assert!(house.office().wait(PATIENCE, shown).is_some());
}

#[test]
fn one_witness_that_stamps_another_time_moves_no_bid_past_the_deadline() {
    for seconds in [3_600, -3_600] {
        let (mut house, bidders) = open_tender();
        house.peers.set_ahead_s(2, seconds);
        house.peers.set_up(3, false);
        submit_all(&mut house, &bidders);
        let left = house.tender().deadline.ms_since(house.now());
        house.advance_unseen_ms(left + 1_000);
        house.peers.set_up(3, true);
        house.settle();
        assert_eq!(house.tender().list.len(), 3);
        house.verify();
        let shown = |view: &std::sync::Arc<ximu_office::View>| {
            let lying = |peer: &ximu_office::Peer| peer.condition == Condition::Failing("cosignature-time");
            view.peers.iter().any(lying).then_some(())
        };
        assert!(house.office().wait(PATIENCE, shown).is_some());
    }
}

#[test]
fn one_witness_that_cosigns_a_hundred_times_does_not_fill_the_note() {
    let (mut house, bidders) = open_tender();
    house.peers.set_lines(2, ximu_tlog::note::SIGNATURES_MAX);
    let ids = submit_all(&mut house, &bidders);
    house.advance_ms(AFTER_ONE_BEAT_MS);
    assert!(matches!(house.office().receipt(&ids[0]), Ok(ReceiptState::Ready(_))));
}

#[test]
fn a_damaged_form_is_restored_from_the_second_copy() {
    let (mut house, bidders) = open_tender();
    let bids: Vec<_> = bidders
        .iter()
        .zip(["9500000.00", "9400000.00", "9300000.00"])
        .map(|(bidder, price)| house.submit(bidder, 1, price).0)
        .collect();
    house.advance_past_deadline();
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let command = bidder.release(&house.people, bid);
        house.expect_events(&bidder.label, TENDER, command);
    }
    let file = house.dir.path().join("vault/bids").join(bids[1].form.commitment.root.to_string());
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    house.open_bids();
    let opened = |view: &std::sync::Arc<ximu_office::View>| {
        (view.world.tenders[&tender_id()].stage == Stage::Ranking).then_some(())
    };
    assert!(house.office().wait(PATIENCE, opened).is_some(), "the timer is tried again by itself");
    assert_eq!(house.tender().opened.len(), 3);
    house.settle();
    house.verify();
}

#[test]
fn a_published_checkpoint_that_somebody_brings_to_a_slow_witness_stops_nobody() {
    let mut house = House::founded();
    house.settle();
    let register = |house: &mut House, label: &str| {
        let name = ximu_basics::Hash::of(label.as_bytes());
        house.expect_events(label, "registry", Command::RegisterParty { name });
    };
    house.peers.set_held(3, true);
    register(&mut house, "ash");
    house.peers.wait_asked(3);
    // The others are quick: a larger checkpoint is published while the slow one is still asked for the smaller.
    register(&mut house, "oak");
    let size = house.office().view().size;
    let published = house.office().wait_cosigned(size, PATIENCE).unwrap();
    house.peers.bring(3, &published);
    house.peers.set_held(3, false);
    // It is asked again for what is newest, and nothing was lost.
    let again = |view: &std::sync::Arc<ximu_office::View>| {
        (view.peers[3].cosigned >= size || view.health.writer != WriterHealth::Good).then_some(())
    };
    assert!(house.office().wait(PATIENCE, again).is_some(), "{:?}", house.office().view().peers);
    assert_eq!(house.office().health().writer, WriterHealth::Good);
    register(&mut house, "elm");
    house.settle();
}

#[test]
fn a_log_that_is_behind_what_a_witness_can_show_stops() {
    let mut house = House::founded();
    house.bidder("ash");
    house.settle();
    // The copy is older, the published files are gone, and no witness answers at the start.
    let size = house.office().view().size;
    house.stop();
    house.memory.forget_leaves_from(2);
    std::fs::remove_dir_all(house.dir.path().join("log")).unwrap();
    for position in 0..4 {
        house.peers.set_up(position, false);
    }
    house.open().unwrap();
    house.peers.set_up(1, true);
    let stopped = |view: &std::sync::Arc<ximu_office::View>| {
        (view.health.writer == WriterHealth::Stopped("log-behind")).then_some(())
    };
    assert!(house.office().wait(PATIENCE, stopped).is_some(), "{:?}", house.office().health());
    assert!(house.office().wait_cosigned(size, Duration::from_millis(1)).is_none());
}
