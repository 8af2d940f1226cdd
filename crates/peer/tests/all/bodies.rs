//! Documents that a host does not give as they were submitted, over HTTP: a holder gets them from the keeper of second copies,
//! and says `broken` of nothing but what the bidder itself submitted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::{
    self, FakeClock, Served,
    host::{Host, OURS, Wire, tender_id},
};
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use ximu_basics::{Hash, Instant, PartyId, ProcedureId};
use ximu_client::{
    Address, Centre, Timeouts, Trust,
    centre::Uploader,
    peer::CustodyCopy,
    statement::{custody_request, kept_body},
};
use ximu_journal::failpoint::FailPoints;
use ximu_peer::{
    Follower, Peer, Source,
    follow::Step,
    source::{Asking, Fetch, SourceError},
};
use ximu_procedure::{
    evaluation::papers::{Opened, Said},
    registry,
    rules::Phase,
    wire::{Command, SignedCommand, evaluation::Sitting as Disclosure},
};
use ximu_sealed::{Commitment, EnvelopeHeader, Identity};
use ximu_sim::{Bid, Key, Sitting, centre::ORIGIN, keys::seed, rules::PEERS};
use ximu_tlog::tile::{Bundle, Tile};
use ximu_verify::Disclosed;

const PRICES: [&str; 3] = ["9300000.00", "9590000.00", "9712000.00"];

/// The keeper of second copies among the peers.
const KEEPER: usize = 0;

/// What the host gives of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// What was submitted.
    All,
    /// Nothing.
    Nothing,
    /// The same with a byte of the header changed.
    OtherHeader,
    /// Half of it.
    Half,
    /// More than was submitted.
    More,
    /// More than was submitted, each answer 70 seconds after it was asked for.
    MoreLate,
    /// No header, and the whole when the test lets it go.
    Held,
}

/// What the host has, what it gives, and the clock that goes on while it is slow.
struct Stock {
    gives: Mutex<Gives>,
    vault: BTreeMap<Hash, Vec<u8>>,
    clock: FakeClock,
    let_go: Semaphore,
}

type Shelf = Arc<Stock>;

/// A host on a real socket, as far as documents go.
struct HttpHost {
    address: Address,
    shelf: Shelf,
    _runtime: tokio::runtime::Runtime,
}

impl HttpHost {
    fn start(vault: BTreeMap<Hash, Vec<u8>>, clock: FakeClock) -> HttpHost {
        let shelf =
            Arc::new(Stock { gives: Mutex::new(Gives::All), vault, clock, let_go: Semaphore::new(0) });
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new()
            .route("/api/v1/tenders/{id}/bodies/{commitment}", get(whole))
            .route("/api/v1/tenders/{id}/bodies/{commitment}/header", get(header))
            .with_state(Arc::clone(&shelf));
        runtime.spawn(async move { axum::serve(listener, router).await });
        HttpHost { address, shelf, _runtime: runtime }
    }

    fn gives(&self, what: Gives) {
        *self.shelf.gives.lock().unwrap() = what;
    }
}

fn given(shelf: &Shelf, commitment: &str) -> Option<Vec<u8>> {
    let mut bytes = shelf.vault.get(&commitment.parse().unwrap())?.clone();
    match *shelf.gives.lock().unwrap() {
        Gives::All | Gives::Held => {}
        Gives::Nothing => return None,
        Gives::OtherHeader => bytes[100] ^= 1,
        Gives::Half => bytes.truncate(bytes.len() / 2),
        Gives::More => bytes.insert(0, b'x'),
        Gives::MoreLate => {
            bytes.insert(0, b'x');
            shelf.clock.0.fetch_add(70_000, std::sync::atomic::Ordering::SeqCst);
        }
    }
    Some(bytes)
}

fn is_held(shelf: &Shelf) -> bool {
    *shelf.gives.lock().unwrap() == Gives::Held
}

type At = Path<(String, String)>;

async fn whole(State(shelf): State<Shelf>, Path((_, commitment)): At) -> Result<Vec<u8>, StatusCode> {
    if is_held(&shelf) {
        shelf.let_go.acquire().await.unwrap().forget();
    }
    given(&shelf, &commitment).ok_or(StatusCode::NOT_FOUND)
}

async fn header(State(shelf): State<Shelf>, Path((_, commitment)): At) -> Result<Vec<u8>, StatusCode> {
    let bytes = given(&shelf, &commitment).filter(|_| !is_held(&shelf)).ok_or(StatusCode::NOT_FOUND)?;
    let rest = EnvelopeHeader::parse(&bytes).map_or(0, |(_, rest)| rest.len());
    Ok(bytes[..bytes.len() - rest].to_vec())
}

/// The log in memory, the documents over HTTP.
struct Remote {
    wire: Wire,
    centre: Centre,
}

