//! The leaves of the log: entries, beats and veils (journal 5).

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use ximu_basics::{
    Hash, Instant, PersonId, ProcedureId,
    json::{self, JsonError},
};

use super::{Event, Refusal, SignedCommand};

/// The longest leaf, in bytes: the length prefix of a C2SP entry bundle has 16 bits.
pub const LEAF_BYTES_MAX: usize = 65_535;

/// One leaf of the log. In JSON an object whose member `type` is `entry`, `beat` or `veil`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Leaf {
    /// A public entry.
    Entry(Entry),
    /// One beat of a hidden class.
    Beat(BeatLeaf),
    /// One operation of a class whose contents are hidden and whose number is not.
    Veil(VeilLeaf),
}

/// A public entry: a signed command and what followed from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Version of this form: 1.
    pub v: u32,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Position among this procedure's entries, from 0 without gaps.
    pub number: u32,
    /// SHA-256 of the bytes of this procedure's previous entry; 32 zero bytes for the first.
    pub previous: Hash,
    /// When the writer accepted it.
    pub at: Instant,
    /// Who gave the command, as the register resolves the key.
    pub actor: PersonId,
    /// The command, in the exact bytes signed.
    pub signed: SignedCommand,
    /// What followed.
    pub outcome: Outcome,
}

/// What followed from a command. In JSON an object with the one member `events` or `refusal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was accepted; these things became true.
    Events(Vec<Event>),
    /// It was refused.
    Refusal(Refusal),
}

/// One beat: a fixed-size leaf that says nothing about how much happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeatLeaf {
    /// Version of this form: 1.
    pub v: u32,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The hidden class.
    pub class: Class,
    /// Position among this procedure's beats of this class, from 0 without gaps.
    pub number: u32,
    /// The instant the schedule names; for the closing beat, the instant of CLOSE.
    pub scheduled: Instant,
    /// H(salt, batch root) (log 10.5).
    pub root: Hash,
}

/// One veil: it commits to one operation of the class `panel` and says nothing of it but that there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VeilLeaf {
    /// Version of this form: 1.
    pub v: u32,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The veiled class: `panel`.
    pub class: Class,
    /// Position among this procedure's veils of this class, from 0 without gaps.
    pub number: u32,
    /// H(salt, operation) (log 12.2).
    pub root: Hash,
}

/// When something becomes readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// At once.
    Public,
    /// At CLOSE.
    Sealed,
    /// At the conclusion of the evaluation.
    Panel,
}

impl Class {
    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Public => "public",
            Class::Sealed => "sealed",
            Class::Panel => "panel",
        }
    }
}

impl Leaf {
    /// The bytes that are hashed and kept.
    ///
    /// # Errors
    /// A [`JsonError`] when a member has no canonical form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonError> {
        json::to_canonical(self)
    }

    /// Reads a leaf from its exact bytes.
    ///
    /// # Errors
    /// Any [`JsonError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Leaf, JsonError> {
        json::from_canonical(bytes)
    }
}
