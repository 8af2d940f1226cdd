//! The law's numbers as dated parameters (rules 6): a closed set of rules, each with value, unit and source.
//!
//! No number of the law is a constant of the engine. Which article a number comes from and when it was read stand
//! beside it in the rules document.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// One number of the law, for instance "at least 20 days from documents to deadline, L24, as of 2025-04-01".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalPeriod {
    /// Which rule.
    pub rule: LegalRule,
    /// The number.
    pub value: i64,
    /// What the number counts.
    pub unit: LegalUnit,
    /// The article, as it is cited: `第二十四条`.
    pub article: String,
    /// The law or regulation: `中华人民共和国招标投标法`.
    pub law: String,
    /// The date the text was read, `2025-04-01`.
    pub as_of: String,
}

/// What a legal number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalUnit {
    /// Calendar days, Asia/Shanghai.
    Day,
    /// Working days, Asia/Shanghai.
    WorkingDay,
    /// Minutes.
    Minute,
    /// Bids or candidates.
    Count,
    /// Per cent of the amount that the rule names.
    Percent,
    /// Thirds of a whole.
    Third,
    /// Years.
    Year,
}

/// The legal rules that bind the phases of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalRule {
    /// From the issue of the documents to the bid deadline, at least (days).
    DocumentsToDeadline,
    /// The documents can be had for at least (days).
    DocumentsAvailable,
    /// From an amendment that may affect bids to the deadline, at least; otherwise the deadline moves (days).
    AmendmentToDeadline,
    /// An objection to the documents that comes this long before the deadline is in time: the rules may take later
    /// ones, they may not end earlier (days).
    ObjectionToDeadline,
    /// An objection is answered within (days).
    ObjectionAnswered,
    /// A bid bond is at most this part of the estimate (per cent).
    BidBond,
    /// Fewer bids than this are not opened (count).
    MinimumBids,
    /// The release window lasts at least (minutes).
    OpeningWindow,
    /// The committee has at least this many members (count).
    CommitteeMembers,
    /// At least this part of the committee are drawn experts (thirds).
    CommitteeExperts,
    /// At most this many members of the committee are sent by the tenderer (count).
    CommitteeDelegates,
    /// At most this many candidates are ranked (count).
    CandidatesListed,
    /// The candidates are published within this time after the report (days).
    CandidatesPublishedWithin,
    /// The candidates stay published for at least (days).
    CandidatesPublished,
    /// The names of the experts are published within this time after the result (days).
    ExpertsNamedWithin,
    /// The contract is signed within this time after the award (days).
    ContractSigned,
    /// A performance bond is at most this part of the contract's price (per cent).
    PerformanceBond,
    /// The bid bonds are returned within this time after the contract (days).
    BondsReturned,
    /// A complaint is made within this time after its maker learned of it (days).
    ComplaintMade,
    /// The authority says within this time whether it takes a complaint up (days).
    ComplaintAccepted,
    /// The authority decides a complaint within this time after it was taken up (days).
    ComplaintDecided,
    /// A supplier may challenge 质疑 for at least (days).
    ChallengeFiled,
    /// A challenge is answered within (days).
    ChallengeAnswered,
    /// The files of the procedure are kept for at least (years).
    RecordsKept,
}

/// Whether a legal number is a least or a most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalBound {
    /// The procedure's number must not be smaller.
    AtLeast,
    /// The procedure's number must not be larger.
    AtMost,
}

impl LegalRule {
    /// Every rule, in the order of a procedure.
    pub const ALL: [LegalRule; 24] = [
        LegalRule::DocumentsToDeadline,
        LegalRule::DocumentsAvailable,
        LegalRule::AmendmentToDeadline,
        LegalRule::ObjectionToDeadline,
        LegalRule::ObjectionAnswered,
        LegalRule::BidBond,
        LegalRule::MinimumBids,
        LegalRule::OpeningWindow,
        LegalRule::CommitteeMembers,
        LegalRule::CommitteeExperts,
        LegalRule::CommitteeDelegates,
        LegalRule::CandidatesListed,
        LegalRule::CandidatesPublishedWithin,
        LegalRule::CandidatesPublished,
        LegalRule::ExpertsNamedWithin,
        LegalRule::ContractSigned,
        LegalRule::PerformanceBond,
        LegalRule::BondsReturned,
        LegalRule::ComplaintMade,
        LegalRule::ComplaintAccepted,
        LegalRule::ComplaintDecided,
        LegalRule::ChallengeFiled,
        LegalRule::ChallengeAnswered,
        LegalRule::RecordsKept,
    ];

