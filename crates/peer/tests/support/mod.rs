//! A peer on a real socket, a clock that stands still, and a log that signs whatever a test wants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use ximu_basics::{Hash, Instant, PublicKey};
use ximu_client::{Address, Timeouts, Trust};
use ximu_journal::failpoint::FailPoints;
use ximu_peer::{Clock, Entropy, LogConfig, OpenError, Peer, PeerConfig};
use ximu_tlog::{
    Checkpoint, Cosigner, Note, NoteSigner, Tree,
    merkle::{leaf_hash, prove_consistency},
    witness::AddCheckpoint,
};

pub mod host;

pub const PEER: &str = "nantong.example";
pub const PEER_KEY: [u8; 32] = [21; 32];
pub const ORIGIN: &str = "yichang.example/log";
pub const LOG_KEY: [u8; 32] = [11; 32];
pub const NOW_MS: i64 = 1_591_149_600_000;

/// A clock that a test moves.
#[derive(Clone)]
pub struct FakeClock(pub Arc<AtomicI64>);

impl FakeClock {
    pub fn new() -> FakeClock {
        FakeClock(Arc::new(AtomicI64::new(NOW_MS)))
    }

    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.0.load(Ordering::SeqCst))
    }
}

/// Different bytes at every draw, the same in every run.
pub fn entropy() -> Entropy {
    let draws = AtomicU64::new(1);
    Entropy::new(move || Some(Hash::of(&draws.fetch_add(1, Ordering::SeqCst).to_be_bytes()).0))
}

/// A policy with this log and this peer, and a quorum of the peer alone.
pub fn policy(origin: &str, log_key: &[u8; 32]) -> String {
    let log = NoteSigner::new(origin, log_key).unwrap();
    let peer = Cosigner::new(PEER, &PEER_KEY).unwrap();
    format!("log {}\nwitness {PEER} {}\nquorum {PEER}\n", log.verifier(), peer.verifier())
}

pub fn log_config(origin: &str, log_key: &[u8; 32]) -> LogConfig {
    let centre = "http://127.0.0.1:9".parse().unwrap();
    LogConfig { origin: origin.into(), policy: policy(origin, log_key), centre }
}

pub fn config(data_dir: &Path) -> PeerConfig {
    let mut config = PeerConfig::new(data_dir, PEER, PEER_KEY);
    config.logs.push(log_config(ORIGIN, &LOG_KEY));
    config
}

pub fn open(config: &PeerConfig, clock: &FakeClock, fail: &FailPoints) -> Result<Peer, OpenError> {
    Peer::open(config, Arc::new(clock.clone()), entropy(), fail)
}

/// A peer on a port of its own; it ends with this value.
pub struct Served {
    pub address: Address,
    pub client: ximu_client::Peer,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Served {
    pub fn start(peer: Peer) -> Served {
        Served::over(Arc::new(peer))
    }

    pub fn over(peer: Arc<Peer>) -> Served {
        Served::with_blocking_threads(512, peer)
    }

    pub fn with_blocking_threads(most: usize, peer: Arc<Peer>) -> Served {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.enable_all().max_blocking_threads(most).build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address: Address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let router = ximu_peer::router(peer);
        runtime.spawn(async move { axum::serve(listener, router).await });
        let client = ximu_client::Peer::new(address.clone(), &Trust::Public, Timeouts::default()).unwrap();
        Served { address, client, runtime: Some(runtime) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Waits for the blocking work, so that the data directory is free for the next start.
        drop(self.runtime.take());
    }
}

/// A log of numbered leaves that a test grows and forks.
pub struct TestLog {
    pub signer: NoteSigner,
    pub tree: Tree,
}

impl TestLog {
    pub fn new() -> TestLog {
        TestLog { signer: NoteSigner::new(ORIGIN, &LOG_KEY).unwrap(), tree: Tree::new() }
    }

    pub fn grow(&mut self, leaves: u64, kind: &str) {
        for _ in 0..leaves {
            let leaf = format!("{kind} {}", self.tree.size());
            self.tree.push(leaf_hash(leaf.as_bytes()));
        }
    }

    pub fn note(&self) -> Note {
        let text = Checkpoint::new(self.signer.verifier().name(), self.tree.size(), self.tree.root());
        let mut note = Note::new(&text.to_string()).unwrap();
        note.add(self.signer.sign(note.text())).unwrap();
        note
    }

    /// The request that leads from an older size to this one.
    pub fn request(&self, old_size: u64) -> AddCheckpoint {
        let old = old_size.min(self.tree.size());
        let proof = prove_consistency(old, self.tree.size(), &self.tree).unwrap();
        AddCheckpoint { old_size, proof, checkpoint: self.note() }
    }
}

pub fn public(key: &[u8; 32]) -> PublicKey {
    *Cosigner::new("any", key).unwrap().verifier().public()
}
