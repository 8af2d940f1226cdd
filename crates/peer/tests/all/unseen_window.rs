//! A host that keeps CLOSE to itself until the window is over, or for most of it, so that only its friends can say that
//! their bids are to be opened (opening 4.2 j).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::host::{Host, OURS, Wire, step};
use std::sync::Arc;
use ximu_basics::{Instant, json::to_canonical};
use ximu_journal::failpoint::FailPoints;
use ximu_peer::{Follower, Peer, health::Part};
use ximu_procedure::wire::{Command, SignedCommand, command::Measure};
use ximu_sim::{Bidder, centre::TENDER, rules::PEERS};

struct Case {
    host: Host,
    folder: tempfile::TempDir,
    deadline: Instant,
    until: Instant,
}

impl Case {
    /// Five bids, a deadline that is over, and CLOSE in a log that no witness is shown.
    fn closed_in_secret(mut host: Host) -> Case {
        let folder = tempfile::tempdir().unwrap();
        let (deadline, mut cast) = (host.centre.borrow().tender().deadline, Vec::new());
        for number in 0..5 {
            let mut centre = host.centre.borrow_mut();
            let bidder = Bidder::register(&mut centre, &format!("bidder-{number}"));
            centre.advance_ms(700);
            let bid = bidder.submit(&mut centre, 1, "9500000.00");
            cast.push((bidder, bid));
        }
        host.cast = cast;
        let until = {
            let mut centre = host.centre.borrow_mut();
            centre.advance_to(deadline);
            centre.witnessing = [false; 4];
            centre.advance_to(deadline.plus_ms(1));
            centre.tender().window_until.unwrap()
        };
        host.clock.set(deadline.unix_ms());
        Case { host, folder, deadline, until }
    }

    fn start(&self) -> (Arc<Peer>, Follower<Wire>) {
        let peer = self.host.peer(self.folder.path(), &FailPoints::none());
        let follower = self.host.follower(&peer);
        (peer, follower)
    }

    fn release(&self, number: usize) -> SignedCommand {
        let (bidder, bid) = &self.host.cast[number];
        let mut centre = self.host.centre.borrow_mut();
        let command = bidder.release(&centre, bid);
        centre.signed(&bidder.label, TENDER, command)
    }

    /// The friend of the host says that its bid is to be opened.
    fn friend_releases(&self) {
        let signed = self.release(4);
        self.host.centre.borrow_mut().give_signed(&signed).unwrap();
    }

    /// Moves both clocks, without anything that the centre's clock would do.
    fn clocks(&self, now: Instant) {
        self.host.centre.borrow_mut().now = now;
        self.host.clock.set(now.unix_ms());
    }

    /// The log is shown, with the cosignatures of now.
    fn show(&self) {
        let mut centre = self.host.centre.borrow_mut();
        centre.witnessing = [true; 4];
        centre.checkpoint().unwrap();
    }

    /// The other holders say that they are done, the host ends the window as soon as it may, and shows it.
    fn others_end_the_window(&self) {
        let mut centre = self.host.centre.borrow_mut();
        let until = centre.tender().window_until.unwrap();
        if centre.tender().relays() {
            for peer in PEERS.iter().enumerate().filter(|(place, _)| *place != OURS).map(|(_, peer)| peer) {
                centre.expect_events(peer, TENDER, Command::RelaysDone { until });
            }
        }
        centre.now = centre.now.max(centre.tender().window_ends().unwrap());
        centre.expect_events("centre", TENDER, Command::EndWindow {});
        centre.checkpoint().unwrap();
        self.host.clock.set(centre.now.unix_ms() + 1);
    }

    fn order(&self, measure: Measure) {
        let (article, reason) = ("article 62".into(), "nobody saw the window".into());
        let command = Command::Order { measure, article, reason };
        self.host.centre.borrow_mut().expect_events("supervisor", TENDER, command);
    }

    fn given(&self) -> Vec<&'static str> {
        let given = self.host.given.borrow();
        given.iter().map(|signed| signed.open().unwrap().command.name()).collect()
    }

    fn length_ms(&self) -> i64 {
        self.until.ms_since(self.deadline)
    }
}

fn concern(peer: &Peer) -> Option<String> {
    let concerns = peer.health.concerns();
    concerns.iter().find(|concern| concern.part == Part::Holder).map(|concern| concern.code.clone())
}

