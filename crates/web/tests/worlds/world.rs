//! One world: a centre with its store, vault, pages and interface, its four peers, the people who use it, and
//! everything that was seen of it.

use std::{
    cell::RefCell,
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Condvar, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::Request,
};
use http_body::Frame;
use tempfile::TempDir;
use tokio::{
    runtime::Runtime,
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
};
use ximu_basics::{Hash, Instant, ProcedureId, json::to_canonical};
use ximu_journal::{FailPoints, SqliteStore};
use ximu_office::{Condition, Office, OfficeConfig, Parts, View, statement};
use ximu_peer::Follower;
use ximu_procedure::wire::Command;
use ximu_sim::{
    Key,
    centre::{ORIGIN, START},
    keys::seed,
    rules::PEERS,
};
use ximu_tlog::tile::bundles_touched;
use ximu_vault::Vault;
use ximu_web::{Host, OfficeHost, Site, host::PeerAddress, metrics_router, router};

use super::{
    PATIENCE,
    clock::FakeClock,
    follow::{self, Line},
    lines::Lines,
    net::{Answer, answer, ask, get, request},
    peers::Peers,
    people::People,
    record::Record,
    watch::Watcher,
};

/// The uploads and commands that nobody but their sender sees are kept apart under this word.
pub const OWN: &str = "own";

/// One world.
pub struct World {
    // Dropped in this order.
    watchers: Vec<Watcher>,
    followers: Vec<(String, Follower<follow::Centre>)>,
    /// A request that waits for a checkpoint of this size.
    waiter: Option<(u64, JoinHandle<Answer>)>,
    /// A sender that takes its time.
    slow: Option<(Sender<Bytes>, JoinHandle<Answer>)>,
    line: Line,
    centre: Option<Centre>,
    pub peers: Arc<Peers>,
    pub clock: Arc<FakeClock>,
    pub people: People,
    pub record: Record,
    /// The ids of public commands, which everybody can compute from the entries.
    pub public: Vec<Hash>,
    /// What nobody may find before CLOSE, each with its name.
    pub secrets: Vec<(String, Vec<u8>)>,
    /// The views that the site has heard of.
    told: Arc<Told>,
    seeds: u8,
    pub lines: Lines,
    dir: TempDir,
}

/// A body that comes piece by piece.
struct Slow(Receiver<Bytes>);

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

/// The views of which listeners have heard.
#[derive(Default)]
struct Told {
    views: Mutex<Vec<Arc<View>>>,
    more: Condvar,
}

impl Told {
    fn hear(&self, view: &Arc<View>) {
        self.views.lock().unwrap().push(view.clone());
        self.more.notify_all();
    }

    /// Waits until this view was heard of; forgets those before. The first view of a centre is told to nobody.
    fn wait_for(&self, view: &Arc<View>) {
        let told = |views: &mut Vec<Arc<View>>| !views.iter().any(|heard| Arc::ptr_eq(heard, view));
        let views = self.views.lock().unwrap();
        let (mut views, waited) = self.more.wait_timeout_while(views, PATIENCE, told).unwrap();
        assert!(!waited.timed_out(), "nobody hears of a view");
        let at = views.iter().position(|heard| Arc::ptr_eq(heard, view)).unwrap();
        views.drain(..at);
    }
}

/// A centre that runs.
struct Centre {
    router: Router,
    metrics: Router,
    office: Arc<Office>,
    runtime: Runtime,
}

impl World {
    /// A world before the founding of its log.
    pub fn new() -> World {
        let lines = Lines::take();
        let dir = TempDir::new().unwrap();
        let clock = Arc::new(FakeClock::at(START));
        let peers = Arc::new(Peers::open(&dir.path().join("peers"), &clock));
        let line: Line = Rc::new(RefCell::new(None));
        let follow = |name: &str| {
            let follower =
                Follower::new(peers.peers[name].clone(), ORIGIN, follow::Centre(line.clone())).unwrap();
            (name.to_string(), follower.unwrap())
        };
        let mut world = World {
            watchers: Vec::new(),
            followers: PEERS.iter().map(|name| follow(name)).collect(),
            waiter: None,
            slow: None,
            line,
            centre: None,
            peers,
            clock,
            people: People::new(),
            record: Record::default(),
            public: Vec::new(),
            secrets: Vec::new(),
            told: Arc::default(),
            seeds: 0,
            lines,
            dir,
        };
        world.start();
        world
    }

