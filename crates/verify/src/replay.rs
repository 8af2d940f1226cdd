//! Replays a log leaf by leaf (verify 5): the tree, the world of its procedures, the beats, the hidden operations, the veiled ones.
//!
//! A holder runs this before it releases shares, an auditor through the bundle. It judges what follows from the
//! leaves alone; cosigned times and published files belong to `check`. The first leaf that is wrong ends it: nothing
//! after that leaf has a meaning.

mod beats;
mod hidden;
mod panel;

pub use hidden::Disclosed;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::cell::Cell;
use ximu_basics::{Hash, Instant, ProcedureId, Seed, json};
use ximu_procedure::{
    PanelState, ReplayError, SealedState, Tender, World,
    phase::Inputs,
    wire::{Command, CommandBody, Entry, Event, Leaf, Operation, Outcome},
};
use ximu_tlog::{Checkpoint, Note, Policy, Tree, merkle::leaf_hash};

use crate::{Code, Failure, Place};
use hidden::Hidden;
use panel::Panel;

/// How a log of rehearsals is named: its origin begins with this.
pub const REHEARSAL_PREFIX: &str = "rehearsal.";

/// Form envelopes by commitment, as far as the caller has them. Whoever implements this checks the commitment.
pub trait Forms {
    /// The ciphertext with this commitment.
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>>;

    /// The commitments of those that must all have been submitted, as in an archive; nothing of what is only at hand.
    fn claimed(&self) -> Vec<Hash> {
        Vec::new()
    }
}

/// No envelopes: enough up to the opening.
pub struct NoForms;

impl Forms for NoForms {
    fn form(&self, _: &Hash) -> Option<Vec<u8>> {
        None
    }
}

impl Forms for BTreeMap<Hash, Vec<u8>> {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        self.get(commitment).cloned()
    }
}

/// A log under replay.
///
/// Operations of a closed procedure are given before the leaves ([`Replay::disclose`]), because each is decided on
/// the state of an earlier size. Who follows a log live gives none until CLOSE, and then feeds it again from the
/// first leaf into a new replay.
pub struct Replay {
    world: World,
    tree: Tree,
    policy: Policy,
    hidden: BTreeMap<ProcedureId, Hidden>,
    panels: BTreeMap<ProcedureId, Panel>,
    commands: BTreeSet<Hash>,
    /// No later stamp may be earlier than this.
    clock: Instant,
    /// A closing beat whose CLOSE must be the next leaf.
    closing: Option<(ProcedureId, Instant)>,
    tally: Tally,
}

/// What was checked so far, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries decided again.
    pub entries: u64,
    /// Beats found on their instant.
    pub beats: u64,
    /// Beats computed again from disclosed operations.
    pub beats_disclosed: u64,
    /// Hidden operations decided again.
    pub operations: u64,
    /// Veils found in their place.
    pub veils: u64,
    /// Veiled operations decided again.
    pub panel: u64,
    /// CLOSE entries whose evidence is of this history.
    pub closings: u64,
    /// Epoch statements verified.
    pub epochs: u64,
    /// Custody signatures verified.
    pub custody: u64,
    /// Released shares that opened their commitments.
    pub shares: u64,
    /// Bids opened again, or voided again.
    pub openings: u64,
    /// Awards computed again.
    pub awards: u64,
    /// Draws of coefficients and of experts made again.
    pub draws: u64,
    /// Contributions to them that opened again.
    pub contributions: u64,
    /// Contributions to them found void again.
    pub contributions_void: u64,
    /// Official records computed again.
    pub kept: u64,
}

impl Replay {
    /// A replay before the first leaf of the log of this origin, which must have been founded under this policy.
    #[must_use]
    pub fn new(origin: &str, policy: &Policy) -> Replay {
        Replay {
            world: World::new(origin),
            tree: Tree::new(),
            policy: policy.clone(),
            hidden: BTreeMap::new(),
            panels: BTreeMap::new(),
            commands: BTreeSet::new(),
            clock: Instant::from_unix_ms(0),
            closing: None,
            tally: Tally::default(),
        }
    }

