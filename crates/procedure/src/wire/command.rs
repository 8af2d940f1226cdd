//! The closed set of commands: everything anybody can ask a centre to record (journal 4).
//!
//! A command is an imperative in the words of the law; who may give it, and when, stands in `policy` and in the
//! phase that decides it.

use alloc::{boxed::Box, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{
    Blob, CriterionId, Decimal, Hash, Instant, LotId, Money, PartyId, PersonId, PoolId, PublicKey, Seed,
    SetId, Signature,
};

pub use super::bond::{BondDeclaration, BondFault};
pub use super::draw::{DeclineGround, PoolStratum, Recusal, RecusalGround};
pub use super::order::{Exclusion, ExclusionGround, Ground, Matter, Measure};
pub use super::set::SetShare;
pub use super::share::{Part, ShareRelease};
pub use super::statement::{
    asker_commitment, contract_commitment, custody_statement, epoch_statement, key_statement,
    relay_statement, succession_statement,
};

use super::SignedCommand;
use super::evaluation::{Conflict, CorrectionCause, RejectionGround, SeatCosignature};
use super::identity::IdentityCheck;
use super::record::RecordKind;
use crate::{role::Role, rules::Rules};

/// How the ids of sets of sheets begin.
pub const SHEETS_PREFIX: &str = "sheets-";

/// One command. In JSON an object whose member `type` is the name in snake case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Founds a centre's register: the first entry of a log. Signed by the first administrator.
    Found {
        /// The key that signs checkpoints, acknowledgements and timers of this centre.
        centre_key: PublicKey,
        /// The text of the C2SP policy under which checkpoints count as cosigned.
        policy: String,
        /// Salted commitment to the administrator's name.
        name: Hash,
        /// Whether the log may carry rehearsals (rules with a `sandbox` table), and nothing else.
        rehearsal: bool,
    },
    /// Registers a party and its first person, who signs. Not yet admitted to anything.
    RegisterParty {
        /// Salted commitment to the party's name; the name and salt are a vault record.
        name: Hash,
    },
    /// Admits a registered party: its first person may act in these roles.
    AdmitParty {
        /// Which party.
        party: PartyId,
        /// In which roles, ascending, without repetition.
        roles: Vec<Role>,
    },
    /// Replaces a person's lost or stolen signing key. What was signed with the old key stays valid.
    ReplaceKey {
        /// Whose key.
        person: PersonId,
        /// The new public key.
        key: PublicKey,
        /// Proof that the person holds the new key: Ed25519 by it over `ximu-key/1`, origin and person, each line
        /// ended by a newline.
        proof: Signature,
        /// The person's word with the key before: Ed25519 by it over [`succession_statement`]. With it the new key is
        /// the old one's heir everywhere; without it it may not touch bids that the old one made (journal 7.5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        countersignature: Option<Signature>,
    },
    /// Publishes a procedure: its first entry. The hash of the signed body is the procedure's genesis hash.
    Publish {
        /// The rules document.
        rules: Rules,
        /// The procurement documents, by hash.
        documents: Vec<Document>,
        /// The holders' keys for this procedure alone, in the order of the rules document.
        epochs: Vec<Epoch>,
        /// Hash of the policy text in force.
        policy: Hash,
    },
    /// Amends the procurement documents, moves the deadline later, or both (L23, R21).
    Amend {
        /// The deadline from now on: never earlier than before; later when no document changes.
        deadline: Instant,
        /// Why, for everyone to read.
        reason: String,
        /// New documents, and those that replace the document of the same name.
        #[serde(default)]
        documents: Vec<Document>,
    },
    /// Withdraws the whole procedure before its deadline.
    Cancel {
        /// Why, for everyone to read.
        reason: String,
    },
    /// Asks about the procurement documents, by a key made for this question alone: who asks stays unknown.
    Ask {
        /// The question, for everyone to read.
        text: String,
        /// [`asker_commitment`] of the party that asks, if it may want to show later that it did.
        author: Option<Hash>,
    },
    /// Answers a question: to all at once, naming nobody (R21).
    Answer {
        /// Its number, from 1.
        question: u32,
        /// The answer, for everyone to read.
        text: String,
        /// Documents that explain; they replace nothing.
        #[serde(default)]
        documents: Vec<Document>,
    },
    /// Objects, to the documents, the opening or the candidates (R22, R44, R54). Objecting is not bidding.
    Object {
        /// To what.
        to: Subject,
        /// Which candidate, when it is about one; none for documents and opening.
        against: Option<PartyId>,
        /// The objection, for everyone to read.
        text: String,
    },
    /// Answers an objection.
    AnswerObjection {
        /// Its number, from 1.
        objection: u32,
        /// Whether it is upheld.
        upheld: bool,
        /// The answer, for everyone to read.
        text: String,
    },
    /// An objection to the documents is still unanswered: the deadline moves again. Given by the centre's clock.
    Prolong {},
    /// Submits a sealed bid, or replaces it by a higher version.
    Submit {
        /// The lot.
        lot: LotId,
        /// The bidder's own counter, from 1.
        version: u32,
        /// The envelope that is read out at the opening.
        form: SealedRecord,
        /// The envelope with the documents.
        body: SealedRecord,
        /// The commitments to the holders' shares of the form's file key, in holder order; empty when the rules
        /// have no escrow.
        escrow: Vec<Hash>,
        /// Salted commitment to the form's plaintext archive (sealed-bid 8), so that a plaintext offered as a
        /// remedy can be judged.
        plain: Hash,
    },
    /// Withdraws the bid for a lot before the deadline (L29). Consumes a version.
    Withdraw {
        /// The lot.
        lot: LotId,
        /// The bidder's own counter.
        version: u32,
    },
    /// Applies to bid (enter 3): commits to the documents of qualification and says how the bond is given. By a party
    /// without a standing application.
    Apply {
        /// Salted commitments to the documents, one for each credential of the rules, in their order.
        credentials: Vec<Hash>,
        /// The other members of a joint venture 联合体, ascending; none for a party that bids alone.
        members: Vec<PartyId>,
        /// How the bond is given; none when the rules ask for no bond.
        bond: Option<BondDeclaration>,
    },
    /// Takes the application back. The bid, if there is one, is withdrawn before.
    WithdrawApplication {},
    /// Asks to see the standing applications; that they were read is itself recorded (enter 5).
    ReadApplications {},
    /// Admits an applicant 资格预审合格.
    Admit {
        /// Whom.
        applicant: PartyId,
    },
    /// Turns an application down 资格预审不合格.
    RefuseApplication {
        /// Whose.
        applicant: PartyId,
        /// Why: the applicant reads it at once, everyone after CLOSE.
        reason: String,
    },
    /// The bond has arrived, from the account declared.
    ConfirmBond {
        /// Whose application names the account.
        applicant: PartyId,
        /// What arrived: exactly what the rules ask for.
        amount: Money,
        /// The payer's account as the application commits to it.
        payer: Hash,
    },
    /// The bond is not good, or is not good any more.
    FailBond {
        /// Whose application names the account.
        applicant: PartyId,
        /// The payer's account as the application commits to it.
        payer: Hash,
        /// What is wrong.
        fault: BondFault,
    },
    /// Closes the submission: the deadline has passed. Given by the centre's clock, once.
    Close {
        /// The newest checkpoint whose cosigned time is not later than the deadline and the grace, as a signed
        /// note with its cosignatures.
        evidence: String,
        /// The seed of the sealed class: from here on everybody can recompute every beat.
        seed: Seed,
    },
    /// A bidder is present at the opening. Absence voids nothing.
    SignIn {},
    /// Releases the form's opening key, sealed to the holders.
    Release {
        /// The lot.
        lot: LotId,
        /// The release envelope (sealed-bid 9), an age file.
        envelope: Blob,
    },
    /// Asks the holders to open this bid's form, because its own key is lost.
    AskRescue {
        /// The lot.
        lot: LotId,
    },
    /// A bidder's release or request for rescue, as it was handed to the holder that gives this (opening 3.4).
    Relay {
        /// Exactly what the bidder signed.
        handed: SignedCommand,
    },
    /// Everything that the holder was handed in this window stands in the log. Once for each holder and window.
    RelaysDone {
        /// The end of that window.
        until: Instant,
    },
    /// Ends the window. Given by the centre's clock, once.
    EndWindow {},
    /// A holder's shares for everything that is to be opened, all at once.
    ReleaseShares {
        /// One answer for each envelope that `window_ended` listed, in its order.
        shares: Vec<ShareRelease>,
    },
    /// Opens the bids that enough holders have released. Given by the centre's clock.
    Open {},
    /// Gives an envelope to a sealed set (draw 2.2). Once for each author and set, whatever is in it.
    Contribute {
        /// Which set.
        set: SetId,
        /// The envelope, an age file.
        envelope: Blob,
    },
    /// Fixes the list of a set. Given by the centre's clock, once.
    ListSet {
        /// Which set.
        set: SetId,
    },
    /// A holder's answers for the whole list of a set, all at once.
    ReleaseSet {
        /// Which set.
        set: SetId,
        /// One answer for each envelope of the list, in its order.
        shares: Vec<SetShare>,
    },
    /// A holder gives the seats of a committee its shares of the documents of all bids that are evaluated (evaluation 12).
    GivePapers {
        /// Whose documents it can give no share of, ascending: its part of their escrow is none.
        broken: Vec<PartyId>,
        /// An age file to the recipients of exactly these seats, with the shares.
        file: Blob,
        /// The recipients of the seats, ascending.
        seats: Vec<String>,
    },
    /// Opens what the holders of a set have released. Given by the centre's clock.
    OpenSet {
        /// Which set.
        set: SetId,
    },
    /// Freezes a pool of experts for this draw: from here on nobody is added or taken out (draw 8.2).
    FreezePool {
        /// Which pool of the rules.
        pool: PoolId,
        /// Root over all leaves (draw 8.3).
        root: Hash,
        /// The leaves, ascending by stratum.
        strata: Vec<PoolStratum>,
        /// Who must not be drawn 回避, ascending by leaf.
        recused: Vec<Recusal>,
    },
    /// An expert who was drawn cannot come; told by the keeper of the pool.
    Decline {
        /// Which expert.
        leaf: Hash,
        /// Why; absent in entries that were made before grounds were stated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<DeclineGround>,
    },
    /// Takes a seat on the committee, by a key made for this procedure alone (evaluation 3).
    TakeSeat {
        /// Whose seat: the leaf that was drawn, or that of a delegate.
        leaf: Hash,
        /// Where: the name of the seat 工位.
        seat: String,
        /// The age recipient of the seat (`age1...`).
        recipient: String,
        /// The keeper of the pool, or the tenderer for its delegate: this is the person.
        keeper: SeatCosignature,
        /// A witness officer: this is the person, and it sits here.
        officer: SeatCosignature,
        /// How it was checked who this is; absent where the officer has seen the document and no choice was offered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<Box<IdentityCheck>>,
    },
    /// Leaves a seat: its key signs nothing more, and the member may take another one.
    LeaveSeat {
        /// Whose seat.
        leaf: Hash,
    },
    /// Sends another delegate in the place of one.
    ReplaceDelegate {
        /// Whose place.
        leaf: Hash,
    },
    /// Says that a venue of the evaluation is out: everybody stands still. Given by a witness officer.
    ReportOutage {
        /// Which venue.
        venue: String,
        /// What happened.
        text: String,
    },
    /// Says that the venue works again.
    EndOutage {},
    /// Lets a new committee start afresh after an outage that lasted too long: given by the centre's clock once the
    /// evaluation had started, by the tenderer before.
    DissolveCommittee {
        /// The tenderer's reasons; `null` from the clock.
        reason: Option<String>,
    },
    /// Ends the evaluation and discloses the class `panel`. Given by the centre's clock, once.
    Conclude {
        /// The seed of the class: from here on everybody can compute every veil again.
        seed: Seed,
    },
    /// Declares a conflict of interest, or that there is none. Before anything else, and again when one is found.
    Declare {
        /// With whom and why; `null` when there is none.
        conflict: Option<Conflict>,
    },
    /// Votes for the chair of the committee.
    ChooseChair {
        /// For which member.
        chair: Hash,
    },
    /// Asks the members for the sheets that are missing. Given by the centre's clock.
    BeginSheets {},
    /// Corrects one score of one's own sheet, for a cause that the law names.
    CorrectScore {
        /// Whose bid.
        bidder: PartyId,
        /// Which criterion.
        criterion: CriterionId,
        /// The new score.
        score: Decimal,
        /// Why it may be corrected.
        cause: CorrectionCause,
        /// In words.
        reason: String,
    },
    /// Calls another member's score abnormally high or low.
    CallAbnormal {
        /// Whose score.
        member: Hash,
        /// On whose bid.
        bidder: PartyId,
        /// By which criterion.
        criterion: CriterionId,
    },
    /// Gives the reasons for a score of one's own that was called abnormal.
    Justify {
        /// On whose bid.
        bidder: PartyId,
        /// By which criterion.
        criterion: CriterionId,
        /// The reasons.
        reason: String,
    },
    /// Asks a bidder to clarify (R52). By the chair.
    AskClarification {
        /// Whom.
        bidder: PartyId,
        /// What is unclear.
        text: String,
    },
    /// Answers a request to clarify, in words alone: there is no member for a price.
    Clarify {
        /// Which request, from 1.
        clarification: u32,
        /// The answer.
        text: String,
    },
    /// Proposes to reject a bid, and votes for it.
    ProposeRejection {
        /// Whose bid.
        bidder: PartyId,
        /// On which ground.
        ground: RejectionGround,
        /// In words.
        reason: String,
    },
    /// Votes on a proposal to reject a bid.
    VoteRejection {
        /// Which proposal, from 1.
        proposal: u32,
        /// Whether to reject.
        agree: bool,
        /// In words; `null` for none.
        reason: Option<String>,
    },
    /// Votes on whether competition is lacking, when too few bids are left (L42).
    VoteCompetition {
        /// Whether it is lacking.
        lacking: bool,
        /// In words.
        reason: String,
    },
    /// Says that the time is too short (R48).
    AskMoreTime {},
    /// Fixes the report that the members are to sign. By the chair, or by the centre's clock.
    DraftReport {},
    /// Signs the report.
    SignReport {
        /// Its hash.
        report: Hash,
    },
    /// Holds another opinion than the report, in writing (R53).
    Dissent {
        /// The report's hash.
        report: Hash,
        /// The opinion and its reasons.
        text: String,
    },
    /// Proposes the ranked candidates, as the rules compute them (R53).
    Propose {
        /// Best first.
        candidates: Vec<PartyId>,
    },
    /// Awards to the first candidate after the publication period (R54, R55).
    Award {
        /// The winner.
        bidder: PartyId,
    },
    /// Chooses the winner among the candidates, where the rules leave it to the tenderer 评定分离 (award 2.6).
    Choose {
        /// The winner.
        bidder: PartyId,
        /// Why, by the published rules, for everyone to read.
        reasons: String,
    },
    /// The first candidate, or the winner before its contract, gives the contract up (R55).
    GiveUp {
        /// Why, for everyone to read.
        reason: String,
    },
    /// A candidate is found unfit: by an upheld objection or complaint, or for want of the performance bond (R55).
    Disqualify {
        /// Which bidder.
        bidder: PartyId,
        /// What it rests on.
        ground: Ground,
        /// What was found, for everyone to read.
        text: String,
    },
    /// The contract with the winner is signed (L46). Its text stays outside: here stands what ties it to this entry.
    SignContract {
        /// [`contract_commitment`] of a salt and the contract's file.
        contract: Hash,
        /// The price: exactly that of the award.
        price: Money,
        /// When it was signed: not after this command, and not before the award.
        signed: Instant,
    },
    /// A bidder has its bid bond back (R57).
    ReturnBond {
        /// Which bidder of the opening list, or of those that did not count.
        bidder: PartyId,
    },
    /// Complains to the supervising authority (R60).
    Complain {
        /// About what.
        matter: Matter,
        /// The objection that went before; none where the matter needs none.
        objection: Option<u32>,
        /// When the complainant learned of it.
        known: Instant,
        /// The complaint, for everyone to read.
        text: String,
    },
    /// The authority takes a complaint up (R61).
    AcceptComplaint {
        /// Its number, from 1.
        complaint: u32,
    },
    /// The authority does not take a complaint up.
    DeclineComplaint {
        /// Its number, from 1.
        complaint: u32,
        /// Why, for everyone to read.
        text: String,
    },
    /// The authority decides a complaint (R61).
    DecideComplaint {
        /// Its number, from 1.
        complaint: u32,
        /// Whether it is upheld.
        upheld: bool,
        /// Law and article.
        article: String,
        /// The reasons, for everyone to read.
        text: String,
        /// What the authority orders at once.
        measure: Option<Measure>,
    },
    /// The supervising authority orders something. It adds to the log and rewrites nothing.
    Order {
        /// What.
        measure: Measure,
        /// Law and article.
        article: String,
        /// Why, for everyone to read.
        reason: String,
    },
    /// Something was not done in time. Given by the centre's clock, once for each duty.
    NoteOverdue {},
    /// The record of the procedure is sealed for keeping. Given with the centre's key.
    Archive {
        /// SHA-256 of the container.
        hash: Hash,
        /// Its size.
        bytes: u64,
    },
    /// An official record is made, and its hash enters the log (records 4). Given by the centre's clock.
    KeepRecord {
        /// Which record.
        kind: RecordKind,
        /// SHA-256 of its canonical JSON.
        hash: Hash,
    },
}