impl Source for Remote {
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
        self.wire.operations(procedure)
    }

    fn sitting(&self, procedure: &ProcedureId, asking: &Asking) -> Result<Option<Disclosure>, SourceError> {
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
        Source::body_header(&self.centre, procedure, commitment, asking)
    }

    fn body(&self, procedure: &ProcedureId, commitment: &Hash) -> Fetch {
        Source::body(&self.centre, procedure, commitment)
    }

    fn give(&self, command: &SignedCommand) -> Result<(), SourceError> {
        self.wire.give(command)
    }
}

/// A committee that reads, a host and a keeper of second copies on sockets, and our holder between them.
struct Case {
    host: Host,
    http: HttpHost,
    keeper: Served,
    ours: Arc<Peer>,
    follower: Follower<Remote>,
    /// One of the seats that read.
    seat: Identity,
    _folders: [tempfile::TempDir; 2],
}

impl Case {
    fn new(spoil: impl FnMut(usize, &mut Bid)) -> Case {
        let mut sitting = Sitting::with_bids(
            &PRICES,
            |rules| {
                for phase in &mut rules.phases {
                    if let Phase::Score(score) = phase {
                        score.papers = true;
                    }
                }
            },
            spoil,
        );
        sitting.centre.holding = [false; 4];
        sitting.constitute();
        let seat = Identity::from_bytes(seed("seat", &sitting.label(0)));
        sitting.centre.advance_ms(1_000);
        sitting.centre.checkpoint();
        let host = Host::new(sitting.centre);
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let fail = FailPoints::none();
        let keeper = {
            // It reads the same log, and what it would give itself goes nowhere.
            let lies = support::host::Lies { deaf: true, ..Default::default() };
            let centre = Rc::clone(&host.centre);
            let own = Host {
                centre,
                lies: Rc::new(lies.into()),
                cast: Vec::new(),
                clock: host.clock.clone(),
                given: Rc::default(),
            };
            let peer = own.peer_at(KEEPER, folders[0].path(), Vec::new(), &fail);
            own.follower(&peer).step(Duration::from_secs(1));
            Served::over(peer)
        };
        let http = HttpHost::start(host.centre.borrow().vault.clone(), host.clock.clone());
        let others = vec![(PEERS[KEEPER].to_owned(), keeper.address.clone())];
        let ours = host.peer_at(OURS, folders[1].path(), others, &fail);
        let centre = Centre::new(http.address.clone(), &Trust::Public, Timeouts::default()).unwrap();
        let remote = Remote { wire: host.wire(), centre };
        let follower = Follower::new(ours.clone(), ORIGIN, remote).unwrap().unwrap();
        let case = Case { host, http, keeper, ours, follower, seat, _folders: folders };
        for body in case.bodies() {
            case.keep(&body);
        }
        case
    }

    fn bodies(&self) -> Vec<Vec<u8>> {
        let centre = self.host.centre.borrow();
        let evaluated = centre.tender().evaluated();
        assert_eq!(evaluated.len(), PRICES.len());
        evaluated.iter().map(|bidder| centre.body(bidder).to_vec()).collect()
    }

    fn keep(&self, body: &[u8]) {
        let (procedure, bytes) = (tender_id(), body.len() as u64);
        let commitment = Commitment::of(body).root;
        let message = custody_request(ORIGIN, &procedure, &commitment, bytes);
        let signature = Key::of("centre").sign(&message);
        let copy = CustodyCopy {
            origin: ORIGIN,
            procedure: &procedure,
            commitment: &commitment,
            bytes,
            signature: &signature,
        };
        self.keeper.client.keep_copy(copy, &mut &body[..]).unwrap();
    }

    /// Steps until the documents are given, or something stands in the way.
    fn settle(&mut self) {
        for _ in 0..100 {
            if self.follower.step(Duration::from_secs(1)) == Step::Halted || self.said().is_some() {
                return;
            }
        }
        panic!("still reading");
    }

    /// What our holder said of each body, as a seat finds it; `None` when it gave nothing.
    fn said(&self) -> Option<Vec<&'static str>> {
        let centre = self.host.centre.borrow();
        let index = u8::try_from(OURS + 1).unwrap();
        centre.panel.papers.iter().find(|papers| papers.holder == index)?;
        let opened = Opened::read(centre.committee(), &self.seat);
        let word = |bidder: &PartyId| match opened.find(bidder, &centre.body_header(bidder)).said[&index] {
            Said::Share(_) => "share",
            Said::Broken => "broken",
            Said::False => "false",
        };
        Some(centre.tender().evaluated().iter().map(word).collect())
    }

    /// Waits on our clock until whoever did not give a body is asked again.
    fn later(&self) {
        let now = self.host.centre.borrow().now;
        self.host.clock.set(now.unix_ms() + 10 * 60_000);
    }
}

#[test]
fn a_host_that_withholds_changes_or_delays_documents_stops_no_holder() {
    for gives in [Gives::Nothing, Gives::OtherHeader, Gives::Half, Gives::More, Gives::MoreLate] {
        let mut case = Case::new(|_, _| {});
        case.http.gives(gives);
        case.settle();
        assert_eq!(case.said(), Some(vec!["share"; 3]), "{gives:?}");
        assert!(case.ours.health.concerns().is_empty());
    }
}

