//! Laying one document over another (rules 11.3): tables are merged key by key, everything else is replaced.

use ximu_procedure::rules::{LegalBound, LegalRule};

use crate::{
    Code, Fault,
    table::{Faults, word},
    tree::{Node, Value},
};

/// Lays `upper` over `lower`. A table in both is merged; any other value of `upper` replaces that of `lower`.
pub(crate) fn over(lower: Node, upper: Node) -> Node {
    match (lower.value, upper.value) {
        (Value::Table(mut members), Value::Table(upper_members)) => {
            for (key, member) in upper_members {
                let merged = match members.remove(&key) {
                    Some(below) => over(below, member),
                    None => member,
                };
                members.insert(key, merged);
            }
            Node { place: upper.place, value: Value::Table(members) }
        }
        (_, value) => Node { place: upper.place, value },
    }
}

/// Refuses a legal number in `upper` that is laxer than the same number in `lower` (rules 11.4).
pub(crate) fn check_stricter(lower: &Node, upper: &Node, faults: &Faults) {
    let Some(Value::Table(rules)) = upper.child("legal").map(|legal| &legal.value) else { return };
    for (name, member) in rules {
        let below =
            lower.child("legal").and_then(|legal| legal.child(name)).and_then(|below| below.child("value"));
        let (Ok(rule), Some(node), Some(below)) = (word::<LegalRule>(name), member.child("value"), below)
        else {
            continue;
        };
        let (Value::Number(value), Value::Number(legal)) = (&node.value, &below.value) else { continue };
        if rule.is_met(*value, *legal) {
            continue;
        }
        let bound = match rule.bound() {
            LegalBound::AtLeast => "at least",
            LegalBound::AtMost => "at most",
        };
        let expected = format!("{bound} {legal}, the number of {}:{}", below.place.file, below.place.line);
        let fix =
            "a document may be stricter than its preset, never laxer; remove the key to keep the preset's";
        let key = format!("legal.{name}.value");
        faults.add(Fault::at(&node.place, &key, Code::Laxer, expected, value.to_string(), fix.into()));
    }
}
