//! What every actor watches: the public state of the tender, asked for again and again by one thread, and the end of
//! the play.

use super::{children::Children, seated::Did};
use crate::{
    fault::Fault,
    outside,
    remote::{Answer, Given},
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use ximu_basics::{Hash, Instant, Money, PartyId};
use ximu_procedure::{
    method::{Coefficients, Ranking},
    tender::StageName,
    wire::{
        Leaf,
        evaluation::Conclusion,
        event::{Listed, NotCounted, OpenedBid, StaysClosed, ToOpen, VoidReason},
    },
};

/// The public state of a tender, as far as the play needs it.
#[derive(Debug, Clone, Deserialize)]
pub struct Public {
    /// Where it stands.
    pub stage: StageName,
    /// Why it failed, when it did.
    pub failure: Option<String>,
    /// When it was published.
    pub published: Instant,
    /// The deadline in force.
    pub deadline: Instant,
    /// End of the release window.
    pub window_until: Option<Instant>,
    /// The opening list.
    pub list: Vec<Listed>,
    /// What was submitted and does not count.
    pub not_counted: Vec<NotCounted>,
    /// What the holders are to open.
    pub to_open: Vec<ToOpen>,
    /// What stays closed.
    pub stays_closed: Vec<StaysClosed>,
    /// The holders that released.
    pub shares: Vec<String>,
    /// The coefficients drawn so far.
    pub coefficients: Coefficients,
    /// The draw of the experts.
    pub experts: Option<Experts>,
    /// The evaluation.
    pub evaluation: Option<Evaluation>,
    /// Questions.
    pub questions: Vec<Asked>,
    /// Objections.
    pub objections: Vec<Objected>,
    /// The bids as read out.
    pub opened: Vec<OpenedBid>,
    /// Bids voided at the opening.
    pub voided: BTreeMap<PartyId, VoidReason>,
    /// The ranking.
    pub ranking: Option<Ranking>,
    /// The candidates.
    pub candidates: Vec<PartyId>,
    /// End of their publication.
    pub candidates_until: Option<Instant>,
    /// The winner.
    pub awarded: Option<Awarded>,
    /// When the newest suspension lapses, or lapsed.
    #[serde(default)]
    pub suspended_until: Option<Instant>,
    /// Who has its bond back.
    #[serde(default)]
    pub bonds_returned: BTreeMap<PartyId, Instant>,
    /// The contract.
    #[serde(default)]
    pub contract: Option<Contract>,
    /// The records sealed for keeping.
    #[serde(default)]
    pub archives: Vec<Hash>,
    /// How many public entries there are.
    pub entries: u32,
}

impl Public {
    /// Whoever came to the opening with a bond, counted or not, and has not got it back.
    pub fn bonds_owed(&self) -> BTreeSet<&PartyId> {
        let listed = self.list.iter().map(|line| &line.bidder);
        let all = listed.chain(self.not_counted.iter().map(|line| &line.bidder));
        all.filter(|bidder| !self.bonds_returned.contains_key(*bidder)).collect()
    }

    /// Whether the tenderer owes nothing any more: contract and bonds are done.
    pub fn is_settled(&self) -> bool {
        self.stage == StageName::Awarded && self.contract.is_some() && self.bonds_owed().is_empty()
    }

    /// Whether the play of this tender is over: it failed, or its record is sealed for keeping.
    pub fn is_over(&self) -> bool {
        self.stage == StageName::Failed || self.is_settled() && !self.archives.is_empty()
    }

    /// Until when the rules leave it where it stands; `None` when it moves by what somebody does.
    pub fn due(&self) -> Option<Instant> {
        self.moves().max(self.suspended_until)
    }

    fn moves(&self) -> Option<Instant> {
        match self.stage {
            StageName::Sealing => Some(self.deadline),
            StageName::Window => self.window_until,
            StageName::Published => self.candidates_until,
            StageName::Opening
            | StageName::Drawing
            | StageName::Evaluating
            | StageName::Ranking
            | StageName::Awarded
            | StageName::Failed => None,
        }
    }
}

/// The draw of the experts.
#[derive(Debug, Clone, Deserialize)]
pub struct Experts {
    /// The pool that is to be frozen next.
    pub due: Option<String>,
    /// Whose seat is filled.
    pub members: Vec<Member>,
    /// Who could not come.
    pub declined: Vec<Hash>,
}

/// The public part of the evaluation.
#[derive(Debug, Clone, Deserialize)]
pub struct Evaluation {
    /// Who sits.
    pub seats: Vec<Seated>,
    /// How many operations stand behind veils.
    pub veils: u32,
    /// What followed, once it is over.
    pub concluded: Option<Conclusion>,
}

/// A taken seat.
#[derive(Debug, Clone, Deserialize)]
pub struct Seated {
    /// Whose.
    pub leaf: Hash,
}

/// An expert who was drawn.
#[derive(Debug, Clone, Deserialize)]
pub struct Member {
    /// The salted leaf.
    pub leaf: Hash,
}

/// A question.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    /// Its number.
    pub number: u32,
    /// When it was answered.
    pub answered: Option<Instant>,
}

