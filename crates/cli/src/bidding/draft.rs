//! `bid.json` as a bidder writes it: its form is `ximu-bidder`'s; here is what the terminal adds.

pub use ximu_bidder::draft::{Draft, DraftLine};

use ximu_procedure::{
    reading,
    rules::Lot,
    wire::{Form, event::Flag},
};
use ximu_text::Text;

/// What the bidder should know before sealing and may still want: a price above the ceiling is read out and rejected.
pub fn warnings(t: Text, form: &Form, lot: &Lot) -> Vec<String> {
    let price = form.price.to_string();
    let flags = reading::flags(form, Some(lot.ceiling)).into_iter();
    let said = flags.map(|flag| match flag {
        Flag::WordsDiffer => t.cli_words_differ(&price, &form.price_words),
        Flag::LinesDiffer => t.cli_lines_differ(&price),
        Flag::AboveCeiling => t.cli_above_ceiling(lot.ceiling.to_string(), &price),
    });
    let mut warnings: Vec<String> = said.collect();
    if form.lines.is_empty() {
        warnings.push(t.cli_no_bill());
    }
    warnings
}
