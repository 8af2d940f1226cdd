//! One entry, one release (ocds 3): what became true, in the words of the standard.
//!
//! The entries of one procedure are told in their order, and what an entry says rests on those before it alone, so a
//! release never changes when more happens. Each group of events has a file of its own.

mod after;
mod award;
mod bids;
mod draft;
mod draw;
mod enquiry;
mod known;
mod notice;

use alloc::{format, string::String, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId};
use ximu_procedure::{
    method::RejectReason,
    wire::{Command, Event, evaluation::EvaluationFailure},
};

use crate::{Json, Object, Setting};
use draft::Draft;
use known::Known;

/// One accepted public entry of a procedure.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Its number among the procedure's entries.
    pub number: u32,
    /// Its place in the log.
    pub leaf: u64,
    /// When the writer accepted it.
    pub at: Instant,
    /// The command's id.
    pub id: Hash,
    /// What was asked.
    pub command: &'a Command,
    /// What became true; nothing when the command was refused.
    pub events: &'a [Event],
}

/// The names of parties, as far as they are disclosed.
pub trait Names {
    /// The name; `None` when it is not disclosed, or erased.
    fn name(&self, party: &PartyId) -> Option<String>;
}

/// No names: parties have their ids.
pub struct NoNames;

impl Names for NoNames {
    fn name(&self, _: &PartyId) -> Option<String> {
        None
    }
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its id, unique within its ocid.
    pub id: String,
    /// Its date: the stamp of the entry.
    pub date: Instant,
    /// The place of its entry in the log, by which releases of several tenders are put in order.
    pub leaf: u64,
    /// What is published.
    pub object: Object,
}

/// The releases of a procedure, in the order of its entries. Facts before a publication, and refused ones, give none.
#[must_use]
pub fn releases<'a>(
    setting: &Setting,
    names: &dyn Names,
    facts: impl IntoIterator<Item = Fact<'a>>,
) -> Vec<Release> {
    let mut known: Option<Known> = None;
    let mut releases = Vec::new();
    for fact in facts {
        if known.is_none() {
            known = Known::published(&fact);
        }
        let Some(known) = known.as_mut().filter(|_| !fact.events.is_empty()) else { continue };
        let teller = Teller { setting, names, fact };
        let mut draft = Draft::default();
        for event in fact.events {
            teller.tell(known, &mut draft, event);
        }
        releases.push(teller.finish(known, draft));
    }
    releases
}

/// What the telling of one entry may look at besides what is known.
struct Teller<'a> {
    setting: &'a Setting,
    names: &'a dyn Names,
    fact: Fact<'a>,
}

