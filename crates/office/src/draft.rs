//! A draft: decisions that are not durable yet. Commands are decided one after the other, each on what the ones
//! before it would make true; then the whole batch is appended in one transaction, or forgotten.
//!
//! Here stands what becomes a leaf and what an operation. What a command means stands in `ximu-procedure`.

use crate::{
    answer::{Answer, Recorded},
    panel::PanelClass,
    signer::Signer,
    state::{Class, Held, Refusals, State},
    trouble::Trouble,
};
use std::{collections::BTreeMap, sync::Arc};
use ximu_basics::{Hash, Instant, PersonId, ProcedureId, Seed, json};
use ximu_journal::{Batch, ClassSeed, HiddenClass, LeafKind, NewLeaf};
use ximu_procedure::{
    Authenticated, Classes, PanelState, SealedState, Tender, World, authenticate, envelope,
    phase::Inputs,
    wire::{
        Command, Entry, Leaf, Operation, Outcome, PanelOperation, Refusal, SignedCommand,
        command::SealedRecord, leaf::LEAF_BYTES_MAX,
    },
    world::{commit_sealed, outcome, refusal_is_journaled},
};
use ximu_sealed::EnvelopeHeader;
use ximu_tlog::beat::{BEAT_SLOTS, next_slot};

/// Hidden commands of one person in one beat: more than anybody needs, and too few for one person to fill a beat of
/// 4,096 slots against the others.
pub const OPERATIONS_PER_PERSON_MAX: usize = 16;

/// The same for an officer of applications or a keeper of bonds: one for every party that can apply, and then some
/// (enter 5.5).
pub const OPERATIONS_PER_OFFICER_MAX: usize = 256;

/// Refused commands of one person that are recorded for one procedure: more than anybody needs to prove, and too few to
/// make the log too large to be published, or the disclosed operations too large for the holders to read. Counted from
/// the start of the process on.
pub const REFUSALS_PER_PERSON_MAX: u32 = 64;

/// The longest refused command that is recorded, in bytes of its body: four times what a bid with eight escrow envelopes
/// needs. A longer one is refused all the same, and what all firms are refused stays readable for the holders.
pub const REFUSED_BYTES_MAX: usize = 8 * 1024;

/// Decisions on top of a state that is durable.
pub(crate) struct Draft<'state> {
    base: &'state State,
    signer: &'state Signer,
    world: Arc<World>,
    /// Classes that differ from those of the base; `None` when the class has ended.
    classes: BTreeMap<ProcedureId, Option<Arc<Class>>>,
    /// The same for the classes `panel`.
    panels: BTreeMap<ProcedureId, Option<Arc<PanelClass>>>,
    refusals: Arc<Refusals>,
    batch: Batch,
}

/// What a decision may ask the vault.
pub(crate) struct Shelf<'a> {
    /// The ciphertext of a form that is to be opened.
    pub form: &'a dyn Fn(&Hash) -> Option<Vec<u8>>,
    /// The beginning of a submitted envelope, its header in it; none when its bytes are not here.
    pub beginning: &'a dyn Fn(&SealedRecord) -> Option<Vec<u8>>,
}

/// What a decided draft consists of.
pub(crate) struct Decided {
    /// What the store is to keep.
    pub batch: Batch,
    /// What is known once it does.
    pub state: State,
}

