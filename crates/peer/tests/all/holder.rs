//! The holder against a simulated centre: an honest one gets its shares once, a lying one gets nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support;
use crate::support::host::{Disclosure, Host, OURS, Wire, step, tender_id};
use std::num::NonZeroU64;
use std::sync::Arc;
use ximu_basics::Hash;
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::{
    Follower, Peer,
    archive::ARCHIVE,
    follow::AGAIN_MS,
    follow::Step,
    health::Part,
    holder::{RELEASE, SENT},
    mirror::{BUNDLE, HEAD},
};
use ximu_procedure::wire::{Command, Event, Leaf, Outcome};
use ximu_sim::{Bidder, Centre, centre::TENDER, rules::PEERS};

struct Case {
    host: Host,
    folder: tempfile::TempDir,
}

impl Case {
    fn new(host: Host) -> Case {
        Case { host, folder: tempfile::tempdir().unwrap() }
    }

    fn start(&self) -> (Arc<Peer>, Follower<Wire>) {
        self.start_with(&FailPoints::none())
    }

    fn start_with(&self, fail: &FailPoints) -> (Arc<Peer>, Follower<Wire>) {
        let peer = self.host.peer(self.folder.path(), fail);
        let follower = self.host.follower(&peer);
        (peer, follower)
    }
}

/// The codes on `/healthz` for a part.
fn concern(peer: &Peer, part: Part) -> Option<String> {
    peer.health.concerns().into_iter().find(|concern| concern.part == part).map(|concern| concern.code)
}

/// Asserts that the host got nothing and `/healthz` says why.
fn refuses(case: &Case, peer: &Peer, follower: &mut Follower<Wire>, part: Part, code: &str) {
    for _ in 0..3 {
        step(follower);
        assert!(case.host.given.borrow().is_empty(), "nothing may be released: {code}");
    }
    assert_eq!(concern(peer, part).as_deref(), Some(code), "{:?}", peer.health.concerns());
    assert!(!peer.health.is_well(), "and somebody must look: {code}");
}

#[test]
fn an_honest_centre_gets_the_shares_once_and_the_opening_goes_on() {
    let case = Case::new(Host::opening());
    let (peer, mut follower) = case.start();
    assert_eq!(step(&mut follower), Step::Forward);
    assert!(case.host.released());
    assert_eq!(step(&mut follower), Step::Idle, "it was taken, and the next checkpoint will show it");
    case.host.centre.borrow_mut().checkpoint();
    assert_eq!(step(&mut follower), Step::Forward);
    assert_eq!(step(&mut follower), Step::Idle);
    assert_eq!(case.host.given.borrow().len(), 1, "given once, for it stands in the log");
    assert!(peer.health.concerns().is_empty());
    case.host.centre.borrow_mut().holding = [true; 4];
    case.host.centre.borrow_mut().advance_ms(1);
    assert_eq!(case.host.centre.borrow().tender().opened.len(), 4);
    assert_eq!(step(&mut follower), Step::Forward, "the reading re-decides too");
    assert!(peer.health.concerns().is_empty(), "{:?}", peer.health.concerns());
}

#[test]
fn a_holder_that_comes_after_the_opening_gives_nothing() {
    let case = Case::new(Host::opening());
    case.host.centre.borrow_mut().holding = [true, false, true, true];
    case.host.centre.borrow_mut().advance_ms(1);
    assert_eq!(case.host.centre.borrow().tender().opened.len(), 4);
    let (peer, mut follower) = case.start();
    assert_eq!(step(&mut follower), Step::Forward);
    assert!(case.host.given.borrow().is_empty());
    assert!(peer.health.concerns().is_empty(), "{:?}", peer.health.concerns());
}

#[test]
fn nothing_is_released_before_the_window_has_ended() {
    let case = Case::new(Host::in_window());
    let (peer, mut follower) = case.start();
    let until = case.host.centre.borrow().tender().window_until.unwrap();
    for ms in [0, 1, 500] {
        case.host.centre.borrow_mut().advance_ms(ms);
        case.host.clock.set(until.unix_ms() + 100_000);
        step(&mut follower);
        assert!(case.host.given.borrow().is_empty(), "the log has not ended the window");
    }
    assert!(peer.health.concerns().is_empty(), "and nothing is wrong");
}

