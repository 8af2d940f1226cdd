//! The notice of the candidates 中标候选人公示 (R54; records 5.2): the ranked candidates with their prices and points, the
//! bids without a score, and how long the notice stands.

use alloc::{collections::BTreeSet, vec::Vec};
use ximu_basics::PartyId;

use super::Form;
use crate::{
    tender::Tender,
    wire::{
        Event,
        record::{CandidateLine, CandidateNotice, Content, RecordKind},
    },
};

pub(super) const FORM: Form = Form { rests_on, content, bidders };

/// What candidates follow from. The award notice rests on the same, and on the award.
pub(super) fn rests_on(_: &Tender, event: &Event) -> bool {
    matches!(
        event,
        Event::Published { .. }
            | Event::DeadlineMoved { .. }
            | Event::Closed { .. }
            | Event::WindowEnded { .. }
            | Event::CoefficientDrawn { .. }
            | Event::BidOpened(_)
            | Event::BidVoided { .. }
            | Event::OpeningCompleted { .. }
            | Event::CandidatesWithdrawn { .. }
            | Event::EvaluationReopened { .. }
            | Event::CandidatesProposed { .. }
            | Event::PublicationExtended { .. }
    )
}

fn content(tender: &Tender) -> Option<Content> {
    let ranking = tender.ranking.as_ref()?;
    let candidates = candidates(tender)?;
    Some(Content::CandidateNotice(CandidateNotice {
        proposed: tender.records.last(RecordKind::CandidateNotice, &["propose"])?,
        until: tender.candidates_until?,
        base: ranking.base,
        candidates,
        rejected: ranking.rejected.clone(),
    }))
}

/// The candidates as the ranking has them; `None` before they are proposed.
pub(super) fn candidates(tender: &Tender) -> Option<Vec<CandidateLine>> {
    let ranking = tender.ranking.as_ref().filter(|_| !tender.candidates.is_empty())?;
    let line = |bidder: &PartyId| {
        let found = ranking.lines.iter().find(|line| line.party == *bidder)?;
        Some(CandidateLine {
            rank: (!tender.rules.is_separated()).then_some(found.rank),
            bidder: bidder.clone(),
            price: found.price,
            score: found.score,
        })
    };
    tender.candidates.iter().map(line).collect()
}

fn bidders(content: &Content) -> BTreeSet<&PartyId> {
    let Content::CandidateNotice(notice) = content else { return BTreeSet::new() };
    let candidates = notice.candidates.iter().map(|line| &line.bidder);
    candidates.chain(notice.rejected.iter().map(|line| &line.party)).collect()
}
