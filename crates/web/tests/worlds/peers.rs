//! The other centres: the product's own peers over folders of their own, asked by the centre without a network. What
//! each of them is asked and answers is kept, but for the second copies, whose keeper may count them.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::Router;
use tokio::runtime::{Handle, Runtime};
use ximu_basics::{Signature, json::from_canonical};
use ximu_client::{peer::CustodyAnswer, statement::origin_hash};
use ximu_journal::FailPoints;
use ximu_office::{Custody, CustodyError, CustodyRequest, WitnessError, Witnesses};
use ximu_peer::{Entropy, LogConfig, Peer, PeerConfig};
use ximu_sim::{
    Key,
    centre::{ORIGIN, policy as any_three},
    keys::seed,
    rules::PEERS,
};

use super::{
    PATIENCE,
    clock::FakeClock,
    net::{Answer, ask, get, request},
};

/// The centre that keeps second copies.
pub const KEEPER: &str = PEERS[0];

/// The policy of both worlds: all four peers must cosign. With fewer, the fastest would stand in a checkpoint, and
/// which they are is chance.
pub fn policy() -> String {
    let text = any_three().replace("group others 3 ", "group others 4 ");
    assert!(text.contains("group others 4 "));
    text
}

/// All peers.
pub struct Peers {
    /// Each by its name.
    pub peers: BTreeMap<String, Arc<Peer>>,
    routers: BTreeMap<String, Router>,
    folder: PathBuf,
    runtime: Option<Runtime>,
    handle: Handle,
    gate: Mutex<Gate>,
    gate_changed: Condvar,
    /// A witness that does not answer.
    away: Mutex<Option<&'static str>>,
    /// Whether the keeper of second copies answers.
    keeper_up: AtomicBool,
    exchanges: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Peers {
    /// Opens all four over folders below this one.
    pub fn open(folder: &Path, clock: &Arc<FakeClock>) -> Peers {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut peers = BTreeMap::new();
        for name in PEERS {
            let mut config = PeerConfig::new(folder.join(name), name, Key::of(name).secret);
            // Nobody is called there: the follower is given the centre's router.
            let centre = "http://127.0.0.1:9".parse().unwrap();
            config.logs.push(LogConfig { origin: ORIGIN.into(), policy: policy(), centre });
            let entropy = Entropy::new(move || Some(seed("epoch", name)));
            let peer = Peer::open(&config, clock.clone(), entropy, &FailPoints::none()).unwrap();
            peers.insert(name.to_string(), Arc::new(peer));
        }
        let routers =
            peers.iter().map(|(name, peer)| (name.clone(), ximu_peer::router(peer.clone()))).collect();
        Peers {
            peers,
            routers,
            folder: folder.to_owned(),
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            gate: Mutex::default(),
            gate_changed: Condvar::new(),
            away: Mutex::default(),
            keeper_up: AtomicBool::new(true),
            exchanges: Mutex::default(),
        }
    }

    /// Has the witnesses keep their answers back, or give them again.
    pub fn hold(&self, held: bool) {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner).held = held;
        self.gate_changed.notify_all();
    }

    /// Waits until every witness was asked and keeps its answer back: then all that is asked about is published.
    pub fn wait_until_held(&self) {
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = |gate: &mut Gate| gate.waiting < PEERS.len();
        let waited = self.gate_changed.wait_timeout_while(gate, PATIENCE, missing);
        assert!(!waited.unwrap_or_else(PoisonError::into_inner).1.timed_out(), "the witnesses are not asked");
    }

    /// Takes one witness down, or brings it back.
    pub fn away(&self, witness: Option<&'static str>) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = witness;
    }

    /// Takes the keeper of second copies down or brings it back.
    pub fn keeper_up(&self, up: bool) {
        self.keeper_up.store(up, Ordering::SeqCst);
    }

    /// What a stranger gets from a peer.
    pub fn ask(&self, name: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        ask(&self.handle, &self.routers[name], request(method, path, &[], body.to_vec()))
    }

