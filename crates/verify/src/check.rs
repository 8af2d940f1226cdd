//! Every check of a bundle, one file each, in the order of verify 4. A check that needs what an earlier one could
//! not establish is not reached; what is reached is judged whole.

mod checkpoints;
mod compare;
mod coverage;
mod documents;
mod envelopes;
mod evidence;
mod files;
mod keys;
mod leaves;
mod manifest;
mod notes;
mod notices;
mod policy;
mod records;
mod replayed;
mod report;
mod stamps;
mod undisclosed;
mod vault;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Display;
use ximu_basics::{Hash, Instant, PartyId, PersonId, ProcedureId, SetId};
use ximu_procedure::World;
use ximu_tlog::{Policy, VerifierKey};

pub use leaves::leaves_of;
pub use notices::window_seen_late_ms;
pub use records::Record;
use report::Claim;

use envelopes::Envelopes;

use crate::{
    Code, Failure, Forms, Place, Replay,
    bundle::path,
    report::{Count, FAILURES_MAX, Note, Report, Stand, Subject},
    zip::{self, Files},
};

/// What the caller brings besides the bundle.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The fingerprint of the policy that the caller trusts.
    pub policy: Option<Hash>,
    /// Restricted envelopes by commitment, when the caller is an auditor who has them.
    pub vault: Option<&'a dyn Forms>,
    /// What the caller was given of committees whose evaluations are not concluded: their operations in order, as text.
    pub sittings: Option<&'a BTreeMap<ProcedureId, Vec<String>>>,
    /// Another bundle, a checkpoint note, or a bidder's receipt, that must be of the same history.
    pub other: Option<&'a [u8]>,
    /// The record embedded in a report, which must be the one the log gives.
    pub record: Option<&'a [u8]>,
    /// The procedure that the caller asked for, which must be in the log.
    pub procedure: Option<&'a ProcedureId>,
}

/// Checks a bundle.
#[must_use]
pub fn verify(bundle: &[u8], options: &Options<'_>) -> Report {
    verify_then(bundle, options, |_, _| ()).0
}

/// Name records by the commitments they open, as far as a bundle has them.
pub type NameRecords<'a> = dyn Fn(&Hash) -> Option<&'a [u8]> + 'a;

/// Checks a bundle, and when everything in it holds, makes something of the world it leads to.
#[must_use]
pub fn verify_then<'a, T>(
    bundle: &'a [u8],
    options: &'a Options<'a>,
    then: impl FnOnce(&World, &NameRecords<'a>) -> T,
) -> (Report, Option<T>) {
    let mut run = Run::new(options);
    let mut made = None;
    match zip::read(bundle) {
        Ok(files) => {
            run.count("container", 1);
            run.files = files;
            // A check that returns None could not establish what those after it need.
            let replayed = run.all().filter(|_| run.failures.is_empty());
            made = replayed.map(|replayed| {
                let files = run.files.clone();
                let find = move |hash: &Hash| files.get(path::record(hash).as_str()).copied();
                then(replayed.replay.world(), &find)
            });
        }
        Err(error) => run.fail(Code::ContainerBroken, Place::Bundle, error),
    }
    (run.report(), made)
}

/// The log of a bundle, decided again to its end: what a member of a committee or another reader goes on from.
///
/// # Errors
/// The report of what does not hold. Checks that come after the replay are not made: that is [`verify`].
pub fn decide_again(bundle: &[u8], options: &Options<'_>) -> Result<Replay, alloc::boxed::Box<Report>> {
    let mut run = Run::new(options);
    let replayed = match zip::read(bundle) {
        Ok(files) => {
            run.files = files;
            run.decided_again().map(|(_, _, _, replayed, _)| replayed.replay)
        }
        Err(error) => {
            run.fail(Code::ContainerBroken, Place::Bundle, error);
            None
        }
    };
    match replayed {
        Some(replay) if run.failures.is_empty() => Ok(replay),
        Some(_) | None => Err(run.report().into()),
    }
}

