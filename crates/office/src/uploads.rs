//! Uploads: ciphertexts of bidders, with a second copy at the custody centre before anything is acknowledged (trust
//! 2.1); and their way back when a copy here is damaged.
//!
//! Documents and name records are in `library`. A submission names an uploaded ciphertext and carries the custody
//! centre's signature; whether that is enough is decided by `ximu-procedure`.

use crate::{
    answer::{UploadHead, Uploaded},
    failpoint,
    outside::{CustodyError, CustodyRequest},
    shared::Shared,
    statement,
    trouble::Trouble,
};
use std::{
    io::{self, Read},
    sync::Arc,
};
use ximu_basics::{Hash, ProcedureId, PublicKey, Signature};
use ximu_procedure::{
    Stage, Tender,
    registry::Person,
    role::Role,
    wire::{
        command::{SealedRecord, custody_statement},
        signed::verify,
    },
};
use ximu_sealed::age::HEADER_BYTES_MAX;
use ximu_vault::{Space, VaultError};

/// The largest ciphertext, in bytes, whatever the rules say: uploads are whole files in this version.
pub const UPLOAD_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Bytes read more than announced, to notice a sender who sends more.
const ONE_MORE: u64 = 1;

/// Takes a ciphertext: checks who sends it, stores it here, has it stored at the custody centre. Durable at both on
/// return. Idempotent.
pub(crate) fn upload(shared: &Shared, head: &UploadHead, body: &mut dyn Read) -> Result<Uploaded, Trouble> {
    let view = shared.view();
    let tender = view.world.tenders.get(&head.procedure).filter(|tender| tender.stage == Stage::Sealing);
    let statement = statement::upload(shared.signer.origin(), &head.procedure, &head.commitment, head.bytes);
    let person = check_person(shared, &head.key, &statement, &head.signature)?;
    if !person.roles.contains(&Role::Bidder) {
        return Err(Trouble::UploadRole { needs: "bidder" });
    }
    let tender = tender.ok_or(Trouble::UploadClosed)?;
    let bytes = check_size(tender, head.bytes)?;
    let seal = tender.rules.seal().ok_or(Trouble::UploadClosed)?;
    let who = view.world.registry.keys.get(&head.key).ok_or(Trouble::UploadKey)?;
    let _under_way = shared.quotas.begin(&head.key).ok_or(Trouble::UploadsAtOnce)?;
    if !shared.quotas.claim(seal, (&head.procedure, who), (&head.commitment, head.bytes)) {
        return Err(Trouble::UploadQuota);
    }
    // Read whole even when it is here already: who does not have the bytes learns nothing about who does.
    take(shared, Space::Bids, &head.commitment, head.bytes, body)?;
    // If we crash here: the bytes are here and nobody was told; the uploader sends them again.
    shared.pass(failpoint::UPLOAD)?;
    let custody = second_copy(shared, tender, &head.procedure, &head.commitment, bytes)?;
    // If we crash here: both have the bytes; the uploader asks again and gets the same signature.
    shared.pass(failpoint::CUSTODY)?;
    Ok(Uploaded { commitment: head.commitment, bytes, custody })
}

/// Whoever signed the statement, when the register knows the key.
pub(crate) fn check_person(
    shared: &Shared,
    key: &PublicKey,
    statement: &[u8],
    signature: &Signature,
) -> Result<Person, Trouble> {
    let registry = &shared.view().world.registry;
    let known = registry.keys.get(key).and_then(|person| registry.persons.get(person));
    let person = known.ok_or(Trouble::UploadKey)?;
    if !verify(key, statement, signature) {
        return Err(Trouble::UploadSignature);
    }
    Ok(person.clone())
}

fn check_size(tender: &Tender, found: u64) -> Result<u32, Trouble> {
    let rules = tender.rules.seal().map_or(0, |seal| seal.form_bytes_max.max(seal.body_bytes_max));
    let max = UPLOAD_BYTES_MAX.min(u64::try_from(rules).unwrap_or(0));
    let bytes = u32::try_from(found).ok().filter(|_| found <= max);
    bytes.ok_or(Trouble::UploadTooLarge { max, found })
}

/// The beginning of an envelope that a submission names, as far as its header can reach; none when its bytes are not
/// here. A keeper of second copies that signs for bytes that nobody has must not be able to block an opening, with any
/// one bidder.
pub(crate) fn beginning(shared: &Shared, record: &SealedRecord) -> Option<Vec<u8>> {
    let size = shared.vault.size(Space::Bids, &record.commitment);
    if !matches!(size, Ok(Some(bytes)) if bytes == u64::from(record.bytes)) {
        return None;
    }
    let mut bytes = Vec::new();
    let file = shared.vault.open_object(Space::Bids, &record.commitment).ok()?;
    file.take(HEADER_BYTES_MAX as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Stores exactly the announced bytes.
pub(crate) fn take(
    shared: &Shared,
    space: Space,
    root: &Hash,
    bytes: u64,
    body: &mut dyn Read,
) -> Result<(), Trouble> {
    let mut counted = Counted { body: body.take(bytes.saturating_add(ONE_MORE)), found: 0 };
    let stored = shared.vault.put_stream(space, &mut counted, bytes, Some(*root));
    let found = counted.found;
    match stored {
        Ok(_) if found == bytes => Ok(()),
        // The bytes have the announced root, so nothing false was stored; the announced size was false.
        Ok(_) => Err(Trouble::UploadLength { expected: bytes, found }),
        Err(VaultError::TooLarge { .. }) => Err(Trouble::UploadLength { expected: bytes, found }),
        Err(VaultError::Mismatch { .. }) if found != bytes => {
            Err(Trouble::UploadLength { expected: bytes, found })
        }
        Err(VaultError::Mismatch { expected, found }) => Err(Trouble::UploadDiffers { expected, found }),
        Err(VaultError::Upload(_)) => Err(Trouble::UploadBroken),
        Err(error) => Err(of_vault(&error)),
    }
}

/// Counts what is read.
struct Counted<'a> {
    body: io::Take<&'a mut dyn Read>,
    found: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        self.found = self.found.saturating_add(read as u64);
        Ok(read)
    }
}

