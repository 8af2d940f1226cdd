//! The state of the class `panel`: everything the committee has done, and how it changes with what was decided.
//!
//! It keeps what every member said, also of those who were replaced since; whose word counts is asked of `Committee`,
//! so that nothing here must be undone when a member goes (R48).

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use ximu_basics::{CriterionId, Decimal, Hash, Instant, PartyId, PersonId, SetId};

use super::{papers::Papers, sheet};
use crate::{
    actor::Authenticated,
    set::{self, Listing, Purpose, SealedSet, SheetRound},
    tender::Tender,
    wire::{
        Command, Event, Outcome,
        evaluation::{Conflict, CorrectionCause, RejectionGround, Stand},
    },
};

/// The class `panel` of one procedure.
#[derive(Debug, Clone, Default)]
pub struct PanelState {
    /// Operations so far: the number of the next veil, and from the conclusion on with the commands of rechecks.
    pub operations: u32,
    /// What each member declared; the conflict that was found last.
    pub declared: BTreeMap<Hash, Option<Conflict>>,
    /// Votes for a chair, by member.
    pub chair_votes: BTreeMap<Hash, Hash>,
    /// What the holders gave the seats of the documents, in order.
    pub papers: Vec<Papers>,
    /// The sets of sheets.
    pub sets: BTreeMap<SetId, SealedSet>,
    /// The scores of opened sheets, as they stand after corrections.
    pub scores: BTreeMap<ScoreAt, Decimal>,
    /// Members whose sheet did not come, or was void: they must be replaced.
    pub without_sheet: BTreeSet<Hash>,
    /// Corrections, in order.
    pub corrections: Vec<Correction>,
    /// Who called a score abnormal.
    pub calls: BTreeMap<ScoreAt, BTreeSet<Hash>>,
    /// Reasons given for scores that were called abnormal.
    pub justified: BTreeMap<ScoreAt, String>,
    /// Requests to clarify; the first is number 1.
    pub clarifications: Vec<Clarification>,
    /// Proposals to reject a bid; the first is number 1.
    pub proposals: Vec<Proposal>,
    /// Votes on whether competition is lacking.
    pub lacking: BTreeMap<Hash, bool>,
    /// Who finds the time too short.
    pub more_time: BTreeSet<Hash>,
    /// For which committee the time was extended last.
    pub extended: Option<usize>,
    /// When everything was revealed last.
    pub revealed: Option<Revealed>,
    /// Until when the members deliberate; a suspension in between moves it ([`Committee::review_ends`]).
    ///
    /// [`Committee::review_ends`]: super::Committee::review_ends
    pub review_until: Option<Instant>,
    /// The report that is to be signed.
    pub draft: Option<Draft>,
}

/// When the sheets of a committee were revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revealed {
    /// Of which committee: how many were dissolved before it.
    pub committee: usize,
    /// When.
    pub at: Instant,
}

/// Which score: a member's, on a bid, by a criterion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScoreAt {
    /// Whose score.
    pub member: Hash,
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
}

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Which score.
    pub score: ScoreAt,
    /// Before.
    pub old: Decimal,
    /// After.
    pub new: Decimal,
    /// Why it was lawful.
    pub cause: CorrectionCause,
    /// In words.
    pub reason: String,
}

/// One request to clarify, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clarification {
    /// Of which committee: how many were dissolved before it.
    pub committee: usize,
    /// Whom.
    pub bidder: PartyId,
    /// What is unclear.
    pub asked: String,
    /// When it was asked.
    pub at: Instant,
    /// Until when it may answer; a suspension in between moves it.
    pub until: Instant,
    /// The answer.
    pub answer: Option<String>,
}

/// One proposal to reject a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Whose bid.
    pub bidder: PartyId,
    /// On which ground.
    pub ground: RejectionGround,
    /// In words.
    pub reason: String,
    /// Votes by member: whether to reject; the last one of each.
    pub votes: BTreeMap<Hash, bool>,
    /// Who has voted in this round: each once.
    pub voted: BTreeSet<Hash>,
}

