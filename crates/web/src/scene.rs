//! What a procedure's entries add up to, after any of them: the state every page and the replay of a hall show.
//!
//! A second, smaller reading of the events than `ximu_procedure::Tender`, with the instants and places a page needs.
//! It decides nothing; a test holds it to the engine's own state.

mod vacancies;

use std::collections::{BTreeMap, BTreeSet};

use ximu_basics::{Instant, Money, PartyId};
use ximu_procedure::{
    Stage,
    method::{Coefficients, Ranking, RejectReason},
    outcome,
    rules::{FaultState, Rules},
    supervision::Suspensions,
    tender::Failure,
    wire::{
        Command, Event,
        command::Subject,
        evaluation::{Conclusion, EvaluationFailure},
        event::{DocumentChange, Listed, NotCounted, OpenedBid, Route, VoidReason},
    },
};

use crate::story::{Fact, Story};
use vacancies::Vacancies;

/// A procedure after one of its entries.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The rules document.
    pub rules: Rules,
    /// The number of the last entry that is in it.
    pub number: u32,
    /// When that entry was accepted.
    pub at: Instant,
    /// Where the procedure stands.
    pub stage: Stage,
    /// When it was published.
    pub published: Instant,
    /// The deadline in force.
    pub deadline: Instant,
    /// What the tenderer amended, in order.
    pub amendments: Vec<Amendment>,
    /// Why it was cancelled.
    pub cancelled: Option<String>,
    /// When CLOSE was stamped, and the cosigned time of its evidence.
    pub closed: Option<Closed>,
    /// End of the release window.
    pub window_until: Option<Instant>,
    /// When the window was ended.
    pub window_ended: Option<Instant>,
    /// Who is on the opening list, by party.
    pub seats: BTreeMap<PartyId, Seat>,
    /// What was submitted and does not count.
    pub not_counted: Vec<NotCounted>,
    /// Holders that released their shares, and when.
    pub holders: Vec<(String, Instant)>,
    /// When the opening was complete.
    pub opened: Option<Instant>,
    /// When experts were drawn last.
    pub drawn: Option<Instant>,
    /// The seats of the committee that are to be filled by a draw.
    vacancies: Vacancies,
    /// The coefficients drawn so far.
    pub coefficients: Coefficients,
    /// The ranking, once the opening is complete.
    pub ranking: Option<Ranking>,
    /// What the committee concluded; none before, and where no committee evaluates.
    pub conclusion: Option<Conclusion>,
    /// Objections that wait for their answer, by number.
    pub waiting: BTreeMap<u32, Subject>,
    /// Who is struck from the ranking, and why.
    pub struck: BTreeMap<PartyId, RejectReason>,
    /// The times in which the supervisor let it stand still.
    pub suspensions: Suspensions,
    /// Candidates, best first, and until when they are published.
    pub candidates: Option<(Vec<PartyId>, Instant)>,
    /// The winner, the price, and when.
    pub awarded: Option<(PartyId, Money, Instant)>,
    /// Whether the contract is signed.
    pub has_contract: bool,
    /// Who has its bond back.
    pub bonds_returned: BTreeSet<PartyId>,
}

/// An amendment: the deadline moved, documents changed, or both.
#[derive(Debug, Clone)]
pub struct Amendment {
    /// The number of its entry.
    pub number: u32,
    /// The deadline before.
    pub before: Instant,
    /// The deadline after.
    pub after: Instant,
    /// The documents that changed.
    pub changes: Vec<DocumentChange>,
    /// When.
    pub at: Instant,
    /// Why, in the tenderer's words.
    pub reason: String,
}

/// CLOSE.
#[derive(Debug, Clone, Copy)]
pub struct Closed {
    /// When it was stamped.
    pub at: Instant,
    /// Cosigned time of its evidence.
    pub cosigned: Instant,
    /// How many beats count.
    pub beats_counted: u32,
}

/// One bidder on the opening list.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The line of the opening list.
    pub line: Listed,
    /// When its representative signed in.
    pub signed_in: Option<Instant>,
    /// When it released its opening key.
    pub released: Option<Instant>,
    /// When it asked for rescue.
    pub rescue: Option<Instant>,
    /// The holder that handed in the last of these, when the bidder did not give it itself.
    pub relayed: Option<String>,
    /// What became of the bid.
    pub fate: Fate,
}

/// What became of a listed bid.
#[derive(Debug, Clone)]
pub enum Fate {
    /// The window is not over.
    Waiting,
    /// The holders are to open it.
    ToOpen(Route),
    /// It stays closed.
    StaysClosed(FaultState),
    /// It was read out.
    Opened(Box<OpenedBid>),
    /// It could not count.
    Voided(VoidReason),
}

