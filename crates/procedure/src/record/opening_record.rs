//! The opening record 开标记录 (R44; records 5.1): the list, who was present, what was read out, what stays closed, the
//! coefficients drawn, the objections and whether they were upheld.

use alloc::{collections::BTreeSet, string::ToString, vec::Vec};
use ximu_basics::PartyId;

use super::Form;
use crate::{
    tender::{Refused, Tender},
    wire::{
        Event,
        command::Subject,
        record::{
            BidFate, CoefficientLine, Content, ObjectionLine, OpeningLine, OpeningRecord, RecordKind,
            RefusedLine,
        },
    },
};

pub(super) const FORM: Form = Form { rests_on, content, bidders };

fn rests_on(tender: &Tender, event: &Event) -> bool {
    if let Event::ObjectionRaised { objection, .. } | Event::ObjectionAnswered { objection, .. } = event {
        return tender.enquiry.objection(*objection).is_some_and(|one| one.to == Subject::Opening);
    }
    matches!(
        event,
        Event::Published { .. }
            | Event::DeadlineMoved { .. }
            | Event::Closed { .. }
            | Event::SignedIn { .. }
            | Event::WindowEnded { .. }
            | Event::SharesReleased { .. }
            | Event::CoefficientDrawn { .. }
            | Event::BidOpened(_)
            | Event::BidVoided { .. }
            | Event::OpeningCompleted { .. }
    )
}

fn content(tender: &Tender) -> Option<Content> {
    if tender.enquiry.open(Subject::Opening) > 0 {
        return None;
    }
    let bids = tender.list.iter().map(|line| {
        Some(OpeningLine {
            bidder: line.bidder.clone(),
            version: line.version,
            present: tender.signed_in.contains(&line.bidder),
            fate: fate(tender, &line.bidder)?,
        })
    });
    let holders = tender.shares.keys().filter_map(|index| {
        let place = usize::from(*index).checked_sub(1)?;
        Some(tender.holders.get(place)?.name.clone())
    });
    let coefficients = tender.coefficients.iter();
    Some(Content::OpeningRecord(OpeningRecord {
        closed: tender.closed_at?,
        window_until: tender.window_until,
        opened: tender.opened_at?,
        read_out: tender.rules.unseal()?.read_out.clone(),
        bids: bids.collect::<Option<Vec<OpeningLine>>>()?,
        not_counted: tender.not_counted.clone(),
        refused: refused(tender),
        holders: holders.collect(),
        coefficients: coefficients
            .map(|(name, value)| CoefficientLine { name: name.clone(), value: *value })
            .collect(),
        objections: objections(tender),
    }))
}

/// What became of a listed bid; `None` before it is accounted for.
fn fate(tender: &Tender, bidder: &PartyId) -> Option<BidFate> {
    if let Some(bid) = tender.opened.get(bidder) {
        return Some(BidFate::ReadOut {
            route: bid.route,
            price: bid.price,
            flags: bid.flags.clone(),
            form: bid.form,
        });
    }
    if let Some(reason) = tender.voided.get(bidder) {
        return Some(BidFate::Voided { reason: *reason });
    }
    let closed = tender.stays_closed.iter().find(|closed| closed.bidder == *bidder)?;
    Some(BidFate::StaysClosed { fault: closed.fault })
}

/// What bidders were refused, up to the last entry that the record rests on.
fn refused(tender: &Tender) -> Vec<RefusedLine> {
    let last = tender.records.marks(RecordKind::OpeningRecord).last().map(|mark| mark.leaf);
    let line = |one: &Refused| RefusedLine {
        bidder: one.by.clone(),
        at: one.at,
        command: one.command.to_string(),
        refusal: one.code.to_string(),
    };
    tender.refused.iter().filter(|one| one.leaf <= last).map(line).collect()
}

fn objections(tender: &Tender) -> Vec<ObjectionLine> {
    let numbered = (1_u32..).zip(&tender.enquiry.objections);
    let line = |(number, one): (u32, &crate::enquiry::Objection)| {
        let (answered, upheld) = one.answered?;
        let (by, raised) = (one.by.clone(), one.raised);
        Some(ObjectionLine { objection: number, by, raised, answered, upheld })
    };
    numbered.filter(|(_, one)| one.to == Subject::Opening).filter_map(line).collect()
}

fn bidders(content: &Content) -> BTreeSet<&PartyId> {
    let Content::OpeningRecord(record) = content else { return BTreeSet::new() };
    let listed = record.bids.iter().map(|line| &line.bidder);
    let others = record.not_counted.iter().map(|line| &line.bidder);
    let refused = record.refused.iter().map(|line| &line.bidder);
    listed.chain(others).chain(refused).chain(record.objections.iter().map(|line| &line.by)).collect()
}
