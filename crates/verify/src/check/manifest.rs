//! The manifest (verify 4.4): the files are exactly the listed ones, and the centre signed the list. No other check
//! depends on it: it says who made the bundle; the log says whether it holds.

use alloc::{collections::BTreeMap, format, vec::Vec};
use ximu_basics::{Hash, json};

use super::{History, Run, at_file};
use crate::{
    Code,
    bundle::{FileLine, Manifest, path},
};

impl Run<'_> {
    /// The files against the list. It comes first, so that a changed file is named whatever else its change breaks.
    pub(super) fn listing(&mut self) -> Option<Manifest> {
        let bytes = self.file(path::MANIFEST)?;
        match json::from_canonical::<Manifest>(bytes) {
            Ok(manifest) => {
                self.compare_listing(&manifest);
                Some(manifest)
            }
            Err(error) => {
                self.fail(Code::ManifestMalformed, at_file(path::MANIFEST), error);
                None
            }
        }
    }

    /// The list against the log's key.
    pub(super) fn manifest(&mut self, manifest: &Manifest, history: &History) {
        let origin = history.log.name();
        if manifest.v != 1 || manifest.origin != origin {
            let detail =
                format!("expected version 1 for {origin}, found {} for {:.200}", manifest.v, manifest.origin);
            return self.fail(Code::ManifestMalformed, at_file(path::MANIFEST), detail);
        }
        if !manifest.is_signed_by(history.log.public()) {
            let detail = format!("expected a signature of {}", history.log);
            self.fail(Code::ManifestSignature, at_file(path::MANIFEST), detail);
        }
    }

    fn compare_listing(&mut self, manifest: &Manifest) {
        let ascending = manifest.files.windows(2).all(|pair| matches!(pair, [a, b] if a.path < b.path));
        if !ascending {
            let detail = "expected the files ascending by path, each once";
            self.fail(Code::ManifestFiles, at_file(path::MANIFEST), detail);
        }
        let listed: BTreeMap<&str, &FileLine> =
            manifest.files.iter().map(|line| (line.path.as_str(), line)).collect();
        for path in super::paths(&self.files) {
            let Some(data) = self.files.get(path.as_str()).copied().filter(|_| path != path::MANIFEST) else {
                continue;
            };
            let (bytes, hash) = (data.len() as u64, Hash::of(data));
            match listed.get(path.as_str()) {
                Some(line) if line.bytes == bytes && line.hash == hash => self.count("manifest", 1),
                Some(line) => {
                    let detail =
                        format!("expected {} bytes {}, found {bytes} bytes {hash}", line.bytes, line.hash);
                    self.fail(Code::ManifestFiles, at_file(&path), detail);
                }
                None => {
                    self.fail(Code::ManifestFiles, at_file(&path), "expected a listed file, found this one")
                }
            }
        }
        let missing = listed.keys().filter(|path| !self.files.contains_key(**path)).copied();
        for path in missing.collect::<Vec<&str>>() {
            self.fail(Code::ManifestFiles, at_file(path), "expected this listed file, found none");
        }
    }
}