/// Has the custody centre keep a copy, and checks its word. What fails is told to the sender and not logged: a line
/// for each upload would count them (trust 3).
fn second_copy(
    shared: &Shared,
    tender: &Tender,
    procedure: &ProcedureId,
    commitment: &Hash,
    bytes: u32,
) -> Result<Signature, Trouble> {
    let peer = tender.rules.custody.as_str();
    let keeper = tender.custody().ok_or_else(|| Trouble::CustodyFalse { peer: peer.into() })?;
    let signature = shared.signer.custody_request(procedure, commitment, bytes);
    let origin = shared.signer.origin();
    let request = CustodyRequest { peer, origin, procedure, commitment, bytes, signature: &signature };
    let mut file = shared.vault.open_object(Space::Bids, commitment).map_err(|error| of_vault(&error))?;
    match shared.custody.store(request, &mut file) {
        Ok(word) => {
            let statement = custody_statement(origin, procedure.as_str(), commitment, bytes);
            if verify(&keeper.key, &statement, &word) {
                return Ok(word);
            }
            Err(Trouble::CustodyFalse { peer: peer.into() })
        }
        Err(CustodyError::Refused { .. } | CustodyError::Unreachable { .. }) => {
            Err(Trouble::CustodyDown { peer: peer.into() })
        }
    }
}

fn custody_code(error: &CustodyError) -> &'static str {
    match error {
        CustodyError::Refused { .. } => "custody-refused",
        CustodyError::Unreachable { .. } => "custody-unreachable",
    }
}

/// The ciphertext of a form that is to be opened, whole and unchanged.
pub(crate) fn form(shared: &Shared, commitment: &Hash) -> Option<Vec<u8>> {
    shared.vault.verify(Space::Bids, commitment).ok()?;
    let mut bytes = Vec::new();
    shared.vault.open_object(Space::Bids, commitment).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Checks that every form that is to be opened is here, whole. What is not is fetched from the custody centre in
/// another thread; the timer is tried again meanwhile.
///
/// # Errors
/// [`Trouble::Vault`] while a form is missing.
pub(crate) fn check_forms(shared: &Arc<Shared>, tender: &Tender) -> Result<(), Trouble> {
    let wanted = tender.to_open.iter().filter_map(|line| tender.bids.get(&line.bidder));
    let damaged: Vec<(Hash, u32)> = wanted
        .filter(|bid| shared.vault.verify(Space::Bids, &bid.form.commitment).is_err())
        .map(|bid| (bid.form.commitment, bid.form.bytes))
        .collect();
    if damaged.is_empty() {
        return Ok(());
    }
    if let Some(claim) = shared.claim_repair(&tender.rules.id) {
        let (shared, tender) = (shared.clone(), tender.clone());
        let work = move || {
            // Held until the work is done, so that there is one repair at a time for a procedure.
            let _claim = claim;
            for (commitment, bytes) in &damaged {
                repair(&shared, &tender, commitment, *bytes);
            }
        };
        if let Err(error) = std::thread::Builder::new().name("repair".into()).spawn(work) {
            tracing::error!(%error, "the repair cannot be started");
        }
    }
    Err(Trouble::Vault { code: "form-missing" })
}

/// Fetches one ciphertext from the custody centre. Its bytes are checked against the commitment as they are stored.
fn repair(shared: &Shared, tender: &Tender, commitment: &Hash, bytes: u32) {
    let procedure = &tender.rules.id;
    let signature = shared.signer.custody_request(procedure, commitment, bytes);
    let peer = tender.rules.custody.as_str();
    let origin = shared.signer.origin();
    let request = CustodyRequest { peer, origin, procedure, commitment, bytes, signature: &signature };
    let fetched = shared.custody.fetch(request);
    let code = match fetched {
        Err(error) => custody_code(&error),
        Ok(mut copy) => match take(shared, Space::Bids, commitment, u64::from(bytes), &mut *copy) {
            Ok(()) => return tracing::warn!(peer, "a damaged ciphertext was restored from the second copy"),
            Err(trouble) => trouble.code(),
        },
    };
    // The timer that needs it is logged, once; this is tried with it again and again.
    tracing::debug!(peer, code, "a damaged ciphertext could not be restored");
}

/// The vault's errors as trouble.
pub(crate) fn of_vault(error: &VaultError) -> Trouble {
    match error {
        VaultError::Full => Trouble::Full,
        VaultError::Missing { .. } => Trouble::NotFound,
        VaultError::TooLarge { .. }
        | VaultError::Mismatch { .. }
        | VaultError::Damaged { .. }
        | VaultError::Record(_)
        | VaultError::Upload(_)
        | VaultError::Locked { .. }
        | VaultError::Io { .. } => Trouble::Vault { code: error.code() },
    }
}
