//! The verifier in the module, natively: of the same bytes it says what `ximu-verify` says to the command line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a broken case must stop the test at once"
)]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use ximu_basics::Hash;
use ximu_sim::{
    Centre, Key,
    centre::{ORIGIN, policy},
};
use ximu_verify::{Contents, Options, Report, Tongue, told::BROWSER_BYTES_MAX, verify, zip};
use ximu_wasm::{Desk, Refused};

fn pin() -> Hash {
    Hash::of(policy().as_bytes())
}

/// The bundle of a tender that was published, and its newest checkpoint.
fn bundle() -> (Vec<u8>, Vec<u8>) {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let note = centre.checkpoint().unwrap();
    let mut contents = Contents::new(policy().as_bytes());
    contents.checkpoints(&centre.checkpoints);
    contents.leaves(&centre.leaves).unwrap();
    let key = Key::of("centre");
    let bytes = contents.to_bytes(ORIGIN, key.public(), |message| key.sign(message)).unwrap();
    (bytes, note.into_bytes())
}

/// What the module answers, or refuses.
fn asked(files: &[&[u8]], policy: &str, language: &str) -> Result<Value, Refused> {
    let mut desk = Desk::default();
    for file in files {
        desk.verify_file(json!({ "bytes": file.len() }).to_string().as_bytes())?;
        for piece in file.chunks(1000) {
            desk.verify_data(piece)?;
        }
    }
    let answer = desk.verify(json!({ "policy": policy, "language": language }).to_string().as_bytes())?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

/// The module says exactly what the verifier says to the command line, in both languages.
fn same(files: &[&[u8]], typed: &str, options: &Options<'_>) -> Report {
    let report = verify(files[0], options);
    for (language, tongue) in [("zh-CN", Tongue::Chinese), ("en", Tongue::English)] {
        let answer = asked(files, typed, language).unwrap();
        assert_eq!(answer["is"], "checked");
        assert_eq!(answer["told"], serde_json::to_value(report.told(tongue)).unwrap());
        let printed: Value = serde_json::from_slice(&report.to_json().unwrap()).unwrap();
        assert_eq!(answer["report"], printed);
    }
    report
}

fn codes(report: &Report) -> Vec<&str> {
    report.failures.iter().map(|failure| failure.code.as_str()).collect()
}

#[test]
fn an_honest_bundle_holds_under_its_policy_and_without_one_is_consistent() {
    let (bundle, note) = bundle();
    let options = Options { policy: Some(pin()), ..Options::default() };
    let report = same(&[&bundle], &pin().to_string(), &options);
    assert!(report.ok && report.pinned, "{:?}", report.failures);
    let typed = format!(" {} \n", pin().to_string().to_uppercase());
    assert_eq!(asked(&[&bundle], &typed, "en").unwrap()["told"]["verdict"], "holds");
    assert!(same(&[&bundle], "", &Options::default()).ok);
    assert_eq!(asked(&[&bundle], "", "en").unwrap()["told"]["verdict"], "consistent");
    // Beside a checkpoint, whichever was given first.
    let report = same(&[&bundle, &note], "", &Options { other: Some(&note), ..Options::default() });
    assert_eq!((report.ok, report.count("compare")), (true, 1));
    let turned = asked(&[&note, &bundle], "", "en").unwrap();
    assert_eq!(turned["report"], serde_json::to_value(&report).unwrap());
}

#[test]
fn a_changed_bundle_fails_with_the_code_of_the_command_line() {
    let (bundle, _) = bundle();
    let files = zip::read(&bundle).unwrap();
    let mut changed: BTreeMap<&str, &[u8]> = files.clone();
    changed.insert("README.txt", b"believe us\n");
    let mut bytes = Vec::new();
    zip::write(&changed, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
    let report = same(&[&bytes], "", &Options::default());
    assert!(codes(&report).contains(&"manifest-files"), "{:?}", report.failures);
    assert_eq!(asked(&[&bytes], "", "en").unwrap()["told"]["verdict"], "false");
}

#[test]
fn a_broken_container_is_one_that_could_not_be_read() {
    let (bundle, _) = bundle();
    for broken in [&bundle[..bundle.len() / 2], b"no container", b""] {
        assert_eq!(codes(&same(&[broken], "", &Options::default())), ["container-broken"]);
        assert_eq!(asked(&[broken], "", "zh-CN").unwrap()["told"]["verdict"], "unread");
    }
}

#[test]
fn another_fingerprint_is_found_and_one_that_is_none_is_asked_for_again() {
    let (bundle, _) = bundle();
    let wrong = Hash::of(b"another policy");
    let options = Options { policy: Some(wrong), ..Options::default() };
    assert_eq!(codes(&same(&[&bundle], &wrong.to_string(), &options)), ["policy-pin"]);
    for typed in ["abc", &pin().to_string()[1..], "https://centre.example"] {
        let answer = asked(&[&bundle], typed, "en").unwrap();
        assert_eq!(answer, json!({ "is": "wants", "what": "fingerprint" }), "{typed}");
    }
}

#[test]
fn what_needs_more_is_asked_for() {
    let (bundle, note) = bundle();
    let answer = asked(&[&bundle, b"%PDF-1.7\n"], "", "en").unwrap();
    assert_eq!((&answer["is"], &answer["code"]), (&json!("no-paper"), &json!("report_foreign")));
    for (files, what) in [
        (vec![&note[..]], "bundle"),
        (vec![b"age-encryption.org/v1\n-> X25519".as_slice()], "identity"),
        (vec![b"%PDF-1.7\n".as_slice()], "bundle"),
    ] {
        assert_eq!(asked(&files, "", "en").unwrap(), json!({ "is": "wants", "what": what }));
    }
}

#[test]
fn more_than_the_memory_of_a_browser_and_more_than_two_files_are_refused() {
    let mut desk = Desk::default();
    let begin =
        |desk: &mut Desk, bytes: usize| desk.verify_file(json!({ "bytes": bytes }).to_string().as_bytes());
    assert_eq!(begin(&mut desk, BROWSER_BYTES_MAX + 1).unwrap_err().code, "argument");
    begin(&mut desk, 2).unwrap();
    desk.verify_data(&[0; 2]).unwrap();
    begin(&mut desk, 0).unwrap();
    assert_eq!(begin(&mut desk, 0).unwrap_err().code, "argument");
    assert_eq!(Desk::default().verify_data(b"x").unwrap_err().code, "order");
}
