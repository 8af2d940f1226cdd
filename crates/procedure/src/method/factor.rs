//! A number of a method (rules 10.4): stated in the document, or drawn from a set of coefficients.

use alloc::{string::String, vec, vec::Vec};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use ximu_basics::{CoefficientId, Decimal};

use super::{Coefficients, RankFault};
use crate::rules::CoefficientSet;

/// What stands before the name of a set: `drawn:k`.
const DRAWN: &str = "drawn:";

/// A number that is stated, `"0.95"`, or drawn, `"drawn:k"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Factor {
    /// This number.
    Fixed(Decimal),
    /// The number drawn from the set of this name.
    Drawn(CoefficientId),
}

/// The text is neither a number nor the name of a set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a number such as 0.95, or drawn: and the name of a set of coefficients, found {found:?}")]
pub struct FactorSyntax {
    /// What stood there, cut to 80 characters.
    pub found: String,
}

impl Factor {
    /// The number itself.
    ///
    /// # Errors
    /// [`RankFault::NotDrawn`].
    pub fn value(&self, drawn: &Coefficients) -> Result<Decimal, RankFault> {
        match self {
            Factor::Fixed(value) => Ok(*value),
            Factor::Drawn(name) => {
                drawn.get(name).copied().ok_or_else(|| RankFault::NotDrawn { name: name.clone() })
            }
        }
    }

    /// The set it is drawn from.
    #[must_use]
    pub const fn set(&self) -> Option<&CoefficientId> {
        match self {
            Factor::Fixed(_) => None,
            Factor::Drawn(name) => Some(name),
        }
    }

    /// Every number it may be; none when the document lacks the set.
    #[must_use]
    pub fn possible(&self, sets: &[CoefficientSet]) -> Vec<Decimal> {
        match self {
            Factor::Fixed(value) => vec![*value],
            Factor::Drawn(name) => {
                sets.iter().filter(|set| set.name == *name).flat_map(|set| set.values.clone()).collect()
            }
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Factor::Fixed(value) => value.fmt(formatter),
            Factor::Drawn(name) => write!(formatter, "{DRAWN}{name}"),
        }
    }
}

impl FromStr for Factor {
    type Err = FactorSyntax;

    fn from_str(text: &str) -> Result<Factor, FactorSyntax> {
        let read = match text.strip_prefix(DRAWN) {
            Some(name) => name.parse().ok().map(Factor::Drawn),
            None => text.parse().ok().map(Factor::Fixed),
        };
        read.ok_or_else(|| FactorSyntax { found: text.chars().take(80).collect() })
    }
}

impl Serialize for Factor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Factor, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_factor_has_one_spelling() {
        for text in ["0.95", "1", "drawn:k", "drawn:k-1"] {
            assert_eq!(text.parse::<Factor>().unwrap().to_string(), text);
        }
        for text in ["", "k", "drawn:", "drawn: k", "drawn:K", "Drawn:k", "+1", ".5", "drawn:k:1"] {
            assert!(text.parse::<Factor>().is_err(), "{text:?} must be refused");
        }
    }

    #[test]
    fn a_drawn_factor_is_the_number_drawn() {
        let factor: Factor = "drawn:k".parse().unwrap();
        let name: CoefficientId = "k".parse().unwrap();
        assert_eq!(factor.value(&Coefficients::new()), Err(RankFault::NotDrawn { name: name.clone() }));
        let drawn = Coefficients::from([(name, "0.97".parse().unwrap())]);
        assert_eq!(factor.value(&drawn), Ok("0.97".parse().unwrap()));
    }
}
