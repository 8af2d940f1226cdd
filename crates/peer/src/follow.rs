//! Follows one centre: waits for cosigned checkpoints, mirrors the entries, decides them again, releases shares when
//! every condition holds. One thread for each log, and more only for whole bodies (`follow/reading.rs`); one step at a time, so
//! that tests can take the steps themselves.
//!
//! A lying host gets nothing: whatever does not hold stops the releases, is said once in the log and stays on
//! `/healthz`.

mod handing_in;
mod papers;
mod reading;
mod said;
mod shares;
mod stop;
mod window;

use crate::{
    archive::Archive,
    bodies::Body,
    conditions::Unmet,
    durable::DiskError,
    health::{Part, Weight},
    holder::Holder,
    mirror::{Mirror, MirrorError},
    peer::Peer,
    replaying::{Halt, Replaying, Sources},
    source::{Source, SourceError},
};
use reading::Reading;
use said::{Refusal, Said, Trouble};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
pub use stop::Stop;
use window::Seen;
use ximu_basics::{Hash, Instant, ProcedureId, SetId};
use ximu_procedure::Stage;
use ximu_tlog::{
    Note, Policy,
    bundle::{decode_bundle, encode_bundle},
    tile::{Bundle, TILE_WIDTH, Tile},
    witness::TreeHead,
};

/// The pause after a step that failed.
pub const PAUSE: Duration = Duration::from_secs(1);

/// The pause after a step in which nothing new came, in case the centre does not hold the request.
pub const BREATH: Duration = Duration::from_millis(250);

/// A log that did not re-decide is decided again after this time even when it has not grown, in milliseconds: the
/// centre may have disclosed the wrong operations by mistake. A release that the centre took is sent again after the
/// same time when the log does not show it.
pub const AGAIN_MS: i64 = 60_000;

/// How far two honest clocks may be apart, in milliseconds (reliability: clock). A window that ends no earlier than this
/// on the holder's clock is waited for without a word; nothing is released sooner for it.
pub const SKEW_MS: i64 = 1_000;

/// The longest wait for a checkpoint while whole bodies are being read.
const READING_PATIENCE: Duration = Duration::from_secs(5);

/// The shortest wait for a checkpoint.
const PATIENCE_MIN: Duration = Duration::from_millis(50);

/// Follows one log.
pub struct Follower<S> {
    peer: Arc<Peer>,
    origin: String,
    policy: Policy,
    mirror: Arc<Mirror>,
    archive: Archive,
    holder: Holder,
    source: S,
    replaying: Replaying,
    /// The newest tree head this follower found cosigned.
    head: TreeHead,
    /// The cosigned time of that head; with the first note when several were of its size.
    head_time: Instant,
    /// The size and time of a replay that failed, or for whose answers there was no room.
    failed: Option<(u64, Instant)>,
    /// The earliest instant at which something that waits for this clock may go on.
    due: Option<Instant>,
    /// When the centre last took a command; the log shows it with the next checkpoint.
    taken: BTreeMap<(ProcedureId, Sent), Instant>,
    /// When the CLOSE of each procedure whose bids are not open yet was first cosigned.
    closes_seen: BTreeMap<ProcedureId, Seen>,
    /// What bidders handed in and the centre did not take, while the window is open in the log, with the code that was said of it.
    not_handed_in: BTreeMap<(ProcedureId, Hash), String>,
    /// What is known of documents that are still to be given, by their commitments.
    bodies: BTreeMap<Hash, Body>,
    /// Documents that nobody gave, when they were asked for last.
    bodies_missing: BTreeMap<Hash, (Instant, Unmet)>,
    /// Whole bodies that are being read, at most one of each procedure.
    readings: BTreeMap<ProcedureId, Reading>,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Sent {
    /// The shares of the bids.
    Shares,
    /// The own contribution to a sealed set.
    Contribution(SetId),
    /// The shares of a sealed set.
    SetShares(SetId),
    /// What a bidder handed in, by its id.
    Relay(Hash),
    /// That nothing is left to hand in up to this end of the window.
    RelaysDone(Instant),
    /// The shares of the documents, to these seats.
    Papers(Vec<String>),
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A new checkpoint was taken in.
    Forward,
    /// Nothing new came.
    Idle,
    /// Something stands in the way; it is on `/healthz`.
    Halted,
}

impl<S: Source> Follower<S> {
    /// A follower of a log that this peer works for; `None` for any other.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn new(peer: Arc<Peer>, origin: &str, source: S) -> Result<Option<Follower<S>>, DiskError> {
        let (Some(mirror), Some(centre)) = (peer.mirror(origin), peer.centre(origin)) else {
            return Ok(None);
        };
        let policy = centre.policy.clone();
        let archive = Archive::open(peer.folder("archive", origin), peer.fail())?;
        let holder = peer.holder(origin)?;
        let replaying = Replaying::new(origin, &policy);
        Ok(Some(Follower {
            origin: origin.to_owned(),
            policy,
            mirror,
            archive,
            holder,
            source,
            replaying,
            head: TreeHead::EMPTY,
            head_time: Instant::from_unix_ms(i64::MAX),
            failed: None,
            due: None,
            taken: BTreeMap::new(),
            closes_seen: BTreeMap::new(),
            not_handed_in: BTreeMap::new(),
            bodies: BTreeMap::new(),
            bodies_missing: BTreeMap::new(),
            readings: BTreeMap::new(),
            peer,
        }))
    }

