//! Procurement documents (verify 7.2): every published one is there, byte for byte.

use alloc::{collections::BTreeMap, format};
use ximu_basics::Hash;

use super::{Replayed, Run, at_file};
use crate::{Code, bundle::path};

impl Run<'_> {
    pub(super) fn documents(&mut self, replayed: &Replayed) {
        let tenders = replayed.replay.world().tenders.values();
        let documents: BTreeMap<Hash, u32> = tenders
            .flat_map(|tender| tender.documents.iter().map(|document| (document.hash, document.bytes)))
            .collect();
        for (hash, expected) in documents {
            let path = path::document(&hash);
            let Some(bytes) = self.file(&path) else { continue };
            let (found, size) = (Hash::of(bytes), bytes.len());
            if found == hash && u32::try_from(size) == Ok(expected) {
                self.count("documents", 1);
            } else {
                let detail = format!("expected {expected} bytes {hash}, found {size} bytes {found}");
                self.fail(Code::DocumentHash, at_file(&path), detail);
            }
        }
    }
}
