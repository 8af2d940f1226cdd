//! The phases' parameters (rules 5): what each phase of a procedure is told by its rules document.
//!
//! What a phase *does* (its commands, events and refusals) is in `phase`, one file each.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use ximu_basics::{CredentialId, Instant, Money, PartyId, PoolId, StratumId};

use super::{Score, Text};
use crate::method::{MethodParams, Shortlist};

/// A phase and its parameters; the member `phase` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// The invitation is public and its documents can be had 招标公告.
    Notice(Notice),
    /// Questions, answers, objections to the documents 澄清与异议; a procedure may do without.
    Enquire(Enquire),
    /// Whoever means to bid applies, is qualified and gives its bond 报名、资格审查与保证金; a procedure may do without.
    Enter(Enter),
    /// Sealed bids are taken until the deadline 投标.
    Seal(Seal),
    /// Bids are opened, all at once 开标.
    Unseal(Unseal),
    /// The experts of the evaluation committee are drawn 抽取评标专家; a procedure may do without.
    Draw(Draw),
    /// The committee evaluates 评标; a procedure may do without.
    Score(Score),
    /// Bids are ranked, candidates published, the contract awarded 定标.
    Award(Award),
}

/// Which phase, without its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// [`Phase::Notice`].
    Notice,
    /// [`Phase::Enquire`].
    Enquire,
    /// [`Phase::Enter`].
    Enter,
    /// [`Phase::Seal`].
    Seal,
    /// [`Phase::Unseal`].
    Unseal,
    /// [`Phase::Draw`].
    Draw,
    /// [`Phase::Score`].
    Score,
    /// [`Phase::Award`].
    Award,
}

impl Phase {
    /// Which phase this is.
    #[must_use]
    pub const fn kind(&self) -> PhaseKind {
        match self {
            Phase::Notice(_) => PhaseKind::Notice,
            Phase::Enquire(_) => PhaseKind::Enquire,
            Phase::Enter(_) => PhaseKind::Enter,
            Phase::Seal(_) => PhaseKind::Seal,
            Phase::Unseal(_) => PhaseKind::Unseal,
            Phase::Draw(_) => PhaseKind::Draw,
            Phase::Score(_) => PhaseKind::Score,
            Phase::Award(_) => PhaseKind::Award,
        }
    }
}

impl PhaseKind {
    /// The phase's name in rules documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PhaseKind::Notice => "notice",
            PhaseKind::Enquire => "enquire",
            PhaseKind::Enter => "enter",
            PhaseKind::Seal => "seal",
            PhaseKind::Unseal => "unseal",
            PhaseKind::Draw => "draw",
            PhaseKind::Score => "score",
            PhaseKind::Award => "award",
        }
    }
}

/// Parameters of phase Notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// For how many calendar days from publication the documents can be had.
    pub documents_available_days: i64,
}

/// Parameters of phase Enquire, which runs beside the taking of bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enquire {
    /// Questions are taken as long as this many calendar days remain to the deadline in force.
    pub questions_to_deadline_days: i64,
    /// The most questions one procedure takes: they are anonymous, so no limit a person is possible.
    pub questions_max: u32,
    /// Objections to the documents are taken as long as this many calendar days remain to the deadline in force.
    pub objections_to_deadline_days: i64,
    /// Within so many calendar days an objection is answered; by as many the deadline moves when one is raised.
    pub answer_days: i64,
}

/// Parameters of phase Enter, which runs beside the taking of bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// The documents of qualification that an application commits to, in this order.
    pub credentials: Vec<CredentialId>,
    /// The most members of a joint venture besides the applicant; 0 when joint ventures are not accepted.
    pub members_max: u32,
    /// Applications are taken as long as this many calendar days remain to the deadline in force; 0 until the deadline.
    pub applications_to_deadline_days: i64,
    /// Whose officer decides on applications before the opening 资格预审; the member is absent when nobody does and
    /// qualification is judged with the bids 资格后审.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<PartyId>,
    /// The bid bond 投标保证金; the member is absent when none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bond: Option<Bond>,
}

/// The bid bond that every bid needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bond {
    /// Exactly how much.
    pub amount: Money,
    /// The party that takes it and confirms it.
    pub keeper: PartyId,
    /// As what it may be given, ascending.
    pub kinds: Vec<BondKind>,
}

/// As what a bond is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BondKind {
    /// Money from the basic account 现金转账.
    Cash,
    /// A cheque or draft 支票、汇票、本票.
    Cheque,
    /// A guarantee of a bank or guarantor 保函.
    Guarantee,
    /// An insurance 保证保险.
    Insurance,
}