    /// One step: at most `patience` of waiting, then everything that follows from what came.
    pub fn step(&mut self, patience: Duration) -> Step {
        let before = self.head.size;
        let taken = self.take_checkpoint(self.patience(patience));
        match &taken {
            Ok(()) => self.peer.health.clear(&self.origin, Part::Mirror),
            Err(trouble) => self.say(Part::Mirror, &Said::from(trouble)),
        }
        // Also after trouble: a release that waits for this clock does not wait for the centre.
        let held = self.hold();
        match (taken, held) {
            (Ok(()), Ok(())) if self.head.size > before => Step::Forward,
            (Ok(()), Ok(())) => Step::Idle,
            (Err(_), _) | (_, Err(())) => Step::Halted,
        }
    }

    /// Steps until told to stop.
    pub fn run(mut self, stop: &Stop) {
        while !stop.is_set() {
            let pause = match self.step(ximu_client::log::WAIT.saturating_add(Duration::from_secs(10))) {
                Step::Forward => continue,
                Step::Idle => BREATH,
                Step::Halted => PAUSE,
            };
            stop.wait(pause);
        }
    }

    /// Not longer than until something falls due on this clock, or is looked at again.
    fn patience(&self, patience: Duration) -> Duration {
        let patience = if self.readings.is_empty() { patience } else { patience.min(READING_PATIENCE) };
        let Some(due) = self.due else { return patience };
        let left = due.ms_since(self.peer.now()).saturating_add(1);
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        patience.min(left.max(PATIENCE_MIN))
    }

    fn take_checkpoint(&mut self, patience: Duration) -> Result<(), Trouble> {
        let next = self.head.size.saturating_add(1);
        let Some(text) = self.source.wait(next, patience)? else { return Ok(()) };
        let (head, time) = self.trusted(&text)?;
        let source = &self.source;
        let extended =
            self.mirror.extend(&head, |bundle| fetch(source, bundle), |tile| fetch_tile(source, tile));
        if let Err(error) = extended {
            if matches!(error, MirrorError::Fork { .. }) {
                self.peer.witness.report_fork(&self.origin, &text);
            }
            return Err(Trouble::Mirror(error));
        }
        if head.size > self.head.size {
            (self.head, self.head_time) = (head, time);
        }
        self.compare_with_witness(&text);
        Ok(())
    }

