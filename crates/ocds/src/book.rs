//! The entries of a whole log, sorted by procedure, for whoever has the leaves and no centre: a bundle (ocds 6).

use alloc::{collections::BTreeMap, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId, ProcedureId};
use ximu_procedure::{
    REGISTRY,
    wire::{Command, Event, Leaf, Outcome},
};

use crate::Fact;

/// The public entries of a log. It checks nothing: that is the verifier's.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The accepted entries of each procedure, in their order.
    pub procedures: BTreeMap<ProcedureId, Vec<Told>>,
    /// The commitment to the name of each party.
    pub names: BTreeMap<PartyId, Hash>,
    /// The party that the centre itself is.
    pub centre: Option<PartyId>,
}

/// One accepted entry.
#[derive(Debug, Clone)]
pub struct Told {
    number: u32,
    leaf: u64,
    at: Instant,
    id: Hash,
    command: Command,
    events: Vec<Event>,
}

impl Told {
    /// What a release is made of.
    #[must_use]
    pub fn fact(&self) -> Fact<'_> {
        Fact {
            number: self.number,
            leaf: self.leaf,
            at: self.at,
            id: self.id,
            command: &self.command,
            events: &self.events,
        }
    }
}

impl Book {
    /// Reads the leaves of a log in their order. Beats, refused entries and what is no leaf are passed over.
    #[must_use]
    pub fn read<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Book {
        let mut book = Book::default();
        for (leaf, bytes) in (0_u64..).zip(leaves) {
            let Ok(Leaf::Entry(entry)) = Leaf::from_bytes(bytes) else { continue };
            let (Ok(body), Outcome::Events(events)) = (entry.signed.open(), entry.outcome.clone()) else {
                continue;
            };
            if entry.procedure.as_str() == REGISTRY {
                book.register(&body.command, &events);
                continue;
            }
            let told = Told {
                number: entry.number,
                leaf,
                at: entry.at,
                id: entry.signed.id(),
                command: body.command,
                events,
            };
            book.procedures.entry(entry.procedure).or_default().push(told);
        }
        book
    }

    fn register(&mut self, command: &Command, events: &[Event]) {
        for event in events {
            match (event, command) {
                (Event::CentreFounded { party, .. }, Command::Found { name, .. }) => {
                    self.centre = Some(party.clone());
                    self.names.insert(party.clone(), *name);
                }
                (Event::PartyRegistered { party, .. }, Command::RegisterParty { name }) => {
                    self.names.insert(party.clone(), *name);
                }
                (_, _) => {}
            }
        }
    }
}
