//! What bidders hand to a holder: its door, and a host that leaves what they say out of the log (peer 2.8, 5.5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::host::{Host, OURS, Wire, step};
use std::num::NonZeroU64;
use std::sync::Arc;
use ximu_basics::{Blob, Hash, json::to_canonical};
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::{
    Follower, Peer,
    health::Part,
    holder::{RELAY, SENT},
    relays::{HANDED, WINDOW_SHUT},
};
use ximu_procedure::{
    phase::relay::HANDED_BYTES_MAX,
    wire::{
        Command, CommandBody, Event, Leaf, Outcome, SignedCommand,
        command::{Measure, relay_statement},
        signed::verify,
    },
};
use ximu_sim::{
    Bidder, Key,
    centre::{ORIGIN, TENDER},
    rules::PEERS,
};

struct Case {
    host: Host,
    folder: tempfile::TempDir,
}

/// The bidder whose commands the host drops.
const DROPPED: usize = 4;

impl Case {
    fn in_window() -> Case {
        Case { host: Host::relaying().into_window(), folder: tempfile::tempdir().unwrap() }
    }

    fn start(&self) -> (Arc<Peer>, Follower<Wire>) {
        self.start_with(&FailPoints::none())
    }

    fn start_with(&self, fail: &FailPoints) -> (Arc<Peer>, Follower<Wire>) {
        let peer = self.host.peer(self.folder.path(), fail);
        let follower = self.host.follower(&peer);
        (peer, follower)
    }

    /// A release by one of the cast, with a nonce of its own.
    fn release(&self, number: usize) -> SignedCommand {
        let (bidder, bid) = &self.host.cast[number];
        let mut centre = self.host.centre.borrow_mut();
        let command = bidder.release(&centre, bid);
        centre.signed(&bidder.label, TENDER, command)
    }

    fn signed(&self, label: &str, command: Command) -> SignedCommand {
        self.host.centre.borrow_mut().signed(label, TENDER, command)
    }

    /// Lets the window pass on both clocks, and nothing more.
    fn after_window(&self) {
        let until = self.host.centre.borrow().tender().window_until.unwrap();
        self.host.centre.borrow_mut().now = until.plus_ms(1);
        self.host.clock.set(until.unix_ms() + 1);
    }

    /// The others say that they are done, and the host ends the window as soon as it may.
    fn others_end_the_window(&self) {
        let mut centre = self.host.centre.borrow_mut();
        for peer in PEERS.iter().enumerate().filter(|(place, _)| *place != OURS).map(|(_, peer)| peer) {
            let until = centre.tender().window_until.unwrap();
            centre.expect_events(peer, TENDER, Command::RelaysDone { until });
        }
        let at = centre.tender().window_ends().unwrap();
        let now = centre.now.max(at);
        centre.now = now;
        centre.expect_events("centre", TENDER, Command::EndWindow {});
        centre.checkpoint();
        self.host.clock.set(now.unix_ms() + 1);
    }

    /// The others answer, and the bids are read.
    fn read(&self) {
        let mut centre = self.host.centre.borrow_mut();
        centre.holding = [true; 4];
        centre.holding[OURS] = false;
        let now = centre.now;
        centre.advance_to(now.plus_ms(1));
    }

    fn is_open(&self) -> bool {
        let party = &self.host.cast[DROPPED].0.party;
        self.host.centre.borrow().tender().opened.contains_key(party)
    }

    fn given(&self) -> Vec<&'static str> {
        let given = self.host.given.borrow();
        given.iter().map(|signed| signed.open().unwrap().command.name()).collect()
    }
}

fn bytes(signed: &SignedCommand) -> Vec<u8> {
    to_canonical(signed).unwrap()
}

fn code(peer: &Peer, body: &[u8]) -> &'static str {
    match peer.relays.take(body) {
        Ok(taken) => panic!("taken: {:?}", taken.answer),
        Err(trouble) => trouble.code,
    }
}

fn concern(peer: &Peer) -> Option<String> {
    peer.health.concerns().into_iter().find(|concern| concern.part == Part::Holder).map(|found| found.code)
}