/// A report under the members' eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its hash.
    pub report: Hash,
    /// When it was fixed.
    pub at: Instant,
    /// Until when members sign or dissent; a suspension in between moves it.
    pub until: Instant,
    /// Who signed, and who dissented.
    pub stands: BTreeMap<Hash, Stand>,
    /// Other opinions, in writing.
    pub dissents: BTreeMap<Hash, String>,
}

impl PanelState {
    /// Applies an operation that was just decided on this public state.
    pub fn evolve(&mut self, tender: &Tender, given: &Authenticated, at: Instant, outcome: &Outcome) {
        self.operations = self.operations.saturating_add(1);
        let Outcome::Events(events) = outcome else { return };
        self.follow(tender, given, at, events);
    }

    /// Applies what followed from a command of the committee.
    pub(super) fn follow(&mut self, tender: &Tender, given: &Authenticated, at: Instant, events: &[Event]) {
        for event in events {
            self.apply(tender, given, at, event);
        }
    }

    /// The newest set of sheets, when it is not listed yet.
    #[must_use]
    pub fn running(&self) -> Option<(&SetId, &SealedSet)> {
        let begun = |set: &SealedSet| match &set.purpose {
            Purpose::Sheets(round) => Some(round.begun),
            Purpose::Coefficient(_) | Purpose::Experts(_) => None,
        };
        let unlisted = self.sets.iter().filter(|(_, set)| set.list.is_none());
        unlisted.max_by_key(|(_, set)| begun(set))
    }

