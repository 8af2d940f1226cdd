//! Refusals: why a known person's command did not happen (journal 4.3). The codes are stable.
//!
//! The variants stand in the order in which they are checked: the first that applies is the answer.

use alloc::string::String;
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Instant, Money, PartyId, PersonId};

use super::record::RecordKind;
use crate::{role::Role, tender::StageName};

/// Why a command was refused. In JSON an object whose member `code` is the stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case", deny_unknown_fields)]
pub enum Refusal {
    /// No role of the actor may give this command.
    #[error("this command needs one of the roles {needs:?}")]
    RoleNotAllowed {
        /// Roles that may.
        needs: alloc::vec::Vec<Role>,
    },
    /// The procedure is not at a stage where this command means anything.
    #[error("this command is for the stage {needs:?}; the procedure is at {found:?}")]
    StageWrong {
        /// The stage it needs.
        needs: StageName,
        /// The stage it found.
        found: StageName,
    },
    /// The deadline has passed (L28).
    #[error("the deadline was {deadline}; the command arrived at {at}")]
    DeadlinePassed {
        /// The deadline.
        deadline: Instant,
        /// When the command was stamped.
        at: Instant,
    },
    /// It is too early.
    #[error("not before {not_before}; it is {at}")]
    TooEarly {
        /// The first instant at which it may be given.
        not_before: Instant,
        /// When the command was stamped.
        at: Instant,
    },
    /// The window is over.
    #[error("the window ended at {until}; the command arrived at {at}")]
    WindowOver {
        /// When it ended.
        until: Instant,
        /// When the command was stamped.
        at: Instant,
    },
    /// So few days remain to the deadline that it is not taken any more.
    #[error("it was taken until {until}{}; the command arrived at {at}", cited(article.as_deref()))]
    PeriodOver {
        /// The first instant at which it was over.
        until: Instant,
        /// When the command was stamped.
        at: Instant,
        /// Law and article, when the period is the law's.
        article: Option<String>,
    },
    /// An objection waits for its answer: the procedure stands still.
    #[error("objection {objection} is not answered yet")]
    ObjectionOpen {
        /// The first that waits.
        objection: u32,
    },
    /// The supervising authority has suspended the procedure.
    #[error("the procedure is suspended until {until}")]
    Suspended {
        /// When the suspension lapses, unless it is renewed.
        until: Instant,
    },
    /// The procedure is not suspended: there is nothing to resume.
    #[error("the procedure is not suspended; there is nothing to resume")]
    NotSuspended {},
    /// The key took the place of another, without its word, after that one had made a bid here.
    #[error("this key replaced another, without its countersignature, after a bid was made with that one")]
    KeyReplacedLate {},
    /// An official record cannot be made yet: what it records has not happened, or is not settled.
    #[error("the {kind} cannot be made yet")]
    RecordNotReady {
        /// Which record.
        kind: RecordKind,
    },
    /// The procedure or register already has this.
    #[error("it exists already")]
    AlreadyExists {},
    /// The command names something the register or procedure does not know.
    #[error("expected a known {what}")]
    Unknown {
        /// The kind of thing.
        what: Thing,
    },
    /// The rules document does not hold; the first fault is named.
    #[error("the rules document does not hold at {path}: {expected}")]
    RulesInvalid {
        /// Path in the document.
        path: String,
        /// What was expected.
        expected: String,
    },
    /// A list has more members than its named limit.
    #[error("at most {limit} {what} are possible")]
    TooMany {
        /// The kind of thing.
        what: Thing,
        /// The limit.
        limit: u32,
    },
    /// A member does not have the value that the procedure's own facts require.
    #[error("{what} is not what the procedure requires")]
    Mismatch {
        /// The kind of thing.
        what: Thing,
    },
    /// One party would have roles of two places, such as bidder and supervisor.
    #[error("one party is not {first:?} and {second:?}")]
    RolesApart {
        /// The first role that does not go with another.
        first: Role,
        /// That other.
        second: Role,
    },
    /// The new deadline is not later than the old one.
    #[error("the deadline may only move later than {deadline}")]
    DeadlineEarlier {
        /// The deadline in force.
        deadline: Instant,
    },
    /// A ciphertext is larger than the rules allow.
    #[error("an envelope may have at most {limit} bytes, found {found}")]
    EnvelopeTooLarge {
        /// The rules' limit.
        limit: u32,
        /// The size found.
        found: u32,
    },
    /// The same ciphertext or header was submitted before: a copy cannot be relabelled.
    #[error("this ciphertext or header was submitted before")]
    EnvelopeDuplicate {},
    /// The version was used before with the same or another content, or by a withdrawal.
    #[error("version {version} is used; the next free one is {next}")]
    VersionUsed {
        /// The version named.
        version: u32,
        /// A version that is free.
        next: u32,
    },
    /// Whoever bids has an application that stands, and that is admitted where somebody decides (enter 4).
    #[error("expected an application that stands, found {found}")]
    ApplicationMissing {
        /// What there is instead.
        found: ApplicationState,
    },
    /// The bid is withdrawn before the application.
    #[error("the bid of version {version} still stands")]
    BidStands {
        /// Its version.
        version: u32,
    },
    /// Another amount than the rules ask for.
    #[error("the bond is exactly {expected}")]
    BondDiffers {
        /// The rules' amount.
        expected: Money,
    },
    /// The custody centre's signature does not fit.
    #[error("expected the custody signature of {custody}")]
    CustodyMissing {
        /// The custody centre's name.
        custody: String,
    },
    /// The evidence does not prove what the command says.
    #[error("the cosigned evidence does not hold: {why}")]
    EvidenceInvalid {
        /// What is wrong.
        why: EvidenceFault,
    },
    /// The rules have no escrow for this.
    #[error("the rules let holders open {opens:?}")]
    EscrowNotAllowed {
        /// What they may open.
        opens: crate::rules::EscrowOpens,
    },
    /// A released share does not open its commitment: the holder is named by the entry that carries this.
    #[error("the share for bidder {bidder} does not open its commitment")]
    ShareMismatch {
        /// The first share that is wrong.
        bidder: PartyId,
    },
    /// A share released for a sealed set does not open its commitment: the holder is named by the entry.
    #[error("the share for the contribution of {author} does not open its commitment")]
    SetShareMismatch {
        /// The first share that is wrong.
        author: PersonId,
    },
    /// Somebody sits with this leaf, or with this key at another one: nobody sits twice.
    #[error("somebody sits already with this leaf or this key")]
    SeatTaken {},
    /// A face was matched although the member did not consent to it.
    #[error("expected the member's consent to a match of its face, found none")]
    ConsentMissing {},
    /// A venue of the evaluation is out.
    #[error("a venue is out since {since}; everybody waits for its end")]
    VenueOut {
        /// Since when.
        since: Instant,
    },
    /// A member acts before it has declared that it has no conflict of interest.
    #[error("expected a declaration without a conflict of interest first")]
    DeclarationMissing {},
    /// The law names no cause for this.
    #[error("there is no cause for this now")]
    CauseMissing {},
    /// The report is another one than the members are to sign now.
    #[error("the report to be signed is {expected}")]
    ReportDiffers {
        /// Its hash.
        expected: ximu_basics::Hash,
    },
    /// The candidates are not the ones the rules compute.
    #[error("the rules compute other candidates")]
    RankingDiffers {},
    /// The winner is not the first candidate.
    #[error("expected the first candidate {expected}")]
    NotFirst {
        /// Who is first.
        expected: PartyId,
    },
    /// The record that everyone computes has another hash.
    #[error("the {kind} has the hash {expected}")]
    RecordDiffers {
        /// Which record.
        kind: RecordKind,
        /// The hash everyone computes.
        expected: Hash,
    },
    /// The price is above the ceiling; reserved for methods that refuse instead of flagging.
    #[error("the ceiling is {ceiling}")]
    AboveCeiling {
        /// The published ceiling.
        ceiling: Money,
    },
}