#[test]
fn a_window_that_ends_early_on_the_holders_own_clock_waits_for_that_clock() {
    let case = Case::new(Host::opening());
    let (peer, mut follower) = case.start();
    let until = case.host.centre.borrow().tender().window_until.unwrap();
    for late in [-60_000, -1_001] {
        case.host.clock.set(until.unix_ms() + late);
        refuses(&case, &peer, &mut follower, Part::Holder, "release-early");
    }
    for late in [-1_000, -1, 0] {
        case.host.clock.set(until.unix_ms() + late);
        step(&mut follower);
        assert_eq!(concern(&peer, Part::Holder), None, "two honest clocks differ a little");
        assert!(case.host.given.borrow().is_empty(), "and it waits all the same");
    }
    case.host.clock.set(until.unix_ms() + 1);
    step(&mut follower);
    assert!(case.host.released(), "no new checkpoint was needed");
}

#[test]
fn a_close_on_old_evidence_gets_nothing_from_a_holder_that_saw_a_newer_checkpoint_in_time() {
    let case = Case::new(Host::sealing());
    let (peer, mut follower) = case.start();
    let (cast, old, deadline) = {
        let mut centre = case.host.centre.borrow_mut();
        let deadline = centre.tender().deadline;
        let mut cast = Vec::new();
        for label in ["a", "b", "c"] {
            let bidder = Bidder::register(&mut centre, label);
            let bid = bidder.submit(&mut centre, 1, "9100000.00");
            cast.push((bidder, bid));
        }
        centre.advance_to(deadline.plus_ms(-1_000));
        let old = centre.checkpoints.last().cloned().unwrap();
        // The rival's beat is cosigned in time: it has its receipt.
        Bidder::register(&mut centre, "rival").submit(&mut centre, 1, "9000000.00");
        centre.advance_to(deadline);
        (cast, old, deadline)
    };
    step(&mut follower);
    drop((peer, follower));
    let until = {
        let mut centre = case.host.centre.borrow_mut();
        centre.now = deadline.plus_ms(1);
        centre.cut_beat(deadline.plus_ms(1));
        let close = Command::Close { evidence: old, seed: centre.class_seed() };
        centre.expect_events("centre", TENDER, close);
        assert_eq!(centre.tender().list.len(), 3, "the rival is not on the list");
        for (bidder, bid) in &cast {
            let release = bidder.release(&centre, bid);
            centre.expect_events(&bidder.label, TENDER, release);
        }
        centre.checkpoint();
        let until = centre.tender().window_until.unwrap();
        centre.advance_to(until);
        until
    };
    case.host.clock.set(until.unix_ms() + 1);
    let (peer, mut follower) = case.start();
    refuses(&case, &peer, &mut follower, Part::Holder, "release-evidence-old");
    // A holder that never saw the newer checkpoint cannot know; the receipt of the rival shows it to verify.
    let fresh = Case::new(case.host);
    let (_peer, mut follower) = fresh.start();
    step(&mut follower);
    assert!(fresh.host.released());
}

#[test]
fn a_centre_that_shortens_the_opening_list_gets_nothing() {
    let host = Host::in_window();
    let case = Case::new(host);
    // The centre leaves the last bidder out of its own CLOSE, as an entry that it writes otherwise than decided.
    let leaves: Vec<Vec<u8>> = case
        .host
        .centre
        .borrow()
        .leaves
        .iter()
        .map(|leaf| match Leaf::from_bytes(leaf).unwrap() {
            Leaf::Entry(mut entry) => {
                if let Outcome::Events(events) = &mut entry.outcome {
                    for event in events {
                        if let Event::Closed { list, .. } = event {
                            list.pop();
                        }
                    }
                }
                Leaf::Entry(entry).to_bytes().unwrap()
            }
            other @ (Leaf::Beat(_) | Leaf::Veil(_)) => other.to_bytes().unwrap(),
        })
        .collect();
    relog(&case, leaves);
    let (peer, mut follower) = case.start();
    refuses(&case, &peer, &mut follower, Part::Holder, "entry-outcome");
}

