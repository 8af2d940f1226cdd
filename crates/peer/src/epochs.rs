//! Epoch keys: a holder's key for one procedure alone (sealed-bid 4.1; opening 1). Made once, on the disk before
//! anybody hears of it, never given out.
//!
//! A tenderer or agent asks, before there is an entry that could authorise it: one of those that this peer has itself
//! found in the register of the log, so that no stranger uses up the named number of keys; and of keys whose procedure
//! the log does not show each party has only a few, so that none of them does either. Destroying a key after the
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
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use ximu_basics::{
    PartyId, ProcedureId, PublicKey, Signature,
    json::{from_canonical, to_canonical},
};
use ximu_client::{peer::EpochRequest, statement::epoch_request};
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::{
    World,
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

/// The most epoch keys of one log that one party has had made for procedures that the log does not show: as many as a
/// busy office prepares at a time. It would take more than six hundred admitted parties to use up [`EPOCHS_MAX`].
pub const UNPUBLISHED_MAX: usize = 16;

/// The epoch keys of all logs a peer works for.
pub struct Epochs {
    name: String,
    key: SigningKey,
    entropy: Entropy,
    fail: FailPoints,
    folders: BTreeMap<String, Mutex<Folder>>,
    known: Mutex<BTreeMap<String, Known>>,
}

/// The keys of one log.
struct Folder {
    path: PathBuf,
    /// Who had each made; read when the first one is made after a start.
    askers: Option<BTreeMap<ProcedureId, PartyId>>,
}

/// What this peer has itself read of a log.
struct Known {
    size: u64,
    /// Tenderers and agents, by the keys in force.
    askers: BTreeMap<PublicKey, PartyId>,
    published: BTreeSet<ProcedureId>,
}

/// What stands on the disk, for its owner alone.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    origin: String,
    procedure: ProcedureId,
    identity: Zeroizing<String>,
    /// Who had it made; keys of before this was noted count for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    party: Option<PartyId>,
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
            folders.insert(centre.origin.clone(), Mutex::new(Folder { path: folder, askers: None }));
        }
        let key = SigningKey::from_bytes(key);
        let known = Mutex::default();
        Ok(Epochs { name: name.into(), key, entropy, fail: fail.clone(), folders, known })
    }

    /// Notes what the leaves of a log mean so far, by this peer's own replay: who may ask about its procedures, the
    /// tenderers and agents in its register; and which procedures are published.
    pub fn note(&self, origin: &str, world: &World) {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.get(origin).is_some_and(|known| known.size == world.size && world.size > 0) {
            return;
        }
        let publishes =
            |roles: &BTreeSet<Role>| roles.contains(&Role::Tenderer) || roles.contains(&Role::Agent);
        let persons = world.registry.persons.values().filter(|person| publishes(&person.roles));
        let askers = persons.map(|person| (person.key, person.party.clone())).collect();
        let published = world.tenders.keys().cloned().collect();
        all.insert(origin.to_owned(), Known { size: world.size, askers, published });
    }

    /// The epoch key of a procedure, for somebody who may ask.
    ///
    /// # Errors
    /// `epoch-asker`, `epochs-unpublished`, and those of [`Epochs::give`].
    pub fn answer(&self, request: &EpochRequest) -> Result<Epoch, Trouble> {
        let (origin, procedure) = (&request.origin, &request.procedure);
        if !self.folders.contains_key(origin) {
            return Err(Trouble::unknown_log());
        }
        let is_signed = verify(&request.key, &epoch_request(origin, procedure), &request.signature);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let asker = known.get(origin).and_then(|known| known.askers.get(&request.key)).cloned();
        drop(known);
        let Some(asker) = asker.filter(|_| is_signed) else {
            let detail = "expected the signature of a tenderer or agent in this log's register; if the register \
                          knows the key, this peer has not read so far yet: ask again";
            return Err(Trouble::now("epoch-asker", detail));
        };
        self.give_to(origin, procedure, Some(&asker))
    }

    /// The epoch key of a procedure, made at the first question. The same question gives the same answer for ever.
    ///
    /// # Errors
    /// [`Trouble`]: an unknown log, too many keys, no randomness, the disk.
    pub fn give(&self, origin: &str, procedure: &ProcedureId) -> Result<Epoch, Trouble> {
        self.give_to(origin, procedure, None)
    }

    fn give_to(
        &self,
        origin: &str,
        procedure: &ProcedureId,
        asker: Option<&PartyId>,
    ) -> Result<Epoch, Trouble> {
        let folder = self.folders.get(origin).ok_or_else(Trouble::unknown_log)?;
        // Held so that two askers at once get one key.
        let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        let path = folder.path.join(procedure.as_str());
        if let Some((identity, _)) = read(&path, origin, procedure)? {
            return Ok(self.signed(origin, procedure, &identity));
        }
        if asker
            .is_some_and(|asker| self.unpublished(origin, folder.askers(origin), asker) >= UNPUBLISHED_MAX)
        {
            let detail = format!(
                "expected at most {UNPUBLISHED_MAX} keys for procedures that this party has not published, found as \
                 many; publish one of them, or take the id of one that will not be published"
            );
            return Err(Trouble::refused(409, "epochs-unpublished", detail));
        }
        if durable::names(&folder.path)?.len() >= EPOCHS_MAX {
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
            party: asker.cloned(),
        };
        let bytes = to_canonical(&kept).map(Zeroizing::new);
        let bytes = bytes.map_err(|error| Trouble::now("epoch-unwritable", error.to_string()))?;
        // If we crash here: no key was named; the next question makes another.
        durable::write(&path, &bytes, &self.fail, EPOCH)?;
        // If we crash here: the key is kept and the next question is answered with it.
        if let (Some(askers), Some(asker)) = (&mut folder.askers, asker) {
            askers.insert(procedure.clone(), asker.clone());
        }
        Ok(self.signed(origin, procedure, &identity))
    }

    /// How many keys a party has had made for procedures that are not in the log, as far as this peer has read it.
    fn unpublished(&self, origin: &str, askers: &BTreeMap<ProcedureId, PartyId>, asker: &PartyId) -> usize {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let published = known.get(origin).map(|known| &known.published);
        let is_published =
            |procedure: &ProcedureId| published.is_some_and(|published| published.contains(procedure));
        askers.iter().filter(|(procedure, party)| *party == asker && !is_published(procedure)).count()
    }

    /// The secret of a procedure's epoch key, for the holder; `None` when none was made.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn identity(&self, origin: &str, procedure: &ProcedureId) -> Result<Option<Identity>, DiskError> {
        let Some(folder) = self.folders.get(origin) else { return Ok(None) };
        let path = folder.lock().unwrap_or_else(PoisonError::into_inner).path.join(procedure.as_str());
        Ok(read(&path, origin, procedure)?.map(|(identity, _)| identity))
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

impl Folder {
    /// Who had each key made. One whose file cannot be read counts for nobody; it is an error where it is needed.
    fn askers(&mut self, origin: &str) -> &BTreeMap<ProcedureId, PartyId> {
        let path = &self.path;
        self.askers.get_or_insert_with(|| {
            let names = durable::names(path).unwrap_or_default();
            let procedures = names.iter().filter_map(|name| name.parse::<ProcedureId>().ok());
            let party = |procedure: ProcedureId| {
                let (_, party) = read(&path.join(procedure.as_str()), origin, &procedure).ok()??;
                Some((procedure, party?))
            };
            procedures.filter_map(party).collect()
        })
    }
}

/// An epoch key, and who had it made.
fn read(
    path: &Path,
    origin: &str,
    procedure: &ProcedureId,
) -> Result<Option<(Identity, Option<PartyId>)>, DiskError> {
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
    let identity = kept.identity.parse().map_err(|_| damaged("a key that cannot be read"))?;
    Ok(Some((identity, kept.party)))
}
