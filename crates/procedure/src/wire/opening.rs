//! What events of the deadline and the opening carry: the list, how each envelope comes open, the bids as they were read.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Money, PartyId};

use super::bond::BondState;

/// One bid on the opening list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Whose.
    pub bidder: PartyId,
    /// The version that counts.
    pub version: u32,
    /// Commitment of the form's ciphertext.
    pub form: Hash,
    /// Commitment of the body's ciphertext.
    pub body: Hash,
    /// The beat that holds it.
    pub beat: u32,
    /// Whether its bond stands; the member is absent when the rules ask for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bond: Option<BondState>,
    /// Whether its bidder, or a member of its joint venture, stands behind another listed bid too (enter 6); the member is
    /// absent when not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub twice: bool,
}

/// Something submitted that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotCounted {
    /// Whose.
    pub bidder: PartyId,
    /// Which version.
    pub version: u32,
    /// Why.
    pub reason: NotCountedReason,
}

/// Why a submitted version does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCountedReason {
    /// The bidder withdrew before the deadline.
    Withdrawn,
    /// Two contents under one number.
    Voided,
    /// Its beat was not cosigned by the deadline and the grace.
    NotCosignedInTime,
}

/// One envelope the holders are to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToOpen {
    /// Whose.
    pub bidder: PartyId,
    /// Which envelope the shares belong to.
    pub route: Route,
}

/// How a form comes open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The bidder released its key: shares open the release envelope.
    Released,
    /// The bidder asked, or the rules open all: shares open the form itself.
    Rescued,
}

/// A bid that stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaysClosed {
    /// Whose.
    pub bidder: PartyId,
    /// The legal state.
    pub fault: crate::rules::FaultState,
}

/// A bid as it was read out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedBid {
    /// Whose.
    pub bidder: PartyId,
    /// Which version.
    pub version: u32,
    /// How it came open.
    pub route: Route,
    /// What opens the form for anybody: the age identity `AGE-SECRET-KEY-1...` of a released form, or the 32
    /// hexadecimal digits of a rescued form's file key.
    pub key: String,
    /// SHA-256 of `form.json` inside the envelope.
    pub form: Hash,
    /// The price it offers, in digits.
    pub price: Money,
    /// What the reader must know about it; nothing is ever corrected silently.
    pub flags: Vec<Flag>,
}

/// A remark at the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The amount in words is not the amount in digits.
    WordsDiffer,
    /// The lines of the bill do not add up to the price.
    LinesDiffer,
    /// The price is above the published ceiling.
    AboveCeiling,
}

/// Why an envelope on the list could not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// Fewer than t holders found a share in the envelope's escrow.
    SharesMissing,
    /// The release envelope does not open to the form's key.
    ReleaseUnreadable,
    /// The form's ciphertext does not open: wrong key, damaged, spliced or truncated by its sealer.
    FormUnreadable,
    /// The form was sealed for another tender, lot, bidder or version.
    ContextDiffers,
    /// The shares dealt are not the ones the manifest's seed gives.
    EscrowDiffers,
    /// The manifest's signature is not the submitter's.
    ManifestUnsigned,
    /// `form.json` is missing or not of the form's shape.
    FormMalformed,
    /// The form names another body envelope than the one submitted.
    BodyDiffers,
}