    /// The rule's name in rules documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LegalRule::DocumentsToDeadline => "documents_to_deadline",
            LegalRule::DocumentsAvailable => "documents_available",
            LegalRule::AmendmentToDeadline => "amendment_to_deadline",
            LegalRule::ObjectionToDeadline => "objection_to_deadline",
            LegalRule::ObjectionAnswered => "objection_answered",
            LegalRule::BidBond => "bid_bond",
            LegalRule::MinimumBids => "minimum_bids",
            LegalRule::OpeningWindow => "opening_window",
            LegalRule::CommitteeMembers => "committee_members",
            LegalRule::CommitteeExperts => "committee_experts",
            LegalRule::CommitteeDelegates => "committee_delegates",
            LegalRule::CandidatesListed => "candidates_listed",
            LegalRule::CandidatesPublishedWithin => "candidates_published_within",
            LegalRule::CandidatesPublished => "candidates_published",
            LegalRule::ExpertsNamedWithin => "experts_named_within",
            LegalRule::ContractSigned => "contract_signed",
            LegalRule::PerformanceBond => "performance_bond",
            LegalRule::BondsReturned => "bonds_returned",
            LegalRule::ComplaintMade => "complaint_made",
            LegalRule::ComplaintAccepted => "complaint_accepted",
            LegalRule::ComplaintDecided => "complaint_decided",
            LegalRule::ChallengeFiled => "challenge_filed",
            LegalRule::ChallengeAnswered => "challenge_answered",
            LegalRule::RecordsKept => "records_kept",
        }
    }

    /// Whether every document that names no pack must state it. The length of the release window is set by local
    /// rules, where there are any; the numbers on objections bind those documents that have phase Enquire.
    #[must_use]
    pub fn is_required(self) -> bool {
        [
            LegalRule::DocumentsToDeadline,
            LegalRule::DocumentsAvailable,
            LegalRule::AmendmentToDeadline,
            LegalRule::MinimumBids,
            LegalRule::CandidatesListed,
            LegalRule::CandidatesPublishedWithin,
            LegalRule::CandidatesPublished,
        ]
        .contains(&self)
    }

    /// Whether phase Enquire cannot be without it.
    #[must_use]
    pub fn is_of_enquiry(self) -> bool {
        [LegalRule::ObjectionToDeadline, LegalRule::ObjectionAnswered].contains(&self)
    }

    /// Whether phase Score cannot be without it, whatever the pack says: nothing else would keep one drawn expert beside
    /// two people of the tenderer from being a committee.
    #[must_use]
    pub fn is_of_committee(self) -> bool {
        [LegalRule::CommitteeMembers, LegalRule::CommitteeExperts].contains(&self)
    }

    /// Whether no pack may be without it: with no such number nothing would keep a deadline from falling two seconds
    /// after publication, or a single bid from being opened.
    #[must_use]
    pub fn is_of_every_pack(self) -> bool {
        [LegalRule::DocumentsToDeadline, LegalRule::MinimumBids].contains(&self)
    }

    /// Whether its number may have this unit: its own, or working days where the engine counts the period by the
    /// document's unit. Days before a deadline on which objections end are calendar days.
    #[must_use]
    pub fn allows(self, unit: LegalUnit) -> bool {
        let working = unit == LegalUnit::WorkingDay && self.unit() == LegalUnit::Day && !self.is_of_enquiry();
        unit == self.unit() || working
    }

    /// The unit its number has, unless it counts working days.
    #[must_use]
    pub const fn unit(self) -> LegalUnit {
        match self {
            LegalRule::DocumentsToDeadline
            | LegalRule::DocumentsAvailable
            | LegalRule::AmendmentToDeadline
            | LegalRule::ObjectionToDeadline
            | LegalRule::ObjectionAnswered
            | LegalRule::CandidatesPublishedWithin
            | LegalRule::CandidatesPublished
            | LegalRule::ExpertsNamedWithin
            | LegalRule::ContractSigned
            | LegalRule::BondsReturned
            | LegalRule::ComplaintMade
            | LegalRule::ComplaintAccepted
            | LegalRule::ComplaintDecided
            | LegalRule::ChallengeFiled
            | LegalRule::ChallengeAnswered => LegalUnit::Day,
            LegalRule::RecordsKept => LegalUnit::Year,
            LegalRule::BidBond | LegalRule::PerformanceBond => LegalUnit::Percent,
            LegalRule::OpeningWindow => LegalUnit::Minute,
            LegalRule::CommitteeExperts => LegalUnit::Third,
            LegalRule::MinimumBids
            | LegalRule::CommitteeMembers
            | LegalRule::CommitteeDelegates
            | LegalRule::CandidatesListed => LegalUnit::Count,
        }
    }

    /// Whether its number is a least or a most.
    #[must_use]
    pub const fn bound(self) -> LegalBound {
        match self {
            LegalRule::DocumentsToDeadline
            | LegalRule::DocumentsAvailable
            | LegalRule::AmendmentToDeadline
            | LegalRule::MinimumBids
            | LegalRule::OpeningWindow
            | LegalRule::CommitteeMembers
            | LegalRule::CommitteeExperts
            | LegalRule::CandidatesPublished
            | LegalRule::ChallengeFiled
            | LegalRule::RecordsKept => LegalBound::AtLeast,
            LegalRule::ObjectionToDeadline
            | LegalRule::ObjectionAnswered
            | LegalRule::BidBond
            | LegalRule::CommitteeDelegates
            | LegalRule::CandidatesListed
            | LegalRule::CandidatesPublishedWithin
            | LegalRule::ExpertsNamedWithin
            | LegalRule::ContractSigned
            | LegalRule::PerformanceBond
            | LegalRule::BondsReturned
            | LegalRule::ComplaintMade
            | LegalRule::ComplaintAccepted
            | LegalRule::ChallengeAnswered
            | LegalRule::ComplaintDecided => LegalBound::AtMost,
        }
    }

    /// Whether `value` is at least as strict as `legal`.
    #[must_use]
    pub const fn is_met(self, value: i64, legal: i64) -> bool {
        match self.bound() {
            LegalBound::AtLeast => value >= legal,
            LegalBound::AtMost => value <= legal,
        }
    }
}

impl LegalUnit {
    /// The unit's name in rules documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LegalUnit::Day => "day",
            LegalUnit::WorkingDay => "working_day",
            LegalUnit::Minute => "minute",
            LegalUnit::Count => "count",
            LegalUnit::Percent => "percent",
            LegalUnit::Third => "third",
            LegalUnit::Year => "year",
        }
    }
}
