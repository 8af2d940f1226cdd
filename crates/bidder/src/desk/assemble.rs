//! From what was entered to a command of the closed set (desk 4). Every fault is named at its member, all at once.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use ximu_basics::{Hash, Instant, Money, Salt};
use ximu_procedure::wire::{
    Command,
    command::{Document, contract_commitment},
};

use super::{
    field::{Field, Kind, List, When},
    table::{Deed, Place},
};
use crate::act::Record;

/// What was entered, by member.
pub type Values = BTreeMap<String, Value>;

/// A command, and what has to be kept or left beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// The command.
    pub command: Command,
    /// Records that open the commitments in it, by file name: the person keeps them.
    pub kept: Vec<(String, String)>,
    /// The record for the centre's vault, when the command names one.
    pub vault: Option<String>,
}

/// Something that was entered cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The member; empty for the command as a whole.
    pub path: String,
    /// Which: the message `desk-fault-<code>`.
    pub code: &'static str,
}

/// A file that stays with the person.
#[derive(Deserialize)]
struct Held {
    name: String,
    sha256: Hash,
    salt: Salt,
}

/// Puts a command together.
///
/// # Errors
/// Every [`Fault`].
pub fn assemble(deed: &Deed, values: &Values) -> Result<Assembled, Vec<Fault>> {
    let Place::Desk(fields) = deed.place else {
        return Err(Vec::from([Fault { path: String::new(), code: "elsewhere" }]));
    };
    let mut making = Making { values, root: Map::new(), kept: Vec::new(), vault: None };
    making.root.insert("type".to_string(), json!(deed.command));
    let mut faults = Vec::new();
    for field in fields {
        if let Err(code) = making.take(field) {
            faults.push(Fault { path: field.path.to_string(), code });
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = || {
        let path = fields.iter().find(|field| field.kind == Kind::Line);
        let path = path.map_or_else(String::new, |field| field.path.to_string());
        Vec::from([Fault { path, code: "form" }])
    };
    let command = serde_json::from_value(Value::Object(making.root)).map_err(|_| whole())?;
    Ok(Assembled { command, kept: making.kept, vault: making.vault })
}

struct Making<'a> {
    values: &'a Values,
    root: Map<String, Value>,
    kept: Vec<(String, String)>,
    vault: Option<String>,
}

impl Making<'_> {
    fn take(&mut self, field: &Field) -> Result<(), &'static str> {
        let asked = self.is_asked(field);
        let value = self.values.get(field.path).filter(|value| asked && !is_empty(value));
        let made = match value {
            Some(value) => Some(self.made(field, &value.clone())?),
            // A list that is asked for and left empty is there, and empty.
            None if asked && field.optional => Some(nothing(field.kind)).filter(|value| !value.is_null()),
            None if !asked => None,
            None => return Err("need"),
        };
        self.put(field, made);
        Ok(())
    }

    fn is_asked(&self, field: &Field) -> bool {
        match field.when {
            When::Always => true,
            When::Is(path, word) => self.values.get(path).and_then(Value::as_str) == Some(word),
            When::Entered(path) => self.values.get(path).is_some_and(|value| !is_empty(value)),
        }
    }

    /// Puts a member where it belongs. A member of a member that was not entered leaves the outer one `null`.
    fn put(&mut self, field: &Field, made: Option<Value>) {
        let Some((outer, inner)) = field.path.split_once('.') else {
            let made = made.unwrap_or_else(|| nothing(field.kind));
            self.root.insert(field.path.to_string(), made);
            return;
        };
        let outer = self.root.entry(outer).or_insert(Value::Null);
        let Some(made) = made else { return };
        if outer.is_null() {
            *outer = json!({});
        }
        if let Value::Object(members) = outer {
            members.insert(inner.to_string(), made);
        }
    }

    fn made(&mut self, field: &Field, value: &Value) -> Result<Value, &'static str> {
        match field.kind {
            Kind::Text(bytes_max) => text(value, bytes_max).map(|text| json!(text)),
            Kind::Line => Ok(json!(string(value)?.trim())),
            Kind::Number => number(value),
            Kind::Amount => {
                let amount = amount(string(value)?.trim()).ok_or("amount")?;
                serde_json::to_value(amount).map_err(|_| "amount")
            }
            Kind::Instant => {
                let instant = instant(string(value)?.trim()).ok_or("instant")?;
                serde_json::to_value(instant).map_err(|_| "instant")
            }
            Kind::YesNo => match string(value)? {
                "yes" => Ok(json!(true)),
                "no" => Ok(json!(false)),
                _ => Err("choice"),
            },
            Kind::Word(words) => word(words, value).map(|word| json!(word)),
            Kind::Words(words) => Ok(json!(in_order(words, value)?)),
            Kind::Pick(list) if list.is_numbered() => number(value),
            Kind::Pick(_) => Ok(json!(string(value)?)),
            Kind::Picks(list) => picks(list, value),
            Kind::Grounds(_, words) => grounds(words, value),
            Kind::FileHash => {
                let held: Held = serde_json::from_value(value.clone()).map_err(|_| "file")?;
                Ok(json!(held.sha256))
            }
            Kind::Contract => {
                let held: Held = serde_json::from_value(value.clone()).map_err(|_| "file")?;
                let opens = json!({ "contract": held.sha256, "name": held.name, "salt": held.salt });
                self.kept.push(("contract.json".to_string(), opens.to_string()));
                Ok(json!(contract_commitment(&held.salt, &held.sha256)))
            }
            Kind::Documents => {
                let documents: Vec<Document> = serde_json::from_value(value.clone()).map_err(|_| "file")?;
                serde_json::to_value(documents).map_err(|_| "file")
            }
            Kind::Credentials => self.credentials(value),
            Kind::Account => self.record(value, "account.record", false),
            Kind::Name => self.record(value, "name.record", true),
        }
    }

    /// A commitment to each document: the hash of a record whose text is the document's hash (enter 3.2).
    fn credentials(&mut self, value: &Value) -> Result<Value, &'static str> {
        #[derive(Deserialize)]
        struct Credential {
            credential: String,
            #[serde(flatten)]
            held: Held,
        }
        let given: Vec<Credential> = serde_json::from_value(value.clone()).map_err(|_| "file")?;
        let mut commitments = Vec::new();
        for Credential { credential, held } in given {
            let record = Record { salt: held.salt, text: held.sha256.to_string() };
            commitments.push(self.keep(format!("{credential}.record"), &record)?.0);
        }
        Ok(json!(commitments))
    }

    fn record(&mut self, value: &Value, file: &str, vault: bool) -> Result<Value, &'static str> {
        let record: Record = serde_json::from_value(value.clone()).map_err(|_| "need")?;
        let record = Record { text: record.text.trim().to_string(), ..record };
        if record.text.is_empty() || ximu_procedure::phase::hides(&record.text) {
            return Err("text");
        }
        let (address, text) = self.keep(file.to_string(), &record)?;
        if vault {
            self.vault = Some(text);
        }
        Ok(json!(address))
    }

    fn keep(&mut self, file: String, record: &Record) -> Result<(Hash, String), &'static str> {
        let bytes = record.bytes().map_err(|_| "text")?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.kept.push((file, text.clone()));
        Ok((Hash::of(&bytes), text))
    }
}

