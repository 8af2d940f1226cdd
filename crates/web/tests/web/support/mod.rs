//! A centre for the pages to show: the simulated one, stopped at a moment of its tender.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

pub mod ask;
pub mod cast;
pub mod pieces;
pub mod stage;

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    sync::{Arc, Mutex},
};

use ximu_basics::{Hash, Instant, PartyId, ProcedureId, PublicKey, Signature, json};
use ximu_office::{
    Acknowledgement, Answer, Condition, Health, Peer, Recorded, Trouble, View, WriterHealth,
    answer::{DocumentHead, PublicEntry, ReceiptState, UploadHead, Uploaded},
    committee::Asking,
    view::{CosignedView, PublisherHealth},
};
use ximu_procedure::{
    World,
    wire::{
        Form, Leaf, Operation, SignedCommand,
        evaluation::Sitting,
        waiting::{SeatAsk, SeatVouch, WaitingRoom, WaitingSeat},
    },
};
use ximu_sim::{
    Centre as Sim, Disclosed,
    centre::{ORIGIN, policy},
    keys::Key,
    rules::PEERS,
};
use ximu_tlog::{Note, key::VerifierKey};
use ximu_web::{
    Site,
    host::{Centre, Host, PeerAddress, forms::Forms},
};

type Listener = Box<dyn Fn() + Send + Sync>;

/// What a simulated centre holds at a moment.
#[derive(Clone)]
pub struct Snapshot {
    pub world: World,
    pub now: Instant,
    pub leaves: Vec<Vec<u8>>,
    pub operations: BTreeMap<ProcedureId, Vec<Disclosed>>,
    pub checkpoints: Vec<String>,
    pub vault: BTreeMap<Hash, Vec<u8>>,
}

impl From<Sim> for Snapshot {
    fn from(sim: Sim) -> Snapshot {
        let Sim { world, now, leaves, operations, checkpoints, vault, .. } = sim;
        Snapshot { world, now, leaves, operations, checkpoints, vault }
    }
}

/// A simulated centre as a host.
pub struct SimHost {
    pub sim: Mutex<Snapshot>,
    pub names: BTreeMap<Hash, String>,
    pub documents: BTreeMap<Hash, Vec<u8>>,
    /// What was uploaded in full.
    pub uploaded: Mutex<Vec<(Hash, Vec<u8>)>>,
    /// The answer every command gets.
    pub answer: Mutex<Option<Answer>>,
    /// The trouble every write meets; none by default.
    pub trouble: Mutex<Option<Trouble>>,
    listeners: Mutex<Vec<Listener>>,
    forms: Forms,
}

impl SimHost {
    pub fn new(sim: Snapshot) -> Arc<SimHost> {
        Arc::new(SimHost {
            sim: Mutex::new(sim),
            names: cast::names(),
            documents: cast::documents(),
            uploaded: Mutex::default(),
            answer: Mutex::default(),
            trouble: Mutex::default(),
            listeners: Mutex::default(),
            forms: Forms::default(),
        })
    }

    /// Shows another moment and tells who listens.
    pub fn show(&self, sim: Snapshot) {
        *self.sim.lock().unwrap() = sim;
        for listener in self.listeners.lock().unwrap().iter() {
            listener();
        }
    }

    fn check_trouble(&self) -> Result<(), Trouble> {
        match self.trouble.lock().unwrap().clone() {
            Some(trouble) => Err(trouble),
            None => Ok(()),
        }
    }

    fn read(body: &mut dyn Read, bytes: u64) -> Result<Vec<u8>, Trouble> {
        let mut all = Vec::new();
        body.read_to_end(&mut all).map_err(|_| Trouble::UploadBroken)?;
        let found = all.len() as u64;
        if found == bytes { Ok(all) } else { Err(Trouble::UploadLength { expected: bytes, found }) }
    }
}

/// The record of a command, accepted or not.
pub fn recorded(accepted: bool) -> Recorded {
    let subject = r#"{"v":1}"#.to_string();
    let acknowledgement = Acknowledgement {
        v: 1,
        origin: ORIGIN.into(),
        procedure: ximu_sim::centre::TENDER.parse().unwrap(),
        id: Hash([9; 32]),
        at: ximu_sim::centre::START,
        beat: None,
        subject: Hash::of(subject.as_bytes()),
        accepted,
        signature: Signature([0; 64]),
    };
    Recorded { acknowledgement, subject, listing: None }
}

