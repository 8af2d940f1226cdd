//! An archive holds what a bundle does not publish, and says so when one byte of it is another (award 8).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::collections::BTreeMap;
use support::{Case, holds, pin, resign};
use ximu_basics::Hash;
use ximu_sim::{Key, centre::ORIGIN};
use ximu_verify::{Code, Options, Report, archive, verify_archive, zip};

fn signed(bundle: &[u8], envelopes: &BTreeMap<Hash, Vec<u8>>, label: &str) -> Vec<u8> {
    let key = Key::of(label);
    archive(bundle, envelopes, ORIGIN, key.public(), |message| key.sign(message)).unwrap()
}

fn check(bytes: &[u8]) -> Report {
    verify_archive(bytes, &Options { policy: Some(pin()), ..Options::default() })
}

fn rewritten(bytes: &[u8], change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> Vec<u8> {
    let mut files: BTreeMap<String, Vec<u8>> =
        zip::read(bytes).unwrap().into_iter().map(|(path, data)| (path.to_string(), data.to_vec())).collect();
    change(&mut files);
    let files = files.iter().map(|(path, data)| (path.as_str(), data.as_slice())).collect();
    let mut out = Vec::new();
    zip::write(&files, &mut |piece| out.extend_from_slice(piece)).unwrap();
    out
}

#[test]
fn an_archive_holds_every_envelope_and_whatever_is_changed_is_named() {
    let mut case = Case::awarded();
    let bundle = resign(&case.files());
    let envelopes = case.centre.vault.clone();
    let honest = signed(&bundle, &envelopes, "centre");
    let report = check(&honest);
    holds(&report);
    assert!(report.count("vault") >= 7, "bodies and unopened forms: {}", report.count("vault"));
    assert!(!report.undisclosed.contains_key("body") && !report.undisclosed.contains_key("form"));

    let body = format!("envelopes/{}", case.centre.tender().bids.values().next().unwrap().body.commitment);
    let codes = |bytes: &[u8]| -> Vec<Code> { check(bytes).failures.iter().map(|one| one.code).collect() };
    let other = rewritten(&honest, |files| *files.get_mut(&body).unwrap().last_mut().unwrap() ^= 1);
    assert_eq!(codes(&other), [Code::ManifestFiles, Code::VaultCommitment]);
    let fewer = rewritten(&honest, |files| drop(files.remove(&body)));
    assert_eq!(codes(&fewer), [Code::ManifestFiles]);
    let none = rewritten(&honest, |files| drop(files.remove("manifest.json")));
    assert_eq!(codes(&none), [Code::ManifestMalformed]);
    let foreign = signed(&bundle, &envelopes, "ningbo.example");
    assert_eq!(codes(&foreign), [Code::ManifestSignature]);
    let empty = rewritten(&honest, |files| drop(files.remove("bundle.zip")));
    assert_eq!(codes(&empty)[0], Code::FileMissing);
    assert_eq!(codes(&honest[..honest.len() - 1]), [Code::ContainerBroken]);
    // Left out and signed again, it is seen as not there.
    let mut fewer = envelopes.clone();
    fewer.remove(&case.centre.tender().bids.values().next().unwrap().body.commitment);
    let report = check(&signed(&bundle, &fewer, "centre"));
    assert_eq!((report.ok, report.undisclosed["body"]), (true, 1));
}
