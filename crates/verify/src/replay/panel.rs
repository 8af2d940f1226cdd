//! The veiled operations of one procedure's committee (verify 5.9): each decided again when it is at hand, in front of
//! its veil; and at the conclusion every veil computed again, so that nothing else can have been behind one.

use alloc::{format, string::String, vec::Vec};
use ximu_basics::{Hash, ProcedureId, Seed, json};
use ximu_procedure::{
    PanelState, ReplayError, Tender,
    wire::{PanelOperation, VeilLeaf, leaf::Class},
};
use ximu_tlog::veil;

use super::Replay;
use crate::{Code, Failure, Place};

/// What is known of one procedure's class `panel`, and the state it has led to so far.
#[derive(Default)]
pub(super) struct Panel {
    /// The operations that were given, with their exact bytes; the first is that of veil 0.
    operations: Vec<(String, PanelOperation)>,
    /// The class seed, when a holder was given it before the conclusion.
    seed: Option<Seed>,
    state: PanelState,
}

impl Panel {
    /// What the committee has done, as far as it was replayed.
    pub(super) fn state(&self) -> &PanelState {
        &self.state
    }

    /// How many operations were replayed.
    pub(super) fn replayed(&self) -> u32 {
        self.state.operations
    }

    /// An operation by the number of its veil.
    pub(super) fn operation(&self, number: u32) -> Option<&PanelOperation> {
        self.operations.get(usize::try_from(number).ok()?).map(|(_, operation)| operation)
    }
}

impl Replay {
    /// Gives the next operations of a procedure's committee, each before its veil is pushed; and the class seed, when
    /// the caller was given it. An auditor gives all of them before the first leaf, without a seed; who follows an
    /// evaluation live gives each as it comes, with the seed, and has every veil checked at once.
    ///
    /// # Errors
    /// The first [`Failure`]: [`Code::PanelMalformed`], [`Code::PanelOrder`].
    pub fn disclose_panel(
        &mut self,
        procedure: &ProcedureId,
        seed: Option<Seed>,
        operations: Vec<String>,
    ) -> Result<(), Failure> {
        let panel = self.panels.entry(procedure.clone()).or_default();
        panel.seed = seed.or(panel.seed);
        for text in operations {
            let expected = u32::try_from(panel.operations.len()).unwrap_or(u32::MAX);
            let at = |code, detail| {
                Failure::new(code, Place::Panel(procedure.clone(), u64::from(expected)), detail)
            };
            let operation: PanelOperation = json::from_canonical(text.as_bytes())
                .map_err(|error| at(Code::PanelMalformed, super::format(&error)))?;
            if operation.v != 1 || operation.procedure != *procedure {
                let detail = format!("expected version 1 of {procedure}, found {}", operation.procedure);
                return Err(at(Code::PanelMalformed, detail));
            }
            if operation.number != expected {
                let detail = format!("expected number {expected}, found {}", operation.number);
                return Err(at(Code::PanelOrder, detail));
            }
            panel.operations.push((text, operation));
        }
        Ok(())
    }

    /// What a procedure's committee has done after the last leaf: from the conclusion on as everybody reads it, before
    /// that as far as its operations were given.
    #[must_use]
    pub fn panel(&self, procedure: &ProcedureId) -> Option<&PanelState> {
        let disclosed = self.tender(procedure).and_then(Tender::disclosed_panel);
        disclosed.or_else(|| self.panels.get(procedure).map(Panel::state))
    }

    /// A committee's operation that was given, by the number of its veil.
    #[must_use]
    pub fn panel_operation(&self, procedure: &ProcedureId, number: u32) -> Option<&PanelOperation> {
        self.panels.get(procedure)?.operation(number)
    }

    /// How many veils of a procedure have nothing at hand behind them.
    #[must_use]
    pub fn veils_undisclosed(&self, procedure: &ProcedureId) -> u64 {
        let evaluation = self.tender(procedure).and_then(|tender| tender.evaluation.as_ref());
        let veils = evaluation.map_or(0, |evaluation| evaluation.veils.len() as u64);
        let replayed = self.panels.get(procedure).map_or(0, Panel::replayed);
        veils.saturating_sub(replayed.into())
    }

