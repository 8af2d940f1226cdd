//! `bid.json` as a bidder writes it: its form is `ximu-bidder`'s; here is what the terminal adds.

pub use ximu_bidder::draft::{Draft, DraftLine};

use ximu_procedure::{rules::Lot, wire::Form};

/// What the bidder should know before sealing and may still want: a price above the ceiling is read out and rejected.
pub fn warnings(form: &Form, lot: &Lot) -> Vec<String> {
    let mut warnings = Vec::new();
    if form.price > lot.ceiling {
        warnings.push(format!("the price {} is above the published ceiling {}", form.price, lot.ceiling));
    }
    if form.lines.is_empty() {
        warnings.push("the form has no bill of quantities".to_owned());
    }
    warnings
}
