//! What is said of a bid bond (enter): forms on the wire.

use serde::{Deserialize, Serialize};
use ximu_basics::Hash;

use crate::rules::BondKind;

/// How an applicant gives its bond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BondDeclaration {
    /// As what.
    pub kind: BondKind,
    /// Salted commitment to the account that pays 基本账户, or that stands behind the instrument.
    pub payer: Hash,
}

/// Why a bond is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BondFault {
    /// Another amount arrived.
    AmountDiffers,
    /// It came from another account than the applicant's basic account (R26).
    OtherAccount,
    /// The instrument is not valid as long as the bid, or not at all (R26).
    NotValid,
    /// It was taken back, or the bank took it back.
    Reversed,
}

/// A listed bid's bond at CLOSE (enter 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BondState {
    /// Confirmed, in a beat that counts, and not failed since.
    Ok,
    /// Not confirmed, or failed.
    Missing,
}