/// The names of the checks, in order; `true` when a count of 0 is a failure (verify 4.3).
const CHECKS: [(&str, bool); 27] = [
    ("container", true),
    ("manifest", true),
    ("policy", true),
    ("checkpoints", true),
    ("cosignatures", true),
    ("leaves", true),
    ("entries", true),
    ("beats", false),
    ("operations", false),
    ("panel", false),
    ("epochs", false),
    ("custody", false),
    ("closings", false),
    ("stamps", true),
    ("shares", false),
    ("openings", false),
    ("keys", false),
    ("draws", false),
    ("contributions", false),
    ("contributions-void", false),
    ("awards", false),
    ("kept", false),
    ("documents", false),
    ("records", false),
    ("vault", false),
    ("compare", false),
    ("report", false),
];

/// A verification under way.
struct Run<'a> {
    options: &'a Options<'a>,
    files: Files<'a>,
    counts: BTreeMap<&'static str, u64>,
    failures: Vec<Failure>,
    notes: Vec<Note>,
    undisclosed: BTreeMap<&'static str, u64>,
    /// Fingerprint of the bundle's policy.
    fingerprint: Option<Hash>,
    rehearsal: bool,
    subject: Option<Subject>,
}

/// A cosigned checkpoint of the bundle.
#[derive(Debug, Clone, Copy)]
struct Cosigned {
    size: u64,
    root: Hash,
    time: Instant,
}

/// The log's history, once its checkpoints hold.
struct History {
    policy: Policy,
    log: VerifierKey,
    /// Ascending by size; never empty.
    cosigned: Vec<Cosigned>,
    /// Who cosigned each of them, in the same order.
    witnesses: Vec<BTreeSet<String>>,
    /// Size and root of the newest.
    newest: Cosigned,
}

/// A log that was replayed to its end. Of the leaves only what later checks need is kept: a log can have millions.
struct Replayed {
    replay: Replay,
    stamps: Vec<Stamp>,
    closings: Vec<Closing>,
    answers: Vec<Answer>,
    readings: Vec<Reading>,
    notices: Vec<Notice>,
    missing: Vec<Missing>,
}

/// What a leaf says of time.
#[derive(Debug, Clone, Copy)]
enum Stamp {
    /// When an entry was accepted.
    Entry(Instant),
    /// The instant that the schedule names for a beat.
    Beat(Instant),
    /// When what is behind a veil was accepted; unknown before it is disclosed.
    Veil(Option<Instant>),
}

/// An accepted CLOSE.
#[derive(Debug, Clone)]
struct Closing {
    index: u64,
    procedure: ProcedureId,
    beats_counted: u64,
}

/// An entry with which a period begins.
#[derive(Debug, Clone)]
struct Notice {
    index: u64,
    procedure: ProcedureId,
    kind: notices::Kind,
}

/// A contribution to a draw that does not count, by the doing of who was to give it.
#[derive(Debug, Clone)]
struct Missing {
    index: u64,
    procedure: ProcedureId,
    set: SetId,
    author: PersonId,
    said: String,
}

/// A holder's accepted answer.
#[derive(Debug, Clone)]
struct Answer {
    index: u64,
    procedure: ProcedureId,
    holder: String,
    /// For a sealed set; `None` for the bids.
    set: Option<SetId>,
}

/// An entry that read bids out or voided them, or that ended the window before.
#[derive(Debug, Clone)]
struct Reading {
    index: u64,
    procedure: ProcedureId,
    /// Whose bids it voided.
    voided: Vec<PartyId>,
    /// Whether it ended the window.
    ends_window: bool,
}

/// The history, its leaves, the published envelopes, what the leaves mean, and what a report claims of them.
type DecidedAgain<'a> = (History, Vec<&'a [u8]>, Envelopes<'a>, Replayed, Option<Claim>);

