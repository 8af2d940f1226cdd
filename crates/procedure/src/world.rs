//! The world of one log: the register, the procedures, and how leaves change them (journal 5).
//!
//! The writer of a centre, a holder and a verifier all run this: the writer decides and appends, the others decide
//! again and compare.

use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use ximu_basics::{Hash, Instant, ProcedureId};

use crate::{
    actor::{Authenticated, REGISTRY, Rejection, authenticate},
    evaluation::PanelState,
    phase::{self, Inputs},
    record::Mark,
    registry::{self, Registry, Unheralded},
    tender::{Refused, SealedState, Tender},
    wire::{
        BeatLeaf, Command, Entry, Event, Operation, Outcome, PanelOperation, Refusal, SignedCommand, VeilLeaf,
    },
};

/// Everything public in one log. Copies share what neither has changed since, so that a snapshot costs little however
/// much the log holds.
#[derive(Debug, Clone)]
pub struct World {
    /// The log's origin.
    pub origin: String,
    /// Parties, persons, keys.
    pub registry: Arc<Registry>,
    /// Procedures by id.
    pub tenders: BTreeMap<ProcedureId, Arc<Tender>>,
    /// Leaves applied.
    pub size: u64,
    /// The chain of each procedure's entries.
    pub chains: BTreeMap<ProcedureId, Chain>,
}

/// The hidden classes that an entry discloses, as they stand: the sealed one at CLOSE, the panel's at the conclusion.
#[derive(Debug, Clone, Copy, Default)]
pub struct Classes<'a> {
    /// Everything about bids before CLOSE.
    pub sealed: Option<&'a SealedState>,
    /// What the committee did before the conclusion.
    pub panel: Option<&'a PanelState>,
}

/// Where the next entry of a procedure attaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Its number.
    pub number: u32,
    /// The hash of the entry before it.
    pub previous: Hash,
}

/// The chain of a procedure without entries.
pub const CHAIN_START: Chain = Chain { number: 0, previous: Hash([0; 32]) };

/// A leaf that does not follow from those before it. `code` is stable and names the check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The entry's command would not have been considered at all.
    #[error("the command does not authenticate: {0}")]
    Rejected(#[from] Rejection),
    /// The entry does not attach to its procedure's last entry.
    #[error("expected entry number {expected} after {previous}")]
    Chain {
        /// The number expected.
        expected: u32,
        /// The hash of the entry before.
        previous: Hash,
    },
    /// The author is another than the entry says.
    #[error("the register resolves the author to another person")]
    Actor,
    /// Deciding again gives something else.
    #[error("deciding again gives {decided:?}")]
    Outcome {
        /// What deciding again gives.
        decided: Outcome,
    },
    /// A hidden operation stands in the open.
    #[error("a command of a hidden class stands as a public entry, or a public one is hidden")]
    ClassWrong,
    /// A veil of a procedure that has none now, or out of number.
    #[error("expected veil number {expected} of an evaluation under way")]
    Veil {
        /// The number expected.
        expected: u32,
    },
    /// A beat of a procedure that is not there, or out of order.
    #[error("expected beat number {expected}")]
    Beat {
        /// The number expected.
        expected: u32,
    },
}

impl ReplayError {
    /// The stable code of the failed check.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ReplayError::Rejected(_) => "entry-rejected",
            ReplayError::Chain { .. } => "entry-chain",
            ReplayError::Actor => "entry-actor",
            ReplayError::Outcome { .. } => "entry-outcome",
            ReplayError::ClassWrong => "entry-class",
            ReplayError::Veil { .. } => "veil-number",
            ReplayError::Beat { .. } => "beat-number",
        }
    }
}

