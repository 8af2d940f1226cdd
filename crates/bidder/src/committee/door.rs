//! At the door of a committee (evaluation 3.5): what a member signs to ask for its seat, what is signed to read who waits,
//! and the word of those who vouch.

use ximu_basics::{Hash, Instant, ProcedureId, Signature};
use ximu_procedure::wire::{
    Command,
    evaluation::SeatCosignature,
    identity::{FaceMatch, IdentityChoice},
    waiting::{Capacity, SeatAsk, SeatVouch, WaitingSeat, ask_statement, read_statement},
};

use super::{SeatForm, identity};
use crate::{error::BidderError, key::Key};

/// The ask for a seat, signed with the seat's key.
#[must_use]
pub fn ask(
    origin: &str,
    procedure: &ProcedureId,
    seat: &str,
    choice: Option<IdentityChoice>,
    at: Instant,
    key: &Key,
) -> SeatAsk {
    let recipient = alloc::string::ToString::to_string(&identity(key).recipient());
    let said = ask_statement(origin, procedure.as_str(), (seat, &recipient), choice, at);
    SeatAsk { at, choice, key: key.public(), recipient, seat: seat.into(), signature: key.sign(&said), v: 1 }
}

/// The signature with which somebody reads who waits.
#[must_use]
pub fn read(origin: &str, procedure: &ProcedureId, at: Instant, key: &Key) -> Signature {
    key.sign(&read_statement(origin, procedure.as_str(), at))
}

/// Somebody's word for a member that waits; the officer's with the result of a match, where one was made.
#[must_use]
pub fn vouch(
    origin: &str,
    procedure: &ProcedureId,
    waiting: &WaitingSeat,
    leaf: Hash,
    (capacity, face): (Capacity, Option<FaceMatch>),
    key: &Key,
) -> SeatVouch {
    let signature = key.sign(&waiting.statement(origin, procedure.as_str(), &leaf, capacity, face.clone()));
    SeatVouch { capacity, by: SeatCosignature { key: key.public(), signature }, face, leaf, v: 1 }
}

/// The command that takes the seat for which somebody waited.
///
/// # Errors
/// [`BidderError::SeatUnvouched`] as long as somebody has not vouched; [`BidderError::KeyDiffers`] for another's seat;
/// [`BidderError::SeatChoice`] when the line says another choice than this member made.
pub fn take(
    origin: &str,
    procedure: &ProcedureId,
    waiting: &WaitingSeat,
    choice: Option<IdentityChoice>,
    key: &Key,
) -> Result<Command, BidderError> {
    let (expected, found) = (key.public(), waiting.key);
    if expected != found {
        return Err(BidderError::KeyDiffers { expected, found });
    }
    if waiting.choice != choice {
        return Err(BidderError::SeatChoice);
    }
    let leaf = waiting.leaf.ok_or(BidderError::SeatUnvouched("the keeper of the pool"))?;
    let mut form = SeatForm::new(origin, procedure, leaf, &waiting.seat, key);
    (form.keeper, form.officer) = (waiting.keeper.clone(), waiting.officer.clone());
    form.identity = waiting.identity(waiting.face.clone());
    form.command()
}