impl Command {
    /// The command's name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Command::Found { .. } => "found",
            Command::RegisterParty { .. } => "register_party",
            Command::AdmitParty { .. } => "admit_party",
            Command::ReplaceKey { .. } => "replace_key",
            Command::Publish { .. } => "publish",
            Command::Amend { .. } => "amend",
            Command::Cancel { .. } => "cancel",
            Command::Ask { .. } => "ask",
            Command::Answer { .. } => "answer",
            Command::Object { .. } => "object",
            Command::AnswerObjection { .. } => "answer_objection",
            Command::Prolong {} => "prolong",
            Command::Submit { .. } => "submit",
            Command::Withdraw { .. } => "withdraw",
            Command::Apply { .. } => "apply",
            Command::WithdrawApplication {} => "withdraw_application",
            Command::ReadApplications {} => "read_applications",
            Command::Admit { .. } => "admit",
            Command::RefuseApplication { .. } => "refuse_application",
            Command::ConfirmBond { .. } => "confirm_bond",
            Command::FailBond { .. } => "fail_bond",
            Command::Close { .. } => "close",
            Command::SignIn { .. } => "sign_in",
            Command::Release { .. } => "release",
            Command::AskRescue { .. } => "ask_rescue",
            Command::Relay { .. } => "relay",
            Command::RelaysDone { .. } => "relays_done",
            Command::EndWindow { .. } => "end_window",
            Command::ReleaseShares { .. } => "release_shares",
            Command::Open { .. } => "open",
            Command::Contribute { .. } => "contribute",
            Command::ListSet { .. } => "list_set",
            Command::ReleaseSet { .. } => "release_set",
            Command::GivePapers { .. } => "give_papers",
            Command::OpenSet { .. } => "open_set",
            Command::FreezePool { .. } => "freeze_pool",
            Command::Decline { .. } => "decline",
            Command::TakeSeat { .. } => "take_seat",
            Command::LeaveSeat { .. } => "leave_seat",
            Command::ReplaceDelegate { .. } => "replace_delegate",
            Command::ReportOutage { .. } => "report_outage",
            Command::EndOutage {} => "end_outage",
            Command::DissolveCommittee { .. } => "dissolve_committee",
            Command::Conclude { .. } => "conclude",
            Command::Declare { .. } => "declare",
            Command::ChooseChair { .. } => "choose_chair",
            Command::BeginSheets {} => "begin_sheets",
            Command::CorrectScore { .. } => "correct_score",
            Command::CallAbnormal { .. } => "call_abnormal",
            Command::Justify { .. } => "justify",
            Command::AskClarification { .. } => "ask_clarification",
            Command::Clarify { .. } => "clarify",
            Command::ProposeRejection { .. } => "propose_rejection",
            Command::VoteRejection { .. } => "vote_rejection",
            Command::VoteCompetition { .. } => "vote_competition",
            Command::AskMoreTime {} => "ask_more_time",
            Command::DraftReport {} => "draft_report",
            Command::SignReport { .. } => "sign_report",
            Command::Dissent { .. } => "dissent",
            Command::Propose { .. } => "propose",
            Command::Award { .. } => "award",
            Command::Choose { .. } => "choose",
            Command::GiveUp { .. } => "give_up",
            Command::Disqualify { .. } => "disqualify",
            Command::SignContract { .. } => "sign_contract",
            Command::ReturnBond { .. } => "return_bond",
            Command::Complain { .. } => "complain",
            Command::AcceptComplaint { .. } => "accept_complaint",
            Command::DeclineComplaint { .. } => "decline_complaint",
            Command::DecideComplaint { .. } => "decide_complaint",
            Command::Order { .. } => "order",
            Command::NoteOverdue {} => "note_overdue",
            Command::Archive { .. } => "archive",
            Command::KeepRecord { .. } => "keep_record",
        }
    }

    /// When the command and its answer become readable, while submission is open: what bidders do is sealed, and what
    /// others do about one bidder.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        matches!(self, Command::Submit { .. } | Command::Withdraw { .. }) || self.is_of_entry()
    }

    /// Whether it belongs to the class `panel` while an evaluation is under way: what the committee does, and what is
    /// done about its sheets.
    #[must_use]
    pub fn is_panel(&self) -> bool {
        match self {
            Command::Contribute { set, .. }
            | Command::ListSet { set }
            | Command::ReleaseSet { set, .. }
            | Command::OpenSet { set } => set.as_str().starts_with(SHEETS_PREFIX),
            Command::GivePapers { .. }
            | Command::Declare { .. }
            | Command::ChooseChair { .. }
            | Command::BeginSheets {}
            | Command::CorrectScore { .. }
            | Command::CallAbnormal { .. }
            | Command::Justify { .. }
            | Command::AskClarification { .. }
            | Command::Clarify { .. }
            | Command::ProposeRejection { .. }
            | Command::VoteRejection { .. }
            | Command::VoteCompetition { .. }
            | Command::AskMoreTime {}
            | Command::DraftReport {}
            | Command::SignReport { .. }
            | Command::Dissent { .. } => true,
            Command::Found { .. }
            | Command::RegisterParty { .. }
            | Command::AdmitParty { .. }
            | Command::ReplaceKey { .. }
            | Command::Publish { .. }
            | Command::Amend { .. }
            | Command::Cancel { .. }
            | Command::Ask { .. }
            | Command::Answer { .. }
            | Command::Object { .. }
            | Command::AnswerObjection { .. }
            | Command::Prolong {}
            | Command::Submit { .. }
            | Command::Withdraw { .. }
            | Command::Apply { .. }
            | Command::WithdrawApplication {}
            | Command::ReadApplications {}
            | Command::Admit { .. }
            | Command::RefuseApplication { .. }
            | Command::ConfirmBond { .. }
            | Command::FailBond { .. }
            | Command::Close { .. }
            | Command::SignIn {}
            | Command::Release { .. }
            | Command::AskRescue { .. }
            | Command::Relay { .. }
            | Command::RelaysDone { .. }
            | Command::EndWindow {}
            | Command::ReleaseShares { .. }
            | Command::Open {}
            | Command::FreezePool { .. }
            | Command::Decline { .. }
            | Command::TakeSeat { .. }
            | Command::LeaveSeat { .. }
            | Command::ReplaceDelegate { .. }
            | Command::ReportOutage { .. }
            | Command::EndOutage {}
            | Command::DissolveCommittee { .. }
            | Command::Conclude { .. }
            | Command::GiveUp { .. }
            | Command::Disqualify { .. }
            | Command::SignContract { .. }
            | Command::ReturnBond { .. }
            | Command::Complain { .. }
            | Command::AcceptComplaint { .. }
            | Command::DeclineComplaint { .. }
            | Command::DecideComplaint { .. }
            | Command::Order { .. }
            | Command::NoteOverdue {}
            | Command::Archive { .. }
            | Command::Propose { .. }
            | Command::Award { .. }
            | Command::KeepRecord { .. }
            | Command::Choose { .. } => false,
        }
    }

    /// Whether it belongs to phase Enter.
    #[must_use]
    pub fn is_of_entry(&self) -> bool {
        matches!(
            self,
            Command::Apply { .. }
                | Command::WithdrawApplication {}
                | Command::ReadApplications {}
                | Command::Admit { .. }
                | Command::RefuseApplication { .. }
                | Command::ConfirmBond { .. }
                | Command::FailBond { .. }
        )
    }
}

/// What an objection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The procurement documents 招标文件.
    Documents,
    /// The opening 开标.
    Opening,
    /// The candidates 中标候选人.
    Candidates,
}

/// A document of the procedure, by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// File name as it is offered for download.
    pub name: String,
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Its size.
    pub bytes: u32,
}

/// One holder's key for one procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// The holder's name: a witness of the policy.
    pub holder: String,
    /// The age recipient made for this procedure alone (`age1...`).
    pub recipient: String,
    /// The holder's signature over [`epoch_statement`] with the key the policy pins.
    pub statement: Signature,
}

/// One sealed envelope, as its sealer submits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedRecord {
    /// SHA-256 Merkle root over the ciphertext's 8 MiB parts (sealed-bid 7).
    pub commitment: Hash,
    /// Size of the ciphertext in bytes.
    pub bytes: u32,
    /// SHA-256 of the age header, from its first byte to the end of its MAC line.
    pub header: Hash,
    /// The context hash (sealed-bid 3.2), which every share of this envelope repeats.
    pub context: Hash,
    /// The custody centre's signature over [`custody_statement`]: it holds a copy on disk.
    pub custody: Signature,
}
