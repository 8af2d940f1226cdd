//! The writer: one thread that decides, appends and only then answers.
//!
//! Each round: look at the clock; cut the beats that are due; decide the commands that wait, each at its own
//! instant, in one draft; append the draft in one transaction; make it the state; show it; answer. Then the timers.
//!
//! What holds if we crash: before the append returns, nothing was promised; after it, everything promised is
//! durable, and whoever repeats a command gets the same answer. A full disk refuses and goes on. After any other
//! failed write the memory is read again from the store; when that fails too, the writer stops for good. So it does
//! when the clock goes back.

mod due;
mod recovery;

use crate::{
    answer::Answer,
    beats::{self, More},
    board::Board,
    draft::{Decided, Draft, Shelf},
    failpoint, founding,
    line::{Kept, Message},
    receipts,
    shared::Shared,
    state::State,
    strangers::{Strangers, is_stranger, question_in},
    timers::{self, Kind},
    trouble::Trouble,
    uploads,
    view::WriterHealth,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    time::Duration,
};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_journal::{LeafKind, Store, StoreError};
use ximu_procedure::wire::SignedCommand;
use ximu_tlog::{Policy, merkle::leaf_hash};

/// Commands decided in one transaction: the fsync is shared, and nobody waits for more than this many decisions.
pub const COMMANDS_PER_BATCH_MAX: usize = 256;

/// The longest sleep: a clock that was set forward is noticed within it.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// How long to wait before something that failed is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Opens the store, at the start and again after a failed write.
pub type OpenStore = Box<dyn FnMut() -> Result<Box<dyn Store>, StoreError> + Send>;

/// Gives 32 bytes that nobody can guess.
pub type Entropy = Box<dyn FnMut() -> [u8; 32] + Send>;

/// See the module.
pub(crate) struct Writer {
    pub shared: Arc<Shared>,
    pub board: Arc<Board>,
    pub open_store: OpenStore,
    /// `None` between a failed write and the next opening.
    pub store: Option<Box<dyn Store>>,
    pub entropy: Entropy,
    pub state: State,
    pub health: WriterHealth,
    /// The newest instant the clock has shown.
    pub seen: Option<Instant>,
    /// Size of the newest cosigned checkpoint that is durable.
    pub cosigned: u64,
    /// Something due failed; it is tried again after a pause.
    pub retry: bool,
    /// How fast those may write whom nobody knows.
    pub strangers: Strangers,
    /// Those who ask.
    pub askers: Strangers,
    /// What was logged of each timer that fails, so that it is logged once.
    pub complained: BTreeMap<(ProcedureId, Kind), &'static str>,
}

/// A command and where its answer goes.
struct Given {
    signed: Box<SignedCommand>,
    reply: SyncSender<Result<Answer, Trouble>>,
}

