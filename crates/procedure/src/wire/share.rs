//! What a holder answers for one envelope (opening 4.1): forms on the wire.

use serde::{Deserialize, Serialize};
use ximu_basics::{PartyId, Salt, ShareValue};

/// A holder's answer for one envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareRelease {
    /// Whose envelope.
    pub bidder: PartyId,
    /// What the holder found in its part of the escrow.
    pub part: Part,
}

/// What a holder found in its part of an escrow. In JSON an object whose member `is` names which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Part {
    /// A share of the envelope's file key.
    Share {
        /// The share's value.
        share: ShareValue,
        /// The share's salt, which opens its commitment.
        salt: Salt,
    },
    /// Nothing that opens with the holder's key and its commitment: the sealer dealt it badly. A holder that says so
    /// of a good part is found out, because every escrow can be dealt again from its manifest.
    Broken {},
}
