//! The table of codes in the specification is the one in the code (sealed-bid 12).
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, fs, path::Path};

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next()).map(str::to_string)
}

#[test]
fn every_code_stands_in_the_specification_and_the_other_way_round() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    sources(&root.join("src"), &mut text);
    let listed: Vec<String> = between(&text, "=> \"seal-", "\"").collect();
    let in_code: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), in_code.len(), "a code is used twice");
    let specification = fs::read_to_string(root.join("../../docs/spec/sealed-bid.md")).unwrap();
    let in_text: BTreeSet<String> = between(&specification, "\n| `seal-", "`").collect();
    assert_eq!(in_code, in_text);
}