impl World {
    /// The world before the first leaf.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> World {
        World {
            origin: origin.into(),
            registry: Arc::default(),
            tenders: BTreeMap::new(),
            size: 0,
            chains: BTreeMap::new(),
        }
    }

    /// Where the next entry of a procedure attaches.
    #[must_use]
    pub fn chain(&self, procedure: &ProcedureId) -> Chain {
        self.chains.get(procedure).copied().unwrap_or(CHAIN_START)
    }

    /// Whether this command now belongs to the sealed class of its procedure.
    #[must_use]
    pub fn is_sealed_now(&self, given: &Authenticated) -> bool {
        let open = self
            .tenders
            .get(&given.body.procedure)
            .is_some_and(|tender| tender.closed_at.is_none() && !tender.stage.is_failed());
        given.body.command.is_sealed() && open
    }

    /// Whether this command now belongs to the class `panel` of its procedure: it becomes a veiled operation.
    #[must_use]
    pub fn is_panel_now(&self, given: &Authenticated) -> bool {
        let open = self.tenders.get(&given.body.procedure).is_some_and(|tender| tender.is_panel_open());
        given.body.command.is_panel() && open
    }

    /// Decides a public command.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn decide(
        &self,
        given: &Authenticated,
        at: Instant,
        inputs: &dyn Inputs,
    ) -> Result<Vec<Event>, Refusal> {
        if given.body.procedure.as_str() == REGISTRY {
            return registry::decide(&self.registry, given);
        }
        match self.tenders.get(&given.body.procedure) {
            Some(tender) if matches!(given.body.command, Command::TakeSeat { .. }) => {
                phase::seat::take(&self.registry, tender, given, at)
            }
            Some(tender) => phase::decide(&self.registry, tender, given, at, inputs),
            None => phase::notice::publish(&self.registry, given, at),
        }
    }

    /// Decides a command of the sealed class.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn decide_sealed(
        &self,
        given: &Authenticated,
        at: Instant,
        sealed: &SealedState,
    ) -> Result<Vec<Event>, Refusal> {
        let unknown = Refusal::Unknown { what: crate::wire::refusal::Thing::Procedure };
        let tender = self.tenders.get(&given.body.procedure).ok_or(unknown)?;
        phase::seal::decide(tender, sealed, given, at)
    }

    /// Decides a command of the class `panel` on what the committee did before.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn decide_panel(
        &self,
        given: &Authenticated,
        at: Instant,
        panel: &PanelState,
    ) -> Result<Vec<Event>, Refusal> {
        let unknown = Refusal::Unknown { what: crate::wire::refusal::Thing::Procedure };
        let tender = self.tenders.get(&given.body.procedure).ok_or(unknown)?;
        phase::evaluate::decide(tender, panel, given, at)
    }

    /// Applies a panel operation that was just decided, before its veil is in the log.
    pub fn commit_panel(
        &self,
        panel: &mut PanelState,
        given: &Authenticated,
        at: Instant,
        outcome: &Outcome,
    ) {
        if let Some(tender) = self.tenders.get(&given.body.procedure) {
            panel.evolve(tender, given, at, outcome);
        }
    }

    /// Applies an entry this writer has just decided. `hash` is SHA-256 of the entry's bytes.
    pub fn commit(
        &mut self,
        given: &Authenticated,
        at: Instant,
        outcome: &Outcome,
        hash: Hash,
        classes: Classes<'_>,
    ) {
        let entry = self.chain(&given.body.procedure).number;
        let mark = Mark { entry, leaf: self.size, hash, at, command: given.body.command.name() };
        let number = entry.saturating_add(1);
        self.chains.insert(given.body.procedure.clone(), Chain { number, previous: hash });
        self.size = self.size.saturating_add(1);
        let events = match outcome {
            Outcome::Events(events) => events,
            Outcome::Refusal(refusal) => {
                let refused = Refused::of(given, at, refusal, Some(mark.leaf));
                if let (Some(refused), Some(tender)) = (refused, self.tenders.get_mut(&given.body.procedure))
                {
                    Arc::make_mut(tender).refused.push(refused);
                }
                return;
            }
        };
        if given.body.procedure.as_str() == REGISTRY {
            let leaf = self.size.saturating_sub(1);
            Arc::make_mut(&mut self.registry).evolve(given, at, leaf, events);
            return;
        }
        if matches!(given.body.command, Command::Publish { .. }) {
            if let Some(mut tender) = phase::notice::published(&self.registry, given, at) {
                tender.acted.insert(given.actor.person.clone());
                tender.mark(mark, events);
                self.tenders.insert(given.body.procedure.clone(), Arc::new(tender));
            }
            return;
        }
        if let Some(tender) = self.tenders.get_mut(&given.body.procedure) {
            let tender = Arc::make_mut(tender);
            tender.disclose_panel(events, classes.panel);
            tender.minute(at, events);
            // Who signed what a holder hands in has acted too.
            if let Command::Relay { handed } = &given.body.command
                && let Ok(handed) = phase::relay::read(&self.registry, tender, handed)
            {
                tender.acted.insert(handed.given.actor.person);
            }
            tender.evolve(given, at, events, classes.sealed);
            tender.mark(mark, events);
        }
    }

    /// Applies a beat.
    ///
    /// # Errors
    /// [`ReplayError::Beat`] when it is not this procedure's next beat.
    pub fn commit_beat(&mut self, beat: &BeatLeaf) -> Result<(), ReplayError> {
        let tender = self.tenders.get_mut(&beat.procedure).ok_or(ReplayError::Beat { expected: 0 })?;
        let expected = u32::try_from(tender.beats.len()).unwrap_or(u32::MAX);
        if beat.number != expected || tender.closed_at.is_some() {
            return Err(ReplayError::Beat { expected });
        }
        Arc::make_mut(tender).observe_beat(self.size, beat);
        self.size = self.size.saturating_add(1);
        Ok(())
    }

    /// Applies a veil. Its operation, when it is at hand, was replayed before ([`World::replay_panel`]).
    ///
    /// # Errors
    /// [`ReplayError::Veil`] when it is not this procedure's next veil, or no class is open.
    pub fn commit_veil(&mut self, veil: &VeilLeaf) -> Result<(), ReplayError> {
        let tender = self.tenders.get_mut(&veil.procedure).ok_or(ReplayError::Veil { expected: 0 })?;
        let veils = tender.evaluation.as_ref().map_or(0, |evaluation| evaluation.veils.len());
        let expected = u32::try_from(veils).unwrap_or(u32::MAX);
        if veil.number != expected || !tender.is_panel_open() {
            return Err(ReplayError::Veil { expected });
        }
        Arc::make_mut(tender).observe_veil(self.size, veil);
        self.size = self.size.saturating_add(1);
        Ok(())
    }

    /// Keys that were replaced without their own word while a procedure ran, of persons who acted in it (verify 8.5):
    /// from its publication to its last entry so far.
    pub fn keys_replaced<'a>(&'a self, tender: &'a Tender) -> impl Iterator<Item = &'a Unheralded> {
        self.registry.unheralded.iter().filter(|one| {
            tender.published <= one.at && one.at <= tender.last_at && tender.acted.contains(&one.person)
        })
    }

    /// Decides an entry again and applies it when it is the same.
    ///
    /// # Errors
    /// Every [`ReplayError`] but [`ReplayError::Beat`].
    pub fn replay(&mut self, entry: &Entry, hash: Hash, inputs: &dyn Inputs) -> Result<(), ReplayError> {
        let given = authenticate(self, &entry.signed)?;
        let chain = self.chain(&entry.procedure);
        if entry.number != chain.number
            || entry.previous != chain.previous
            || entry.procedure != given.body.procedure
        {
            return Err(ReplayError::Chain { expected: chain.number, previous: chain.previous });
        }
        if entry.actor != given.actor.person {
            return Err(ReplayError::Actor);
        }
        if self.is_sealed_now(&given) || self.is_panel_now(&given) {
            return Err(ReplayError::ClassWrong);
        }
        let decided = outcome(self.decide(&given, entry.at, inputs));
        if decided != entry.outcome {
            return Err(ReplayError::Outcome { decided });
        }
        let classes = Classes { sealed: inputs.sealed(), panel: inputs.panel() };
        self.commit(&given, entry.at, &decided, hash, classes);
        Ok(())
    }

    /// Decides an operation of the sealed class again and applies it to the sealed state when it is the same. The
    /// world must stand at the operation's `log_size`.
    ///
    /// # Errors
    /// Every [`ReplayError`].
    pub fn replay_operation(
        &self,
        operation: &Operation,
        sealed: &mut SealedState,
    ) -> Result<(), ReplayError> {
        let given = authenticate(self, &operation.signed)?;
        let beats = self.tenders.get(&operation.procedure).map_or(0, |tender| tender.beats.len());
        let expected = u32::try_from(beats).unwrap_or(u32::MAX);
        if operation.beat != expected || operation.procedure != given.body.procedure {
            return Err(ReplayError::Beat { expected });
        }
        if operation.actor != given.actor.person {
            return Err(ReplayError::Actor);
        }
        if !self.is_sealed_now(&given) {
            return Err(ReplayError::ClassWrong);
        }
        let decided = outcome(self.decide_sealed(&given, operation.at, sealed));
        if decided != operation.outcome {
            return Err(ReplayError::Outcome { decided });
        }
        commit_sealed(sealed, &given, operation.at, operation.beat, &decided);
        Ok(())
    }

    /// Decides a panel operation again and applies it to the panel's state when it is the same. The world must stand
    /// directly before the operation's veil.
    ///
    /// # Errors
    /// Every [`ReplayError`] but [`ReplayError::Chain`] and [`ReplayError::Beat`].
    pub fn replay_panel(
        &self,
        operation: &PanelOperation,
        panel: &mut PanelState,
    ) -> Result<(), ReplayError> {
        let given = authenticate(self, &operation.signed)?;
        let same = operation.procedure == given.body.procedure && operation.number == panel.operations;
        if !same {
            return Err(ReplayError::Veil { expected: panel.operations });
        }
        if operation.actor != given.actor.person {
            return Err(ReplayError::Actor);
        }
        if !self.is_panel_now(&given) {
            return Err(ReplayError::ClassWrong);
        }
        let decided = outcome(self.decide_panel(&given, operation.at, panel));
        if decided != operation.outcome {
            return Err(ReplayError::Outcome { decided });
        }
        self.commit_panel(panel, &given, operation.at, &decided);
        Ok(())
    }
}

