//! Starts after a down-time, with an older copy, with lost rows: nothing is served or signed before the journal has
//! what was cosigned.

#![allow(clippy::unwrap_used, reason = "a broken world must stop the test at once")]

use crate::support::{AFTER_ONE_BEAT_MS, House, not_counted, open_tender, submit_all};
use ximu_office::{LoadError, OpenError};
use ximu_procedure::wire::event::NotCountedReason;
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
fn an_older_copy_is_refilled_from_a_witness_that_mirrors_the_log() {
    let mut house = House::founded();
    house.bidder("ash");
    house.settle();
    let size = house.office().view().size;
    let path = format!("tile/entries/000.p/{size}");
    let bundle = house.office().log_file(&path).unwrap();
    house.stop();
    house.memory.forget_leaves_from(2);
    std::fs::remove_dir_all(house.dir.path().join("log")).unwrap();
    // A mirror that lies is found out before anything is stored.
    let mut false_bundle = bundle.clone();
    *false_bundle.last_mut().unwrap() ^= 1;
    house.peers.mirror.lock().unwrap().insert(path.clone(), false_bundle);
    assert!(matches!(house.open(), Err(OpenError::Behind { have: 2, .. })));
    house.peers.mirror.lock().unwrap().insert(path, bundle);
    house.open().unwrap();
    assert_eq!(house.office().view().size, size);
    house.settle();
    house.publish(|_| {});
    house.settle();
    house.verify();
}

#[test]
fn a_data_directory_is_opened_only_for_its_own_log_key_and_kind() {
    let mut house = House::founded();
    house.settle();
    house.stop();
    house.configure = |config| config.sandbox = false;
    assert!(matches!(house.open(), Err(OpenError::Sandbox { .. })));
    house.configure = |config| config.centre_key = [9; 32];
    // The files under `log/` are signed by the other key: they are found out first.
    assert!(matches!(house.open(), Err(OpenError::CentreKey | OpenError::Start(_))));
    house.configure = |config| config.origin = "rehearsal.other.example/log".into();
    assert!(matches!(house.open(), Err(OpenError::OtherLog { .. })));
    house.configure = |config| config.origin = "rehearsal other".into();
    assert!(matches!(house.open(), Err(OpenError::Origin { .. })));
    house.configure = |_| {};
    house.open().unwrap();
}

#[test]
fn a_lost_operation_is_noticed_before_anything_is_signed() {
    let (mut house, bidders) = open_tender();
    submit_all(&mut house, &bidders);
    house.advance_ms(AFTER_ONE_BEAT_MS);
    house.stop();
    house.memory.forget_operations_from(2);
    let refused = house.open().unwrap_err();
    assert!(matches!(refused, OpenError::Load(LoadError::Operations { beat: 0, .. })), "{refused}");
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
    assert!(matches!(refused, OpenError::Behind { have: 2, .. }), "{refused}");
}
