//! Container, manifest, policy, and files by hash.

use super::{
    Given, Mutant,
    support::{Case, FileMap, resign_by, rezip},
};
use ximu_basics::{Hash, json};
use ximu_procedure::wire::Command;
use ximu_sim::{
    Key,
    centre::{ORIGIN, policy},
};
use ximu_tlog::VerifierKey;
use ximu_verify::{
    Code,
    bundle::{FileLine, Manifest, path},
};

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::ContainerBroken, "bundle", || {
        let mut bundle = Given::files(&published()).bundle;
        bundle.pop();
        Given::of(bundle)
    }),
    (Code::ManifestMalformed, "file manifest.json", || raw(path::MANIFEST, |bytes| bytes.insert(1, b' '))),
    (Code::ManifestMalformed, "file manifest.json", || {
        Given::of(resign_by(&published(), "rehearsal.other.example/log", "centre"))
    }),
    (Code::ManifestSignature, "file manifest.json", || {
        Given::of(resign_by(&published(), ORIGIN, "administrator"))
    }),
    (Code::ManifestFiles, "file README.txt", || raw(path::README, |bytes| bytes[0] ^= 1)),
    (Code::ManifestFiles, "file documents/", || relisted(|line| line.bytes += 1)),
    (Code::ManifestFiles, "file documents/", || relisted(|line| line.hash = Hash([7; 32]))),
    (Code::ManifestFiles, "file documents/", || {
        // Listed and not there; the log has no use for it, so only the manifest can miss it.
        relisted(|line| line.path = format!("documents/{}", Hash([255; 32])))
    }),
    (Code::FileMissing, "file documents/", || {
        let mut files = published();
        files.retain(|path, _| !path.starts_with("documents/"));
        Given::files(&files)
    }),
    (Code::FileMissing, "file checkpoints", || without(path::CHECKPOINTS)),
    (Code::FileMissing, "file checkpoint", || without(path::CHECKPOINT)),
    (Code::FileMissing, "file README.txt", || without(path::README)),
    (Code::FileMissing, "file manifest.json", || Given::of(rezip(&without_manifest()))),
    (Code::FileMissing, "file tenders/yc-2020-0603/keys/", || {
        let mut files = Case::opened().files();
        let key = files.keys().find(|path| path.contains("/keys/")).unwrap().clone();
        files.remove(&key);
        Given::files(&files)
    }),
    (Code::FileMissing, "file policy", || without(path::POLICY)),
    (Code::FileMissing, "file log/entries/000.p/", || {
        let mut files = published();
        files.retain(|path, _| !path.starts_with("log/entries/"));
        Given::files(&files)
    }),
    (Code::FileUnexpected, "file tenders/yc-2020-0603/envelopes/", || {
        // A withdrawn bid's form, which must never be shown.
        let mut case = Case::opened();
        let mut files = case.files();
        let shown: Vec<String> = files.keys().cloned().collect();
        let hidden = case
            .centre
            .vault
            .iter()
            .find(|(commitment, _)| !shown.iter().any(|path| path.contains(&commitment.to_string())));
        let (commitment, bytes) = hidden.unwrap();
        files.insert(path::envelope(&super::support::tender_id(), commitment), bytes.clone());
        Given::files(&files)
    }),
    (Code::FileUnexpected, "file records/", || {
        let mut files = published();
        files.insert(path::record(&Hash([7; 32])), b"{}".to_vec());
        Given::files(&files)
    }),
    (Code::PolicyMalformed, "file policy", || with_policy("quorum\n")),
    (Code::PolicyPin, "file policy", || {
        let mut given = Given::files(&published());
        given.policy = Some(Hash([7; 32]));
        given
    }),
    (Code::PolicyLog, "file checkpoint", || {
        let key = Key::of("centre").public();
        let ours = VerifierKey::log(ORIGIN, &key).unwrap().to_string();
        let other = VerifierKey::log("rehearsal.other.example/log", &key).unwrap().to_string();
        with_policy(&policy().replace(&ours, &other))
    }),
    (Code::PolicyQuorum, "file policy", || with_policy(&policy().replace("quorum others", "quorum none"))),
    (Code::DocumentHash, "file documents/", || changed("documents/", |bytes| bytes[0] ^= 1)),
    (Code::RecordHash, "file records/", || changed("records/", |bytes| bytes[20] ^= 1)),
    (Code::EnvelopeCommitment, "file tenders/yc-2020-0603/envelopes/", || {
        let mut files = Case::opened().files();
        change(&mut files, "tenders/yc-2020-0603/envelopes/", |bytes| {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
        });
        Given::files(&files)
    }),
    (Code::EnvelopeMissing, "leaf ", || {
        let mut files = Case::opened().files();
        let first = files.keys().find(|path| path.contains("/envelopes/")).unwrap().clone();
        files.remove(&first);
        Given::files(&files)
    }),
    (Code::KeyWrong, "file tenders/yc-2020-0603/keys/", || {
        let mut files = Case::opened().files();
        let keys: Vec<String> = files.keys().filter(|path| path.contains("/keys/")).cloned().collect();
        let other = files[&keys[1]].clone();
        files.insert(keys[0].clone(), other);
        Given::files(&files)
    }),
    (Code::KeyWrong, "file tenders/yc-2020-0603/keys/", || {
        let mut files = Case::opened().files();
        change(&mut files, "tenders/yc-2020-0603/keys/", |bytes| bytes.push(b'\n'));
        Given::files(&files)
    }),
    (Code::DocumentHash, "file documents/", || {
        // The publication names another size than the document has.
        let mut case = Case::unpublished();
        case.publish(|document| document.bytes += 1);
        Given::case(case)
    }),
    (Code::RecordHash, "file records/", || {
        // The registered commitment is to something that is no record.
        let mut case = Case::published();
        let name = Hash::of(b"plain");
        case.centre.expect_events("newcomer", "registry", Command::RegisterParty { name });
        case.records.insert(name, b"plain".to_vec());
        Given::case(case)
    }),
    (Code::PolicyLog, "file checkpoint", || {
        let other = VerifierKey::log(ORIGIN, &Key::of("administrator").public()).unwrap();
        with_policy(&format!("log {other}\n{}", policy()))
    }),
    (Code::CheckEmpty, "bundle", || {
        let mut case = Case::published();
        case.centre.leaves.clear();
        case.centre.tree = ximu_tlog::Tree::new();
        case.centre.world.tenders.clear();
        case.centre.checkpoints.clear();
        case.documents.clear();
        case.records.clear();
        case.centre.checkpoint().unwrap();
        Given::case(case)
    }),
];