/// Applies an operation of the sealed class that was just decided.
pub fn commit_sealed(
    sealed: &mut SealedState,
    given: &Authenticated,
    at: Instant,
    beat: u32,
    outcome: &Outcome,
) {
    match outcome {
        Outcome::Events(events) => sealed.evolve(given, beat, events),
        Outcome::Refusal(refusal) => {
            sealed.evolve(given, beat, &[]);
            sealed.refused.extend(Refused::of(given, at, refusal, None));
        }
    }
}

/// A decision as it is stored.
#[must_use]
pub fn outcome(decision: Result<Vec<Event>, Refusal>) -> Outcome {
    match decision {
        Ok(events) => Outcome::Events(events),
        Err(refusal) => Outcome::Refusal(refusal),
    }
}

/// Whether anything about a command may be journaled and receipted even though it was refused: what bidders and
/// holders are refused they must be able to prove; others get the answer only.
#[must_use]
pub fn refusal_is_journaled(signed: &SignedCommand, given: &Authenticated) -> bool {
    debug_assert_eq!(signed.key, given.actor.key);
    matches!(
        given.body.command,
        Command::Submit { .. }
            | Command::Withdraw { .. }
            | Command::Apply { .. }
            | Command::WithdrawApplication {}
            | Command::ReadApplications {}
            | Command::Admit { .. }
            | Command::RefuseApplication { .. }
            | Command::ConfirmBond { .. }
            | Command::FailBond { .. }
            | Command::Release { .. }
            | Command::AskRescue { .. }
            | Command::ReleaseShares { .. }
            | Command::Contribute { .. }
            | Command::ReleaseSet { .. }
            | Command::TakeSeat { .. }
            | Command::Clarify { .. }
            | Command::SignReport { .. }
    )
}