    /// Everything the centre asked this peer since the last call, and its answers.
    pub fn exchanges(&self, name: &str) -> Vec<u8> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).remove(name).unwrap_or_default()
    }

    /// The files of a peer by their paths; of the keeper those beside the copies.
    pub fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = self.folder.join(name);
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let shown = path.strip_prefix(&root).unwrap().display().to_string();
                if name == KEEPER && shown == "custody" {
                    continue;
                }
                if path.is_dir() {
                    files.insert(format!("{shown}/"), Vec::new());
                    folders.push(path);
                } else {
                    files.insert(shown, fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// Asks as the centre does, keeping what is asked and answered.
    fn exchange(&self, name: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        let answer = self.ask(name, method, path, body);
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let all = exchanges.entry(name.to_string()).or_default();
        all.extend_from_slice(format!("{method} {path}\n").as_bytes());
        all.extend_from_slice(body);
        all.push(b'\n');
        all.extend_from_slice(&answer.bytes());
        answer
    }

    fn wait_until_released(&self) {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        gate.waiting += 1;
        self.gate_changed.notify_all();
        let gate = self.gate_changed.wait_while(gate, |gate| gate.held);
        gate.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

/// Where witnesses wait before they answer.
#[derive(Default)]
struct Gate {
    held: bool,
    waiting: usize,
}

impl Drop for Peers {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn refused(answer: &Answer) -> WitnessError {
    WitnessError::Refused { status: answer.status, found: answer.text() }
}

impl Witnesses for Peers {
    fn add_checkpoint(&self, witness: &str, body: &str) -> Result<String, WitnessError> {
        self.wait_until_released();
        if *self.away.lock().unwrap_or_else(PoisonError::into_inner) == Some(witness) {
            return Err(WitnessError::Unreachable { found: "connection refused".into() });
        }
        let answer = self.exchange(witness, "POST", "/add-checkpoint", body.as_bytes());
        match answer.status {
            200 => Ok(answer.text()),
            409 => Err(WitnessError::Conflict { size: answer.text().trim().parse().unwrap() }),
            _ => Err(refused(&answer)),
        }
    }

    fn newest(&self, witness: &str, origin: &str) -> Result<Option<String>, WitnessError> {
        let answer = self.exchange(witness, "GET", &format!("/newest/{}", origin_hash(origin)), &[]);
        match answer.status {
            200 => Ok(Some(answer.text())),
            404 => Ok(None),
            _ => Err(refused(&answer)),
        }
    }

    fn mirrored(&self, witness: &str, origin: &str, path: &str) -> Result<Vec<u8>, WitnessError> {
        let answer = self.exchange(witness, "GET", &format!("/mirror/{}/{path}", origin_hash(origin)), &[]);
        if answer.status == 200 { Ok(answer.body) } else { Err(refused(&answer)) }
    }
}

impl Custody for Peers {
    fn store(&self, asked: CustodyRequest<'_>, reader: &mut dyn Read) -> Result<Signature, CustodyError> {
        let mut body = Vec::new();
        reader.read_to_end(&mut body).unwrap();
        if !self.keeper_up.load(Ordering::SeqCst) {
            return Err(CustodyError::Unreachable { found: "connection refused".into() });
        }
        let signature = asked.signature.to_string();
        let headers = [("ximu-signature", signature.as_str())];
        let answer = ask(
            &self.handle,
            &self.routers[asked.peer],
            request("PUT", &custody_path(&asked), &headers, body),
        );
        match from_canonical::<CustodyAnswer>(&answer.body) {
            Ok(kept) if answer.status < 300 => Ok(kept.signature),
            _ => Err(CustodyError::Refused { status: answer.status, found: answer.text() }),
        }
    }

    fn fetch(&self, asked: CustodyRequest<'_>) -> Result<Box<dyn Read + Send>, CustodyError> {
        let mut question = get(&custody_path(&asked));
        question.headers_mut().insert("ximu-signature", asked.signature.to_string().parse().unwrap());
        let answer = ask(&self.handle, &self.routers[asked.peer], question);
        if answer.status == 200 {
            return Ok(Box::new(std::io::Cursor::new(answer.body)));
        }
        Err(CustodyError::Refused { status: answer.status, found: answer.text() })
    }
}

fn custody_path(asked: &CustodyRequest<'_>) -> String {
    let (origin, procedure) = (origin_hash(asked.origin), asked.procedure);
    format!("/custody/{origin}/{procedure}/{}?bytes={}", asked.commitment, asked.bytes)
}
