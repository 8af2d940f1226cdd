//! Epoch keys: a holder's key for one procedure alone (sealed-bid 4.1; opening 1). Made once, on the disk before
//! anybody hears of it, never given out.
//!
//! A tenderer or agent asks, before there is an entry that could authorise it: one of those that this peer has itself
//! found in the register of the log, so that no stranger uses up the named number of keys. Destroying a key after the
//! objection period is an entry of a later version.

use crate::{
    config::KnownCentre,
    directory::Directory,
    durable::{self, DiskError},
    outside::Entropy,
    trouble::Trouble,
};
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use ximu_basics::{
    ProcedureId, PublicKey, Signature,
    json::{from_canonical, to_canonical},
};
use ximu_client::{peer::EpochRequest, statement::epoch_request};
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::{
    registry::Registry,
    role::Role,
    wire::{
        command::{Epoch, epoch_statement},
        signed::verify,
    },
};
use ximu_sealed::Identity;
use zeroize::Zeroizing;

/// The fail point of every new epoch key.
pub const EPOCH: &str = "peer-epoch";

/// The most epoch keys for one log: twenty years of ten procedures a week, and room for some that nobody published.
pub const EPOCHS_MAX: usize = 10_000;

/// The epoch keys of all logs a peer works for.
pub struct Epochs {
    name: String,
    key: SigningKey,
    entropy: Entropy,
    fail: FailPoints,
    folders: BTreeMap<String, Mutex<PathBuf>>,
    askers: Mutex<BTreeMap<String, BTreeSet<PublicKey>>>,
}

/// What stands on the disk, for its owner alone.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    origin: String,
    procedure: ProcedureId,
    identity: Zeroizing<String>,
}

impl Epochs {
    /// Opens the folders of these logs.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(
        directory: &Directory,
        name: &str,
        key: &[u8; 32],
        centres: &[KnownCentre],
        entropy: Entropy,
        fail: &FailPoints,
    ) -> Result<Epochs, DiskError> {
        let mut folders = BTreeMap::new();
        for centre in centres {
            let folder = directory.part("epochs", &centre.origin);
            durable::create_folder(&folder)?;
            folders.insert(centre.origin.clone(), Mutex::new(folder));
        }
        let key = SigningKey::from_bytes(key);
        let askers = Mutex::default();
        Ok(Epochs { name: name.into(), key, entropy, fail: fail.clone(), folders, askers })
    }

    /// Notes who may ask about procedures of a log: the keys of tenderers and agents in its register.
    pub fn note_askers(&self, origin: &str, registry: &Registry) {
        let publishes =
            |roles: &BTreeSet<Role>| roles.contains(&Role::Tenderer) || roles.contains(&Role::Agent);
        let persons = registry.persons.values().filter(|person| publishes(&person.roles));
        let keys = persons.map(|person| person.key).collect();
        self.askers.lock().unwrap_or_else(PoisonError::into_inner).insert(origin.to_owned(), keys);
    }

    /// The epoch key of a procedure, for somebody who may ask.
    ///
    /// # Errors
    /// `epoch-asker`, and those of [`Epochs::give`].
    pub fn answer(&self, request: &EpochRequest) -> Result<Epoch, Trouble> {
        let (origin, procedure) = (&request.origin, &request.procedure);
        if !self.folders.contains_key(origin) {
            return Err(Trouble::unknown_log());
        }
        let is_signed = verify(&request.key, &epoch_request(origin, procedure), &request.signature);
        let askers = self.askers.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_signed || !askers.get(origin).is_some_and(|keys| keys.contains(&request.key)) {
            let detail = "expected the signature of a tenderer or agent in this log's register; if the register \
                          knows the key, this peer has not read so far yet: ask again";
            return Err(Trouble::now("epoch-asker", detail));
        }
        drop(askers);
        self.give(origin, procedure)
    }

    /// The epoch key of a procedure, made at the first question. The same question gives the same answer for ever.
    ///
    /// # Errors
    /// [`Trouble`]: an unknown log, too many keys, no randomness, the disk.
    pub fn give(&self, origin: &str, procedure: &ProcedureId) -> Result<Epoch, Trouble> {
        let folder = self.folders.get(origin).ok_or_else(Trouble::unknown_log)?;
        // Held so that two askers at once get one key.
        let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        let path = folder.join(procedure.as_str());
        if let Some(identity) = read(&path, origin, procedure)? {
            return Ok(self.signed(origin, procedure, &identity));
        }
        if durable::names(&folder)?.len() >= EPOCHS_MAX {
            let detail =
                format!("expected at most {EPOCHS_MAX} epoch keys for this log; ask the peer's operator");
            return Err(Trouble::halted("epochs-exhausted", detail));
        }
        let none =
            || Trouble::now("entropy-missing", "the system has no random bytes to give; try again later");
        let secret = Zeroizing::new(self.entropy.draw().ok_or_else(none)?);
        let identity = Identity::from_bytes(*secret);
        let kept = Kept {
            v: 1,
            origin: origin.to_owned(),
            procedure: procedure.clone(),
            identity: identity.to_text(),
        };
        let bytes = to_canonical(&kept).map(Zeroizing::new);
        let bytes = bytes.map_err(|error| Trouble::now("epoch-unwritable", error.to_string()))?;
        // If we crash here: no key was named; the next question makes another.
        durable::write(&path, &bytes, &self.fail, EPOCH)?;
        // If we crash here: the key is kept and the next question is answered with it.
        Ok(self.signed(origin, procedure, &identity))
    }

    /// The secret of a procedure's epoch key, for the holder; `None` when none was made.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn identity(&self, origin: &str, procedure: &ProcedureId) -> Result<Option<Identity>, DiskError> {
        let Some(folder) = self.folders.get(origin) else { return Ok(None) };
        let path = folder.lock().unwrap_or_else(PoisonError::into_inner).join(procedure.as_str());
        read(&path, origin, procedure)
    }

    fn signed(&self, origin: &str, procedure: &ProcedureId, identity: &Identity) -> Epoch {
        let recipient = identity.recipient().to_string();
        let statement = epoch_statement(origin, procedure.as_str(), &recipient);
        let statement = Signature(self.key.sign(&statement).to_bytes());
        Epoch { holder: self.name.clone(), recipient, statement }
    }
}

impl fmt::Debug for Epochs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Epochs({})", self.name)
    }
}

fn read(
    path: &std::path::Path,
    origin: &str,
    procedure: &ProcedureId,
) -> Result<Option<Identity>, DiskError> {
    let Some(bytes) = durable::read(path)?.map(Zeroizing::new) else { return Ok(None) };
    let damaged = |found: &str| DiskError::Damaged {
        path: path.display().to_string(),
        expected: "this procedure's epoch key",
        found: found.to_owned(),
    };
    let kept: Kept = from_canonical(&bytes).map_err(|error| damaged(&error.to_string()))?;
    if kept.v != 1 || kept.origin != origin || kept.procedure != *procedure {
        return Err(damaged("the key of another procedure"));
    }
    kept.identity.parse().map(Some).map_err(|_| damaged("a key that cannot be read"))
}
