//! Scaled decimal integers (rules 2): the only numbers with a fraction in this project.
//!
//! A [`Decimal`] is a 128-bit mantissa and a count of decimal places. Addition, subtraction and multiplication are
//! exact or fail; the one operation that rounds is [`div`], and every caller names its scale and its rounding. Not
//! a decimal library: nothing here rounds by itself, and nothing here is money (see [`crate::money`]).

use alloc::{
    format,
    string::{String, ToString},
};
use core::{cmp::Ordering, fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The most decimal places a number may have: enough for any ratio of two amounts, and 10^18 fits 64 bits.
pub const SCALE_MAX: u8 = 18;

/// The most digits a number may be written with; every such number fits 128 bits with room for a sign.
pub const DIGITS_MAX: usize = 36;

/// A number `mantissa / 10^scale`, written in JSON as a string with exactly `scale` decimal places.
///
/// Equality is of the written form: `1.0` and `1.00` are different documents. Compare values with
/// [`Decimal::compare`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i128,
    scale: u8,
}

/// How a quotient that does not end at the asked scale is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest, halves away from zero: 四舍五入, the rule of tender documents.
    HalfUp,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
}

/// An operation on decimals has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text is not a number in its one spelling.
    #[error("expected a number such as -12.50 with at most 18 decimals and 36 digits, found {found:?}")]
    Syntax {
        /// What stood there, cut to 64 characters.
        found: String,
    },
    /// More decimal places than [`SCALE_MAX`].
    #[error("expected at most 18 decimal places, found {found}")]
    Scale {
        /// The number of places.
        found: u32,
    },
    /// The result does not fit 128 bits.
    #[error("expected a result of at most 38 digits, found a larger one in {operation}")]
    Overflow {
        /// Which operation.
        operation: &'static str,
    },
    /// A division by zero.
    #[error("expected a divisor other than zero, found 0")]
    DivisionByZero,
}

/// Divides two decimals, giving the quotient with exactly `scale` decimal places: the one rounding operation.
///
/// ```
/// use ximu_basics::decimal::{Decimal, Rounding, div};
/// let (two, three): (Decimal, Decimal) = ("2".parse().unwrap(), "3".parse().unwrap());
/// assert_eq!(div(two, three, 2, Rounding::HalfUp).unwrap().to_string(), "0.67");
/// assert_eq!(div(two, three, 2, Rounding::Down).unwrap().to_string(), "0.66");
/// ```
///
/// # Errors
/// [`DecimalError::DivisionByZero`], [`DecimalError::Scale`], [`DecimalError::Overflow`].
pub fn div(
    numerator: Decimal,
    denominator: Decimal,
    scale: u8,
    rounding: Rounding,
) -> Result<Decimal, DecimalError> {
    if denominator.mantissa == 0 {
        return Err(DecimalError::DivisionByZero);
    }
    check_scale(u32::from(scale))?;
    let shift = i32::from(scale) + i32::from(denominator.scale) - i32::from(numerator.scale);
    let power = power_of_ten(shift.unsigned_abs())?;
    let overflow = DecimalError::Overflow { operation: "division" };
    let (top, bottom) = if shift >= 0 {
        (numerator.mantissa.checked_mul(power), Some(denominator.mantissa))
    } else {
        (Some(numerator.mantissa), denominator.mantissa.checked_mul(power))
    };
    let (top, bottom) = top.zip(bottom).ok_or_else(|| overflow.clone())?;
    let quotient = top.checked_div(bottom).ok_or_else(|| overflow.clone())?;
    let remainder = top.checked_rem(bottom).ok_or_else(|| overflow.clone())?;
    let negative = (top < 0) != (bottom < 0);
    let away = if negative { -1 } else { 1 };
    let mantissa = if rounds_away(quotient, remainder.unsigned_abs(), bottom.unsigned_abs(), rounding) {
        quotient.checked_add(away).ok_or(overflow)?
    } else {
        quotient
    };
    Ok(Decimal { mantissa, scale })
}

/// Whether a truncated quotient must move one unit away from zero.
fn rounds_away(quotient: i128, remainder: u128, divisor: u128, rounding: Rounding) -> bool {
    // `divisor - remainder` cannot underflow; comparing it with the remainder avoids doubling, which could overflow.
    let half = remainder.cmp(&divisor.saturating_sub(remainder));
    match rounding {
        Rounding::Down => false,
        Rounding::Up => remainder != 0,
        Rounding::HalfUp => remainder != 0 && half != Ordering::Less,
        Rounding::HalfEven => match half {
            Ordering::Less => false,
            Ordering::Equal => quotient % 2 != 0,
            Ordering::Greater => true,
        },
    }
}

