//! What is said of a sealed set: its authors, its envelopes, and what the holders answer (draw 2): forms on the wire.

use alloc::string::String;
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, PersonId};

use super::command::Part;

/// Who gives to a sealed set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The id under which the envelope was sealed.
    pub id: PersonId,
    /// What readers know it by: a holder's name.
    pub name: String,
}

/// One envelope on the list of a sealed set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    /// Whose.
    pub by: Author,
    /// SHA-256 of the envelope.
    pub envelope: Hash,
}

/// A holder's answer for one envelope of a sealed set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetShare {
    /// Whose envelope.
    pub author: PersonId,
    /// What the holder found in its part of the escrow.
    pub part: Part,
}

/// Why a contribution does not count, in the order of the checks (draw 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetVoid {
    /// Fewer than t holders found a share in the envelope's escrow.
    SharesMissing,
    /// It does not open: damaged, spliced or truncated by its author.
    Unreadable,
    /// It was sealed for another procedure, set or author.
    ContextDiffers,
    /// The manifest's signature is not the author's.
    ManifestUnsigned,
    /// The shares dealt are not the ones the manifest's seed gives.
    EscrowDiffers,
    /// It does not hold exactly one file of the set's form.
    ContentMalformed,
}
