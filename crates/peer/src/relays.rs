//! What bidders hand to this holder (opening 3.4, peer 2.8): a release or a request for rescue is checked by the holder's own
//! replay, kept before anything is said about it, and answered with a signed statement.
//!
//! Not here: handing it in, and what follows when the log does not show it (`follow.rs`, `conditions.rs`).

use crate::{
    config::KnownCentre,
    directory::Directory,
    durable::{self, DiskError},
    outside::Clock,
    trouble::Trouble,
};
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use ximu_basics::{
    Hash, Instant, ProcedureId, PublicKey, Signature,
    json::{from_canonical, to_canonical},
};
use ximu_client::peer::RelayAnswer;
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::{
    Stage, Tender, World,
    phase::relay::{self, HANDED_BYTES_MAX, Handed, Kind},
    wire::{Refusal, SignedCommand, command::relay_statement},
};

/// The fail point of every kept command of a bidder.
pub const HANDED: &str = "peer-handed";

/// The fail point of every note that nothing more is taken in a window.
pub const WINDOW_SHUT: &str = "peer-window-shut";

/// The largest request, in bytes: the canonical JSON of a signed command whose body may be as long as is taken.
pub const RELAY_REQUEST_BYTES_MAX: usize = 64 * 1024;

/// What bidders handed in, for all logs a peer works for.
pub struct Relays {
    name: String,
    key: SigningKey,
    public: PublicKey,
    clock: Arc<dyn Clock>,
    restored: Option<Instant>,
    fail: FailPoints,
    folders: BTreeMap<String, Mutex<Folder>>,
    worlds: Mutex<BTreeMap<String, World>>,
}

/// What was handed in for one log. The directory is this process's alone, so what was read once is what stands there until
/// something is written.
struct Folder {
    path: PathBuf,
    read: BTreeMap<ProcedureId, Arc<[SignedCommand]>>,
}

/// What stands on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    at: Instant,
    signed: SignedCommand,
}

/// A command that was taken.
#[derive(Debug)]
pub struct Taken {
    /// What the bidder is answered.
    pub answer: RelayAnswer,
    /// The log it is for.
    pub origin: String,
    /// The command, when it was not kept before.
    pub fresh: Option<SignedCommand>,
}

