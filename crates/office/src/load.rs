//! Reads the writer's memory back from the store: every leaf in order, and the hidden operations of procedures that
//! are still open.
//!
//! Nothing is decided again, no signature and no spelling is checked: this office wrote these bytes, and their hashes
//! lead to the root it signed (`start`). The verifier checks the rest. What is checked is that the leaves
//! follow each other, and that the operations of an open class are exactly those its beats were made of, so that an
//! operation the database lost is noticed before anything is signed.

use crate::panel::Stored;
use crate::state::{Class, Held, State, decided_author};
use std::{collections::BTreeMap, sync::Arc};
use ximu_basics::{Hash, ProcedureId};
use ximu_journal::{HiddenClass, Reader, StoreError, store::READ_LEAVES_MAX};
use ximu_procedure::{
    Classes, PanelState, World,
    wire::{Command, CommandBody, Entry, Leaf, Operation, Outcome},
    world::commit_sealed,
};
use ximu_tlog::beat::{self, Beat};

/// What the store holds, in memory.
pub(crate) struct Loaded {
    /// The writer's memory.
    pub state: State,
    /// Where the entries of each procedure stand.
    pub index: BTreeMap<ProcedureId, Vec<u64>>,
    /// The hashes of all leaves.
    pub leaves: Vec<Hash>,
}

/// The stored facts do not follow from each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The journal cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A leaf is not one this office writes.
    #[error("leaf {leaf} cannot be read: {found}")]
    Leaf {
        /// Its index.
        leaf: u64,
        /// What is wrong.
        found: String,
    },
    /// A leaf does not follow from those before it.
    #[error("leaf {leaf} does not follow: expected {expected}")]
    Chain {
        /// Its index.
        leaf: u64,
        /// What was expected.
        expected: String,
    },
    /// The hidden operations of a procedure are not those its beats were made of.
    #[error("the hidden operations of {procedure} are not those of its beat {beat}; restore a newer copy")]
    Operations {
        /// The procedure.
        procedure: ProcedureId,
        /// The first beat that differs.
        beat: u32,
    },
    /// The operation behind a veil is lost, or another one.
    #[error(
        "the operation behind veil {number} of {procedure} is not the one it commits to; restore a newer copy"
    )]
    Veil {
        /// The procedure.
        procedure: ProcedureId,
        /// The veil's number.
        number: u32,
    },
    /// A procedure that is open has no class seed.
    #[error("the class seed of {procedure} is missing; restore a newer copy")]
    Seed {
        /// The procedure.
        procedure: ProcedureId,
    },
}

impl LoadError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            LoadError::Store(error) => error.code(),
            LoadError::Leaf { .. } => "leaf-malformed",
            LoadError::Chain { .. } => "leaf-chain",
            LoadError::Operations { .. } | LoadError::Veil { .. } => "operations-differ",
            LoadError::Seed { .. } => "seed-missing",
        }
    }
}

/// Reads everything.
///
/// # Errors
/// Every [`LoadError`].
pub(crate) fn load(reader: &dyn Reader, origin: &str) -> Result<Loaded, LoadError> {
    let (mut loaded, world) = replay(reader, origin, reader.size()?)?;
    loaded.state.stamp = reader.last_stamp()?;
    for (procedure, class) in &mut loaded.state.classes {
        check_class(reader, &world, procedure, Arc::make_mut(class))?;
    }
    loaded.state.world = Arc::new(world);
    Ok(loaded)
}

/// The public state after the first `size` leaves.
///
/// # Errors
/// Every [`LoadError`].
pub(crate) fn world_at(reader: &dyn Reader, origin: &str, size: u64) -> Result<World, LoadError> {
    Ok(replay(reader, origin, size)?.1)
}

fn replay(reader: &dyn Reader, origin: &str, size: u64) -> Result<(Loaded, World), LoadError> {
    let mut loaded = Loaded { state: State::new(origin), index: BTreeMap::new(), leaves: Vec::new() };
    let mut world = World::new(origin);
    let mut panels: BTreeMap<ProcedureId, Stored> = BTreeMap::new();
    while world.size < size {
        let end = size.min(world.size.saturating_add(READ_LEAVES_MAX));
        for stored in reader.leaves(world.size..end)? {
            let at = stored.idx;
            let leaf: Leaf = serde_json::from_slice(&stored.bytes)
                .map_err(|error| LoadError::Leaf { leaf: at, found: error.to_string() })?;
            loaded.leaves.push(stored.hash);
            match leaf {
                Leaf::Beat(beat) => world
                    .commit_beat(&beat)
                    .map_err(|error| LoadError::Chain { leaf: at, expected: error.to_string() })?,
                Leaf::Veil(veil) => {
                    let mut stored = match panels.remove(&veil.procedure) {
                        Some(stored) => stored,
                        None => Stored::read(reader, &veil.procedure)?,
                    };
                    stored.apply(&world, &veil)?;
                    panels.insert(veil.procedure.clone(), stored);
                    world
                        .commit_veil(&veil)
                        .map_err(|error| LoadError::Chain { leaf: at, expected: error.to_string() })?;
                }
                Leaf::Entry(entry) => {
                    loaded.index.entry(entry.procedure.clone()).or_default().push(at);
                    let panel = panels.get(&entry.procedure).map(|stored| &*stored.class.state);
                    let hash = Hash::of(&stored.bytes);
                    apply(reader, &mut world, &mut loaded.state, entry, at, hash, panel)?;
                }
            }
        }
    }
    for (procedure, tender) in &world.tenders {
        if tender.is_panel_open() {
            let stored = match panels.remove(procedure) {
                Some(stored) => stored,
                None => Stored::read(reader, procedure)?,
            };
            loaded.state.panels.insert(procedure.clone(), Arc::new(stored.class));
        }
    }
    Ok((loaded, world))
}

