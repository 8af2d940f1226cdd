//! `docs/bad-input.md` names a test for every row, and every test it names is there.

use std::{fs, path::Path};

#[test]
fn every_test_that_the_table_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("docs/bad-input.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| bad"));
    let rows: Vec<&str> = rows.collect();
    assert!(rows.len() >= 12, "the table is there");
    for row in rows {
        let named: Vec<(&str, &str)> = row.split('`').filter_map(|quoted| quoted.split_once("::")).collect();
        assert!(!named.is_empty(), "a row without a test: {row}");
        for (file, test) in named {
            let source = fs::read_to_string(root.join("crates").join(file)).unwrap_or_default();
            assert!(source.contains(&format!("fn {test}(")), "{file} has no test {test}");
        }
    }
}
