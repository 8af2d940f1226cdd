//! The ranking vectors of `procedures/vectors/ranking.jsonl` (rules 12.2): one case per line in canonical JSON.
#![allow(clippy::unwrap_used, clippy::panic)] // in a helper too, what cannot be read must fail the test

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};
use ximu_basics::{
    Money, PartyId,
    json::{from_canonical, to_canonical},
};
use ximu_procedure::method::{Coefficients, MethodParams, Ranking, Setting, rank};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    params: MethodParams,
    ceiling: Money,
    /// What was drawn; the member is absent for nothing.
    #[serde(default, skip_serializing_if = "Coefficients::is_empty")]
    coefficients: Coefficients,
    bids: Vec<(PartyId, Money)>,
    ranking: Ranking,
}

#[test]
fn each_vector_is_ranked_as_it_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors/ranking.jsonl");
    let text = fs::read_to_string(path).unwrap();
    let mut found = String::new();
    for line in text.lines() {
        let mut case: Case =
            from_canonical(line.as_bytes()).unwrap_or_else(|error| panic!("{error}: {line}"));
        let setting = Setting { ceiling: case.ceiling, coefficients: &case.coefficients };
        case.ranking = rank(&case.params, &case.bids, &setting).unwrap();
        found += &(String::from_utf8(to_canonical(&case).unwrap()).unwrap() + "\n");
    }
    if found != text {
        let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ranking.jsonl");
        fs::write(&kept, found).unwrap();
        panic!("the vectors differ from what is ranked now, {}", kept.display());
    }
    assert!(text.lines().count() >= 8, "no case is lost");
}
