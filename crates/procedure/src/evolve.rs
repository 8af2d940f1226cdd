//! How the public state of a procedure changes with what was decided: total, pure, without judgement.

use alloc::vec::Vec;
use ximu_basics::Instant;

use crate::{
    actor::Authenticated,
    conclusion::{self, Contract},
    enquiry::{Objection, Question},
    envelope, evaluation, experts,
    method::RejectReason,
    outcome,
    phase::relay,
    record::Kept,
    set::{self, Listing},
    supervision::{Complaint, ComplaintState},
    tender::{Beat, Failure, Release, SealedState, Stage, Tender},
    wire::{BeatLeaf, Command, Event},
};

impl Tender {
    /// Applies the events of one accepted command. `sealed` is the sealed class, needed by CLOSE alone.
    pub fn evolve(
        &mut self,
        given: &Authenticated,
        at: Instant,
        events: &[Event],
        sealed: Option<&SealedState>,
    ) {
        self.last_at = at;
        self.acted.insert(given.actor.person.clone());
        for event in events {
            self.apply(given, at, event, sealed);
        }
        self.follow_recheck(given, at, events);
    }

    /// Notes one beat of the sealed class.
    pub fn observe_beat(&mut self, leaf: u64, beat: &BeatLeaf) {
        self.beats.push(Beat { scheduled: beat.scheduled, leaf, root: beat.root });
    }