/// Kinds of things a refusal can speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A party.
    Party,
    /// A person.
    Person,
    /// A role.
    Role,
    /// A signing key.
    Key,
    /// A policy text or its hash.
    Policy,
    /// A lot.
    Lot,
    /// A bid on the opening list.
    Bid,
    /// A version number.
    Version,
    /// A holder.
    Holder,
    /// A holder's epoch key.
    Epoch,
    /// A document.
    Document,
    /// A share.
    Share,
    /// The list of shares' commitments.
    Escrow,
    /// A release envelope.
    Release,
    /// What a holder hands in for a bidder, or the rules under which it may.
    Relay,
    /// The class seed.
    Seed,
    /// A rehearsal flag.
    Rehearsal,
    /// A text.
    Text,
    /// The form's ciphertext.
    Envelope,
    /// Shares of one envelope from enough holders.
    Quorum,
    /// A sealed set, or one that the step needs first.
    Set,
    /// An envelope of a sealed set.
    Contribution,
    /// A pool of experts.
    Pool,
    /// An expert who was drawn.
    Expert,
    /// An expert who must not be drawn.
    Recusal,
    /// A procedure.
    Procedure,
    /// A phase of the rules.
    Phase,
    /// A question.
    Question,
    /// An objection.
    Objection,
    /// A candidate.
    Candidate,
    /// A complaint.
    Complaint,
    /// An order of the supervising authority.
    Order,
    /// An instant.
    Instant,
    /// A price.
    Price,
    /// What a disqualification rests on.
    Ground,
    /// A sealed record for keeping.
    Archive,
    /// A committee in a state in which the step is possible.
    Committee,
    /// The result of a match of faces.
    Face,
    /// A venue of the evaluation.
    Venue,
    /// An outage that stands.
    Outage,
    /// A seat.
    Seat,
    /// A score.
    Score,
    /// A report.
    Report,
    /// A request to clarify.
    Clarification,
    /// A proposal to reject a bid.
    Proposal,
    /// An application to bid.
    Application,
    /// Documents of qualification.
    Credential,
    /// Members of a joint venture.
    Member,
    /// A bid bond.
    Bond,
    /// An official record.
    Record,
}