/// Applies one entry that was decided before.
fn apply(
    reader: &dyn Reader,
    world: &mut World,
    state: &mut State,
    entry: Entry,
    leaf: u64,
    hash: Hash,
    panel: Option<&PanelState>,
) -> Result<(), LoadError> {
    let chain = world.chain(&entry.procedure);
    if entry.number != chain.number || entry.previous != chain.previous {
        let expected = format!("entry {} after {}", chain.number, chain.previous);
        return Err(LoadError::Chain { leaf, expected });
    }
    let body: CommandBody = serde_json::from_slice(entry.signed.body.as_bytes())
        .map_err(|error| LoadError::Leaf { leaf, found: error.to_string() })?;
    let procedure = entry.procedure.clone();
    let accepted = matches!(entry.outcome, Outcome::Events(_));
    let publishes = accepted && matches!(body.command, Command::Publish { .. });
    let closes = accepted && matches!(body.command, Command::Close { .. });
    let concludes = accepted && matches!(body.command, Command::Conclude { .. });
    let given = decided_author(world, body, entry.signed, entry.actor);
    let class = if closes { state.classes.remove(&procedure) } else { None };
    let sealed = class.as_ref().map(|class| &*class.sealed);
    let classes = Classes { sealed, panel: panel.filter(|_| concludes) };
    world.commit(&given, entry.at, &entry.outcome, hash, classes);
    if publishes {
        let class = read_class(reader, world, &procedure)?;
        state.classes.insert(procedure, Arc::new(class));
    }
    Ok(())
}

/// The class of a procedure with all its operations, as they were decided.
fn read_class(reader: &dyn Reader, world: &World, procedure: &ProcedureId) -> Result<Class, LoadError> {
    let seed = reader.seed(procedure, HiddenClass::Sealed)?;
    let mut class = Class::new(seed.ok_or_else(|| LoadError::Seed { procedure: procedure.clone() })?);
    let sealed = Arc::make_mut(&mut class.sealed);
    for stored in reader.operations(procedure, HiddenClass::Sealed)? {
        let wrong = |_: serde_json::Error| LoadError::Operations {
            procedure: procedure.clone(),
            beat: u32::try_from(stored.beat).unwrap_or(u32::MAX),
        };
        let operation: Operation = serde_json::from_slice(&stored.bytes).map_err(wrong)?;
        let body: CommandBody = serde_json::from_slice(operation.signed.body.as_bytes()).map_err(wrong)?;
        let person = operation.actor.clone();
        let given = decided_author(world, body, operation.signed, operation.actor);
        commit_sealed(sealed, &given, operation.at, operation.beat, &operation.outcome);
        class.next_order = stored.ord.saturating_add(1);
        let bytes = stored.bytes.as_slice().into();
        class.held.push(Held { order: stored.ord, slot: stored.slot, person, bytes });
    }
    Ok(class)
}

/// Computes the beats of an open class again, and leaves in the class only what waits for the next one.
fn check_class(
    reader: &dyn Reader,
    world: &World,
    procedure: &ProcedureId,
    class: &mut Class,
) -> Result<(), LoadError> {
    let Some(tender) = world.tenders.get(procedure) else {
        return Err(LoadError::Seed { procedure: procedure.clone() });
    };
    let beats: Vec<u64> =
        reader.operations(procedure, HiddenClass::Sealed)?.iter().map(|operation| operation.beat).collect();
    let mut all = std::mem::take(&mut class.held).into_iter().zip(beats).peekable();
    for (number, published) in (0u32..).zip(&tender.beats) {
        let mut mine = Vec::new();
        while let Some((held, _)) = all.next_if(|(_, beat)| *beat == u64::from(number)) {
            mine.push(held);
        }
        let operations: Vec<beat::Operation<'_>> =
            mine.iter().map(|held| beat::Operation { order: held.order, bytes: &held.bytes }).collect();
        let again = Beat::new(&class.seed, u64::from(number), &operations);
        if !again.is_ok_and(|again| again.root() == published.root) {
            return Err(LoadError::Operations { procedure: procedure.clone(), beat: number });
        }
    }
    let next = u32::try_from(tender.beats.len()).unwrap_or(u32::MAX);
    for (held, beat) in all {
        if beat != u64::from(next) {
            return Err(LoadError::Operations { procedure: procedure.clone(), beat: next });
        }
        class.held.push(held);
    }
    Ok(())
}