    /// Takes a veil.
    pub(super) fn push_veil(&mut self, index: u64, leaf: &VeilLeaf) -> Result<(), Failure> {
        let at = |code, detail: String| Failure::new(code, Place::Leaf(index), detail);
        if leaf.v != 1 || leaf.class != Class::Panel {
            return Err(at(Code::EntryMalformed, "expected version 1 and the class panel".into()));
        }
        if let Some((procedure, _)) = &self.closing {
            return Err(at(Code::BeatClosing, format!("expected CLOSE of {procedure}, found a veil")));
        }
        let mut panel = self.panels.remove(&leaf.procedure).unwrap_or_default();
        let replayed = self.replay_behind(index, leaf, &mut panel);
        self.panels.insert(leaf.procedure.clone(), panel);
        replayed?;
        let committed = self.world.commit_veil(leaf);
        committed.map_err(|error| at(Code::VeilNumber, super::format(&error)))?;
        self.tally.veils = self.tally.veils.saturating_add(1);
        Ok(())
    }

    /// Decides the operation behind a veil again, when it is at hand and all before it were.
    fn replay_behind(&mut self, index: u64, leaf: &VeilLeaf, panel: &mut Panel) -> Result<(), Failure> {
        let next = self.tender(&leaf.procedure).and_then(|tender| tender.evaluation.as_ref());
        let next = next.map_or(0, |evaluation| evaluation.veils.len());
        if leaf.number != panel.state.operations || usize::try_from(leaf.number) != Ok(next) {
            return Ok(());
        }
        let Some((text, operation)) = panel.operations.get(next) else { return Ok(()) };
        let place = Place::Panel(leaf.procedure.clone(), leaf.number.into());
        let at = |code, detail| Failure::new(code, place.clone(), detail);
        if let Some(seed) = &panel.seed {
            check_root(seed, leaf.number, text, &leaf.root, index)?;
        }
        if operation.at < self.clock {
            let detail = format!("expected a stamp from {} on, found {}", self.clock, operation.at);
            return Err(at(Code::TimeBackwards, detail));
        }
        self.check_due(operation.at, &place)?;
        if !self.commands.insert(operation.signed.id()) {
            return Err(at(Code::EntryDuplicate, format!("command {}", operation.signed.id())));
        }
        self.world
            .replay_panel(operation, &mut panel.state)
            .map_err(|error| at(of_panel(&error), super::format(&error)))?;
        self.clock = operation.at;
        self.tally.panel = self.tally.panel.saturating_add(1);
        Ok(())
    }

    /// The conclusion discloses the class: every veil has its operation, and no operation has no veil.
    pub(super) fn disclose_at_conclusion(
        &mut self,
        index: u64,
        procedure: &ProcedureId,
        seed: &Seed,
    ) -> Result<(), Failure> {
        let missing = |detail: String| Failure::new(Code::PanelMissing, Place::Leaf(index), detail);
        let none = || missing(format!("procedure {procedure}"));
        let tender: &Tender = self.world.tenders.get(procedure).ok_or_else(none)?;
        let evaluation = tender.evaluation.as_ref().ok_or_else(none)?;
        let panel = self.panels.get(procedure).ok_or_else(none)?;
        let (veils, replayed) = (evaluation.veils.len(), panel.replayed());
        if usize::try_from(replayed) != Ok(veils) {
            return Err(missing(format!("expected {veils} operations, found {replayed}")));
        }
        if let Some((_, more)) = panel.operations.get(evaluation.veils.len()) {
            let place = Place::Panel(procedure.clone(), more.number.into());
            return Err(Failure::new(Code::PanelOrder, place, "expected a veil for every operation"));
        }
        for ((text, operation), veil) in panel.operations.iter().zip(&evaluation.veils) {
            check_root(seed, operation.number, text, &veil.root, veil.leaf)?;
        }
        Ok(())
    }
}

fn check_root(seed: &Seed, number: u32, text: &str, published: &Hash, leaf: u64) -> Result<(), Failure> {
    let root = veil::root(seed, number.into(), text.as_bytes());
    if root == *published {
        return Ok(());
    }
    let detail = format!("expected the root {published}, the operation gives {root}");
    Err(Failure::new(Code::VeilRoot, Place::Leaf(leaf), detail))
}

fn of_panel(error: &ReplayError) -> Code {
    match error {
        ReplayError::Rejected(_) => Code::PanelRejected,
        ReplayError::Actor => Code::PanelActor,
        ReplayError::Outcome { .. } => Code::PanelOutcome,
        ReplayError::ClassWrong => Code::PanelClass,
        ReplayError::Chain { .. } | ReplayError::Beat { .. } | ReplayError::Veil { .. } => Code::PanelOrder,
    }
}
