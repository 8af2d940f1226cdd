//! Amounts of money (rules 3): a currency and a number with two decimals, never below zero.
//!
//! What an amount is for (a price, a ceiling, an estimate) is said by the field that carries it. Amounts in
//! Chinese financial numerals are in [`crate::words`]; a difference of two amounts is a [`Decimal`].

use alloc::string::{String, ToString};
use core::{cmp::Ordering, fmt};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::decimal::{Decimal, DecimalError};

/// Decimal places of every amount: 分.
pub const MONEY_SCALE: u8 = 2;

/// The largest amount in hundredths: 999,999,999,999,999.99. It fits the numeral words, and leaves 128-bit
/// arithmetic on amounts, weights and scales far from overflow.
pub const MONEY_HUNDREDTHS_MAX: i128 = 99_999_999_999_999_999;

/// A currency of the closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// Renminbi yuan 人民币元 (ISO 4217 `CNY`).
    #[serde(rename = "CNY")]
    Cny,
}

/// An amount of at least zero with exactly two decimals, `{"amount":"1234567.00","currency":"CNY"}` in JSON.
///
/// Amounts of one currency are ordered by value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// The number is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a number.
    #[error(transparent)]
    Number(#[from] DecimalError),
    /// Not two decimals.
    #[error("expected an amount with exactly two decimals such as 1234567.00, found {found}")]
    Decimals {
        /// The number as written.
        found: String,
    },
    /// Below zero or above [`MONEY_HUNDREDTHS_MAX`].
    #[error("expected an amount from 0.00 to 999999999999999.99, found {found}")]
    Range {
        /// The number as written.
        found: String,
    },
}

impl Money {
    /// An amount from a number with two decimals.
    ///
    /// # Errors
    /// [`MoneyError::Decimals`], [`MoneyError::Range`].
    pub fn new(currency: Currency, amount: Decimal) -> Result<Money, MoneyError> {
        if amount.scale() != MONEY_SCALE {
            return Err(MoneyError::Decimals { found: amount.to_string() });
        }
        if amount.is_negative() || amount.mantissa() > MONEY_HUNDREDTHS_MAX {
            return Err(MoneyError::Range { found: amount.to_string() });
        }
        Ok(Money { amount, currency })
    }

    /// An amount of yuan from text such as `1234567.00`.
    ///
    /// # Errors
    /// Any [`MoneyError`].
    pub fn yuan(text: &str) -> Result<Money, MoneyError> {
        Money::new(Currency::Cny, text.parse()?)
    }

    /// The number, with two decimals.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in hundredths (分).
    #[must_use]
    pub const fn hundredths(self) -> i128 {
        self.amount.mantissa()
    }

    /// Whether nothing is owed.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.amount.is_zero()
    }
}

impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Money) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Money {
    fn cmp(&self, other: &Money) -> Ordering {
        self.currency.cmp(&other.currency).then(self.hundredths().cmp(&other.hundredths()))
    }
}

impl fmt::Display for Money {
    /// For people: `1,234,567.00 元`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.amount.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                formatter.write_str(",")?;
            }
            write!(formatter, "{digit}")?;
        }
        match self.currency {
            Currency::Cny => write!(formatter, ".{fraction} 元"),
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            amount: Decimal,
            currency: Currency,
        }
        let raw = Raw::deserialize(deserializer)?;
        Money::new(raw.currency, raw.amount).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{from_canonical, to_canonical};

    #[test]
    fn an_amount_is_shown_with_groups_and_unit() {
        for (text, shown) in [
            ("0.00", "0.00 元"),
            ("7.05", "7.05 元"),
            ("123.40", "123.40 元"),
            ("1234.00", "1,234.00 元"),
            ("1234567.00", "1,234,567.00 元"),
            ("999999999999999.99", "999,999,999,999,999.99 元"),
        ] {
            assert_eq!(Money::yuan(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn an_amount_has_two_decimals_and_is_not_negative() {
        for bad in ["1", "1.0", "1.000", "-1.00", "1000000000000000.00", "1,000.00", "壹"] {
            assert!(Money::yuan(bad).is_err(), "{bad} must be refused");
        }
    }

    #[test]
    fn canonical_form_names_the_currency() {
        let price = Money::yuan("1234567.00").unwrap();
        let bytes = to_canonical(&price).unwrap();
        assert_eq!(bytes, br#"{"amount":"1234567.00","currency":"CNY"}"#);
        assert_eq!(from_canonical::<Money>(&bytes), Ok(price));
        for bad in [
            r#"{"amount":"1.00"}"#,
            r#"{"amount":"1.00","currency":"USD"}"#,
            r#"{"amount":"1.0","currency":"CNY"}"#,
            r#"{"amount":"1.00","currency":"CNY","unit":"元"}"#,
        ] {
            assert!(from_canonical::<Money>(bad.as_bytes()).is_err(), "{bad} must be refused");
        }
    }

    #[test]
    fn amounts_are_ordered_by_value() {
        assert!(Money::yuan("9.99").unwrap() < Money::yuan("10.00").unwrap());
    }
}