fn published() -> FileMap {
    Case::published().files()
}

fn without_manifest() -> FileMap {
    let mut files = with_manifest();
    files.remove(path::MANIFEST);
    files
}

fn with_manifest() -> FileMap {
    super::support::unzip(&Given::files(&published()).bundle)
}

/// The manifest signed with another line for the document.
fn relisted(change: impl FnOnce(&mut FileLine)) -> Given {
    let mut files = with_manifest();
    let manifest: Manifest = json::from_canonical(&files[path::MANIFEST]).unwrap();
    let mut lines = manifest.files;
    change(lines.iter_mut().find(|line| line.path.starts_with("documents/")).unwrap());
    let key = Key::of("centre");
    let manifest = Manifest::sign(ORIGIN, key.public(), lines, |message| key.sign(message)).unwrap();
    files.insert(path::MANIFEST.into(), json::to_canonical(&manifest).unwrap());
    Given::of(rezip(&files))
}

/// A file changed after the manifest was signed.
fn raw(path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Given {
    let mut files = with_manifest();
    change(files.get_mut(path).unwrap());
    Given::of(rezip(&files))
}

fn without(path: &str) -> Given {
    let mut files = published();
    files.remove(path);
    Given::files(&files)
}

fn with_policy(text: &str) -> Given {
    let mut files = published();
    files.insert(path::POLICY.into(), text.as_bytes().to_vec());
    Given { policy: None, ..Given::files(&files) }
}

fn changed(prefix: &str, how: impl FnOnce(&mut Vec<u8>)) -> Given {
    let mut files = published();
    change(&mut files, prefix, how);
    Given::files(&files)
}

fn change(files: &mut FileMap, prefix: &str, how: impl FnOnce(&mut Vec<u8>)) {
    let path = files.keys().find(|path| path.starts_with(prefix)).unwrap().clone();
    how(files.get_mut(&path).unwrap());
}