#[test]
fn while_a_body_comes_slowly_another_tender_has_what_it_needs() {
    let mut case = Case::new(|_, _| {});
    case.http.gives(Gives::Held);
    case.follower.step(Duration::from_secs(1));
    {
        let mut centre = case.host.centre.borrow_mut();
        let party = registry::party_id(&Hash::of(b"tenderer"), &Key::of("tenderer").public()).unwrap();
        let mut rules = ximu_sim::rules::rules(party, centre.now.plus_ms(14_350));
        rules.id = "another".parse().unwrap();
        ximu_sim::rules::draw_a_coefficient(&mut rules);
        let command = centre.publication(rules);
        centre.expect_events("tenderer", "another", command);
        centre.checkpoint();
        case.host.clock.set(centre.now.unix_ms());
    }
    assert_eq!(case.follower.step(Duration::from_secs(1)), Step::Forward);
    let given = case.host.given.borrow().iter().map(|signed| signed.open().unwrap()).collect::<Vec<_>>();
    assert_eq!(given.len(), 1, "{given:?}");
    assert_eq!(given[0].procedure.as_str(), "another");
    assert!(matches!(given[0].command, Command::Contribute { .. }), "{given:?}");
    assert_eq!(case.said(), None);
    case.http.shelf.let_go.add_permits(PRICES.len());
    case.settle();
    assert_eq!(case.said(), Some(vec!["share"; 3]));
}

#[test]
fn what_nobody_gives_is_nobodys_fault_and_is_asked_for_again() {
    for gives in [Gives::Nothing, Gives::OtherHeader, Gives::More] {
        let mut case = Case::new(|_, _| {});
        case.http.gives(gives);
        // Another keeper than the one that has them.
        let folder = tempfile::tempdir().unwrap();
        let others = vec![(PEERS[KEEPER].to_owned(), case.http.address.clone())];
        let ours = case.host.peer_at(OURS, folder.path(), others, &FailPoints::none());
        let centre = Centre::new(case.http.address.clone(), &Trust::Public, Timeouts::default()).unwrap();
        let remote = Remote { wire: case.host.wire(), centre };
        case.follower = Follower::new(ours, ORIGIN, remote).unwrap().unwrap();
        case.settle();
        assert_eq!(case.said(), None, "{gives:?}");
        case.http.gives(Gives::All);
        case.later();
        case.settle();
        assert_eq!(case.said(), Some(vec!["share"; 3]), "{gives:?}");
    }
}

#[test]
fn a_body_that_its_bidder_submitted_under_another_header_is_broken_wherever_it_comes_from() {
    for gives in [Gives::All, Gives::Nothing, Gives::OtherHeader] {
        let mut case = Case::new(|number, bid| {
            if number == 1 {
                bid.body.header_hash = Hash::of(b"another header");
            }
        });
        case.http.gives(gives);
        case.settle();
        let mut said = case.said().unwrap();
        said.sort_unstable();
        assert_eq!(said, ["broken", "share", "share"], "{gives:?}");
    }
}

#[test]
fn the_keeper_gives_documents_to_holders_that_ask_now_and_to_nobody_else() {
    let case = Case::new(|_, _| {});
    let now = Instant::from_unix_ms(case.host.clock.0.load(std::sync::atomic::Ordering::SeqCst));
    let body = Commitment::of(&case.bodies()[0]).root;
    let (form, unknown) = {
        let centre = case.host.centre.borrow();
        (centre.tender().bids.values().next().unwrap().form.commitment, Hash::of(b"nothing"))
    };
    let ask = |label: &str, commitment: &Hash, at: Instant, signed: Instant| {
        let key = Key::of(label);
        let signature = key.sign(&kept_body(ORIGIN, &tender_id(), commitment, signed));
        let who = Uploader { key: &key.public(), signature: &signature };
        let copy = case.keeper.client.body(ORIGIN, &tender_id(), commitment, who, at);
        copy.map(|_| "given").map_or_else(|error| error.code().to_owned(), str::to_owned)
    };
    assert_eq!(ask(PEERS[OURS], &body, now, now), "given");
    assert_eq!(ask(PEERS[OURS], &body, now.plus_ms(60_000), now.plus_ms(60_000)), "given");
    let (early, late) = (now.plus_ms(-60_001), now.plus_ms(60_001));
    for (label, commitment, at, signed) in [
        (PEERS[OURS], &body, early, early),
        (PEERS[OURS], &body, late, late),
        (PEERS[OURS], &body, now, now.plus_ms(1)),
        ("bidder-0", &body, now, now),
        ("centre", &body, now, now),
        (PEERS[OURS], &form, now, now),
        (PEERS[OURS], &unknown, now, now),
    ] {
        assert_eq!(ask(label, commitment, at, signed), "copy-unknown", "{label} {commitment}");
    }
    let until = case.host.centre.borrow().tender().window_until.unwrap();
    case.host.clock.set(until.unix_ms());
    assert_eq!(ask(PEERS[OURS], &body, until, until), "copy-unknown", "the window is not past on its clock");
}
