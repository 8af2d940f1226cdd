//! Official records: what a centre publishes of one step of a procedure, as a document that anyone computes again from
//! the log (records 3).
//!
//! Names of parties are salted commitments here; whoever shows a record shows the names beside them.

mod evaluation;

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{CoefficientId, Decimal, Hash, Instant, LotId, Money, PartyId, ProcedureId, json};

use super::event::{Flag, NotCounted, Route, VoidReason};
use crate::{
    method::{RejectReason, RejectedBid},
    rules::{FaultState, ReadOut, Text},
};

pub use evaluation::{
    AbnormalLine, ClarifiedLine, CorrectedLine, CriterionHead, EvaluationReport, MemberLine, RejectedLine,
    ScoresLine,
};

/// The version of the form.
pub const RECORD_VERSION: u32 = 1;

/// Which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Who bid, and what was read out 开标记录.
    OpeningRecord,
    /// What the committee did 评标报告.
    EvaluationReport,
    /// Who is proposed for the award 中标候选人公示.
    CandidateNotice,
    /// Who has won 中标结果公告.
    AwardNotice,
}

impl RecordKind {
    /// Every kind, in the order of a procedure.
    pub const ALL: [RecordKind; 4] = [
        RecordKind::OpeningRecord,
        RecordKind::EvaluationReport,
        RecordKind::CandidateNotice,
        RecordKind::AwardNotice,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RecordKind::OpeningRecord => "opening_record",
            RecordKind::EvaluationReport => "evaluation_report",
            RecordKind::CandidateNotice => "candidate_notice",
            RecordKind::AwardNotice => "award_notice",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<RecordKind> {
        RecordKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl core::fmt::Display for RecordKind {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A record. Its canonical JSON is hashed, embedded and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of this form, [`RECORD_VERSION`].
    pub v: u32,
    /// The log it follows from.
    pub origin: String,
    /// Whether nothing in it is real.
    pub rehearsal: bool,
    /// The procedure.
    pub procedure: ProcedureId,
    /// SHA-256 of the signed body of its publication.
    pub genesis: Hash,
    /// The leaves it takes: all before this number; the last of them is the last entry of `basis`.
    pub size: u64,
    /// What is procured, by whom, until when.
    pub tender: Head,
    /// The parties it speaks of, ascending, with the commitments to their names.
    pub parties: Vec<Named>,
    /// What it says.
    pub content: Content,
    /// The entries it rests on, in their order.
    pub basis: Vec<Basis>,
}

impl Record {
    /// Which record it is.
    #[must_use]
    pub const fn kind(&self) -> RecordKind {
        match self.content {
            Content::OpeningRecord(_) => RecordKind::OpeningRecord,
            Content::EvaluationReport(_) => RecordKind::EvaluationReport,
            Content::CandidateNotice(_) => RecordKind::CandidateNotice,
            Content::AwardNotice(_) => RecordKind::AwardNotice,
        }
    }

    /// Its canonical JSON.
    ///
    /// # Errors
    /// [`json::JsonError`]; never for a record of a log.
    pub fn canonical(&self) -> Result<Vec<u8>, json::JsonError> {
        json::to_canonical(self)
    }

    /// SHA-256 of its canonical JSON: the hash that stands in the log.
    ///
    /// # Errors
    /// Those of [`Record::canonical`].
    pub fn hash(&self) -> Result<Hash, json::JsonError> {
        Ok(Hash::of(&self.canonical()?))
    }

    /// Reads a record's canonical JSON; any other spelling is an error.
    ///
    /// # Errors
    /// [`json::JsonError`].
    pub fn parse(bytes: &[u8]) -> Result<Record, json::JsonError> {
        json::from_canonical(bytes)
    }
}

/// What every record says at its top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What is procured.
    pub title: Text,
    /// The lot.
    pub lot: LotId,
    /// What the lot is.
    pub lot_title: Text,
    /// The published ceiling.
    pub ceiling: Money,
    /// Who invites bids.
    pub tenderer: PartyId,
    /// When it was published.
    pub published: Instant,
    /// The deadline in force.
    pub deadline: Instant,
}

/// A party and the commitment to its name (journal 7.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Which party.
    pub party: PartyId,
    /// The salted commitment.
    pub name: Hash,
}

/// An entry that a record rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Its number in the procedure.
    pub entry: u32,
    /// Its leaf in the log.
    pub leaf: u64,
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// Its stamp.
    pub at: Instant,
    /// The command it holds.
    pub command: String,
}