fn cited(article: Option<&str>) -> String {
    article.map_or_else(String::new, |article| alloc::format!(" ({article})"))
}

impl core::fmt::Display for Thing {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Thing::Party => "party",
            Thing::Person => "person",
            Thing::Role => "roles",
            Thing::Key => "key",
            Thing::Policy => "policy",
            Thing::Lot => "lot",
            Thing::Bid => "bid",
            Thing::Version => "version",
            Thing::Holder => "holder",
            Thing::Epoch => "epoch keys",
            Thing::Document => "documents",
            Thing::Share => "shares",
            Thing::Escrow => "share commitments",
            Thing::Release => "release envelope",
            Thing::Relay => "what a holder hands in",
            Thing::Seed => "class seed",
            Thing::Rehearsal => "rehearsal flag",
            Thing::Text => "text",
            Thing::Envelope => "envelope",
            Thing::Quorum => "shares of enough holders",
            Thing::Set => "sealed set",
            Thing::Contribution => "contribution",
            Thing::Pool => "pool",
            Thing::Expert => "expert",
            Thing::Recusal => "recusal",
            Thing::Procedure => "procedure",
            Thing::Phase => "phase",
            Thing::Question => "question",
            Thing::Objection => "objection",
            Thing::Candidate => "candidate",
            Thing::Complaint => "complaint",
            Thing::Order => "orders",
            Thing::Instant => "instant",
            Thing::Price => "price",
            Thing::Ground => "ground",
            Thing::Archive => "archives",
            Thing::Committee => "state of the committee",
            Thing::Venue => "venue",
            Thing::Outage => "outage",
            Thing::Seat => "seat",
            Thing::Score => "score",
            Thing::Report => "report",
            Thing::Clarification => "request to clarify",
            Thing::Proposal => "proposal",
            Thing::Application => "application",
            Thing::Credential => "credentials",
            Thing::Member => "members of the joint venture",
            Thing::Bond => "bond",
            Thing::Face => "match of faces",
            Thing::Record => "official record",
        })
    }
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// There is none.
    #[error("none")]
    None,
    /// It waits for a decision.
    #[error("one that waits for a decision")]
    Waiting,
    /// It is admitted: by its form, or by the officer.
    #[error("an admitted one")]
    Admitted,
    /// It was turned down.
    #[error("one that was turned down")]
    Refused,
    /// It was taken back.
    #[error("one that was taken back")]
    Withdrawn,
}

