//! A pack of law (rules 6.3): which of the law's numbers a document must state.
//!
//! Construction and government procurement stand under different laws. What they require is data of the document, so
//! that another law is another file. Which number each rule has is not here.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

use super::{BondKind, LegalRule};

/// The law a document stands under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Its name, for readers; nothing is looked up by it.
    pub id: String,
    /// The rules that must stand in the document, in their own order.
    pub must: Vec<LegalRule>,
    /// As what a bond may be given under this law, ascending; the member is absent when the law leaves it open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bond_kinds: Vec<BondKind>,
}