/// What a record says. In JSON an object whose member `kind` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// See [`RecordKind::OpeningRecord`].
    OpeningRecord(OpeningRecord),
    /// See [`RecordKind::EvaluationReport`].
    EvaluationReport(EvaluationReport),
    /// See [`RecordKind::CandidateNotice`].
    CandidateNotice(CandidateNotice),
    /// See [`RecordKind::AwardNotice`].
    AwardNotice(AwardNotice),
}

/// The opening, from CLOSE to the last bid read out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningRecord {
    /// When submission was closed.
    pub closed: Instant,
    /// When the window for releasing keys ended; none when it never began.
    pub window_until: Option<Instant>,
    /// When the last bid was read out.
    pub opened: Instant,
    /// What the rules have read out of each form.
    pub read_out: Vec<ReadOut>,
    /// The opening list, ascending by bidder, and what became of each bid.
    pub bids: Vec<OpeningLine>,
    /// What was submitted and does not count.
    pub not_counted: Vec<NotCounted>,
    /// What bidders gave and were refused, in the order of the decisions.
    pub refused: Vec<RefusedLine>,
    /// The holders that released their shares, in share order.
    pub holders: Vec<String>,
    /// The coefficients drawn, by name.
    pub coefficients: Vec<CoefficientLine>,
    /// Objections to the opening, each answered.
    pub objections: Vec<ObjectionLine>,
}

/// One bid of the opening list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningLine {
    /// Whose.
    pub bidder: PartyId,
    /// The version that counts.
    pub version: u32,
    /// Whether its representative signed in 签到.
    pub present: bool,
    /// What became of it.
    pub fate: BidFate,
}

/// Something that a bidder gave and that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedLine {
    /// Whose.
    pub bidder: PartyId,
    /// When it was decided.
    pub at: Instant,
    /// The command, by its name.
    pub command: String,
    /// The code of the refusal.
    pub refusal: String,
}

/// What became of a listed bid. In JSON an object whose member `is` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum BidFate {
    /// It was read out.
    ReadOut {
        /// How it came open.
        route: Route,
        /// The price in digits.
        price: Money,
        /// What the reader must know about it.
        flags: Vec<Flag>,
        /// SHA-256 of the form that was read.
        form: Hash,
    },
    /// It stays closed.
    StaysClosed {
        /// The legal state.
        fault: FaultState,
    },
    /// It could not count, by a fault of its sealer.
    Voided {
        /// Why.
        reason: VoidReason,
    },
}

/// A coefficient that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoefficientLine {
    /// Its name in the rules.
    pub name: CoefficientId,
    /// The value.
    pub value: Decimal,
}

/// An objection that was answered. Its words stand in the entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionLine {
    /// Its number in the procedure.
    pub objection: u32,
    /// Who objected.
    pub by: PartyId,
    /// When.
    pub raised: Instant,
    /// When it was answered.
    pub answered: Instant,
    /// Whether it was upheld.
    pub upheld: bool,
}

/// The candidates while they are published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateNotice {
    /// When they were proposed.
    pub proposed: Instant,
    /// Until when they are published.
    pub until: Instant,
    /// The base price of the method; `null` when it has none.
    pub base: Option<Money>,
    /// The candidates, best first; ascending where they have no ranks.
    pub candidates: Vec<CandidateLine>,
    /// Bids without a score, and why.
    pub rejected: Vec<RejectedBid>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateLine {
    /// Its place, from 1; `null` where the tenderer chooses and the list has no ranks (award 2.6).
    pub rank: Option<u32>,
    /// Who.
    pub bidder: PartyId,
    /// The price offered.
    pub price: Money,
    /// The points.
    pub score: Decimal,
}

/// The award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardNotice {
    /// When it was given.
    pub awarded: Instant,
    /// The winner.
    pub bidder: PartyId,
    /// The price of the award.
    pub price: Money,
    /// The tenderer's reasons, where it chooses among the candidates (award 2.6).
    pub reasons: Option<String>,
    /// The candidates it was chosen from, best first; ascending where they have no ranks.
    pub candidates: Vec<CandidateLine>,
    /// Those of them that left before, in the same order.
    pub left: Vec<LeftLine>,
}

/// A candidate that left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftLine {
    /// Who.
    pub bidder: PartyId,
    /// Why.
    pub reason: RejectReason,
}
