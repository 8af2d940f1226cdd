//! The centre's answers, checked before they are kept: acknowledgement (journal 9.1) and receipt (9.2).

use alloc::string::ToString;
use ximu_basics::{Hash, PublicKey};
use ximu_procedure::wire::Acknowledgement;
use ximu_tlog::{Policy, Receipt};

use crate::error::BidderError;

/// Checks an acknowledgement: the centre's signature, the command it speaks of, the bytes it names.
///
/// # Errors
/// [`BidderError::Acknowledgement`] when any of the three is another.
pub fn check_acknowledgement(
    word: &Acknowledgement,
    subject: &str,
    centre: &PublicKey,
    command: &Hash,
) -> Result<(), BidderError> {
    let wrong = |what| Err(BidderError::Acknowledgement(what));
    if word.id != *command {
        return wrong("it speaks of another command");
    }
    if word.subject != Hash::of(subject.as_bytes()) {
        return wrong("it speaks of other bytes than those sent with it");
    }
    if word.verify(centre) { Ok(()) } else { wrong("its signature is not the centre's") }
}

/// Checks the receipt of a sealed operation against the policy and the acknowledged bytes; gives the cosigned time in
/// seconds since 1970.
///
/// # Errors
/// [`BidderError::Policy`], [`BidderError::Receipt`].
pub fn check_receipt(text: &str, policy: &str, subject: &str) -> Result<Option<u64>, BidderError> {
    let policy = Policy::parse(policy.as_bytes()).map_err(|error| BidderError::Policy(error.to_string()))?;
    let receipt = Receipt::parse(text.as_bytes()).map_err(|error| BidderError::Receipt(error.to_string()))?;
    let cosigned = receipt
        .verify(&policy, subject.as_bytes())
        .map_err(|error| BidderError::Receipt(error.to_string()))?;
    Ok(cosigned.time_s)
}
