//! What is said of a pool of experts and of those drawn from it (draw): forms on the wire, without names.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, StratumId};

/// The experts of one stratum of a pool, without their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolStratum {
    /// Which stratum.
    pub stratum: StratumId,
    /// One salted leaf for each expert, with salts made for this draw alone, ascending.
    pub leaves: Vec<Hash>,
}

/// What was drawn of one stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnStratum {
    /// Which stratum.
    pub stratum: StratumId,
    /// Members of the committee, in the order drawn.
    pub members: Vec<Hash>,
    /// Alternates, in the order drawn.
    pub alternates: Vec<Hash>,
}

/// Who takes the place of a member of a dissolved committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// Who goes.
    pub leaf: Hash,
    /// Who comes; `null` when the stratum has no alternate left and the next pool is drawn from.
    pub next: Option<Hash>,
}

/// An expert who must not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recusal {
    /// Which expert.
    pub leaf: Hash,
    /// Why.
    pub ground: RecusalGround,
}

/// Why an expert must not be drawn (R46, L37).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecusalGround {
    /// Works for a bidder, the tenderer or the agent, or did.
    Employment,
    /// Near kin of somebody who does.
    Kin,
    /// An interest in a bidder.
    Interest,
    /// Belongs to the authority that supervises the procedure.
    Authority,
    /// Barred from evaluating.
    Barred,
}

/// Why an expert who was drawn does not come (draw 8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineGround {
    /// Ill, or otherwise hindered.
    Ill,
    /// Must keep away, as was found only now.
    Recused,
    /// Not reached in time.
    Unreachable,
    /// Said no.
    Refused,
}
