//! Rankings as one line of text, for the tables of the methods' tests.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Money, PartyId};

use super::{Mark, Ranking, RejectReason};

/// Bids of the parties a, b, c ... at these prices.
pub fn bids(prices: &[&str]) -> Vec<(PartyId, Money)> {
    ('a'..='z').zip(prices).map(|(party, price)| bid(&party.to_string(), price)).collect()
}

/// One bid.
pub fn bid(party: &str, price: &str) -> (PartyId, Money) {
    (party.parse().unwrap(), Money::yuan(price).unwrap())
}

/// One word per bid: `rank party score marks`, then `party!reason` for the rejected.
pub fn shown(ranking: &Ranking) -> String {
    let lines = ranking.lines.iter().map(|line| {
        let marks: String = line
            .marks
            .iter()
            .map(|mark| match mark {
                Mark::AboveCeiling => "^",
                Mark::Dropped => "~",
                Mark::OutsideBand => "|",
            })
            .collect();
        format!("{}{}={}{marks}", line.rank, line.party, line.score)
    });
    let rejected = ranking.rejected.iter().map(|bid| {
        let reason = match bid.reason {
            RejectReason::AboveCeiling => "ceiling",
            RejectReason::PriceZero => "zero",
            RejectReason::NotShortlisted => "out",
            RejectReason::NoBase => "no-base",
            RejectReason::ObjectionUpheld => "objection",
            RejectReason::GivenUp => "gave-up",
            RejectReason::Disqualified => "unfit",
            RejectReason::Excluded => "excluded",
            RejectReason::Committee => "committee",
            RejectReason::BondMissing => "bond",
            RejectReason::MemberTwice => "twice",
        };
        format!("{}!{reason}", bid.party)
    });
    lines.chain(rejected).collect::<Vec<_>>().join(" ")
}