impl<'state> Draft<'state> {
    /// An empty draft on a durable state. Its stamp is the instant of the state until something is decided.
    pub(crate) fn new(base: &'state State, signer: &'state Signer, at: Instant) -> Draft<'state> {
        let world = base.world.clone();
        let batch = Batch::at(world.size, at);
        let (classes, panels) = (BTreeMap::new(), BTreeMap::new());
        Draft { base, signer, world, classes, panels, refusals: base.refusals.clone(), batch }
    }

    /// The public state the draft would make true.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// Whether there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        self.batch.leaves.is_empty() && self.batch.operations.is_empty()
    }

    /// Rows of the larger of the two lists of the batch.
    pub(crate) fn rows(&self) -> usize {
        self.batch.leaves.len().max(self.batch.operations.len())
    }

    /// A class as the draft would make it; `None` when there is none or it has ended.
    pub(crate) fn class(&self, procedure: &ProcedureId) -> Option<&Class> {
        match self.classes.get(procedure) {
            Some(changed) => changed.as_deref(),
            None => self.base.classes.get(procedure).map(|class| &**class),
        }
    }

    /// The draft's parts, to be stored and then to be true.
    pub(crate) fn finish(self) -> Decided {
        let classes = changed(&self.base.classes, self.classes);
        let panels = changed(&self.base.panels, self.panels);
        let (refusals, stamp) = (self.refusals, Some(self.batch.stamp));
        let state = State { world: self.world, classes, panels, refusals, stamp };
        Decided { batch: self.batch, state }
    }

    /// Decides a command and drafts what is recorded of it. The answer must not leave before the batch is durable.
    /// After trouble the draft is as it was.
    ///
    /// # Errors
    /// [`Trouble`] when nothing can be said about the command.
    pub(crate) fn take(
        &mut self,
        signed: &SignedCommand,
        at: Instant,
        shelf: &Shelf<'_>,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Answer, Trouble> {
        let given = authenticate(&self.world, signed)?;
        if self.world.is_sealed_now(&given) {
            return self.take_sealed(&given, at, shelf);
        }
        if self.world.is_panel_now(&given) {
            return self.take_panel(&given, at);
        }
        self.take_public(&given, at, shelf, entropy)
    }

    fn take_sealed(
        &mut self,
        given: &Authenticated,
        at: Instant,
        shelf: &Shelf<'_>,
    ) -> Result<Answer, Trouble> {
        let procedure = &given.body.procedure;
        let missing = || Trouble::Stopped { why: "class_missing" };
        let class = self.class(procedure).ok_or_else(missing)?;
        let tender = self.world.tenders.get(procedure).ok_or_else(missing)?;
        let decided = outcome(self.world.decide_sealed(given, at, &class.sealed));
        if let Outcome::Refusal(refusal) = &decided
            && !self.records(given, refusal)
        {
            return Ok(Answer::Refused { refusal: refusal.clone(), recorded: None });
        }
        if let Outcome::Events(_) = &decided {
            check_envelopes(tender, given, shelf)?;
        }
        if class.held.len() >= usize::from(BEAT_SLOTS) {
            return Err(Trouble::BeatFull);
        }
        let mine = class.held.iter().filter(|held| held.person == given.actor.person).count();
        let limit = operations_max(&given.body.command);
        if mine >= limit {
            return Err(Trouble::TooManyInBeat { limit });
        }
        let beat = u32::try_from(tender.beats.len()).map_err(|_| missing())?;
        let operation = Operation {
            v: 1,
            procedure: procedure.clone(),
            beat,
            log_size: self.world.size,
            at,
            actor: given.actor.person.clone(),
            signed: given.signed.clone(),
            outcome: decided.clone(),
        };
        let bytes = fit(json::to_canonical(&operation))?;
        let listing = listing(&given.body.command, &decided, &class.sealed)?;
        let taken: Vec<u16> = class.held.iter().map(|held| held.slot).collect();
        let slot = next_slot(&class.seed, u64::from(beat), &taken).ok_or(Trouble::BeatFull)?;
        let order = class.next_order;
        let mut recorded = self.signer.record(given, at, Some(beat), &bytes, &decided)?;
        recorded.listing = listing;
        let class = self.class_mut(procedure).ok_or_else(missing)?;
        commit_sealed(Arc::make_mut(&mut class.sealed), given, at, beat, &decided);
        class.next_order = order.saturating_add(1);
        let person = given.actor.person.clone();
        class.held.push(Held { order, slot, person, bytes: bytes.as_slice().into() });
        if matches!(decided, Outcome::Refusal(_)) {
            self.count_refusal(given);
        }
        self.batch.stamp = at;
        self.batch.operations.push(ximu_journal::Operation {
            procedure: procedure.clone(),
            class: HiddenClass::Sealed,
            ord: order,
            beat: u64::from(beat),
            slot,
            bytes,
            id: given.signed.id(),
        });
        Ok(answer(decided, recorded))
    }

    fn take_panel(&mut self, given: &Authenticated, at: Instant) -> Result<Answer, Trouble> {
        let procedure = &given.body.procedure;
        let missing = || Trouble::Stopped { why: "class_missing" };
        let class = self.panel(procedure).ok_or_else(missing)?;
        let decided = outcome(self.world.decide_panel(given, at, &class.state));
        if let Outcome::Refusal(refusal) = &decided
            && !self.records(given, refusal)
        {
            return Ok(Answer::Refused { refusal: refusal.clone(), recorded: None });
        }
        let number = class.state.operations;
        let operation = PanelOperation {
            v: 1,
            procedure: procedure.clone(),
            number,
            at,
            actor: given.actor.person.clone(),
            signed: given.signed.clone(),
            outcome: decided.clone(),
        };
        let bytes = fit(json::to_canonical(&operation))?;
        let veil = class.veil(procedure, number, &bytes);
        let leaf = fit(Leaf::Veil(veil.clone()).to_bytes())?;
        let recorded = self.signer.record(given, at, None, &bytes, &decided)?;
        let mut class = class.clone();
        self.world.commit_panel(Arc::make_mut(&mut class.state), given, at, &decided);
        Arc::make_mut(&mut self.world).commit_veil(&veil).map_err(|_| missing())?;
        self.panels.insert(procedure.clone(), Some(Arc::new(class)));
        if matches!(decided, Outcome::Refusal(_)) {
            self.count_refusal(given);
        }
        self.batch.stamp = at;
        let (procedure, kind) = (procedure.clone(), LeafKind::Beat);
        self.batch.leaves.push(NewLeaf { procedure: procedure.clone(), kind, bytes: leaf, command: None });
        self.batch.operations.push(ximu_journal::Operation {
            procedure,
            class: HiddenClass::Panel,
            ord: u64::from(number),
            // A veil holds one operation: the place of it in its own row.
            beat: u64::from(number),
            slot: 0,
            bytes,
            id: given.signed.id(),
        });
        Ok(answer(decided, recorded))
    }

    fn take_public(
        &mut self,
        given: &Authenticated,
        at: Instant,
        shelf: &Shelf<'_>,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Answer, Trouble> {
        let procedure = &given.body.procedure;
        let closes = matches!(given.body.command, Command::Close { .. });
        let sealed = self.class(procedure).filter(|_| closes).map(|class| class.sealed.clone());
        let concludes = matches!(given.body.command, Command::Conclude { .. });
        let panel = self.panel(procedure).filter(|_| concludes).map(|class| class.state.clone());
        let inputs = Available { form: shelf.form, sealed: sealed.as_deref(), panel: panel.as_deref() };
        let decided = outcome(self.world.decide(given, at, &inputs));
        if let Outcome::Refusal(refusal) = &decided
            && !self.records(given, refusal)
        {
            return Ok(Answer::Refused { refusal: refusal.clone(), recorded: None });
        }
        let chain = self.world.chain(procedure);
        let entry = Entry {
            v: 1,
            procedure: procedure.clone(),
            number: chain.number,
            previous: chain.previous,
            at,
            actor: given.actor.person.clone(),
            signed: given.signed.clone(),
            outcome: decided.clone(),
        };
        let bytes = fit(Leaf::Entry(entry).to_bytes())?;
        let recorded = self.signer.record(given, at, None, &bytes, &decided)?;
        let hash = Hash::of(&bytes);
        let classes = Classes { sealed: sealed.as_deref(), panel: panel.as_deref() };
        Arc::make_mut(&mut self.world).commit(given, at, &decided, hash, classes);
        match &decided {
            Outcome::Events(_) => self.change_classes(given, entropy),
            Outcome::Refusal(_) => self.count_refusal(given),
        }
        self.batch.stamp = at;
        self.batch.leaves.push(NewLeaf {
            procedure: procedure.clone(),
            kind: LeafKind::Entry,
            bytes,
            command: Some(given.signed.id()),
        });
        Ok(answer(decided, recorded))
    }

    /// Whether a refusal is recorded: only what somebody with the role is refused, so that strangers cannot fill beats,
    /// and not without end.
    fn records(&self, given: &Authenticated, refusal: &Refusal) -> bool {
        let before = self.refusals.get(&author(given)).copied().unwrap_or(0);
        // In the open a refusal of phase Enter would name an applicant.
        let may_be_seen = !given.body.command.is_of_entry() || self.world.is_sealed_now(given);
        refusal_is_journaled(&given.signed, given)
            && may_be_seen
            && !matches!(refusal, Refusal::RoleNotAllowed { .. })
            && before < REFUSALS_PER_PERSON_MAX
            && given.signed.body.len() <= REFUSED_BYTES_MAX
    }

    fn count_refusal(&mut self, given: &Authenticated) {
        let count = Arc::make_mut(&mut self.refusals).entry(author(given)).or_default();
        *count = count.saturating_add(1);
    }

    /// A publication begins a sealed class with a fresh seed; CLOSE ends it. An evaluation that begins or is over does the
    /// same with the class `panel`.
    fn change_classes(&mut self, given: &Authenticated, entropy: &mut dyn FnMut() -> [u8; 32]) {
        let procedure = given.body.procedure.clone();
        if matches!(given.body.command, Command::Publish { .. }) {
            let seed = Seed(entropy());
            let class = HiddenClass::Sealed;
            self.batch.seeds.push(ClassSeed { procedure: procedure.clone(), class, seed });
            self.classes.insert(procedure.clone(), Some(Arc::new(Class::new(seed))));
        } else if matches!(given.body.command, Command::Close { .. }) {
            self.classes.insert(procedure.clone(), None);
        }
        let open = self.world.tenders.get(&procedure).is_some_and(|tender| tender.is_panel_open());
        match (open, self.panel(&procedure).is_some()) {
            (true, false) => {
                let (seed, class) = (Seed(entropy()), HiddenClass::Panel);
                self.batch.seeds.push(ClassSeed { procedure: procedure.clone(), class, seed });
                self.panels.insert(procedure, Some(Arc::new(PanelClass::new(seed))));
            }
            (false, true) => {
                self.panels.insert(procedure, None);
            }
            (true, true) | (false, false) => {}
        }
    }

    /// The class `panel` of a procedure as the draft would make it.
    pub(crate) fn panel(&self, procedure: &ProcedureId) -> Option<&PanelClass> {
        match self.panels.get(procedure) {
            Some(changed) => changed.as_deref(),
            None => self.base.panels.get(procedure).map(|class| &**class),
        }
    }

    /// The class to change; the first change copies it.
    pub(crate) fn class_mut(&mut self, procedure: &ProcedureId) -> Option<&mut Class> {
        if !self.classes.contains_key(procedure) {
            let class = self.base.classes.get(procedure)?.clone();
            self.classes.insert(procedure.clone(), Some(class));
        }
        Some(Arc::make_mut(self.classes.get_mut(procedure)?.as_mut()?))
    }

    /// The public state to change and the batch, for beats.
    pub(crate) fn parts_mut(&mut self) -> (&mut World, &mut Batch) {
        (Arc::make_mut(&mut self.world), &mut self.batch)
    }
}