    /// Starts the centre over its disk.
    fn start(&mut self) {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let office = Arc::new(Office::open(self.config(), self.parts()).unwrap());
        let addresses = PEERS
            .iter()
            .map(|name| PeerAddress { name: (*name).to_string(), url: format!("https://{name}/") });
        let host: Arc<dyn Host> =
            Arc::new(OfficeHost::new(office.clone(), self.clock.clone(), addresses.collect()));
        // Nothing here is asynchronous, but a site may start tasks.
        let entered = runtime.enter();
        let (router, metrics) = (router(Site::new(host.clone())), metrics_router(host));
        drop(entered);
        // Asked for after the site did: when this hears of a view, the site has.
        let told = self.told.clone();
        office.on_change(Box::new(move |view| told.hear(view)));
        self.told.hear(&office.view());
        *self.line.borrow_mut() = Some((runtime.handle().clone(), router.clone()));
        self.centre = Some(Centre { router, metrics, office, runtime });
    }

    /// Ends the centre; its disk stays.
    fn stop(&mut self) {
        self.watchers.clear();
        self.waiter = None;
        self.slow = None;
        self.line.borrow_mut().take();
        let Centre { router, metrics, office, runtime } = self.centre.take().unwrap();
        drop((router, metrics));
        // Ends the tasks of watchers, which share the office.
        runtime.shutdown_timeout(PATIENCE);
        office.close();
        assert_eq!(Arc::strong_count(&office), 1, "somebody still holds the office");
    }

    fn config(&self) -> OfficeConfig {
        let mut config = OfficeConfig::new(self.dir.path().join("host"), ORIGIN, Key::of("centre").secret);
        config.sandbox = true;
        // A witness that was away is asked again soon.
        config.retry_first = Duration::from_millis(5);
        config.retry_max = Duration::from_millis(20);
        config
    }

    fn parts(&mut self) -> Parts {
        let journal = self.dir.path().join("host/journal");
        std::fs::create_dir_all(&journal).unwrap();
        self.seeds += 1;
        let (start, mut drawn) = (self.seeds, 0u8);
        Parts {
            open_store: Box::new(move || {
                Ok(Box::new(SqliteStore::open(&journal, ORIGIN, FailPoints::none())?))
            }),
            vault: Vault::open(&self.dir.path().join("host/vault")).unwrap(),
            clock: self.clock.clone(),
            entropy: Box::new(move || {
                drawn += 1;
                class_seed(start, drawn)
            }),
            witnesses: self.peers.clone(),
            custody: self.peers.clone(),
            fail: FailPoints::none(),
        }
    }

    fn centre(&self) -> &Centre {
        self.centre.as_ref().unwrap()
    }

    /// The public state.
    pub fn view(&self) -> Arc<View> {
        self.centre().office.view()
    }

    /// What the clock shows.
    pub fn now(&self) -> Instant {
        self.clock.shows()
    }

    /// Asks the centre's pages and interface.
    pub fn ask(&self, question: Request<Body>) -> Answer {
        let Centre { router, runtime, .. } = self.centre();
        ask(runtime.handle(), router, question)
    }

    /// Asks the listener for metrics.
    pub fn ask_metrics(&self, question: Request<Body>) -> Answer {
        let Centre { metrics, runtime, .. } = self.centre();
        ask(runtime.handle(), metrics, question)
    }

    /// Gives a command of the sealed class; what the sender gets.
    pub fn give(&mut self, label: &str, procedure: &str, command: Command) -> Answer {
        let signed = self.people.sign(label, procedure, command);
        self.secret(format!("the command id of {label}"), signed.id());
        self.ask(request("POST", "/api/v1/commands", &[], to_canonical(&signed).unwrap()))
    }

    /// Gives a command of the public class and waits until all of it is published. Its answer is a thing that is seen.
    pub fn publicly(&mut self, label: &str, procedure: &str, command: Command) -> Answer {
        let name = command.name();
        let signed = self.people.sign(label, procedure, command);
        self.public.push(signed.id());
        let answer = self.ask(request("POST", "/api/v1/commands", &[], to_canonical(&signed).unwrap()));
        self.record.push(format!("answer to {name} by {label}"), answer.bytes());
        self.settle();
        answer
    }

    /// Uploads bytes for a procedure; `announced` is the commitment in the address.
    pub fn upload(&mut self, label: &str, procedure: &str, announced: &Hash, body: &[u8]) -> Answer {
        let id: ProcedureId = procedure.parse().unwrap();
        let key = Key::of(label);
        let signature = key.sign(&statement::upload(ORIGIN, &id, announced, body.len() as u64));
        let (key, signature) = (key.public().to_string(), signature.to_string());
        let headers = [("ximu-key", key.as_str()), ("ximu-signature", signature.as_str())];
        self.secret(format!("a commitment of {label}"), *announced);
        self.ask(request("PUT", &format!("/api/v1/uploads/{procedure}/{announced}"), &headers, body.to_vec()))
    }

