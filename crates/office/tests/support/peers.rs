//! Peers in the same process: witnesses and the keeper of second copies, each of which can be taken down.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
};
use ximu_basics::{Hash, Signature};
use ximu_journal::{FailPoints, Fault, StoreError};
use ximu_office::{Clock, Custody, CustodyError, CustodyRequest, WitnessError, Witnesses};
use ximu_procedure::wire::{command::custody_statement, signed::verify};
use ximu_sim::{
    Key,
    centre::{ORIGIN, policy},
    rules::PEERS,
};
use ximu_tlog::{
    Cosigner, Policy,
    checkpoint::Checkpoint,
    note::Note,
    witness::{KnownLog, Outcome, TreeHead, add_checkpoint},
};

use super::TestClock;

/// All peers.
pub struct Peers {
    clock: Arc<TestClock>,
    witnesses: BTreeMap<String, Witness>,
    /// Whether the keeper of second copies answers, and answers truly.
    pub custody_up: AtomicBool,
    pub custody_lies: AtomicBool,
    copies: Mutex<BTreeMap<Hash, Vec<u8>>>,
    /// What every witness mirrors: entry bundles by path.
    pub mirror: Mutex<BTreeMap<String, Vec<u8>>>,
}

struct Witness {
    up: AtomicBool,
    lies: AtomicBool,
    /// How many seconds its stamps are ahead of the clock, and how many cosignatures it answers with.
    ahead_s: AtomicI64,
    lines: AtomicUsize,
    head: Mutex<TreeHead>,
    newest: Mutex<Option<String>>,
    /// Whether its answers wait, and how many do.
    line: Mutex<Line>,
    line_changed: Condvar,
}

/// The line to a witness: a slow one holds what the host asked.
#[derive(Default)]
struct Line {
    held: bool,
    waiting: usize,
}

impl Peers {
    pub fn new(clock: Arc<TestClock>) -> Peers {
        let witness = |name: &&str| {
            let witness = Witness {
                up: AtomicBool::new(true),
                lies: AtomicBool::new(false),
                ahead_s: AtomicI64::new(0),
                lines: AtomicUsize::new(1),
                head: Mutex::new(TreeHead::EMPTY),
                newest: Mutex::new(None),
                line: Mutex::default(),
                line_changed: Condvar::new(),
            };
            ((*name).to_string(), witness)
        };
        Peers {
            clock,
            witnesses: PEERS.iter().map(witness).collect(),
            custody_up: AtomicBool::new(true),
            custody_lies: AtomicBool::new(false),
            copies: Mutex::default(),
            mirror: Mutex::default(),
        }
    }

    /// Takes a witness down or brings it back, by position.
    pub fn set_up(&self, position: usize, up: bool) {
        self.witnesses[PEERS[position]].up.store(up, Ordering::SeqCst);
    }

    /// Makes a witness sign with a false signature, or truly again.
    pub fn set_lying(&self, position: usize, lies: bool) {
        self.witnesses[PEERS[position]].lies.store(lies, Ordering::SeqCst);
    }

    /// Makes a witness stamp so many seconds ahead of the clock, or behind it.
    pub fn set_ahead_s(&self, position: usize, seconds: i64) {
        self.witnesses[PEERS[position]].ahead_s.store(seconds, Ordering::SeqCst);
    }

    /// Makes a witness answer with so many cosignatures, each with a time of its own.
    pub fn set_lines(&self, position: usize, lines: usize) {
        self.witnesses[PEERS[position]].lines.store(lines, Ordering::SeqCst);
    }

    /// Holds what a witness is asked from now on, or lets it go on.
    pub fn set_held(&self, position: usize, held: bool) {
        let witness = &self.witnesses[PEERS[position]];
        witness.line.lock().unwrap().held = held;
        witness.line_changed.notify_all();
    }

    /// Waits until a held witness was asked.
    pub fn wait_asked(&self, position: usize) {
        let witness = &self.witnesses[PEERS[position]];
        let line = witness.line.lock().unwrap();
        drop(witness.line_changed.wait_while(line, |line| line.waiting == 0).unwrap());
    }

    /// Brings a witness a published checkpoint, as anybody may; it cosigns.
    pub fn bring(&self, position: usize, note: &str) {
        let name = PEERS[position];
        let witness = &self.witnesses[name];
        let policy = Policy::parse(policy().as_bytes()).unwrap();
        let mut note = Note::parse(note.as_bytes()).unwrap();
        let checkpoint = Checkpoint::open(&note, &policy.logs()[0].key).unwrap();
        *witness.head.lock().unwrap() = TreeHead { size: checkpoint.size, root: checkpoint.root };
        let seconds = u64::try_from(self.clock.now().unix_ms() / 1000).unwrap();
        note.add(Cosigner::new(name, &Key::of(name).secret).unwrap().cosign(note.text(), seconds).unwrap())
            .unwrap();
        *witness.newest.lock().unwrap() = Some(note.to_string());
    }

