//! A simulated centre as a peer's follower sees it, honest or lying as the test wants.

use super::FakeClock;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use ximu_basics::{Hash, ProcedureId, json};
use ximu_client::Address;
use ximu_journal::failpoint::FailPoints;
use ximu_peer::{
    Entropy, Follower, LogConfig, Peer, PeerConfig, Source,
    follow::Step,
    source::{Asking, Fetch, SourceError},
};
use ximu_procedure::calendar::Units;
use ximu_procedure::rules::{Phase, Rules};
use ximu_procedure::wire::{Command, Leaf, Operation, Outcome, SignedCommand, evaluation::Sitting};
use ximu_sealed::EnvelopeHeader;
use ximu_sim::{
    Bid, Bidder, Centre, Key,
    centre::{ORIGIN, TENDER, policy},
    keys::seed,
    rules::{PEERS, UNITS},
};
use ximu_tlog::{
    Checkpoint, Note, Tree, beat,
    bundle::encode_bundle,
    merkle::leaf_hash,
    tile::{Bundle, TILE_WIDTH, Tile},
};
use ximu_verify::Disclosed;

/// Which of the simulated peers is ours: the second holder, which keeps no copies.
pub const OURS: usize = 1;

/// Changes what is disclosed; `None` withholds it.
pub type Disclosure = fn(Vec<Disclosed>) -> Option<Vec<Disclosed>>;

/// What the host says otherwise than it is.
#[derive(Default)]
pub struct Lies {
    /// Another newest checkpoint.
    pub note: Option<String>,
    /// Another first checkpoint over whatever is asked for.
    pub first: Option<String>,
    /// Other leaves than the log's.
    pub leaves: Option<Vec<Vec<u8>>>,
    /// Other operations than the log's.
    pub operations: Option<Disclosure>,
    /// Withholds the forms.
    pub no_forms: bool,
    /// Withholds the documents.
    pub no_bodies: bool,
    /// Gives other bytes for them.
    pub other_bodies: bool,
    /// Refuses what is handed in for this key.
    pub refuses: Option<ximu_basics::PublicKey>,
    /// Takes no command.
    pub deaf: bool,
    /// Does not answer at all.
    pub silent: bool,
}

/// A host, its tender, and one peer over a folder.
pub struct Host {
    pub centre: Rc<RefCell<Centre>>,
    pub lies: Rc<RefCell<Lies>>,
    pub cast: Vec<(Bidder, Bid)>,
    pub clock: FakeClock,
    /// Commands that our peer gave.
    pub given: Rc<RefCell<Vec<SignedCommand>>>,
}

/// The host over no network.
pub struct Wire {
    centre: Rc<RefCell<Centre>>,
    lies: Rc<RefCell<Lies>>,
    given: Rc<RefCell<Vec<SignedCommand>>>,
}

pub fn tender_id() -> ProcedureId {
    TENDER.parse().unwrap()
}

impl Host {
    /// A centre whose tender draws a coefficient and takes bids; every peer but ours has contributed.
    pub fn drawing() -> Host {
        let mut centre = Centre::new();
        centre.holding = [false; 4];
        centre.contributing[OURS] = false;
        centre.publish(ximu_sim::rules::draw_a_coefficient);
        centre.checkpoint();
        Host::new(centre)
    }

    /// A centre whose tender takes bids.
    pub fn sealing() -> Host {
        let mut centre = Centre::new();
        centre.holding = [false; 4];
        centre.publish(long_minutes);
        centre.checkpoint();
        Host::new(centre)
    }

    /// A centre whose tender takes bids, and whose holders may hand in what bidders gave them.
    pub fn relaying() -> Host {
        let mut centre = Centre::new();
        centre.holding = [false; 4];
        centre.register("supervisor", &[ximu_procedure::role::Role::Supervisor]);
        centre.publish(|rules| {
            long_minutes(rules);
            relays(rules);
        });
        centre.checkpoint();
        Host::new(centre)
    }

    pub fn new(centre: Centre) -> Host {
        let clock = FakeClock::new();
        clock.set(centre.now.unix_ms());
        let centre = Rc::new(RefCell::new(centre));
        Host { centre, lies: Rc::default(), cast: Vec::new(), clock, given: Rc::default() }
    }

    /// A centre whose tender has five bids and is in its window: three released, one asked for rescue, one is silent.
    pub fn in_window() -> Host {
        Host::sealing().into_window()
    }

    /// Lets five bids come in and the deadline pass: three release, one asks for rescue, one is silent.
    pub fn into_window(mut self) -> Host {
        let mut centre = self.centre.borrow_mut();
        let mut cast = Vec::new();
        for (number, price) in
            ["9780000.00", "9655000.00", "9512000.00", "9468000.00", "9400000.00"].iter().enumerate()
        {
            let bidder = Bidder::register(&mut centre, &format!("bidder-{number}"));
            centre.advance_ms(700);
            let bid = bidder.submit(&mut centre, 1, price);
            cast.push((bidder, bid));
        }
        let deadline = centre.tender().deadline;
        centre.advance_to(deadline.plus_ms(1));
        for (bidder, bid) in cast.iter().take(3) {
            let release = bidder.release(&centre, bid);
            centre.expect_events(&bidder.label, TENDER, release);
        }
        centre.expect_events("bidder-3", TENDER, Command::AskRescue { lot: "lot-1".parse().unwrap() });
        centre.checkpoint();
        self.clock.set(centre.now.unix_ms());
        drop(centre);
        self.cast = cast;
        self
    }

