//! A house for tests: an office on a store in memory, a clock that the test moves, peers that answer in the same
//! process, and the simulated centre's people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    missing_docs,
    reason = "test support: a broken world must stop the test at once"
)]

pub mod peers;

pub use peers::Peers;

use std::{
    collections::BTreeMap,
    io::Cursor,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use ximu_basics::{Hash, Instant, PartyId, ProcedureId};
use ximu_journal::{FailPoints, Memory, SqliteStore};
use ximu_office::{
    Answer, Clock, Office, OfficeConfig, OpenError, Parts, Trouble, UploadHead, Uploaded, statement,
};
use ximu_procedure::{
    Tender,
    role::Role,
    rules::Rules,
    wire::{Command, SignedCommand, command::SealedRecord},
};
use ximu_sealed::{EnvelopeHeader, Sealed};
use ximu_sim::{
    Bid, Bidder, Centre, Key,
    centre::{ORIGIN, START, TENDER, policy},
    rules::PEERS,
};
use ximu_vault::Vault;

/// Long enough for a loaded machine; no test waits for it when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that shows what the test says.
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.unix_ms(), Ordering::SeqCst);
    }
}

/// An office, its disk, its peers, its people.
pub struct House {
    pub memory: Memory,
    /// Whether the store is SQLite on the disk instead of the memory.
    pub on_disk: bool,
    pub fail: Arc<Mutex<FailPoints>>,
    /// What a test changes in the settings before it opens the office.
    pub configure: fn(&mut OfficeConfig),
    pub clock: Arc<TestClock>,
    pub peers: Arc<Peers>,
    pub dir: TempDir,
    /// The simulated centre: it signs and seals for people; its world is the office's.
    pub people: Centre,
    pub office: Option<Office>,
}

impl House {
    /// An office before its founding, with its store in memory.
    pub fn new() -> House {
        House::with_store(false)
    }

    /// A founded office with an admitted tenderer, its store in SQLite.
    pub fn founded_on_disk() -> House {
        let mut house = House::with_store(true);
        house.begin();
        house
    }

    fn with_store(on_disk: bool) -> House {
        let clock = Arc::new(TestClock(AtomicI64::new(START.unix_ms())));
        let mut house = House {
            memory: Memory::new(ORIGIN),
            on_disk,
            configure: |_| {},
            fail: Arc::new(Mutex::new(FailPoints::none())),
            peers: Arc::new(Peers::new(clock.clone())),
            clock,
            dir: TempDir::new().unwrap(),
            people: Centre::new(),
            office: None,
        };
        house.open().unwrap();
        house
    }

    /// A founded office with an admitted tenderer.
    pub fn founded() -> House {
        let mut house = House::new();
        house.begin();
        house
    }

    fn begin(&mut self) {
        let found = self.found();
        self.expect_events("administrator", "registry", found);
        self.settle();
        self.register("tenderer", &[Role::Tenderer]);
    }

    pub fn found(&self) -> Command {
        Command::Found {
            centre_key: Key::of("centre").public(),
            policy: policy(),
            name: Hash::of(b"centre"),
            rehearsal: true,
        }
    }

    /// Opens the office, again after [`House::stop`].
    pub fn open(&mut self) -> Result<(), OpenError> {
        let (memory, fail) = (self.memory.clone(), self.fail.clone());
        let mut config = OfficeConfig::new(self.dir.path(), ORIGIN, Key::of("centre").secret);
        config.sandbox = true;
        config.retry_first = Duration::from_millis(5);
        config.retry_max = Duration::from_millis(20);
        (self.configure)(&mut config);
        let journal = self.dir.path().join("journal");
        std::fs::create_dir_all(&journal).unwrap();
        let on_disk = self.on_disk;
        let mut seeds = 0u8;
        let parts = Parts {
            open_store: Box::new(move || {
                let fail = fail.clone();
                // The hook is looked up at each step, so that a test can change it while the office works.
                let hook = FailPoints::hook(move |point| {
                    let now = fail.lock().unwrap().clone();
                    peers::ask(&now, point)
                });
                if on_disk {
                    return Ok(Box::new(SqliteStore::open(&journal, ORIGIN, hook)?));
                }
                Ok(Box::new(memory.open(hook)))
            }),
            vault: Vault::open(&self.dir.path().join("vault")).unwrap(),
            clock: self.clock.clone(),
            entropy: Box::new(move || {
                seeds += 1;
                [seeds; 32]
            }),
            witnesses: self.peers.clone(),
            custody: self.peers.clone(),
            fail: {
                let fail = self.fail.clone();
                FailPoints::hook(move |point| {
                    let now = fail.lock().unwrap().clone();
                    peers::ask(&now, point)
                })
            },
        };
        self.office = None;
        self.office = Some(Office::open(config, parts)?);
        self.look();
        Ok(())
    }

