//! The holder's own decision of a whole log (opening 4.2 a): the mirrored leaves through `ximu-verify`'s replay, with
//! what the centre discloses after CLOSE.
//!
//! Before CLOSE nothing of the hidden class is known and only the public entries are decided again. When CLOSE comes,
//! the operations are fetched and everything is decided again from the first leaf, hidden class included: those of
//! other classes too that the leaves to come disclose, so that a long log is decided a few times and not once for each
//! tender. The centre gets no say: what does not re-decide stops the holder, and what it gives is bounded
//! (`replaying/answers.rs`).

mod answers;

pub use answers::ANSWER_BYTES_MAX;

use crate::{
    archive::Archive,
    durable::DiskError,
    mirror::Mirror,
    source::{Asking, Source, SourceError},
};
use answers::{Answer, Answers, bytes_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use ximu_basics::{Hash, ProcedureId, SetId, json::from_canonical};
use ximu_procedure::wire::{Command, CommandBody, Entry, Event, Leaf, Outcome, VeilLeaf};
use ximu_procedure::{Tender, registry::Registry};
use ximu_sealed::Commitment;
use ximu_tlog::{Policy, tile::TILE_WIDTH, witness::TreeHead};
use ximu_verify::{Failure, Replay};

/// A replay that follows a log.
pub struct Replaying {
    origin: String,
    policy: Policy,
    replay: Replay,
    /// What the centre disclosed.
    answers: Answers,
    /// How many beats each CLOSE counts.
    beats_counted: BTreeMap<ProcedureId, u32>,
    /// The entries that closed the bids.
    closes: BTreeMap<ProcedureId, Close>,
    /// The leaves that ended windows.
    window_ends: BTreeMap<ProcedureId, u64>,
    /// The register and the procedure just before its window ended, as long as its bids are being opened.
    before_ends: BTreeMap<ProcedureId, (Arc<Registry>, Arc<Tender>)>,
    /// The leaves that fixed the lists of sealed sets.
    lists: BTreeMap<(ProcedureId, SetId), u64>,
    /// Set when the replay has failed: it means nothing any more and is begun again.
    failed: bool,
}

/// The entry that closed the bids of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// Its leaf.
    pub leaf: u64,
    /// The id of its command.
    pub command: Hash,
}

/// A class that a leaf discloses, and whose operations are not at hand.
enum Missing {
    /// The bids of a procedure.
    Sealed(ProcedureId),
    /// What a procedure's committee did.
    Panel(ProcedureId),
}

/// When an answer is asked for.
#[derive(Clone, Copy)]
enum Asked {
    /// Its leaf is to be decided.
    Now,
    /// Before its leaf is decided.
    Ahead,
}

/// Why the replay stands still.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// The log does not re-decide. Nothing of it is believed.
    #[error("{0}")]
    False(#[from] Failure),
    /// The centre withholds what it must disclose.
    #[error("expected the centre to disclose {what} of {procedure}, found nothing yet")]
    Withheld {
        /// What.
        what: &'static str,
        /// Of which procedure.
        procedure: ProcedureId,
    },
    /// The log discloses more than this peer keeps in its memory for one log.
    #[error("expected at most {max} bytes of what the procedures of this log disclose, found {found}")]
    Full {
        /// The most.
        max: u64,
        /// With the answer that was not kept.
        found: u64,
    },
    /// The centre does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The entries on this peer's disk are no longer those that were checked; the next checkpoint mends them.
    #[error(
        "expected the mirrored entries that lead to the root {expected}, found others; they are fetched again"
    )]
    Damaged {
        /// The root under the checkpoint.
        expected: Hash,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl Halt {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Halt::False(failure) => failure.code.to_string(),
            Halt::Withheld { .. } => "holder-withheld".to_owned(),
            Halt::Full { .. } => "disclosed-full".to_owned(),
            Halt::Source(error) => error.code.clone(),
            Halt::Damaged { .. } => "mirror-damaged".to_owned(),
            Halt::Disk(error) => error.code().to_owned(),
        }
    }
}