impl Scene {
    /// The procedure after entry `upto`, or after its last one; `None` before its publication.
    #[must_use]
    pub fn of(story: &Story, upto: Option<u32>) -> Option<Scene> {
        let mut facts = story.facts.iter();
        let mut scene = Scene::published(facts.next()?)?;
        for fact in facts.take_while(|fact| upto.is_none_or(|last| fact.number <= last)) {
            (scene.number, scene.at) = (fact.number, fact.at);
            for event in fact.events() {
                scene.apply(fact, event);
            }
        }
        Some(scene)
    }

    fn published(fact: &Fact) -> Option<Scene> {
        let Command::Publish { rules, .. } = &fact.command else { return None };
        Some(Scene {
            rules: rules.clone(),
            number: fact.number,
            at: fact.at,
            stage: Stage::Sealing,
            published: fact.at,
            deadline: rules.seal()?.deadline,
            amendments: Vec::new(),
            cancelled: None,
            closed: None,
            window_until: None,
            window_ended: None,
            seats: BTreeMap::new(),
            not_counted: Vec::new(),
            holders: Vec::new(),
            opened: None,
            drawn: None,
            vacancies: Vacancies::of(rules),
            coefficients: Coefficients::new(),
            ranking: None,
            conclusion: None,
            waiting: BTreeMap::new(),
            struck: BTreeMap::new(),
            suspensions: Suspensions::default(),
            candidates: None,
            awarded: None,
            has_contract: false,
            bonds_returned: BTreeSet::new(),
        })
    }

