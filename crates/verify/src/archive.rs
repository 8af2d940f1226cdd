//! The archive (award 8): a public bundle and the restricted envelopes of one procedure in one signed container, for
//! those who keep a tender's whole record. Not here: that it lies in an age file, which is whoever's opens it.

use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Hash, PublicKey, Signature, json};
use ximu_sealed::Commitment;

use crate::{
    Code, Failure, Forms, Options, Place, Report,
    bundle::{BundleError, FileLine, Manifest, path},
    verify,
    zip::{self, Files},
};

/// What stands before the signed bytes of an archive's manifest.
pub const ARCHIVE_LABEL: &[u8] = b"ximu-archive/1\n";

/// The path of the public bundle.
pub const BUNDLE: &str = "bundle.zip";

/// The folder of the restricted envelopes, named by their commitments.
const ENVELOPES: &str = "envelopes/";

/// Puts an archive together: the container, not yet sealed.
///
/// # Errors
/// [`BundleError`].
pub fn archive(
    bundle: &[u8],
    envelopes: &BTreeMap<Hash, Vec<u8>>,
    origin: &str,
    key: PublicKey,
    sign: impl FnOnce(&[u8]) -> Signature,
) -> Result<Vec<u8>, BundleError> {
    let paths: Vec<String> = envelopes.keys().map(|commitment| format!("{ENVELOPES}{commitment}")).collect();
    let mut files: Files<'_> =
        paths.iter().map(String::as_str).zip(envelopes.values().map(Vec::as_slice)).collect();
    files.insert(BUNDLE, bundle);
    let lines = files.iter().map(|(path, data)| FileLine::of(path, data)).collect();
    let manifest = json::to_canonical(&Manifest::sign_for(ARCHIVE_LABEL, origin, key, lines, sign)?)?;
    files.insert(path::MANIFEST, &manifest);
    let mut bytes = Vec::new();
    zip::write(&files, &mut |piece| bytes.extend_from_slice(piece))?;
    Ok(bytes)
}

/// The envelopes of an archive, whose commitments the check of the vault compares.
struct Restricted<'a>(BTreeMap<Hash, &'a [u8]>);

impl Forms for Restricted<'_> {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        self.0.get(commitment).map(|bytes| (*bytes).to_vec())
    }

    fn claimed(&self) -> Vec<Hash> {
        self.0.keys().copied().collect()
    }
}

/// Checks an archive: its bundle as every bundle, its envelopes against the log, its list against the log's key.
#[must_use]
pub fn verify_archive(bytes: &[u8], options: &Options<'_>) -> Report {
    let Ok(files) = zip::read(bytes) else {
        // The same bytes are no bundle either: the answer is that the container is broken, and where.
        return verify(bytes, options);
    };
    let mut failures = Vec::new();
    let bundle = files.get(BUNDLE).copied().unwrap_or_default();
    if bundle.is_empty() {
        failures.push(at(Code::FileMissing, BUNDLE, "expected this file, found none"));
    }
    check_manifest(&files, bundle, &mut failures);
    let mut restricted = BTreeMap::new();
    for (name_of, data) in &files {
        let Some(name) = name_of.strip_prefix(ENVELOPES) else {
            if *name_of != BUNDLE && *name_of != path::MANIFEST {
                failures.push(at(
                    Code::FileUnexpected,
                    name_of,
                    "expected no file of this name in an archive",
                ));
            }
            continue;
        };
        let found = Commitment::of(data).root;
        if found.to_string() == name {
            restricted.insert(found, *data);
        } else {
            failures.push(at(Code::VaultCommitment, name_of, &format!("expected its name, found {found}")));
        }
    }
    let restricted = Restricted(restricted);
    let mut report = verify(bundle, &Options { vault: Some(&restricted), ..*options });
    report.ok = report.ok && failures.is_empty();
    report.failures.splice(0..0, failures);
    report
}

/// The list is of exactly these files, and by the key that signed the bundle's, which the bundle's own check compares
/// with the log's.
fn check_manifest(files: &Files<'_>, bundle: &[u8], failures: &mut Vec<Failure>) {
    let read = |files: &Files<'_>| {
        let bytes = files.get(path::MANIFEST)?;
        json::from_canonical::<Manifest>(bytes).ok()
    };
    let Some(manifest) = read(files) else {
        return failures.push(at(Code::ManifestMalformed, path::MANIFEST, "expected a manifest, found none"));
    };
    let found: Vec<FileLine> = files
        .iter()
        .filter(|(path, _)| **path != path::MANIFEST)
        .map(|(path, data)| FileLine::of(path, data))
        .collect();
    if manifest.files != found {
        let (listed, there) = (manifest.files.iter(), found.iter());
        let differs = listed.clone().find(|line| !found.contains(line));
        let differs = differs.or_else(|| there.clone().find(|line| !manifest.files.contains(line)));
        let path = differs.map_or(path::MANIFEST, |line| line.path.as_str()).to_owned();
        failures.push(at(Code::ManifestFiles, &path, "expected exactly the listed files"));
    }
    let of_bundle = zip::read(bundle).ok().and_then(|files| read(&files));
    let same = of_bundle.is_none_or(|inner| inner.key == manifest.key && inner.origin == manifest.origin);
    if manifest.v != 1 || !same || !manifest.is_signed_for(ARCHIVE_LABEL, &manifest.key) {
        let detail = "expected the signature of the centre whose bundle it holds";
        failures.push(at(Code::ManifestSignature, path::MANIFEST, detail));
    }
}

fn at(code: Code, path: &str, detail: &str) -> Failure {
    Failure::new(code, Place::File(path.to_string()), detail)
}