/// What is there once the changes are true.
fn changed<T>(
    base: &BTreeMap<ProcedureId, Arc<T>>,
    changes: BTreeMap<ProcedureId, Option<Arc<T>>>,
) -> BTreeMap<ProcedureId, Arc<T>> {
    let mut all = base.clone();
    for (procedure, one) in changes {
        match one {
            Some(one) => all.insert(procedure, one),
            None => all.remove(&procedure),
        };
    }
    all
}

/// What an officer who looks at the applications is shown: what the decision was about.
fn listing(command: &Command, decided: &Outcome, sealed: &SealedState) -> Result<Option<String>, Trouble> {
    match (command, decided) {
        (Command::ReadApplications {}, Outcome::Events(_)) => {
            sealed.listing().map(Some).map_err(|_| Trouble::Stopped { why: "not_canonical" })
        }
        (_, Outcome::Events(_) | Outcome::Refusal(_)) => Ok(None),
    }
}

/// How many hidden commands in one beat this command may be the last of.
fn operations_max(command: &Command) -> usize {
    let is_of_bidder = matches!(command, Command::Apply { .. } | Command::WithdrawApplication {});
    if command.is_of_entry() && !is_of_bidder {
        OPERATIONS_PER_OFFICER_MAX
    } else {
        OPERATIONS_PER_PERSON_MAX
    }
}

