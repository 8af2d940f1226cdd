//! Reading a table of the tree key by key, with every fault collected.

use std::{cell::RefCell, collections::BTreeMap, str::FromStr};

use serde::de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer};

use crate::{
    Code, Fault,
    fault::sorted,
    nearest::{advice, nearest},
    tree::{Node, Place, TRUTH, Value},
};

/// Where faults are collected.
#[derive(Debug)]
pub(crate) struct Faults {
    found: RefCell<Vec<Fault>>,
    /// The top of the tender's own file: a key that is missing is missing there, never in a preset.
    top: Place,
}

impl Faults {
    /// None yet; `top` is the top of the tender's own file.
    pub fn of(top: Place) -> Faults {
        Faults { found: RefCell::default(), top }
    }

    pub fn add(&self, fault: Fault) {
        self.found.borrow_mut().push(fault);
    }

    /// All of them, by file and line.
    pub fn into_sorted(self) -> Vec<Fault> {
        sorted(self.found.into_inner())
    }
}

/// A table whose keys are known.
pub(crate) struct Table<'a> {
    /// The table's own key, empty for the document.
    key: String,
    node: &'a Node,
    members: &'a BTreeMap<String, Node>,
    faults: &'a Faults,
}

/// The syntax of a text: what is expected, and what to do when it is something else.
pub(crate) struct Syntax {
    /// What is expected.
    pub expected: &'static str,
    /// What to do.
    pub fix: &'static str,
}