/// What is wrong with cosigned evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceFault {
    /// Not a checkpoint of this log.
    #[error("it is not a checkpoint of this log")]
    NotACheckpoint,
    /// The cosignatures do not satisfy the policy.
    #[error("its cosignatures do not satisfy the policy")]
    NotCosigned,
    /// Its cosigned time is later than the deadline and the grace.
    #[error("its cosigned time is later than the deadline and the grace")]
    TooLate,
    /// The beat on the deadline is not in the log yet.
    #[error("the beat on the deadline is not in the log yet")]
    BeatMissing,
}

impl Refusal {
    /// The stable code, as it stands in JSON and in the page of codes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::RoleNotAllowed { .. } => "role_not_allowed",
            Refusal::StageWrong { .. } => "stage_wrong",
            Refusal::DeadlinePassed { .. } => "deadline_passed",
            Refusal::TooEarly { .. } => "too_early",
            Refusal::WindowOver { .. } => "window_over",
            Refusal::PeriodOver { .. } => "period_over",
            Refusal::ObjectionOpen { .. } => "objection_open",
            Refusal::Suspended { .. } => "suspended",
            Refusal::NotSuspended {} => "not_suspended",
            Refusal::KeyReplacedLate {} => "key_replaced_late",
            Refusal::RecordNotReady { .. } => "record_not_ready",
            Refusal::AlreadyExists {} => "already_exists",
            Refusal::Unknown { .. } => "unknown",
            Refusal::RulesInvalid { .. } => "rules_invalid",
            Refusal::TooMany { .. } => "too_many",
            Refusal::Mismatch { .. } => "mismatch",
            Refusal::RolesApart { .. } => "roles_apart",
            Refusal::DeadlineEarlier { .. } => "deadline_earlier",
            Refusal::EnvelopeTooLarge { .. } => "envelope_too_large",
            Refusal::EnvelopeDuplicate {} => "envelope_duplicate",
            Refusal::VersionUsed { .. } => "version_used",
            Refusal::ApplicationMissing { .. } => "application_missing",
            Refusal::BidStands { .. } => "bid_stands",
            Refusal::BondDiffers { .. } => "bond_differs",
            Refusal::CustodyMissing { .. } => "custody_missing",
            Refusal::EvidenceInvalid { .. } => "evidence_invalid",
            Refusal::EscrowNotAllowed { .. } => "escrow_not_allowed",
            Refusal::ShareMismatch { .. } => "share_mismatch",
            Refusal::SetShareMismatch { .. } => "set_share_mismatch",
            Refusal::SeatTaken {} => "seat_taken",
            Refusal::ConsentMissing {} => "consent_missing",
            Refusal::VenueOut { .. } => "venue_out",
            Refusal::DeclarationMissing {} => "declaration_missing",
            Refusal::CauseMissing {} => "cause_missing",
            Refusal::ReportDiffers { .. } => "report_differs",
            Refusal::RankingDiffers {} => "ranking_differs",
            Refusal::NotFirst { .. } => "not_first",
            Refusal::RecordDiffers { .. } => "record_differs",
            Refusal::AboveCeiling { .. } => "above_ceiling",
        }
    }
}