    /// How many second copies there are.
    pub fn copies(&self) -> usize {
        self.copies.lock().unwrap().len()
    }

    fn answering(&self, name: &str) -> Result<&Witness, WitnessError> {
        let witness = &self.witnesses[name];
        if witness.up.load(Ordering::SeqCst) {
            return Ok(witness);
        }
        Err(WitnessError::Unreachable { found: "connection refused".into() })
    }
}

impl Witnesses for Peers {
    fn add_checkpoint(&self, name: &str, body: &str) -> Result<String, WitnessError> {
        let witness = self.answering(name)?;
        {
            let mut line = witness.line.lock().unwrap();
            line.waiting += 1;
            witness.line_changed.notify_all();
            let mut line = witness.line_changed.wait_while(line, |line| line.held).unwrap();
            line.waiting -= 1;
        }
        let mut head = witness.head.lock().unwrap();
        let policy = Policy::parse(policy().as_bytes()).unwrap();
        let keys = vec![policy.logs()[0].key.clone()];
        let decided = add_checkpoint(body.as_bytes(), |origin| {
            (origin == ORIGIN).then(|| KnownLog { keys: keys.clone(), head: *head })
        });
        match &decided {
            Outcome::Cosign { head: new, text, .. } => {
                *head = *new;
                let secret = Key::of(name).secret;
                let cosigner = Cosigner::new(name, &secret).unwrap();
                let seconds = self.clock.now().unix_ms() / 1000 + witness.ahead_s.load(Ordering::SeqCst);
                let seconds = u64::try_from(seconds).unwrap();
                let mut signature = decided.cosign(&cosigner, seconds).unwrap().unwrap();
                let mut note = Note::parse(body.split_once("\n\n").unwrap().1.as_bytes()).unwrap();
                assert_eq!(note.text(), text);
                note.add(signature.clone()).unwrap();
                *witness.newest.lock().unwrap() = Some(note.to_string());
                if witness.lies.load(Ordering::SeqCst) {
                    *signature.bytes.last_mut().unwrap() ^= 1;
                }
                let more = 1..witness.lines.load(Ordering::SeqCst) as u64;
                let more = more.map(|n| cosigner.cosign(text, seconds + n).unwrap().to_string());
                Ok(signature.to_string() + &more.collect::<String>())
            }
            Outcome::Conflict { size } => Err(WitnessError::Conflict { size: *size }),
            other => Err(WitnessError::Refused { status: other.status(), found: other.refusal_body() }),
        }
    }

    fn newest(&self, name: &str, origin: &str) -> Result<Option<String>, WitnessError> {
        assert_eq!(origin, ORIGIN);
        Ok(self.answering(name)?.newest.lock().unwrap().clone())
    }

    fn mirrored(&self, name: &str, _: &str, path: &str) -> Result<Vec<u8>, WitnessError> {
        self.answering(name)?;
        let found = self.mirror.lock().unwrap().get(path).cloned();
        found.ok_or_else(|| WitnessError::Refused {
            status: 404,
            found: format!("{path} is not mirrored here"),
        })
    }
}

impl Custody for Peers {
    fn store(&self, request: CustodyRequest<'_>, reader: &mut dyn Read) -> Result<Signature, CustodyError> {
        self.check(&request)?;
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len(), request.bytes as usize);
        self.copies.lock().unwrap().insert(*request.commitment, bytes);
        let statement =
            custody_statement(request.origin, request.procedure.as_str(), request.commitment, request.bytes);
        let signer = if self.custody_lies.load(Ordering::SeqCst) { "somebody" } else { request.peer };
        Ok(Key::of(signer).sign(&statement))
    }

    fn fetch(&self, request: CustodyRequest<'_>) -> Result<Box<dyn Read + Send>, CustodyError> {
        self.check(&request)?;
        let copies = self.copies.lock().unwrap();
        match copies.get(request.commitment) {
            Some(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
            None => Err(CustodyError::Refused { status: 404, found: "no copy".into() }),
        }
    }
}

impl Peers {
    fn check(&self, request: &CustodyRequest<'_>) -> Result<(), CustodyError> {
        assert_eq!(request.peer, PEERS[0]);
        if !self.custody_up.load(Ordering::SeqCst) {
            return Err(CustodyError::Unreachable { found: "connection refused".into() });
        }
        let statement = ximu_office::statement::custody_request(
            request.origin,
            request.procedure,
            request.commitment,
            u64::from(request.bytes),
        );
        assert!(verify(&Key::of("centre").public(), &statement, request.signature));
        Ok(())
    }
}

/// What a hook says of a point, without doing anything.
pub fn ask(points: &FailPoints, point: &'static str) -> Fault {
    let mut done = false;
    let result = points.step::<(), StoreError>(point, || {
        done = true;
        Ok(())
    });
    match (result, done) {
        (Ok(()), _) => Fault::None,
        (Err(StoreError::Full), _) => Fault::Full,
        (Err(_), false) => Fault::Error,
        (Err(_), true) => Fault::ErrorAfterPersist,
    }
}