/// Where a replay gets what it needs.
pub struct Sources<'a> {
    /// The leaves.
    pub mirror: &'a Mirror,
    /// What was disclosed before.
    pub archive: &'a Archive,
    /// Forms that this peer keeps in custody.
    pub kept: &'a dyn Fn(&Hash) -> Option<Vec<u8>>,
    /// The centre.
    pub centre: &'a dyn Source,
    /// This holder's request to read what a committee has done.
    pub asking: &'a dyn Fn(&ProcedureId) -> Asking,
}

impl Replaying {
    /// A replay before the first leaf.
    #[must_use]
    pub fn new(origin: &str, policy: &Policy) -> Replaying {
        Replaying {
            origin: origin.to_owned(),
            policy: policy.clone(),
            replay: Replay::new(origin, policy),
            answers: Answers::default(),
            beats_counted: BTreeMap::new(),
            closes: BTreeMap::new(),
            window_ends: BTreeMap::new(),
            before_ends: BTreeMap::new(),
            lists: BTreeMap::new(),
            failed: false,
        }
    }

    /// What the leaves so far mean.
    #[must_use]
    pub fn replay(&self) -> &Replay {
        &self.replay
    }

    /// How many beats the CLOSE of a procedure counts.
    #[must_use]
    pub fn beats_counted(&self, procedure: &ProcedureId) -> Option<u32> {
        self.beats_counted.get(procedure).copied()
    }

    /// The entry that closed the bids of a procedure.
    #[must_use]
    pub fn close(&self, procedure: &ProcedureId) -> Option<Close> {
        self.closes.get(procedure).copied()
    }

    /// The leaf that ended a procedure's window.
    #[must_use]
    pub fn window_end(&self, procedure: &ProcedureId) -> Option<u64> {
        self.window_ends.get(procedure).copied()
    }

    /// The register and the procedure just before its window ended; none before, and when everything is read.
    #[must_use]
    pub fn before_end(&self, procedure: &ProcedureId) -> Option<(&Registry, &Tender)> {
        self.before_ends.get(procedure).map(|(registry, tender)| (&**registry, &**tender))
    }

    /// The leaf that fixed the list of a sealed set.
    #[must_use]
    pub fn list(&self, procedure: &ProcedureId, set: &SetId) -> Option<u64> {
        self.lists.get(&(procedure.clone(), set.clone())).copied()
    }

    /// Decides the leaves up to `head`, which the caller has found under a cosigned checkpoint.
    ///
    /// # Errors
    /// [`Halt`]; the next call begins again where that is needed.
    pub fn catch_up(&mut self, head: &TreeHead, sources: &Sources<'_>) -> Result<(), Halt> {
        if self.failed {
            // The operations may have been the false part, and the centre may disclose others now.
            self.answers = Answers::default();
            self.begin_again()?;
        }
        if self.replay.world().size == 0 {
            self.look_ahead(head.size, sources)?;
            self.begin_again()?;
        }
        loop {
            match self.run(head.size, sources) {
                Ok(None) => return self.compare(head),
                Ok(Some(missing)) => {
                    self.fetch(missing, sources, Asked::Now)?;
                    self.look_ahead(head.size, sources)?;
                    self.begin_again()?;
                }
                Err(halt) => {
                    self.failed |= matches!(halt, Halt::False(_));
                    if matches!(halt, Halt::Full { .. }) {
                        self.answers.forget_unheld();
                    }
                    return Err(halt);
                }
            }
        }
    }

    /// What was decided is what was cosigned: the disk was read a second time since it was checked.
    fn compare(&mut self, head: &TreeHead) -> Result<(), Halt> {
        let same = self.replay.tree().root_at(head.size) == Some(head.root);
        self.failed = !same;
        if same { Ok(()) } else { Err(Halt::Damaged { expected: head.root }) }
    }

    fn begin_again(&mut self) -> Result<(), Halt> {
        self.replay = Replay::new(&self.origin, &self.policy);
        self.beats_counted.clear();
        self.closes.clear();
        self.window_ends.clear();
        self.before_ends.clear();
        self.lists.clear();
        self.failed = true;
        self.answers.begin_again();
        for (procedure, operations) in &self.answers.operations {
            self.replay.disclose(procedure, operations.given.clone())?;
        }
        for (procedure, operations) in &self.answers.sittings {
            self.replay.disclose_panel(procedure, None, operations.given.clone())?;
        }
        self.failed = false;
        Ok(())
    }

