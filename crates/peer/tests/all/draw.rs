//! A holder and sealed sets: it gives its bytes once, whatever happens, and releases a list only under its conditions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::host::{Host, OURS, Wire, step};
use std::num::NonZeroU64;
use std::sync::Arc;
use ximu_basics::{Instant, SetId};
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::{
    Follower, Peer,
    directory::mark_restored,
    follow::{AGAIN_MS, Step},
    health::Part,
    holder::{CONTRIBUTION, SENT, SET_RELEASE},
};
use ximu_procedure::wire::{Command, Event, Leaf, Outcome, SignedCommand};
use ximu_sim::{rules::PEERS, sets::author};

struct Case {
    host: Host,
    folder: tempfile::TempDir,
}

impl Case {
    fn new(host: Host) -> Case {
        Case { host, folder: tempfile::tempdir().unwrap() }
    }

    fn start(&self, fail: &FailPoints) -> (Arc<Peer>, Follower<Wire>) {
        let peer = self.host.peer(self.folder.path(), fail);
        let follower = self.host.follower(&peer);
        (peer, follower)
    }

    fn contributed(&self) -> bool {
        self.host.centre.borrow().tender().sets[&set_id()].contributions.contains_key(&author(PEERS[OURS]))
    }

    fn answered(&self) -> bool {
        let index = u8::try_from(OURS + 1).unwrap();
        self.host.centre.borrow().tender().sets[&set_id()].shares.contains_key(&index)
    }

    fn file(&self, what: &str) -> std::path::PathBuf {
        let origin = ximu_client::statement::origin_hash(ximu_sim::centre::ORIGIN).to_string();
        let name = format!("{}+coefficient-k+{what}", ximu_sim::centre::TENDER);
        self.folder.path().join("holder").join(origin).join(name)
    }

    /// A tender in which ours has contributed, after the window.
    fn opening() -> Case {
        let case = Case::new(Host::drawing());
        let (peer, mut follower) = case.start(&FailPoints::none());
        step(&mut follower);
        assert!(case.contributed());
        drop((peer, follower));
        case.host.given.borrow_mut().clear();
        Case { host: case.host.into_window().into_opening(), folder: case.folder }
    }
}

impl Case {
    /// The other holders answer for the set, and the coefficient is drawn.
    fn draw(&self) {
        self.draw_by(&[0, 2]);
    }

    fn draw_by(&self, holders: &[usize]) {
        let mut centre = self.host.centre.borrow_mut();
        for at in holders.iter().copied() {
            let command = centre.set_shares(at, &set_id());
            centre.expect_events(ximu_sim::rules::PEERS[at], ximu_sim::centre::TENDER, command);
        }
        let open = Command::OpenSet { set: set_id() };
        centre.expect_events("centre", ximu_sim::centre::TENDER, open);
        centre.checkpoint();
    }
}

fn set_id() -> SetId {
    "coefficient-k".parse().unwrap()
}

fn contributions(given: &[SignedCommand]) -> Vec<&SignedCommand> {
    let is = |signed: &&SignedCommand| matches!(signed.open().unwrap().command, Command::Contribute { .. });
    given.iter().filter(is).collect()
}

fn concern(peer: &Peer, part: Part) -> Option<String> {
    peer.health.concerns().into_iter().find(|concern| concern.part == part).map(|concern| concern.code)
}

#[test]
fn a_holder_gives_its_bytes_as_soon_as_the_log_shows_the_set_and_once() {
    let case = Case::new(Host::drawing());
    let (peer, mut follower) = case.start(&FailPoints::none());
    assert_eq!(step(&mut follower), Step::Forward);
    assert!(case.contributed());
    for _ in 0..3 {
        case.host.centre.borrow_mut().checkpoint();
        step(&mut follower);
    }
    drop((peer, follower));
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert_eq!(case.host.given.borrow().len(), 1);
    assert!(peer.health.concerns().is_empty(), "{:?}", peer.health.concerns());
}

