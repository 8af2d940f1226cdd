//! CLOSE, the window and the reading (ocds 3.4): the first release that says anything of bids is that of CLOSE.

use alloc::{format, vec, vec::Vec};
use ximu_basics::{Instant, PartyId};
use ximu_procedure::wire::event::{
    Listed, NotCounted, NotCountedReason, OpenedBid, StaysClosed, ToOpen, VoidReason,
};

use super::{
    Known, Teller,
    draft::Draft,
    known::KnownBid,
    notice::{met, scheduled},
};
use crate::{
    Json, Object,
    json::{count, word, words},
    withheld,
};

impl Teller<'_> {
    pub(super) fn closed(
        &self,
        known: &mut Known,
        draft: &mut Draft,
        cosigned: Instant,
        list: &[Listed],
        not_counted: &[NotCounted],
    ) {
        known.barred = ximu_procedure::outcome::barred(list);
        for line in list {
            let commitments =
                Object::new().with("form", line.form).with("body", line.body).with("beat", line.beat);
            let bid = self
                .bid(known, draft, &line.bidder)
                .with("status", "pending")
                .with("commitments", commitments);
            draft.bids.add(Known::bid_id(&line.bidder, line.version), bid);
            let bid = KnownBid { version: line.version, form: line.form, price: None, bond: line.bond };
            known.bids.insert(line.bidder.clone(), bid);
        }
        for line in not_counted {
            let status = match line.reason {
                NotCountedReason::Withdrawn => "withdrawn",
                NotCountedReason::Voided | NotCountedReason::NotCosignedInTime => "disqualified",
            };
            let fate = Object::new().maybe("notCounted", word(&line.reason));
            let bid = self.bid(known, draft, &line.bidder).with("status", status).with("opening", fate);
            draft.bids.add(Known::bid_id(&line.bidder, line.version), bid);
        }
        let tenderers: Vec<Json> = list.iter().map(|line| self.reference(&line.bidder).into()).collect();
        draft.tender.set("numberOfTenderers", count(tenderers.len()));
        if !tenderers.is_empty() {
            draft.tender.set("tenderers", tenderers);
        }
        let statistic = Object::new()
            .with("measure", "bids")
            .with("date", self.fact.at)
            .with("value", count(list.len()))
            .maybe("relatedLot", known.rules.lot().map(|lot| lot.id.as_str()));
        draft.statistics.add("bids", statistic);
        draft.list("milestones").add("deadline", met(cosigned));
        withheld::disclosed(&mut draft.withheld, withheld::BIDS, self.fact.at);
    }

    /// What every bid says of its bidder.
    fn bid(&self, known: &mut Known, draft: &mut Draft, bidder: &PartyId) -> Object {
        known.grant(bidder, "tenderer");
        draft.parties.insert(bidder.clone());
        let tenderers = vec![self.reference(bidder).into()];
        Object::new().with("tenderers", tenderers).maybe("relatedLots", known.lots())
    }

    /// A bidder did something in the window; one that is not on the list leaves its entry only.
    pub(super) fn noted(&self, known: &Known, draft: &mut Draft, bidder: &PartyId, what: &'static str) {
        let Some(bid) = known.listed(bidder) else { return };
        draft.bids.add(bid, opening(Object::new().with(what, self.fact.at)));
    }

    pub(super) fn relays_completed(&self, draft: &mut Draft, holder: &str) {
        draft.list("holders").add(holder, Object::new().with("relaysCompleted", self.fact.at));
    }

    pub(super) fn shares_released(&self, draft: &mut Draft, holder: &str) {
        draft.list("holders").add(holder, Object::new().with("sharesReleased", self.fact.at));
    }

    pub(super) fn bid_opened(&self, known: &mut Known, draft: &mut Draft, opened: &OpenedBid) {
        let how = Object::new()
            .maybe("route", word(&opened.route))
            .with("openedAt", self.fact.at)
            .with("key", opened.key.as_str())
            .with("form", opened.form)
            .maybe("flags", words(&opened.flags));
        let (base, procedure) = (&self.setting.base, &known.id);
        let document = known.bids.get_mut(&opened.bidder).map(|bid| {
            bid.price = Some(opened.price);
            let url = format!("{base}/api/v1/tenders/{procedure}/envelopes/{}", bid.form);
            let object = Object::new()
                .with("id", "form")
                .with("documentType", "submissionDocuments")
                .with("title", "开标一览表密文 the form as it was sealed (age)")
                .with("format", "application/octet-stream")
                .with("url", url);
            vec![Json::from(object)]
        });
        let bid = opening(how).with("value", opened.price).maybe("documents", document);
        draft.bids.add(Known::bid_id(&opened.bidder, opened.version), bid);
    }

    pub(super) fn opening_completed(&self, known: &Known, draft: &mut Draft, opened: u32) {
        let statistic = Object::new()
            .with("measure", "validBids")
            .with("date", self.fact.at)
            .with("value", opened)
            .with("notes", "已开启的投标 bids that were opened");
        draft.statistics.add("validBids", statistic);
        draft.list("milestones").add("reading", met(self.fact.at));
        withheld::disclosed(&mut draft.withheld, withheld::OFFERS, self.fact.at);
        for (bidder, bid) in &known.bids {
            if let Some(state) = bid.bond.as_ref().and_then(word) {
                draft.bids.add(Known::bid_id(bidder, bid.version), bond(Object::new().with("state", state)));
            }
        }
        if known.ranking().is_none() {
            draft.status(known, "unsuccessful", "没有可以排序的投标 no bid could be opened or ranked");
        }
    }
}

