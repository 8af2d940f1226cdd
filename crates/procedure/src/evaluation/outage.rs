//! Outages of a venue (evaluation 10): how long the evaluation stood still, and which committees were dissolved. A part
//! of the public state; who may say what is in `phase::outage`.

use alloc::{string::String, vec::Vec};
use ximu_basics::{Hash, Instant, SetId};

use super::PanelState;
use crate::{
    experts::Drawing,
    set::{Purpose, SealedSet},
    supervision::{Suspension, Suspensions},
    tender::{Stage, Tender},
    wire::event::Replaced,
};

/// Outages and dissolutions of one evaluation.
#[derive(Debug, Clone, Default)]
pub struct Outages {
    /// The outage that stands now.
    pub now: Option<Outage>,
    /// Those that are over.
    pub past: Vec<Suspension>,
    /// When committees were dissolved.
    pub dissolved: Vec<Instant>,
    /// Whether every member of this committee has sat down once: from then on the evaluation has started, whoever is
    /// replaced.
    pub started: bool,
}

/// An outage that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Which venue.
    pub venue: String,
    /// Since when.
    pub since: Instant,
    /// After which instant the committee may, or will, be dissolved.
    pub until: Instant,
    /// Whether the evaluation had started.
    pub started: bool,
}

impl Outages {
    /// Notes that the outage is over.
    pub(super) fn end(&mut self, at: Instant) {
        self.past.extend(self.now.take().map(|outage| Suspension { from: outage.since, until: at }));
    }

    /// Notes that the committee is dissolved, which ends the outage.
    pub(super) fn dissolve(&mut self, at: Instant) {
        self.end(at);
        self.dissolved.push(at);
        self.started = false;
    }
}

impl Tender {
    /// The outage that stands now.
    #[must_use]
    pub fn outage(&self) -> Option<&Outage> {
        let outage = self.evaluation.as_ref()?.outages.now.as_ref();
        outage.filter(|_| self.stage == Stage::Evaluating)
    }

    /// The end of a period of the evaluation, moved by the suspensions and outages that began in it (evaluation 10.3).
    #[must_use]
    pub fn evaluation_moved(&self, begin: Instant, end: Instant) -> Instant {
        let suspensions = &self.supervision.suspensions;
        match &self.evaluation {
            Some(evaluation) if !evaluation.outages.past.is_empty() => {
                Suspensions::union(suspensions, &evaluation.outages.past).moved(begin, end)
            }
            Some(_) | None => suspensions.moved(begin, end),
        }
    }

    /// Whether every member of a full committee has taken a seat once (evaluation 10.2).
    #[must_use]
    pub fn is_evaluation_started(&self) -> bool {
        self.evaluation.as_ref().is_some_and(|evaluation| evaluation.outages.started)
    }

    /// Notes that the last member of a full committee has sat down.
    pub(super) fn note_whether_started(&mut self) {
        let (members, full) = (self.committee(), self.committee_full());
        let Some(evaluation) = &mut self.evaluation else { return };
        evaluation.outages.started |= members.len() as u64 == full
            && members.iter().all(|member| evaluation.seats.contains_key(member));
    }

    /// Which committee sits now: how many were dissolved before it.
    #[must_use]
    pub fn committee_number(&self) -> usize {
        self.evaluation.as_ref().map_or(0, |evaluation| evaluation.outages.dissolved.len())
    }

    /// How many members a full committee has.
    #[must_use]
    pub fn committee_full(&self) -> u64 {
        self.rules.committee_size()
    }

    /// Whether a set of sheets was begun for a committee that is dissolved, and never opened: it stays sealed.
    #[must_use]
    pub fn is_abandoned(&self, set: &SealedSet) -> bool {
        match &set.purpose {
            Purpose::Sheets(round) => !set.is_open() && round.committee < self.committee_number(),
            Purpose::Coefficient(_) | Purpose::Experts(_) => false,
        }
    }
}

impl PanelState {
    /// The sets of sheets that count: not those that stay sealed.
    pub fn live_sets<'a>(&'a self, tender: &'a Tender) -> impl Iterator<Item = (&'a SetId, &'a SealedSet)> {
        self.sets.iter().filter(|(_, set)| !tender.is_abandoned(set))
    }
}

/// Who takes the places of a dissolved committee: the next alternates of the draw, then the next delegates.
#[must_use]
pub fn successors(tender: &Tender) -> Vec<Replaced> {
    let Some(evaluation) = &tender.evaluation else { return Vec::new() };
    let drawn = tender.drawing.iter().flat_map(Drawing::successors);
    let mut numbered = evaluation.delegates_named;
    let sent = evaluation.delegates.iter().map(|leaf| {
        numbered = numbered.saturating_add(1);
        let next = crate::wire::evaluation::delegate_leaf(&tender.genesis, numbered);
        Replaced { leaf: *leaf, next: Some(next) }
    });
    drawn.chain(sent).collect()
}

/// Applies a dissolution: everybody goes, those named come, and the seats are free.
pub(super) fn dissolve(tender: &mut Tender, members: &[Replaced], at: Instant) {
    if let Some(drawing) = &mut tender.drawing {
        drawing.dissolve(members);
        if !drawing.needed.is_empty() {
            tender.stage = Stage::Drawing;
        }
    }
    let Some(evaluation) = &mut tender.evaluation else { return };
    evaluation.outages.dissolve(at);
    evaluation.seats.clear();
    let next = |leaf: &Hash| members.iter().find(|one| one.leaf == *leaf).and_then(|one| one.next);
    for place in &mut evaluation.delegates {
        *place = next(place).unwrap_or(*place);
    }
    let sent = u32::try_from(evaluation.delegates.len()).unwrap_or(u32::MAX);
    evaluation.delegates_named = evaluation.delegates_named.saturating_add(sent);
}
