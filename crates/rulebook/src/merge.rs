//! Laying one document over another (rules 11.3): tables are merged key by key, everything else is replaced.

use ximu_procedure::rules::{LegalBound, LegalRule};

use crate::{
    Code, Fault,
    table::word,
    tree::{Node, Value},
};

/// The key whose word says what the other keys of its table mean.
const METHOD: &str = "method";

/// Lays `upper` over `lower`. A table in both is merged, unless it names another method, whose keys are others; any
/// other value of `upper` replaces that of `lower`.
pub(crate) fn over(lower: Node, upper: Node) -> Node {
    let method = |node: &Node| match node.child(METHOD).map(|method| &method.value) {
        Some(Value::Text(name)) => Some(name.clone()),
        Some(Value::Table(_) | Value::List(_) | Value::Number(_) | Value::Other(..)) | None => None,
    };
    if method(&lower).zip(method(&upper)).is_some_and(|(below, above)| below != above) {
        return upper;
    }
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

/// What of `upper` is laxer than `lower`: legal numbers, their units, and which must stand (rules 11.4).
pub(crate) fn laxer(lower: &Node, upper: &Node) -> Vec<Fault> {
    let mut faults = laxer_numbers(lower, upper);
    faults.extend(required_less(lower, upper));
    faults.extend(allowed_more(lower, upper));
    faults
}

fn laxer_numbers(lower: &Node, upper: &Node) -> Vec<Fault> {
    let rules = match upper.child("legal").map(|legal| &legal.value) {
        Some(Value::Table(rules)) => rules,
        Some(_) | None => return Vec::new(),
    };
    let unit = |(name, member): (&String, &Node)| {
        let (above, below) = (member.child("unit")?, lower.child("legal")?.child(name)?.child("unit")?);
        if above.value == below.value {
            return None;
        }
        let expected = format!("{}, as {}:{} says", below.value.shown(), below.place.file, below.place.line);
        let fix = "keep the unit: numbers of two units cannot be compared".to_string();
        let key = format!("legal.{name}.unit");
        Some(Fault::at(&above.place, &key, Code::Laxer, expected, above.value.shown(), fix))
    };
    let fault = |(name, member): (&String, &Node)| {
        let rule = word::<LegalRule>(name).ok()?;
        let (above, below) = (member.child("value")?, lower.child("legal")?.child(name)?.child("value")?);
        let (Value::Number(value), Value::Number(legal)) = (&above.value, &below.value) else { return None };
        if rule.is_met(*value, *legal) {
            return None;
        }
        let bound = match rule.bound() {
            LegalBound::AtLeast => "at least",
            LegalBound::AtMost => "at most",
        };
        let expected = format!("{bound} {legal}, as {}:{} says", below.place.file, below.place.line);
        let fix =
            "be stricter than the preset or equal; without this key the preset's number stands".to_string();
        let key = format!("legal.{name}.value");
        Some(Fault::at(&above.place, &key, Code::Laxer, expected, value.to_string(), fix))
    };
    rules.iter().filter_map(fault).chain(rules.iter().filter_map(unit)).collect()
}

/// The kinds of bond that the pack of `upper` allows and that of `lower` does not (rules 11.4). An empty list would allow
/// every kind.
fn allowed_more(lower: &Node, upper: &Node) -> Vec<Fault> {
    let kinds = |node: &'_ Node| node.child("pack").and_then(|pack| pack.child("bond_kinds")).cloned();
    let (Some(below), Some(above)) = (kinds(lower), kinds(upper)) else { return Vec::new() };
    let (Value::List(allowed), Value::List(wanted)) = (&below.value, &above.value) else { return Vec::new() };
    let known = |kind: &&Node| !allowed.iter().any(|one| one.value == kind.value);
    let mut found: Vec<String> = wanted.iter().filter(known).map(|kind| kind.value.shown()).collect();
    if wanted.is_empty() && !allowed.is_empty() {
        found.push("none, which allows all".into());
    }
    let kinds: Vec<String> = allowed.iter().map(|kind| kind.value.shown()).collect();
    let fault = |found: String| {
        let expected =
            format!("only {}, as {}:{} says", kinds.join(", "), below.place.file, below.place.line);
        let fix = "remove it: a tender may be stricter than the law only".to_string();
        Fault::at(&above.place, "pack.bond_kinds", Code::Laxer, expected, found, fix)
    };
    found.into_iter().map(fault).collect()
}

/// The rules that the pack of `lower` requires and that of `upper` does not (rules 11.4).
fn required_less(lower: &Node, upper: &Node) -> Vec<Fault> {
    let must = |node: &'_ Node| node.child("pack").and_then(|pack| pack.child("must")).cloned();
    let (Some(below), Some(above)) = (must(lower), must(upper)) else { return Vec::new() };
    let (Value::List(rules), Value::List(kept)) = (&below.value, &above.value) else { return Vec::new() };
    let lacking = rules.iter().filter(|rule| !kept.iter().any(|one| one.value == rule.value));
    lacking
        .map(|rule| {
            let expected =
                format!("{} among them, as {}:{} says", rule.value.shown(), rule.place.file, rule.place.line);
            let fix = "add it: what the preset requires cannot be left out".to_string();
            Fault::at(&above.place, "pack.must", Code::Laxer, expected, "none".into(), fix)
        })
        .collect()
}