#[test]
fn what_a_host_drops_is_handed_in_by_one_holder_and_the_bid_opens() {
    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    // The host gets this release and does not record it.
    let dropped = bytes(&case.release(DROPPED));
    let taken = peer.relays.take(&dropped).unwrap();
    let (answer, procedure) = (taken.answer, TENDER.parse().unwrap());
    let said = relay_statement(ORIGIN, &procedure, &Hash::of(&dropped), answer.at);
    assert!(verify(&Key::of(PEERS[OURS]).public(), &said, &answer.signature), "it signs what it has");
    assert!(taken.fresh.is_some(), "and tries the host");
    step(&mut follower);
    assert!(case.given().is_empty(), "in the window it waits: {:?}", case.given());
    case.after_window();
    step(&mut follower);
    assert_eq!(case.given(), ["relay"]);
    step(&mut follower);
    assert_eq!(case.given(), ["relay"], "the next checkpoint will show it");
    let again = peer.relays.take(&dropped).unwrap();
    assert_eq!(
        (again.answer, again.fresh.is_some()),
        (answer, false),
        "the same bytes, the same answer for ever"
    );
    case.host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    assert_eq!(case.given(), ["relay", "relays_done"]);
    case.host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    case.others_end_the_window();
    step(&mut follower);
    assert_eq!(case.given(), ["relay", "relays_done", "release_shares"]);
    assert_eq!(concern(&peer), None);
    case.read();
    assert!(case.is_open());
    let by = Some(PEERS[OURS].to_owned());
    let named = case.host.centre.borrow().leaves.iter().any(|leaf| {
        let Ok(Leaf::Entry(entry)) = Leaf::from_bytes(leaf) else { return false };
        let Outcome::Events(events) = entry.outcome else { return false };
        events.iter().any(|event| matches!(event, Event::KeyReleased { relayed, .. } if *relayed == by))
    });
    assert!(named, "the log says who handed it in");
}

#[test]
fn what_was_handed_in_is_in_memory_until_the_bids_are_open_and_on_the_disk_for_ever() {
    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    peer.relays.take(&bytes(&case.release(DROPPED))).unwrap();
    case.after_window();
    step(&mut follower);
    case.host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    case.others_end_the_window();
    step(&mut follower);
    let kept = std::fs::read_dir(case.folder.path().join("relays")).unwrap().next().unwrap().unwrap().path();
    let away = case.folder.path().join("away");
    std::fs::rename(&kept, &away).unwrap();
    std::fs::create_dir(&kept).unwrap();
    let procedure = TENDER.parse().unwrap();
    assert_eq!(peer.relays.handed(ORIGIN, &procedure).unwrap().len(), 1, "read once");
    case.read();
    case.host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    assert_eq!(peer.relays.handed(ORIGIN, &procedure).unwrap().len(), 0, "nothing is in memory");
    std::fs::remove_dir(&kept).unwrap();
    std::fs::rename(&away, &kept).unwrap();
    drop((peer, follower));
    let (peer, _follower) = case.start();
    assert_eq!(peer.relays.handed(ORIGIN, &procedure).unwrap().len(), 1);
}

#[test]
fn without_a_holder_that_was_told_the_bid_stays_closed() {
    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    case.after_window();
    step(&mut follower);
    assert_eq!(case.given(), ["relays_done"], "a holder that was handed nothing says so all the same");
    case.host.centre.borrow_mut().checkpoint();
    case.others_end_the_window();
    step(&mut follower);
    assert_eq!(case.given(), ["relays_done", "release_shares"]);
    assert_eq!(concern(&peer), None);
    case.read();
    assert!(!case.is_open(), "this is what the host can do to a bidder that reached nobody");
}

#[test]
fn a_holder_answers_for_no_list_that_passes_over_what_it_was_handed() {
    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    peer.relays.take(&bytes(&case.release(DROPPED))).unwrap();
    case.after_window();
    case.host.lies.borrow_mut().deaf = true;
    step(&mut follower);
    case.others_end_the_window();
    case.host.lies.borrow_mut().deaf = false;
    for _ in 0..3 {
        step(&mut follower);
        assert_eq!(concern(&peer).as_deref(), Some("release-relayed"));
    }
    assert!(!case.given().contains(&"release_shares"), "{:?}", case.given());
    // A key that is replaced after the end makes nothing void.
    let person = ximu_procedure::registry::person_id(&Key::of("bidder-4").public()).unwrap();
    let command = Command::ReplaceKey {
        key: Key::of("other").public(),
        proof: Key::of("other").sign(&ximu_procedure::wire::command::key_statement(ORIGIN, &person)),
        person,
        countersignature: None,
    };
    case.host.centre.borrow_mut().expect_events("administrator", "registry", command);
    case.host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    assert_eq!(concern(&peer).as_deref(), Some("release-relayed"));
    drop((peer, follower));
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert_eq!(concern(&peer).as_deref(), Some("release-relayed"), "also after a restart");
    assert!(!case.given().contains(&"release_shares"), "{:?}", case.given());
}