/// A site for a simulated centre.
pub fn site(sim: Snapshot) -> Site {
    Site::new(SimHost::new(sim))
}

fn cosigned(sim: &Snapshot) -> Option<Arc<CosignedView>> {
    let note = sim.checkpoints.last()?;
    let parsed = Note::parse(note.as_bytes()).unwrap();
    let checkpoint = ximu_tlog::Checkpoint::parse(parsed.text()).unwrap();
    let policy = ximu_tlog::Policy::parse(policy().as_bytes()).unwrap();
    let seconds = policy.cosigned_time(&parsed).unwrap();
    let time = Instant::from_unix_ms(i64::try_from(seconds).unwrap() * 1000);
    Some(Arc::new(CosignedView { size: checkpoint.size, time: Some(time), note: note.clone() }))
}

impl Host for SimHost {
    fn now(&self) -> Instant {
        self.sim.lock().unwrap().now
    }

    fn centre(&self) -> Arc<Centre> {
        let address = |name: &str| PeerAddress { name: name.into(), url: format!("https://{name}") };
        Arc::new(Centre {
            origin: ORIGIN.into(),
            log_key: VerifierKey::log(ORIGIN, &Key::of("centre").public()).unwrap().to_string(),
            rehearsal: true,
            peers: PEERS.into_iter().map(address).collect(),
            ocds: ximu_ocds::Setting::of(ORIGIN),
        })
    }

    fn view(&self) -> Arc<View> {
        let sim = self.sim.lock().unwrap();
        let size = sim.leaves.len() as u64;
        let peer = |name: &str| Peer {
            name: name.into(),
            url: Some(format!("https://{name}")),
            cosigned: size,
            condition: Condition::Good,
        };
        let peers = Arc::new(PEERS.into_iter().map(peer).collect());
        let health = Health {
            writer: WriterHealth::Good,
            publisher: PublisherHealth::Good,
            close_lacks_evidence: false,
        };
        Arc::new(View::without_committees(Arc::new(sim.world.clone()), size, cosigned(&sim), peers, health))
    }

    fn on_change(&self, listener: Listener) {
        self.listeners.lock().unwrap().push(listener);
    }

    fn entries(&self, procedure: &ProcedureId, from: u32) -> Result<Vec<PublicEntry>, Trouble> {
        let sim = self.sim.lock().unwrap();
        if !sim.world.tenders.contains_key(procedure) {
            return Err(Trouble::NotFound);
        }
        let mut entries = Vec::new();
        for (leaf, bytes) in (0..).zip(&sim.leaves) {
            let Leaf::Entry(entry) = Leaf::from_bytes(bytes).unwrap() else { continue };
            if entry.procedure == *procedure && entry.number >= from {
                let bytes = String::from_utf8(bytes.clone()).unwrap();
                entries.push(PublicEntry { number: entry.number, leaf, bytes });
            }
        }
        Ok(entries)
    }