    /// Ends the office; what is not durable is gone.
    pub fn stop(&mut self) {
        self.office = None;
    }

    pub fn office(&self) -> &Office {
        self.office.as_ref().unwrap()
    }

    /// Ends the office and opens it again.
    pub fn restart(&mut self) {
        self.stop();
        self.open().unwrap();
    }

    /// Brings the office's world to the people, who seal for it.
    pub fn look(&mut self) {
        self.people.world = (*self.office().view().world).clone();
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A command signed by the key of a label.
    pub fn signed(&mut self, label: &str, procedure: &str, command: Command) -> SignedCommand {
        self.people.signed(label, procedure, command)
    }

    pub fn give(&mut self, label: &str, procedure: &str, command: Command) -> Result<Answer, Trouble> {
        let signed = self.signed(label, procedure, command);
        let answer = self.office().give(signed);
        self.look();
        answer
    }

    pub fn expect_events(&mut self, label: &str, procedure: &str, command: Command) -> Answer {
        let name = command.name();
        match self.give(label, procedure, command) {
            Ok(answer @ Answer::Accepted(_)) => answer,
            other => panic!("{name} by {label}: {other:?}"),
        }
    }

    pub fn register(&mut self, label: &str, roles: &[Role]) -> PartyId {
        let name = Hash::of(label.as_bytes());
        self.expect_events(label, "registry", Command::RegisterParty { name });
        // One checkpoint for each entry, so that every run makes the same ones.
        self.settle();
        let party = ximu_procedure::registry::party_id(&name, &Key::of(label).public()).unwrap();
        let admit = Command::AdmitParty { party: party.clone(), roles: roles.to_vec() };
        self.expect_events("administrator", "registry", admit);
        self.settle();
        party
    }

    pub fn bidder(&mut self, label: &str) -> Bidder {
        Bidder { label: label.into(), party: self.register(label, &[Role::Bidder]) }
    }

    /// Publishes the simulated tender, deadline 14,350 ms from now.
    pub fn publish(&mut self, change: impl FnOnce(&mut Rules)) -> Answer {
        self.publish_as(TENDER, change)
    }

    /// Publishes a tender under another id.
    pub fn publish_as(&mut self, id: &str, change: impl FnOnce(&mut Rules)) -> Answer {
        let tenderer =
            ximu_procedure::registry::party_id(&Hash::of(b"tenderer"), &Key::of("tenderer").public())
                .unwrap();
        let mut rules = ximu_sim::rules::rules(tenderer, self.now().plus_ms(14_350));
        rules.id = id.parse().unwrap();
        change(&mut rules);
        let command = self.people.publication(rules);
        self.expect_events("tenderer", id, command)
    }

    pub fn tender(&self) -> Tender {
        Tender::clone(&self.office().view().world.tenders[&tender_id()])
    }

    /// Uploads one envelope as its bidder.
    pub fn upload(&mut self, label: &str, sealed: &Sealed) -> Result<Uploaded, Trouble> {
        self.people.vault.insert(sealed.commitment.root, sealed.envelope.clone());
        let (commitment, bytes) = (sealed.commitment.root, sealed.envelope.len() as u64);
        let statement = statement::upload(ORIGIN, &tender_id(), &commitment, bytes);
        let key = Key::of(label);
        let head = UploadHead {
            procedure: tender_id(),
            commitment,
            bytes,
            key: key.public(),
            signature: key.sign(&statement),
        };
        self.office().upload(&head, &mut Cursor::new(&sealed.envelope))
    }

    /// Uploads a bid and gives the command that submits it.
    pub fn submission(&mut self, bidder: &Bidder, bid: &Bid) -> Command {
        let mut record = |sealed: &Sealed| {
            let uploaded = self.upload(&bidder.label, sealed).unwrap();
            let (header, _) = EnvelopeHeader::parse(&sealed.envelope).unwrap();
            SealedRecord {
                commitment: uploaded.commitment,
                bytes: uploaded.bytes,
                header: sealed.header_hash,
                context: *header.context_hash(),
                custody: uploaded.custody,
            }
        };
        let (form, body) = (record(&bid.form), record(&bid.body));
        let (header, _) = EnvelopeHeader::parse(&bid.form.envelope).unwrap();
        Command::Submit {
            lot: "lot-1".parse().unwrap(),
            version: bid.version,
            form,
            body,
            escrow: ximu_procedure::envelope::commitments(&header).unwrap_or_default(),
            plain: bid.form.plain_commitment,
        }
    }

    /// Seals, uploads and submits an honest bid.
    pub fn submit(&mut self, bidder: &Bidder, version: u32, price: &str) -> (Bid, Answer) {
        let bid = bidder.seal(&self.people, version, price, |_| {});
        let command = self.submission(bidder, &bid);
        let answer = self.give(&bidder.label, TENDER, command).unwrap();
        (bid, answer)
    }

    /// Waits until everything is cosigned and nothing is due any more.
    pub fn settle(&mut self) {
        loop {
            self.office().tick();
            let size = self.office().view().size;
            assert!(self.office().wait_cosigned(size, PATIENCE).is_some(), "{:?}", self.office().health());
            self.office().tick();
            if self.office().view().size == size {
                break;
            }
        }
        self.look();
    }

    /// Moves the clock in small steps; everything due is done and cosigned at each.
    pub fn advance_ms(&mut self, ms: i64) {
        let until = self.now().plus_ms(ms);
        while self.now() < until {
            self.clock.set(self.now().plus_ms(50).min(until));
            self.settle();
        }
    }

    /// Moves the clock while nothing can be cosigned: everything due is done all the same.
    pub fn advance_unseen_ms(&mut self, ms: i64) {
        let until = self.now().plus_ms(ms);
        while self.now() < until {
            self.clock.set(self.now().plus_ms(50).min(until));
            self.office().tick();
        }
        self.look();
    }

    /// Sets what the store's fail points do from now on.
    pub fn fail_with(&self, points: FailPoints) {
        *self.fail.lock().unwrap() = points;
    }

    /// Moves the clock without anybody noticing.
    pub fn jump_ms(&mut self, ms: i64) {
        self.clock.set(self.now().plus_ms(ms));
    }

    pub fn advance_past_deadline(&mut self) {
        let left = self.tender().deadline.ms_since(self.now());
        self.advance_ms(left + 50);
    }

    /// Moves past the end of the window, and has three holders release.
    pub fn open_bids(&mut self) {
        let left = self.tender().window_until.unwrap().ms_since(self.now());
        self.advance_ms(left + 50);
        self.release_shares(3);
    }

    pub fn release_shares(&mut self, holders: usize) {
        for (position, holder) in PEERS.iter().enumerate().take(holders) {
            let shares = self.people.shares(position);
            self.expect_events(holder, TENDER, Command::ReleaseShares { shares });
        }
        self.settle();
    }

    pub fn award(&mut self) {
        let candidates = ximu_procedure::outcome::candidates(&self.tender());
        let bidder = candidates[0].clone();
        self.expect_events("tenderer", TENDER, Command::Propose { candidates });
        self.advance_ms(2_150);
        self.expect_events("tenderer", TENDER, Command::Award { bidder });
        self.settle();
    }

    /// Verifies the bundle under the pinned policy; no failure.
    pub fn verify(&self) -> ximu_verify::Report {
        let bundle = self.office().bundle().unwrap();
        let pin = Hash::of(policy().as_bytes());
        let report =
            ximu_verify::verify(&bundle, &ximu_verify::Options { policy: Some(pin), ..Default::default() });
        assert!(report.failures.is_empty(), "{:?}", report.failures);
        report
    }
}

pub fn tender_id() -> ProcedureId {
    TENDER.parse().unwrap()
}

/// The id of the command behind an answer that was recorded.
pub fn id_of(answer: &Answer) -> Hash {
    answer.recorded().unwrap().acknowledgement.id
}

/// The reasons why versions do not count, by bidder and version.
pub fn not_counted(
    tender: &Tender,
) -> BTreeMap<(PartyId, u32), ximu_procedure::wire::event::NotCountedReason> {
    tender.not_counted.iter().map(|line| ((line.bidder.clone(), line.version), line.reason)).collect()
}

/// The simulated tender is open for 14.35 s; its beats fall on 9.35 s, 11.85 s and the deadline.
pub const AFTER_ONE_BEAT_MS: i64 = 10_000;

/// A founded office with a published tender and three bidders.
pub fn open_tender() -> (House, Vec<Bidder>) {
    let mut house = House::founded();
    let bidders = ["ash", "birch", "cedar"].map(|label| house.bidder(label)).into();
    house.publish(|_| {});
    house.settle();
    (house, bidders)
}

/// Submits one bid for each bidder; the ids of the commands.
pub fn submit_all(house: &mut House, bidders: &[Bidder]) -> Vec<Hash> {
    let ids = bidders
        .iter()
        .zip(["9500000.00", "9400000.00", "9300000.00"])
        .map(|(bidder, price)| id_of(&house.submit(bidder, 1, price).1));
    ids.collect()
}