#[test]
fn killed_at_any_step_one_contribution_stands_in_the_log_and_no_other_was_ever_sent() {
    for point in [CONTRIBUTION, SENT] {
        for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
            let case = Case::new(Host::drawing());
            let fail = FailPoints::once(point, NonZeroU64::new(1).unwrap(), fault);
            let (peer, mut follower) = case.start(&fail);
            step(&mut follower);
            drop((peer, follower));
            let (peer, mut follower) = case.start(&FailPoints::none());
            step(&mut follower);
            assert!(case.contributed(), "{point} {fault:?}: {:?}", peer.health.concerns());
            let given = case.host.given.borrow();
            let ours = contributions(&given);
            assert!(ours.iter().all(|signed| *signed == ours[0]), "{point} {fault:?}");
        }
    }
}

#[test]
fn a_contribution_that_got_no_answer_is_sent_again_as_the_same_command() {
    let case = Case::new(Host::drawing());
    case.host.lies.borrow_mut().deaf = true;
    for _ in 0..2 {
        let (peer, mut follower) = case.start(&FailPoints::none());
        step(&mut follower);
        assert_eq!(concern(&peer, Part::Holder).as_deref(), Some("client-timeout"));
    }
    case.host.lies.borrow_mut().deaf = false;
    let (_peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    let given = case.host.given.borrow();
    assert!(case.contributed());
    assert_eq!(given.len(), 3);
    assert!(given.iter().all(|signed| *signed == given[0]));
}

#[test]
fn a_contribution_that_was_damaged_on_the_disk_is_not_made_a_second_time() {
    let case = Case::new(Host::drawing());
    case.host.lies.borrow_mut().deaf = true;
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    drop((peer, follower));
    let mut bytes = std::fs::read(case.file("contribution")).unwrap();
    bytes[100] ^= 1;
    std::fs::write(case.file("contribution"), &bytes).unwrap();
    case.host.lies.borrow_mut().deaf = false;
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(!case.contributed());
    assert_eq!(concern(&peer, Part::Holder).as_deref(), Some("peer-disk-damaged"));
    assert_eq!(case.host.given.borrow().len(), 1);
}

#[test]
fn nothing_is_given_after_the_deadline_on_the_holders_own_clock() {
    let case = Case::new(Host::drawing());
    let deadline = case.host.centre.borrow().tender().deadline;
    case.host.clock.set(deadline.unix_ms() + 1);
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(case.host.given.borrow().is_empty());
    assert!(peer.health.concerns().is_empty());
}

#[test]
fn the_shares_of_a_list_come_first_and_those_of_the_bids_when_the_coefficient_is_drawn() {
    let case = Case::opening();
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(case.answered() && !case.host.released(), "{:?}", peer.health.concerns());
    assert!(peer.health.concerns().is_empty(), "waiting for the draw is nothing wrong");
    case.draw();
    step(&mut follower);
    assert!(case.host.released(), "{:?}", peer.health.concerns());
    case.host.centre.borrow_mut().holding = [true; 4];
    case.host.centre.borrow_mut().advance_ms(1);
    step(&mut follower);
    assert!(peer.health.concerns().is_empty(), "the draw re-decides too: {:?}", peer.health.concerns());
}

#[test]
fn no_list_is_released_before_the_window_is_over_on_the_holders_own_clock() {
    let case = Case::opening();
    let until = case.host.centre.borrow().tender().window_until.unwrap().unix_ms();
    let (peer, mut follower) = case.start(&FailPoints::none());
    for late in [-60_000, -1_001] {
        case.host.clock.set(until + late);
        step(&mut follower);
        assert_eq!(concern(&peer, Part::Holder).as_deref(), Some("release-early"));
    }
    for late in [-1_000, 0] {
        case.host.clock.set(until + late);
        step(&mut follower);
        assert_eq!(concern(&peer, Part::Holder), None);
    }
    assert!(case.host.given.borrow().is_empty());
    case.host.clock.set(until + 1);
    step(&mut follower);
    assert!(case.answered());
}

#[test]
fn a_list_without_what_this_holder_gave_gets_nothing_from_it() {
    // The host takes no command of ours; the other three make a list that is long enough.
    let case = Case::new(Host::drawing());
    case.host.lies.borrow_mut().deaf = true;
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(case.file("contribution").exists() && !case.contributed(), "made, sent, and kept from the log");
    drop((peer, follower));
    case.host.lies.borrow_mut().deaf = false;
    let case = Case { host: case.host.into_window().into_opening(), folder: case.folder };
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert_eq!(concern(&peer, Part::Holder).as_deref(), Some("release-contribution"));
    assert!(!case.answered() && !case.host.released());
    // The others can still draw, and then this holder answers for the bids.
    case.draw_by(&[0, 2, 3]);
    step(&mut follower);
    assert!(case.host.released(), "{:?}", peer.health.concerns());
}

#[test]
fn a_list_that_leaves_out_a_contribution_gets_nothing() {
    let case = Case::opening();
    let leaves: Vec<Vec<u8>> =
        case.host.centre.borrow().leaves.iter().map(|leaf| without_one(leaf)).collect();
    {
        let mut centre = case.host.centre.borrow_mut();
        let honest = (centre.leaves.clone(), centre.tree.clone());
        centre.tree = leaves.iter().map(|leaf| ximu_tlog::merkle::leaf_hash(leaf)).collect();
        let note = centre.checkpoint().unwrap();
        (centre.leaves, centre.tree) = honest;
        let mut lies = case.host.lies.borrow_mut();
        lies.leaves = Some(leaves);
        lies.note = Some(note);
    }
    // This peer has seen the honest log before; a new one has not.
    let fresh = Case { host: case.host, folder: tempfile::tempdir().unwrap() };
    let (peer, mut follower) = fresh.start(&FailPoints::none());
    step(&mut follower);
    assert_eq!(concern(&peer, Part::Holder).as_deref(), Some("entry-outcome"));
    assert!(fresh.host.given.borrow().is_empty());
}

/// The leaf, and when it fixes a list, without the last line of that list.
fn without_one(leaf: &[u8]) -> Vec<u8> {
    let Leaf::Entry(mut entry) = Leaf::from_bytes(leaf).unwrap() else { return leaf.to_vec() };
    if let Outcome::Events(events) = &mut entry.outcome {
        for event in events {
            if let Event::SetListed { list, .. } = event {
                list.pop();
            }
        }
    }
    Leaf::Entry(entry).to_bytes().unwrap()
}

#[test]
fn killed_at_any_step_the_answer_for_a_list_stands_in_the_log_once() {
    for point in [SET_RELEASE, SENT] {
        for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
            let case = Case::opening();
            let fail = FailPoints::once(point, NonZeroU64::new(1).unwrap(), fault);
            let (peer, mut follower) = case.start(&fail);
            step(&mut follower);
            drop((peer, follower));
            let now = case.host.centre.borrow().now.unix_ms();
            case.host.clock.set(now + AGAIN_MS + 1);
            let (peer, mut follower) = case.start(&FailPoints::none());
            case.host.centre.borrow_mut().checkpoint();
            step(&mut follower);
            assert!(case.answered(), "{point} {fault:?}: {:?}", peer.health.concerns());
            case.draw();
            step(&mut follower);
            assert!(case.host.released(), "{point} {fault:?}: {:?}", peer.health.concerns());
            assert_eq!(refusals(&case), 0, "{point} {fault:?}");
        }
    }
}

