//! The class `panel` at the writer: what a committee does while it evaluates, one veil for each operation (journal 6.5).
//!
//! What an operation means stands in `ximu-procedure`; when the class begins and ends too. Here is what the centre keeps
//! of it: the seed, the state, and the operations behind the veils.

use crate::{load::LoadError, state::decided_author};
use std::{collections::VecDeque, sync::Arc};
use ximu_basics::{Hash, ProcedureId, Seed};
use ximu_journal::{HiddenClass, Operation, Reader};
use ximu_procedure::{
    PanelState, World,
    wire::{CommandBody, PanelOperation, VeilLeaf, leaf::Class},
};
use ximu_tlog::veil;

/// The class of one procedure, until the conclusion.
#[derive(Debug, Clone)]
pub(crate) struct PanelClass {
    /// From which every veil is derived.
    pub seed: Seed,
    /// What the committee has done so far.
    pub state: Arc<PanelState>,
}

impl PanelClass {
    /// A class in which nothing has happened.
    pub(crate) fn new(seed: Seed) -> PanelClass {
        PanelClass { seed, state: Arc::default() }
    }

    /// The veil of the next operation.
    pub(crate) fn veil(&self, procedure: &ProcedureId, number: u32, operation: &[u8]) -> VeilLeaf {
        let root: Hash = veil::root(&self.seed, u64::from(number), operation);
        VeilLeaf { v: 1, procedure: procedure.clone(), class: Class::Panel, number, root }
    }
}

/// A class that is read back from the store: its operations are applied as their veils come.
pub(crate) struct Stored {
    /// What it has led to so far.
    pub class: PanelClass,
    operations: VecDeque<Operation>,
}

impl Stored {
    /// What the store has of a procedure's class.
    ///
    /// # Errors
    /// [`LoadError::Store`], [`LoadError::Seed`].
    pub(crate) fn read(reader: &dyn Reader, procedure: &ProcedureId) -> Result<Stored, LoadError> {
        let seed = reader.seed(procedure, HiddenClass::Panel)?;
        let seed = seed.ok_or_else(|| LoadError::Seed { procedure: procedure.clone() })?;
        let operations = reader.operations(procedure, HiddenClass::Panel)?.into();
        Ok(Stored { class: PanelClass::new(seed), operations })
    }

    /// Applies the operation behind a veil as it was decided, when it is the one that the veil commits to.
    ///
    /// # Errors
    /// [`LoadError::Veil`] when it is another one, or lost.
    pub(crate) fn apply(&mut self, world: &World, leaf: &VeilLeaf) -> Result<(), LoadError> {
        let lost = || LoadError::Veil { procedure: leaf.procedure.clone(), number: leaf.number };
        let stored = self.operations.pop_front().ok_or_else(lost)?;
        if self.class.veil(&leaf.procedure, leaf.number, &stored.bytes).root != leaf.root {
            return Err(lost());
        }
        let operation: PanelOperation = serde_json::from_slice(&stored.bytes).map_err(|_| lost())?;
        let body: CommandBody =
            serde_json::from_slice(operation.signed.body.as_bytes()).map_err(|_| lost())?;
        let given = decided_author(world, body, operation.signed, operation.actor);
        let state = Arc::make_mut(&mut self.class.state);
        world.commit_panel(state, &given, operation.at, &operation.outcome);
        Ok(())
    }
}
