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
    /// Keys that were replaced, and how: they sign nothing any more, but for journal 7.6.
    pub retired: BTreeMap<PublicKey, Retired>,
    /// For each key that the key before it countersigned, that key.
    pub heirs: BTreeMap<PublicKey, PublicKey>,
    /// Keys that were replaced without the word of the key before, in the order of the log.
    pub unheralded: Vec<Unheralded>,
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
    /// When an officer admitted it.
    pub admitted: Option<Instant>,
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

impl Registry {
    /// The keys for which this one may act: itself, and those before it that each countersigned the next.
    #[must_use]
    pub fn line_of(&self, key: &PublicKey) -> Vec<PublicKey> {
        core::iter::successors(Some(*key), |heir| self.heirs.get(heir).copied()).collect()
    }
}

/// A key that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Whose key it was.
    pub person: PersonId,
    /// Whether it named its successor itself.
    pub countersigned: bool,
}

/// A replacement that the key before did not countersign: its person asked for it, or somebody took the person's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheralded {
    /// Whose key was replaced.
    pub person: PersonId,
    /// The entry's leaf.
    pub leaf: u64,
    /// When.
    pub at: Instant,
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
