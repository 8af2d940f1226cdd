//! What goes wrong, one thing at a time: nothing is acknowledged that is not durable, nothing durable is lost, and
//! the office goes on without a restart wherever that is safe.

mod support;

use std::{num::NonZeroU64, time::Duration};
use support::{House, PATIENCE, id_of, not_counted, tender_id};
use ximu_journal::{FailPoints, Fault, failpoint::APPEND};
use ximu_office::{Answer, Condition, PublisherHealth, ReceiptState, Trouble, TroubleKind, WriterHealth};
use ximu_procedure::{Stage, wire::Command, wire::event::NotCountedReason};
use ximu_sim::{Bidder, centre::TENDER};

/// The simulated tender is open for 14.35 s; its beats fall on 9.35 s, 11.85 s and the deadline.
const AFTER_ONE_BEAT_MS: i64 = 10_000;

/// A founded office with a published tender and three bidders.
fn open_tender() -> (House, Vec<Bidder>) {
    let mut house = House::founded();
    let bidders = ["ash", "birch", "cedar"].map(|label| house.bidder(label)).into();
    house.publish(|_| {});
    house.settle();
    (house, bidders)
}

fn submit_all(house: &mut House, bidders: &[Bidder]) -> Vec<ximu_basics::Hash> {
    let ids = bidders
        .iter()
        .zip(["9500000.00", "9400000.00", "9300000.00"])
        .map(|(bidder, price)| id_of(&house.submit(bidder, 1, price).1));
    ids.collect()
}

/// One pass of the append that ends like this, and no other.
fn next_append(fault: Fault) -> FailPoints {
    FailPoints::once(APPEND, NonZeroU64::MIN, fault)
}

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
fn a_full_disk_refuses_and_recovers_without_a_restart() {
    let (mut house, bidders) = open_tender();
    let bid = bidders[0].seal(&house.people, 1, "9500000.00", |_| {});
    let command = house.submission(&bidders[0], &bid);
    let signed = house.signed("ash", TENDER, command);
    house.fail_with(FailPoints::hook(|point| if point == APPEND { Fault::Full } else { Fault::None }));
    let size = house.office().view().size;
    for _ in 0..3 {
        assert_eq!(house.office().give(signed.clone()), Err(Trouble::Full));
    }
    assert_eq!(house.office().health().writer, WriterHealth::Full);
    assert_eq!(house.office().receipt(&signed.id()), Ok(ReceiptState::Unknown));
    // A beat falls meanwhile and cannot be cut.
    house.jump_ms(AFTER_ONE_BEAT_MS);
    house.office().tick();
    assert_eq!(house.office().view().size, size);
    assert_eq!(house.office().give(signed.clone()), Err(Trouble::Full));
    house.fail_with(FailPoints::none());
    assert!(matches!(house.office().give(signed), Ok(Answer::Accepted(_))));
    assert_eq!(house.office().health().writer, WriterHealth::Good);
    house.settle();
    house.advance_past_deadline();
    house.verify();
}

#[test]
fn a_clock_that_goes_back_stops_the_writer_for_good() {
    let (mut house, bidders) = open_tender();
    house.submit(&bidders[0], 1, "9500000.00");
    house.jump_ms(-1);
    let (_, stopped) =
        (0, house.give("ash", "registry", Command::RegisterParty { name: ximu_basics::Hash::of(b"x") }));
    assert_eq!(stopped, Err(Trouble::Stopped { why: "clock-regressed" }));
    house.jump_ms(60_000);
    assert_eq!(house.office().health().writer, WriterHealth::Stopped("clock-regressed"));
    let still = house.give("ash", "registry", Command::RegisterParty { name: ximu_basics::Hash::of(b"y") });
    assert_eq!(still, Err(Trouble::Stopped { why: "clock-regressed" }));
    // A restart with a clock behind the newest record is refused; with the right one it goes on.
    house.stop();
    house.jump_ms(-120_000);
    let refused = house.open().unwrap_err();
    assert!(matches!(refused, ximu_office::OpenError::Clock { .. }), "{refused}");
    house.jump_ms(120_000);
    house.open().unwrap();
}

#[test]
fn a_repeated_command_gets_the_same_answer_before_and_after_a_restart() {
    let (mut house, bidders) = open_tender();
    let bid = bidders[0].seal(&house.people, 1, "9500000.00", |_| {});
    let command = house.submission(&bidders[0], &bid);
    let sealed = house.signed("ash", TENDER, command);
    let public =
        house.signed("oak", "registry", Command::RegisterParty { name: ximu_basics::Hash::of(b"oak") });
    let first: Vec<_> = [&sealed, &public].map(|one| house.office().give(one.clone()).unwrap()).into();
    house.advance_ms(1_000);
    let again: Vec<_> = [&sealed, &public].map(|one| house.office().give(one.clone()).unwrap()).into();
    assert_eq!(first, again);
    house.stop();
    house.open().unwrap();
    let after: Vec<_> = [&sealed, &public].map(|one| house.office().give(one.clone()).unwrap()).into();
    assert_eq!(first, after);
}