    /// Gets what a leaf discloses, when there is room for it. What was asked for ahead makes room for what is asked for
    /// now.
    fn fetch(&mut self, missing: Missing, sources: &Sources<'_>, asked: Asked) -> Result<(), Halt> {
        match missing {
            Missing::Sealed(closed) => {
                // What this peer itself has found right before holds.
                let archived = sources.archive.operations(&closed)?;
                let held = archived.is_some();
                let withheld = || Halt::Withheld { what: "the operations", procedure: closed.clone() };
                let operations = match archived {
                    Some(operations) => operations,
                    None => sources.centre.operations(&closed)?.ok_or_else(withheld)?,
                };
                let bytes = bytes_of(operations.iter().map(|line| line.operation.as_str()));
                self.make_room(bytes, sources, asked)?;
                self.answers.operations.insert(closed, Answer::new(operations, bytes, held));
            }
            Missing::Panel(concluded) => {
                let sitting = sources.centre.sitting(&concluded, &(sources.asking)(&concluded))?;
                let what = "what the committee did";
                let withheld = || Halt::Withheld { what, procedure: concluded.clone() };
                let operations = sitting.ok_or_else(withheld)?.operations;
                let bytes = bytes_of(operations.iter().map(String::as_str));
                self.make_room(bytes, sources, asked)?;
                self.answers.sittings.insert(concluded, Answer::new(operations, bytes, false));
            }
        }
        Ok(())
    }

    fn make_room(&mut self, bytes: u64, sources: &Sources<'_>, asked: Asked) -> Result<(), Halt> {
        let max = ANSWER_BYTES_MAX.min(sources.mirror.bytes_max());
        match (self.answers.has_room(bytes, max), asked) {
            (Err(_), Asked::Now) => {
                self.answers.forget_unheld();
                self.answers.has_room(bytes, max)
            }
            (room, _) => room,
        }
    }

    /// Gets what the leaves to come disclose, undecided as they are, as long as the centre answers and what it gave
    /// before has held. What cannot be had now is asked for again when its leaf is decided, and is a trouble only then.
    /// Leaves that close or conclude what no leaf before them has published are passed over.
    fn look_ahead(&mut self, size: u64, sources: &Sources<'_>) -> Result<(), Halt> {
        let width = u64::from(TILE_WIDTH);
        let (mut veiled, mut published) = (BTreeSet::new(), BTreeSet::new());
        let from = self.replay.world().size;
        for index in from / width..size.div_ceil(width) {
            for bytes in sources.mirror.entries(index)? {
                let (closes, concludes, procedure) = match Leaf::from_bytes(&bytes) {
                    Ok(Leaf::Veil(veil)) => {
                        veiled.insert(veil.procedure);
                        continue;
                    }
                    Ok(Leaf::Entry(entry)) => {
                        if has(&entry, is_publication) {
                            published.insert(entry.procedure.clone());
                        }
                        (has(&entry, is_close), has(&entry, is_conclusion), entry.procedure)
                    }
                    Ok(Leaf::Beat(_)) | Err(_) => continue,
                };
                if !published.contains(&procedure) && self.replay.tender(&procedure).is_none() {
                    continue;
                }
                let missing = if closes && !self.answers.operations.contains_key(&procedure) {
                    Missing::Sealed(procedure)
                } else if concludes
                    && veiled.contains(&procedure)
                    && !self.answers.sittings.contains_key(&procedure)
                {
                    Missing::Panel(procedure)
                } else {
                    continue;
                };
                if !self.answers.may_look_ahead() {
                    return Ok(());
                }
                match self.fetch(missing, sources, Asked::Ahead) {
                    Ok(()) => {}
                    Err(Halt::Disk(error)) => return Err(error.into()),
                    // Whoever holds one answer back gives no reason to ask for the next.
                    Err(_) => return Ok(()),
                }
            }
        }
        Ok(())
    }