    /// Takes the next leaf: decides it again and applies it.
    ///
    /// # Errors
    /// The first [`Failure`], in the order of verify 5.3 to 5.7. After a failure nothing that is pushed counts.
    pub fn push(&mut self, bytes: &[u8], forms: &dyn Forms) -> Result<Leaf, Failure> {
        let index = self.world.size;
        self.replay_operations(index)?;
        let at = |code, detail: String| Failure::new(code, Place::Leaf(index), detail);
        let leaf = Leaf::from_bytes(bytes).map_err(|error| at(Code::EntryMalformed, format(&error)))?;
        match &leaf {
            Leaf::Entry(entry) => self.push_entry(index, entry, Hash::of(bytes), forms)?,
            Leaf::Beat(beat) => self.push_beat(index, beat)?,
            Leaf::Veil(veil) => self.push_veil(index, veil)?,
        }
        self.tree.push(leaf_hash(bytes));
        Ok(leaf)
    }

    /// Says that no leaf follows: a closing beat without its CLOSE does not hold.
    ///
    /// # Errors
    /// [`Code::BeatClosing`].
    pub fn finish(&self) -> Result<(), Failure> {
        match &self.closing {
            None => Ok(()),
            Some((procedure, _)) => {
                let detail =
                    alloc::format!("expected CLOSE of {procedure} after its closing beat, found the end");
                Err(Failure::new(Code::BeatClosing, Place::Leaf(self.world.size), detail))
            }
        }
    }

    /// The register and the procedures after the last leaf.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A procedure after the last leaf.
    #[must_use]
    pub fn tender(&self, procedure: &ProcedureId) -> Option<&Tender> {
        self.world.tenders.get(procedure).map(|tender| &**tender)
    }

    /// The hidden class of a procedure after the last leaf, as far as its operations were disclosed.
    #[must_use]
    pub fn sealed(&self, procedure: &ProcedureId) -> Option<&SealedState> {
        self.hidden.get(procedure).map(Hidden::state)
    }

