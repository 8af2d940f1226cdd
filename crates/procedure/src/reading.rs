//! Remarks at the reading 唱标: what a reader must be told about an opened form (opening 5.5). Nothing is corrected.

use alloc::vec::Vec;
use ximu_basics::{
    Decimal, Money,
    decimal::{DecimalError, Rounding},
    money::MONEY_SCALE,
    words,
};

use crate::wire::{Form, event::Flag, form::Line};

/// The flags of a form, ascending.
#[must_use]
pub fn flags(form: &Form, ceiling: Option<Money>) -> Vec<Flag> {
    let mut flags = Vec::new();
    if words::read(&form.price_words).ok() != Some(form.price) {
        flags.push(Flag::WordsDiffer);
    }
    if !form.lines.is_empty() && !lines_agree(form).unwrap_or(false) {
        flags.push(Flag::LinesDiffer);
    }
    if ceiling.is_some_and(|ceiling| form.price.amount().compare(ceiling.amount()).is_gt()) {
        flags.push(Flag::AboveCeiling);
    }
    flags
}

/// Whether each line is its quantity times its unit price, rounded half up to the cent, and the lines add up to the
/// price.
fn lines_agree(form: &Form) -> Result<bool, DecimalError> {
    let mut sum = Decimal::new(0, MONEY_SCALE)?;
    for line in &form.lines {
        if product(line)?.compare(line.total).is_ne() {
            return Ok(false);
        }
        sum = sum.plus(line.total)?;
    }
    Ok(sum.compare(form.price.amount()).is_eq())
}

fn product(line: &Line) -> Result<Decimal, DecimalError> {
    line.quantity.times(line.unit_price)?.rescale(MONEY_SCALE, Rounding::HalfUp)
}
