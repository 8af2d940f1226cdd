//! The witness (c2sp.org/tlog-witness; log 6): remembers the newest tree head of each log and cosigns only what
//! continues it.
//!
//! The decision is `ximu_tlog::witness`'s. Here is its memory: check and store are one step per log, the new head is
//! on the disk before the cosignature leaves the house, and a witness that has lost its memory of a log signs
//! nothing for it.

use crate::{
    config::KnownCentre,
    directory::Directory,
    durable::{self, DiskError},
    health::{Health, Part},
    outside::Clock,
    trouble::Trouble,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use ximu_basics::{
    Hash,
    json::{from_canonical, to_canonical},
};
use ximu_journal::failpoint::FailPoints;
use ximu_tlog::{
    Checkpoint, Cosigner, Note, VerifierKey,
    cosignature::cosigned_times,
    witness::{self, AddCheckpoint, KnownLog, Outcome, TreeHead},
};

/// The fail point of every change of a witness's memory.
pub const STATE: &str = "witness-state";

/// The fail point of the proof of a fork.
pub const FORK: &str = "witness-fork";

/// The witness of all logs a peer works for.
pub struct Witness {
    cosigner: Cosigner,
    clock: Arc<dyn Clock>,
    health: Arc<Health>,
    fail: FailPoints,
    logs: BTreeMap<String, Watched>,
}

/// One log.
struct Watched {
    keys: Vec<VerifierKey>,
    state_path: PathBuf,
    fork_path: PathBuf,
    memory: Mutex<Memory>,
}

/// What the witness remembers of one log.
enum Memory {
    /// The newest head it cosigned, and that is on the disk.
    Known(Kept),
    /// Its memory is gone or damaged: it signs nothing.
    Lost { detail: String },
}

/// What stands on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    origin: String,
    size: u64,
    root: Hash,
    /// When it was cosigned, in seconds; 0 before the first.
    time_s: u64,
    /// The checkpoint with the log's signature and this witness's; empty before the first.
    note: String,
}

/// The answer to `add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessAnswer {
    /// 200: the signature line.
    Cosigned(String),
    /// 400, 403, 404, 409 or 422, as the format says.
    Refused(Outcome),
    /// The witness cannot sign: its disk, its clock, its memory.
    Trouble(Trouble),
}

impl Witness {
    /// Opens the memory of every log; begins one for a log that this directory has never known.
    ///
    /// # Errors
    /// [`DiskError`] when a memory cannot be begun. A memory that is lost or damaged is no error here: the witness
    /// works for the other logs and says so on `/healthz`.
    pub fn open(
        directory: &mut Directory,
        cosigner: Cosigner,
        centres: &[KnownCentre],
        clock: Arc<dyn Clock>,
        health: Arc<Health>,
        fail: &FailPoints,
    ) -> Result<Witness, DiskError> {
        let mut logs = BTreeMap::new();
        for centre in centres {
            let folder = directory.part("witness", &centre.origin);
            let (state_path, fork_path) = (folder.join("state"), folder.join("fork"));
            directory.adopt(centre, || {
                durable::create_folder(&folder)?;
                match durable::read(&state_path)? {
                    Some(_) => Ok(()),
                    None => Kept::begin(&centre.origin).write(&state_path, fail),
                }
            })?;
            let memory = match Kept::read(&state_path, &centre.origin, cosigner.verifier()) {
                Ok(kept) => Memory::Known(kept),
                Err(detail) => {
                    health.raise(&centre.origin, Part::Witness, "witness-state-lost", &detail);
                    Memory::Lost { detail }
                }
            };
            if durable::read_exact(&fork_path)?.is_some() {
                health.raise(&centre.origin, Part::Log, "log-forked", FORKED);
            }
            let memory = Mutex::new(memory);
            let keys = centre.keys.clone();
            logs.insert(centre.origin.clone(), Watched { keys, state_path, fork_path, memory });
        }
        Ok(Witness { cosigner, clock, health, fail: fail.clone(), logs })
    }

