//! Official records as functions of a procedure's public state (records 3-5): which there are, what each rests on,
//! which were kept.
//!
//! One file for each kind. Nothing is stored but the places of the entries a record rests on; the record itself is
//! computed when it is asked for. How it looks on paper belongs to `ximu-report`.

mod award_notice;
mod candidate_notice;
mod evaluation_report;
mod opening_record;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use ximu_basics::{Hash, Instant, PartyId};

use crate::{
    registry::Registry,
    tender::Tender,
    wire::{
        Command, Event,
        record::{Basis, Content, EvaluationReport, Head, Named, RECORD_VERSION, Record, RecordKind},
    },
};

/// What a kind of record is: one of these in each kind's file.
struct Form {
    /// Whether an entry with this event is one the record rests on, on the state after it.
    rests_on: fn(&Tender, &Event) -> bool,
    /// What it says; `None` as long as there is nothing to record, or something of it is still open.
    content: fn(&Tender) -> Option<Content>,
    /// The bidders it speaks of.
    bidders: fn(&Content) -> BTreeSet<&PartyId>,
}

/// The form of a kind: the one place where kinds are told apart.
fn form(kind: RecordKind) -> Form {
    match kind {
        RecordKind::OpeningRecord => opening_record::FORM,
        RecordKind::EvaluationReport => evaluation_report::FORM,
        RecordKind::CandidateNotice => candidate_notice::FORM,
        RecordKind::AwardNotice => award_notice::FORM,
    }
}

/// The record of this kind on this state; `None` as long as it cannot be made.
#[must_use]
pub fn record(registry: &Registry, tender: &Tender, kind: RecordKind) -> Option<Record> {
    let form = form(kind);
    let content = (form.content)(tender)?;
    let basis: Vec<Basis> = tender.records.marks(kind).iter().map(Mark::basis).collect();
    let size = basis.last()?.leaf.checked_add(1)?;
    let lot = tender.rules.lot()?;
    let mut parties = (form.bidders)(&content);
    parties.insert(&tender.rules.tenderer);
    let named =
        |party: &PartyId| Some(Named { party: party.clone(), name: registry.parties.get(party)?.name });
    let parties = parties.into_iter().map(named).collect::<Option<Vec<Named>>>()?;
    Some(Record {
        v: RECORD_VERSION,
        origin: tender.origin.clone(),
        rehearsal: tender.rules.is_rehearsal(),
        procedure: tender.rules.id.clone(),
        genesis: tender.genesis,
        size,
        tender: Head {
            title: tender.rules.title.clone(),
            lot: lot.id.clone(),
            lot_title: lot.title.clone(),
            ceiling: lot.ceiling,
            tenderer: tender.rules.tenderer.clone(),
            published: tender.published,
            deadline: tender.deadline,
        },
        parties,
        content,
        basis,
    })
}

/// The places that the records of one procedure rest on, and the records that were kept.
#[derive(Debug, Clone, Default)]
pub struct Records {
    marks: BTreeMap<RecordKind, Vec<Mark>>,
    kept: Vec<Kept>,
    /// The work of the committee, once it is disclosed.
    minutes: Option<Arc<EvaluationReport>>,
    /// The tenderer's reasons for the award, where it chose.
    reasons: Option<String>,
}

/// An entry that a record rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its number in the procedure.
    pub entry: u32,
    /// Its leaf in the log.
    pub leaf: u64,
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// Its stamp.
    pub at: Instant,
    /// The command it holds.
    pub command: &'static str,
}

impl Mark {
    fn basis(&self) -> Basis {
        Basis {
            entry: self.entry,
            leaf: self.leaf,
            hash: self.hash,
            at: self.at,
            command: self.command.to_string(),
        }
    }
}

/// A record whose hash stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Which record.
    pub kind: RecordKind,
    /// SHA-256 of its canonical JSON.
    pub hash: Hash,
    /// The leaves it takes.
    pub size: u64,
    /// When it was kept.
    pub at: Instant,
}

impl Records {
    /// The entries that the record of a kind rests on so far.
    #[must_use]
    pub fn marks(&self, kind: RecordKind) -> &[Mark] {
        self.marks.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The stamp of the last entry with one of these commands that the record of a kind rests on.
    #[must_use]
    pub fn last(&self, kind: RecordKind, commands: &[&str]) -> Option<Instant> {
        self.marks(kind).iter().rev().find(|mark| commands.contains(&mark.command)).map(|mark| mark.at)
    }

    /// Every record kept, in the order of the log.
    #[must_use]
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// The newest kept record of a kind.
    #[must_use]
    pub fn newest(&self, kind: RecordKind) -> Option<&Kept> {
        self.kept.iter().rev().find(|kept| kept.kind == kind)
    }

    /// Notes the reasons of the command that gave the award.
    pub(crate) fn chosen_for(&mut self, command: &Command) {
        self.reasons =
            if let Command::Choose { reasons, .. } = command { Some(reasons.clone()) } else { None };
    }

    pub(crate) fn keep(&mut self, kept: Kept) {
        self.kept.push(kept);
    }
}

impl Tender {
    /// Notes an accepted entry where a record rests on it. The state is the one after the entry.
    pub(crate) fn mark(&mut self, mark: Mark, events: &[Event]) {
        for kind in RecordKind::ALL {
            let rests_on = form(kind).rests_on;
            if events.iter().any(|event| rests_on(self, event)) {
                self.records.marks.entry(kind).or_default().push(mark);
            }
        }
    }

    /// The record that the centre's clock keeps next, and from when on; `None` when every record that can be made is
    /// kept as it now is.
    ///
    /// A record changes only with an entry it rests on, so the place of the last one tells whether it is new.
    #[must_use]
    pub fn record_step(&self) -> Option<(Instant, RecordKind)> {
        RecordKind::ALL.into_iter().find_map(|kind| {
            let last = self.records.marks(kind).last()?;
            let size = last.leaf.checked_add(1)?;
            let kept = self.records.newest(kind).is_some_and(|kept| kept.size == size);
            if kept || (form(kind).content)(self).is_none() { None } else { Some((last.at, kind)) }
        })
    }
}