impl Teller<'_> {
    fn tell(&self, known: &mut Known, draft: &mut Draft, event: &Event) {
        match event {
            Event::Published { .. } => self.published(known, draft),
            Event::DeadlineMoved { deadline } => self.deadline_moved(known, draft, *deadline),
            Event::DocumentsAmended { changes } => self.documents_amended(known, draft, changes),
            Event::Cancelled {} => self.cancelled(known, draft),
            Event::QuestionAsked { question } => self.question_asked(draft, *question),
            Event::QuestionAnswered { question } => self.question_answered(known, draft, *question),
            Event::ObjectionRaised { objection, to, by, due } => {
                self.objection_raised(known, draft, *objection, *to, by, *due);
            }
            Event::ObjectionAnswered { objection, upheld } => {
                self.objection_answered(known, draft, *objection, *upheld);
            }
            Event::AnswerOverdue { until } => enquiry::answer_overdue(draft, *until),
            Event::Closed { cosigned, list, not_counted, .. } => {
                self.closed(known, draft, *cosigned, list, not_counted);
            }
            Event::TooFewBids { count, minimum } => bids::too_few(known, draft, *count, *minimum),
            Event::WindowOpened { until } => bids::window_opened(draft, *until),
            Event::SignedIn { party } => self.noted(known, draft, party, "signedIn"),
            Event::KeyReleased { bidder, relayed } => {
                self.noted(known, draft, bidder, "keyReleased");
                bids::relayed(known, draft, bidder, relayed.as_deref());
            }
            Event::RescueAsked { bidder, relayed } => {
                self.noted(known, draft, bidder, "rescueAsked");
                bids::relayed(known, draft, bidder, relayed.as_deref());
            }
            Event::RelaysCompleted { holder } => self.relays_completed(draft, holder),
            Event::WindowEnded { open, closed } => bids::window_ended(known, draft, open, closed),
            Event::SharesReleased { holder } => self.shares_released(draft, holder),
            Event::BidOpened(bid) => self.bid_opened(known, draft, bid),
            Event::BidVoided { bidder, reason } => bids::voided(known, draft, bidder, *reason),
            Event::OpeningCompleted { opened } => self.opening_completed(known, draft, *opened),
            Event::Contributed { set, by } => self.contributed(draft, set, by),
            Event::SetListed { set, list, silent } => self.set_listed(draft, set, list, silent),
            Event::SetReleased { set, holder } => self.set_released(draft, set, holder),
            Event::ContributionOpened { set, by, key, content } => {
                draw::contribution_opened(draft, set, by, key, content);
            }
            Event::ContributionVoided { set, by, reason } => {
                draw::contribution_voided(draft, set, by, *reason);
            }
            Event::SetOpened { set, valid } => draw::set_opened(draft, set, *valid),
            Event::CoefficientDrawn { set, name, seed, place, value } => {
                known.coefficients.insert(name.clone(), *value);
                draw::coefficient_drawn(draft, set, name, *seed, *place, *value);
            }
            Event::PoolFrozen { pool, root, set, until } => {
                self.pool_frozen(draft, pool, *root, set, *until);
            }
            Event::PoolTooSmall { pool, stratum, found, needed } => {
                draw::pool_too_small(draft, pool, stratum, *found, *needed);
            }
            Event::ExpertsDrawn { set, pool, seed, strata } => {
                let leaves = strata.iter().flat_map(|one| one.members.iter().chain(&one.alternates));
                known.experts.extend(leaves.map(|leaf| (*leaf, set.clone())));
                draw::experts_drawn(draft, set, pool, *seed, strata);
            }
            Event::ExpertDeclined { leaf, stratum, next } => {
                self.expert_declined(known, draft, *leaf, stratum, *next);
            }
            Event::DrawFailed { set } => draw::failed(known, draft, set),
            Event::EvaluationConcluded(conclusion) => known.conclusion = Some(conclusion.clone()),
            Event::EvaluationFailed { reason: EvaluationFailure::AllRejected } => {
                draft.status(known, "unsuccessful", "全部投标被否决 every bid was rejected");
            }
            Event::EvaluationFailed { reason: EvaluationFailure::CompetitionLacking } => {
                draft.status(known, "unsuccessful", "明显缺乏竞争 competition was lacking");
            }
            // Who sits where is for the hall; the standard has no words for it.
            Event::SeatTaken { .. }
            | Event::SeatLeft { .. }
            | Event::DelegateReplaced { .. }
            | Event::OutageReported { .. }
            | Event::OutageEnded {}
            | Event::CommitteeDissolved { .. } => {}
            Event::CandidatesProposed { candidates, until } => {
                self.candidates_proposed(known, draft, candidates, *until);
            }
            Event::PublicationExtended { until } => award::publication_until(draft, *until),
            Event::CandidatesWithdrawn { excluded } => {
                award::candidates_withdrawn(known, draft, excluded.as_ref());
            }
            Event::Awarded { bidder, price } => self.awarded(known, draft, bidder, *price),
            Event::GivenUp { bidder, next } => {
                let details = "放弃中标 gave up";
                after::left(known, draft, bidder, RejectReason::GivenUp, details, next.as_ref());
            }
            Event::Disqualified { bidder, next } => {
                let details = "取消中标资格 disqualified";
                after::left(known, draft, bidder, RejectReason::Disqualified, details, next.as_ref());
            }
            Event::CandidatesExhausted {} => {
                draft.status(known, "unsuccessful", "没有候选人 no candidate is left");
            }
            Event::ContractSigned { bidder, .. } => self.contract_signed(draft, bidder),
            Event::Suspended { until } => draft.tender.set("suspendedUntil", *until),
            Event::Resumed {} => draft.tender.set("suspendedUntil", Json::Null),
            Event::WindowExtended { until } => bids::window_opened(draft, *until),
            Event::EvaluationReopened { excluded, round } => {
                after::evaluation_reopened(known, draft, excluded, *round);
            }
            Event::Annulled {} => {
                draft.status(known, "cancelled", "监督部门宣布无效 annulled by the authority");
            }
            Event::RetenderOrdered {} => {
                draft.status(known, "cancelled", "监督部门责令重新招标 to be tendered again, by order");
            }
            Event::BondReturned { bidder, late, .. } => self.bond_returned(known, draft, bidder, *late),
            // The standard has no words for them; the release names their entry.
            Event::Complained { .. }
            | Event::ComplaintAccepted { .. }
            | Event::ComplaintDeclined { .. }
            | Event::ComplaintDecided { .. }
            | Event::Ordered { .. }
            | Event::Overdue { .. }
            | Event::Archived { .. } => {}
            Event::RecordKept { kind, hash, size } => self.record_kept(draft, *kind, *hash, *size),
            // Of the register, or of a hidden class: none of them stands in a procedure's public entries.
            Event::CentreFounded { .. }
            | Event::PartyRegistered { .. }
            | Event::PartyAdmitted { .. }
            | Event::KeyReplaced { .. }
            | Event::BidSubmitted { .. }
            | Event::VersionVoided { .. }
            | Event::BidWithdrawn { .. }
            | Event::Declared { .. }
            | Event::ChairVoted { .. }
            | Event::ChairChosen { .. }
            | Event::PapersGiven { .. }
            | Event::SheetsBegun { .. }
            | Event::ScoreCorrected { .. }
            | Event::AbnormalCalled { .. }
            | Event::ScoreAbnormal { .. }
            | Event::ScoreJustified { .. }
            | Event::ClarificationAsked { .. }
            | Event::Clarified { .. }
            | Event::RejectionProposed { .. }
            | Event::RejectionVoted { .. }
            | Event::BidRejected { .. }
            | Event::CompetitionVoted { .. }
            | Event::MoreTimeAsked { .. }
            | Event::TimeExtended { .. }
            | Event::ReportDrafted { .. }
            | Event::ReportSigned { .. }
            | Event::Dissented { .. }
            | Event::Applied { .. }
            | Event::ApplicationWithdrawn { .. }
            | Event::ApplicationsRead { .. }
            | Event::ApplicationAdmitted { .. }
            | Event::ApplicationRefused { .. }
            | Event::BondConfirmed { .. }
            | Event::BondFailed { .. } => {}
        }
    }

    /// Somebody, by id and, when it is disclosed, by name.
    fn reference(&self, party: &PartyId) -> Object {
        Object::new().with("id", party.as_str()).maybe("name", self.names.name(party))
    }

    fn release_id(&self, known: &Known) -> String {
        let genesis = format!("{}", known.genesis);
        let short = genesis.get(..GENESIS_DIGITS).unwrap_or_default();
        format!("{short}-{}", self.fact.number)
    }
}

/// How many digits of the genesis hash begin a release's id: 64 bits tell two procedures of one id at two centres apart.
const GENESIS_DIGITS: usize = 16;