    /// Answers `POST /add-checkpoint`. When this returns a cosignature, the head it covers is on the disk.
    #[must_use]
    pub fn add_checkpoint(&self, body: &[u8]) -> WitnessAnswer {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(fault) => return WitnessAnswer::Refused(Outcome::BadRequest(fault)),
        };
        let Some((origin, log)) = self.logs.get_key_value(request.origin()) else {
            return WitnessAnswer::Refused(Outcome::NotFound);
        };
        // Held until the new head is durable: no other request for this log is decided in between.
        let mut memory = log.lock();
        let kept = match &*memory {
            Memory::Known(kept) => kept,
            Memory::Lost { detail } => {
                return WitnessAnswer::Trouble(Trouble::halted("witness-state-lost", detail.clone()));
            }
        };
        let outcome = request.decide(&KnownLog { keys: log.keys.clone(), head: kept.head() });
        let Outcome::Cosign { checkpoint, text, .. } = &outcome else {
            if let Outcome::Conflict { .. } = &outcome {
                self.note_fork(origin, log, kept, &request);
            }
            return WitnessAnswer::Refused(outcome);
        };
        match self.cosign(origin, log, kept, checkpoint, text, &request.checkpoint) {
            Ok((next, line)) => {
                *memory = Memory::Known(next);
                WitnessAnswer::Cosigned(line)
            }
            Err(trouble) => {
                *memory = self.reload(origin, log);
                WitnessAnswer::Trouble(trouble)
            }
        }
    }

    /// The newest checkpoint this witness cosigned for a log, as a note with both signatures; `None` for an unknown
    /// log and before the first.
    #[must_use]
    pub fn newest(&self, origin: &str) -> Option<String> {
        match &*self.logs.get(origin)?.lock() {
            Memory::Known(kept) => Some(kept.note.clone()).filter(|note| !note.is_empty()),
            Memory::Lost { .. } => None,
        }
    }

    /// The head this witness has cosigned for a log; `None` when the log is unknown or its memory lost.
    #[must_use]
    pub fn head(&self, origin: &str) -> Option<TreeHead> {
        match &*self.logs.get(origin)?.lock() {
            Memory::Known(kept) => Some(kept.head()),
            Memory::Lost { .. } => None,
        }
    }

    /// Whether the log has signed two histories in front of this witness.
    ///
    /// # Errors
    /// [`DiskError::Io`].
    pub fn has_forked(&self, origin: &str) -> Result<bool, DiskError> {
        let Some(log) = self.logs.get(origin) else { return Ok(false) };
        Ok(durable::read_exact(&log.fork_path)?.is_some())
    }

    /// Signs, makes the new head durable, and only then lets the line out.
    fn cosign(
        &self,
        origin: &str,
        log: &Watched,
        kept: &Kept,
        checkpoint: &Checkpoint,
        text: &str,
        submitted: &Note,
    ) -> Result<(Kept, String), Trouble> {
        let time_s = u64::try_from(self.clock.now().unix_ms().div_euclid(1000)).unwrap_or(0);
        if time_s < kept.time_s {
            let detail = format!(
                "expected a clock that shows {} s or later, where this witness last signed; found {time_s} s. Set the clock right",
                kept.time_s
            );
            self.health.raise(origin, Part::Witness, "clock-regressed", &detail);
            return Err(Trouble::now("clock-regressed", detail));
        }
        let signature = self.cosigner.cosign(text, time_s);
        let signature = signature.map_err(|error| Trouble::now("clock-impossible", error.to_string()))?;
        let line = signature.to_string();
        if kept.head() == (TreeHead { size: checkpoint.size, root: checkpoint.root }) && !kept.note.is_empty()
        {
            // The same head again, for a log that lost our first answer: nothing new to remember but the time.
            return Ok((Kept { time_s, ..kept.clone() }, line));
        }
        let note = note_with(&log.keys, submitted, signature).ok_or_else(|| {
            Trouble::refused(400, "note-unusable", "expected a note this witness can add to")
        })?;
        let next = Kept {
            v: 1,
            origin: origin.to_owned(),
            size: checkpoint.size,
            root: checkpoint.root,
            time_s,
            note: note.to_string(),
        };
        // If we crash here: nothing was signed away; the log asks again and we stand where we stood.
        next.write(&log.state_path, &self.fail)?;
        // If we crash here: the head is durable and the log has no answer; it asks again and gets 409 with this size,
        // or the same head and a new line.
        self.health.clear(origin, Part::Witness);
        Ok((next, line))
    }

    /// After a failed write the disk decides what this witness knows; when even that cannot be read, it knows
    /// nothing and signs nothing.
    fn reload(&self, origin: &str, log: &Watched) -> Memory {
        match Kept::read(&log.state_path, origin, self.cosigner.verifier()) {
            Ok(kept) => Memory::Known(kept),
            Err(detail) => {
                self.health.raise(origin, Part::Witness, "witness-state-lost", &detail);
                Memory::Lost { detail }
            }
        }
    }

    /// Keeps the proof when a log has signed another root for the size we cosigned.
    fn note_fork(&self, origin: &str, log: &Watched, kept: &Kept, request: &AddCheckpoint) {
        let Ok(found) = Checkpoint::parse(request.checkpoint.text()) else { return };
        if found.size != kept.size || found.root == kept.root || kept.note.is_empty() {
            return;
        }
        self.keep_fork(origin, log, &kept.note, &request.checkpoint.to_string());
    }

    /// Keeps two notes of one log that contradict each other, for ever, and says so on `/healthz`.
    fn keep_fork(&self, origin: &str, log: &Watched, one: &str, other: &str) {
        self.health.raise(origin, Part::Log, "log-forked", FORKED);
        let evidence = format!("{one}\n{other}");
        if let Err(error) = durable::write(&log.fork_path, evidence.as_bytes(), &self.fail, FORK) {
            tracing::error!(origin, code = error.code(), "the proof of a fork could not be kept: {error}");
        }
    }

    /// A published checkpoint contradicts what this peer has seen of the log.
    pub fn report_fork(&self, origin: &str, published: &str) {
        let Some(log) = self.logs.get(origin) else { return };
        let memory = log.lock();
        let ours = match &*memory {
            Memory::Known(kept) => kept.note.as_str(),
            Memory::Lost { .. } => "",
        };
        self.keep_fork(origin, log, ours, published);
    }
}

