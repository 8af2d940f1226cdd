//! The register of a centre: parties, persons, keys, roles (journal 7). A procedure of its own, always public.
//!
//! It knows no names: a name is a salted commitment here and a record in the vault.

use alloc::{collections::BTreeMap, collections::BTreeSet, string::String, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId, PersonId, PublicKey};

use crate::role::Role;

mod decide;
mod evolve;

pub use decide::decide;

/// The register's state.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// Set by the founding entry.
    pub centre: Option<Centre>,
    /// Parties by id.
    pub parties: BTreeMap<PartyId, Party>,
    /// The name commitments of all parties: each stands for one.
    pub names: BTreeSet<Hash>,
    /// Persons by id.
    pub persons: BTreeMap<PersonId, Person>,
    /// Keys in force.
    pub keys: BTreeMap<PublicKey, PersonId>,
    /// Keys that were replaced: they sign nothing any more.
    pub retired: BTreeSet<PublicKey>,
}

/// The centre itself.
#[derive(Debug, Clone)]
pub struct Centre {
    /// Signs checkpoints, acknowledgements and timers.
    pub key: PublicKey,
    /// The person that stands for the centre's clock in entries.
    pub clock: PersonId,
    /// The text of the policy.
    pub policy: String,
    /// Whether only rehearsals happen here.
    pub rehearsal: bool,
}

/// A party.
#[derive(Debug, Clone)]
pub struct Party {
    /// Salted commitment to its name.
    pub name: Hash,
    /// When it registered.
    pub registered: Instant,
    /// Whether an officer has admitted it.
    pub admitted: bool,
    /// Its persons.
    pub persons: Vec<PersonId>,
}

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// For whom the person acts.
    pub party: PartyId,
    /// The key in force.
    pub key: PublicKey,
    /// Roles granted at this centre.
    pub roles: BTreeSet<Role>,
}

/// The id of a party: derived from its first person's key and name commitment, so that nobody chooses it.
#[must_use]
pub fn party_id(name: &Hash, key: &PublicKey) -> Option<PartyId> {
    derived("p", &Hash::of_parts("ximu-party/1", &[&name.0, &key.0])).parse().ok()
}

/// The id of a person: derived from its first key. It stays when the key is replaced.
#[must_use]
pub fn person_id(key: &PublicKey) -> Option<PersonId> {
    derived("u", &Hash::of_parts("ximu-person/1", &[&key.0])).parse().ok()
}

fn derived(prefix: &str, hash: &Hash) -> String {
    let short: Vec<u8> = hash.0.iter().take(10).copied().collect();
    alloc::format!("{prefix}-{}", ximu_basics::hex::encode(&short))
}