    /// The disclosed operations of a procedure, each with its order number.
    pub fn operations<'a>(&'a self, procedure: &ProcedureId) -> impl Iterator<Item = (u64, &'a Operation)> {
        self.hidden.get(procedure).into_iter().flat_map(Hidden::operations)
    }

    /// The tree of all leaves so far.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What was checked so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    fn push_entry(
        &mut self,
        index: u64,
        entry: &Entry,
        hash: Hash,
        forms: &dyn Forms,
    ) -> Result<(), Failure> {
        let at = |code, detail: String| Failure::new(code, Place::Leaf(index), detail);
        if entry.v != 1 {
            return Err(at(Code::EntryMalformed, alloc::format!("expected version 1, found {}", entry.v)));
        }
        let closes = events(entry).iter().any(|event| matches!(event, Event::Closed { .. }));
        self.check_closing(index, entry, closes)?;
        if entry.at < self.clock {
            let detail = alloc::format!("expected a stamp from {} on, found {}", self.clock, entry.at);
            return Err(at(Code::TimeBackwards, detail));
        }
        self.check_due(entry.at, &Place::Leaf(index))?;
        if !self.commands.insert(entry.signed.id()) {
            return Err(at(Code::EntryDuplicate, alloc::format!("command {}", entry.signed.id())));
        }
        if closes {
            self.disclose_at_close(index, entry)?;
        }
        // What a recheck concludes is public already.
        let discloses = !self.tender(&entry.procedure).is_some_and(Tender::is_recheck);
        let concludes =
            discloses && events(entry).iter().any(|event| matches!(event, Event::EvaluationConcluded(_)));
        if concludes {
            let seed = conclude_of(entry)
                .ok_or_else(|| at(Code::EntryOutcome, "expected the command conclude".into()))?;
            self.disclose_at_conclusion(index, &entry.procedure, &seed)?;
        }
        let given = Given {
            forms,
            sealed: self.hidden.get(&entry.procedure).filter(|_| closes).map(Hidden::state),
            panel: self.panels.get(&entry.procedure).filter(|_| concludes).map(Panel::state),
            missing: Cell::new(None),
        };
        let replayed = self.world.replay(entry, hash, &given);
        if let (Err(_), Some(missing)) = (&replayed, given.missing.get()) {
            return Err(at(
                Code::EnvelopeMissing,
                alloc::format!("expected the envelope {missing}, found none"),
            ));
        }
        replayed.map_err(|error| at(of_entry(&error), format(&error)))?;
        self.clock = entry.at;
        self.count(entry);
        self.check_founding(index, entry)
    }

    /// CLOSE discloses the class: the evidence is of this history, and the beats hold these operations and no others.
    fn disclose_at_close(&mut self, index: u64, entry: &Entry) -> Result<(), Failure> {
        let at = |code, detail: String| Failure::new(code, Place::Leaf(index), detail);
        let Some((evidence, seed)) = close_of(entry) else {
            return Err(at(Code::EntryOutcome, "expected CLOSE under the event closed".into()));
        };
        let read = Note::parse(evidence.as_bytes()).ok().and_then(|note| Checkpoint::parse(note.text()).ok());
        let found = read.ok_or_else(|| at(Code::CloseEvidence, "expected a checkpoint".into()))?;
        if self.tree.root_at(found.size) != Some(found.root) {
            let detail =
                alloc::format!("expected this log's root at size {}, found {}", found.size, found.root);
            return Err(at(Code::CloseEvidence, detail));
        }
        let missing = || at(Code::OperationsMissing, alloc::format!("procedure {}", entry.procedure));
        let tender = self.world.tenders.get(&entry.procedure).ok_or_else(missing)?;
        let hidden = self.hidden.get(&entry.procedure).ok_or_else(missing)?;
        hidden.check_beats(&entry.procedure, tender, &seed)?;
        self.tally.beats_disclosed = self.tally.beats_disclosed.saturating_add(tender.beats.len() as u64);
        self.tally.closings = self.tally.closings.saturating_add(1);
        Ok(())
    }

    fn check_founding(&self, index: u64, entry: &Entry) -> Result<(), Failure> {
        let founds = events(entry).iter().any(|event| matches!(event, Event::CentreFounded { .. }));
        let Some(centre) = self.world.registry.centre.as_ref().filter(|_| founds) else { return Ok(()) };
        if centre.policy.as_bytes() != self.policy.source() {
            let (expected, found) = (self.policy.fingerprint(), Hash::of(centre.policy.as_bytes()));
            let detail = alloc::format!("expected the policy {expected}, found {found}");
            return Err(Failure::new(Code::PolicyFounding, Place::Leaf(index), detail));
        }
        if self.world.origin.starts_with(REHEARSAL_PREFIX) != centre.rehearsal {
            let detail = alloc::format!("origin {}, rehearsal {}", self.world.origin, centre.rehearsal);
            return Err(Failure::new(Code::RehearsalOrigin, Place::Leaf(index), detail));
        }
        Ok(())
    }

    fn count(&mut self, entry: &Entry) {
        let tally = &mut self.tally;
        let one = |count: &mut u64, more: usize| *count = count.saturating_add(more as u64);
        one(&mut tally.entries, 1);
        let tender = self.world.tenders.get(&entry.procedure);
        for event in events(entry) {
            match event {
                Event::Published { .. } => {
                    one(&mut tally.epochs, tender.map_or(0, |tender| tender.holders.len()));
                }
                Event::SharesReleased { .. } => {
                    one(&mut tally.shares, tender.map_or(0, |tender| tender.to_open.len()));
                }
                Event::BidOpened(_) | Event::BidVoided { .. } => one(&mut tally.openings, 1),
                Event::Awarded { .. } => one(&mut tally.awards, 1),
                Event::CoefficientDrawn { .. } | Event::ExpertsDrawn { .. } => one(&mut tally.draws, 1),
                Event::ContributionOpened { .. } => one(&mut tally.contributions, 1),
                Event::ContributionVoided { .. } => one(&mut tally.contributions_void, 1),
                Event::CentreFounded { .. }
                | Event::PartyRegistered { .. }
                | Event::PartyAdmitted { .. }
                | Event::KeyReplaced { .. }
                | Event::DeadlineMoved { .. }
                | Event::DocumentsAmended { .. }
                | Event::QuestionAsked { .. }
                | Event::QuestionAnswered { .. }
                | Event::ObjectionRaised { .. }
                | Event::ObjectionAnswered { .. }
                | Event::AnswerOverdue { .. }
                | Event::CandidatesWithdrawn { .. }
                | Event::PublicationExtended { .. }
                | Event::Cancelled {}
                | Event::BidSubmitted { .. }
                | Event::VersionVoided { .. }
                | Event::BidWithdrawn { .. }
                | Event::Applied { .. }
                | Event::ApplicationWithdrawn { .. }
                | Event::ApplicationsRead { .. }
                | Event::ApplicationAdmitted { .. }
                | Event::ApplicationRefused { .. }
                | Event::BondConfirmed { .. }
                | Event::BondFailed { .. }
                | Event::Closed { .. }
                | Event::TooFewBids { .. }
                | Event::WindowOpened { .. }
                | Event::SignedIn { .. }
                | Event::KeyReleased { .. }
                | Event::RescueAsked { .. }
                | Event::RelaysCompleted { .. }
                | Event::WindowEnded { .. }
                | Event::OpeningCompleted { .. }
                | Event::Contributed { .. }
                | Event::SetListed { .. }
                | Event::SetReleased { .. }
                | Event::SetOpened { .. }
                | Event::PoolFrozen { .. }
                | Event::PoolTooSmall { .. }
                | Event::ExpertDeclined { .. }
                | Event::SeatTaken { .. }
                | Event::SeatLeft { .. }
                | Event::DelegateReplaced { .. }
                | Event::OutageReported { .. }
                | Event::OutageEnded {}
                | Event::CommitteeDissolved { .. }
                | Event::EvaluationConcluded(_)
                | Event::EvaluationFailed { .. }
                | Event::Declared { .. }
                | Event::ChairVoted { .. }
                | Event::ChairChosen { .. }
                | Event::PapersGiven { .. }
                | Event::SheetsBegun { .. }
                | Event::ScoreCorrected { .. }
                | Event::AbnormalCalled { .. }
                | Event::ScoreAbnormal { .. }
                | Event::ScoreJustified { .. }
                | Event::ClarificationAsked { .. }
                | Event::Clarified { .. }
                | Event::RejectionProposed { .. }
                | Event::RejectionVoted { .. }
                | Event::BidRejected { .. }
                | Event::CompetitionVoted { .. }
                | Event::MoreTimeAsked { .. }
                | Event::TimeExtended { .. }
                | Event::ReportDrafted { .. }
                | Event::ReportSigned { .. }
                | Event::Dissented { .. }
                | Event::DrawFailed { .. }
                | Event::CandidatesProposed { .. }
                | Event::GivenUp { .. }
                | Event::Disqualified { .. }
                | Event::CandidatesExhausted {}
                | Event::ContractSigned { .. }
                | Event::BondReturned { .. }
                | Event::Complained { .. }
                | Event::ComplaintAccepted { .. }
                | Event::ComplaintDeclined { .. }
                | Event::ComplaintDecided { .. }
                | Event::Ordered { .. }
                | Event::Suspended { .. }
                | Event::Resumed {}
                | Event::WindowExtended { .. }
                | Event::EvaluationReopened { .. }
                | Event::Annulled {}
                | Event::RetenderOrdered {}
                | Event::Overdue { .. }
                | Event::Archived { .. } => {}
                Event::RecordKept { .. } => one(&mut tally.kept, 1),
            }
        }
    }
}

