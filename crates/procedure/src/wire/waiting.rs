//! What passes at the door of a committee (evaluation 3.5): a member asks for a seat with the seat's key, and those who
//! may vouch for it read what is asked. None of it stands in the log; `take_seat` does.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Instant, PublicKey, Signature};

use super::{
    evaluation::SeatCosignature,
    identity::{FaceMatch, IdentityCheck, IdentityChoice, officer_statement},
};

/// A member asks that somebody vouch for it. Signed by the seat's key over [`ask_statement`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatAsk {
    /// When it asks, by its own clock.
    pub at: Instant,
    /// The seat's key.
    pub key: PublicKey,
    /// The choice how its identity is checked; absent where the centre offers none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<IdentityChoice>,
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
    /// The result of a match that the officer made; its signature covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceMatch>,
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
    /// What the member chose how its identity is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<IdentityChoice>,
    /// The result of a match that the officer made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceMatch>,
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

impl WaitingSeat {
    /// How identity was checked, as the officer signs it and `take_seat` says it: with this result.
    #[must_use]
    pub fn identity(&self, face: Option<FaceMatch>) -> Option<IdentityCheck> {
        match (self.choice, face) {
            (None, None) => None,
            // Nobody consented: the officer's word says so, and nobody takes it.
            (None, Some(face)) => Some(IdentityCheck { choice: IdentityChoice::Officer, face: Some(face) }),
            (Some(choice), face) => Some(IdentityCheck { choice, face }),
        }
    }

    /// The bytes that somebody signs who vouches for it as this member; a keeper's are without what the officer found.
    #[must_use]
    pub fn statement(
        &self,
        origin: &str,
        procedure: &str,
        leaf: &Hash,
        capacity: Capacity,
        face: Option<FaceMatch>,
    ) -> Vec<u8> {
        let identity = match capacity {
            Capacity::Keeper => None,
            Capacity::Officer => self.identity(face),
        };
        officer_statement(
            origin,
            procedure,
            leaf,
            &self.key,
            (&self.recipient, &self.seat),
            identity.as_ref(),
        )
    }
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
pub fn ask_statement(
    origin: &str,
    procedure: &str,
    (seat, recipient): (&str, &str),
    choice: Option<IdentityChoice>,
    at: Instant,
) -> Vec<u8> {
    let at = at.unix_ms();
    if let Some(choice) = choice {
        let choice = choice.word();
        return alloc::format!(
            "ximu-seat-ask/2\n{origin}\n{procedure}\n{seat}\n{recipient}\n{choice}\n{at}\n"
        )
        .into_bytes();
    }
    alloc::format!("ximu-seat-ask/1\n{origin}\n{procedure}\n{seat}\n{recipient}\n{at}\n").into_bytes()
}

/// The bytes that somebody signs to read who waits, at an instant of its own clock.
#[must_use]
pub fn read_statement(origin: &str, procedure: &str, at: Instant) -> Vec<u8> {
    alloc::format!("ximu-seats/1\n{origin}\n{procedure}\n{}\n", at.unix_ms()).into_bytes()
}
