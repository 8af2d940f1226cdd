//! What a host discloses for leaves that nobody has decided yet, and how much of it a peer keeps (peer 5.1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support;
use crate::support::host::{Host, OURS, Wire};
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use ximu_basics::{Hash, ProcedureId};
use ximu_journal::failpoint::FailPoints;
use ximu_peer::{
    Follower, LogConfig, Peer, PeerConfig, Source,
    follow::{AGAIN_MS, Step},
    health::Part,
    source::{Asking, Fetch, SourceError},
};
use ximu_procedure::wire::{SignedCommand, evaluation::Sitting};
use ximu_sim::{
    Key,
    centre::{ORIGIN, TENDER, policy},
    rules::PEERS,
};
use ximu_tlog::{
    merkle::leaf_hash,
    tile::{Bundle, Tile},
};
use ximu_verify::Disclosed;

/// What the host gives for each procedure while it floods.
const EACH: usize = 1 << 20;

/// A host that gives much for every procedure but the true one, and counts what it was asked for.
struct Flood {
    wire: Wire,
    /// Also for the true one.
    everywhere: Rc<Cell<bool>>,
    given: Rc<Cell<usize>>,
}

impl Source for Flood {
    fn wait(&self, size: u64, patience: Duration) -> Result<Option<String>, SourceError> {
        self.wire.wait(size, patience)
    }
    fn bundle(&self, bundle: Bundle) -> Result<Option<Vec<u8>>, SourceError> {
        self.wire.bundle(bundle)
    }
    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, SourceError> {
        self.wire.tile(tile)
    }
    fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<Disclosed>>, SourceError> {
        if procedure.as_str() == TENDER && !self.everywhere.get() {
            return self.wire.operations(procedure);
        }
        self.given.set(self.given.get() + 1);
        Ok(Some(vec![Disclosed { operation: "x".repeat(EACH), order: 0, slot: 0 }]))
    }
    fn sitting(&self, procedure: &ProcedureId, asking: &Asking) -> Result<Option<Sitting>, SourceError> {
        self.wire.sitting(procedure, asking)
    }
    fn form(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Option<Vec<u8>>, SourceError> {
        self.wire.form(procedure, commitment)
    }
    fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        self.wire.body_header(procedure, commitment, asking)
    }
    fn body(&self, procedure: &ProcedureId, commitment: &Hash) -> Fetch {
        self.wire.body(procedure, commitment)
    }
    fn give(&self, command: &SignedCommand) -> Result<(), SourceError> {
        self.wire.give(command)
    }
}

struct Case {
    host: Host,
    folder: tempfile::TempDir,
    everywhere: Rc<Cell<bool>>,
    given: Rc<Cell<usize>>,
}

impl Case {
    fn new() -> Case {
        Case::over(Host::in_window())
    }

    fn over(host: Host) -> Case {
        let folder = tempfile::tempdir().unwrap();
        Case { host, folder, everywhere: Rc::default(), given: Rc::default() }
    }

    fn follow(&self, peer: &Arc<Peer>) -> Follower<Flood> {
        let (everywhere, given) = (self.everywhere.clone(), self.given.clone());
        let source = Flood { wire: self.host.wire(), everywhere, given };
        Follower::new(peer.clone(), ORIGIN, source).unwrap().unwrap()
    }

    /// Puts so many leaves into the log that look like those of the true tender which have this event.
    fn imitate(&self, event: &str, number: usize) {
        let leaves = self.host.centre.borrow().leaves.clone();
        self.imitate_from(&leaves, event, number);
    }

    /// The same, of another log.
    fn imitate_from(&self, leaves: &[Vec<u8>], event: &str, number: usize) {
        let mut centre = self.host.centre.borrow_mut();
        let wanted = format!(r#""type":"{event}""#);
        let leaf = leaves.iter().find(|leaf| String::from_utf8_lossy(leaf).contains(&wanted));
        let leaf = String::from_utf8(leaf.unwrap().clone()).unwrap();
        for number in 0..number {
            let leaf = leaf.replace(TENDER, &format!("false-{number}")).into_bytes();
            centre.tree.push(leaf_hash(&leaf));
            centre.leaves.push(leaf);
        }
    }
}

fn concern(peer: &Peer) -> Option<String> {
    let concerns = peer.health.concerns();
    concerns.iter().find(|concern| concern.part == Part::Holder).map(|concern| concern.code.clone())
}

/// Our peer, which keeps no more than this of one log.
fn small(case: &Case, folder: &Path, mirror_bytes_max: u64) -> Arc<Peer> {
    let mut config = PeerConfig::new(folder, PEERS[OURS], Key::of(PEERS[OURS]).secret);
    let centre = "http://127.0.0.1:9".parse().unwrap();
    config.logs.push(LogConfig { origin: ORIGIN.into(), policy: policy(), centre });
    config.mirror_bytes_max = mirror_bytes_max;
    Arc::new(support::open(&config, &case.host.clock, &FailPoints::none()).unwrap())
}

#[test]
fn leaves_that_only_look_like_close_bring_at_most_one_answer_into_a_peers_memory() {
    for (published, everywhere) in [(false, false), (true, false), (false, true), (true, true)] {
        let case = Case::new();
        case.everywhere.set(everywhere);
        if published {
            case.imitate("published", 24);
        }
        case.imitate("closed", 24);
        case.host.centre.borrow_mut().checkpoint().unwrap();
        let peer = case.host.peer(case.folder.path(), &FailPoints::none());
        let mut follower = case.follow(&peer);
        for _ in 0..3 {
            assert_eq!(follower.step(Duration::from_secs(1)), Step::Halted);
            assert!(case.given.get() <= 1, "{published} {everywhere}: {}", case.given.get());
        }
        let found = concern(&peer).unwrap();
        assert!(!found.is_empty() && found != "disclosed-full", "what is false is said: {found}");
    }
}

#[test]
fn a_close_of_what_no_leaf_before_it_has_published_brings_nothing() {
    let (case, other) = (Case::over(Host::sealing()), Host::in_window());
    case.imitate_from(&other.centre.borrow().leaves, "closed", 24);
    case.host.centre.borrow_mut().checkpoint().unwrap();
    let peer = case.host.peer(case.folder.path(), &FailPoints::none());
    let mut follower = case.follow(&peer);
    assert_eq!(follower.step(Duration::from_secs(1)), Step::Halted);
    assert_eq!(case.given.get(), 0, "neither ahead nor when its leaf is to be decided");
    assert!(!peer.health.is_well());
}

#[test]
fn an_answer_that_is_too_large_for_this_peer_is_not_kept_and_one_that_is_not_is_taken_later() {
    let case = Case::new();
    case.everywhere.set(true);
    let peer = small(&case, case.folder.path(), EACH as u64);
    let mut follower = case.follow(&peer);
    for _ in 0..3 {
        assert_eq!(follower.step(Duration::from_secs(1)), Step::Halted);
        assert_eq!(concern(&peer).as_deref(), Some("disclosed-full"));
    }
    let asked = case.given.get();
    assert_eq!(asked, 2, "ahead, and when its leaf was to be decided; not at every step");
    case.everywhere.set(false);
    let now = case.host.centre.borrow().now;
    case.host.clock.set(now.plus_ms(AGAIN_MS).unix_ms());
    follower.step(Duration::from_secs(1));
    assert_eq!(concern(&peer), None, "the true one has room");
}
