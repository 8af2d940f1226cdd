//! `bid.json` as a bidder writes it, and the form made from it (opening 5).
//!
//! What can be computed may be left out: line totals, the amount in words. What is stated and does not agree is
//! refused here, before anything is sealed: at the opening it would be flagged in front of everybody.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::Deserialize;
use ximu_basics::{Decimal, Money, decimal::Rounding, money::MONEY_SCALE, words};
use ximu_procedure::wire::{
    Form,
    form::{BodyReference, Line},
};

use crate::error::BidderError;

/// A bid before it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The bidder's name as it is read out.
    pub bidder_name: String,
    /// The price in yuan, for instance `"9123456.00"`; the sum of the lines when it is left out.
    #[serde(default)]
    pub price: Option<String>,
    /// The price in financial numerals (大写).
    #[serde(default)]
    pub price_words: Option<String>,
    /// The bid bond in yuan.
    pub bond: String,
    /// The quality promised.
    pub quality: String,
    /// The duration promised, in calendar days.
    pub duration_days: u32,
    /// The project manager.
    pub manager: String,
    /// The bill of quantities.
    #[serde(default)]
    pub lines: Vec<DraftLine>,
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftLine {
    /// What is built or delivered.
    pub item: String,
    /// The unit.
    pub unit: String,
    /// How much.
    pub quantity: Decimal,
    /// Price of one unit.
    pub unit_price: Decimal,
    /// Quantity times unit price, half up to the cent.
    #[serde(default)]
    pub total: Option<Decimal>,
}

impl Draft {
    /// The form that will be sealed.
    ///
    /// # Errors
    /// What is not an amount, or does not agree with the rest.
    pub fn form(&self, body: BodyReference) -> Result<Form, BidderError> {
        let lines = self.lines.iter().map(line).collect::<Result<Vec<Line>, BidderError>>()?;
        let price = self.price(&lines)?;
        let spelled = words::spell(price);
        let price_words = self.price_words.clone().unwrap_or_else(|| spelled.clone());
        if words::read(&price_words).ok() != Some(price) {
            return Err(differs("price_words", &spelled, &price_words));
        }
        Ok(Form {
            v: 1,
            bidder_name: self.bidder_name.clone(),
            price,
            price_words,
            bond: amount("bond", &self.bond)?,
            quality: self.quality.clone(),
            duration_days: self.duration_days,
            manager: self.manager.clone(),
            lines,
            body,
        })
    }

    fn price(&self, lines: &[Line]) -> Result<Money, BidderError> {
        let sum = sum_of(lines.iter().map(|line| line.total))?;
        let Some(text) = &self.price else {
            return sum.ok_or(BidderError::NoPrice);
        };
        let price = amount("price", text)?;
        match sum {
            Some(sum) if sum != price => Err(differs("price", &sum.amount().to_string(), text)),
            Some(_) | None => Ok(price),
        }
    }
}

/// What a line comes to: quantity times unit price, half up to the cent.
///
/// # Errors
/// [`BidderError::Amount`] when the product is beyond all amounts.
pub fn line_total(item: &str, quantity: Decimal, unit_price: Decimal) -> Result<Decimal, BidderError> {
    let total = quantity.times(unit_price).and_then(|total| total.rescale(MONEY_SCALE, Rounding::HalfUp));
    total.map_err(|error| BidderError::Amount { member: format!("line {item:?}"), why: error.to_string() })
}

/// What totals come to; `None` for no lines.
///
/// # Errors
/// [`BidderError::Amount`] when the sum is not an amount.
pub fn sum_of(totals: impl Iterator<Item = Decimal>) -> Result<Option<Money>, BidderError> {
    let wrong = |why: String| BidderError::Amount { member: "the sum of the lines".to_string(), why };
    let mut sum: Option<Decimal> = None;
    for total in totals {
        sum = Some(match sum {
            None => total,
            Some(sum) => sum.plus(total).map_err(|error| wrong(error.to_string()))?,
        });
    }
    let money = sum.map(|sum| Money::new(ximu_basics::Currency::Cny, sum)).transpose();
    money.map_err(|error| wrong(error.to_string()))
}

fn line(draft: &DraftLine) -> Result<Line, BidderError> {
    let total = line_total(&draft.item, draft.quantity, draft.unit_price)?;
    match draft.total {
        Some(stated) if stated.compare(total).is_ne() => {
            Err(differs(&format!("total of line {:?}", draft.item), &total.to_string(), &stated.to_string()))
        }
        Some(_) | None => Ok(Line {
            item: draft.item.clone(),
            unit: draft.unit.clone(),
            quantity: draft.quantity,
            unit_price: draft.unit_price,
            total,
        }),
    }
}

fn amount(member: &str, text: &str) -> Result<Money, BidderError> {
    Money::yuan(text)
        .map_err(|error| BidderError::Amount { member: member.to_string(), why: error.to_string() })
}

fn differs(member: &str, expected: &str, found: &str) -> BidderError {
    BidderError::Differs {
        member: member.to_string(),
        expected: expected.to_string(),
        found: found.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_basics::Hash;

    fn draft(change: impl FnOnce(&mut serde_json::Value)) -> Result<Form, BidderError> {
        let mut json = serde_json::json!({
            "bidder_name": "江城园林", "bond": "100000.00", "quality": "合格", "duration_days": 120, "manager": "某甲",
            "lines": [
                {"item": "乔木", "unit": "株", "quantity": "120", "unit_price": "356.50"},
                {"item": "草皮", "unit": "m2", "quantity": "33.3", "unit_price": "12.35"},
            ],
        });
        change(&mut json);
        let draft: Draft = serde_json::from_value(json).map_err(|_| BidderError::NoPrice)?;
        draft.form(BodyReference { commitment: Hash([0; 32]), header_mac_key: Hash([0; 32]) })
    }

    #[test]
    fn totals_sum_and_words_are_computed() {
        let form = draft(|_| {}).unwrap();
        let totals: Vec<String> = form.lines.iter().map(|line| line.total.to_string()).collect();
        assert_eq!(totals, ["42780.00", "411.26"], "411.255 is rounded half up");
        assert_eq!(form.price, Money::yuan("43191.26").unwrap());
        assert_eq!(words::read(&form.price_words), Ok(form.price));
        assert_eq!(form, draft(|json| json["price"] = "43191.26".into()).unwrap());
    }

    #[test]
    fn what_does_not_agree_is_refused_before_it_is_sealed() {
        for (member, value) in [
            ("price", serde_json::json!("43191.25")),
            ("price", serde_json::json!("43191.3")),
            ("price_words", serde_json::json!("壹佰元整")),
            ("bond", serde_json::json!("-1.00")),
            ("prise", serde_json::json!("1.00")),
        ] {
            assert!(draft(|json| json[member] = value.clone()).is_err(), "{member} {value}");
        }
        let wrong = draft(|json| json["lines"][1]["total"] = "411.25".into()).unwrap_err();
        assert!(wrong.to_string().contains("草皮") && wrong.to_string().contains("411.26"), "{wrong}");
    }
}