#[test]
fn a_window_that_was_shown_when_it_was_over_is_answered_for_by_no_honest_holder() {
    for host in [Host::relaying(), Host::sealing()] {
        let relays = host.centre.borrow().tender().relays();
        let case = Case::closed_in_secret(host);
        let (peer, mut follower) = case.start();
        step(&mut follower);
        case.friend_releases();
        let honest = to_canonical(&case.release(0)).unwrap();
        case.clocks(case.deadline.plus_ms(case.length_ms() / 2));
        step(&mut follower);
        if relays {
            assert_eq!(
                peer.relays.take(&honest).unwrap_err().code,
                "relay-behind",
                "in the midst of the window"
            );
        }
        case.clocks(case.until.plus_ms(1));
        case.show();
        step(&mut follower);
        assert_eq!(concern(&peer).as_deref(), Some("release-unseen"));
        case.others_end_the_window();
        step(&mut follower);
        assert_eq!(concern(&peer).as_deref(), Some("release-unseen"));
        drop((peer, follower));
        let (peer, mut follower) = case.start();
        step(&mut follower);
        assert_eq!(concern(&peer).as_deref(), Some("release-unseen"), "also after a restart");
        assert!(case.given().is_empty(), "neither a word nor a share: {:?}", case.given());
        assert!(!case.host.released());
    }
}

#[test]
fn a_window_that_was_shown_late_is_said_while_the_authority_can_still_make_it_longer() {
    let case = Case::closed_in_secret(Host::relaying());
    let (peer, mut follower) = case.start();
    step(&mut follower);
    // Cosignatures have whole seconds: in the second after the first quarter, CLOSE is seen too late.
    let late = Instant::from_unix_ms((case.deadline.unix_ms() + case.length_ms() / 4) / 1000 * 1000 + 1000);
    assert!(late < case.until);
    case.clocks(late);
    case.show();
    step(&mut follower);
    assert_eq!(concern(&peer).as_deref(), Some("release-unseen"), "while the window lasts");
    let until = late.plus_ms(5_000);
    case.order(Measure::Suspend { until });
    case.clocks(late.plus_ms(1));
    case.order(Measure::Resume {});
    case.show();
    step(&mut follower);
    assert_eq!(concern(&peer), None, "the window is as long as it should have been");
    let release = to_canonical(&case.release(0)).unwrap();
    peer.relays.take(&release).unwrap();
    let end = case.host.centre.borrow().tender().window_until.unwrap();
    case.clocks(end.plus_ms(1));
    step(&mut follower);
    case.show();
    step(&mut follower);
    case.others_end_the_window();
    step(&mut follower);
    assert_eq!(case.given(), ["relay", "relays_done", "release_shares"]);
    assert_eq!(concern(&peer), None);
}

#[test]
fn no_other_checkpoint_passes_for_the_first_over_close() {
    type Lie = fn(&Case) -> String;
    let table: [(&str, Lie); 4] = [
        ("one before CLOSE", |case| case.host.centre.borrow().checkpoints[0].clone()),
        ("one of another history", |_| Host::in_window().centre.borrow().checkpoints.last().unwrap().clone()),
        ("one without the quorum", |case| {
            // In time, over these leaves, and with the lines of two witnesses alone.
            let mut centre = case.host.centre.borrow_mut();
            let now = std::mem::replace(&mut centre.now, case.deadline);
            let note = centre.checkpoint().unwrap();
            centre.checkpoints.pop();
            centre.now = now;
            let lines: Vec<&str> = note.lines().collect();
            format!("{}\n", lines[..lines.len() - 2].join("\n"))
        }),
        ("none at all", |_| "no note".to_owned()),
    ];
    for (name, lie) in table {
        let case = Case::closed_in_secret(Host::sealing());
        case.friend_releases();
        case.clocks(case.until.plus_ms(1));
        case.show();
        let lie = lie(&case);
        case.host.lies.borrow_mut().first = Some(lie);
        let (peer, mut follower) = case.start();
        step(&mut follower);
        assert_eq!(concern(&peer).as_deref(), Some("release-unseen"), "{name}");
    }
}

#[test]
fn a_holder_that_was_away_judges_by_the_first_checkpoint_that_the_host_can_show() {
    // The window was public; this holder comes when it is over, and again after a restart.
    let case = Case { host: Host::opening(), ..Case::closed_in_secret(Host::sealing()) };
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert_eq!(concern(&peer), None);
    assert_eq!(case.given(), ["release_shares"]);
    // The same, and the host shows only the newest: then nothing says that the window was public.
    let case = Case { host: Host::opening(), ..Case::closed_in_secret(Host::sealing()) };
    {
        let mut centre = case.host.centre.borrow_mut();
        let newest = centre.checkpoints.pop().unwrap();
        centre.checkpoints = vec![newest];
    }
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert_eq!(concern(&peer).as_deref(), Some("release-unseen"));
    // One that saw it in time needs nothing of the host.
    let case = Case { host: Host::in_window(), ..Case::closed_in_secret(Host::sealing()) };
    let (peer, mut follower) = case.start();
    step(&mut follower);
    drop((peer, follower));
    let case = Case { host: case.host.into_opening(), ..case };
    {
        let mut centre = case.host.centre.borrow_mut();
        let newest = centre.checkpoints.pop().unwrap();
        centre.checkpoints = vec![newest];
    }
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert_eq!(concern(&peer), None);
    assert_eq!(case.given(), ["release_shares"]);
}
