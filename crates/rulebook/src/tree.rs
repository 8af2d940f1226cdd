//! A TOML document as a tree in which every value knows its place.
//!
//! Only what rules files use is kept apart: tables, lists, texts and whole numbers. Everything else is remembered
//! by its type's name, so that a fault can say it.

use std::{collections::BTreeMap, sync::Arc};
use toml::de::{DeTable, DeValue};

use crate::{Code, Fault, fault::sorted};

/// The name of the type of `true` and `false`.
pub(crate) const TRUTH: &str = "truth value";

/// Where a key or list item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

/// A value and its place: that of its key in a table, its own in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// A TOML value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A table.
    Table(BTreeMap<String, Node>),
    /// An array.
    List(Vec<Node>),
    /// A string.
    Text(String),
    /// An integer of 64 bits.
    Number(i64),
    /// Another type: its name and the value. Of these only a truth value is a key's.
    Other(&'static str, String),
}

impl Node {
    /// A member of a table by its key, or an item of a list by its number.
    pub fn child(&self, step: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(members) => members.get(step),
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            Value::Text(_) | Value::Number(_) | Value::Other(..) => None,
        }
    }
}

impl Value {
    /// The value in words, for a fault.
    pub fn shown(&self) -> String {
        match self {
            Value::Table(_) => "a table".to_string(),
            Value::List(_) => "a list".to_string(),
            Value::Text(text) => format!("{:?}", text.chars().take(64).collect::<String>()),
            Value::Number(number) => format!("the number {number}"),
            Value::Other(kind, text) => format!("the {kind} {text}"),
        }
    }
}

/// Reads a TOML document; `file` stands in every place.
///
/// # Errors
/// Every syntax error, with its line.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, Vec<Fault>> {
    let lines = Lines::of(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let place = lines.place(0);
        return Ok(Node { place, value: lines.table(table.get_ref()) });
    }
    let fault = |error: &toml::de::Error| {
        let place = lines.place(error.span().map_or(0, |span| span.start));
        let fix = "correct the line; see toml.io for the form".to_string();
        Fault::at(&place, "file", Code::Toml, "TOML 1.0".into(), error.message().to_string(), fix)
    };
    Err(sorted(errors.iter().map(fault).collect()))
}

/// The lines of a text, to turn byte offsets into places.
struct Lines<'a> {
    file: Arc<str>,
    text: &'a str,
    /// The byte each line begins at.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(file: &str, text: &'a str) -> Lines<'a> {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { file: file.into(), text, starts: std::iter::once(0).chain(after).collect() }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).map_or(0, |text| text.chars().count());
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Place { file: self.file.clone(), line: number(line), column: number(before + 1) }
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
            let key: &toml::Spanned<std::borrow::Cow<'_, str>> = key;
            let node = Node { place: self.place(key.span().start), value: self.value(value.get_ref()) };
            (key.get_ref().to_string(), node)
        };
        Value::Table(table.iter().map(member).collect())
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::Table(table) => self.table(table),
            DeValue::Array(items) => {
                let item = |item: &toml::Spanned<DeValue<'_>>| Node {
                    place: self.place(item.span().start),
                    value: self.value(item.get_ref()),
                };
                Value::List(items.iter().map(item).collect())
            }
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(number) => Value::Number(number),
                Err(_) => Value::Other("too large number", integer.to_string()),
            },
            DeValue::Float(float) => Value::Other("decimal number", float.to_string()),
            DeValue::Boolean(flag) => Value::Other(TRUTH, flag.to_string()),
            DeValue::Datetime(time) => Value::Other("bare date", time.to_string()),
        }
    }
}
