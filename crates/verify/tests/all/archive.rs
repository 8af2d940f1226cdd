//! An archive holds what a bundle does not publish, and says so when one byte of it is another (award 8).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{Case, holds, pin, resign};
use std::collections::BTreeMap;
use ximu_basics::{Hash, json};
use ximu_procedure::wire::{Command, CommandBody, Operation, Outcome};
use ximu_sealed::Commitment;
use ximu_sim::{Key, centre::ORIGIN};
use ximu_verify::{
    Code, Options, Report, archive,
    bundle::{FileLine, Manifest, path},
    verify_archive, zip,
};

fn signed(bundle: &[u8], envelopes: &BTreeMap<Hash, Vec<u8>>, label: &str) -> Vec<u8> {
    let key = Key::of(label);
    archive(bundle, envelopes, ORIGIN, key.public(), |message| key.sign(message)).unwrap()
}

/// Every envelope of an accepted submission, as the centre archives them: what was refused is in its vault too.
fn submitted(case: &Case) -> BTreeMap<Hash, Vec<u8>> {
    let mut envelopes = BTreeMap::new();
    for disclosed in case.disclosed() {
        let operation: Operation = json::from_canonical(disclosed.operation.as_bytes()).unwrap();
        let body: CommandBody = json::from_canonical(operation.signed.body.as_bytes()).unwrap();
        let (Outcome::Events(_), Command::Submit { form, body, .. }) = (operation.outcome, body.command)
        else {
            continue;
        };
        for commitment in [form.commitment, body.commitment] {
            envelopes.insert(commitment, case.centre.vault[&commitment].clone());
        }
    }
    envelopes
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
    let envelopes = submitted(&case);
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

type Change<'a> = Box<dyn FnOnce(&mut BTreeMap<String, Vec<u8>>) + 'a>;

/// What is wrong, the label signed under, the origin, the change of the files, and the code expected.
type Mistake<'a> = (&'static str, Option<&'a [u8]>, &'static str, Change<'a>, Code);

/// The files of an archive, changed, listed and signed again by the centre: under a label, for an origin.
fn signed_again(
    bytes: &[u8],
    label: Option<&[u8]>,
    origin: &str,
    change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>),
) -> Vec<u8> {
    rewritten(bytes, |files| {
        files.remove(path::MANIFEST);
        change(files);
        let lines = files.iter().map(|(path, data)| FileLine::of(path, data)).collect();
        let key = Key::of("centre");
        let sign = |message: &[u8]| key.sign(message);
        let manifest = match label {
            Some(label) => Manifest::sign_for(label, origin, key.public(), lines, sign),
            None => Manifest::sign(origin, key.public(), lines, sign),
        };
        files.insert(path::MANIFEST.into(), json::to_canonical(&manifest.unwrap()).unwrap());
    })
}

#[test]
fn what_the_centre_lists_and_signs_wrongly_itself_is_named_by_the_one_check_that_sees_it() {
    let mut case = Case::awarded();
    let honest = signed(&resign(&case.files()), &submitted(&case), "centre");
    let label: Option<&[u8]> = Some(b"ximu-archive/1\n");
    let body = format!("envelopes/{}", case.centre.tender().bids.values().next().unwrap().body.commitment);
    let nothing = || -> Change<'_> { Box::new(|_| {}) };
    holds(&check(&signed_again(&honest, label, ORIGIN, nothing())));
    let cases: Vec<Mistake<'_>> = vec![
        ("a log of another name", label, "rehearsal.other.example/log", nothing(), Code::ManifestSignature),
        ("signed as a bundle is", None, ORIGIN, nothing(), Code::ManifestSignature),
        (
            "an envelope changed under its name",
            label,
            ORIGIN,
            Box::new(|files| *files.get_mut(&body).unwrap().last_mut().unwrap() ^= 1),
            Code::VaultCommitment,
        ),
        (
            "something else put in",
            label,
            ORIGIN,
            Box::new(|files| drop(files.insert("notes.txt".into(), b"x".to_vec()))),
            Code::FileUnexpected,
        ),
        (
            "an envelope that was never submitted",
            label,
            ORIGIN,
            Box::new(|files| {
                drop(files.insert(format!("envelopes/{}", Commitment::of(b"x").root), b"x".to_vec()))
            }),
            Code::FileUnexpected,
        ),
    ];
    for (what, label, origin, change, expected) in cases {
        let report = check(&signed_again(&honest, label, origin, change));
        let codes: Vec<Code> = report.failures.iter().map(|one| one.code).collect();
        assert_eq!((codes, report.ok), (vec![expected], false), "{what}");
    }
}
