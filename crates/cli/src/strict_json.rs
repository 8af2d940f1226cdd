//! JSON as people write it: any order and spacing, but a member stands once and is known. The canonical form that
//! is signed is made from it afterwards.
//!
//! Two conveniences for members that are hard to write by hand, each a text that begins with `@`: `"@FILE"` stands
//! for the contents of a file (base64 in `envelope`, else the text), and `"@TIME"` with a time as RFC 3339 writes it
//! stands for milliseconds. A text that really begins with `@` is written with `@@`.

use crate::{fault::Fault, files};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{fmt, path::Path};
use ximu_basics::{Blob, Instant};
use ximu_text::Text;

/// Reads a value from JSON that a person wrote; `name` stands in the fault.
///
/// # Errors
/// What is not JSON, a member that stands twice or is unknown, a file that cannot be read.
pub fn read<T: DeserializeOwned>(name: &str, bytes: &[u8], folder: &Path) -> Result<T, Fault> {
    let wrong = |error: serde_json::Error| {
        let said = |t: Text| t.found_at(error.to_string(), name);
        Fault::new("json", said, Text::advice_help_form)
    };
    let strict: Strict = serde_json::from_slice(bytes).map_err(wrong)?;
    let value = resolve("", strict.0, folder)?;
    serde_json::from_value(value).map_err(wrong)
}

/// Reads a file of JSON that a person wrote; files it names are looked up beside it.
///
/// # Errors
/// As [`read`].
pub fn read_file<T: DeserializeOwned>(path: &Path) -> Result<T, Fault> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    read(&path.display().to_string(), &files::read(path)?, folder)
}

fn resolve(member: &str, value: Value, folder: &Path) -> Result<Value, Fault> {
    Ok(match value {
        Value::String(text) => match text.strip_prefix('@') {
            None => Value::String(text),
            Some(rest) if rest.starts_with('@') => Value::String(rest.to_owned()),
            Some(rest) => match rest.parse::<Instant>() {
                Ok(instant) => Value::from(instant.unix_ms()),
                Err(_) => contents(member, &folder.join(rest))?,
            },
        },
        Value::Array(items) => Value::Array(
            items.into_iter().map(|item| resolve(member, item, folder)).collect::<Result<_, _>>()?,
        ),
        Value::Object(members) => {
            let mut resolved = Map::new();
            for (name, value) in members {
                let value = resolve(&name, value, folder)?;
                resolved.insert(name, value);
            }
            Value::Object(resolved)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    })
}

fn contents(member: &str, path: &Path) -> Result<Value, Fault> {
    if member == "envelope" {
        return serde_json::to_value(Blob(files::read(path)?))
            .map_err(|error| Fault::file("encode", path, &error));
    }
    files::read_text(path).map(Value::String)
}

/// A JSON value in which no member stands twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON whose numbers are integers")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("expected each member once, found {name:?} twice")));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_procedure::wire::Command;

    fn command(text: &str) -> Result<Command, Fault> {
        read("command.json", text.as_bytes(), Path::new("."))
    }

    #[test]
    fn order_and_spacing_are_free() {
        let given = command("{ \"reason\": \"停电\",\n \"type\": \"cancel\" }").unwrap();
        assert_eq!(given, Command::Cancel { reason: "停电".into() });
    }

    #[test]
    fn a_time_and_a_file_can_be_written_for_people() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("release.age"), [0, 255]).unwrap();
        let text = r#"{"type":"amend","deadline":"@2020-06-03T10:00:00+08:00","reason":"@@home"}"#;
        let deadline = Instant::from_unix_ms(1_591_149_600_000);
        assert_eq!(
            command(text).unwrap(),
            Command::Amend { deadline, reason: "@home".into(), documents: Vec::new() }
        );
        let text = r#"{"type":"release","lot":"lot-1","envelope":"@release.age"}"#;
        let given: Command = read("c", text.as_bytes(), folder.path()).unwrap();
        assert_eq!(given, Command::Release { lot: "lot-1".parse().unwrap(), envelope: Blob(vec![0, 255]) });
    }

    #[test]
    fn what_is_doubled_unknown_or_fractional_is_refused_by_name() {
        for (text, named) in [
            (r#"{"type":"cancel","reason":"a","reason":"b"}"#, "\"reason\" twice"),
            (r#"{"type":"cancel","reason":"a","raeson":"b"}"#, "raeson"),
            (r#"{"type":"cancle","reason":"a"}"#, "cancle"),
            (r#"{"type":"cancel"}"#, "missing field `reason`"),
            (r#"{"type":"amend","deadline":1.5,"reason":"a"}"#, "1.5"),
            (r#"{"type":"sign_in","extra":1}"#, "extra"),
            (r#"{"type":"amend","deadline":"@nowhere","reason":"a"}"#, "nowhere"),
            ("{", "EOF"),
        ] {
            let said = command(text).unwrap_err().said.to_string();
            assert!(said.contains(named), "{text}: {said}");
        }
    }
}