/// An objection.
#[derive(Debug, Clone, Deserialize)]
pub struct Objected {
    /// Its number.
    pub number: u32,
    /// When it was answered.
    pub answered: Option<Instant>,
}

/// The award.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Awarded {
    /// Who.
    pub bidder: PartyId,
    /// At what price.
    pub price: Money,
}

/// A signed contract.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Contract {
    /// The salted commitment to it.
    pub commitment: Hash,
}

/// Something an actor saw that is worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A process died and was started again.
    Restarted(String),
    /// A bid has its receipt.
    Receipted(usize, Option<Instant>),
    /// A bid was replaced.
    Replaced(usize),
    /// A bid was withdrawn.
    Withdrawn(usize),
    /// A bid was refused, with the code; signed.
    Refused(usize, String),
    /// The first member has taken its seat.
    Seated,
    /// The first member has read the documents of so many bids.
    Read(usize),
    /// A bidder has clarified what the committee asked.
    Clarified,
    /// The pool is frozen, with so many experts.
    Frozen(usize),
    /// An expert who was drawn cannot come.
    Declined,
    /// A firm objected to the candidates.
    Objected(usize),
    /// The objection was answered.
    ObjectionAnswered,
    /// A firm has registered and waits for its admission.
    WaitsForAdmission(usize, PartyId),
    /// The person in the seat did something.
    Did(Did),
    /// The papers of the seat bear this name now.
    PapersNamed(String),
    /// A firm complained to the supervising authority.
    Complained,
    /// A firm found its key lost and asked for rescue.
    AskedRescue(usize),
    /// A complaint is not decided, and the contract waits so many seconds for it.
    Undecided(i64),
}

#[derive(Default)]
struct Inner {
    public: Option<Public>,
    told: Vec<Told>,
    over: bool,
    fault: Option<Fault>,
}

/// The stage.
pub struct Stage {
    inner: Mutex<Inner>,
    changed: Condvar,
    children: Arc<Mutex<Children>>,
}

/// How long at most an actor waits before it looks again.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long an actor pauses before it tries again what did not work for a reason that passes.
const TRY_AGAIN: Duration = Duration::from_millis(300);

impl Stage {
    /// An empty stage, on which these processes are kept running.
    pub fn new(children: &Arc<Mutex<Children>>) -> Stage {
        Stage { inner: Mutex::default(), changed: Condvar::new(), children: children.clone() }
    }

    /// Starts again what has died; ends the play when that does not help.
    pub fn tend(&self) {
        let tended = self.children.lock().unwrap_or_else(PoisonError::into_inner).tend();
        match tended {
            Ok(names) => names.into_iter().for_each(|name| self.tell(Told::Restarted(name))),
            Err(fault) => self.fail(fault),
        }
    }

