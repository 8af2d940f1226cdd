//! The names behind parties, from the vault. Bidders' names are asked for only from CLOSE on.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use ximu_basics::{Hash, PartyId, PersonId};
use ximu_procedure::{World, registry::person_id};
use ximu_text::Text;

use crate::host::Host;

/// Looks names up, each once.
pub struct Names<'a> {
    host: &'a dyn Host,
    world: Arc<World>,
    known: RefCell<BTreeMap<PartyId, Option<String>>>,
}

impl<'a> Names<'a> {
    /// The names a centre's vault holds.
    #[must_use]
    pub fn new(host: &'a dyn Host) -> Names<'a> {
        Names { host, world: host.view().world.clone(), known: RefCell::default() }
    }

    /// The name of a party; its id when the vault does not have the name (any more).
    #[must_use]
    pub fn of(&self, party: &PartyId) -> String {
        self.disclosed(party).unwrap_or_else(|| party.to_string())
    }

    /// The name of a party; `None` when it may not be known, or the vault does not have it (any more).
    #[must_use]
    pub fn disclosed(&self, party: &PartyId) -> Option<String> {
        if let Some(name) = self.known.borrow().get(party) {
            return name.clone();
        }
        let registered = self.world.registry.parties.get(party);
        let name = registered.and_then(|registered| self.name(&registered.name));
        self.known.borrow_mut().insert(party.clone(), name.clone());
        name
    }

    /// The name of the party a person acts for; a holder's name in the policy; otherwise the person's id.
    #[must_use]
    pub fn of_person(&self, person: &PersonId) -> String {
        match self.world.registry.persons.get(person) {
            Some(known) => self.of(&known.party),
            None => self.holder(person).unwrap_or_else(|| person.to_string()),
        }
    }

    /// The same for a sentence: of a firm whose name is not public, that it is not, and its id.
    #[must_use]
    pub fn told(&self, t: Text, person: &PersonId) -> String {
        match self.nameless(person) {
            Some(party) => t.nameless_of(party.as_str()),
            None => self.of_person(person),
        }
    }

    /// The party a person acts for, when its name may not be known.
    #[must_use]
    pub fn nameless(&self, person: &PersonId) -> Option<&PartyId> {
        let party = self.party(person)?;
        self.disclosed(party).is_none().then_some(party)
    }

    /// The id of the party a person acts for.
    #[must_use]
    pub fn party(&self, person: &PersonId) -> Option<&PartyId> {
        Some(&self.world.registry.persons.get(person)?.party)
    }

    fn holder(&self, person: &PersonId) -> Option<String> {
        let mut holders = self.world.tenders.values().flat_map(|tender| &tender.holders);
        let found = holders.find(|holder| person_id(&holder.key).as_ref() == Some(person))?;
        Some(found.name.clone())
    }

    fn name(&self, commitment: &Hash) -> Option<String> {
        let record: Record = serde_json::from_slice(&self.host.record(commitment).ok()?).ok()?;
        Some(record.text)
    }
}

/// A name record, as far as a page needs it.
#[derive(Deserialize)]
struct Record {
    text: String,
}
