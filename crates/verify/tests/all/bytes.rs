//! Every changed byte is found: in each file of a bundle, with the container's checksums made right again; and in
//! each file that says something, even when the centre signs the manifest again over it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

use crate::support::{Case, FileMap, check, holds, resign, rezip, unzip};
use ximu_basics::Hash;
use ximu_verify::{Code, Report};

/// Bytes changed in each file; of larger files a seeded sample that always has the first and the last.
const BYTES_PER_FILE_MAX: usize = 24;

#[test]
fn every_changed_byte_is_named_by_its_file() {
    let files = whole();
    for (path, data) in &files {
        for place in places(path, data) {
            let report = check(&rezip(&changed(&files, path, place)));
            assert_eq!(report.exit(), 1, "{path} byte {place}: {:?}", report.failures);
            let named =
                report.failures.iter().any(|failure| failure.entry.to_string() == format!("file {path}"));
            assert!(named, "{path} byte {place}: {:?}", report.failures);
        }
    }
}

#[test]
fn a_changed_byte_under_a_new_manifest_is_found_where_it_says_something() {
    let files = whole();
    for (path, data) in &files {
        // The README proves nothing, and of four cosignatures under a checkpoint three are enough.
        if matches!(path.as_str(), "README.txt" | "manifest.json" | "checkpoint" | "checkpoints") {
            continue;
        }
        for place in places(path, data) {
            let report = check(&resign(&changed(&files, path, place)));
            assert_eq!(report.exit(), 1, "{path} byte {place}");
            assert!(codes_of_content(&report), "{path} byte {place}: {:?}", report.failures);
        }
    }
}

#[test]
fn a_leaf_changed_anywhere_is_named_by_its_index_or_the_checkpoint() {
    let files = whole();
    let (path, data) = files.iter().find(|(path, _)| path.starts_with("log/entries/")).unwrap();
    let mut named = 0;
    let places = places(path, data);
    for place in &places {
        let report = check(&resign(&changed(&files, path, *place)));
        assert_eq!(report.exit(), 1);
        let leaf = report.failures.iter().any(|failure| failure.entry.to_string().starts_with("leaf "));
        named += usize::from(leaf);
    }
    assert!(named * 2 > places.len(), "most changed bytes name the leaf: {named} of {}", places.len());
}

#[test]
fn a_file_taken_away_is_named() {
    let files = whole();
    for path in files.keys() {
        let mut fewer = files.clone();
        fewer.remove(path);
        let report = check(&rezip(&fewer));
        assert_eq!(report.exit(), 1, "{path}");
        let named = report.failures.iter().any(|failure| failure.entry.to_string() == format!("file {path}"));
        assert!(named, "{path}: {:?}", report.failures);
    }
}

#[test]
fn any_changed_byte_of_the_container_itself_cannot_be_read_or_is_found() {
    let bundle = rezip(&whole());
    for place in sample("container", bundle.len(), 200) {
        let mut other = bundle.clone();
        other[place] ^= 0x10;
        let report = check(&other);
        assert!(!report.ok, "byte {place}");
        assert_eq!(report.exit(), 2, "byte {place}: a wrong checksum is not a container");
    }
}

fn whole() -> FileMap {
    let files = unzip(&resign(&Case::awarded().files()));
    holds(&check(&rezip(&files)));
    files
}

fn changed(files: &FileMap, path: &str, place: usize) -> FileMap {
    let mut files = files.clone();
    let bit = 1 << (place % 7);
    files.get_mut(path).unwrap()[place] ^= bit;
    files
}

fn places(path: &str, data: &[u8]) -> Vec<usize> {
    if data.len() <= BYTES_PER_FILE_MAX {
        return (0..data.len()).collect();
    }
    let mut places = vec![0, data.len() - 1];
    places.extend(sample(path, data.len(), BYTES_PER_FILE_MAX - 2));
    places
}

/// Numbers below `limit` that a label determines.
fn sample(label: &str, limit: usize, count: usize) -> Vec<usize> {
    let number = |index: usize| {
        let hash = Hash::of_parts("ximu-verify sample", &[label.as_bytes(), &index.to_be_bytes()]);
        usize::from_be_bytes(*hash.0.first_chunk().unwrap()) % limit
    };
    (0..count).map(number).collect()
}

fn codes_of_content(report: &Report) -> bool {
    report.failures.iter().all(|failure| failure.code != Code::ManifestFiles)
}
