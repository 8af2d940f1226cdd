//! The evaluation (evaluation): its public part, and the state of the class `panel`, which nobody but the centre, the
//! committee and the holders reads before the conclusion.
//!
//! Public decisions are not given a [`PanelState`], but for `conclude`, which discloses it; from then on it is a part of
//! the public state, which a recheck goes on with. What the committee stands at is asked of [`Committee`], a view of both; what its scores give is computed in `report`.

pub mod alike;
mod committee;
pub mod outage;
mod panel;
pub mod papers;
pub mod recheck;
pub mod report;
pub mod sheet;

pub use committee::{Committee, PanelStep};
pub use outage::{Outage, Outages};
pub use panel::{Clarification, Correction, Draft, PanelState, Proposal, ScoreAt};
pub use papers::Papers;
pub use report::Report;

use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId, PersonId, PublicKey, Seed};

use crate::{
    actor::Authenticated,
    outcome,
    tender::{Stage, Tender},
    wire::{
        Command, Event, VeilLeaf,
        evaluation::{Conclusion, EvaluationFailure, delegate_leaf},
        identity::IdentityCheck,
    },
};

/// The public part of one procedure's evaluation.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// Who sits where, by leaf. A member that left its seat is here without a key.
    pub seats: BTreeMap<Hash, Seat>,
    /// Every key that ever had a seat here, and whose seat it was: none takes another, whoever was replaced or dissolved since.
    pub keys_used: BTreeMap<PublicKey, Hash>,
    /// The leaves of the members whom the tenderer sends.
    pub delegates: Vec<Hash>,
    /// How many leaves of delegates were used; the next one is numbered one higher.
    pub delegates_named: u32,
    /// The veils so far.
    pub veils: Vec<Veil>,
    /// Outages of venues, and committees that were dissolved.
    pub outages: Outages,
    /// What followed, once it is over; during a recheck what is rechecked.
    pub concluded: Option<Concluded>,
    /// What earlier rounds concluded, in order.
    pub earlier: Vec<Concluded>,
    /// What the committee did, from the first conclusion on.
    pub disclosed: Option<Arc<PanelState>>,
}

/// A seat of the committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The id under which the member signs and seals here: it stays when the member takes another seat.
    pub person: PersonId,
    /// The key that signs for it; `None` while the member has no seat.
    pub key: Option<PublicKey>,
    /// The name of the seat.
    pub seat: String,
    /// The seat's age recipient.
    pub recipient: String,
    /// How it was checked who sits there, where the command said more than that an officer has seen the person.
    pub identity: Option<IdentityCheck>,
}

/// One veil in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Veil {
    /// Its leaf index.
    pub leaf: u64,
    /// Its root.
    pub root: Hash,
}

/// An evaluation that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    /// When.
    pub at: Instant,
    /// The seed of the class, disclosed.
    pub seed: Seed,
    /// What followed.
    pub conclusion: Conclusion,
}

impl Evaluation {
    /// Begins the evaluation of a procedure whose rules have one and whose experts are drawn; once.
    pub(crate) fn begin(tender: &mut Tender) {
        if tender.evaluation.is_some() || tender.rules.score().is_none() {
            return;
        }
        let delegates = tender.rules.draw().map_or(0, |draw| draw.delegates);
        let leaves = (1..=delegates).map(|number| delegate_leaf(&tender.genesis, number)).collect();
        tender.evaluation =
            Some(Evaluation { delegates: leaves, delegates_named: delegates, ..Evaluation::default() });
    }

    /// The leaf of the next delegate.
    #[must_use]
    pub fn next_delegate(&self, genesis: &Hash) -> Hash {
        delegate_leaf(genesis, self.delegates_named.saturating_add(1))
    }
}

impl Tender {
    /// Whether the class `panel` is open: from the first stage Evaluating until the conclusion.
    #[must_use]
    pub fn is_panel_open(&self) -> bool {
        !self.stage.is_failed() && self.evaluation.as_ref().is_some_and(|one| one.concluded.is_none())
    }

