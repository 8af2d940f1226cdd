//! The recheck 复评 (evaluation 11): the committee looks again at what it did, because the supervising authority ordered
//! it. Everything it said is public by then, so what it does now is public too; the base of the prices stays.
//!
//! A part of the public state; what a member may do in it is decided where it is decided in the first round.

use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
use ximu_basics::{Instant, Money, PartyId, Seed};

use super::{Committee, Concluded, Evaluation, PanelState, panel::Revealed};
use crate::{
    actor::Authenticated,
    conclusion,
    method::{RejectReason, tie::NeutralKeys},
    outcome,
    tender::{Stage, Tender},
    wire::{
        Event,
        evaluation::{Conclusion, EvaluationReason},
    },
};

impl Evaluation {
    /// Which round is under way, or was concluded last: 1 for the first evaluation.
    #[must_use]
    pub fn round(&self, is_recheck: bool) -> u32 {
        let over = self.earlier.len().saturating_add(usize::from(is_recheck));
        u32::try_from(over).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// What the first evaluation concluded.
    fn first(&self) -> Option<&Concluded> {
        self.earlier.first().or(self.concluded.as_ref())
    }
}

impl Tender {
    /// Whether the committee rechecks what it concluded before.
    #[must_use]
    pub fn is_recheck(&self) -> bool {
        matches!(self.stage, Stage::Evaluating | Stage::Drawing)
            && self.evaluation.as_ref().is_some_and(|one| one.concluded.is_some())
    }

    /// Whether a committee sits, in its first evaluation or in a recheck.
    #[must_use]
    pub fn is_sitting(&self) -> bool {
        self.is_panel_open() || self.is_recheck()
    }

    /// How many commands the committee's class took, behind veils and in rechecks, and how many dissolutions there were:
    /// the clock's next command about the committee is numbered so (journal 9.5).
    #[must_use]
    pub fn panel_steps(&self) -> u64 {
        let Some(evaluation) = &self.evaluation else { return 0 };
        let open = || evaluation.disclosed.as_ref().map(|panel| u64::from(panel.operations));
        let taken = open().unwrap_or(evaluation.veils.len() as u64);
        taken.saturating_add(evaluation.outages.dissolved.len() as u64)
    }

    /// What the committee has done, from the first conclusion on, for everybody to read.
    #[must_use]
    pub fn disclosed_panel(&self) -> Option<&PanelState> {
        self.evaluation.as_ref()?.disclosed.as_deref()
    }

    /// The same, while it is rechecked.
    #[must_use]
    pub fn recheck(&self) -> Option<Committee<'_>> {
        let panel = self.disclosed_panel().filter(|_| self.is_recheck())?;
        Some(Committee::new(self, panel))
    }

    /// The number of the round under way, from 2; `None` in the first evaluation and outside of one.
    #[must_use]
    pub fn recheck_round(&self) -> Option<u32> {
        self.evaluation.as_ref().filter(|_| self.is_recheck()).map(|evaluation| evaluation.round(true))
    }

    /// The number of the round that an order begins; `None` where no committee has concluded anything.
    #[must_use]
    pub fn next_round(&self) -> Option<u32> {
        let evaluation = self.evaluation.as_ref().filter(|one| one.concluded.is_some());
        evaluation.map(|evaluation| evaluation.round(true))
    }

    /// The seed of the class `panel` that the first conclusion disclosed.
    #[must_use]
    pub fn disclosed_seed(&self) -> Option<Seed> {
        Some(self.evaluation.as_ref()?.concluded.as_ref()?.seed)
    }

    /// The base price of the first evaluation, which a recheck keeps.
    #[must_use]
    pub fn frozen_base(&self) -> Option<Money> {
        self.evaluation.as_ref().filter(|_| self.is_recheck())?.first()?.conclusion.base
    }

    /// The neutral keys of the first evaluation, which a recheck keeps: those over the bids that its price rule was given.
    pub(super) fn frozen_keys(&self) -> Option<NeutralKeys> {
        let conclusion = &self.evaluation.as_ref().filter(|_| self.is_recheck())?.first()?.conclusion;
        let given =
            given_prices(conclusion).map(|bidder| Some((bidder.clone(), self.opened.get(bidder)?.price)));
        Some(NeutralKeys::of(&given.collect::<Option<Vec<(PartyId, Money)>>>()?))
    }