    /// From here on this hash must not be found in anything that is seen.
    pub fn secret(&mut self, name: String, hash: Hash) {
        self.secrets.push((name.clone(), hash.to_string().into_bytes()));
        self.secrets.push((name, hash.0.to_vec()));
    }

    /// Waits until everything that is recorded is cosigned and published, and nothing is due.
    pub fn settle(&mut self) {
        let office = self.centre().office.clone();
        loop {
            office.tick();
            let size = office.view().size;
            if size > 0 {
                let settled = office.wait(PATIENCE, |view| is_settled(view).then_some(()));
                let view = office.view();
                let cosigned = view.cosigned.as_ref().map(|cosigned| cosigned.size);
                assert!(
                    settled.is_some(),
                    "at {size}: {} leaves, {cosigned:?} cosigned, {:?} {:?}",
                    view.size,
                    view.health,
                    view.peers
                );
            }
            office.tick();
            if office.view().size == size {
                break;
            }
        }
        self.told.wait_for(&office.view());
        drop(office);
        self.people.centre.world = (*self.view().world).clone();
    }

    /// Moves the clock and does what falls due, without waiting for the witnesses.
    pub fn tick_at(&mut self, instant: Instant) {
        self.clock.set(instant);
        self.centre().office.tick();
    }

    /// Moves the clock and waits until what falls due is published and its peers have followed.
    pub fn advance_to(&mut self, instant: Instant) {
        self.wait_for_more();
        self.clock.set(instant);
        self.settle();
        self.heard_of_more();
        self.follow();
    }

    /// Asks for the checkpoint that is not there yet.
    fn wait_for_more(&mut self) {
        let size = self.view().cosigned.as_ref().map_or(0, |cosigned| cosigned.size) + 1;
        if self.waiter.is_none() {
            let Centre { router, runtime, .. } = self.centre();
            let asked = answer(router.clone(), get(&format!("/log/wait?size={size}")));
            self.waiter = Some((size, runtime.spawn(asked)));
        }
    }

    /// Takes the answer about that checkpoint, once it is there.
    fn heard_of_more(&mut self) {
        let published = self.view().cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
        let Some((size, waiter)) = self.waiter.take_if(|(size, _)| *size <= published) else { return };
        let heard = self.centre().runtime.block_on(waiter).unwrap();
        self.record.push(format!("heard of {size} leaves"), heard.bytes());
    }

    /// Begins an upload that does not come to its end for a while.
    pub fn begin_slowly(&mut self, question: Request<()>, first: Vec<u8>) {
        let (sender, receiver) = mpsc::channel(4);
        let Centre { router, runtime, .. } = self.centre();
        let asked = answer(router.clone(), question.map(|()| Body::new(Slow(receiver))));
        let asked = runtime.spawn(asked);
        sender.blocking_send(first.into()).unwrap();
        self.slow = Some((sender, asked));
    }

    /// Sends the rest of that upload; the answer.
    pub fn end_slowly(&mut self, rest: Vec<u8>) -> Answer {
        let (sender, asked) = self.slow.take().unwrap();
        sender.blocking_send(rest.into()).unwrap();
        drop(sender);
        self.centre().runtime.block_on(asked).unwrap()
    }

    /// Moves the clock while one witness does not answer, and waits until that is known; afterwards it answers again.
    pub fn advance_without(&mut self, witness: &'static str, instant: Instant, words: &str) {
        self.peers.away(Some(witness));
        self.tick_at(instant);
        let office = self.centre().office.clone();
        let known = office.wait(PATIENCE, |view| is_settled_without(witness, view).then_some(()));
        assert!(known.is_some(), "{:?} {:?}", office.view().health, office.view().peers);
        self.told.wait_for(&office.view());
        drop(office);
        self.look(words);
        self.peers.away(None);
        self.settle();
    }

    /// Every peer takes in what is new.
    pub fn follow(&mut self) {
        for (name, follower) in &mut self.followers {
            let step = follower.step(Duration::ZERO);
            self.record.push(format!("step of the follower of {name}"), format!("{step:?}"));
        }
    }

