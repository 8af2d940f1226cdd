//! The JSON that is published: a tree whose numbers are scaled integers and whose member names are our own words.
//!
//! Canonical JSON (`ximu_basics::json`) has no fractions, and the standard wants amounts as numbers; so this writer is
//! apart. A text of somebody else is always a string, and inert wherever the JSON is pasted (ocds 2.4).

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;
use ximu_basics::{Decimal, Hash, Instant, Money, money::Currency};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// Takes a member away when releases are merged (ocds 5).
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with its digits exactly as they are scaled.
    Decimal(Decimal),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Object),
}

/// An object; its members are written in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object(pub BTreeMap<&'static str, Json>);

impl Object {
    /// An object without members.
    #[must_use]
    pub fn new() -> Object {
        Object::default()
    }

    /// The same object with a member.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Json>) -> Object {
        self.set(name, value);
        self
    }

    /// The same object, with a member when there is a value.
    #[must_use]
    pub fn maybe(mut self, name: &'static str, value: Option<impl Into<Json>>) -> Object {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }

    /// Sets a member.
    pub fn set(&mut self, name: &'static str, value: impl Into<Json>) {
        self.0.insert(name, value.into());
    }

    /// Whether it has no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Json {
    /// The bytes that are served: no white space, members in the order of their names.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Integer(number) => out.push_str(&number.to_string()),
            Json::Decimal(number) => out.push_str(&number.to_string()),
            Json::Text(text) => write_text(text, out),
            Json::List(items) => {
                write_all(out, ('[', ']'), items, |item, out| item.write(out));
            }
            Json::Object(object) => {
                write_all(out, ('{', '}'), &object.0, |(name, value), out| {
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                });
            }
        }
    }
}

fn write_all<T>(
    out: &mut String,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    write: impl Fn(T, &mut String),
) {
    out.push(open);
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(close);
}

/// Writes a string so that nothing in it acts: control characters, what HTML reads as markup, line separators and what
/// reorders the text beside it are escaped.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '<' | '>' | '&' | '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => escape(character, out),
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                escape(character, out);
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
}

/// Every character that comes here is in the basic plane.
fn escape(character: char, out: &mut String) {
    out.push_str(&format!("\\u{:04x}", u32::from(character)));
}

/// The word that a value of a closed set has on the wire.
pub(crate) fn word(value: &impl Serialize) -> Option<Json> {
    match serde_json::to_value(value).ok()? {
        serde_json::Value::String(text) => Some(Json::Text(text)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Array(_)
        | serde_json::Value::Object(_) => None,
    }
}

/// The words of several values.
pub(crate) fn words<T: Serialize>(values: &[T]) -> Option<Json> {
    let words: Vec<Json> = values.iter().filter_map(word).collect();
    if words.is_empty() { None } else { Some(Json::List(words)) }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Json {
        Json::Integer(i64::from(number))
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Json {
        Json::Integer(number)
    }
}

impl From<Decimal> for Json {
    fn from(number: Decimal) -> Json {
        Json::Decimal(number)
    }
}

impl From<Instant> for Json {
    fn from(instant: Instant) -> Json {
        Json::Text(instant.to_string())
    }
}

impl From<Hash> for Json {
    fn from(hash: Hash) -> Json {
        Json::Text(hash.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::List(items)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Json {
        Json::Object(object)
    }
}

impl From<Money> for Json {
    fn from(money: Money) -> Json {
        let currency = match money.currency() {
            Currency::Cny => "CNY",
        };
        Object::new().with("amount", money.amount()).with("currency", currency).into()
    }
}

/// How many, as JSON counts.
pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn amounts_are_numbers_with_exactly_their_digits() {
        let largest = Money::yuan("999999999999999.99").unwrap();
        assert_eq!(Json::from(largest).to_text(), r#"{"amount":999999999999999.99,"currency":"CNY"}"#);
        assert_eq!(Json::from("-0.5".parse::<Decimal>().unwrap()).to_text(), "-0.5");
        assert_eq!(
            Json::from(vec![Json::Integer(-3), Json::Null, Json::Bool(true)]).to_text(),
            "[-3,null,true]"
        );
    }

    #[test]
    fn whatever_a_text_says_it_stays_one_string() {
        for hostile in [
            "\",\"ocid\":\"other",
            "\\\"}]}\\",
            "</script><script>alert(1)</script>",
            "\u{0}\u{1b}[2J\u{7f}\r\n\t",
            "\u{202e}\u{2028}\u{feff}\u{2066}",
            "=HYPERLINK(\"x\")&amp;",
            "徙木立信 🪵",
        ] {
            let object = Object::new().with("title", hostile);
            let text = Json::from(object).to_text();
            assert!(
                text.chars().all(|one| !one.is_control() && !"<>&\u{202e}\u{2028}".contains(one)),
                "{text}"
            );
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["title"], hostile);
            assert_eq!(read.as_object().unwrap().len(), 1);
        }
    }
}
