//! What is withheld, and until when (ocds 4): the same words for every tender, whatever stands behind them.
//!
//! Nothing here is given anything of the sealed class. One bidder and nine, or none, give the same bytes.

use ximu_basics::Instant;

use crate::{
    json::{Json, Object},
    keyed::Keyed,
};

/// The bids, those who made them, and how many there are.
pub(crate) const BIDS: &str = "sealed-bids";
/// What the bids offer.
pub(crate) const OFFERS: &str = "sealed-offers";
/// The documents of the bids.
const BODIES: &str = "bid-documents";
/// Who the drawn experts are.
const EXPERTS: &str = "experts";

/// Says at the publication what is withheld.
pub(crate) fn publication(list: &mut Keyed, draws_experts: bool) {
    list.add(
        BIDS,
        item(
            "bids",
            "投标人、投标人数与投标 bidders, their number and their bids",
            "招标投标法第二十二条；截止前任何公开内容都不因有无投标、投标多少而不同。Nothing published before the \
             deadline depends on whether or how many bids there are; this entry neither says nor denies that there \
             is one.",
        ),
    );
    list.add(
        OFFERS,
        item(
            "bids/details/value",
            "投标报价 what the bids offer",
            "解密窗口结束后由持有份额的中心一并开启，同时公开。The holders open all forms at once when the release \
             window is over.",
        ),
    );
    list.add(
        BODIES,
        item(
            "bids/details/documents",
            "投标文件正文 the documents of the bids",
            "仅供评标委员会和审计。For the committee and auditors only; what is published is their commitments.",
        ),
    );
    if draws_experts {
        list.add(
            EXPERTS,
            item(
                "tender/draws/strata",
                "评标专家姓名 names of the experts",
                "招标投标法第三十七条：中标结果确定前保密。Secret until the result; published are salted hashes.",
            ),
        );
    }
}

/// Until when bids and offers are withheld, by the deadline in force.
pub(crate) fn until(list: &mut Keyed, deadline: Instant, reading: Instant) {
    list.add(BIDS, Object::new().with("availabilityDate", deadline));
    list.add(OFFERS, Object::new().with("availabilityDate", reading));
}

/// Something is withheld no longer.
pub(crate) fn disclosed(list: &mut Keyed, id: &str, at: Instant) {
    let rationale = "已公开，自所列时间起。Disclosed from the date given on.";
    list.add(id, Object::new().with("availabilityDate", at).with("rationale", rationale));
}

/// Something will never be disclosed.
pub(crate) fn never(list: &mut Keyed, id: &str, rationale: &str) {
    list.add(id, Object::new().with("availabilityDate", Json::Null).with("rationale", rationale));
}

fn item(field: &str, name: &str, rationale: &str) -> Object {
    Object::new().with("field", field).with("name", name).with("rationale", rationale)
}