#[test]
fn a_write_that_failed_but_persisted_is_answered_from_the_journal() {
    let (mut house, bidders) = open_tender();
    let bid = bidders[0].seal(&house.people, 1, "9500000.00", |_| {});
    let command = house.submission(&bidders[0], &bid);
    let sealed = house.signed("ash", TENDER, command);
    let public =
        house.signed("oak", "registry", Command::RegisterParty { name: ximu_basics::Hash::of(b"oak") });
    for signed in [sealed, public] {
        house.fail_with(next_append(Fault::ErrorAfterPersist));
        let answer = house.office().give(signed.clone()).unwrap();
        assert!(matches!(answer, Answer::Accepted(_)));
        assert_eq!(house.office().give(signed).unwrap(), answer);
        assert_eq!(house.office().health().writer, WriterHealth::Good);
    }
    house.settle();
    house.advance_past_deadline();
    house.verify();
}

#[test]
fn a_write_that_failed_is_not_acknowledged_and_can_be_repeated() {
    let (mut house, bidders) = open_tender();
    let bid = bidders[0].seal(&house.people, 1, "9500000.00", |_| {});
    let command = house.submission(&bidders[0], &bid);
    let signed = house.signed("ash", TENDER, command);
    house.fail_with(next_append(Fault::Error));
    assert_eq!(house.office().give(signed.clone()), Err(Trouble::NotRecorded));
    assert!(matches!(house.office().give(signed), Ok(Answer::Accepted(_))));
    house.settle();
}

#[test]
fn a_journal_that_cannot_be_read_again_stops_the_writer() {
    let mut house = House::founded();
    house.settle();
    // A leaf is damaged on the disk; the next failed write makes the office read it.
    house.memory.flip_bit_of_leaf(1);
    house.fail_with(next_append(Fault::Error));
    let name = ximu_basics::Hash::of(b"oak");
    let stopped = house.give("oak", "registry", Command::RegisterParty { name });
    assert_eq!(stopped, Err(Trouble::Stopped { why: "store-corrupt" }));
    assert!(!house.office().health().is_ready());
}

#[test]
fn beats_missed_while_down_are_cut_at_the_start() {
    let (mut house, bidders) = open_tender();
    house.submit(&bidders[0], 1, "9500000.00");
    house.advance_ms(3_000);
    let (_, held) = house.submit(&bidders[1], 1, "9400000.00");
    let before = house.tender().beats.len();
    house.stop();
    house.jump_ms(9_000);
    house.open().unwrap();
    let tender = house.tender();
    assert_eq!(tender.beats.len(), before + 2, "two beats were missed");
    let beat = held.recorded().unwrap().acknowledgement.beat.unwrap();
    assert_eq!(beat as usize, before, "what was held before the downtime is in the first missed beat");
    house.settle();
    house.submit(&bidders[2], 1, "9300000.00");
    house.advance_past_deadline();
    assert_eq!(house.tender().list.len(), 3);
    house.verify();
}

#[test]
fn a_deadline_that_passes_while_down_closes_by_the_rules() {
    let (mut house, bidders) = open_tender();
    house.submit(&bidders[0], 1, "9500000.00");
    house.advance_ms(AFTER_ONE_BEAT_MS);
    house.submit(&bidders[1], 1, "9400000.00");
    house.submit(&bidders[2], 1, "9300000.00");
    house.stop();
    house.jump_ms(60_000);
    house.open().unwrap();
    house.settle();
    let tender = house.tender();
    assert_eq!(tender.list.len(), 1, "only what was cosigned in time counts");
    let reasons = not_counted(&tender);
    assert_eq!(reasons[&(bidders[2].party.clone(), 1)], NotCountedReason::NotCosignedInTime);
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
fn an_older_copy_of_the_journal_is_refilled_from_the_published_log() {
    let mut house = House::founded();
    house.bidder("ash");
    house.settle();
    let size = house.office().view().size;
    house.stop();
    house.memory.forget_leaves_from(2);
    house.open().unwrap();
    assert_eq!(house.office().view().size, size);
    house.settle();
}

#[test]
fn an_older_copy_that_nobody_can_complete_is_not_served() {
    let mut house = House::founded();
    house.bidder("ash");
    house.settle();
    house.stop();
    house.memory.forget_leaves_from(2);
    std::fs::remove_dir_all(house.dir.path().join("log")).unwrap();
    let refused = house.open().unwrap_err();
    assert!(matches!(refused, ximu_office::OpenError::Behind { have: 2, .. }), "{refused}");
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