#[test]
fn a_command_that_another_way_led_into_the_log_holds_nothing_up() {
    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    let (handed, other) = (case.release(DROPPED), case.release(DROPPED));
    peer.relays.take(&bytes(&handed)).unwrap();
    let outcome = case.host.centre.borrow_mut().give_signed(&other).unwrap();
    assert!(matches!(outcome, Outcome::Events(_)));
    case.host.centre.borrow_mut().checkpoint();
    case.after_window();
    step(&mut follower);
    assert_eq!(case.given(), ["relays_done"], "another command of this bidder says the same");
    case.host.centre.borrow_mut().checkpoint();
    case.others_end_the_window();
    step(&mut follower);
    assert_eq!(concern(&peer), None);
    assert_eq!(case.given(), ["relays_done", "release_shares"]);
}

#[test]
fn the_door_has_a_code_for_everything_it_does_not_take() {
    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    let (first, second) = (case.release(DROPPED), case.release(DROPPED));
    assert_eq!(code(&peer, &bytes(&first)), "relay-behind", "it has read nothing yet");
    step(&mut follower);
    let stranger = Bidder::register(&mut case.host.centre.borrow_mut(), "stranger");
    case.host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    let resigned = |change: &dyn Fn(&mut CommandBody)| {
        let mut body = first.open().unwrap();
        change(&mut body);
        bytes(&SignedCommand::sign(&body, &Key::of("bidder-4").secret).unwrap())
    };
    let mut forged = first.clone();
    forged.body.push(' ');
    let not_listed = {
        let command = stranger.release(&case.host.centre.borrow(), &case.host.cast[DROPPED].1);
        case.signed("stranger", command)
    };
    let rescue = Command::AskRescue { lot: "lot-1".parse().unwrap() };
    for (case_of, body, expected) in [
        ("no JSON", b"hand this in".to_vec(), "relay-request"),
        ("other bytes than were signed", bytes(&forged), "relay-request"),
        ("another log", resigned(&|body| body.origin = "elsewhere.example/log".into()), "log-unknown"),
        ("another tender", resigned(&|body| body.procedure = "other".parse().unwrap()), "relay-behind"),
        (
            "too long",
            resigned(&|body| {
                let envelope = Blob(vec![0; HANDED_BYTES_MAX]);
                body.command = Command::Release { lot: "lot-1".parse().unwrap(), envelope };
            }),
            "relay-too-large",
        ),
        ("another command", bytes(&case.signed("bidder-4", Command::SignIn {})), "relay-refused"),
        ("a key nobody knows", bytes(&case.signed("nobody", rescue.clone())), "relay-refused"),
        ("no bidder", bytes(&case.signed("tenderer", rescue.clone())), "relay-refused"),
        ("a bidder that is not listed", bytes(&not_listed), "relay-refused"),
        ("what stands in the log", bytes(&case.release(0)), "relay-exists"),
        ("a request that stands in the log", bytes(&case.signed("bidder-3", rescue.clone())), "relay-exists"),
    ] {
        assert_eq!(code(&peer, &body), expected, "{case_of}");
    }
    peer.relays.take(&bytes(&first)).unwrap();
    assert_eq!(code(&peer, &bytes(&second)), "relay-other");
    peer.relays.take(&bytes(&case.signed("bidder-4", rescue.clone()))).expect("one of each kind");
    let until = case.host.centre.borrow().tender().window_until.unwrap();
    case.host.clock.set(until.unix_ms());
    peer.relays.take(&bytes(&case.signed("bidder-0", rescue.clone()))).expect("up to the end");
    case.host.clock.set(until.unix_ms() + 1);
    assert_eq!(code(&peer, &bytes(&case.signed("bidder-1", rescue.clone()))), "relay-late");
    step(&mut follower);
    case.host.clock.set(until.unix_ms() - 1_000);
    let late = bytes(&case.signed("bidder-2", rescue));
    assert_eq!(code(&peer, &late), "relay-late", "a clock that goes back opens nothing again");
}

#[test]
fn a_peer_takes_nothing_where_the_rules_do_not_say_so_or_while_all_stands_still() {
    let case = Case { host: Host::in_window(), folder: tempfile::tempdir().unwrap() };
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert_eq!(code(&peer, &bytes(&case.release(DROPPED))), "relay-not-here");
    case.after_window();
    step(&mut follower);
    assert!(case.given().is_empty(), "and it says nothing about it: {:?}", case.given());

    let case = Case::in_window();
    let (peer, mut follower) = case.start();
    {
        let mut centre = case.host.centre.borrow_mut();
        let until = centre.now.plus_ms(500);
        let order = Command::Order {
            measure: Measure::Suspend { until },
            article: "article 62".into(),
            reason: "a complaint".into(),
        };
        centre.expect_events("supervisor", TENDER, order);
        centre.checkpoint();
    }
    step(&mut follower);
    let release = bytes(&case.release(DROPPED));
    assert_eq!(code(&peer, &release), "relay-suspended");
    let now = case.host.centre.borrow().now;
    case.host.clock.set(now.unix_ms() + 501);
    peer.relays.take(&release).expect("it goes on, in a window that is longer");
}

