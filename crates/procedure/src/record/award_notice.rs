//! The notice of the award 中标结果公告 (L45; records 5.3): who has won, at what price, among which candidates.

use alloc::{collections::BTreeSet, vec::Vec};
use ximu_basics::PartyId;

use super::{Form, candidate_notice};
use crate::{
    tender::Tender,
    wire::{
        Event,
        record::{AwardNotice, Content, LeftLine, RecordKind},
    },
};

pub(super) const FORM: Form = Form { rests_on, content, bidders };

fn rests_on(tender: &Tender, event: &Event) -> bool {
    matches!(event, Event::Awarded { .. } | Event::GivenUp { .. } | Event::Disqualified { .. })
        || candidate_notice::rests_on(tender, event)
}

fn content(tender: &Tender) -> Option<Content> {
    let (bidder, price) = tender.awarded.clone()?;
    Some(Content::AwardNotice(AwardNotice {
        awarded: tender.records.last(RecordKind::AwardNotice, &["award", "choose"])?,
        bidder,
        price,
        reasons: tender.records.reasons.clone(),
        candidates: candidate_notice::candidates(tender)?,
        left: left(tender),
    }))
}

/// The candidates that left before the award, by rank.
fn left(tender: &Tender) -> Vec<LeftLine> {
    let line = |bidder: &PartyId| {
        let reason = tender.conclusion.left.get(bidder)?;
        Some(LeftLine { bidder: bidder.clone(), reason: *reason })
    };
    tender.candidates.iter().filter_map(line).collect()
}

fn bidders(content: &Content) -> BTreeSet<&PartyId> {
    let Content::AwardNotice(notice) = content else { return BTreeSet::new() };
    notice.candidates.iter().map(|line| &line.bidder).chain([&notice.bidder]).collect()
}
