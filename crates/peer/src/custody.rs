//! Custody: the second copy of every ciphertext, at another centre than the one that took it in (trust 2.1).
//!
//! Only the centre of the log, by a signature of its log's key, can bring a copy or get it back. What is kept is
//! ciphertext; whoever runs this disk can count the copies, and cannot read one.

use crate::{
    config::KnownCentre,
    directory::Directory,
    durable::{self, DiskError},
    trouble::Trouble,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use ximu_basics::{Hash, ProcedureId, PublicKey, Signature};
use ximu_client::statement::{custody_request, origin_hash};
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::wire::{command::custody_statement, signed::verify};
use ximu_vault::{Space, Upload, Vault, VaultError};

/// The fail point of every copy: passed when all its bytes are here, before they are an object.
pub const COPY: &str = "custody-copy";

/// The largest ciphertext, in bytes: the limit of an upload (surface: HTTP).
pub const COPY_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The copies of all logs a peer works for.
pub struct Custody {
    key: SigningKey,
    fail: FailPoints,
    stores: BTreeMap<Hash, Arc<Store>>,
}

/// The copies of one log.
struct Store {
    origin: String,
    keys: Vec<PublicKey>,
    vault: Vault,
    /// Bytes kept or on their way, never above the quota.
    used: Mutex<u64>,
    quota: u64,
}

/// What a centre asks about one copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRequest {
    /// SHA-256 of the log's origin.
    pub origin_hash: Hash,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Commitment of the ciphertext.
    pub commitment: Hash,
    /// Its size.
    pub bytes: u64,
    /// The centre's signature over [`custody_request`].
    pub signature: Signature,
}

/// A copy on its way in. Dropped before [`Incoming::finish`] it leaves nothing.
pub struct Incoming {
    upload: Upload,
    statement: Vec<u8>,
    announced: u64,
    taken: u64,
    key: SigningKey,
    fail: FailPoints,
    room: Room,
}

/// A reservation in a quota, given back unless the copy stays.
struct Room {
    store: Arc<Store>,
    bytes: u64,
}