    fn apply(&mut self, tender: &Tender, given: &Authenticated, at: Instant, event: &Event) {
        let command = &given.body.command;
        match event {
            Event::Declared { member, .. } => {
                let Command::Declare { conflict } = command else { return };
                self.declared.insert(*member, conflict.clone());
            }
            Event::ChairVoted { member, chair } => {
                self.chair_votes.insert(*member, *chair);
            }
            Event::PapersGiven { .. } => self.take_papers(given, at),
            Event::SheetsBegun { set, sheets, until } => {
                let authors = sheets.iter().map(|asked| asked.by.clone()).collect();
                let committee = tender.committee_number();
                let round = SheetRound { asked: sheets.clone(), committee, begun: at, until: *until };
                self.sets.insert(set.clone(), SealedSet::new(Purpose::Sheets(round), authors));
            }
            Event::Contributed { set, by } => {
                let Some(contribution) = set::contribution(tender, given, at, set, by) else { return };
                if let Some(set) = self.sets.get_mut(set) {
                    set.contributions.insert(by.id.clone(), contribution);
                }
            }
            Event::SetListed { set, list, silent } => {
                self.without_sheet
                    .extend(silent.iter().filter_map(|author| author.name.parse::<Hash>().ok()));
                if let Some(set) = self.sets.get_mut(set) {
                    set.list = Some(Listing { at, lines: list.clone() });
                }
            }
            Event::SetReleased { set, .. } => {
                let Command::ReleaseSet { shares, .. } = command else { return };
                if let (Some(set), Some(index)) = (self.sets.get_mut(set), given.actor.holder) {
                    set.shares.insert(index, shares.iter().map(|share| share.part.clone()).collect());
                }
            }
            Event::ContributionOpened { set, by, content, .. } => {
                self.take_sheet(tender, set, &by.id, &content.0);
                if let Some(set) = self.sets.get_mut(set) {
                    set.contents.push(Ok(content.0.clone()));
                }
            }
            Event::ContributionVoided { set, by, reason } => {
                self.without_sheet.extend(by.name.parse::<Hash>().ok());
                if let Some(set) = self.sets.get_mut(set) {
                    set.contents.push(Err(*reason));
                }
            }
            Event::SetOpened { .. } => self.reveal(tender, at),
            Event::ScoreCorrected { member, bidder, criterion, old, new, cause } => {
                let Command::CorrectScore { reason, .. } = command else { return };
                let score = ScoreAt::new(member, bidder, criterion);
                self.scores.insert(score.clone(), *new);
                self.calls.remove(&score);
                self.justified.remove(&score);
                let reason = reason.clone();
                self.corrections.push(Correction { score, old: *old, new: *new, cause: *cause, reason });
            }
            Event::AbnormalCalled { by, member, bidder, criterion } => {
                self.calls.entry(ScoreAt::new(member, bidder, criterion)).or_default().insert(*by);
            }
            Event::ScoreJustified { member, bidder, criterion } => {
                let Command::Justify { reason, .. } = command else { return };
                self.justified.insert(ScoreAt::new(member, bidder, criterion), reason.clone());
            }
            Event::ClarificationAsked { bidder, until, .. } => {
                let Command::AskClarification { text, .. } = command else { return };
                let (bidder, asked) = (bidder.clone(), text.clone());
                let (committee, until) = (tender.committee_number(), *until);
                let asked = Clarification { committee, bidder, asked, at, until, answer: None };
                self.clarifications.push(asked);
            }
            Event::Clarified { clarification } => {
                let Command::Clarify { text, .. } = command else { return };
                if let Some(asked) = numbered(&mut self.clarifications, *clarification) {
                    asked.answer = Some(text.clone());
                }
            }
            Event::RejectionProposed { bidder, ground, .. } => {
                let Command::ProposeRejection { reason, .. } = command else { return };
                let (bidder, reason) = (bidder.clone(), reason.clone());
                let (votes, voted) = (BTreeMap::new(), BTreeSet::new());
                self.proposals.push(Proposal { bidder, ground: *ground, reason, votes, voted });
            }
            Event::RejectionVoted { proposal, member, agree } => {
                if let Some(proposal) = numbered(&mut self.proposals, *proposal) {
                    proposal.votes.insert(*member, *agree);
                    proposal.voted.insert(*member);
                }
            }
            Event::CompetitionVoted { member, lacking } => {
                self.lacking.insert(*member, *lacking);
            }
            Event::MoreTimeAsked { member } => {
                self.more_time.insert(*member);
            }
            Event::TimeExtended { until } => self.extend(tender, *until),
            Event::ReportDrafted { report, until } => {
                let (stands, dissents) = (BTreeMap::new(), BTreeMap::new());
                self.draft = Some(Draft { report: *report, at, until: *until, stands, dissents });
            }
            Event::ReportSigned { member } => self.stand(member, Stand::Signed),
            Event::Dissented { member } => {
                let Command::Dissent { text, .. } = command else { return };
                self.stand(member, Stand::Dissented);
                if let Some(draft) = &mut self.draft {
                    draft.dissents.insert(*member, text.clone());
                }
            }
            Event::ChairChosen { .. }
            | Event::ScoreAbnormal { .. }
            | Event::BidRejected { .. }
            | Event::CentreFounded { .. }
            | Event::PartyRegistered { .. }
            | Event::PartyAdmitted { .. }
            | Event::KeyReplaced { .. }
            | Event::Published { .. }
            | Event::DeadlineMoved { .. }
            | Event::DocumentsAmended { .. }
            | Event::Cancelled {}
            | Event::QuestionAsked { .. }
            | Event::QuestionAnswered { .. }
            | Event::ObjectionRaised { .. }
            | Event::ObjectionAnswered { .. }
            | Event::AnswerOverdue { .. }
            | Event::CandidatesWithdrawn { .. }
            | Event::PublicationExtended { .. }
            | Event::BidSubmitted { .. }
            | Event::VersionVoided { .. }
            | Event::BidWithdrawn { .. }
            | Event::Applied { .. }
            | Event::ApplicationWithdrawn { .. }
            | Event::ApplicationsRead { .. }
            | Event::ApplicationAdmitted { .. }
            | Event::ApplicationRefused { .. }
            | Event::BondConfirmed { .. }
            | Event::BondFailed { .. }
            | Event::Closed { .. }
            | Event::TooFewBids { .. }
            | Event::WindowOpened { .. }
            | Event::SignedIn { .. }
            | Event::KeyReleased { .. }
            | Event::RescueAsked { .. }
            | Event::RelaysCompleted { .. }
            | Event::WindowEnded { .. }
            | Event::SharesReleased { .. }
            | Event::BidOpened(_)
            | Event::BidVoided { .. }
            | Event::OpeningCompleted { .. }
            | Event::CoefficientDrawn { .. }
            | Event::PoolFrozen { .. }
            | Event::PoolTooSmall { .. }
            | Event::ExpertsDrawn { .. }
            | Event::ExpertDeclined { .. }
            | Event::DrawFailed { .. }
            | Event::SeatTaken { .. }
            | Event::SeatLeft { .. }
            | Event::DelegateReplaced { .. }
            | Event::OutageReported { .. }
            | Event::OutageEnded {}
            | Event::CommitteeDissolved { .. }
            | Event::EvaluationConcluded(_)
            | Event::EvaluationFailed { .. }
            | Event::GivenUp { .. }
            | Event::Disqualified { .. }
            | Event::CandidatesExhausted {}
            | Event::ContractSigned { .. }
            | Event::BondReturned { .. }
            | Event::Complained { .. }
            | Event::ComplaintAccepted { .. }
            | Event::ComplaintDeclined { .. }
            | Event::ComplaintDecided { .. }
            | Event::Ordered { .. }
            | Event::Suspended { .. }
            | Event::Resumed {}
            | Event::WindowExtended { .. }
            | Event::EvaluationReopened { .. }
            | Event::Annulled {}
            | Event::RetenderOrdered {}
            | Event::Overdue { .. }
            | Event::Archived { .. }
            | Event::CandidatesProposed { .. }
            | Event::Awarded { .. }
            | Event::RecordKept { .. } => {}
        }
    }