impl Decimal {
    /// The number `mantissa / 10^scale`.
    ///
    /// # Errors
    /// [`DecimalError::Scale`] for more than [`SCALE_MAX`] places, [`DecimalError::Overflow`] for more than
    /// [`DIGITS_MAX`] digits.
    pub fn new(mantissa: i128, scale: u8) -> Result<Decimal, DecimalError> {
        check_scale(u32::from(scale))?;
        if mantissa.unsigned_abs() >= 10_u128.pow(DIGITS_MAX as u32) {
            return Err(DecimalError::Overflow { operation: "a number" });
        }
        Ok(Decimal { mantissa, scale })
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Decimal {
        Decimal { mantissa: number as i128, scale: 0 }
    }

    /// The number without its point.
    #[must_use]
    pub const fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// How many decimal places it has.
    #[must_use]
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Whether it is zero, at any scale.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Orders by value: `1.0` and `1.00` are equal here.
    #[must_use]
    pub fn compare(self, other: Decimal) -> Ordering {
        let (left, right) = (self.whole_part(), other.whole_part());
        left.cmp(&right).then_with(|| self.fraction_18().cmp(&other.fraction_18()))
    }

    /// The sum, with the larger of the two scales.
    ///
    /// # Errors
    /// [`DecimalError::Overflow`].
    pub fn plus(self, other: Decimal) -> Result<Decimal, DecimalError> {
        let scale = self.scale.max(other.scale);
        let sum = self.mantissa_at(scale)?.checked_add(other.mantissa_at(scale)?);
        sum.map(|mantissa| Decimal { mantissa, scale })
            .ok_or(DecimalError::Overflow { operation: "addition" })
    }

    /// The difference, with the larger of the two scales.
    ///
    /// # Errors
    /// [`DecimalError::Overflow`].
    pub fn minus(self, other: Decimal) -> Result<Decimal, DecimalError> {
        let scale = self.scale.max(other.scale);
        let difference = self.mantissa_at(scale)?.checked_sub(other.mantissa_at(scale)?);
        difference
            .map(|mantissa| Decimal { mantissa, scale })
            .ok_or(DecimalError::Overflow { operation: "subtraction" })
    }

    /// The exact product, whose scale is the sum of the two scales.
    ///
    /// # Errors
    /// [`DecimalError::Overflow`]; [`DecimalError::Scale`] when the scales add up to more than [`SCALE_MAX`].
    pub fn times(self, other: Decimal) -> Result<Decimal, DecimalError> {
        let scale = self.scale.saturating_add(other.scale);
        check_scale(u32::from(scale))?;
        let product = self.mantissa.checked_mul(other.mantissa);
        product
            .map(|mantissa| Decimal { mantissa, scale })
            .ok_or(DecimalError::Overflow { operation: "multiplication" })
    }

    /// The same number at another scale, rounded when places are lost: a division by one.
    ///
    /// # Errors
    /// Those of [`div`].
    pub fn rescale(self, scale: u8, rounding: Rounding) -> Result<Decimal, DecimalError> {
        div(self, Decimal::whole(1), scale, rounding)
    }

    fn mantissa_at(self, scale: u8) -> Result<i128, DecimalError> {
        let power = power_of_ten(u32::from(scale.saturating_sub(self.scale)))?;
        self.mantissa.checked_mul(power).ok_or(DecimalError::Overflow { operation: "a change of scale" })
    }

    fn unit(self) -> i128 {
        10_i128.pow(u32::from(self.scale))
    }

    fn whole_part(self) -> i128 {
        self.mantissa.div_euclid(self.unit())
    }

    /// The fraction above the whole part, in units of 10^-18.
    fn fraction_18(self) -> i128 {
        let missing = u32::from(SCALE_MAX.saturating_sub(self.scale));
        self.mantissa.rem_euclid(self.unit()) * 10_i128.pow(missing)
    }
}

fn check_scale(scale: u32) -> Result<(), DecimalError> {
    if scale > u32::from(SCALE_MAX) { Err(DecimalError::Scale { found: scale }) } else { Ok(()) }
}

fn power_of_ten(exponent: u32) -> Result<i128, DecimalError> {
    10_i128.checked_pow(exponent).ok_or(DecimalError::Overflow { operation: "a change of scale" })
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let places = usize::from(self.scale);
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at_checked(padded.len() - places).unwrap_or((&padded, ""));
        match places {
            0 => write!(formatter, "{sign}{whole}"),
            _ => write!(formatter, "{sign}{whole}.{fraction}"),
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads the one spelling of a number: no plus sign, no leading zero, no bare point, no `-0`, no exponent.
    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        parse(text).ok_or_else(|| DecimalError::Syntax { found: text.chars().take(64).collect() })
    }
}

fn parse(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero || !digits(whole) || !digits(fraction) {
        return None;
    }
    if whole.len() + fraction.len() > DIGITS_MAX {
        return None;
    }
    let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= SCALE_MAX)?;
    let magnitude: i128 = format!("{whole}{fraction}").parse().ok()?;
    let negative = unsigned.len() != text.len();
    if negative && magnitude == 0 {
        return None;
    }
    Some(Decimal { mantissa: if negative { -magnitude } else { magnitude }, scale })
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
