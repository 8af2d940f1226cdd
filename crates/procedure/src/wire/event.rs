//! Events: what a decision made true (journal 4). Past facts, in the order they happened.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{
    Blob, CoefficientId, CriterionId, Decimal, Hash, Instant, Money, PartyId, PersonId, PoolId, PublicKey,
    SetId, StratumId,
};

pub use super::bond::BondState;
pub use super::draw::{DrawnStratum, Replaced};
pub use super::opening::{
    Flag, Listed, NotCounted, NotCountedReason, OpenedBid, Route, StaysClosed, ToOpen, VoidReason,
};
pub use super::order::Duty;
pub use super::set::{Author, SetLine, SetVoid};

use super::{
    command::Subject,
    evaluation::{Conclusion, CorrectionCause, EvaluationFailure, RejectionGround, SheetAsked},
    record::RecordKind,
};
use crate::role::Role;

/// One fact. In JSON an object whose member `type` is the name in snake case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The register exists.
    CentreFounded {
        /// The first administrator.
        administrator: PersonId,
        /// The party the administrator belongs to: the centre itself.
        party: PartyId,
    },
    /// A party and its first person are known.
    PartyRegistered {
        /// The new party.
        party: PartyId,
        /// Its first person.
        person: PersonId,
    },
    /// A party may act.
    PartyAdmitted {
        /// Which.
        party: PartyId,
        /// As what.
        roles: Vec<Role>,
    },
    /// A person signs with another key from now on.
    KeyReplaced {
        /// Who.
        person: PersonId,
        /// The new key.
        key: PublicKey,
    },
    /// A procedure is open for bids.
    Published {
        /// Its genesis hash.
        genesis: Hash,
    },
    /// The deadline is later than it was.
    DeadlineMoved {
        /// The deadline now.
        deadline: Instant,
    },
    /// Documents changed: from now on bids are made by the new ones.
    DocumentsAmended {
        /// What changed, in the order of the command.
        changes: Vec<DocumentChange>,
    },
    /// The procedure ended without an opening.
    Cancelled {},
    /// A question is asked.
    QuestionAsked {
        /// Its number, from 1.
        question: u32,
    },
    /// A question is answered.
    QuestionAnswered {
        /// Its number.
        question: u32,
    },
    /// Somebody objects.
    ObjectionRaised {
        /// The objection's number, from 1.
        objection: u32,
        /// To what.
        to: Subject,
        /// Who.
        by: PartyId,
        /// Until when it is to be answered; none when that is at once.
        due: Option<Instant>,
    },
    /// An objection is answered.
    ObjectionAnswered {
        /// Its number.
        objection: u32,
        /// Whether it is upheld.
        upheld: bool,
    },
    /// An objection to the documents was not answered in time: the procedure stands still for as long again.
    AnswerOverdue {
        /// When the centre's clock looks again.
        until: Instant,
    },
    /// An objection to the candidates was upheld: they are proposed anew.
    CandidatesWithdrawn {
        /// The candidate that is excluded, when the objection was about one.
        excluded: Option<PartyId>,
    },
    /// The candidates stay published for as long as objections to them waited for an answer.
    PublicationExtended {
        /// The end of the publication now.
        until: Instant,
    },
    /// A sealed bid is held.
    BidSubmitted {
        /// Whose.
        bidder: PartyId,
        /// Which version.
        version: u32,
    },
    /// A second content under one version number: that version counts for nothing.
    VersionVoided {
        /// Whose.
        bidder: PartyId,
        /// Which version.
        version: u32,
    },
    /// The bid is withdrawn; nothing of it will be opened.
    BidWithdrawn {
        /// Whose.
        bidder: PartyId,
        /// The version the withdrawal consumed.
        version: u32,
    },
    /// An application stands.
    Applied {
        /// Whose.
        applicant: PartyId,
        /// The applicant's own count, from 1.
        number: u32,
    },
    /// An application is taken back.
    ApplicationWithdrawn {
        /// Whose.
        applicant: PartyId,
    },
    /// The standing applications were shown to an officer.
    ApplicationsRead {
        /// SHA-256 of exactly what was shown (enter 5).
        listing: Hash,
    },
    /// An applicant may bid.
    ApplicationAdmitted {
        /// Which.
        applicant: PartyId,
    },
    /// An application is turned down.
    ApplicationRefused {
        /// Whose.
        applicant: PartyId,
    },
    /// A bond is good.
    BondConfirmed {
        /// Whose.
        applicant: PartyId,
    },
    /// A bond is not good.
    BondFailed {
        /// Whose.
        applicant: PartyId,
    },
    /// Submission is over, and this is exactly what counts.
    Closed {
        /// How many beats count: those before this number.
        beats_counted: u32,
        /// Cosigned time of the evidence.
        cosigned: Instant,
        /// The opening list, ascending by bidder.
        list: Vec<Listed>,
        /// Of each bidder at most one: the highest version above the one that counts, and why it does not.
        not_counted: Vec<NotCounted>,
    },
    /// Fewer bids than the law requires: nothing will be opened (L28).
    TooFewBids {
        /// Bids that count.
        count: u32,
        /// Bids required.
        minimum: u32,
    },
    /// Bidders may release their keys.
    WindowOpened {
        /// Until when.
        until: Instant,
    },
    /// A bidder is present.
    SignedIn {
        /// Whose representative.
        party: PartyId,
    },
    /// A bidder has released its opening key to the holders.
    KeyReleased {
        /// Which bidder.
        bidder: PartyId,
        /// The holder that handed the release in, by its name; the member is absent when the bidder gave it itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relayed: Option<String>,
    },
    /// A bidder has asked the holders to open its form.
    RescueAsked {
        /// Which bidder.
        bidder: PartyId,
        /// The holder that handed the request in, by its name; the member is absent when the bidder gave it itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relayed: Option<String>,
    },
    /// Everything that a holder was handed in this window stands in the log.
    RelaysCompleted {
        /// The holder's name.
        holder: String,
    },
    /// The window is over for all.
    WindowEnded {
        /// What the holders are to open, ascending by bidder.
        open: Vec<ToOpen>,
        /// Bids that stay closed for ever, and why.
        closed: Vec<StaysClosed>,
    },
    /// One holder has released its shares for the whole list.
    SharesReleased {
        /// The holder's name.
        holder: String,
    },
    /// A bid is open.
    BidOpened(OpenedBid),
    /// A bid on the list could not count, by a fault of its sealer.
    BidVoided {
        /// Whose.
        bidder: PartyId,
        /// Why.
        reason: VoidReason,
    },
    /// Every bid on the list is accounted for.
    OpeningCompleted {
        /// Bids opened.
        opened: u32,
    },
    /// An author has given its envelope to a sealed set.
    Contributed {
        /// Which set.
        set: SetId,
        /// Who.
        by: Author,
    },
    /// The list of a set is fixed: exactly this will open together.
    SetListed {
        /// Which set.
        set: SetId,
        /// Its envelopes, ascending by author.
        list: Vec<SetLine>,
        /// Authors that gave none.
        silent: Vec<Author>,
    },
    /// One holder has released its shares for the whole list of a set.
    SetReleased {
        /// Which set.
        set: SetId,
        /// The holder's name.
        holder: String,
    },
    /// One holder has given seats of the committee its shares of the documents.
    PapersGiven {
        /// The holder's name.
        holder: String,
        /// How many seats it gave to.
        seats: u32,
    },
    /// An envelope of a set is open.
    ContributionOpened {
        /// Which set.
        set: SetId,
        /// Whose.
        by: Author,
        /// The 32 hexadecimal digits of the file key, with which anyone opens the envelope.
        key: String,
        /// What was in it.
        content: Blob,
    },
    /// An envelope of a set could not count, by a fault of its author.
    ContributionVoided {
        /// Which set.
        set: SetId,
        /// Whose.
        by: Author,
        /// Why.
        reason: SetVoid,
    },
    /// Every envelope on the list of a set is accounted for.
    SetOpened {
        /// Which set.
        set: SetId,
        /// Contributions that count.
        valid: u32,
    },
    /// A coefficient of the evaluation method is drawn.
    CoefficientDrawn {
        /// The set it was drawn with.
        set: SetId,
        /// Its name in the rules.
        name: CoefficientId,
        /// The seed that everyone computes again (draw 4).
        seed: Hash,
        /// The place of the value in the rules, from 0.
        place: u32,
        /// The value.
        value: Decimal,
    },
    /// A pool is frozen; the holders may give to its draw.
    PoolFrozen {
        /// Which pool.
        pool: PoolId,
        /// Its root.
        root: Hash,
        /// The set of this draw.
        set: SetId,
        /// Until when contributions are taken, at the latest.
        until: Instant,
    },
    /// A pool has too few experts for a stratum, recused ones not counted; the next pool is drawn from.
    PoolTooSmall {
        /// Which pool.
        pool: PoolId,
        /// The first stratum that is too small.
        stratum: StratumId,
        /// Experts that can be drawn.
        found: u32,
        /// Seats to be filled.
        needed: u32,
    },
    /// The experts are drawn; who they are the keeper of the pool alone knows.
    ExpertsDrawn {
        /// The set they were drawn with.
        set: SetId,
        /// The pool.
        pool: PoolId,
        /// The seed that everyone computes again (draw 4).
        seed: Hash,
        /// Members and alternates by stratum.
        strata: Vec<DrawnStratum>,
    },
    /// An expert cannot come; the next alternate takes the seat.
    ExpertDeclined {
        /// Who cannot come.
        leaf: Hash,
        /// Of which stratum.
        stratum: StratumId,
        /// Who takes the seat; `null` when the stratum has no alternate left and the next pool is drawn from.
        next: Option<Hash>,
    },
    /// A set had no valid contribution, or no pool is left: nothing can be drawn, and there is no second draw.
    DrawFailed {
        /// Which set; for experts the one of the draw that would have come next.
        set: SetId,
    },
    /// A member of the committee sits at a seat.
    SeatTaken {
        /// Which member.
        leaf: Hash,
        /// The person id under which it signs and seals in this procedure.
        person: PersonId,
        /// Which seat.
        seat: String,
    },
    /// A seat is free: its key signs nothing more.
    SeatLeft {
        /// Which member.
        leaf: Hash,
    },
    /// The tenderer sends another delegate; what the one before said counts for nothing (R48).
    DelegateReplaced {
        /// Who does not come.
        leaf: Hash,
        /// Who takes the place.
        next: Hash,
    },
    /// A venue is out: everybody stands still.
    OutageReported {
        /// Which venue.
        venue: String,
        /// Whether the evaluation had started.
        started: bool,
        /// After which instant a new committee may, or will, start afresh.
        until: Instant,
    },
    /// The venue works again.
    OutageEnded {},
    /// A new committee starts afresh; what the one before said counts for nothing, and what was sealed stays sealed.
    CommitteeDissolved {
        /// Every member and who takes its place, in the order of the committee.
        members: Vec<Replaced>,
    },
    /// The evaluation is over, and this is what followed from it.
    EvaluationConcluded(Conclusion),
    /// The evaluation ends the procedure without candidates.
    EvaluationFailed {
        /// Why.
        reason: EvaluationFailure,
    },
    /// A member has declared whether it has a conflict of interest.
    Declared {
        /// Which member.
        member: Hash,
        /// Whether it must be replaced.
        conflicted: bool,
    },
    /// A member has voted for a chair.
    ChairVoted {
        /// Which member.
        member: Hash,
        /// For whom.
        chair: Hash,
    },
    /// More than half of the members are for one chair.
    ChairChosen {
        /// Whom.
        chair: Hash,
    },
    /// Sheets are asked for.
    SheetsBegun {
        /// The set they are given to.
        set: SetId,
        /// Which sheets, ascending by author.
        sheets: Vec<SheetAsked>,
        /// Until when, unless the time is extended.
        until: Instant,
    },
    /// A score is corrected, for everyone who reads the report to see.
    ScoreCorrected {
        /// Whose score.
        member: Hash,
        /// On whose bid.
        bidder: PartyId,
        /// By which criterion.
        criterion: CriterionId,
        /// The score before.
        old: Decimal,
        /// The score from now on.
        new: Decimal,
        /// Why.
        cause: CorrectionCause,
    },
    /// A member has called another's score abnormal.
    AbnormalCalled {
        /// Who called it so.
        by: Hash,
        /// Whose score.
        member: Hash,
        /// On whose bid.
        bidder: PartyId,
        /// By which criterion.
        criterion: CriterionId,
    },
    /// Enough members have called a score abnormal: without reasons the mean of the others takes its place.
    ScoreAbnormal {
        /// Whose score.
        member: Hash,
        /// On whose bid.
        bidder: PartyId,
        /// By which criterion.
        criterion: CriterionId,
    },
    /// A member has given reasons for a score that was called abnormal: it stands.
    ScoreJustified {
        /// Whose score.
        member: Hash,
        /// On whose bid.
        bidder: PartyId,
        /// By which criterion.
        criterion: CriterionId,
    },
    /// A bidder is asked to clarify.
    ClarificationAsked {
        /// The request's number, from 1.
        clarification: u32,
        /// Whom.
        bidder: PartyId,
        /// Until when it may answer.
        until: Instant,
    },
    /// A bidder has clarified.
    Clarified {
        /// Which request.
        clarification: u32,
    },
    /// A member proposes to reject a bid.
    RejectionProposed {
        /// The proposal's number, from 1.
        proposal: u32,
        /// Whose bid.
        bidder: PartyId,
        /// On which ground.
        ground: RejectionGround,
    },
    /// A member has voted on a proposal.
    RejectionVoted {
        /// Which.
        proposal: u32,
        /// Who.
        member: Hash,
        /// Whether to reject.
        agree: bool,
    },
    /// More than half of the members reject a bid.
    BidRejected {
        /// By this proposal.
        proposal: u32,
        /// Whose bid.
        bidder: PartyId,
    },
    /// A member has said whether competition is lacking.
    CompetitionVoted {
        /// Who.
        member: Hash,
        /// Whether it is.
        lacking: bool,
    },
    /// A member finds the time too short.
    MoreTimeAsked {
        /// Who.
        member: Hash,
    },
    /// More than a third of the members find the time too short: it is longer now.
    TimeExtended {
        /// The end now.
        until: Instant,
    },
    /// The report is fixed; the members sign it.
    ReportDrafted {
        /// Its hash.
        report: Hash,
        /// Until when they sign or dissent.
        until: Instant,
    },
    /// A member has signed the report.
    ReportSigned {
        /// Who.
        member: Hash,
    },
    /// A member holds another opinion.
    Dissented {
        /// Who.
        member: Hash,
    },
    /// The ranking by the published method, and its candidates.
    CandidatesProposed {
        /// Best first.
        candidates: Vec<PartyId>,
        /// End of the publication period.
        until: Instant,
    },
    /// The procedure has a winner.
    Awarded {
        /// Who.
        bidder: PartyId,
        /// At what price.
        price: Money,
    },
    /// A candidate or the winner has given up.
    GivenUp {
        /// Who.
        bidder: PartyId,
        /// Who is first from now on; none when nobody is left.
        next: Option<PartyId>,
    },
    /// A candidate or the winner is unfit.
    Disqualified {
        /// Who.
        bidder: PartyId,
        /// Who is first from now on; none when nobody is left.
        next: Option<PartyId>,
    },
    /// Nobody is left of the candidates: the procedure has failed, and is to be tendered again (R55).
    CandidatesExhausted {},
    /// The contract is signed.
    ContractSigned {
        /// With whom.
        bidder: PartyId,
        /// Until when it was to be signed; none when the rules state no number.
        due: Option<Instant>,
        /// Whether that was past.
        late: bool,
    },
    /// A bidder has its bond back.
    BondReturned {
        /// Who.
        bidder: PartyId,
        /// Until when it was to be returned; none before the contract, and when the rules state no number.
        due: Option<Instant>,
        /// Whether that was past.
        late: bool,
    },
    /// Somebody complains to the authority.
    Complained {
        /// The complaint's number, from 1.
        complaint: u32,
        /// Who.
        by: PartyId,
        /// Until when the authority is to say whether it takes it up.
        due: Option<Instant>,
    },
    /// A complaint is taken up.
    ComplaintAccepted {
        /// Its number.
        complaint: u32,
        /// Until when it is to be decided.
        due: Option<Instant>,
    },
    /// A complaint is not taken up.
    ComplaintDeclined {
        /// Its number.
        complaint: u32,
    },
    /// A complaint is decided.
    ComplaintDecided {
        /// Its number.
        complaint: u32,
        /// Whether it is upheld.
        upheld: bool,
    },
    /// The authority has ordered something; what follows from it stands behind.
    Ordered {
        /// The order's number, from 1.
        order: u32,
    },
    /// The procedure stands still: a suspension, or a longer one.
    Suspended {
        /// Until when, unless it is renewed.
        until: Instant,
    },
    /// The procedure goes on before its suspension would have lapsed.
    Resumed {},
    /// The window ends later, because the procedure stands still.
    WindowExtended {
        /// The end of the window now.
        until: Instant,
    },
    /// The ranking is made again: prices, base and drawn coefficients stay what they were.
    EvaluationReopened {
        /// Bids that are excluded from it, ascending.
        excluded: Vec<PartyId>,
        /// Where a committee evaluated: the round that it begins, from 2. Left out where none did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round: Option<u32>,
    },
    /// The procedure is annulled.
    Annulled {},
    /// The procedure is ended, to be tendered again.
    RetenderOrdered {},
    /// Something was not done in time.
    Overdue {
        /// What.
        duty: Duty,
        /// Until when it was to be done.
        due: Instant,
    },
    /// The record is sealed for keeping.
    Archived {
        /// SHA-256 of the container.
        hash: Hash,
        /// Its size.
        bytes: u64,
    },
    /// An official record is kept: its hash stands in the log.
    RecordKept {
        /// Which record.
        kind: RecordKind,
        /// SHA-256 of its canonical JSON.
        hash: Hash,
        /// The leaves it takes.
        size: u64,
    },
}

/// One document that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentChange {
    /// Its name.
    pub name: String,
    /// SHA-256 of the document it replaces; none for a new one.
    pub before: Option<Hash>,
    /// SHA-256 of the document in force from now on.
    pub after: Hash,
}
