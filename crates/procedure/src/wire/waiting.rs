//! What passes at the door of a committee (evaluation 3.5): a member asks for a seat with the seat's key, and those who
//! may vouch for it read what is asked. None of it stands in the log; `take_seat` does.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Instant, PublicKey, Signature};

use super::evaluation::SeatCosignature;

/// A member asks that somebody vouch for it. Signed by the seat's key over [`ask_statement`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatAsk {
    /// When it asks, by its own clock.
    pub at: Instant,
    /// The seat's key.
    pub key: PublicKey,
    /// The seat's age recipient.
    pub recipient: String,
    /// The name of the seat.
    pub seat: String,
    /// The key's signature.
    pub signature: Signature,
    /// The version of this form: 1.
    pub v: u32,
}

/// In which capacity somebody vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// The keeper of the member's pool, or the tenderer for its delegate: this is the person.
    Keeper,
    /// The witness officer: it sits here.
    Officer,
}

/// Somebody vouches for a member that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatVouch {
    /// In which capacity.
    #[serde(rename = "as")]
    pub capacity: Capacity,
    /// Its key, and its signature over the seat statement with the leaf.
    pub by: SeatCosignature,
    /// For which member. The keeper names it; the officer's is the same.
    pub leaf: Hash,
    /// The version of this form: 1.
    pub v: u32,
}

/// A member that waits at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingSeat {
    /// When it asked, by the centre's clock.
    pub asked: Instant,
    /// The keeper's word.
    pub keeper: Option<SeatCosignature>,
    /// The seat's key.
    pub key: PublicKey,
    /// Which member, once the keeper has said it.
    pub leaf: Option<Hash>,
    /// The officer's word.
    pub officer: Option<SeatCosignature>,
    /// The seat's age recipient.
    pub recipient: String,
    /// The name of the seat.
    pub seat: String,
    /// Until when it waits.
    pub until: Instant,
}

/// Who waits, as far as the one who asks may read it: those who may vouch read all, a member itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingRoom {
    /// Ascending by the time they asked.
    pub seats: Vec<WaitingSeat>,
    /// The version of this form: 1.
    pub v: u32,
}

/// The bytes that a seat's key signs to ask for its seat.
#[must_use]
pub fn ask_statement(origin: &str, procedure: &str, seat: &str, recipient: &str, at: Instant) -> Vec<u8> {
    let at = at.unix_ms();
    alloc::format!("ximu-seat-ask/1\n{origin}\n{procedure}\n{seat}\n{recipient}\n{at}\n").into_bytes()
}

/// The bytes that somebody signs to read who waits, at an instant of its own clock.
#[must_use]
pub fn read_statement(origin: &str, procedure: &str, at: Instant) -> Vec<u8> {
    alloc::format!("ximu-seats/1\n{origin}\n{procedure}\n{}\n", at.unix_ms()).into_bytes()
}