    /// Who is out of a recheck before the committee looks at it, and why: by the order, an upheld objection, or because it
    /// left. Nobody in a first evaluation.
    #[must_use]
    pub fn out_of_recheck(&self) -> BTreeMap<PartyId, RejectReason> {
        if !self.is_recheck() {
            return BTreeMap::new();
        }
        conclusion::struck(&self.enquiry, &self.conclusion)
    }

    /// Keeps what the committee did when its evaluation is concluded, for a recheck and for everybody.
    pub(crate) fn disclose_panel(&mut self, events: &[Event], panel: Option<&PanelState>) {
        let concludes = events.iter().any(|event| matches!(event, Event::EvaluationConcluded(_)));
        let (Some(panel), Some(evaluation)) = (panel.filter(|_| concludes), &mut self.evaluation) else {
            return;
        };
        if evaluation.disclosed.is_none() {
            evaluation.disclosed = Some(Arc::new(panel.clone()));
        }
    }

    /// Follows what was just decided in a recheck.
    pub(crate) fn follow_recheck(&mut self, given: &Authenticated, at: Instant, events: &[Event]) {
        if !given.body.command.is_panel() || !self.is_recheck() {
            return;
        }
        let Some(mut panel) = self.evaluation.as_mut().and_then(|one| one.disclosed.take()) else { return };
        let changed = Arc::make_mut(&mut panel);
        changed.operations = changed.operations.saturating_add(1);
        changed.follow(self, given, at, events);
        // From here the members deliberate; sheets that are still missing begin it anew when they are open.
        if changed.revealed.is_none() && Committee::new(self, changed).is_constituted() {
            changed.reveal(self, at);
        }
        if let Some(evaluation) = &mut self.evaluation {
            evaluation.disclosed = Some(panel);
        }
    }
}

/// Begins a recheck: every seat is free, every member declares itself anew, and what the members scored, corrected and
/// voted stays until they change it.
pub(crate) fn begin(tender: &mut Tender) {
    tender.ranking = None;
    tender.stage = Stage::Evaluating;
    let Some(evaluation) = &mut tender.evaluation else { return };
    evaluation.seats.values_mut().for_each(|seat| seat.key = None);
    if let Some(panel) = &mut evaluation.disclosed {
        Arc::make_mut(panel).begin_round();
    }
}

/// The bids that the price rule of a first evaluation was given (evaluation 7.3).
fn given_prices(conclusion: &Conclusion) -> impl Iterator<Item = &PartyId> {
    let without = conclusion.rejected.iter().filter(|one| one.reason == EvaluationReason::NoPriceScore {});
    conclusion.lines.iter().map(|line| &line.bidder).chain(without.map(|one| &one.bidder))
}

impl PanelState {
    /// What was of one round only is gone: declarations, votes on competition, more time, the report. Each member may vote
    /// once more on each proposal.
    fn begin_round(&mut self) {
        self.declared.clear();
        self.lacking.clear();
        self.more_time.clear();
        (self.extended, self.revealed, self.review_until, self.draft) = (None, None, None, None);
        self.proposals.iter_mut().for_each(|proposal| proposal.voted.clear());
    }

    /// Notes from when on the members deliberate.
    pub(super) fn reveal(&mut self, tender: &Tender, at: Instant) {
        let revealed = Revealed { committee: tender.committee_number(), at };
        (self.revealed, self.review_until) = (Some(revealed), Some(super::panel::review_end(tender, at)));
    }
}

/// The bids that are evaluated, ascending by bidder: those that the method of the award ranks by price, without those
/// that are out of a recheck.
pub(super) fn evaluated(tender: &Tender) -> Vec<PartyId> {
    let (ranking, out) = (outcome::by_price(tender), tender.out_of_recheck());
    let lines = ranking.into_iter().flat_map(|ranking| ranking.lines);
    let mut bidders: Vec<PartyId> =
        lines.map(|line| line.party).filter(|party| !out.contains_key(party)).collect();
    bidders.sort_unstable();
    bidders
}

/// The bids that would be evaluated, had they not left before a recheck, ascending by bidder, each with its reason.
pub(super) fn out(tender: &Tender) -> BTreeMap<PartyId, RejectReason> {
    let (ranking, mut out) = (outcome::by_price(tender), tender.out_of_recheck());
    let lines: Vec<PartyId> =
        ranking.into_iter().flat_map(|ranking| ranking.lines).map(|line| line.party).collect();
    out.retain(|party, _| lines.contains(party));
    out
}
