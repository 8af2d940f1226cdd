//! What orders, complaints and disqualifications say, and the duties that follow (award): forms on the wire.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Instant, PartyId};

/// What a supervising authority orders. In JSON an object whose member `kind` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// The procedure stands still 暂停, or stands still for longer.
    Suspend {
        /// Until when, unless it is renewed.
        until: Instant,
    },
    /// The suspension ends at once 恢复.
    Resume {},
    /// Somebody is to put something right 责令改正.
    Correct {
        /// What.
        what: String,
    },
    /// The bids are ranked again, base and drawn coefficients frozen 重新评审.
    ReEvaluate {
        /// Bids that are excluded from it, ascending by bidder.
        exclude: Vec<Exclusion>,
    },
    /// The procedure is void 宣布无效.
    Annul {},
    /// The procedure ends, to be tendered again 重新招标.
    ReTender {},
}

/// A bid that is excluded from the ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Whose.
    pub bidder: PartyId,
    /// Why.
    pub ground: ExclusionGround,
}

/// The seven cases in which a bid is rejected (R51).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionGround {
    /// Not sealed or signed as required.
    Unsigned,
    /// A joint venture without its agreement.
    NoAgreement,
    /// The bidder does not have the qualification.
    Unqualified,
    /// Two different bids or prices.
    TwoBids,
    /// Below cost, or above the ceiling.
    Price,
    /// Does not answer the substance of the documents.
    Unresponsive,
    /// Collusion, fraud, bribery.
    Collusion,
}

/// What a disqualification rests on. In JSON an object whose member `on` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ground {
    /// An objection that was upheld.
    Objection {
        /// Its number.
        objection: u32,
    },
    /// A complaint that was upheld.
    Complaint {
        /// Its number.
        complaint: u32,
    },
    /// The winner has not given the performance bond that the documents require (R55, R58).
    PerformanceBond {},
}

/// What a complaint is about (R60).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// The procurement documents; an objection goes before.
    Documents,
    /// The opening; an objection goes before.
    Opening,
    /// The candidates; an objection goes before.
    Candidates,
    /// Anything else that somebody did or left undone.
    Conduct,
}

/// What somebody owes by a certain instant. In JSON an object whose member `owed` names which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "owed", rename_all = "snake_case", deny_unknown_fields)]
pub enum Duty {
    /// The tenderer: the answer to an objection to the candidates (R54).
    Answer {
        /// Its number.
        objection: u32,
    },
    /// The tenderer and the winner: the contract (L46).
    Contract {},
    /// The tenderer: a bid bond (R57).
    Bond {
        /// Whose.
        bidder: PartyId,
    },
    /// The authority: whether it takes a complaint up (R61).
    Acceptance {
        /// Its number.
        complaint: u32,
    },
    /// The authority: the decision of a complaint (R61).
    Decision {
        /// Its number.
        complaint: u32,
    },
}
