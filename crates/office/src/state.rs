//! What the writer knows: the public world and, for every procedure that is open for bids, its sealed class.
//!
//! Everything here follows from the store; after any doubt it is read again (`start`). Changes are made in a draft
//! (`draft`) and become the state only when the store has them.

use crate::panel::PanelClass;
use std::{collections::BTreeMap, sync::Arc};
use ximu_basics::{Instant, PersonId, ProcedureId, Seed};
use ximu_procedure::{
    Actor, Authenticated, PanelState, SealedState, World,
    wire::{CommandBody, SignedCommand},
};

/// The writer's memory. Cloning is cheap: everything large is shared until it changes.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The public state after the newest durable leaf.
    pub world: Arc<World>,
    /// The sealed classes of procedures that are not closed.
    pub classes: BTreeMap<ProcedureId, Arc<Class>>,
    /// The classes `panel` of evaluations that are under way.
    pub panels: BTreeMap<ProcedureId, Arc<PanelClass>>,
    /// How many refusals of each person were recorded since the start.
    pub refusals: Arc<Refusals>,
    /// The newest durable stamp.
    pub stamp: Option<Instant>,
}

/// Counts by procedure and person.
pub(crate) type Refusals = BTreeMap<(ProcedureId, PersonId), u32>;

/// The sealed class of one procedure, until CLOSE.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    /// From which every beat is derived.
    pub seed: Seed,
    /// What the bids so far mean.
    pub sealed: Arc<SealedState>,
    /// The order number of the next operation.
    pub next_order: u64,
    /// Operations that wait for the next beat, in order.
    pub held: Vec<Held>,
}

/// An operation that waits for its beat.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Its order number.
    pub order: u64,
    /// Its slot in the beat to come.
    pub slot: u16,
    /// Whose it is.
    pub person: PersonId,
    /// Its exact bytes.
    pub bytes: Arc<[u8]>,
}

impl State {
    /// The state before the first leaf.
    pub(crate) fn new(origin: &str) -> State {
        let world = Arc::new(World::new(origin));
        State {
            world,
            classes: BTreeMap::new(),
            panels: BTreeMap::new(),
            refusals: Arc::default(),
            stamp: None,
        }
    }

    /// What committees have done behind their veils.
    pub(crate) fn panel_states(&self) -> BTreeMap<ProcedureId, Arc<PanelState>> {
        self.panels.iter().map(|(id, class)| (id.clone(), Arc::clone(&class.state))).collect()
    }
}

impl Class {
    /// A class in which nothing has happened.
    pub(crate) fn new(seed: Seed) -> Class {
        Class { seed, sealed: Arc::default(), next_order: 0, held: Vec::new() }
    }
}

/// An author as an earlier decision found it: for applying what is already decided, without checking signatures
/// again. Its roles are empty, because nothing is decided by it.
pub(crate) fn decided_author(
    world: &World,
    body: CommandBody,
    signed: SignedCommand,
    person: PersonId,
) -> Authenticated {
    let party = world.registry.persons.get(&person).map(|known| known.party.clone());
    let holder = world.tenders.get(&body.procedure).and_then(|tender| tender.holder_index(&signed.key));
    let key = signed.key;
    Authenticated {
        body,
        signed,
        actor: Actor {
            person,
            party,
            roles: std::collections::BTreeSet::new(),
            holder,
            key,
            line: Vec::new(),
        },
    }
}