#[test]
fn before_close_a_holder_takes_nothing_and_shows_nothing() {
    let case = Case { host: Host::relaying(), folder: tempfile::tempdir().unwrap() };
    let bidder = Bidder::register(&mut case.host.centre.borrow_mut(), "early");
    bidder.submit(&mut case.host.centre.borrow_mut(), 1, "9000000.00");
    case.host.centre.borrow_mut().checkpoint();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    let rescue = case.signed("early", Command::AskRescue { lot: "lot-1".parse().unwrap() });
    let nobody = case.signed("nobody", Command::AskRescue { lot: "lot-1".parse().unwrap() });
    assert_eq!(code(&peer, &bytes(&rescue)), "relay-behind");
    assert_eq!(code(&peer, &bytes(&nobody)), "relay-behind", "whether somebody has bid is not told apart");
    assert!(case.given().is_empty());
}

#[test]
fn a_restored_peer_takes_nothing_and_says_nothing() {
    let case = Case::in_window();
    let restored = case.host.centre.borrow().now;
    drop(case.start());
    ximu_peer::directory::mark_restored(case.folder.path(), restored).unwrap();
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert_eq!(code(&peer, &bytes(&case.release(DROPPED))), "relay-restored");
    case.after_window();
    step(&mut follower);
    assert!(case.given().is_empty(), "it may have been handed what it does not know: {:?}", case.given());
}

#[test]
fn nothing_that_was_signed_for_is_lost_at_any_step() {
    for (point, fault) in [
        (HANDED, Fault::Error),
        (HANDED, Fault::ErrorAfterPersist),
        (WINDOW_SHUT, Fault::Error),
        (WINDOW_SHUT, Fault::ErrorAfterPersist),
        (RELAY, Fault::Error),
        (RELAY, Fault::ErrorAfterPersist),
        (SENT, Fault::Error),
        (SENT, Fault::ErrorAfterPersist),
    ] {
        let case = Case::in_window();
        let fail = FailPoints::once(point, NonZeroU64::MIN, fault);
        let (peer, mut follower) = case.start_with(&fail);
        step(&mut follower);
        let dropped = bytes(&case.release(DROPPED));
        let first = peer.relays.take(&dropped);
        assert_eq!(first.is_err(), point == HANDED, "{point}");
        if let Ok(first) = &first {
            let again = peer.relays.take(&dropped).unwrap();
            assert_eq!((&first.answer, again.fresh.is_some()), (&again.answer, false), "{point}");
        }
        let answer = peer.relays.take(&dropped).unwrap().answer;
        case.after_window();
        step(&mut follower);
        // A host answers the same command alike; the simulated one does not know, so it shows what it has.
        case.host.centre.borrow_mut().checkpoint();
        drop((peer, follower));
        let (peer, mut follower) = case.start();
        step(&mut follower);
        assert_eq!(peer.relays.take(&dropped).unwrap().answer, answer, "{point}: what was signed for stays");
        for _ in 0..4 {
            step(&mut follower);
            case.host.centre.borrow_mut().checkpoint();
        }
        let party = &case.host.cast[DROPPED].0.party;
        let centre = case.host.centre.borrow();
        assert!(centre.tender().releases.contains_key(party), "{point}: {:?}", peer.health.concerns());
        assert!(
            centre.tender().relays_done.contains(&u8::try_from(OURS + 1).unwrap()),
            "{point}: {:?}",
            case.given()
        );
    }
}

#[test]
fn one_command_that_the_host_refuses_does_not_stop_those_after_it() {
    for (refused, other) in [(3, 4), (4, 3)] {
        let case = Case::in_window();
        let (peer, mut follower) = case.start();
        step(&mut follower);
        for number in [refused, other] {
            peer.relays.take(&bytes(&case.release(number))).unwrap();
        }
        case.host.lies.borrow_mut().refuses = Some(Key::of(&case.host.cast[refused].0.label).public());
        case.after_window();
        step(&mut follower);
        assert_eq!(concern(&peer).as_deref(), Some("mismatch"));
        {
            let centre = case.host.centre.borrow();
            let stands =
                |number: usize| centre.tender().releases.contains_key(&case.host.cast[number].0.party);
            assert_eq!((stands(refused), stands(other)), (false, true));
        }
        assert!(!case.given().contains(&"relays_done"), "something is left");
        case.host.lies.borrow_mut().refuses = None;
        case.host.centre.borrow_mut().checkpoint();
        step(&mut follower);
        let party = &case.host.cast[refused].0.party;
        assert!(case.host.centre.borrow().tender().releases.contains_key(party), "it is tried again");
    }
}