/// Lets the host publish other leaves, with a checkpoint that its witnesses have cosigned.
fn relog(case: &Case, leaves: Vec<Vec<u8>>) {
    let mut centre = case.host.centre.borrow_mut();
    let honest = (centre.leaves.clone(), centre.tree.clone());
    centre.tree = leaves.iter().map(|leaf| ximu_tlog::merkle::leaf_hash(leaf)).collect();
    let note = centre.checkpoint().unwrap();
    (centre.leaves, centre.tree) = honest;
    let mut lies = case.host.lies.borrow_mut();
    lies.leaves = Some(leaves);
    lies.note = Some(note);
}

#[test]
fn operations_that_are_not_those_of_the_beats_release_nothing_until_the_true_ones_come() {
    let lies: [(&str, Disclosure, &str); 4] = [
        ("withheld", |_| None, "holder-withheld"),
        (
            "one is missing",
            |mut all| {
                all.pop();
                Some(all)
            },
            "beat-root",
        ),
        (
            "one in another slot",
            |mut all| {
                all[0].slot ^= 1;
                Some(all)
            },
            "operation-slot",
        ),
        (
            "one is changed",
            |mut all| {
                all[0].operation = all[0].operation.replacen("\"version\":1", "\"version\":2", 1);
                Some(all)
            },
            "operation-outcome",
        ),
    ];
    for (name, lie, code) in lies {
        let case = Case::new(Host::opening());
        case.host.lies.borrow_mut().operations = Some(lie);
        let (peer, mut follower) = case.start();
        refuses(&case, &peer, &mut follower, Part::Holder, code);
        case.host.lies.borrow_mut().operations = None;
        let now = case.host.centre.borrow().now.unix_ms();
        case.host.clock.set(now + AGAIN_MS + 1);
        step(&mut follower);
        assert!(case.host.released(), "{name}: {:?}", peer.health.concerns());
        assert!(peer.health.concerns().is_empty(), "{name}");
    }
}

/// Another history of the same log, of so many leaves.
fn other_history(leaves: usize) -> Centre {
    let mut other = Centre::new();
    while other.leaves.len() < leaves {
        let name = Hash::of(&other.leaves.len().to_be_bytes());
        other.give("stranger", "registry", Command::RegisterParty { name }).unwrap();
    }
    other
}

#[test]
fn two_histories_of_one_log_end_all_releases_also_after_a_restart() {
    for difference in [-8, 0, 8] {
        let case = Case::new(Host::in_window());
        let (peer, mut follower) = case.start();
        assert_eq!(step(&mut follower), Step::Forward);
        let held = case.host.centre.borrow().leaves.len();
        let mut other = other_history(held.checked_add_signed(difference).unwrap());
        case.host.lies.borrow_mut().note = other.checkpoint();
        case.host.lies.borrow_mut().leaves = Some(other.leaves.clone());
        step(&mut follower);
        assert_eq!(concern(&peer, Part::Log).as_deref(), Some("log-forked"), "{difference}");
        // The centre is honest again; it does not help.
        *case.host.lies.borrow_mut() = support::host::Lies::default();
        let until = case.host.centre.borrow().tender().window_until.unwrap();
        case.host.centre.borrow_mut().advance_to(until);
        case.host.clock.set(until.unix_ms() + 1);
        refuses(&case, &peer, &mut follower, Part::Holder, "log-forked");
        drop((peer, follower));
        let (peer, mut follower) = case.start();
        refuses(&case, &peer, &mut follower, Part::Log, "log-forked");
    }
}

