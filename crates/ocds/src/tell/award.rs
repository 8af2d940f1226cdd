//! Candidates and award (ocds 3.6): every candidate is a pending award, the winner's becomes active.

use alloc::{format, string::String, vec};
use ximu_basics::{Hash, Instant, Money, PartyId};
use ximu_procedure::{
    method::{Ranking, RejectReason},
    wire::RecordKind,
};

use super::{
    Known, Teller,
    draft::{Draft, Tag},
    notice::{met, scheduled},
};
use crate::{
    Json, Object,
    json::{word, words},
};

/// The milestone of the publication of the candidates.
pub(super) const PUBLICATION: &str = "publication";

impl Teller<'_> {
    pub(super) fn candidates_proposed(
        &self,
        known: &mut Known,
        draft: &mut Draft,
        candidates: &[PartyId],
        until: Instant,
    ) {
        draft.tags.insert(Tag::Award);
        if let Some(ranking) = known.ranking().filter(|ranking| agrees(ranking, candidates)) {
            evaluations(known, draft, &ranking);
        }
        for (candidate, rank) in candidates.iter().zip(1_u32..) {
            known.grant(candidate, "tenderer");
            let award = self.award(known, draft, candidate).with("status", "pending").with(
                "statusDetails",
                format!("中标候选人第{rank}名，公示中 candidate {rank}, published for objections"),
            );
            let price = known.bids.get(candidate).and_then(|bid| bid.price);
            draft.awards.add(award_id(candidate), award.maybe("value", price));
        }
        known.candidates = candidates.to_vec();
        let publication = scheduled("中标候选人公示期满 end of the publication of the candidates", until);
        draft.list("milestones").add(PUBLICATION, publication);
    }

    /// An official record's hash stands in the log.
    pub(super) fn record_kept(&self, draft: &mut Draft, kind: RecordKind, hash: Hash, size: u64) {
        let line = Object::new().with("sha256", hash).with("date", self.fact.at);
        draft.list("officialRecords").add(format!("{kind}-{size}"), line);
    }

    pub(super) fn awarded(&self, known: &mut Known, draft: &mut Draft, winner: &PartyId, price: Money) {
        draft.tags.extend([Tag::TenderUpdate, Tag::AwardUpdate]);
        known.grant(winner, "supplier");
        let award = self
            .award(known, draft, winner)
            .with("status", "active")
            .with("statusDetails", "中标 awarded")
            .with("date", self.fact.at)
            .with("value", price);
        draft.awards.add(award_id(winner), award);
        for other in known.candidates.iter().filter(|other| *other != winner) {
            let award =
                Object::new().with("status", "unsuccessful").with("statusDetails", "未中标 not awarded");
            draft.awards.add(award_id(other), award);
        }
        draft.status(known, "complete", "已定标 awarded");
        draft.list("milestones").add(PUBLICATION, met(self.fact.at));
    }

    fn award(&self, known: &Known, draft: &mut Draft, party: &PartyId) -> Object {
        draft.parties.insert(party.clone());
        let bids = known.listed(party).map(|bid| vec![Json::from(bid)]);
        Object::new()
            .with("title", "中标候选人 candidate")
            .with("suppliers", vec![self.reference(party).into()])
            .maybe("relatedBids", bids)
            .maybe("relatedLots", known.lots())
    }
}

pub(super) fn publication_until(draft: &mut Draft, until: Instant) {
    draft.list("milestones").add(PUBLICATION, Object::new().with("dueDate", until));
}

/// An objection was upheld: they will be proposed anew, without the one that it struck.
pub(super) fn candidates_withdrawn(known: &mut Known, draft: &mut Draft, excluded: Option<&PartyId>) {
    draft.tags.insert(Tag::AwardCancellation);
    for candidate in core::mem::take(&mut known.candidates) {
        let details = if Some(&candidate) == excluded {
            "异议成立，取消中标候选人资格 struck by an objection that was upheld"
        } else {
            "异议成立，重新推荐 proposed anew after an objection that was upheld"
        };
        let award = Object::new().with("status", "cancelled").with("statusDetails", details);
        draft.awards.add(award_id(&candidate), award);
    }
    known.struck.extend(excluded.map(|party| (party.clone(), RejectReason::ObjectionUpheld)));
    draft.list("milestones").add(PUBLICATION, Object::new().with("status", "notMet"));
    if known.ranking().is_none() {
        draft.status(known, "unsuccessful", "没有候选人 no candidate is left");
    }
}

/// Scores and places of all bids that were read out, as the rules compute them.
fn evaluations(known: &Known, draft: &mut Draft, ranking: &Ranking) {
    for line in &ranking.lines {
        let Some(bid) = known.listed(&line.party) else { continue };
        let evaluation = Object::new().with("score", line.score).maybe("marks", words(&line.marks));
        let object = Object::new()
            .with("status", "valid")
            .with("hasRank", true)
            .with("rank", line.rank)
            .with("evaluation", evaluation);
        draft.bids.add(bid, object);
    }
    for line in &ranking.rejected {
        let Some(bid) = known.listed(&line.party) else { continue };
        let evaluation = Object::new().maybe("rejected", word(&line.reason));
        let object = Object::new()
            .with("status", "disqualified")
            .with("hasRank", false)
            .with("rank", Json::Null)
            .with("evaluation", evaluation);
        draft.bids.add(bid, object);
    }
    if let Some(base) = ranking.base {
        draft.tender.set("evaluation", Object::new().with("base", base));
    }
}

/// Whether the ranking computed here is the one the log rests on: otherwise no score is told.
fn agrees(ranking: &Ranking, candidates: &[PartyId]) -> bool {
    let parties = ranking.lines.iter().map(|line| &line.party);
    parties.take(candidates.len()).eq(candidates)
}

pub(super) fn award_id(party: &PartyId) -> String {
    format!("award-{party}")
}
