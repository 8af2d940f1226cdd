//! After the award (ocds 3.7): who left, the contract, a ranking made again.

use alloc::format;
use ximu_basics::PartyId;
use ximu_procedure::{method::RejectReason, wire::Command};

use super::{
    Known, Teller,
    award::{PUBLICATION, award_id},
    bids,
    draft::{Draft, Tag},
};
use crate::Object;

/// A candidate or the winner left: its award is cancelled, those of the candidates behind are pending again.
pub(super) fn left(
    known: &mut Known,
    draft: &mut Draft,
    bidder: &PartyId,
    reason: RejectReason,
    details: &str,
    next: Option<&PartyId>,
) {
    known.struck.insert(bidder.clone(), reason);
    if !known.candidates.contains(bidder) {
        return;
    }
    draft.tags.insert(Tag::AwardCancellation);
    let cancelled = Object::new().with("status", "cancelled").with("statusDetails", details);
    draft.awards.add(award_id(bidder), cancelled);
    if next.is_none() {
        return;
    }
    for candidate in known.candidates.iter().filter(|candidate| !known.struck.contains_key(*candidate)) {
        let pending = Object::new().with("status", "pending").with("statusDetails", "中标候选人 candidate");
        draft.awards.add(award_id(candidate), pending);
    }
    draft.status(known, "active", "候选人递补 the next candidate is first");
}

/// The ranking is made again, or the committee rechecks in a round: every award so far is cancelled.
pub(super) fn evaluation_reopened(
    known: &mut Known,
    draft: &mut Draft,
    excluded: &[PartyId],
    round: Option<u32>,
) {
    let candidates = core::mem::take(&mut known.candidates);
    if !candidates.is_empty() {
        draft.tags.insert(Tag::AwardCancellation);
        draft.list("milestones").add(PUBLICATION, Object::new().with("status", "notMet"));
    }
    for candidate in candidates {
        let details = "监督部门责令重新评审 ranked again by order";
        let award = Object::new().with("status", "cancelled").with("statusDetails", details);
        draft.awards.add(award_id(&candidate), award);
    }
    known.struck.extend(excluded.iter().map(|party| (party.clone(), RejectReason::Excluded)));
    let details = match round {
        Some(_) => "评标委员会复评 rechecked by the committee",
        None => "重新评审 ranked again",
    };
    draft.status(known, "active", details);
}

impl Teller<'_> {
    /// A bidder has its bond back; one that is not on the opening list leaves its entry only.
    pub(super) fn bond_returned(&self, known: &Known, draft: &mut Draft, bidder: &PartyId, late: bool) {
        let Some(bid) = known.listed(bidder) else { return };
        draft.bids.add(bid, bids::bond(Object::new().with("returned", self.fact.at).with("late", late)));
    }

    pub(super) fn contract_signed(&self, draft: &mut Draft, bidder: &PartyId) {
        let Command::SignContract { price, signed, .. } = self.fact.command else { return };
        draft.tags.insert(Tag::Contract);
        let contract = Object::new()
            .with("awardID", award_id(bidder))
            .with("status", "active")
            .with("dateSigned", *signed)
            .with("value", *price);
        draft.contracts.add(format!("contract-{bidder}"), contract);
    }
}
