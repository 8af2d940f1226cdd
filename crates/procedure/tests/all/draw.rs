//! The draw's vectors, by this engine and by a second implementation in another language (draw 9).
//!
//! `vectors/draw/vectors.json` is one canonical JSON document; a change of it is a change of the meaning of draws.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, hex, json};
use ximu_procedure::draw::{self, Contribution, Stream, Subject};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/draw/vectors.json");
const ORACLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/draw/oracle.py");

/// One draw, from its contributions to its result.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    genesis: Hash,
    set: String,
    pool: Hash,
    contributions: Vec<Given>,
    seed: Option<Hash>,
    stream: String,
    below: Vec<Below>,
    leaves: Vec<Hash>,
    recused: Vec<Hash>,
    take: u32,
    order: Vec<Hash>,
    values: Vec<String>,
    values_hash: Hash,
    value: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    author: String,
    envelope: Hash,
    content: Option<String>,
}

/// The first numbers below n out of a fresh stream.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Below {
    n: u32,
    numbers: Vec<u32>,
}

/// The vector with everything that follows from what was given.
fn computed(given: Vector) -> Vector {
    let contents: Vec<Option<Vec<u8>>> = given
        .contributions
        .iter()
        .map(|one| one.content.as_deref().map(|hex| hex::decode(hex).unwrap()))
        .collect();
    let list: Vec<Contribution<'_>> = given
        .contributions
        .iter()
        .zip(&contents)
        .map(|(one, content)| Contribution {
            author: &one.author,
            envelope: one.envelope,
            content: content.as_deref(),
        })
        .collect();
    let values_hash = draw::values_hash(given.values.iter().map(String::as_str));
    let pool = if given.values.is_empty() { given.pool } else { values_hash };
    let seed = draw::seed(&Subject { genesis: given.genesis, set: &given.set, pool }, &list);
    let take = usize::try_from(given.take).unwrap();
    let count = u32::try_from(given.values.len()).unwrap();
    let of = |seed: Hash| usize::try_from(draw::coefficient(seed, &given.stream, count)).unwrap();
    let below = |n: u32| {
        let mut stream = Stream::new(seed.unwrap_or(Hash([0; 32])), &given.stream);
        Below { n, numbers: (0..12).map(|_| stream.below(n)).collect() }
    };
    Vector {
        seed,
        below: given.below.iter().map(|below_n| below(below_n.n)).collect(),
        order: seed.map_or_else(Vec::new, |seed| {
            draw::order(seed, &given.stream, &given.leaves, &given.recused, take)
        }),
        value: seed.and_then(|seed| given.values.get(of(seed)).cloned()),
        values_hash,
        pool,
        ..given
    }
}

fn given() -> Vec<Vector> {
    let leaf = |number: u32| Hash::of(format!("leaf {number}").as_bytes());
    let contribution = |holder: &str, content: Option<&str>| Given {
        author: format!("u-{holder}"),
        envelope: Hash::of(holder.as_bytes()),
        content: content.map(|content| hex::encode(&Hash::of(content.as_bytes()).0)),
    };
    let four = ["nantong", "ningbo", "suzhou", "yuyao"].map(|holder| contribution(holder, Some(holder)));
    let base = |name: &str| Vector {
        name: name.into(),
        genesis: Hash::of(b"genesis"),
        set: "experts-1".into(),
        pool: Hash::of(b"pool root"),
        contributions: four.to_vec(),
        seed: None,
        stream: "technical".into(),
        below: [1, 2, 3, 5, 100, 65_537].map(|n| Below { n, numbers: Vec::new() }).into(),
        leaves: (0..12).map(leaf).collect(),
        recused: Vec::new(),
        take: 12,
        order: Vec::new(),
        values: Vec::new(),
        values_hash: Hash([0; 32]),
        value: None,
    };
    let mut void = four.to_vec();
    void[2] = contribution("suzhou", None);
    let mut all_void = four.to_vec();
    all_void.iter_mut().for_each(|one| one.content = None);
    vec![
        base("twelve experts of one stratum, all in order"),
        Vector { stream: "economic".into(), ..base("the same leaves of another stratum") },
        Vector { recused: [2, 3, 7].map(leaf).into(), take: 4, ..base("three recused, four drawn") },
        Vector {
            leaves: (0..12).rev().map(leaf).collect(),
            ..base("the first again, the pool given backwards")
        },
        Vector {
            contributions: void,
            ..base("one void contribution is skipped and stays in the seed by name")
        },
        Vector { contributions: four[1..2].to_vec(), ..base("one contribution alone") },
        Vector { contributions: all_void, ..base("no valid contribution: no seed, nothing drawn") },
        Vector { leaves: vec![leaf(0), leaf(1)], take: 1, ..base("one of two") },
        Vector {
            set: "coefficient-k".into(),
            stream: "k".into(),
            values: ["0.95", "0.96", "0.97"].map(String::from).into(),
            leaves: Vec::new(),
            take: 0,
            ..base("a coefficient of three values")
        },
        Vector {
            set: "coefficient-q1".into(),
            stream: "q1".into(),
            values: ["65", "70", "75", "80", "85"].map(String::from).into(),
            leaves: Vec::new(),
            take: 0,
            ..base("a coefficient of five values")
        },
    ]
}

#[test]
fn the_vectors_are_what_this_engine_draws() {
    let found: Vec<Vector> = given().into_iter().map(computed).collect();
    let found = json::to_canonical(&found).unwrap();
    if std::fs::read(VECTORS).ok().as_deref() != Some(found.as_slice()) {
        let candidate = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("draw.json");
        std::fs::write(&candidate, &found).unwrap();
        panic!("draws changed; compare {VECTORS} with {}", candidate.display());
    }
}

#[test]
fn a_second_implementation_in_python_draws_the_same() {
    let output = std::process::Command::new("python3").args([ORACLE, VECTORS]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.trim(), "10 draws agree");
}

#[test]
fn the_second_implementation_notices_a_changed_vector() {
    let text = String::from_utf8(std::fs::read(VECTORS).unwrap()).unwrap();
    let changed = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed.json");
    std::fs::write(&changed, text.replacen("\"take\":12", "\"take\":11", 1)).unwrap();
    let output = std::process::Command::new("python3").args([ORACLE]).arg(&changed).output().unwrap();
    assert!(!output.status.success());
}
