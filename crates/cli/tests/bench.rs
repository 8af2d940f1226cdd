//! `ximu bench --json`: one object a line, whose members programs may rely on. How fast anything is, is no test.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::Value;
use std::{collections::BTreeMap, process::Command};

/// The members of a row: text, or a number that is not negative.
fn members(row: &Value) -> BTreeMap<&str, &str> {
    let kind = |value: &Value| match value {
        Value::String(_) => "text",
        Value::Number(number) if number.as_f64().is_some_and(|number| number >= 0.0) => "number",
        Value::Number(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => "other",
    };
    row.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), kind(value))).collect()
}

#[test]
fn a_row_has_a_tools_medians_or_a_ratio_and_every_quantity_is_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ximu"))
        .args([
            "bench",
            "seal",
            "open",
            "--against",
            "age",
            "--mebibytes",
            "1",
            "--runs",
            "1",
            "--json",
            "--dir",
        ])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let tool = BTreeMap::from([
        ("bench", "text"),
        ("bytes", "number"),
        ("cpu_s", "number"),
        ("peak_bytes", "number"),
        ("tool", "text"),
        ("wall_s", "number"),
    ]);
    let ratio = BTreeMap::from([
        ("against", "text"),
        ("bench", "text"),
        ("peak_bytes", "number"),
        ("ratio", "number"),
    ]);
    let found: Vec<BTreeMap<&str, &str>> = rows.iter().map(members).collect();
    assert_eq!(found, [&tool, &tool, &ratio, &tool, &tool, &ratio].map(Clone::clone));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}
