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
        let mut form = self.form_as_written(body)?;
        for (draft, line) in self.lines.iter().zip(&mut form.lines) {
            let total = line_total(&line.item, line.quantity, line.unit_price)?;
            line.total = total;
            if let Some(stated) = draft.total.filter(|stated| stated.compare(total).is_ne()) {
                let member = format!("total of line {:?}", draft.item);
                return Err(differs(&member, &total.to_string(), &stated.to_string()));
            }
        }
        let sum = sum_of(form.lines.iter().map(|line| line.total))?;
        if let Some(sum) = sum.filter(|sum| *sum != form.price) {
            let found = self.price.clone().unwrap_or_default();
            return Err(differs("price", &sum.amount().to_string(), &found));
        }
        if words::read(&form.price_words).ok() != Some(form.price) {
            return Err(differs("price_words", &words::spell(form.price), &form.price_words));
        }
        Ok(form)
    }

    /// The form as it is written: what is stated stands, also where it does not agree with the rest; only what is left
    /// out is computed. At the opening the differences are flagged in front of everybody and nothing is corrected
    /// (opening 5.5).
    ///
    /// # Errors
    /// What is not an amount, or a price that is neither stated nor the sum of lines.
    pub fn form_as_written(&self, body: BodyReference) -> Result<Form, BidderError> {
        let lines = self.lines.iter().map(line).collect::<Result<Vec<Line>, BidderError>>()?;
        let price = match &self.price {
            Some(text) => amount("price", text)?,
            None => sum_of(lines.iter().map(|line| line.total))?.ok_or(BidderError::NoPrice)?,
        };
        let price_words = self.price_words.clone().unwrap_or_else(|| words::spell(price));
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
    let total = match draft.total {
        Some(stated) => stated,
        None => line_total(&draft.item, draft.quantity, draft.unit_price)?,
    };
    Ok(Line {
        item: draft.item.clone(),
        unit: draft.unit.clone(),
        quantity: draft.quantity,
        unit_price: draft.unit_price,
        total,
    })
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

    #[test]
    fn as_it_is_written_nothing_stated_is_corrected_and_the_rest_is_computed() {
        let json = serde_json::json!({
            "bidder_name": "江城园林", "price": "100.00", "price_words": "贰佰元整", "bond": "1.00", "quality": "合格",
            "duration_days": 120, "manager": "某甲", "lines": [
                {"item": "乔木", "unit": "株", "quantity": "2", "unit_price": "30.00", "total": "61.00"},
                {"item": "草皮", "unit": "m2", "quantity": "3", "unit_price": "5.00"},
            ],
        });
        let draft: Draft = serde_json::from_value(json).unwrap();
        let nothing = || BodyReference { commitment: Hash([0; 32]), header_mac_key: Hash([0; 32]) };
        let form = draft.form_as_written(nothing()).unwrap();
        assert_eq!((form.price.to_string(), form.price_words.as_str()), ("100.00 元".into(), "贰佰元整"));
        let totals: Vec<String> = form.lines.iter().map(|line| line.total.to_string()).collect();
        assert_eq!(totals, ["61.00", "15.00"]);
        use ximu_procedure::wire::event::Flag;
        let flags = ximu_procedure::reading::flags(&form, Some(Money::yuan("99.00").unwrap()));
        assert_eq!(flags, [Flag::WordsDiffer, Flag::LinesDiffer, Flag::AboveCeiling]);
        assert!(draft.form(nothing()).is_err());
    }
}