fn refusals(case: &Case) -> usize {
    let refused = |leaf: &&Vec<u8>| match Leaf::from_bytes(leaf).unwrap() {
        Leaf::Entry(entry) => matches!(entry.outcome, Outcome::Refusal(_)),
        Leaf::Beat(_) | Leaf::Veil(_) => false,
    };
    case.host.centre.borrow().leaves.iter().filter(refused).count()
}

#[test]
fn a_restored_peer_gives_nothing_and_answers_nothing_of_before_the_restore() {
    let published = |case: &Case| case.host.centre.borrow().tender().published;
    // Restored after the publication, before it, and after the peer has contributed.
    let case = Case::new(Host::drawing());
    drop(case.start(&FailPoints::none()));
    mark_restored(case.folder.path(), published(&case)).unwrap();
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(!case.contributed() && case.host.given.borrow().is_empty());
    drop((peer, follower));

    mark_restored(case.folder.path(), published(&case).plus_ms(-1)).unwrap();
    let (peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(case.contributed(), "a procedure of after the restore is worked for");
    drop((peer, follower));

    let case = Case::opening();
    mark_restored(case.folder.path(), Instant::from_unix_ms(9_999_999_999_999)).unwrap();
    let (_peer, mut follower) = case.start(&FailPoints::none());
    step(&mut follower);
    assert!(!case.answered() && case.host.given.borrow().is_empty());
}
