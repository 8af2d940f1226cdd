//! `form.json`: what a bidder's form envelope says and the opening reads out (opening 5; domain: 唱标).

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Decimal, Hash, Money};

/// The form of one bid. Names in it are shown to people and kept in the vault, never in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Version of this form: 1.
    pub v: u32,
    /// The bidder's name as it is read out.
    pub bidder_name: String,
    /// The price in digits.
    pub price: Money,
    /// The price in financial numerals (大写).
    pub price_words: String,
    /// The bid bond.
    pub bond: Money,
    /// The quality promised, in words.
    pub quality: String,
    /// The duration promised, in calendar days.
    pub duration_days: u32,
    /// The project manager.
    pub manager: String,
    /// The bill of quantities.
    pub lines: Vec<Line>,
    /// The body envelope that belongs to this form.
    pub body: BodyReference,
}

/// One line of a bill of quantities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What is built or delivered.
    pub item: String,
    /// The unit of the quantity.
    pub unit: String,
    /// How much.
    pub quantity: Decimal,
    /// Price of one unit.
    pub unit_price: Decimal,
    /// Quantity times unit price, rounded half up to the cent.
    pub total: Decimal,
}

/// The body envelope, named from inside the form, so that neither can be exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyReference {
    /// Commitment of the body's ciphertext.
    pub commitment: Hash,
    /// HKDF(file key, "header") of the body: lets strangers check its context and MAC without reading it.
    pub header_mac_key: Hash,
}