impl Relays {
    /// Opens the folders of these logs.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(
        directory: &Directory,
        name: &str,
        key: &[u8; 32],
        centres: &[KnownCentre],
        clock: Arc<dyn Clock>,
        restored: Option<Instant>,
        fail: &FailPoints,
    ) -> Result<Relays, DiskError> {
        let mut folders = BTreeMap::new();
        for centre in centres {
            let folder = directory.part("relays", &centre.origin);
            durable::create_folder(&folder)?;
            let folder = Folder { path: folder, read: BTreeMap::new() };
            folders.insert(centre.origin.clone(), Mutex::new(folder));
        }
        let key = SigningKey::from_bytes(key);
        let public = PublicKey(key.verifying_key().to_bytes());
        let (name, fail, worlds) = (name.to_owned(), fail.clone(), Mutex::default());
        Ok(Relays { name, key, public, clock, restored, fail, folders, worlds })
    }

    /// Notes what the leaves of a log mean so far, by this peer's own replay. What was handed in where the bids are opened since
    /// stays on the disk alone.
    pub fn note(&self, origin: &str, world: &World) {
        let mut worlds = self.worlds.lock().unwrap_or_else(PoisonError::into_inner);
        if worlds.get(origin).is_some_and(|known| known.size == world.size) {
            return;
        }
        worlds.insert(origin.to_owned(), world.clone());
        drop(worlds);
        if let Some(folder) = self.folders.get(origin) {
            let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
            folder.read.retain(|procedure, _| world.tenders.get(procedure).is_some_and(|it| is_unopened(it)));
        }
    }

    /// A procedure, as far as this peer itself has replayed the log.
    pub(crate) fn tender(&self, origin: &str, procedure: &ProcedureId) -> Option<Arc<Tender>> {
        let worlds = self.worlds.lock().unwrap_or_else(PoisonError::into_inner);
        worlds.get(origin)?.tenders.get(procedure).map(Arc::clone)
    }

    /// Takes what a bidder hands in: the canonical JSON of a signed command. The same bytes get the same answer for ever.
    ///
    /// # Errors
    /// [`Trouble`] with a code of peer 2.8; nothing was kept or promised then, unless the disk says otherwise.
    pub fn take(&self, bytes: &[u8]) -> Result<Taken, Trouble> {
        let malformed = |found: String| {
            let detail =
                format!("expected the canonical JSON of a signed release or request for rescue: {found}");
            Trouble::refused(400, "relay-request", detail)
        };
        let signed: SignedCommand = from_canonical(bytes).map_err(|error| malformed(error.to_string()))?;
        let found = signed.body.len();
        if found > HANDED_BYTES_MAX {
            let detail = format!("expected a command of at most {HANDED_BYTES_MAX} bytes, found {found}");
            return Err(Trouble::refused(413, "relay-too-large", detail));
        }
        let body = signed.open().map_err(|error| malformed(error.to_string()))?;
        let (origin, procedure) = (body.origin, body.procedure);
        let folder = self.folders.get(&origin).ok_or_else(Trouble::unknown_log)?;
        let behind = || {
            let detail =
                "this peer has not read so far that bids may be opened; hand it in again in a moment";
            Trouble::now("relay-behind", detail)
        };
        let worlds = self.worlds.lock().unwrap_or_else(PoisonError::into_inner);
        let world = worlds.get(&origin).ok_or_else(behind)?;
        let (registry, tender) =
            (Arc::clone(&world.registry), Arc::clone(world.tenders.get(&procedure).ok_or_else(behind)?));
        drop(worlds);
        if tender.holder_index(&self.public).is_none() || !tender.relays() {
            let detail =
                "this peer hands in nothing in this procedure; its rules name the holders, if they do at all";
            return Err(Trouble::refused(404, "relay-not-here", detail));
        }
        if tender.stage == Stage::Sealing {
            return Err(behind());
        }
        // It would answer for no list of this procedure, and may have said before that it was handed nothing.
        if self.restored.is_some_and(|restored| tender.published <= restored) {
            let detail =
                "this peer was restored from a copy and answers for nothing here; go to the other holders";
            return Err(Trouble::halted("relay-restored", detail));
        }
        let handed = relay::read(&registry, &tender, &signed).map_err(|refusal| refused(&refusal))?;
        // Held so that nothing is kept after the holder has said that it was handed no more.
        let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        let path = folder.path.join(file_name(&procedure, &handed));
        if let Some(kept) = read(&path)? {
            if kept.signed == signed {
                let answer = self.answer(&origin, &procedure, bytes, kept.at);
                return Ok(Taken { answer, origin, fresh: None });
            }
            let detail = "expected the command of this bidder that is kept here, found another of its kind";
            return Err(Trouble::refused(409, "relay-other", detail));
        }
        let at = self.clock.now();
        check_open(&tender, at, shut(&folder.path, &procedure)?)?;
        relay::content(&tender, &handed).map_err(|refusal| {
            if matches!(refusal, Refusal::AlreadyExists {}) {
                let detail = "the log shows it already; nothing is left to hand in";
                return Trouble::refused(409, "relay-exists", detail);
            }
            refused(&refusal)
        })?;
        let kept = Kept { v: 1, at, signed };
        let text =
            to_canonical(&kept).map_err(|error| Trouble::now("answer-unwritable", error.to_string()))?;
        folder.read.remove(&procedure);
        // If we crash here: nothing was said; the bidder hands it in again.
        durable::write(&path, &text, &self.fail, HANDED)?;
        // If we crash here: the same bytes get the answer that would have been given.
        let answer = self.answer(&origin, &procedure, bytes, at);
        Ok(Taken { answer, origin, fresh: Some(kept.signed) })
    }

    /// Everything that was handed in for a procedure.
    ///
    /// # Errors
    /// [`DiskError`]: what was kept and cannot be read is not taken for nothing.
    pub fn handed(&self, origin: &str, procedure: &ProcedureId) -> Result<Arc<[SignedCommand]>, DiskError> {
        let Some(folder) = self.folders.get(origin) else { return Ok(Arc::default()) };
        folder.lock().unwrap_or_else(PoisonError::into_inner).list(procedure)
    }

    /// Takes nothing more in the window that ended then, and gives what was handed in. Durable, so that neither a crash
    /// nor a clock that goes back opens it again.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn shut(
        &self,
        origin: &str,
        procedure: &ProcedureId,
        until: Instant,
    ) -> Result<Arc<[SignedCommand]>, DiskError> {
        let Some(folder) = self.folders.get(origin) else { return Ok(Arc::default()) };
        let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        if shut(&folder.path, procedure)?.is_none_or(|known| known < until) {
            let bytes = until.unix_ms().to_string();
            durable::write(&shut_path(&folder.path, procedure), bytes.as_bytes(), &self.fail, WINDOW_SHUT)?;
        }
        folder.list(procedure)
    }

    fn answer(&self, origin: &str, procedure: &ProcedureId, bytes: &[u8], at: Instant) -> RelayAnswer {
        let said = relay_statement(origin, procedure, &Hash::of(bytes), at);
        let signature = Signature(self.key.sign(&said).to_bytes());
        RelayAnswer { at, holder: self.name.clone(), signature }
    }
}