#[test]
fn a_history_other_than_the_one_this_peer_cosigned_ends_all_releases() {
    let case = Case::new(Host::opening());
    let (peer, mut follower) = case.start();
    let other = other_history(9);
    let note = {
        let text = ximu_tlog::Checkpoint::new(ximu_sim::centre::ORIGIN, other.tree.size(), other.tree.root());
        let signer =
            ximu_tlog::NoteSigner::new(ximu_sim::centre::ORIGIN, &ximu_sim::Key::of("centre").secret);
        let mut note = ximu_tlog::Note::new(&text.to_string()).unwrap();
        note.add(signer.unwrap().sign(note.text())).unwrap();
        note
    };
    let request = ximu_tlog::witness::AddCheckpoint { old_size: 0, proof: Vec::new(), checkpoint: note };
    let answer = peer.witness.add_checkpoint(request.body().as_bytes());
    assert!(matches!(answer, ximu_peer::witness::WitnessAnswer::Cosigned(_)));
    refuses(&case, &peer, &mut follower, Part::Log, "log-forked");
}

#[test]
fn entries_damaged_on_this_disk_are_fetched_again_and_not_taken_for_a_lie() {
    let case = Case::new(Host::in_window());
    let (peer, mut follower) = case.start();
    assert_eq!(step(&mut follower), Step::Forward);
    let folder = case.folder.path().join("mirror");
    let folder = folder.join(ximu_client::statement::origin_hash(ximu_sim::centre::ORIGIN).to_string());
    let file = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = file.filter(|path| path.display().to_string().contains("entries")).min().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let until = case.host.centre.borrow().tender().window_until.unwrap();
    case.host.centre.borrow_mut().advance_to(until);
    case.host.clock.set(until.unix_ms() + 1);
    drop((peer, follower));
    let (peer, mut follower) = case.start();
    step(&mut follower);
    assert!(case.host.released(), "{:?}", peer.health.concerns());
}

#[test]
fn a_checkpoint_without_the_quorum_moves_nothing() {
    let case = Case::new(Host::in_window());
    let (peer, mut follower) = case.start();
    assert_eq!(step(&mut follower), Step::Forward);
    let until = case.host.centre.borrow().tender().window_until.unwrap();
    case.host.centre.borrow_mut().witnessing = [true, true, false, false];
    case.host.centre.borrow_mut().advance_to(until);
    case.host.clock.set(until.unix_ms() + 1);
    // The centre shows the note all the same.
    let note = {
        let mut centre = case.host.centre.borrow_mut();
        centre.witnessing = [true; 4];
        let full = centre.checkpoint().unwrap();
        centre.checkpoints.pop();
        let lines: Vec<&str> = full.lines().collect();
        format!("{}\n", lines[..lines.len() - 2].join("\n"))
    };
    case.host.lies.borrow_mut().note = Some(note);
    refuses(&case, &peer, &mut follower, Part::Mirror, "checkpoint-untrusted");
}

#[test]
fn entries_that_are_not_those_of_the_checkpoint_are_not_even_decided() {
    let case = Case::new(Host::opening());
    let mut leaves = case.host.centre.borrow().leaves.clone();
    leaves[3].push(b' ');
    case.host.lies.borrow_mut().leaves = Some(leaves);
    let (peer, mut follower) = case.start();
    refuses(&case, &peer, &mut follower, Part::Mirror, "mirror-root");
    case.host.lies.borrow_mut().leaves = None;
    step(&mut follower);
    assert!(case.host.released());
    assert!(peer.health.concerns().is_empty());
}

#[test]
fn a_form_that_is_withheld_or_exchanged_holds_everything_back() {
    let case = Case::new(Host::opening());
    case.host.lies.borrow_mut().no_forms = true;
    let (peer, mut follower) = case.start();
    refuses(&case, &peer, &mut follower, Part::Holder, "holder-withheld");
    case.host.lies.borrow_mut().no_forms = false;
    let commitment = case.host.cast[3].1.form.commitment.root;
    let honest = {
        let mut centre = case.host.centre.borrow_mut();
        let honest = centre.vault[&commitment].clone();
        let other = centre.vault[&case.host.cast[4].1.form.commitment.root].clone();
        centre.vault.insert(commitment, other);
        honest
    };
    refuses(&case, &peer, &mut follower, Part::Holder, "holder-withheld");
    case.host.centre.borrow_mut().vault.insert(commitment, honest);
    step(&mut follower);
    assert!(case.host.released());
}

