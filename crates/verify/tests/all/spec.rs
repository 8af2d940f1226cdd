//! The specification's table of codes and names of checks are those of the program.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path};

use ximu_verify::{Code, Options, verify};

fn specification() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/verify.md");
    fs::read_to_string(path).unwrap()
}

#[test]
fn every_code_stands_in_the_specification_with_its_sentences() {
    let text = specification();
    let table = text.split("## 9. Codes").nth(1).unwrap().split("## 10.").next().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> = Code::ALL
        .iter()
        .map(|code| {
            let words = code.words();
            format!("| `{code}` | {} {} | {}{} |", words.en, words.en_do, words.zh, words.zh_do)
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_code_is_the_answer_of_a_check_in_the_specification() {
    let text = specification();
    let checks = text.split("## 9. Codes").next().unwrap();
    for code in Code::ALL {
        assert!(checks.contains(&format!("`{code}`")), "{code} is in no check");
    }
}

#[test]
fn the_checks_have_the_names_and_the_order_of_the_specification() {
    let text = specification();
    let table = text.split("4.2 Each check counts").nth(1).unwrap().split("4.3 When").next().unwrap();
    let names = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let report = verify(b"", &Options::default());
    assert_eq!(names.collect::<Vec<_>>(), report.checks.iter().map(|check| check.name).collect::<Vec<_>>());
    assert_eq!(report.exit(), 2);
}