impl Writer {
    /// Works until the office closes.
    pub(crate) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let first = match messages.recv_timeout(self.sleep()) {
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut given = Vec::new();
            let mut others = Vec::new();
            let waiting = std::iter::from_fn(|| messages.try_recv().ok()).take(COMMANDS_PER_BATCH_MAX);
            for message in first.into_iter().chain(waiting) {
                match message {
                    Message::Give { signed, reply } => given.push(Given { signed, reply }),
                    other @ (Message::Cosigned { .. }
                    | Message::Tick { .. }
                    | Message::Stop(_)
                    | Message::Close) => others.push(other),
                }
            }
            self.round(given);
            let mut ticked = Vec::new();
            for message in others {
                match message {
                    Message::Cosigned { size, note, reply } => {
                        // The publisher waits for it; an error says that it has ended.
                        let _ = reply.send(self.keep(size, &note));
                    }
                    Message::Tick { reply } => ticked.push(reply),
                    Message::Stop(why) => self.stop(why),
                    Message::Close => return,
                    Message::Give { .. } => {}
                }
            }
            self.run_timers();
            for reply in ticked {
                let _ = reply.send(());
            }
        }
    }

    /// How long nothing is due.
    fn sleep(&self) -> Duration {
        if matches!(self.health, WriterHealth::Stopped(_)) {
            return SLEEP_MAX;
        }
        if self.health == WriterHealth::Full {
            return RETRY;
        }
        // A timer that failed is tried again after a pause, and makes no beat of another procedure late.
        let (due, longest) = match self.retry {
            true => (timers::next_beat_due(&self.state.world), RETRY),
            false => (timers::next_due(&self.state, self.cosigned), SLEEP_MAX),
        };
        let Some(due) = due else { return longest };
        let ms = due.ms_since(self.shared.clock.now()).max(0);
        Duration::from_millis(ms.unsigned_abs()).min(longest)
    }

    /// Cuts what is due, decides and records what was given, answers.
    fn round(&mut self, given: Vec<Given>) {
        if let Err(trouble) = self.catch_up() {
            answer_all(given, &trouble);
            return;
        }
        if given.is_empty() {
            return;
        }
        let (decided, answers) = match self.decide(&given) {
            Ok(both) => both,
            Err(trouble) => {
                if let Trouble::Stopped { why } = trouble {
                    self.stop(why);
                }
                return answer_all(given, &trouble);
            }
        };
        let stored = match decided {
            Some(decided) => self.store(decided),
            None => Ok(()),
        };
        match stored {
            Ok(()) => {
                // If we crash here: everything is durable, and whoever asks again gets the same answer.
                if self.shared.pass(failpoint::ANSWER).is_err() {
                    return;
                }
                for (given, answer) in given.into_iter().zip(answers) {
                    reply(given, answer);
                }
            }
            // Nothing was stored, or nobody knows: then the store is asked about each command.
            Err(trouble) => {
                for given in given {
                    let answer = receipts::answer_again(&self.shared, &given.signed.id());
                    let answer = answer.and_then(|found| found.ok_or_else(|| trouble.clone()));
                    reply(given, answer);
                }
            }
        }
    }

    /// Cuts the beats that are due, in as many transactions as it takes.
    fn catch_up(&mut self) -> Result<(), Trouble> {
        loop {
            let at = self.now()?;
            let shared = self.shared.clone();
            let mut draft = Draft::new(&self.state, &shared.signer, at);
            let more = match beats::cut_due(&mut draft, at) {
                Ok(more) => more,
                Err(trouble) => {
                    // The class and the log do not fit each other: nothing can be right from here on.
                    drop(draft);
                    self.stop(BROKEN);
                    return Err(trouble);
                }
            };
            if !draft.is_empty() {
                let decided = draft.finish();
                self.store(decided)?;
            }
            if more == More::No {
                return Ok(());
            }
        }
    }

    /// Decides the commands one after the other. The draft is `None` when there is nothing to store.
    #[allow(clippy::type_complexity)]
    fn decide(
        &mut self,
        given: &[Given],
    ) -> Result<(Option<Decided>, Vec<Result<Answer, Trouble>>), Trouble> {
        let shared = self.shared.clone();
        let mut at = self.now()?;
        let mut draft = Draft::new(&self.state, &shared.signer, at);
        let mut answers: Vec<Result<Answer, Trouble>> = Vec::with_capacity(given.len());
        let mut positions: BTreeMap<Hash, usize> = BTreeMap::new();
        let shelf = Shelf {
            form: &|commitment| uploads::form(&shared, commitment),
            beginning: &|record| uploads::beginning(&shared, record),
        };
        for (position, given) in given.iter().enumerate() {
            let id = given.signed.id();
            let first = *positions.entry(id).or_insert(position);
            if first != position {
                let same = answers.get(first).cloned().map(|answer| answer.map(Answer::repeated));
                answers.push(same.unwrap_or(Err(Trouble::NotRecorded)));
                continue;
            }
            if let Some(answer) = receipts::answer_again(&shared, &id)? {
                answers.push(Ok(answer));
                continue;
            }
            at = instant(&shared, &mut self.seen, &self.state).ok_or(Trouble::Stopped { why: CLOCK })?;
            if beats::cut_due(&mut draft, at)? == More::Yes {
                // Its beats come first, and there is no room for them in this transaction.
                answers.push(Err(Trouble::Busy));
                continue;
            }
            if let Err(trouble) = founding::check(&shared, draft.world(), &given.signed) {
                answers.push(Err(trouble));
                continue;
            }
            let is_stranger = is_stranger(draft.world(), &given.signed.key);
            let asked_in = is_stranger.then(|| question_in(&given.signed)).flatten();
            let fits = match &asked_in {
                Some(procedure) => {
                    let tender = draft.world().tenders.get(procedure);
                    tender.is_none_or(|tender| Strangers::question_fits(tender, at))
                        && self.askers.may_enter(at)
                }
                None => !is_stranger || self.strangers.may_enter(at),
            };
            if !fits {
                answers.push(Err(Trouble::TooManyStrangers));
                continue;
            }
            let answer = draft.take(&given.signed, at, &shelf, &mut self.entropy);
            if is_stranger && matches!(answer, Ok(Answer::Accepted(_))) {
                let bucket = if asked_in.is_some() { &mut self.askers } else { &mut self.strangers };
                bucket.enter();
            }
            answers.push(answer);
        }
        let decided = (!draft.is_empty()).then(|| draft.finish());
        Ok((decided, answers))
    }

    /// Appends what was decided; then it is the state and the view.
    fn store(&mut self, decided: Decided) -> Result<(), Trouble> {
        let Some(store) = self.store.as_mut() else { return Err(self.stopped()) };
        match store.append(&decided.batch) {
            // If we crash from here on: it is durable, and the start reads it.
            Ok(()) => {
                self.set_health(WriterHealth::Good);
                self.show(decided);
                Ok(())
            }
            Err(StoreError::Full) => {
                self.set_health(WriterHealth::Full);
                Err(Trouble::Full)
            }
            Err(StoreError::StampRegressed { .. }) => {
                self.stop(CLOCK);
                Err(self.stopped())
            }
            Err(error) => {
                tracing::error!(code = error.code(), "a write failed; the journal is read again");
                self.reload();
                match self.health {
                    WriterHealth::Stopped(why) => Err(Trouble::Stopped { why }),
                    WriterHealth::Good | WriterHealth::Full => Err(Trouble::NotRecorded),
                }
            }
        }
    }

    /// Makes a durable draft the state, the index and the view, and wakes the publisher.
    fn show(&mut self, decided: Decided) {
        let Decided { batch, state } = decided;
        let grew = !batch.leaves.is_empty();
        self.state = state;
        if !grew {
            return;
        }
        {
            let mut index = self.shared.index.write().unwrap_or_else(PoisonError::into_inner);
            for (idx, leaf) in (batch.first..).zip(&batch.leaves) {
                if leaf.kind == LeafKind::Entry {
                    index.entry(leaf.procedure.clone()).or_default().push(idx);
                }
            }
        }
        self.shared.change(|view| view.follow(&self.state));
        {
            let mut inner = self.board.lock();
            inner.written.extend(batch.leaves.iter().map(|leaf| leaf_hash(&leaf.bytes)));
            inner.size = self.state.world.size;
        }
        self.pin_policy();
        self.board.notify();
    }

    /// Gives the publisher the policy once the log is founded.
    pub(crate) fn pin_policy(&self) {
        let Some(centre) = &self.state.world.registry.centre else { return };
        let mut inner = self.board.lock();
        if inner.policy.is_none() {
            inner.policy = Policy::parse(centre.policy.as_bytes()).ok().map(Arc::new);
        }
    }

    /// Keeps a cosigned checkpoint.
    fn keep(&mut self, size: u64, note: &str) -> Result<Kept, StoreError> {
        if size < self.board.lock().floor {
            return Ok(Kept::TooLate);
        }
        let store = self.store.as_mut().ok_or(StoreError::Stopped)?;
        let kept = store.cosigned(size, note).map(|()| Kept::Yes);
        match &kept {
            Ok(_) => self.cosigned = self.cosigned.max(size),
            Err(StoreError::Full) => self.set_health(WriterHealth::Full),
            Err(error) => {
                tracing::error!(
                    code = error.code(),
                    "a cosigned checkpoint was not kept; the journal is read again"
                );
                self.reload();
            }
        }
        kept
    }

    /// The instant of a decision; stops the writer when the clock went back.
    fn now(&mut self) -> Result<Instant, Trouble> {
        if let WriterHealth::Stopped(why) = self.health {
            return Err(Trouble::Stopped { why });
        }
        if self.store.is_none() {
            self.reload();
        }
        match instant(&self.shared, &mut self.seen, &self.state) {
            Some(at) => Ok(at),
            None => {
                self.stop(CLOCK);
                Err(self.stopped())
            }
        }
    }

    fn stop(&mut self, why: &'static str) {
        if !matches!(self.health, WriterHealth::Stopped(_)) {
            tracing::error!(code = why, "the writer has stopped; nothing is recorded until a restart");
        }
        self.set_health(WriterHealth::Stopped(why));
        self.store = None;
    }

    fn stopped(&self) -> Trouble {
        match self.health {
            WriterHealth::Stopped(why) => Trouble::Stopped { why },
            WriterHealth::Good | WriterHealth::Full => Trouble::NotRecorded,
        }
    }

    fn set_health(&mut self, health: WriterHealth) {
        // A writer that has stopped stays so.
        if self.health == health || matches!(self.health, WriterHealth::Stopped(_)) {
            return;
        }
        match health {
            WriterHealth::Full => {
                tracing::error!("the disk is full; nothing is recorded until there is space")
            }
            WriterHealth::Good => tracing::info!("the writer records again"),
            WriterHealth::Stopped(_) => {}
        }
        self.health = health;
        self.shared.change(|view| view.health.writer = health);
    }
}

/// The stable code of a clock that went back.
const CLOCK: &str = "clock-regressed";

/// The stable code of a memory that contradicts itself.
const BROKEN: &str = "class-broken";

/// The instant now; `None` when it is before one that was seen, or before the newest durable stamp.
fn instant(shared: &Shared, seen: &mut Option<Instant>, state: &State) -> Option<Instant> {
    let now = shared.clock.now();
    if seen.is_some_and(|seen| now < seen) || state.stamp.is_some_and(|stamp| now < stamp) {
        return None;
    }
    *seen = Some(now);
    Some(now)
}

fn answer_all(given: Vec<Given>, trouble: &Trouble) {
    for given in given {
        reply(given, Err(trouble.clone()));
    }
}

fn reply(given: Given, answer: Result<Answer, Trouble>) {
    // An error says that nobody waits any more: the answer can be had again by repeating the command.
    let _ = given.reply.send(answer);
}
