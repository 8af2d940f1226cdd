//! Every limit is named when it is passed (sealed-bid 2.1, 4.1, 5.2, 6.3).
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;
use crate::common::forge::{Forge, HONEST, opening_key};
use std::collections::BTreeMap;
use ximu_basics::Hash;
use ximu_sealed::{
    FileEntry, OpeningKey, SealPlan, SealRequest, open,
    tar::{self, Entry},
};

fn code_of(files: Vec<FileEntry>, extra: BTreeMap<String, serde_json::Value>) -> &'static str {
    let context = common::context("body");
    let request = SealRequest { context: &context, escrow: None, files, extra, sealer: common::sealer() };
    SealPlan::new(request, &common::SEED, common::sign).unwrap_err().code()
}

fn file(name: &str, size_bytes: u64) -> FileEntry {
    FileEntry { name: name.into(), size_bytes, sha256: Hash::of(b"") }
}

#[test]
fn a_file_that_tar_cannot_say_the_size_of_is_refused() {
    assert_eq!(code_of(vec![file("a", tar::FILE_BYTES_MAX + 1)], BTreeMap::new()), "seal-tar-size");
    let largest = Entry { name: "a".into(), size_bytes: tar::FILE_BYTES_MAX };
    assert!(tar::archive_length(&[largest]).is_ok());
}

#[test]
fn too_many_files_are_refused_by_writer_and_reader() {
    let files = (0..=tar::ENTRIES_MAX).map(|number| file(&format!("{number}"), 0)).collect();
    assert_eq!(code_of(files, BTreeMap::new()), "seal-tar-entries");
    let mut reader = tar::TarReader::default();
    let refusal = (0..=tar::ENTRIES_MAX).find_map(|number| {
        let entry = Entry { name: format!("{number}"), size_bytes: 0 };
        let head = tar::head::head(number, &entry).unwrap();
        let mut input = head.as_slice();
        loop {
            match reader.next(&mut input) {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(refusal) => return Some(refusal.code()),
            }
        }
    });
    assert_eq!(refusal, Some("seal-tar-entries"));
}

#[test]
fn a_manifest_that_is_too_long_is_refused_by_writer_and_reader() {
    let long = "a".repeat(2 * 1024 * 1024);
    let extra = BTreeMap::from([("note".to_string(), serde_json::Value::from(long))]);
    assert_eq!(code_of(vec![], extra), "seal-manifest-length");
    let forged = Forge { archived: |files| files[0].1 = vec![b' '; 2 * 1024 * 1024 + 1], ..HONEST };
    let refusal = open(&forged.make(), OpeningKey::Identity(&opening_key())).unwrap_err();
    assert_eq!(refusal.code(), "seal-manifest-length");
}

#[test]
fn the_manifests_own_name_is_taken() {
    assert_eq!(code_of(vec![file("manifest.json", 0)], BTreeMap::new()), "seal-tar-duplicate");
}

#[test]
fn what_canonical_json_cannot_say_is_refused_before_sealing() {
    let extra = BTreeMap::from([("price".to_string(), serde_json::json!(1.5))]);
    assert_eq!(code_of(vec![], extra), "seal-manifest-json");
}