    /// Opens a note under this peer's own policy.
    fn trusted(&self, text: &str) -> Result<(TreeHead, Instant), Trouble> {
        let untrusted = |found: String| Trouble::Untrusted { found };
        let note = Note::parse(text.as_bytes()).map_err(|error| untrusted(error.to_string()))?;
        let cosigned = self.policy.open(&note).map_err(|error| untrusted(error.to_string()))?;
        let checkpoint = cosigned.checkpoint;
        if checkpoint.origin != self.origin {
            return Err(untrusted(format!("a checkpoint of {}", checkpoint.origin)));
        }
        // Without a quorum there is no time, and nothing that could be in time.
        let ms = cosigned.time_s.and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1_000));
        let time = Instant::from_unix_ms(ms.unwrap_or(i64::MAX));
        Ok((TreeHead { size: checkpoint.size, root: checkpoint.root }, time))
    }

    /// What this peer cosigned must be an older state of what is published.
    fn compare_with_witness(&self, published: &str) {
        let Some(head) = self.peer.witness.head(&self.origin) else { return };
        if self.mirror.root_at(head.size).is_some_and(|root| root != head.root) {
            self.peer.witness.report_fork(&self.origin, published);
        }
    }

    /// Decides the log again and releases what may be released; what stands in the way goes to `/healthz`.
    fn hold(&mut self) -> Result<(), ()> {
        self.due = None;
        let (now, size) = (self.peer.now(), self.head.size);
        let again = |(failed_size, at): (u64, Instant)| failed_size != size || now.ms_since(at) >= AGAIN_MS;
        if !self.failed.is_none_or(again) {
            return Err(());
        }
        let result = self.catch_up().map_err(|halt| {
            let fails = matches!(halt, Halt::False(_) | Halt::Full { .. });
            self.failed = fails.then_some((size, now));
            Said::from(&halt)
        });
        let result = result.and_then(|()| {
            self.failed = None;
            let world = self.replaying.replay().world();
            self.peer.epochs.note(&self.origin, world);
            self.peer.relays.note(&self.origin, world);
            let in_window = |procedure: &ProcedureId| {
                world.tenders.get(procedure).is_some_and(|it| it.stage == Stage::Window)
            };
            self.not_handed_in.retain(|(procedure, _), _| in_window(procedure));
            self.note_in_time()?;
            self.note_closes()?;
            self.release_all()
        });
        match result {
            Ok(()) => {
                self.peer.health.clear(&self.origin, Part::Holder);
                Ok(())
            }
            Err(said) => {
                self.say(Part::Holder, &said);
                Err(())
            }
        }
    }

    fn say(&self, part: Part, said: &Said) {
        let (health, origin) = (&self.peer.health, &self.origin);
        match said.weight {
            Weight::Wrong => health.raise(origin, part, &said.code, &said.detail),
            Weight::Waits => health.wait(origin, part, &said.code, &said.detail),
            Weight::Private => health.keep_private(origin, part, &said.code, &said.detail),
        }
    }

    fn catch_up(&mut self) -> Result<(), Halt> {
        let kept = |commitment: &Hash| self.peer.custody.checked(&self.origin, commitment);
        let asking = |procedure: &ProcedureId| self.holder.asking(procedure, self.peer.now());
        let sources = Sources {
            mirror: &self.mirror,
            archive: &self.archive,
            kept: &kept,
            centre: &self.source,
            asking: &asking,
        };
        let result = self.replaying.catch_up(&self.head, &sources);
        if matches!(result, Err(Halt::False(_) | Halt::Damaged { .. })) && !self.mirror.recheck()? {
            return Err(Halt::Damaged { expected: self.head.root });
        }
        result
    }

    /// Keeps, for every procedure that takes bids, the size of the newest checkpoint that was cosigned by its deadline and
    /// the grace, whenever that covers another beat: CLOSE must not count fewer (opening 4.2 h). Deadlines only move
    /// later, so that what is in time once is in time for ever.
    fn note_in_time(&self) -> Result<(), Said> {
        let size = self.head.size;
        for (procedure, tender) in &self.replaying.replay().world().tenders {
            let latest = tender.deadline.plus_ms(tender.rules.beats.grace_ms);
            if tender.stage != Stage::Sealing || self.head_time > latest {
                continue;
            }
            let covered = |size: u64| tender.beats.iter().filter(|beat| beat.leaf < size).count();
            // Heads grow: this one is the newest in time, also when the one kept before cannot be read.
            let kept = self.holder.in_time(procedure).unwrap_or(0);
            if covered(size) > covered(kept) {
                let kept = self.holder.keep_in_time(procedure, size);
                kept.map_err(|error| Said::from(&Refusal::from(error)))?;
            }
        }
        Ok(())
    }

    /// Asks for every procedure whether its shares may be released; the first that stands in the way is reported after
    /// the others had their turn.
    fn release_all(&mut self) -> Result<(), Said> {
        let procedures: Vec<ProcedureId> = self.replaying.replay().world().tenders.keys().cloned().collect();
        let (mut first, mut hidden) = (Ok(()), Ok(()));
        for procedure in procedures {
            // A restored folder may lack what was sent since: a second contribution or another answer would be a choice.
            let tender = self.replaying.replay().tender(&procedure);
            if !tender.is_some_and(|tender| self.peer.may_have_forgotten(tender)) {
                let steps =
                    [Self::contribute, Self::release_sets, Self::look_at_window, Self::relay, Self::release];
                for step in steps {
                    if let Err(refusal) = step(self, &procedure) {
                        first = first.and(Err(Said::of(&procedure, &refusal)));
                    }
                }
            }
            // Documents are given also then: what a holder gives follows from the log and the bodies, and chooses nothing.
            // Whether a committee is constituted is a fact of its class, and anybody reads the peer's health.
            if let Err(refusal) = self.give_papers(&procedure) {
                hidden = hidden.and(Err(Said { weight: Weight::Private, ..Said::of(&procedure, &refusal) }));
            }
        }
        first.and(hidden)
    }
}

/// A bundle at the width asked for; cut from the full one when the log no longer has the partial one.
fn fetch<S: Source>(source: &S, bundle: Bundle) -> Result<Option<Vec<u8>>, SourceError> {
    if let Some(bytes) = source.bundle(bundle)? {
        return Ok(Some(bytes));
    }
    let Ok(full) = Bundle::new(bundle.index(), TILE_WIDTH) else { return Ok(None) };
    let Some(bytes) = source.bundle(full)?.filter(|_| bundle != full) else { return Ok(None) };
    let cut = decode_bundle(&bytes, TILE_WIDTH).ok();
    let cut = cut.and_then(|entries| encode_bundle(entries.get(..usize::from(bundle.width()))?).ok());
    Ok(cut)
}

/// A tile at its width: a log may have only the wider one by now.
fn fetch_tile<S: Source>(source: &S, tile: Tile) -> Result<Option<Vec<u8>>, SourceError> {
    if let Some(bytes) = source.tile(tile)? {
        return Ok(Some(bytes));
    }
    let Ok(full) = Tile::new(tile.level(), tile.index(), TILE_WIDTH) else { return Ok(None) };
    let Some(mut bytes) = source.tile(full)?.filter(|_| tile != full) else { return Ok(None) };
    bytes.truncate(usize::from(tile.width()).saturating_mul(size_of::<Hash>()));
    Ok(Some(bytes))
}