impl BondKind {
    /// The kind's name in rules documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            BondKind::Cash => "cash",
            BondKind::Cheque => "cheque",
            BondKind::Guarantee => "guarantee",
            BondKind::Insurance => "insurance",
        }
    }
}

/// Parameters of phase Seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The deadline T0 投标截止时间. An amendment may move it later, never earlier.
    pub deadline: Instant,
    /// With fewer bids than this nothing opens.
    pub minimum_bids: u32,
    /// The largest form envelope, in bytes.
    pub form_bytes_max: i64,
    /// The largest body envelope, in bytes.
    pub body_bytes_max: i64,
    /// The highest version number a bidder may use, withdrawals included.
    pub versions_max: u32,
}

/// Parameters of phase Unseal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unseal {
    /// How long bidders may release their keys or ask for rescue, in minutes.
    pub window_minutes: i64,
    /// What a bid becomes that its bidder, by its own fault, did not open.
    pub fault: FaultState,
    /// How long after the reading objections to the opening 开标异议 are taken, in minutes.
    pub objection_minutes: i64,
    /// What is read out 唱标, in this order.
    pub read_out: Vec<ReadOut>,
    /// Whether the holders take releases and requests for rescue too, and hand in what the log does not show when the
    /// window is over (opening 3.4); the member is absent when not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub relays: bool,
}

/// The legal state of a bid that its bidder did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultState {
    /// 撤销: after the deadline, by the bidder's fault; the bond may be kept.
    Revoked,
    /// 撤回: as if taken back before the deadline; no penalty.
    Withdrawn,
}

/// One thing read out of each bid's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadOut {
    /// The price 投标报价, in digits and words.
    Price,
    /// The bid bond 投标保证金.
    Bond,
    /// The promised quality 质量.
    Quality,
    /// The promised duration 工期.
    Duration,
    /// The project manager 项目经理.
    Manager,
}

/// Parameters of phase Award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// Which bids are scored at all; the member is absent when all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortlist: Option<Shortlist>,
    /// How bids are scored and ranked.
    pub method: MethodParams,
    /// The most candidates published 中标候选人.
    pub candidates_max: u32,
    /// For how many calendar days the candidates are published 公示.
    pub publication_days: i64,
    /// By which rules the tenderer chooses among the candidates 评定分离; the member is absent when the ranking decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separation: Option<Text>,
}

/// Parameters of phase Draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// The pools, in the order in which they are drawn from: the next one when one is too small.
    pub pools: Vec<Pool>,
    /// How many experts of which stratum, ascending by stratum.
    pub seats: Vec<StratumSeats>,
    /// Members of the committee that the tenderer sends 招标人代表; they are not drawn.
    pub delegates: u32,
    /// The least part of the committee that is drawn (L37).
    pub experts: ExpertShare,
    /// How long the holders may give to a draw, in minutes; it ends earlier when all have given.
    pub contribution_minutes: i64,
}

/// A pool of experts at another centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// The party that keeps it and alone knows whom a leaf stands for.
    pub keeper: PartyId,
}

/// How many experts of one stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratumSeats {
    /// Which stratum.
    pub stratum: StratumId,
    /// How many.
    pub seats: u32,
    /// The fewest experts of a pool who may be drawn for it, without the recused; the member is absent when that is twice
    /// the seats to be filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_least: Option<u32>,
    /// The pools it may be drawn from, in the order of the phase's; the member is absent when it may be drawn from all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pools: Option<Vec<PoolId>>,
}

impl StratumSeats {
    /// The fewest experts who may be drawn when so many seats are to be filled (draw 8.5): with no more than the seats,
    /// whoever made the pool would have chosen the committee.
    #[must_use]
    pub fn least(&self, needed: u32) -> u32 {
        self.pool_least.unwrap_or_else(|| needed.saturating_mul(2)).max(needed)
    }

    /// Whether experts of this stratum may come from a pool (draw 8.1).
    #[must_use]
    pub fn is_drawn_from(&self, pool: &PoolId) -> bool {
        self.pools.as_ref().is_none_or(|pools| pools.contains(pool))
    }
}

/// A part of the committee: `least` members of every `of`, 2 of 3 for two thirds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertShare {
    /// The numerator.
    pub least: u32,
    /// The denominator.
    pub of: u32,
}