impl Custody {
    /// Opens a vault for each of these logs.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(
        directory: &Directory,
        key: &[u8; 32],
        centres: &[KnownCentre],
        quota: u64,
        fail: &FailPoints,
    ) -> Result<Custody, DiskError> {
        let mut stores = BTreeMap::new();
        for centre in centres {
            let folder = directory.part("custody", &centre.origin);
            durable::create_folder(&folder)?;
            let failed = |error: VaultError| {
                if matches!(error, VaultError::Full) {
                    return DiskError::Full;
                }
                let (path, found) = (folder.display().to_string(), error.to_string());
                DiskError::Io { during: "open the custody copies in", path, found }
            };
            let vault = Vault::open(&folder).map_err(failed)?;
            let used = bytes_used(&vault).map_err(failed)?;
            let keys = centre.keys.iter().map(|key| *key.public()).collect();
            let store = Store { origin: centre.origin.clone(), keys, vault, used: Mutex::new(used), quota };
            stores.insert(origin_hash(&centre.origin), Arc::new(store));
        }
        Ok(Custody { key: SigningKey::from_bytes(key), fail: fail.clone(), stores })
    }

    /// Begins to take a copy in.
    ///
    /// # Errors
    /// [`Trouble`]: an unknown log, a false signature, a size beyond the limit, a full quota.
    pub fn begin(&self, request: &CopyRequest) -> Result<Incoming, Trouble> {
        let store = self.authorised(request)?;
        let bytes = u32::try_from(request.bytes).ok().filter(|_| request.bytes <= COPY_BYTES_MAX);
        let too_large = || {
            let detail = format!("expected at most {COPY_BYTES_MAX} bytes, found {}", request.bytes);
            Trouble::refused(413, "copy-too-large", detail)
        };
        let bytes = bytes.ok_or_else(too_large)?;
        let here = store.vault.size(Space::Bids, &request.commitment).map_err(trouble)?;
        let room = Room::reserve(store, if here.is_some() { 0 } else { request.bytes })?;
        let upload = store.vault.begin(Space::Bids, request.bytes, Some(request.commitment));
        let procedure = request.procedure.as_str();
        Ok(Incoming {
            upload,
            statement: custody_statement(&store.origin, procedure, &request.commitment, bytes),
            announced: request.bytes,
            taken: 0,
            key: self.key.clone(),
            fail: self.fail.clone(),
            room,
        })
    }

    /// Opens a copy for its centre, to repair what was lost there. The bytes are not checked again here; the centre
    /// does that.
    ///
    /// # Errors
    /// [`Trouble`]: an unknown log, a false signature, no such copy of this size.
    pub fn copy(&self, request: &CopyRequest) -> Result<File, Trouble> {
        let store = self.authorised(request)?;
        let size = store.vault.size(Space::Bids, &request.commitment).map_err(trouble)?;
        if size != Some(request.bytes) {
            return Err(Trouble::unknown_copy());
        }
        store.vault.open_object(Space::Bids, &request.commitment).map_err(trouble)
    }

    /// The bytes of a copy that is kept for this log, checked against its name; for the holder, which may need the
    /// header of a form that the host withholds.
    #[must_use]
    pub fn checked(&self, origin: &str, commitment: &Hash) -> Option<Vec<u8>> {
        let store = self.stores.get(&origin_hash(origin))?;
        let mut bytes = Vec::new();
        let mut file = store.vault.open_object(Space::Bids, commitment).ok()?;
        std::io::Read::read_to_end(&mut file, &mut bytes).ok()?;
        (ximu_sealed::Commitment::of(&bytes).root == *commitment).then_some(bytes)
    }

    /// A copy that is kept for this log, and its length in bytes; not checked again.
    #[must_use]
    pub fn kept(&self, origin: &str, commitment: &Hash) -> Option<(File, u64)> {
        let store = self.stores.get(&origin_hash(origin))?;
        let bytes = store.vault.size(Space::Bids, commitment).ok()??;
        Some((store.vault.open_object(Space::Bids, commitment).ok()?, bytes))
    }

    fn authorised(&self, request: &CopyRequest) -> Result<&Arc<Store>, Trouble> {
        let store = self.stores.get(&request.origin_hash).ok_or_else(Trouble::unknown_log)?;
        let message = custody_request(&store.origin, &request.procedure, &request.commitment, request.bytes);
        if store.keys.iter().any(|key| verify(key, &message, &request.signature)) {
            return Ok(store);
        }
        let detail = "expected the header ximu-signature with a signature of the log's key over this request";
        Err(Trouble::refused(403, "copy-unsigned", detail))
    }
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Trouble`]: more bytes than announced, the disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.taken = self.taken.saturating_add(bytes.len() as u64);
        self.upload.write(bytes).map_err(trouble)
    }

    /// Makes the copy durable and signs for it. The signature says: these bytes are on my disk.
    ///
    /// # Errors
    /// [`Trouble`]: fewer bytes than announced, other bytes than announced, the disk.
    pub fn finish(self) -> Result<Signature, Trouble> {
        if self.taken != self.announced {
            let detail = format!("expected {} bytes, found {}; send it again", self.announced, self.taken);
            return Err(Trouble::refused(400, "copy-truncated", detail));
        }
        let Incoming { upload, statement, key, fail, room, .. } = self;
        // If we crash before the end of this step: an unfinished upload is removed at the next start, or the copy is
        // kept and was not signed for; the centre sends it again and gets its signature.
        fail.step(COPY, || upload.finish().map_err(Failure::Vault)).map_err(|failure| match failure {
            Failure::Vault(error) => trouble(error),
            Failure::Injected(error) => DiskError::from(error).into(),
        })?;
        room.keep();
        Ok(Signature(key.sign(&statement).to_bytes()))
    }
}

enum Failure {
    Vault(VaultError),
    Injected(ximu_journal::failpoint::Injected),
}

impl From<ximu_journal::failpoint::Injected> for Failure {
    fn from(injected: ximu_journal::failpoint::Injected) -> Failure {
        Failure::Injected(injected)
    }
}

impl Room {
    fn reserve(store: &Arc<Store>, bytes: u64) -> Result<Room, Trouble> {
        let mut used = store.used.lock().unwrap_or_else(PoisonError::into_inner);
        let after = used.saturating_add(bytes);
        if after > store.quota {
            let detail = "the copies kept for this log have reached their limit; ask the peer's operator for more room";
            return Err(Trouble::now("quota-full", detail));
        }
        *used = after;
        Ok(Room { store: Arc::clone(store), bytes })
    }

    fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut used = self.store.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used = used.saturating_sub(self.bytes);
    }
}

fn bytes_used(vault: &Vault) -> Result<u64, VaultError> {
    let mut used: u64 = 0;
    for name in vault.list(Space::Bids)? {
        used = used.saturating_add(vault.size(Space::Bids, &name)?.unwrap_or(0));
    }
    Ok(used)
}

fn trouble(error: VaultError) -> Trouble {
    let code = error.code();
    match error {
        VaultError::Full => Trouble::now(code, "the disk is full: nothing was stored; try again later"),
        VaultError::TooLarge { .. } => {
            Trouble::refused(400, "copy-too-long", "expected as many bytes as announced, found more")
        }
        VaultError::Mismatch { .. } => Trouble::refused(422, "copy-differs", error.to_string()),
        VaultError::Missing { .. } => Trouble::unknown_copy(),
        VaultError::Damaged { .. }
        | VaultError::Record(_)
        | VaultError::Upload(_)
        | VaultError::Locked { .. }
        | VaultError::Io { .. } => {
            tracing::error!(code, "{error}");
            Trouble::now(code, "the disk failed: nothing was promised; ask the peer's operator")
        }
    }
}