impl<'a> Table<'a> {
    /// A table of the tree; unknown keys are faults at once.
    pub fn new(key: String, node: &'a Node, known: &[&str], faults: &'a Faults) -> Option<Table<'a>> {
        let Value::Table(members) = &node.value else {
            let fix = "write a table of keys and values".to_string();
            let found = node.value.shown();
            faults.add(Fault::at(&node.place, &key, Code::Type, "a table".into(), found, fix));
            return None;
        };
        let table = Table { key, node, members, faults };
        for (name, member) in members.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            let expected = "a known key".to_string();
            table.fault_at(
                member,
                name,
                Code::UnknownKey,
                expected,
                format!("'{name}'"),
                advice(name, known),
            );
        }
        Some(table)
    }

    /// Whether the key is written.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A table below this one.
    pub fn table(&self, name: &str, known: &[&str]) -> Option<Table<'a>> {
        Table::new(self.path(name), self.member(name, "a table")?, known, self.faults)
    }

    /// A word of a table below this one, whose other keys depend on it and are read afterwards.
    pub fn peek<T: DeserializeOwned>(&self, table: &str, name: &str) -> Option<T> {
        let node = self.member(table, "a table")?;
        match &node.value {
            Value::Table(members) => {
                let below = Table { key: self.path(table), node, members, faults: self.faults };
                below.word(name)
            }
            Value::List(_) | Value::Text(_) | Value::Number(_) | Value::Other(..) => {
                self.table(table, &[]);
                None
            }
        }
    }

    /// A key that may be left out: `None` within for a key that is not written.
    pub fn optional<T>(&self, name: &str, read: impl FnOnce(&Table<'a>) -> Option<T>) -> Option<Option<T>> {
        if self.has(name) { read(self).map(Some) } else { Some(None) }
    }

    /// Faults for keys that a choice made by another key leaves no use for.
    pub fn only(&self, known: &[&str]) {
        Table::new(self.key.clone(), self.node, known, self.faults);
    }

    /// The tables of a list of tables, each `None` where something else stands.
    pub fn tables(&self, name: &str, known: &[&str]) -> Option<Vec<Option<Table<'a>>>> {
        let items = self.items(name)?.iter().enumerate();
        Some(items.map(|(at, item)| Table::new(self.item(name, at), item, known, self.faults)).collect())
    }

    /// The names and tables of a table of tables, whose names must be words of a closed set.
    pub fn named<T: DeserializeOwned>(
        &self,
        name: &str,
        known: &[&str],
    ) -> Option<Vec<Option<(T, Table<'a>)>>> {
        let node = self.member(name, "a table")?;
        let Value::Table(members) = &node.value else {
            self.fault_at(
                node,
                name,
                Code::Type,
                "a table".into(),
                node.value.shown(),
                format!("write [{name}.x]"),
            );
            return None;
        };
        let path = self.path(name);
        let read = |(key, member): (&String, &'a Node)| {
            let path = format!("{path}.{key}");
            let word = word(key).map_err(|words| {
                let (expected, found) = ("a known key".to_string(), format!("'{key}'"));
                let fault =
                    Fault::at(&member.place, &path, Code::UnknownKey, expected, found, advice(key, words));
                self.faults.add(fault);
            });
            word.ok().zip(Table::new(path, member, known, self.faults))
        };
        Some(members.iter().map(read).collect())
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.text_of(self.member(name, "a text in quotes")?, name, "a text in quotes").map(str::to_string)
    }

    /// A text with a syntax of its own.
    pub fn parsed<T: FromStr>(&self, name: &str, syntax: &Syntax) -> Option<T> {
        self.read_text(name, syntax, |text| text.parse().ok())
    }

    /// A text read by a function.
    pub fn read_text<T>(&self, name: &str, syntax: &Syntax, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let node = self.member(name, syntax.expected)?;
        let value = read(self.text_of(node, name, syntax.expected)?);
        if value.is_none() {
            let (expected, fix) = (syntax.expected.to_string(), syntax.fix.to_string());
            self.fault_at(node, name, Code::Value, expected, node.value.shown(), fix);
        }
        value
    }

    /// A word of a closed set.
    pub fn word<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let node = self.member(name, "a word in quotes")?;
        self.word_of(node, name)
    }

    /// A list of words of a closed set.
    pub fn words<T: DeserializeOwned>(&self, name: &str) -> Option<Vec<T>> {
        let words = self.items(name)?.iter().enumerate();
        let words: Vec<Option<T>> =
            words.map(|(at, item)| self.word_of(item, &format!("{name}[{at}]"))).collect();
        words.into_iter().collect()
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        let items = self.items(name)?.iter().enumerate();
        let texts: Vec<Option<&str>> = items
            .map(|(at, item)| self.text_of(item, &format!("{name}[{at}]"), "a text in quotes"))
            .collect();
        texts.into_iter().map(|text| text.map(str::to_string)).collect()
    }

    /// A list of texts with a syntax of their own.
    pub fn parsed_list<T: FromStr>(&self, name: &str, syntax: &Syntax) -> Option<Vec<T>> {
        let items = self.items(name)?.iter().enumerate();
        let values: Vec<Option<T>> = items
            .map(|(at, item)| {
                let name = format!("{name}[{at}]");
                let value = self.text_of(item, &name, syntax.expected)?.parse().ok();
                if value.is_none() {
                    let (expected, fix) = (syntax.expected.to_string(), syntax.fix.to_string());
                    self.fault_at(item, &name, Code::Value, expected, item.value.shown(), fix);
                }
                value
            })
            .collect();
        values.into_iter().collect()
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &str) -> Option<bool> {
        let node = self.member(name, "true or false")?;
        match &node.value {
            Value::Other(TRUTH, text) => Some(text == "true"),
            Value::Table(_) | Value::List(_) | Value::Text(_) | Value::Number(_) | Value::Other(..) => {
                let (found, fix) = (node.value.shown(), "write it without quotes".to_string());
                self.fault_at(node, name, Code::Type, "true or false".into(), found, fix);
                None
            }
        }
    }

    /// A whole number that fits its type; `name` may have a range of its own, which the document's check states.
    pub fn number<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        let node = self.member(name, "a whole number")?;
        let fault = |code, expected: String, fix: &str| {
            self.fault_at(node, name, code, expected, node.value.shown(), fix.to_string());
        };
        let number = match &node.value {
            Value::Number(number) => *number,
            Value::Table(_) | Value::List(_) | Value::Text(_) | Value::Other(..) => {
                fault(Code::Type, "a whole number".into(), "write plain digits, without quotes or a point");
                return None;
            }
        };
        let fitting = T::try_from(number).ok();
        if fitting.is_none() {
            let largest = u64::MAX >> (64 - 8 * size_of::<T>().clamp(1, 8));
            fault(Code::Value, format!("a whole number from 0 to {largest}"), "write a number in this range");
        }
        fitting
    }

    /// A list of whole numbers that fit their type.
    pub fn numbers<T: TryFrom<i64>>(&self, name: &str) -> Option<Vec<T>> {
        let items = self.items(name)?.iter().enumerate();
        let numbers: Vec<Option<T>> = items
            .map(|(at, item)| {
                match &item.value {
                    Value::Number(number) => T::try_from(*number).ok(),
                    Value::Table(_) | Value::List(_) | Value::Text(_) | Value::Other(..) => None,
                }
                .or_else(|| {
                    let (expected, fix) = ("a whole number".to_string(), "write plain digits".to_string());
                    self.fault_at(
                        item,
                        &format!("{name}[{at}]"),
                        Code::Type,
                        expected,
                        item.value.shown(),
                        fix,
                    );
                    None
                })
            })
            .collect();
        numbers.into_iter().collect()
    }

    /// Adds a fault at one of this table's keys.
    fn fault_at(&self, node: &Node, name: &str, code: Code, expected: String, found: String, fix: String) {
        self.faults.add(Fault::at(&node.place, &self.path(name), code, expected, found, fix));
    }

    fn member(&self, name: &str, what: &str) -> Option<&'a Node> {
        let member = self.members.get(name);
        if member.is_none() {
            let own = self.node.place.file == self.faults.top.file;
            let place = if own { &self.node.place } else { &self.faults.top };
            let fix = match (self.key.as_str(), own) {
                ("", _) => format!("add '{name}'"),
                // `lots[0]` is written `[[lots]]`.
                (key, true) => match key.split_once('[') {
                    Some((list, _)) => format!("add '{name}' to [[{list}]]"),
                    None => format!("add '{name}' to [{key}]"),
                },
                (key, false) => format!("add [{key}] with '{name}' to this file"),
            };
            let (expected, found) = (what.to_string(), "nothing".to_string());
            self.faults.add(Fault::at(place, &self.path(name), Code::Missing, expected, found, fix));
        }
        member
    }

    fn items(&self, name: &str) -> Option<&'a [Node]> {
        let node = self.member(name, "a list")?;
        match &node.value {
            Value::List(items) => Some(items),
            Value::Table(_) | Value::Text(_) | Value::Number(_) | Value::Other(..) => {
                let fix = "write [ ... ]; a list of tables is headed [[ ]]".to_string();
                self.fault_at(node, name, Code::Type, "a list".into(), node.value.shown(), fix);
                None
            }
        }
    }

    fn text_of(&self, node: &'a Node, name: &str, what: &str) -> Option<&'a str> {
        match &node.value {
            Value::Text(text) => Some(text),
            Value::Table(_) | Value::List(_) | Value::Number(_) | Value::Other(..) => {
                let fix = "put it in quotes".to_string();
                self.fault_at(node, name, Code::Type, what.to_string(), node.value.shown(), fix);
                None
            }
        }
    }

    fn word_of<T: DeserializeOwned>(&self, node: &'a Node, name: &str) -> Option<T> {
        let text = self.text_of(node, name, "a word in quotes")?;
        word(text)
            .map_err(|known| {
                let expected = format!("one of: {}", known.join(", "));
                let fix = match nearest(text, known.iter().copied()) {
                    Some(word) => format!("did you mean '{word}'?"),
                    None => "write one of these words".to_string(),
                };
                self.fault_at(node, name, Code::Value, expected, node.value.shown(), fix);
            })
            .ok()
    }

    fn path(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_string() } else { format!("{}.{name}", self.key) }
    }

    fn item(&self, name: &str, at: usize) -> String {
        format!("{}[{at}]", self.path(name))
    }
}

/// A word of a closed set, or the words there are.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> Result<T, &'static [&'static str]> {
    let deserializer: StrDeserializer<'_, Words> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|words| words.0)
}

/// The words of a closed set, as its own reader names them when it refuses one.
#[derive(Debug, thiserror::Error)]
#[error("expected one of {0:?}")]
struct Words(&'static [&'static str]);

impl serde::de::Error for Words {
    fn custom<T: std::fmt::Display>(_: T) -> Words {
        Words(&[])
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Words {
        Words(known)
    }
}