pub(super) fn too_few(known: &Known, draft: &mut Draft, count: u32, minimum: u32) {
    let details = format!("投标人少于{minimum}个，不得开标 {count} bids, {minimum} are required");
    draft.status(known, "unsuccessful", &details);
    draft.list("milestones").add("reading", Object::new().with("status", "notMet"));
    let rationale = "投标人不足，未开标，投标永不开启。Too few bids: nothing is opened.";
    withheld::never(&mut draft.withheld, withheld::OFFERS, rationale);
}

pub(super) fn window_opened(draft: &mut Draft, until: Instant) {
    draft.list("milestones").add("reading", scheduled("唱标 reading of the bids", until));
    draft.withheld.add(withheld::OFFERS, Object::new().with("availabilityDate", until));
}

pub(super) fn window_ended(known: &Known, draft: &mut Draft, open: &[ToOpen], closed: &[StaysClosed]) {
    for line in open {
        let Some(bid) = known.listed(&line.bidder) else { continue };
        draft.bids.add(bid, opening(Object::new().maybe("route", word(&line.route))));
    }
    for line in closed {
        let Some(bid) = known.listed(&line.bidder) else { continue };
        let fate = opening(Object::new().maybe("staysClosed", word(&line.fault)));
        draft.bids.add(bid, fate.with("status", "withdrawn"));
    }
}

pub(super) fn voided(known: &Known, draft: &mut Draft, bidder: &PartyId, reason: VoidReason) {
    let Some(bid) = known.listed(bidder) else { return };
    let fate = opening(Object::new().maybe("voided", word(&reason)));
    draft.bids.add(bid, fate.with("status", "disqualified"));
}

/// A bid of which only its bond is said.
pub(super) fn bond(said: Object) -> Object {
    Object::new().with("bond", said)
}

/// A bid of which only its opening is said.
fn opening(said: Object) -> Object {
    Object::new().with("opening", said)
}

/// The holder that handed in a release or a request for rescue, when the bidder did not give it itself.
pub(super) fn relayed(known: &Known, draft: &mut Draft, bidder: &PartyId, holder: Option<&str>) {
    let (Some(bid), Some(holder)) = (known.listed(bidder), holder) else { return };
    draft.bids.add(bid, opening(Object::new().with("relayedBy", holder)));
}