    fn apply(&mut self, fact: &Fact, event: &Event) {
        match event {
            Event::DeadlineMoved { deadline } => {
                if let Some(amendment) = self.amendment(fact) {
                    amendment.after = *deadline;
                }
                self.deadline = *deadline;
            }
            Event::DocumentsAmended { changes } => {
                if let Some(amendment) = self.amendment(fact) {
                    amendment.changes.clone_from(changes);
                }
            }
            Event::Cancelled {} => {
                self.stage = Stage::Failed(Failure::Cancelled);
                if let Command::Cancel { reason } = &fact.command {
                    self.cancelled = Some(reason.clone());
                }
            }
            Event::Closed { beats_counted, cosigned, list, not_counted } => {
                self.closed =
                    Some(Closed { at: fact.at, cosigned: *cosigned, beats_counted: *beats_counted });
                self.seats = list.iter().map(|line| (line.bidder.clone(), Seat::new(line.clone()))).collect();
                self.not_counted.clone_from(not_counted);
            }
            Event::TooFewBids { .. } => self.stage = Stage::Failed(Failure::TooFewBids),
            Event::WindowOpened { until } => {
                self.stage = Stage::Window;
                self.window_until = Some(*until);
            }
            Event::SignedIn { party } => self.seat(party, |seat| seat.signed_in = Some(fact.at)),
            Event::KeyReleased { bidder, relayed } => self.seat(bidder, |seat| {
                (seat.released, seat.relayed) = (Some(fact.at), relayed.clone());
            }),
            Event::RescueAsked { bidder, relayed } => self.seat(bidder, |seat| {
                (seat.rescue, seat.relayed) = (Some(fact.at), relayed.clone());
            }),
            Event::WindowEnded { open, closed } => {
                self.stage = Stage::Opening;
                self.window_ended = Some(fact.at);
                for line in open {
                    self.seat(&line.bidder, |seat| seat.fate = Fate::ToOpen(line.route));
                }
                for line in closed {
                    self.seat(&line.bidder, |seat| seat.fate = Fate::StaysClosed(line.fault));
                }
            }
            Event::SharesReleased { holder } => self.holders.push((holder.clone(), fact.at)),
            Event::BidOpened(bid) => {
                self.seat(&bid.bidder, |seat| seat.fate = Fate::Opened(Box::new(bid.clone())));
            }
            Event::BidVoided { bidder, reason } => {
                self.seat(bidder, |seat| seat.fate = Fate::Voided(*reason));
            }
            Event::OpeningCompleted { .. } => {
                self.opened = Some(fact.at);
                self.ranking = self.rank();
                self.stage = match self.by_price() {
                    Some(_) if self.rules.draw().is_some() => Stage::Drawing,
                    Some(_) => Stage::Ranking,
                    None => Stage::Failed(Failure::NothingOpened),
                };
            }
            Event::CoefficientDrawn { name, value, .. } => {
                self.coefficients.insert(name.clone(), *value);
            }
            Event::ExpertsDrawn { strata, .. } => {
                self.drawn = Some(fact.at);
                self.vacancies.filled(strata);
                self.stage = match self.rules.score() {
                    _ if self.vacancies.is_any() => Stage::Drawing,
                    Some(_) => Stage::Evaluating,
                    None => Stage::Ranking,
                };
            }
            Event::EvaluationConcluded(conclusion) => {
                self.conclusion = Some(conclusion.clone());
                self.ranking = self.rank();
                self.stage = Stage::Ranking;
            }
            Event::EvaluationFailed { reason } => {
                self.stage = Stage::Failed(match reason {
                    EvaluationFailure::AllRejected => Failure::AllRejected,
                    EvaluationFailure::CompetitionLacking => Failure::CompetitionLacking,
                });
            }
            Event::ExpertDeclined { next: None, stratum, .. } => {
                self.vacancies.left(stratum);
                self.stage = Stage::Drawing;
            }
            Event::CommitteeDissolved { members } => {
                self.vacancies.dissolved(members);
                if self.vacancies.is_any() {
                    self.stage = Stage::Drawing;
                }
            }
            Event::DrawFailed { .. } => self.stage = Stage::Failed(Failure::NothingDrawn),
            Event::CandidatesProposed { candidates, until } => {
                self.stage = Stage::Published;
                self.candidates = Some((candidates.clone(), *until));
            }
            Event::ObjectionRaised { objection, to, .. } => {
                self.waiting.insert(*objection, *to);
            }
            Event::ObjectionAnswered { objection, .. } => {
                self.waiting.remove(objection);
            }
            Event::CandidatesWithdrawn { excluded } => {
                self.strike(excluded, RejectReason::ObjectionUpheld);
                self.candidates = None;
                if matches!(self.stage, Stage::Evaluating | Stage::Drawing) {
                    return;
                }
                self.ranking = self.rank();
                self.stage = match self.ranking {
                    Some(_) => Stage::Ranking,
                    None => Stage::Failed(Failure::NothingOpened),
                };
            }
            Event::PublicationExtended { until } => {
                if let Some((_, end)) = &mut self.candidates {
                    *end = *until;
                }
            }
            Event::Awarded { bidder, price } => {
                self.stage = Stage::Awarded;
                self.awarded = Some((bidder.clone(), *price, fact.at));
            }
            Event::GivenUp { bidder, .. } => self.leave(bidder, RejectReason::GivenUp),
            Event::Disqualified { bidder, .. } => self.leave(bidder, RejectReason::Disqualified),
            Event::CandidatesExhausted {} => self.fail(Failure::NoCandidate),
            Event::Suspended { until } => self.suspensions.suspend(fact.at, *until),
            Event::Resumed {} => self.suspensions.resume(fact.at),
            Event::WindowExtended { until } => self.window_until = Some(*until),
            Event::EvaluationReopened { excluded, round } => {
                self.strike(excluded, RejectReason::Excluded);
                (self.candidates, self.awarded) = (None, None);
                // The committee rechecks, and until it has there is no ranking.
                self.ranking = if round.is_none() { self.rank() } else { None };
                self.stage = if round.is_none() { Stage::Ranking } else { Stage::Evaluating };
            }
            Event::Annulled {} => self.fail(Failure::Annulled),
            Event::RetenderOrdered {} => self.fail(Failure::Retender),
            Event::ContractSigned { .. } => self.has_contract = true,
            Event::BondReturned { bidder, .. } => {
                self.bonds_returned.insert(bidder.clone());
            }
            Event::Complained { .. }
            | Event::ComplaintAccepted { .. }
            | Event::ComplaintDeclined { .. }
            | Event::ComplaintDecided { .. }
            | Event::Ordered { .. }
            | Event::Overdue { .. }
            | Event::Archived { .. }
            | Event::CentreFounded { .. }
            | Event::PartyRegistered { .. }
            | Event::PartyAdmitted { .. }
            | Event::KeyReplaced { .. }
            | Event::Published { .. }
            | Event::RelaysCompleted { .. }
            | Event::Contributed { .. }
            | Event::SetListed { .. }
            | Event::SetReleased { .. }
            | Event::ContributionOpened { .. }
            | Event::ContributionVoided { .. }
            | Event::SetOpened { .. }
            | Event::PoolFrozen { .. }
            | Event::PoolTooSmall { .. }
            | Event::SeatTaken { .. }
            | Event::SeatLeft { .. }
            | Event::DelegateReplaced { .. }
            | Event::OutageReported { .. }
            | Event::OutageEnded {}
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
            | Event::ExpertDeclined { next: Some(_), .. }
            | Event::QuestionAsked { .. }
            | Event::QuestionAnswered { .. }
            | Event::AnswerOverdue { .. }
            | Event::BidSubmitted { .. }
            | Event::VersionVoided { .. }
            | Event::BidWithdrawn { .. }
            | Event::RecordKept { .. }
            | Event::Applied { .. }
            | Event::ApplicationWithdrawn { .. }
            | Event::ApplicationsRead { .. }
            | Event::ApplicationAdmitted { .. }
            | Event::ApplicationRefused { .. }
            | Event::BondConfirmed { .. }
            | Event::BondFailed { .. } => {}
        }
    }

