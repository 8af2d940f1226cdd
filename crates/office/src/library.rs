//! The library: procurement documents and name records. Documents are published by officers; records open a name
//! commitment of the register.

use crate::{
    answer::DocumentHead,
    committee::{Asking, check_asking},
    shared::Shared,
    statement,
    trouble::Trouble,
    uploads::{check_person, of_vault, take},
};
use std::{collections::BTreeMap, fs::File, io::Read};
use ximu_basics::{Hash, PartyId, json};
use ximu_procedure::{Tender, World, actor::REGISTRY, role::Role};
use ximu_sealed::commitment::{Commitment, PART_BYTES};
use ximu_vault::{Record, Space};

/// The largest document, in bytes: one part of a commitment, so that its name in the vault follows from its SHA-256.
pub const DOCUMENT_BYTES_MAX: u64 = PART_BYTES as u64;

/// The longest record, in bytes of its canonical JSON.
pub const RECORD_BYTES_MAX: usize = 1_024;

/// Takes a document from an officer, as many as the quota of what nothing names yet allows. Durable on return.
/// Idempotent.
pub(crate) fn put_document(shared: &Shared, head: &DocumentHead, body: &mut dyn Read) -> Result<(), Trouble> {
    let statement = statement::document(shared.signer.origin(), &head.hash, head.bytes);
    let person = check_person(shared, &head.key, &statement, &head.signature)?;
    if !person.roles.contains(&Role::Tenderer) && !person.roles.contains(&Role::Agent) {
        return Err(Trouble::UploadRole { needs: "tenderer, agent" });
    }
    let _under_way = shared.quotas.begin(&head.key).ok_or(Trouble::UploadsAtOnce)?;
    if head.bytes == 0 || head.bytes > DOCUMENT_BYTES_MAX {
        return Err(Trouble::UploadTooLarge { max: DOCUMENT_BYTES_MAX, found: head.bytes });
    }
    let view = shared.view();
    let who = view.world.registry.keys.get(&head.key).ok_or(Trouble::UploadKey)?;
    let named = |hash: &Hash, bytes: u64| is_named(&view.world, hash, bytes);
    if !shared.quotas.claim_document(who, (&head.hash, head.bytes), named) {
        return Err(Trouble::DocumentQuota);
    }
    take(shared, Space::Documents, &name_of(&head.hash, head.bytes), head.bytes, body)
}

/// A document by its SHA-256, when a published procedure names it.
pub(crate) fn document(shared: &Shared, hash: &Hash) -> Result<File, Trouble> {
    let view = shared.view();
    let mut named = view.world.tenders.values().flat_map(|tender| &tender.documents);
    let document = named.find(|document| document.hash == *hash).ok_or(Trouble::NotFound)?;
    let name = name_of(hash, u64::from(document.bytes));
    shared.vault.open_object(Space::Documents, &name).map_err(|error| of_vault(&error))
}

/// Whether a published notice, amendment or answer names this document.
fn is_named(world: &World, hash: &Hash, bytes: u64) -> bool {
    let mut named = world.tenders.values().flat_map(|tender| &tender.documents);
    named.any(|document| document.hash == *hash && u64::from(document.bytes) == bytes)
}

/// The name in the vault of a document of one part.
fn name_of(sha256: &Hash, bytes: u64) -> Hash {
    Commitment::of_parts(&[*sha256], bytes).root
}

/// Takes a record that opens a name of the register. Durable on return. Idempotent.
pub(crate) fn put_record(shared: &Shared, bytes: &[u8]) -> Result<Hash, Trouble> {
    let malformed = Trouble::RecordMalformed { max: RECORD_BYTES_MAX };
    if bytes.len() > RECORD_BYTES_MAX {
        return Err(malformed);
    }
    let record: Record = json::from_canonical(bytes).map_err(|_| malformed.clone())?;
    // A name stands beside other names, on pages and in terminals: it may not hide or reorder what is beside it.
    if ximu_procedure::phase::hides(&record.text) || record.text.contains('\n') {
        return Err(malformed);
    }
    let address = Hash::of(bytes);
    if !is_name(shared, &address) {
        return Err(Trouble::RecordUnknown);
    }
    shared.vault.put_record(&record).map_err(|error| of_vault(&error))
}

/// A record by its address, as its exact bytes, when the name may be known: see [`is_disclosed`].
pub(crate) fn record(shared: &Shared, address: &Hash) -> Result<Vec<u8>, Trouble> {
    if !is_disclosed(&shared.view().world, address) {
        return Err(Trouble::NotFound);
    }
    let found = shared.vault.record(address).map_err(|error| of_vault(&error))?;
    found.ok_or(Trouble::NotFound)?.bytes().map_err(|error| of_vault(&error))
}

/// The names of those who wait for their admission, for a key that may admit them, by a request signed now (journal 7.7).
/// For everybody else there is nothing here: who has registered might bid (L22).
pub(crate) fn waiting(shared: &Shared, asking: &Asking) -> Result<BTreeMap<PartyId, String>, Trouble> {
    let register = REGISTRY.parse().map_err(|_| Trouble::NotFound)?;
    check_asking(shared, &register, asking)?;
    let view = shared.view();
    let registry = &view.world.registry;
    let person = registry.keys.get(&asking.key).and_then(|person| registry.persons.get(person));
    if !person.is_some_and(|person| person.roles.contains(&Role::Administrator)) {
        return Err(Trouble::NotFound);
    }
    let mut names = BTreeMap::new();
    for (id, party) in registry.parties.iter().filter(|(_, party)| party.admitted.is_none()) {
        if let Some(record) = shared.vault.record(&party.name).map_err(|error| of_vault(&error))? {
            names.insert(id.clone(), record.text);
        }
    }
    Ok(names)
}

/// Whether the name behind a commitment is public: that of a party that can do more than bid, and from CLOSE on that
/// of every party in the opening list or beside it. Who else has registered might bid, and stays secret (L22).
#[must_use]
pub fn is_disclosed(world: &World, name: &Hash) -> bool {
    let Some((id, party)) = world.registry.parties.iter().find(|(_, party)| party.name == *name) else {
        return false;
    };
    let persons = party.persons.iter().filter_map(|person| world.registry.persons.get(person));
    let mut roles = persons.flat_map(|person| &person.roles);
    roles.any(|role| !matches!(role, Role::Bidder | Role::Visitor))
        || world.tenders.values().any(|tender| took_part(tender, id))
}

/// Whether CLOSE has named the party. Nothing is in these lists before.
fn took_part(tender: &Tender, party: &PartyId) -> bool {
    tender.list.iter().any(|line| line.bidder == *party)
        || tender.not_counted.iter().any(|line| line.bidder == *party)
}

fn is_name(shared: &Shared, address: &Hash) -> bool {
    shared.view().world.registry.parties.values().any(|party| party.name == *address)
}