/// What a decision may look at, and what it looked for in vain.
struct Given<'a> {
    forms: &'a dyn Forms,
    sealed: Option<&'a SealedState>,
    panel: Option<&'a PanelState>,
    missing: Cell<Option<Hash>>,
}

impl Inputs for Given<'_> {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        let form = self.forms.form(commitment);
        if form.is_none() {
            self.missing.set(Some(*commitment));
        }
        form
    }

    fn sealed(&self) -> Option<&SealedState> {
        self.sealed
    }

    fn panel(&self) -> Option<&PanelState> {
        self.panel
    }
}

fn events(entry: &Entry) -> &[Event] {
    match &entry.outcome {
        Outcome::Events(events) => events,
        Outcome::Refusal(_) => &[],
    }
}

/// Evidence and seed of a CLOSE. Its signature is checked with the entry.
fn close_of(entry: &Entry) -> Option<(String, Seed)> {
    if let Command::Close { evidence, seed } = command(entry)? { Some((evidence, seed)) } else { None }
}

/// The seed that a conclusion discloses.
fn conclude_of(entry: &Entry) -> Option<Seed> {
    if let Command::Conclude { seed } = command(entry)? { Some(seed) } else { None }
}

fn command(entry: &Entry) -> Option<Command> {
    let body: CommandBody = json::from_canonical(entry.signed.body.as_bytes()).ok()?;
    Some(body.command)
}

fn of_entry(error: &ReplayError) -> Code {
    match error {
        ReplayError::Rejected(_) => Code::EntryRejected,
        ReplayError::Chain { .. } => Code::EntryChain,
        ReplayError::Actor => Code::EntryActor,
        ReplayError::Outcome { .. } => Code::EntryOutcome,
        ReplayError::ClassWrong => Code::EntryClass,
        ReplayError::Veil { .. } => Code::VeilNumber,
        ReplayError::Beat { .. } => Code::BeatNumber,
    }
}

fn format(error: &dyn core::fmt::Display) -> String {
    alloc::format!("{error:.500}")
}