    fn record(&self, commitment: &Hash) -> Result<Vec<u8>, Trouble> {
        let name = self.names.get(commitment).ok_or(Trouble::NotFound)?;
        Ok(format!(r#"{{"salt":"{}","text":"{name}"}}"#, "00".repeat(32)).into_bytes())
    }

    fn form(&self, procedure: &ProcedureId, bidder: &PartyId) -> Option<Form> {
        let sim = self.sim.lock().unwrap();
        self.forms.of(&sim.world, procedure, bidder, |commitment| sim.vault.get(commitment).cloned())
    }

    fn give(&self, _: SignedCommand) -> Result<Answer, Trouble> {
        self.check_trouble()?;
        Ok(self.answer.lock().unwrap().clone().unwrap())
    }

    fn receipt(&self, id: &Hash) -> Result<ReceiptState, Trouble> {
        let waits = [
            (Hash([1; 32]), ReceiptState::WaitsForBeat { scheduled: Some(self.now()) }),
            (Hash([2; 32]), ReceiptState::WaitsForCosignatures),
            (Hash([3; 32]), ReceiptState::Ready(r#"{"v":1}"#.into())),
        ];
        let found = waits.into_iter().find(|(known, _)| known == id);
        Ok(found.map_or(ReceiptState::Unknown, |(_, state)| state))
    }

    fn upload(&self, head: &UploadHead, body: &mut dyn Read) -> Result<Uploaded, Trouble> {
        self.check_trouble()?;
        let bytes = SimHost::read(body, head.bytes)?;
        let size = u32::try_from(bytes.len()).unwrap();
        self.uploaded.lock().unwrap().push((head.commitment, bytes));
        Ok(Uploaded { commitment: head.commitment, bytes: size, custody: Signature([7; 64]) })
    }

    fn put_document(&self, head: &DocumentHead, body: &mut dyn Read) -> Result<(), Trouble> {
        self.check_trouble()?;
        let bytes = SimHost::read(body, head.bytes)?;
        self.uploaded.lock().unwrap().push((head.hash, bytes));
        Ok(())
    }

    fn put_record(&self, bytes: &[u8]) -> Result<Hash, Trouble> {
        let address = Hash::of(bytes);
        if self.names.contains_key(&address) { Ok(address) } else { Err(Trouble::RecordUnknown) }
    }

    fn document(&self, hash: &Hash) -> Result<Box<dyn Read + Send>, Trouble> {
        let bytes = self.documents.get(hash).ok_or(Trouble::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }

    fn operations(&self, procedure: &ProcedureId) -> Result<String, Trouble> {
        let sim = self.sim.lock().unwrap();
        let closed = sim.world.tenders.get(procedure).is_some_and(|tender| tender.closed_at.is_some());
        let operations = sim.operations.get(procedure).filter(|_| closed).ok_or(Trouble::NotFound)?;
        let lines = operations.iter().map(|operation| {
            // Only operations are here.
            json::from_canonical::<Operation>(&operation.bytes).unwrap();
            let text = serde_json::to_string(std::str::from_utf8(&operation.bytes).unwrap()).unwrap();
            format!("{{\"operation\":{text},\"order\":{},\"slot\":0}}\n", operation.order)
        });
        Ok(lines.collect())
    }

    fn sitting(&self, _: &ProcedureId, _: Option<&Asking>) -> Result<Sitting, Trouble> {
        Err(Trouble::NotFound)
    }

    fn ask_seat(&self, _: &ProcedureId, _: &SeatAsk) -> Result<WaitingSeat, Trouble> {
        Err(Trouble::NotFound)
    }

    fn waiting_parties(&self, _: &Asking) -> Result<BTreeMap<PartyId, String>, Trouble> {
        Err(Trouble::NotFound)
    }

    fn waiting_seats(&self, _: &ProcedureId, _: &Asking) -> Result<WaitingRoom, Trouble> {
        Err(Trouble::NotFound)
    }

    fn vouch_seat(&self, _: &ProcedureId, _: &PublicKey, _: &SeatVouch) -> Result<WaitingSeat, Trouble> {
        Err(Trouble::NotFound)
    }

    fn envelope(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Vec<u8>, Trouble> {
        let sim = self.sim.lock().unwrap();
        let tender = sim.world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
        let mut listed = tender.to_open.iter().filter_map(|line| tender.bids.get(&line.bidder));
        let known = listed.any(|bid| bid.form.commitment == *commitment);
        sim.vault.get(commitment).filter(|_| known).cloned().ok_or(Trouble::NotFound)
    }

    fn body(&self, _: &ProcedureId, _: &Hash, _: &Asking) -> Result<(Box<dyn Read + Send>, u64), Trouble> {
        Err(Trouble::NotFound)
    }

    fn body_header(&self, _: &ProcedureId, _: &Hash, _: &Asking) -> Result<Vec<u8>, Trouble> {
        Err(Trouble::NotFound)
    }

    fn bundle(&self) -> Result<Vec<u8>, Trouble> {
        Ok(b"PK a bundle".to_vec())
    }

    fn log_file(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        if path == "tile/0/000.p/7" { Ok(vec![7; 224]) } else { Err(Trouble::NotFound) }
    }
}