fn author(given: &Authenticated) -> (ProcedureId, PersonId) {
    (given.body.procedure.clone(), given.actor.person.clone())
}

fn answer(decided: Outcome, recorded: Recorded) -> Answer {
    match decided {
        Outcome::Events(_) => Answer::Accepted(recorded),
        Outcome::Refusal(refusal) => Answer::Refused { refusal, recorded: Some(recorded) },
    }
}

fn fit(bytes: Result<Vec<u8>, json::JsonError>) -> Result<Vec<u8>, Trouble> {
    let bytes = bytes.map_err(|_| Trouble::Stopped { why: "not_canonical" })?;
    if bytes.len() > LEAF_BYTES_MAX {
        return Err(Trouble::EntryTooLarge { max: LEAF_BYTES_MAX, found: bytes.len() });
    }
    Ok(bytes)
}

/// What a public decision may look at besides the public state.
struct Available<'a> {
    form: &'a dyn Fn(&Hash) -> Option<Vec<u8>>,
    sealed: Option<&'a SealedState>,
    panel: Option<&'a PanelState>,
}

impl Inputs for Available<'_> {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        (self.form)(commitment)
    }

    fn sealed(&self) -> Option<&SealedState> {
        self.sealed
    }

    fn panel(&self) -> Option<&PanelState> {
        self.panel
    }
}

