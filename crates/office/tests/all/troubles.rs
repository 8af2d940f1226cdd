//! The writer in trouble, one thing at a time: nothing is acknowledged that is not durable, nothing durable is lost,
//! and the office goes on without a restart wherever that is safe.

#![allow(clippy::unwrap_used, reason = "a broken world must stop the test at once")]

use crate::support::{AFTER_ONE_BEAT_MS, House, open_tender};
use std::num::NonZeroU64;
use ximu_journal::{FailPoints, Fault, failpoint::APPEND};
use ximu_office::{Answer, OpenError, ReceiptState, Trouble, WriterHealth};
use ximu_procedure::wire::Command;
use ximu_sim::centre::TENDER;
/// One pass of the append that ends like this, and no other.
fn next_append(fault: Fault) -> FailPoints {
    FailPoints::once(APPEND, NonZeroU64::MIN, fault)
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
    assert!(matches!(refused, OpenError::Clock { .. }), "{refused}");
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