/// What stands for a member that was left empty.
fn nothing(kind: Kind) -> Value {
    match kind {
        Kind::Words(_) | Kind::Picks(_) | Kind::Grounds(..) | Kind::Documents | Kind::Credentials => {
            json!([])
        }
        Kind::Text(_)
        | Kind::Line
        | Kind::Number
        | Kind::Amount
        | Kind::Instant
        | Kind::YesNo
        | Kind::Word(_)
        | Kind::Pick(_)
        | Kind::FileHash
        | Kind::Contract
        | Kind::Account
        | Kind::Name => Value::Null,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(members) => members.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn string(value: &Value) -> Result<&str, &'static str> {
    value.as_str().ok_or("need")
}

fn text(value: &Value, bytes_max: u32) -> Result<String, &'static str> {
    // A browser ends lines with CR LF; the log knows LF alone.
    let text = string(value)?.replace("\r\n", "\n");
    let text = text.trim();
    if text.len() > bytes_max as usize {
        return Err("long");
    }
    if ximu_procedure::phase::hides(text) {
        return Err("text");
    }
    Ok(text.to_string())
}

fn number(value: &Value) -> Result<Value, &'static str> {
    let number: u32 = string(value)?.trim().parse().map_err(|_| "number")?;
    if number == 0 { Err("number") } else { Ok(json!(number)) }
}

/// An amount as people type it: whole yuan may be without decimals.
fn amount(text: &str) -> Option<Money> {
    Money::yuan(text).or_else(|_| Money::yuan(&format!("{text}.00"))).ok()
}

/// An instant as a form gives it: date and time of day in Asia/Shanghai, seconds if they matter.
fn instant(text: &str) -> Option<Instant> {
    let seconds = if text.len() == 16 { ":00" } else { "" };
    text.parse().or_else(|_| format!("{text}{seconds}+08:00").parse()).ok()
}

fn word(words: &[&'static str], value: &Value) -> Result<&'static str, &'static str> {
    let found = string(value)?;
    words.iter().copied().find(|word| *word == found).ok_or("choice")
}

fn in_order(words: &[&'static str], value: &Value) -> Result<Vec<&'static str>, &'static str> {
    let chosen: Vec<String> = serde_json::from_value(value.clone()).map_err(|_| "choice")?;
    if chosen.iter().any(|word| !words.contains(&word.as_str())) {
        return Err("choice");
    }
    Ok(words.iter().copied().filter(|word| chosen.iter().any(|other| other == word)).collect())
}

/// The chosen lines, in the order of the list; parties of a joint venture ascending, as the wire wants them.
fn picks(list: List, value: &Value) -> Result<Value, &'static str> {
    let mut chosen: Vec<String> = serde_json::from_value(value.clone()).map_err(|_| "choice")?;
    if list == List::OtherBidders {
        chosen.sort();
    }
    Ok(json!(chosen))
}

/// Exclusions, ascending by bidder (award 6.4).
fn grounds(words: &[&'static str], value: &Value) -> Result<Value, &'static str> {
    let chosen: BTreeMap<String, Value> = serde_json::from_value(value.clone()).map_err(|_| "choice")?;
    let lines = chosen.iter().filter(|(_, ground)| !is_empty(ground));
    let lines = lines.map(|(bidder, ground)| Ok(json!({ "bidder": bidder, "ground": word(words, ground)? })));
    Ok(Value::Array(lines.collect::<Result<Vec<_>, &'static str>>()?))
}