    fn strike<'a>(&mut self, parties: impl IntoIterator<Item = &'a PartyId>, reason: RejectReason) {
        self.struck.extend(parties.into_iter().map(|party| (party.clone(), reason)));
    }

    /// A candidate or the winner leaves: whoever is behind can be awarded to, without another publication.
    fn leave(&mut self, bidder: &PartyId, reason: RejectReason) {
        self.strike([bidder], reason);
        if self.stage == Stage::Ranking {
            self.ranking = self.rank();
        }
        if self.awarded.as_ref().is_some_and(|(winner, _, _)| winner == bidder) {
            self.awarded = None;
            self.stage = Stage::Published;
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.awarded = None;
        self.stage = Stage::Failed(failure);
    }

    /// The amendment that an entry made; none when another command moved the deadline.
    fn amendment(&mut self, fact: &Fact) -> Option<&mut Amendment> {
        let Command::Amend { reason, .. } = &fact.command else { return None };
        if self.amendments.last().is_none_or(|last| last.number != fact.number) {
            let (number, before, at) = (fact.number, self.deadline, fact.at);
            let (reason, changes) = (reason.clone(), Vec::new());
            self.amendments.push(Amendment { number, before, after: before, changes, at, reason });
        }
        self.amendments.last_mut()
    }

    fn seat(&mut self, party: &PartyId, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seats.get_mut(party) {
            change(seat);
        }
    }

    /// The ranking of the bids read out: by the method of the rules, or as the committee concluded; `None` when no bid
    /// enters it, and before a conclusion.
    fn rank(&self) -> Option<Ranking> {
        let by_price = self.by_price()?;
        let ranking = match (&self.conclusion, self.rules.score()) {
            (Some(conclusion), _) => outcome::concluded(by_price, conclusion)?,
            // What prices alone would give is no ranking where a committee evaluates.
            (None, Some(_)) => return None,
            (None, None) => by_price,
        };
        outcome::strike(ranking, &self.struck)
    }

    fn by_price(&self) -> Option<Ranking> {
        let prices: Vec<(PartyId, Money)> =
            self.read_out().map(|bid| (bid.bidder.clone(), bid.price)).collect();
        let barred = outcome::barred(self.seats.values().map(|seat| &seat.line));
        outcome::rank_bids(&self.rules, &barred, &prices, &self.coefficients)
    }

    /// The bids that were read out, by party.
    pub fn read_out(&self) -> impl Iterator<Item = &OpenedBid> {
        self.seats.values().filter_map(|seat| match &seat.fate {
            Fate::Opened(bid) => Some(&**bid),
            Fate::Waiting | Fate::ToOpen(_) | Fate::StaysClosed(_) | Fate::Voided(_) => None,
        })
    }

    /// Whether an objection to something waits for its answer.
    #[must_use]
    pub fn waits(&self, to: Subject) -> bool {
        self.waiting.values().any(|waiting| *waiting == to)
    }

    /// Whether every bidder of the opening list has its bond back.
    #[must_use]
    pub fn are_bonds_returned(&self) -> bool {
        self.has_contract && self.seats.keys().all(|bidder| self.bonds_returned.contains(bidder))
    }

    /// Until when the procedure is suspended, as it stands at an instant after its newest entry.
    #[must_use]
    pub fn suspended_until(&self, now: Instant) -> Option<Instant> {
        let in_force = self.suspensions.in_force(now.max(self.at)).filter(|_| !self.stage.is_failed());
        in_force.map(|suspension| suspension.until)
    }

    /// Whether names of bidders may be shown: from CLOSE on, as the list is public.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed.is_some()
    }
}

impl Seat {
    const fn new(line: Listed) -> Seat {
        Seat { line, signed_in: None, released: None, rescue: None, relayed: None, fate: Fate::Waiting }
    }
}
