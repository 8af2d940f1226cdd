//! How the register changes with what was decided.

use alloc::{collections::BTreeSet, vec};
use ximu_basics::Instant;

use super::{Centre, Party, Person, Registry, Retired, Unheralded, person_id};
use crate::{
    actor::Authenticated,
    role::Role,
    wire::{Command, Event},
};

impl Registry {
    /// Applies the events of one accepted command, whose entry is this leaf.
    pub fn evolve(&mut self, given: &Authenticated, at: Instant, leaf: u64, events: &[Event]) {
        for event in events {
            self.apply(given, at, leaf, event);
        }
    }

    fn apply(&mut self, given: &Authenticated, at: Instant, leaf: u64, event: &Event) {
        match (event, &given.body.command) {
            (
                Event::CentreFounded { administrator, party },
                Command::Found { centre_key, policy, name, rehearsal },
            ) => {
                let Some(clock) = person_id(centre_key) else { return };
                self.centre =
                    Some(Centre { key: *centre_key, clock, policy: policy.clone(), rehearsal: *rehearsal });
                let persons = vec![administrator.clone()];
                self.names.insert(*name);
                self.parties.insert(
                    party.clone(),
                    Party { name: *name, registered: at, admitted: Some(at), persons },
                );
                let roles = BTreeSet::from([Role::Administrator]);
                self.keys.insert(given.signed.key, administrator.clone());
                self.persons.insert(
                    administrator.clone(),
                    Person { party: party.clone(), key: given.signed.key, roles },
                );
            }
            (Event::PartyRegistered { party, person }, Command::RegisterParty { name }) => {
                let persons = vec![person.clone()];
                self.names.insert(*name);
                self.parties
                    .insert(party.clone(), Party { name: *name, registered: at, admitted: None, persons });
                self.keys.insert(given.signed.key, person.clone());
                let key = given.signed.key;
                self.persons
                    .insert(person.clone(), Person { party: party.clone(), key, roles: BTreeSet::new() });
            }
            (Event::PartyAdmitted { party, roles }, _) => {
                let Some(known) = self.parties.get_mut(party) else { return };
                known.admitted = Some(at);
                for person in &known.persons {
                    if let Some(person) = self.persons.get_mut(person) {
                        person.roles.extend(roles.iter().copied());
                    }
                }
            }
            (Event::KeyReplaced { person, key }, Command::ReplaceKey { countersignature, .. }) => {
                let Some(known) = self.persons.get_mut(person) else { return };
                let countersigned = countersignature.is_some();
                self.keys.remove(&known.key);
                self.retired.insert(known.key, Retired { person: person.clone(), countersigned });
                if countersigned {
                    self.heirs.insert(*key, known.key);
                } else {
                    self.unheralded.push(Unheralded { person: person.clone(), leaf, at });
                }
                known.key = *key;
                self.keys.insert(*key, person.clone());
            }
            (_, _) => {}
        }
    }
}