impl<'a> Run<'a> {
    fn new(options: &'a Options<'a>) -> Run<'a> {
        Run {
            options,
            files: Files::new(),
            counts: BTreeMap::new(),
            failures: Vec::new(),
            notes: Vec::new(),
            undisclosed: BTreeMap::new(),
            fingerprint: None,
            rehearsal: false,
            subject: None,
        }
    }

    /// The history, its leaves, the published envelopes, and what the leaves mean.
    fn decided_again(&mut self) -> Option<DecidedAgain<'a>> {
        let manifest = self.listing();
        let policy = self.policy()?;
        let history = self.checkpoints(policy)?;
        manifest.iter().for_each(|manifest| self.manifest(manifest, &history));
        let leaves = self.leaves(&history)?;
        let envelopes = self.envelopes()?;
        let mut claim = Claim::read(self.options.record);
        let replayed = self.replay(&history, &leaves, &envelopes, claim.as_mut())?;
        Some((history, leaves, envelopes, replayed, claim))
    }

    fn all(&mut self) -> Option<Replayed> {
        let (history, leaves, envelopes, replayed, claim) = self.decided_again()?;
        self.subject(&history, &replayed);
        self.stamps(&history, &replayed);
        self.notices(&history, &replayed);
        self.evidence(&history, &replayed);
        self.keys(&replayed, &envelopes);
        self.documents(&replayed);
        self.records(&replayed);
        self.vault(&replayed, &envelopes);
        self.undisclosed(&replayed);
        self.notes(&history, &replayed);
        self.file_list(&history, &replayed);
        self.compare(&history, &leaves, &replayed);
        self.report_given(&replayed, claim.as_ref());
        self.coverage(&replayed);
        Some(replayed)
    }

    /// What the log is about, and whether the procedure that was asked for is in it (verify 8.6).
    fn subject(&mut self, history: &History, replayed: &Replayed) {
        let tenders = &replayed.replay.world().tenders;
        if let Some(asked) = self.options.procedure.filter(|asked| !tenders.contains_key(*asked)) {
            let detail = format!("expected {asked} in the log {}", history.log.name());
            self.fail(Code::TenderMissing, Place::Bundle, detail);
        }
        self.subject = Some(Subject {
            origin: history.log.name().to_string(),
            tenders: tenders
                .iter()
                .map(|(id, tender)| Stand { id: id.clone(), stage: tender.stage.name() })
                .collect(),
            time: history.newest.time,
        });
    }

    fn report(self) -> Report {
        let counts = &self.counts;
        let count = |name| Count { name, count: counts.get(name).copied().unwrap_or_default() };
        Report {
            checks: CHECKS.iter().map(|(name, _)| count(*name)).collect(),
            ok: self.failures.is_empty(),
            failures: self.failures,
            notes: self.notes,
            pinned: self.options.policy.is_some(),
            policy: self.fingerprint,
            rehearsal: self.rehearsal,
            subject: self.subject,
            undisclosed: self.undisclosed,
        }
    }

    fn count(&mut self, name: &'static str, more: u64) {
        let count = self.counts.entry(name).or_default();
        *count = count.saturating_add(more);
    }

    fn fail(&mut self, code: Code, entry: Place, detail: impl Display) {
        self.add(Failure::new(code, entry, detail));
    }

    fn add(&mut self, failure: Failure) {
        if self.failures.len() < FAILURES_MAX {
            self.failures.push(failure);
        }
    }

    /// A file, or the failure that it is missing.
    fn file(&mut self, path: &str) -> Option<&'a [u8]> {
        let found = self.files.get(path).copied();
        if found.is_none() {
            self.fail(Code::FileMissing, Place::File(path.to_string()), "expected this file, found none");
        }
        found
    }
}

/// The place of a file.
fn at_file(path: &str) -> Place {
    Place::File(path.to_string())
}

/// The procedure, the rest: the parts of a path `tenders/<procedure>/<rest>`.
fn tender_path(path: &str) -> Option<(ProcedureId, &str)> {
    let (procedure, rest) = path.strip_prefix("tenders/")?.split_once('/')?;
    Some((procedure.parse().ok()?, rest))
}

/// The paths of all files, for loops that report failures on the way.
fn paths(files: &Files<'_>) -> Vec<String> {
    files.keys().map(|path| (*path).to_string()).collect()
}
