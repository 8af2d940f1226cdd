//! Canonical JSON: the one byte form of every signed or hashed document (journal 2).
//!
//! The form is RFC 8785 narrowed: integers of magnitude at most 2^53 - 1 and no other numbers, ASCII member
//! names, no duplicate names. There is one way in: bytes are accepted when writing the value they parse to gives
//! the same bytes again, so unknown or duplicate members, white space and second spellings all fail alike.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The largest integer a canonical document may carry: 2^53 - 1 (RFC 7493 section 2.2).
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// A document is not canonical JSON of the expected shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The bytes are not JSON, or not of the expected shape.
    #[error("expected JSON of a {}, found: {found}", in_words(expected))]
    Shape {
        /// The type that was to be read.
        expected: &'static str,
        /// The parser's own words, with line and column.
        found: String,
    },
    /// The bytes are JSON, but not the canonical form of the value they carry.
    #[error("expected canonical JSON, found another spelling that first differs at byte {at}")]
    NotCanonical {
        /// Offset of the first byte that differs.
        at: usize,
    },
    /// A number is not an integer, or too large.
    #[error("expected an integer of magnitude at most 2^53 - 1, found {found}")]
    Number {
        /// The number as it was written.
        found: String,
    },
    /// A member name is not ASCII.
    #[error("expected an ASCII member name, found {found:?}")]
    MemberName {
        /// The name.
        found: String,
    },
}

/// Writes a value in canonical form.
///
/// # Errors
/// [`JsonError::Number`] and [`JsonError::MemberName`] when the value cannot be written canonically.
pub fn to_canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    let shape = |error: serde_json::Error| JsonError::Shape {
        expected: core::any::type_name::<T>(),
        found: error.to_string(),
    };
    let tree = serde_json::to_value(value).map_err(shape)?;
    check(&tree)?;
    serde_json::to_vec(&tree).map_err(shape)
}

/// Reads a value from bytes that must be its canonical form.
///
/// # Errors
/// Any [`JsonError`]; a member that the type does not know shows as [`JsonError::Shape`] or
/// [`JsonError::NotCanonical`].
pub fn from_canonical<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let value: T = serde_json::from_slice(bytes).map_err(|error| JsonError::Shape {
        expected: core::any::type_name::<T>(),
        found: error.to_string(),
    })?;
    let canonical = to_canonical(&value)?;
    if canonical == bytes {
        return Ok(value);
    }
    let same = canonical.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
    Err(JsonError::NotCanonical { at: same })
}

/// A type's name as people read it: `ximu_procedure::wire::SignedCommand` as `signed command`.
fn in_words(type_name: &str) -> String {
    let path = type_name.split('<').next().unwrap_or_default();
    let name = path.rsplit("::").next().unwrap_or_default();
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

fn check(tree: &Value) -> Result<(), JsonError> {
    match tree {
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) => {
            let small = number.as_i64().is_some_and(|integer| integer.unsigned_abs() <= INTEGER_MAX as u64);
            if small { Ok(()) } else { Err(JsonError::Number { found: number.to_string() }) }
        }
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            if !name.is_ascii() {
                return Err(JsonError::MemberName { found: name.clone() });
            }
            check(value)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        zeta: i64,
        alpha: String,
    }

    #[test]
    fn members_are_sorted_and_nothing_is_spaced() {
        let sample = Sample { zeta: -3, alpha: "徙木\n\u{1}\"".into() };
        let bytes = to_canonical(&sample).unwrap();
        assert_eq!(core::str::from_utf8(&bytes).unwrap(), r#"{"alpha":"徙木\n\u0001\"","zeta":-3}"#);
        assert_eq!(from_canonical::<Sample>(&bytes), Ok(sample));
    }

    #[test]
    fn what_was_expected_is_told_in_words() {
        assert_eq!(in_words("ximu_procedure::wire::signed::SignedCommand"), "signed command");
        assert_eq!(in_words("alloc::vec::Vec<ximu_x::Y>"), "vec");
        let said = from_canonical::<Sample>(b"{").unwrap_err().to_string();
        assert!(said.starts_with("expected JSON of a sample, found: "), "{said}");
    }

    #[test]
    fn every_second_spelling_is_refused() {
        for other in [
            r#"{"zeta":1,"alpha":"a"}"#,
            r#"{"alpha":"a","zeta":1 }"#,
            r#"{"alpha":"a","alpha":"a","zeta":1}"#,
            r#"{"alpha":"a","beta":0,"zeta":1}"#,
            r#"{"alpha":"\u0061","zeta":1}"#,
            r#"{"alpha":"a","zeta":1.0}"#,
            r#"{"alpha":"a","zeta":9007199254740992}"#,
            r#"{"alpha":"a","zeta":1}x"#,
        ] {
            assert!(from_canonical::<Sample>(other.as_bytes()).is_err(), "{other} must be refused");
        }
        assert!(from_canonical::<Sample>(br#"{"alpha":"a","zeta":9007199254740991}"#).is_ok());
    }

    #[test]
    fn floats_and_foreign_member_names_are_refused_in_free_values() {
        assert!(from_canonical::<Value>(b"1.5").is_err());
        assert!(from_canonical::<Value>("{\"价\":1}".as_bytes()).is_err());
        assert!(from_canonical::<Value>(br#"{"a":1,"a":1}"#).is_err());
    }
}