impl fmt::Debug for Relays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Relays({})", self.name)
    }
}

fn is_unopened(tender: &Tender) -> bool {
    matches!(tender.stage, Stage::Sealing | Stage::Window | Stage::Opening)
}

/// Whether the window is open on this holder's clock, and it has not shut it itself.
fn check_open(tender: &Tender, at: Instant, shut: Option<Instant>) -> Result<(), Trouble> {
    let late = || {
        let detail = "the window is over on this holder's clock, or in the log that it has read; nothing more is taken";
        Trouble::refused(409, "relay-late", detail)
    };
    let until = tender.window_until.filter(|_| tender.stage == Stage::Window).ok_or_else(late)?;
    if tender.suspended_until(at).is_some() {
        let detail = "the procedure is suspended; hand it in again when it goes on";
        return Err(Trouble::now("relay-suspended", detail));
    }
    if at > until || shut.is_some_and(|shut| shut >= until) { Err(late()) } else { Ok(()) }
}

fn refused(refusal: &Refusal) -> Trouble {
    let detail = format!("the rules refuse this command ({}): {refusal}", refusal.code());
    Trouble::refused(403, "relay-refused", detail)
}

/// One place for each bidder and kind, and one more for the key that submitted, whose word stands over another's.
fn file_name(procedure: &ProcedureId, handed: &Handed) -> String {
    let kind = match handed.kind {
        Kind::Release => "release",
        Kind::Rescue => "rescue",
    };
    // No id has a `+`.
    format!("{procedure}+{}+{kind}+{}", handed.bidder, if handed.own { "own" } else { "other" })
}

fn shut_path(folder: &Path, procedure: &ProcedureId) -> PathBuf {
    folder.join(format!("{procedure}+shut"))
}

/// The end of the last window in which nothing more is taken.
fn shut(folder: &Path, procedure: &ProcedureId) -> Result<Option<Instant>, DiskError> {
    let path = shut_path(folder, procedure);
    let Some(bytes) = durable::read(&path)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    let ms = text.parse().map_err(|_| damaged(&path, "an instant in milliseconds", text.as_ref()))?;
    Ok(Some(Instant::from_unix_ms(ms)))
}

impl Folder {
    fn list(&mut self, procedure: &ProcedureId) -> Result<Arc<[SignedCommand]>, DiskError> {
        if let Some(read) = self.read.get(procedure) {
            return Ok(Arc::clone(read));
        }
        let prefix = format!("{procedure}+");
        let mut names = durable::names(&self.path)?;
        names.retain(|name| name.starts_with(&prefix) && name.matches('+').count() == 3);
        let mut handed = Vec::new();
        for name in &names {
            handed.extend(read(&self.path.join(name))?.map(|kept| kept.signed));
        }
        let handed: Arc<[SignedCommand]> = handed.into();
        self.read.insert(procedure.clone(), Arc::clone(&handed));
        Ok(handed)
    }
}

fn read(path: &Path) -> Result<Option<Kept>, DiskError> {
    let Some(bytes) = durable::read(path)? else { return Ok(None) };
    let kept = from_canonical::<Kept>(&bytes);
    kept.map(Some).map_err(|error| damaged(path, "a command of a bidder", &error.to_string()))
}

fn damaged(path: &Path, expected: &'static str, found: &str) -> DiskError {
    DiskError::Damaged { path: path.display().to_string(), expected, found: found.to_owned() }
}
