//! The beat vectors of `procedures/vectors/beats.jsonl` (rules 12.3): one case per line in canonical JSON.
#![allow(clippy::unwrap_used, clippy::panic)] // in a helper too, what cannot be read must fail the test

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};
use ximu_basics::{Instant, json::from_canonical};
use ximu_procedure::{
    calendar::Units,
    rules::{Beats, Rules},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    beats: Beats,
    units: Units,
    published: Instant,
    deadline: Instant,
    instants: Vec<Instant>,
}

fn vectors(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn each_vector_gives_its_instants() {
    let rules: Rules = from_canonical(vectors("cn-construction-open.json").as_bytes()).unwrap();
    let text = vectors("beats.jsonl");
    for line in text.lines() {
        let case: Case = from_canonical(line.as_bytes()).unwrap_or_else(|error| panic!("{error}: {line}"));
        let rules = Rules { beats: case.beats, sandbox: Some(case.units), ..rules.clone() };
        let found: Vec<Instant> = rules.beats_until(case.published, case.deadline).collect();
        assert_eq!(found, case.instants, "{}", case.name);
    }
    assert!(text.lines().count() >= 6, "no case is lost");
}
