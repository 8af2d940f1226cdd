//! The evaluation report as a record (records 5.4): what the committee did, from what the conclusion disclosed.
//!
//! Members are named by their place on the committee, from 1, as `members` lists them.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{CriterionId, Decimal, Hash, Instant, Money, PartyId};

use crate::{
    evaluation::report::ReportLine,
    rules::{CriterionKind, Text},
    wire::{
        evaluation::{CorrectionCause, EvaluationReason, Stand},
        identity::IdentityCheck,
    },
};

/// The work of a committee, from its seats to its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationReport {
    /// When the evaluation was concluded.
    pub concluded: Instant,
    /// Hash of the report that the members signed (evaluation 8.2).
    pub report: Hash,
    /// The base price of the price scores; `null` when no bid was left.
    pub base: Option<Money>,
    /// The members, in the order of the committee, and how each stands to the report.
    pub members: Vec<MemberLine>,
    /// The criteria, in the order of the rules.
    pub criteria: Vec<CriterionHead>,
    /// The scored bids, best first.
    pub lines: Vec<ReportLine>,
    /// The members' scores in force, ascending by bidder, then in the order of the criteria.
    pub scores: Vec<ScoresLine>,
    /// The rejected bids, ascending by bidder.
    pub rejected: Vec<RejectedLine>,
    /// Corrections by members, in order.
    pub corrections: Vec<CorrectedLine>,
    /// Scores that more than half of the members call abnormal, ascending by member, bidder, criterion.
    pub abnormal: Vec<AbnormalLine>,
    /// Requests to clarify, in order.
    pub clarifications: Vec<ClarifiedLine>,
    /// Whether the members find that competition is lacking.
    pub competition_lacking: bool,
    /// Which round of the evaluation, from 2: a recheck; left out of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
}

/// A member of the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberLine {
    /// Its place, from 1.
    pub member: u32,
    /// Its leaf, by which the pool's keeper, or the tenderer, knows the person.
    pub leaf: Hash,
    /// The name of its seat.
    pub seat: String,
    /// How it was checked who sat there; absent when nothing but that an officer did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityCheck>,
    /// Whether the tenderer sent it 招标人代表.
    pub delegate: bool,
    /// Whether it was the chair 主任委员.
    pub chair: bool,
    /// How it stands to the report.
    pub stand: Stand,
    /// Its other opinion in words, when it dissented.
    pub opinion: Option<String>,
}

/// A criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionHead {
    /// Its id.
    pub id: CriterionId,
    /// What it is.
    pub title: Text,
    /// The most points.
    pub points: Decimal,
    /// Whether opinions may differ.
    pub kind: CriterionKind,
}

/// The members' scores on a bid by a criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoresLine {
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
    /// One for each member, in the order of the committee, after corrections; `null` where a member gave none.
    pub points: Vec<Option<Decimal>>,
}

/// A rejected bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectedLine {
    /// Whose.
    pub bidder: PartyId,
    /// Why.
    pub reason: EvaluationReason,
    /// The words of the proposals that were carried on that ground.
    pub words: Vec<String>,
    /// Members for it, ascending by place; none when no vote decided.
    pub agreed: Vec<u32>,
}

/// A corrected score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedLine {
    /// Whose score.
    pub member: u32,
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
    /// Before.
    pub old: Decimal,
    /// After.
    pub new: Decimal,
    /// Why it was lawful.
    pub cause: CorrectionCause,
    /// In words.
    pub words: String,
}

/// A score that was called abnormal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbnormalLine {
    /// Whose score.
    pub member: u32,
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
    /// The reasons its author gave; without them it was replaced in the sum.
    pub words: Option<String>,
}

/// A request to clarify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarifiedLine {
    /// Whom.
    pub bidder: PartyId,
    /// What was unclear.
    pub asked: String,
    /// The answer; none when none came in time.
    pub answer: Option<String>,
}