/// A submission that would be accepted needs its envelopes here, and envelopes that belong to it. The context stands
/// in plain text at their beginning, so that who took the file of another tender or version is told at once and has
/// time to seal again. A form without a readable header goes on: its bidder is told at the opening. A body that every holder would
/// call broken is not taken.
fn check_envelopes(tender: &Tender, given: &Authenticated, shelf: &Shelf<'_>) -> Result<(), Trouble> {
    let Command::Submit { version, form, body, .. } = &given.body.command else { return Ok(()) };
    for (record, name) in [(form, envelope::FORM), (body, envelope::BODY)] {
        let bytes = (shelf.beginning)(record).ok_or(Trouble::UploadMissing)?;
        // What the committee is to read must be dealt to the holders, who know it by the hash of its header.
        let escrow = envelope::body_escrow(tender).filter(|_| name == envelope::BODY);
        let differs = || Trouble::ContextDiffers { envelope: name };
        let (header, rest) = match EnvelopeHeader::parse(&bytes) {
            Ok(parsed) => parsed,
            Err(_) if escrow.is_none() => continue,
            Err(_) => return Err(differs()),
        };
        let read = bytes.get(..bytes.len().saturating_sub(rest.len())).unwrap_or_default();
        let named = escrow.is_none() || Hash::of(read) == record.header;
        let bidder = given.actor.party.as_ref();
        let expected = bidder.and_then(|bidder| envelope::context(tender, bidder, *version, name));
        let belongs = expected.is_some_and(|expected| header.context().expect(&expected).is_ok());
        let dealt = escrow.is_none_or(|escrow| header.expect_escrow(Some(&escrow)).is_ok());
        if !belongs || !dealt || !named || *header.context_hash() != record.context {
            return Err(differs());
        }
    }
    Ok(())
}