#[test]
fn a_release_that_got_no_answer_is_sent_again_as_the_same_command() {
    let case = Case::new(Host::opening());
    case.host.lies.borrow_mut().deaf = true;
    for _ in 0..2 {
        let (peer, mut follower) = case.start();
        step(&mut follower);
        step(&mut follower);
        assert_eq!(concern(&peer, Part::Holder).as_deref(), Some("client-timeout"));
    }
    case.host.lies.borrow_mut().deaf = false;
    let (_peer, mut follower) = case.start();
    step(&mut follower);
    assert!(case.host.released());
    let given = case.host.given.borrow();
    assert_eq!(given.len(), 5);
    assert!(given.iter().all(|command| *command == given[0]), "one command, however often");
}

#[test]
fn killed_at_any_step_the_shares_stand_in_the_log_once() {
    for (point, passes) in [(RELEASE, 1), (SENT, 1), (BUNDLE, 1), (HEAD, 1), (ARCHIVE, 2)] {
        for nth in 1..=passes {
            for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
                let case = Case::new(Host::opening());
                let fail = FailPoints::once(point, NonZeroU64::new(nth).unwrap(), fault);
                let (peer, mut follower) = case.start_with(&fail);
                step(&mut follower);
                // Gone, whatever it was doing.
                drop((peer, follower));
                let (peer, mut follower) = case.start();
                case.host.centre.borrow_mut().checkpoint();
                step(&mut follower);
                assert!(case.host.released(), "{point} {nth} {fault:?}: {:?}", peer.health.concerns());
                case.host.centre.borrow_mut().checkpoint();
                step(&mut follower);
                step(&mut follower);
                let in_log = shares_entries(&case);
                assert_eq!(in_log, 1, "{point} {nth} {fault:?}");
            }
        }
    }
}

fn shares_entries(case: &Case) -> usize {
    let centre = case.host.centre.borrow();
    let is_ours = |leaf: &&Vec<u8>| match Leaf::from_bytes(leaf).unwrap() {
        Leaf::Entry(entry) => match entry.outcome {
            Outcome::Events(events) => events
                .iter()
                .any(|event| matches!(event, Event::SharesReleased { holder } if holder == PEERS[OURS])),
            Outcome::Refusal(_) => true,
        },
        Leaf::Beat(_) | Leaf::Veil(_) => false,
    };
    centre.leaves.iter().filter(is_ours).count()
}

#[test]
fn a_holder_without_its_epoch_key_says_so_and_sends_nothing() {
    let case = Case::new(Host::opening());
    let (peer, follower) = case.start();
    drop((peer, follower));
    let folder = case
        .folder
        .path()
        .join("epochs")
        .join(ximu_client::statement::origin_hash(ximu_sim::centre::ORIGIN).to_string());
    std::fs::remove_file(folder.join(tender_id().as_str())).unwrap();
    let mut config =
        ximu_peer::PeerConfig::new(case.folder.path(), PEERS[OURS], ximu_sim::Key::of(PEERS[OURS]).secret);
    config.logs.push(ximu_peer::LogConfig {
        origin: ximu_sim::centre::ORIGIN.into(),
        policy: ximu_sim::centre::policy(),
        centre: "http://127.0.0.1:9".parse().unwrap(),
    });
    let peer = Arc::new(support::open(&config, &case.host.clock, &FailPoints::none()).unwrap());
    let mut follower = case.host.follower(&peer);
    refuses(&case, &peer, &mut follower, Part::Holder, "holder-epoch");
}

#[test]
fn a_silent_centre_is_named_and_forgotten_when_it_speaks() {
    let case = Case::new(Host::opening());
    let (peer, mut follower) = case.start();
    case.host.lies.borrow_mut().silent = true;
    assert_eq!(step(&mut follower), Step::Halted);
    assert_eq!(concern(&peer, Part::Mirror).as_deref(), Some("client-connection"));
    assert!(peer.health.is_well(), "the peer itself is well");
    case.host.lies.borrow_mut().silent = false;
    assert_eq!(step(&mut follower), Step::Forward);
    assert!(peer.health.concerns().is_empty());
}