const FORKED: &str = "the log has signed two different trees of one size; both notes are kept beside the state. Publish them, and release nothing of this log";

/// The submitted note with the signatures of the log's own keys and this witness's: what strangers signed is not ours
/// to pass on.
fn note_with(keys: &[VerifierKey], submitted: &Note, ours: ximu_tlog::note::Signature) -> Option<Note> {
    let mut note = Note::new(submitted.text()).ok()?;
    for key in keys {
        for signature in submitted.signatures_of(key) {
            note.add(signature.clone()).ok()?;
        }
    }
    note.add(ours).ok()?;
    Some(note)
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        // A thread that panicked inside left the memory as it was before: it is replaced only as a whole.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn begin(origin: &str) -> Kept {
        let TreeHead { size, root } = TreeHead::EMPTY;
        Kept { v: 1, origin: origin.to_owned(), size, root, time_s: 0, note: String::new() }
    }

    fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root }
    }

    fn write(&self, path: &std::path::Path, fail: &FailPoints) -> Result<(), DiskError> {
        let bytes = to_canonical(self).map_err(|error| DiskError::Damaged {
            path: path.display().to_string(),
            expected: "a state that can be written",
            found: error.to_string(),
        })?;
        durable::write(path, &bytes, fail, STATE)
    }

    /// Reads the memory of one log, or says why it cannot be trusted.
    fn read(path: &std::path::Path, origin: &str, ours: &VerifierKey) -> Result<Kept, String> {
        let lost = |found: String| {
            format!(
                "this witness has lost its memory of {origin} ({found}) and signs nothing for it. Restore {} from a copy that is not older than its last cosignature, or give this peer a new key in the policy",
                path.display()
            )
        };
        let bytes = durable::read(path).map_err(|error| lost(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| lost("the file is missing".to_owned()))?;
        let kept: Kept = from_canonical(&bytes).map_err(|error| lost(error.to_string()))?;
        let consistent = kept.v == 1 && kept.origin == origin && kept.is_what_we_signed(ours);
        if consistent { Ok(kept) } else { Err(lost("it is not what this witness signed".to_owned())) }
    }

    /// Whether head and time are those of the note, and the note carries our cosignature; or it is the beginning.
    fn is_what_we_signed(&self, ours: &VerifierKey) -> bool {
        if self.note.is_empty() {
            return *self == Kept::begin(&self.origin);
        }
        let signed = || {
            let note = Note::parse(self.note.as_bytes()).ok()?;
            let checkpoint = Checkpoint::parse(note.text()).ok()?;
            let times = cosigned_times(&note, ours).ok()?;
            let head = (checkpoint.origin.as_str(), checkpoint.size, checkpoint.root);
            Some(head == (self.origin.as_str(), self.size, self.root) && times.contains(&self.time_s))
        };
        signed().unwrap_or(false)
    }
}

/// The status, media type and body of an answer, as the format asks.
#[must_use]
pub fn http_form(answer: &WitnessAnswer) -> Option<(u16, &'static str, String)> {
    match answer {
        WitnessAnswer::Cosigned(line) => Some((200, "text/plain; charset=utf-8", line.clone())),
        WitnessAnswer::Refused(outcome) => {
            let conflict = matches!(outcome, Outcome::Conflict { .. });
            let media_type = if conflict { witness::SIZE_CONTENT_TYPE } else { "text/plain; charset=utf-8" };
            Some((outcome.status(), media_type, outcome.refusal_body()))
        }
        WitnessAnswer::Trouble(_) => None,
    }
}