    /// The same, after the window has ended in the log; our peer's clock is just past it.
    pub fn opening() -> Host {
        Host::in_window().into_opening()
    }

    /// Lets the window end in the log; our peer's clock is just past it.
    pub fn into_opening(self) -> Host {
        let host = self;
        let until = host.centre.borrow().tender().window_until.unwrap();
        host.centre.borrow_mut().advance_to(until);
        host.clock.set(until.unix_ms() + 1);
        host
    }

    /// Our peer over a folder; its epoch key is the one that the tender names.
    pub fn peer(&self, folder: &Path, fail: &FailPoints) -> Arc<Peer> {
        self.peer_at(OURS, folder, Vec::new(), fail)
    }

    /// Any of the peers, which knows where these others are served.
    pub fn peer_at(
        &self,
        place: usize,
        folder: &Path,
        others: Vec<(String, Address)>,
        fail: &FailPoints,
    ) -> Arc<Peer> {
        let mut config = PeerConfig::new(folder, PEERS[place], Key::of(PEERS[place]).secret);
        let centre = "http://127.0.0.1:9".parse().unwrap();
        config.logs.push(LogConfig { origin: ORIGIN.into(), policy: policy(), centre });
        config.peers = others;
        let entropy = Entropy::new(move || Some(seed("epoch", PEERS[place])));
        let peer = Peer::open(&config, Arc::new(self.clock.clone()), entropy, fail).unwrap();
        peer.epochs.give(ORIGIN, &tender_id()).unwrap();
        Arc::new(peer)
    }

    pub fn wire(&self) -> Wire {
        Wire { centre: self.centre.clone(), lies: self.lies.clone(), given: self.given.clone() }
    }

    pub fn follower(&self, peer: &Arc<Peer>) -> Follower<Wire> {
        Follower::new(peer.clone(), ORIGIN, self.wire()).unwrap().unwrap()
    }

    /// Whether our shares stand in the log.
    pub fn released(&self) -> bool {
        let index = u8::try_from(OURS + 1).unwrap();
        self.centre.borrow().tender().shares.contains_key(&index)
    }

    /// The operations as the centre discloses them.
    pub fn disclosed(&self) -> Vec<Disclosed> {
        disclosed(&self.centre.borrow())
    }
}

/// Lets holders hand in what bidders gave them.
/// A window of five minutes, of which a part may pass before CLOSE is cosigned (verify 6.4).
fn long_minutes(rules: &mut Rules) {
    rules.sandbox = Some(Units { minute_ms: 10_000, ..UNITS });
}

pub fn relays(rules: &mut Rules) {
    for phase in &mut rules.phases {
        if let Phase::Unseal(unseal) = phase {
            unseal.relays = true;
        }
    }
}

/// Takes a step; the wait is never real.
pub fn step(follower: &mut Follower<Wire>) -> Step {
    follower.step(Duration::from_secs(1))
}

impl Source for Wire {
    fn wait(&self, _: u64, _: Duration) -> Result<Option<String>, SourceError> {
        self.answer()?;
        let lie = self.lies.borrow().note.clone();
        Ok(lie.or_else(|| self.centre.borrow().checkpoints.last().cloned()))
    }

    fn bundle(&self, bundle: Bundle) -> Result<Option<Vec<u8>>, SourceError> {
        self.answer()?;
        let lie = self.lies.borrow().leaves.clone();
        let leaves = lie.unwrap_or_else(|| self.centre.borrow().leaves.clone());
        let first = usize::try_from(bundle.first()).unwrap();
        let published = bundle.width() == TILE_WIDTH || first + usize::from(bundle.width()) <= leaves.len();
        let asked = leaves.get(first..first + usize::from(bundle.width())).filter(|_| published);
        Ok(asked.map(|leaves| encode_bundle(leaves).unwrap()))
    }

    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, SourceError> {
        self.answer()?;
        let lie = self.lies.borrow().leaves.clone();
        let leaves = lie.unwrap_or_else(|| self.centre.borrow().leaves.clone());
        let tree: Tree = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        Ok(tile.encode(&tree).ok())
    }

    fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<Disclosed>>, SourceError> {
        self.answer()?;
        assert_eq!(*procedure, tender_id());
        let honest = disclosed(&self.centre.borrow());
        match self.lies.borrow().operations {
            Some(change) => Ok(change(honest)),
            None => Ok(Some(honest)),
        }
    }

