//! Where a committee stands: one view of the public state and the panel's. Whose word counts is decided here, by who
//! is a member now, so that a replaced member's word is gone with it (R48).

use alloc::{collections::BTreeMap, string::ToString, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId, SetId};

use super::{Clarification, Draft, PanelState, Proposal, Report, ScoreAt, report, sheet};
use crate::{
    rules::{Criterion, CriterionKind, Score},
    set,
    tender::{Stage, Tender},
    wire::{
        evaluation::{RejectionGround, SheetAsked, Stand},
        event::Author,
    },
};

/// A committee at work.
#[derive(Debug, Clone, Copy)]
pub struct Committee<'a> {
    /// The public state.
    pub tender: &'a Tender,
    /// What is veiled.
    pub panel: &'a PanelState,
}

/// What the centre's clock does next about the committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PanelStep {
    /// `begin_sheets`.
    BeginSheets,
    /// `list_set`.
    ListSet(SetId),
    /// `open_set`.
    OpenSet(SetId),
    /// `draft_report`.
    DraftReport,
    /// `conclude`, which is public.
    Conclude,
    /// `dissolve_committee`, which is public.
    Dissolve,
}

impl<'a> Committee<'a> {
    /// The view.
    #[must_use]
    pub fn new(tender: &'a Tender, panel: &'a PanelState) -> Committee<'a> {
        Committee { tender, panel }
    }

    /// The members now.
    #[must_use]
    pub fn members(self) -> Vec<Hash> {
        self.tender.committee()
    }

    /// Whether so many are more than half of the members.
    #[must_use]
    pub fn is_majority(self, votes: usize) -> bool {
        votes.saturating_mul(2) > self.members().len()
    }

    /// The chair: the member for whom more than half of the members are.
    #[must_use]
    pub fn chair(self) -> Option<Hash> {
        let members = self.members();
        let votes = |chair: &Hash| {
            members.iter().filter(|member| self.panel.chair_votes.get(member) == Some(chair)).count()
        };
        members.iter().find(|member| self.is_majority(votes(member))).copied()
    }

    /// Members who must be replaced: a conflict of interest, or no sheet in time.
    #[must_use]
    pub fn to_replace(self) -> Vec<Hash> {
        let conflicted = |member: &Hash| self.panel.declared.get(member).is_some_and(Option::is_some);
        let mut members = self.members();
        members.retain(|member| conflicted(member) || self.panel.without_sheet.contains(member));
        members
    }

    /// Whether all have declared, nobody must be replaced, all have been at a seat, and there is a chair.
    #[must_use]
    pub fn is_constituted(self) -> bool {
        let members = self.members();
        let ready =
            |member: &Hash| self.author(member).is_some() && self.panel.declared.get(member) == Some(&None);
        members.len() as u64 == self.tender.committee_full()
            && members.iter().all(ready)
            && self.to_replace().is_empty()
            && self.chair().is_some()
    }

    /// A member as an author of sheets; `None` before it has taken a seat.
    #[must_use]
    pub fn author(self, member: &Hash) -> Option<Author> {
        let seat = self.tender.evaluation.as_ref()?.seats.get(member)?;
        Some(Author { id: seat.person.clone(), name: member.to_string() })
    }

    /// The ground on which a bid is rejected, when more than half of the members voted so.
    #[must_use]
    pub fn rejected(self, bidder: &PartyId) -> Option<RejectionGround> {
        let proposals = self.panel.proposals.iter().filter(|proposal| proposal.bidder == *bidder);
        proposals.into_iter().find(|proposal| self.is_carried(proposal)).map(|proposal| proposal.ground)
    }

    /// Whether more than half of the members are for a proposal.
    #[must_use]
    pub fn is_carried(self, proposal: &Proposal) -> bool {
        let members = self.members();
        let agree = proposal.votes.iter().filter(|(member, agree)| **agree && members.contains(member));
        self.is_majority(agree.count())
    }

    /// The bids that are not rejected, ascending.
    #[must_use]
    pub fn standing(self) -> Vec<PartyId> {
        let mut bidders = self.tender.evaluated();
        bidders.retain(|bidder| self.rejected(bidder).is_none());
        bidders
    }

    /// The sheets that are missing: for every member the standing bids it has not scored.
    #[must_use]
    pub fn sheets_missing(self) -> Vec<SheetAsked> {
        let standing = self.standing();
        let Some(rules) = self.tender.rules.score() else { return Vec::new() };
        let mut sheets = Vec::new();
        for member in self.members() {
            let scored = |bidder: &PartyId| {
                rules.criteria.iter().all(|criterion| {
                    self.panel.scores.contains_key(&ScoreAt::new(&member, bidder, &criterion.id))
                })
            };
            let bidders: Vec<PartyId> = standing.iter().filter(|bidder| !scored(bidder)).cloned().collect();
            if let Some(by) = self.author(&member).filter(|_| !bidders.is_empty()) {
                sheets.push(SheetAsked { by, bidders });
            }
        }
        sheets.sort_unstable_by(|left, right| left.by.cmp(&right.by));
        sheets
    }

    /// Whether sheets can be asked for, from [`Committee::papers_due`] on: some are missing, the committee is constituted,
    /// no other set is under way, and the holders gave the documents.
    #[must_use]
    pub fn can_begin_sheets(self) -> bool {
        self.is_constituted()
            && self.all_open()
            && !self.sheets_missing().is_empty()
            && self.papers_due().is_some()
    }

    /// The id of the next set of sheets.
    #[must_use]
    pub fn next_set(self) -> Option<SetId> {
        alloc::format!("sheets-{}", self.panel.sets.len().saturating_add(1)).parse().ok()
    }

    /// Whether every member has scored every standing bid, and everything that was sealed is open.
    #[must_use]
    pub fn is_revealed(self) -> bool {
        self.all_open() && self.sheets_missing().is_empty()
    }

    /// Whether every set that was begun for this committee is open.
    fn all_open(self) -> bool {
        self.panel.live_sets(self.tender).all(|(_, set)| set.is_open())
    }

    /// Whether something is of this committee, which starts afresh after a dissolution (evaluation 10.6).
    #[must_use]
    pub fn is_own(self, committee: usize) -> bool {
        committee == self.tender.committee_number()
    }

    /// Whether the time was extended for this committee.
    #[must_use]
    pub fn is_extended(self) -> bool {
        self.panel.extended.is_some_and(|committee| self.is_own(committee))
    }

    /// The set of sheets of this committee that is not listed yet.
    #[must_use]
    pub fn running(self) -> Option<(&'a SetId, &'a set::SealedSet)> {
        self.panel.live_sets(self.tender).find(|(_, set)| set.list.is_none())
    }

    /// The members' scores for one bid by one criterion, in the order of the committee, as they stand on the sheets.
    #[must_use]
    pub fn scores(self, bidder: &PartyId, criterion: &Criterion) -> Vec<(ScoreAt, ximu_basics::Decimal)> {
        let score = |member: Hash| {
            let at = ScoreAt::new(&member, bidder, &criterion.id);
            let score = *self.panel.scores.get(&at)?;
            Some((at, score))
        };
        self.members().into_iter().filter_map(score).collect()
    }

    /// Objective criteria on which members differ: they must be corrected before there is a report.
    #[must_use]
    pub fn inconsistent(self) -> Vec<(PartyId, &'a Criterion)> {
        let objective = |criterion: &&Criterion| match criterion.kind {
            CriterionKind::Objective => true,
            CriterionKind::Subjective => false,
        };
        self.each(|bidder, criterion| {
            let scores = self.scores(bidder, criterion);
            objective(&criterion) && scores.iter().zip(scores.iter().skip(1)).any(|(one, two)| one.1 != two.1)
        })
    }

    /// Scores outside their criterion's points: they must be corrected before there is a report.
    #[must_use]
    pub fn out_of_range(self) -> Vec<(PartyId, &'a Criterion)> {
        self.each(|bidder, criterion| {
            self.scores(bidder, criterion).iter().any(|(_, score)| !sheet::in_range(criterion, *score))
        })
    }

    fn each(self, holds: impl Fn(&PartyId, &Criterion) -> bool) -> Vec<(PartyId, &'a Criterion)> {
        let criteria: &'a [Criterion] = self.tender.rules.score().map_or(&[], |score| &score.criteria);
        let standing = self.standing();
        let pairs = standing.iter().flat_map(|bidder| criteria.iter().map(move |one| (bidder, one)));
        pairs.filter(|(bidder, one)| holds(bidder, one)).map(|(bidder, one)| (bidder.clone(), one)).collect()
    }

    /// The members that call a score abnormal.
    pub fn calls(self, score: &ScoreAt) -> impl Iterator<Item = &'a Hash> + use<'a> {
        let members = self.members();
        let calls = self.panel.calls.get(score).into_iter().flatten();
        calls.filter(move |member| members.contains(member))
    }

    /// Whether more than half of the members call a score abnormal.
    #[must_use]
    pub fn is_called(self, score: &ScoreAt) -> bool {
        self.is_majority(self.calls(score).count())
    }

    /// Whether a score is called abnormal and no reasons were given for it.
    #[must_use]
    pub fn is_abnormal(self, score: &ScoreAt) -> bool {
        self.is_called(score) && !self.panel.justified.contains_key(score)
    }

    /// Whether competition is lacking: fewer bids are left than must be there, and more than half of the members say so
    /// (L42).
    #[must_use]
    pub fn is_competition_lacking(self) -> bool {
        let members = self.members();
        let lacking = self.panel.lacking.iter().filter(|(member, yes)| **yes && members.contains(member));
        self.are_few() && self.is_majority(lacking.count())
    }

    /// Whether fewer bids are left than must be there for an opening.
    #[must_use]
    pub fn are_few(self) -> bool {
        let minimum = self.tender.rules.seal().map_or(0, |seal| seal.minimum_bids);
        (self.standing().len() as u64) < u64::from(minimum)
    }

    /// The instant from which no bidder may answer a request any more, when one waits.
    #[must_use]
    pub fn clarified_from(self) -> Option<Instant> {
        let open = self.panel.clarifications.iter();
        let open = open.filter(|asked| asked.answer.is_none() && self.is_own(asked.committee));
        open.map(|asked| self.answer_ends(asked)).max()
    }

    /// Until when a bidder may answer a request.
    #[must_use]
    pub fn answer_ends(self, asked: &Clarification) -> Instant {
        self.tender.evaluation_moved(asked.at, asked.until)
    }

    /// Until when the members deliberate; `None` before the reveal.
    #[must_use]
    pub fn review_ends(self) -> Option<Instant> {
        let revealed = self.panel.revealed.filter(|revealed| self.is_own(revealed.committee))?;
        Some(self.tender.evaluation_moved(revealed.at, self.panel.review_until?))
    }

    /// Until when members sign a draft or dissent.
    #[must_use]
    pub fn signing_ends(self, draft: &Draft) -> Instant {
        self.tender.evaluation_moved(draft.at, draft.until)
    }

    /// The report that the scores give; `None` as long as something is missing or must be corrected.
    #[must_use]
    pub fn report(self) -> Option<Report> {
        let ready = self.is_constituted()
            && self.is_revealed()
            && self.inconsistent().is_empty()
            && self.out_of_range().is_empty();
        if ready { report::compute(self) } else { None }
    }

    /// The report under the members' eyes, when it is still the one that the scores give.
    #[must_use]
    pub fn draft(self) -> Option<&'a Draft> {
        let draft = self.panel.draft.as_ref()?;
        (self.report()?.hash() == Some(draft.report)).then_some(draft)
    }

    /// How every member stands to the report at an instant; `None` as long as one may still sign.
    #[must_use]
    pub fn stands(self, draft: &Draft, at: Instant) -> Option<BTreeMap<Hash, Stand>> {
        let late = at > self.signing_ends(draft);
        let stand = |member: Hash| match draft.stands.get(&member) {
            Some(stand) => Some((member, *stand)),
            None => late.then_some((member, Stand::Deemed)),
        };
        self.members().into_iter().map(stand).collect()
    }

    /// What the centre's clock does next, and from when on; `None` when it waits for members, keepers, bidders or
    /// holders.
    #[must_use]
    pub fn step(self) -> Option<(Instant, PanelStep)> {
        let (due, step) = self.next_step()?;
        // The clock stands still as everybody does.
        Some((self.tender.suspended_until(due).unwrap_or(due), step))
    }

    fn next_step(self) -> Option<(Instant, PanelStep)> {
        if self.tender.stage != Stage::Evaluating {
            return None;
        }
        if let Some(outage) = self.tender.outage() {
            // Before the start the tenderer decides.
            return outage.started.then(|| (outage.until.plus_ms(1), PanelStep::Dissolve));
        }
        if let Some((id, set)) = self.panel.live_sets(self.tender).find(|(_, set)| !set.is_open()) {
            return match set.list {
                None => Some((set::listing_due(self.tender, set)?, PanelStep::ListSet(id.clone()))),
                Some(_) => Some((set::open_due(self.tender, set)?, PanelStep::OpenSet(id.clone()))),
            };
        }
        let begun = self.tender.opened_at?;
        if self.can_begin_sheets() {
            return Some((begun.max(self.papers_due()?), PanelStep::BeginSheets));
        }
        match self.draft() {
            Some(draft) => {
                let all = self.members().iter().all(|member| draft.stands.contains_key(member));
                let due = if all { draft.at } else { self.signing_ends(draft).plus_ms(1) };
                Some((due, PanelStep::Conclude))
            }
            None => {
                self.report()?;
                let review = self.review_ends().unwrap_or(begun);
                let clarified = self.clarified_from().map(|until| until.plus_ms(1));
                Some((clarified.map_or(review, |from| from.max(review)), PanelStep::DraftReport))
            }
        }
    }

    /// The parameters of phase Score.
    #[must_use]
    pub fn rules(self) -> Option<&'a Score> {
        self.tender.rules.score()
    }
}