    fn apply(&mut self, given: &Authenticated, at: Instant, event: &Event, sealed: Option<&SealedState>) {
        match event {
            Event::DeadlineMoved { deadline } => {
                (self.deadline, self.deadline_moved_at) = (*deadline, Some(at));
            }
            Event::DocumentsAmended { .. } => {
                let Command::Amend { documents, .. } = &given.body.command else { return };
                self.documents.extend(documents.iter().cloned());
            }
            Event::QuestionAsked { .. } => {
                let key = given.signed.key;
                self.enquiry.questions.push(Question { asked: at, key, answered: None });
            }
            Event::QuestionAnswered { question } => {
                let Command::Answer { documents, .. } = &given.body.command else { return };
                self.enquiry.answer(*question, at);
                self.documents.extend(documents.iter().cloned());
            }
            Event::ObjectionRaised { to, by, due, .. } => {
                let Command::Object { against, .. } = &given.body.command else { return };
                self.enquiry.raise(Objection {
                    to: *to,
                    by: by.clone(),
                    against: against.clone(),
                    raised: at,
                    due: *due,
                    answered: None,
                });
            }
            Event::ObjectionAnswered { objection, upheld } => {
                self.enquiry.answer_objection(*objection, at, *upheld);
            }
            Event::AnswerOverdue { until } => self.enquiry.suspended_until = Some(*until),
            Event::CandidatesWithdrawn { excluded } => {
                self.enquiry.excluded.extend(excluded.iter().cloned());
                self.enquiry.paused_since = None;
                (self.candidates, self.candidates_until) = (Vec::new(), None);
                if self.is_recheck() {
                    // The committee is at it already; the one that is out is out of its recheck too.
                    return;
                }
                self.ranking = outcome::rank(self);
                self.stage = match self.ranking {
                    Some(_) => Stage::Ranking,
                    None => Stage::Failed(Failure::NothingOpened),
                };
            }
            Event::PublicationExtended { until } => self.candidates_until = Some(*until),
            Event::Cancelled {} => self.stage = Stage::Failed(Failure::Cancelled),
            Event::Closed { list, not_counted, .. } => {
                if let Command::Close { seed, .. } = &given.body.command {
                    self.seed = Some(*seed);
                }
                self.closed_at = Some(at);
                self.acted.extend(sealed.iter().flat_map(|sealed| sealed.keys.keys().cloned()));
                self.bids = list
                    .iter()
                    .filter_map(|line| {
                        let bid = sealed?.submitted(&line.bidder, line.version)?;
                        Some((line.bidder.clone(), bid.clone()))
                    })
                    .collect();
                self.list.clone_from(list);
                self.not_counted.clone_from(not_counted);
                let sealed = sealed.map(|sealed| sealed.refused.clone()).unwrap_or_default();
                self.refused.splice(0..0, sealed);
            }
            Event::TooFewBids { .. } => self.stage = Stage::Failed(Failure::TooFewBids),
            Event::WindowOpened { until } => {
                self.stage = Stage::Window;
                self.window_until = Some(*until);
            }
            Event::SignedIn { party } => {
                self.signed_in.insert(party.clone());
            }
            Event::KeyReleased { bidder, .. } => {
                let Some((key, sealed)) = relay::release_of(given) else { return };
                let Some(header) = envelope::release_header(self, bidder, &sealed) else { return };
                self.releases.insert(bidder.clone(), Release { envelope: sealed, header, key });
            }
            Event::RescueAsked { bidder, .. } => {
                self.rescues.insert(bidder.clone());
            }
            Event::RelaysCompleted { .. } => {
                self.relays_done.extend(given.actor.holder);
            }
            Event::WindowEnded { open, closed } => {
                self.stage = Stage::Opening;
                self.to_open.clone_from(open);
                self.stays_closed.clone_from(closed);
            }
            Event::SharesReleased { .. } => {
                let Command::ReleaseShares { shares } = &given.body.command else { return };
                let Some(index) = given.actor.holder else { return };
                self.shares.insert(index, shares.clone());
            }
            Event::BidOpened(bid) => {
                self.opened.insert(bid.bidder.clone(), bid.clone());
            }
            Event::BidVoided { bidder, reason } => {
                self.voided.insert(bidder.clone(), *reason);
            }
            Event::OpeningCompleted { .. } => {
                self.opened_at = Some(at);
                self.ranking = outcome::rank(self);
                self.stage = match outcome::by_price(self) {
                    Some(_) if self.drawing.is_some() => Stage::Drawing,
                    Some(_) => Stage::Ranking,
                    None => Stage::Failed(Failure::NothingOpened),
                };
            }
            Event::Contributed { set, by } => {
                let Some(contribution) = set::contribution(self, given, at, set, by) else { return };
                if let Some(set) = self.sets.get_mut(set) {
                    set.contributions.insert(by.id.clone(), contribution);
                }
            }
            Event::SetListed { set, list, .. } => {
                if let Some(set) = self.sets.get_mut(set) {
                    set.list = Some(Listing { at, lines: list.clone() });
                }
            }
            Event::SetReleased { set, .. } => {
                let Command::ReleaseSet { shares, .. } = &given.body.command else { return };
                if let (Some(set), Some(index)) = (self.sets.get_mut(set), given.actor.holder) {
                    set.shares.insert(index, shares.iter().map(|share| share.part.clone()).collect());
                }
            }
            Event::ContributionOpened { set, content, .. } => {
                if let Some(set) = self.sets.get_mut(set) {
                    set.contents.push(Ok(content.0.clone()));
                }
            }
            Event::ContributionVoided { set, reason, .. } => {
                if let Some(set) = self.sets.get_mut(set) {
                    set.contents.push(Err(*reason));
                }
            }
            Event::CoefficientDrawn { name, value, .. } => {
                self.coefficients.insert(name.clone(), *value);
                self.drawn_at = Some(at);
            }
            Event::PoolFrozen { .. }
            | Event::PoolTooSmall { .. }
            | Event::ExpertsDrawn { .. }
            | Event::ExpertDeclined { .. } => experts::apply(self, given, event),
            Event::SeatTaken { .. }
            | Event::SeatLeft { .. }
            | Event::DelegateReplaced { .. }
            | Event::OutageReported { .. }
            | Event::OutageEnded {}
            | Event::CommitteeDissolved { .. }
            | Event::EvaluationConcluded(_)
            | Event::EvaluationFailed { .. } => evaluation::apply(self, given, at, event),
            Event::DrawFailed { .. } => self.stage = Stage::Failed(Failure::NothingDrawn),
            Event::CandidatesProposed { candidates, until } => {
                self.stage = Stage::Published;
                self.candidates.clone_from(candidates);
                self.candidates_until = Some(*until);
            }
            Event::Awarded { bidder, price } => {
                self.stage = Stage::Awarded;
                self.awarded = Some((bidder.clone(), *price));
                self.conclusion.awarded_at = Some(at);
                self.records.chosen_for(&given.body.command);
            }
            Event::GivenUp { bidder, .. } => conclusion::leave(self, bidder, RejectReason::GivenUp),
            Event::Disqualified { bidder, .. } => conclusion::leave(self, bidder, RejectReason::Disqualified),
            Event::CandidatesExhausted {} => conclusion::fail(self, Failure::NoCandidate),
            Event::ContractSigned { .. } => {
                let Command::SignContract { contract, signed, .. } = &given.body.command else { return };
                self.conclusion.contract = Some(Contract { commitment: *contract, signed: *signed });
            }
            Event::BondReturned { bidder, .. } => {
                self.conclusion.bonds.insert(bidder.clone(), at);
            }
            Event::Complained { by, due, .. } => {
                let Command::Complain { matter, objection, .. } = &given.body.command else { return };
                let objected = objection.and_then(|number| self.enquiry.objection(number));
                let against = objected.and_then(|objection| objection.against.clone());
                self.supervision.complaints.push(Complaint {
                    by: by.clone(),
                    matter: *matter,
                    against,
                    made: at,
                    due: *due,
                    state: ComplaintState::Made,
                });
            }
            Event::ComplaintAccepted { complaint, due } => {
                self.supervision.settle(*complaint, ComplaintState::Accepted { at, due: *due });
            }
            Event::ComplaintDeclined { complaint } => {
                self.supervision.settle(*complaint, ComplaintState::Declined);
            }
            Event::ComplaintDecided { complaint, upheld } => {
                self.supervision.settle(*complaint, ComplaintState::Decided { upheld: *upheld });
            }
            Event::Ordered { order } => self.supervision.orders = *order,
            Event::Suspended { until } => conclusion::suspend(self, at, *until),
            Event::Resumed {} => self.supervision.suspensions.resume(at),
            Event::WindowExtended { until } => {
                self.window_until = Some(*until);
                // Whoever had handed in everything may be handed more.
                self.relays_done.clear();
            }
            Event::EvaluationReopened { excluded, .. } => conclusion::reopen(self, excluded),
            Event::Annulled {} => conclusion::fail(self, Failure::Annulled),
            Event::RetenderOrdered {} => conclusion::fail(self, Failure::Retender),
            Event::Overdue { duty, .. } => {
                self.conclusion.noted.insert(duty.clone());
            }
            Event::Archived { hash, .. } => self.conclusion.archives.push(*hash),
            Event::RecordKept { kind, hash, size } => {
                self.records.keep(Kept { kind: *kind, hash: *hash, size: *size, at });
            }
            Event::Declared { .. }
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
            | Event::CentreFounded { .. }
            | Event::PartyRegistered { .. }
            | Event::PartyAdmitted { .. }
            | Event::KeyReplaced { .. }
            | Event::Published { .. }
            | Event::SetOpened { .. }
            | Event::BidSubmitted { .. }
            | Event::VersionVoided { .. }
            | Event::BidWithdrawn { .. }
            | Event::Applied { .. }
            | Event::ApplicationWithdrawn { .. }
            | Event::ApplicationsRead { .. }
            | Event::ApplicationAdmitted { .. }
            | Event::ApplicationRefused { .. }
            | Event::BondConfirmed { .. }
            | Event::BondFailed { .. } => {}
        }
    }
}