    fn first_checkpoint(&self, command: &Hash) -> Result<Option<String>, SourceError> {
        self.answer()?;
        if let Some(lie) = &self.lies.borrow().first {
            return Ok(Some(lie.clone()));
        }
        let centre = self.centre.borrow();
        let is_it = |leaf: &Vec<u8>| match Leaf::from_bytes(leaf) {
            Ok(Leaf::Entry(entry)) => entry.signed.id() == *command,
            Ok(Leaf::Beat(_) | Leaf::Veil(_)) | Err(_) => false,
        };
        let index = centre.leaves.iter().position(is_it);
        let covers = |note: &&String| {
            let size = Checkpoint::parse(Note::parse(note.as_bytes()).unwrap().text()).unwrap().size;
            index.is_some_and(|index| size > index as u64)
        };
        Ok(centre.checkpoints.iter().find(covers).cloned())
    }

    fn sitting(&self, _: &ProcedureId, asking: &Asking) -> Result<Option<Sitting>, SourceError> {
        self.answer()?;
        let centre = self.centre.borrow();
        if centre.tender().holder_index(&asking.key).is_none() {
            return Ok(None);
        }
        let seed = Some(centre.panel_seed());
        Ok(Some(Sitting { operations: centre.panel_operations.clone(), seed, v: 1 }))
    }

    fn form(&self, _: &ProcedureId, commitment: &Hash) -> Result<Option<Vec<u8>>, SourceError> {
        self.answer()?;
        if self.lies.borrow().no_forms {
            return Ok(None);
        }
        Ok(self.centre.borrow().vault.get(commitment).cloned())
    }

    fn body_header(
        &self,
        _: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        self.answer()?;
        let centre = self.centre.borrow();
        if self.lies.borrow().no_bodies || centre.tender().holder_index(&asking.key).is_none() {
            return Ok(None);
        }
        let body = centre.vault.get(commitment);
        let spoil = |mut bytes: Vec<u8>| {
            if self.lies.borrow().other_bodies {
                bytes.truncate(100);
            }
            bytes
        };
        let length = |body: &[u8]| EnvelopeHeader::parse(body).map_or(0, |(_, rest)| body.len() - rest.len());
        Ok(body.map(|body| spoil(body[..length(body)].to_vec())))
    }

    fn body(&self, _: &ProcedureId, commitment: &Hash) -> Fetch {
        let (centre, lies) = (self.centre.borrow(), self.lies.borrow());
        let keys: Vec<_> = centre.tender().holders.iter().map(|holder| holder.key).collect();
        let mut body = centre.vault.get(commitment).filter(|_| !lies.no_bodies && !lies.silent).cloned();
        if let Some(body) = body.as_mut().filter(|_| lies.other_bodies) {
            body[0] ^= 1;
        }
        Box::new(move |asking| {
            let missing = || SourceError { code: "not-found".into(), detail: "nothing is here".into() };
            let body = body.filter(|_| keys.contains(&asking.key)).ok_or_else(missing)?;
            Ok(Box::new(std::io::Cursor::new(body)))
        })
    }

    fn give(&self, command: &SignedCommand) -> Result<(), SourceError> {
        self.given.borrow_mut().push(command.clone());
        self.answer()?;
        if self.lies.borrow().deaf {
            return Err(SourceError { code: "client-timeout".into(), detail: "no answer".into() });
        }
        if let Command::Relay { handed } = command.open().unwrap().command
            && self.lies.borrow().refuses == Some(handed.key)
        {
            return Err(SourceError { code: "mismatch".into(), detail: "not this one".into() });
        }
        match self.centre.borrow_mut().give_signed(command).unwrap() {
            Outcome::Events(_) => Ok(()),
            Outcome::Refusal(refusal) => {
                Err(SourceError { code: refusal.code().into(), detail: refusal.to_string() })
            }
        }
    }
}

impl Wire {
    fn answer(&self) -> Result<(), SourceError> {
        if self.lies.borrow().silent {
            return Err(SourceError { code: "client-connection".into(), detail: "nobody answers".into() });
        }
        Ok(())
    }
}

fn disclosed(centre: &Centre) -> Vec<Disclosed> {
    let all = &centre.operations[&tender_id()];
    let beat_of = |bytes: &[u8]| json::from_canonical::<Operation>(bytes).unwrap().beat;
    let mut by_beat: BTreeMap<u32, Vec<beat::Operation<'_>>> = BTreeMap::new();
    for operation in all {
        let held = beat::Operation { order: operation.order, bytes: &operation.bytes };
        by_beat.entry(beat_of(&operation.bytes)).or_default().push(held);
    }
    let mut lines = Vec::new();
    for (number, operations) in by_beat {
        let beat = beat::Beat::new(&centre.class_seed(), number.into(), &operations).unwrap();
        for (position, operation) in operations.iter().enumerate() {
            lines.push(Disclosed {
                operation: String::from_utf8(operation.bytes.to_vec()).unwrap(),
                order: operation.order,
                slot: beat.path(position).unwrap().slot,
            });
        }
    }
    lines
}