    /// The members of the committee: those who were drawn, in the order of the draw, then the tenderer's.
    #[must_use]
    pub fn committee(&self) -> Vec<Hash> {
        let drawn = self.drawing.iter().flat_map(|drawing| drawing.members.iter().map(|member| member.leaf));
        let sent = self.evaluation.iter().flat_map(|evaluation| evaluation.delegates.iter().copied());
        drawn.chain(sent).collect()
    }

    /// Whether a member is one whom the tenderer sends.
    #[must_use]
    pub fn is_delegate(&self, leaf: &Hash) -> bool {
        self.evaluation.as_ref().is_some_and(|evaluation| evaluation.delegates.contains(leaf))
    }

    /// The seat that a key signs for.
    #[must_use]
    pub fn seat_of_key(&self, key: &PublicKey) -> Option<(&Hash, &Seat)> {
        let evaluation = self.evaluation.as_ref()?;
        // After a failure the key is still that of a seat, and is told that the stage is over.
        let serves = evaluation.concluded.is_none() || self.is_recheck();
        evaluation.seats.iter().find(|(_, seat)| serves && seat.key == Some(*key))
    }

    /// The bids that are evaluated, ascending by bidder: those that the method of the award ranks by price; in a recheck
    /// without those that left since.
    #[must_use]
    pub fn evaluated(&self) -> Vec<PartyId> {
        recheck::evaluated(self)
    }

    /// Notes a veil of the class `panel`.
    pub(crate) fn observe_veil(&mut self, leaf: u64, veil: &VeilLeaf) {
        if let Some(evaluation) = &mut self.evaluation {
            evaluation.veils.push(Veil { leaf, root: veil.root });
        }
    }
}

/// Applies a public event of the evaluation.
pub(crate) fn apply(tender: &mut Tender, given: &Authenticated, at: Instant, event: &Event) {
    if let Event::CommitteeDissolved { members } = event {
        return outage::dissolve(tender, members, at);
    }
    let genesis = tender.genesis;
    let Some(evaluation) = &mut tender.evaluation else { return };
    if let Event::SeatTaken { leaf, person, seat } = event {
        let Command::TakeSeat { recipient, identity, .. } = &given.body.command else { return };
        let taken = Seat {
            person: person.clone(),
            key: Some(given.signed.key),
            seat: seat.clone(),
            recipient: recipient.clone(),
            identity: identity.as_deref().cloned(),
        };
        evaluation.keys_used.insert(given.signed.key, *leaf);
        evaluation.seats.insert(*leaf, taken);
        tender.note_whether_started();
    } else if let Event::SeatLeft { leaf } = event {
        if let Some(seat) = evaluation.seats.get_mut(leaf) {
            seat.key = None;
        }
    } else if let Event::DelegateReplaced { leaf, next } = event {
        debug_assert_eq!(*next, evaluation.next_delegate(&genesis));
        evaluation.delegates_named = evaluation.delegates_named.saturating_add(1);
        evaluation.delegates.iter_mut().filter(|place| **place == *leaf).for_each(|place| *place = *next);
        evaluation.seats.remove(leaf);
    } else if let Event::OutageReported { venue, started, until } = event {
        let outage = Outage { venue: venue.clone(), since: at, until: *until, started: *started };
        evaluation.outages.now = Some(outage);
    } else if let Event::OutageEnded {} = event {
        evaluation.outages.end(at);
    } else if let Event::EvaluationConcluded(conclusion) = event {
        let Command::Conclude { seed } = &given.body.command else { return };
        let concluded = Concluded { at, seed: *seed, conclusion: conclusion.clone() };
        evaluation.earlier.extend(evaluation.concluded.replace(concluded));
        tender.stage = Stage::Ranking;
        tender.ranking = outcome::rank(tender);
    } else if let Event::EvaluationFailed { reason } = event {
        tender.stage = Stage::Failed(match reason {
            EvaluationFailure::AllRejected => crate::tender::Failure::AllRejected,
            EvaluationFailure::CompetitionLacking => crate::tender::Failure::CompetitionLacking,
        });
    }
}