    /// Opens a stream that stays open.
    pub fn watch(&mut self, path: &str, last: Option<&str>) {
        let watcher = Watcher::connect(self.centre().runtime.handle(), &self.centre().router, path, last);
        self.record.push(format!("head of {path}"), watcher.head.clone());
        self.watchers.push(watcher);
    }

    /// Stops the centre and starts it again over the same disk. Its watchers come back with what they have, naming the
    /// last event they heard.
    pub fn restart(&mut self) {
        let watchers = std::mem::take(&mut self.watchers);
        let kept: Vec<_> = watchers.into_iter().map(|old| (old.path, old.last, old.pieces)).collect();
        self.stop();
        self.start();
        self.settle();
        for (path, last, pieces) in kept {
            self.watch(&path, last.as_deref());
            if let Some(watcher) = self.watchers.last_mut() {
                watcher.pieces = pieces;
            }
        }
    }

    /// Takes in what the streams have said by now.
    pub fn hear(&mut self) {
        let view = self.view();
        let router = self.centre().router.clone();
        for watcher in &mut self.watchers {
            let heard = match watcher.path.split(['/', '?']).nth(5).filter(|last| *last == "events") {
                None => watcher.catch_up(&router),
                Some(_) => {
                    let id: ProcedureId = watcher.path.split('/').nth(4).unwrap().parse().unwrap();
                    entries(watcher, view.world.chain(&id).number)
                }
            };
            self.record.push(format!("heard on {}", watcher.path), heard);
        }
    }

    /// Does something of which no reader may see anything: no view, no event, no line, no cosignature. `what` it is
    /// may differ between the worlds and is not recorded.
    pub fn quietly(&mut self, what: impl FnOnce(&mut World)) {
        self.hear();
        let before = self.view();
        what(self);
        let same = Arc::ptr_eq(&before, &self.view());
        self.record.push("the view stands meanwhile", same.to_string());
        for watcher in &mut self.watchers {
            self.record.push(format!("said meanwhile on {}", watcher.path), format!("{:?}", watcher.ready()));
        }
        self.record.push("lines logged meanwhile", self.lines.since_last().join("\n"));
        for name in PEERS {
            self.record.push(format!("asked of {name} meanwhile"), self.peers.exchanges(name));
        }
    }

    /// All leaves of the log, as published.
    pub fn leaves(&self) -> Vec<Vec<u8>> {
        let size = self.view().cosigned.as_ref().unwrap().size;
        let mut leaves = Vec::new();
        for bundle in bundles_touched(0, size) {
            let bytes = self.ask(get(&format!("/log/{bundle}"))).body;
            let entries = ximu_tlog::bundle::decode_bundle(&bytes, bundle.width()).unwrap();
            leaves.extend(entries.into_iter().map(<[u8]>::to_vec));
        }
        leaves
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.peers.hold(false);
        self.followers.clear();
        if self.centre.is_some() && !std::thread::panicking() {
            self.stop();
        }
    }
}

/// The seed of a class, by the start of the centre in which it was drawn and its number there.
pub fn class_seed(start: u8, drawn: u8) -> [u8; 32] {
    seed("class", &format!("{start} {drawn}"))
}

/// Whether all of the log is published, and every witness's part in it is seen.
fn is_settled(view: &View) -> bool {
    let size = view.size;
    let published = view.cosigned.as_ref().is_some_and(|cosigned| cosigned.size == size);
    let seen = |peer: &ximu_office::Peer| peer.cosigned == size && peer.condition == Condition::Good;
    published && view.peers.len() == PEERS.len() && view.peers.iter().all(seen)
}

/// Whether all witnesses but one have signed all of the log, and that one is known to be away.
fn is_settled_without(witness: &str, view: &View) -> bool {
    let seen = |peer: &ximu_office::Peer| match peer.name == witness {
        true => matches!(peer.condition, Condition::Failing(_)),
        false => peer.cosigned == view.size && peer.condition == Condition::Good,
    };
    !view.health.is_ready() && view.peers.iter().all(seen)
}

/// Every entry up to this count, exactly as it came.
fn entries(watcher: &mut Watcher, count: u32) -> Vec<u8> {
    let mut heard = Vec::new();
    let next = |watcher: &Watcher| watcher.pieces.get("next").map_or(0, |next| next.parse::<u32>().unwrap());
    while next(watcher) < count {
        let event = watcher.next();
        let id: u32 = event.id.clone().unwrap().parse().unwrap();
        watcher.pieces.insert("next".into(), (id + 1).to_string());
        heard.extend_from_slice(format!("{event:?}\n").as_bytes());
    }
    heard
}