    /// Takes the scores of an opened sheet.
    fn take_sheet(&mut self, tender: &Tender, set: &SetId, author: &PersonId, content: &[u8]) {
        let Some(SealedSet { purpose: Purpose::Sheets(round), authors, .. }) = self.sets.get(set) else {
            return;
        };
        let member = authors.iter().find(|one| one.id == *author).and_then(|one| one.name.parse().ok());
        let (Some(sheet), Some(member)) = (sheet::read(tender, round, author, content), member) else {
            return;
        };
        for line in sheet.scores {
            for (criterion, score) in line.points {
                self.scores.insert(ScoreAt { member, bidder: line.bidder.clone(), criterion }, score);
            }
        }
    }

    fn extend(&mut self, tender: &Tender, until: Instant) {
        self.extended = Some(tender.committee_number());
        let mut sets = self.sets.values_mut();
        let running = sets.find(|set| set.list.is_none() && !tender.is_abandoned(set));
        match running.map(|set| &mut set.purpose) {
            Some(Purpose::Sheets(round)) => round.until = until,
            Some(Purpose::Coefficient(_) | Purpose::Experts(_)) | None => self.review_until = Some(until),
        }
    }

    fn stand(&mut self, member: &Hash, stand: Stand) {
        if let Some(draft) = &mut self.draft {
            draft.stands.insert(*member, stand);
        }
    }
}

impl ScoreAt {
    /// A score by its three parts.
    #[must_use]
    pub fn new(member: &Hash, bidder: &PartyId, criterion: &CriterionId) -> ScoreAt {
        ScoreAt { member: *member, bidder: bidder.clone(), criterion: criterion.clone() }
    }
}

pub(super) fn review_end(tender: &Tender, at: Instant) -> Instant {
    let minutes = tender.rules.score().map_or(0, |score| score.review_minutes);
    at.plus_ms(tender.rules.units().minutes_ms(minutes))
}

/// The member of a list with this number, from 1.
fn numbered<T>(list: &mut [T], number: u32) -> Option<&mut T> {
    list.get_mut(usize::try_from(number).ok()?.checked_sub(1)?)
}