    /// Shows a newer state.
    pub fn show(&self, public: Public) {
        self.lock().public = Some(public);
        self.changed.notify_all();
    }

    /// Tells something.
    pub fn tell(&self, told: Told) {
        self.lock().told.push(told);
        self.changed.notify_all();
    }

    /// Takes what was told since the last time.
    pub fn heard(&self) -> Vec<Told> {
        std::mem::take(&mut self.lock().told)
    }

    /// Ends the play for everybody.
    pub fn end(&self) {
        self.lock().over = true;
        self.changed.notify_all();
    }

    /// Ends the play because something is wrong.
    pub fn fail(&self, fault: Fault) {
        let mut inner = self.lock();
        inner.fault.get_or_insert(fault);
        inner.over = true;
        drop(inner);
        self.changed.notify_all();
    }

    /// What went wrong.
    pub fn fault(&self) -> Option<Fault> {
        self.lock().fault.clone()
    }

    /// Whether the play is over.
    pub fn is_over(&self) -> bool {
        self.lock().over
    }

    /// Waits until the public state shows something; `None` when the play is over.
    pub fn wait<T>(&self, mut wanted: impl FnMut(&Public) -> Option<T>) -> Option<T> {
        let mut inner = self.lock();
        loop {
            if inner.over {
                return None;
            }
            if let Some(found) = inner.public.as_ref().and_then(&mut wanted) {
                return Some(found);
            }
            inner = self.changed.wait_timeout(inner, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for an instant of the clock; `None` when the play is over first.
    pub fn wait_until(&self, instant: Instant) -> Option<()> {
        let mut inner = self.lock();
        loop {
            if inner.over {
                return None;
            }
            let left = instant.ms_since(outside::now());
            let left = match u64::try_from(left) {
                Ok(0) | Err(_) => return Some(()),
                Ok(left) => Duration::from_millis(left).min(LOOK_EVERY),
            };
            inner = self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the public state shows an entry, so that nobody acts on what was before; `None` when the play is over.
    pub fn wait_for_entry(&self, given: &Given) -> Option<()> {
        let number = match Leaf::from_bytes(given.subject.as_bytes()) {
            Ok(Leaf::Entry(entry)) => entry.number,
            Ok(Leaf::Beat(_) | Leaf::Veil(_)) | Err(_) => return Some(()),
        };
        self.wait(|public| (public.entries > number).then_some(()))
    }

    /// Waits while the supervising authority lets the tender stand still; `None` when the play is over.
    pub fn wait_while_suspended(&self) -> Option<()> {
        self.wait(|public| public.suspended_until.is_none_or(|until| until <= outside::now()).then_some(()))
    }

    /// Gives a command when no suspension is in force, and another of the same content when one came in between. `give`
    /// is told how many were refused so before: a command that was refused stays refused.
    pub fn give(&self, mut give: impl FnMut(u32) -> Result<Answer, Fault>) -> Option<Answer> {
        let mut refused = 0;
        loop {
            self.wait_while_suspended()?;
            match self.persist(|| give(refused))? {
                Answer::Refused { code, .. } if code == "suspended" => {
                    refused += 1;
                    outside::pause(TRY_AGAIN);
                }
                answer @ (Answer::Accepted(_) | Answer::Refused { .. }) => return Some(answer),
            }
        }
    }

    /// Does something over the network, again as long as it fails for a reason that passes: a process that was killed
    /// and is started again. `None` when the play is over, or was ended because of a fault that does not pass.
    pub fn persist<T>(&self, mut work: impl FnMut() -> Result<T, Fault>) -> Option<T> {
        while !self.is_over() {
            match work() {
                Ok(done) => return Some(done),
                Err(fault) if fault.passes => {
                    self.tend();
                    outside::pause(TRY_AGAIN);
                }
                Err(fault) => self.fail(fault),
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
