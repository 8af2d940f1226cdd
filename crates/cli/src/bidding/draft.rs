//! `bid.json` as a bidder writes it: its form is `ximu-bidder`'s; here is what the terminal adds.

pub use ximu_bidder::draft::{Draft, DraftLine};

use ximu_procedure::{
    reading,
    rules::Lot,
    wire::{Form, event::Flag},
};

/// What the bidder should know before sealing and may still want: a price above the ceiling is read out and rejected.
pub fn warnings(form: &Form, lot: &Lot) -> Vec<String> {
    let flags = reading::flags(form, Some(lot.ceiling)).into_iter();
    let said = flags.map(|flag| match flag {
        Flag::WordsDiffer => format!("the words {} are not the price {}", form.price_words, form.price),
        Flag::LinesDiffer => format!("the bill of quantities does not come to the price {}", form.price),
        Flag::AboveCeiling => {
            format!("the price {} is above the published ceiling {}", form.price, lot.ceiling)
        }
    });
    let mut warnings: Vec<String> = said.collect();
    if form.lines.is_empty() {
        warnings.push("the form has no bill of quantities".to_owned());
    }
    warnings
}