    /// Takes leaves until `size`, or until a class is disclosed whose operations are not at hand: then which.
    fn run(&mut self, size: u64, sources: &Sources<'_>) -> Result<Option<Missing>, Halt> {
        while self.replay.world().size < size {
            let from = self.replay.world().size;
            let width = u64::from(TILE_WIDTH);
            let entries = sources.mirror.entries(from / width)?;
            let skipped = usize::try_from(from % width).unwrap_or(usize::MAX);
            let wanted = usize::try_from(size - from).unwrap_or(usize::MAX);
            let mut any = false;
            for bytes in entries.iter().skip(skipped).take(wanted) {
                if let Some(missing) = self.take(bytes, sources)? {
                    return Ok(Some(missing));
                }
                any = true;
            }
            if !any {
                // Entries are missing that were checked; the comparison at the end says so.
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn take(&mut self, bytes: &[u8], sources: &Sources<'_>) -> Result<Option<Missing>, Halt> {
        let index = self.replay.world().size;
        let entry = match Leaf::from_bytes(bytes) {
            Ok(Leaf::Entry(entry)) => Some(entry),
            Ok(Leaf::Veil(veil)) => {
                self.look_behind(&veil, sources)?;
                self.replay.push(bytes, &BTreeMap::new())?;
                self.note_sheets(&veil, index);
                return Ok(None);
            }
            // What cannot be read fails in the replay, with its code.
            Ok(Leaf::Beat(_)) | Err(_) => None,
        };
        // A CLOSE of what is not published fails in the replay, whatever is disclosed.
        let closes = entry.as_ref().filter(|entry| has(entry, is_close)).map(|entry| &entry.procedure);
        if let Some(procedure) = closes
            && !self.answers.operations.contains_key(procedure)
            && self.replay.tender(procedure).is_some()
        {
            return Ok(Some(Missing::Sealed(procedure.clone())));
        }
        let concludes =
            entry.as_ref().filter(|entry| has(entry, is_conclusion)).map(|entry| &entry.procedure);
        if let Some(procedure) = concludes
            && !self.answers.sittings.contains_key(procedure)
            && self.replay.veils_undisclosed(procedure) > 0
        {
            return Ok(Some(Missing::Panel(procedure.clone())));
        }
        let forms = match entry.as_ref().filter(|entry| is_open(entry)) {
            Some(entry) => self.forms(&entry.procedure, sources)?,
            None => BTreeMap::new(),
        };
        let ends = |entry: &Entry| has(entry, |event| matches!(event, Event::WindowEnded { .. }));
        let before = entry.as_ref().filter(|entry| ends(entry)).and_then(|entry| {
            let world = self.replay.world();
            let tender = world.tenders.get(&entry.procedure)?;
            Some((Arc::clone(&world.registry), Arc::clone(tender)))
        });
        self.replay.push(bytes, &forms)?;
        let Some(entry) = entry else { return Ok(None) };
        let procedure = &entry.procedure;
        if let Some(before) = before {
            self.window_ends.insert(procedure.clone(), index);
            self.before_ends.insert(procedure.clone(), before);
        }
        if has(&entry, |event| matches!(event, Event::OpeningCompleted { .. })) {
            self.before_ends.remove(procedure);
        }
        for set in listed(&entry.outcome) {
            self.lists.insert((procedure.clone(), set.clone()), index);
        }
        if let Some(counted) = counted(&entry) {
            self.beats_counted.insert(procedure.clone(), counted);
            self.closes.insert(procedure.clone(), Close { leaf: index, command: entry.signed.id() });
            // The beats have shown that these are the operations, all of them.
            let answer = self.answers.operations.get_mut(procedure);
            let operations = answer.map(|answer| {
                answer.hold();
                answer.given.as_slice()
            });
            let operations = operations.unwrap_or_default();
            if sources.archive.operations(procedure)?.as_deref() != Some(operations) {
                sources.archive.keep_operations(procedure, operations)?;
            }
        }
        if has(&entry, is_conclusion)
            && let Some(answer) = self.answers.sittings.get_mut(procedure)
        {
            answer.hold();
        }
        Ok(None)
    }

    /// Asks the centre for what is behind a veil, when it is not at hand. Whoever holds no share is told nothing before
    /// the conclusion, and passes the veil without it; everything is decided again when the conclusion comes.
    fn look_behind(&mut self, veil: &VeilLeaf, sources: &Sources<'_>) -> Result<(), Halt> {
        let procedure = &veil.procedure;
        if self.replay.panel_operation(procedure, veil.number).is_some() {
            return Ok(());
        }
        let Some(sitting) = sources.centre.sitting(procedure, &(sources.asking)(procedure))? else {
            return Ok(());
        };
        let given = usize::try_from(veil.number).unwrap_or(usize::MAX);
        let new: Vec<String> = sitting.operations.into_iter().skip(given).collect();
        let bytes = bytes_of(new.iter().map(String::as_str));
        self.make_room(bytes, sources, Asked::Ahead)?;
        self.answers.note_behind_veil(bytes);
        Ok(self.replay.disclose_panel(procedure, sitting.seed, new)?)
    }

    /// Notes where the list of a set of sheets stands.
    fn note_sheets(&mut self, veil: &VeilLeaf, index: u64) {
        let Some(operation) = self.replay.panel_operation(&veil.procedure, veil.number) else { return };
        let sets: Vec<SetId> = listed(&operation.outcome).cloned().collect();
        for set in sets {
            self.lists.insert((veil.procedure.clone(), set), index);
        }
    }

    /// Every form that the reading of a procedure may look at.
    fn forms(&self, procedure: &ProcedureId, sources: &Sources<'_>) -> Result<BTreeMap<Hash, Vec<u8>>, Halt> {
        let Some(tender) = self.replay.tender(procedure) else { return Ok(BTreeMap::new()) };
        let listed = tender.to_open.iter().filter_map(|to_open| tender.bids.get(&to_open.bidder));
        let mut forms = BTreeMap::new();
        for bid in listed {
            forms.insert(bid.form.commitment, form(procedure, &bid.form.commitment, sources)?);
        }
        Ok(forms)
    }
}

/// A form by its commitment: from the archive, from custody, else from the centre, and then kept.
///
/// # Errors
/// [`Halt::Withheld`] when nobody has it, or only bytes that are not it.
pub fn form(procedure: &ProcedureId, commitment: &Hash, sources: &Sources<'_>) -> Result<Vec<u8>, Halt> {
    if let Some(form) = sources.archive.form(commitment)? {
        return Ok(form);
    }
    let form = match (sources.kept)(commitment) {
        Some(form) => Some(form),
        None => sources.centre.form(procedure, commitment)?,
    };
    let form = form.filter(|form| Commitment::of(form).root == *commitment);
    let form = form.ok_or_else(|| Halt::Withheld { what: "a form", procedure: procedure.clone() })?;
    sources.archive.keep_form(commitment, &form)?;
    Ok(form)
}

fn has(entry: &Entry, wanted: impl Fn(&Event) -> bool) -> bool {
    match &entry.outcome {
        Outcome::Events(events) => events.iter().any(wanted),
        Outcome::Refusal(_) => false,
    }
}

/// How many beats count, when the entry is an accepted CLOSE.
fn counted(entry: &Entry) -> Option<u32> {
    let Outcome::Events(events) = &entry.outcome else { return None };
    events.iter().find_map(|event| {
        if let Event::Closed { beats_counted, .. } = event { Some(*beats_counted) } else { None }
    })
}

/// The sealed sets whose lists are fixed.
fn listed(outcome: &Outcome) -> impl Iterator<Item = &SetId> {
    let events = match outcome {
        Outcome::Events(events) => events.as_slice(),
        Outcome::Refusal(_) => &[],
    };
    events.iter().filter_map(|event| if let Event::SetListed { set, .. } = event { Some(set) } else { None })
}

fn is_close(event: &Event) -> bool {
    matches!(event, Event::Closed { .. })
}

fn is_publication(event: &Event) -> bool {
    matches!(event, Event::Published { .. })
}

fn is_conclusion(event: &Event) -> bool {
    matches!(event, Event::EvaluationConcluded(_) | Event::EvaluationFailed { .. })
}

fn is_open(entry: &Entry) -> bool {
    let body = from_canonical::<CommandBody>(entry.signed.body.as_bytes());
    body.is_ok_and(|body| matches!(body.command, Command::Open {}))
}
