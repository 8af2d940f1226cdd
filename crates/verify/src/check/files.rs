//! The list of files (verify 7.5): nothing in the bundle that the log does not speak of. What must be there is
//! missed by the check that needs it.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
};

use super::{History, Replayed, Run, at_file};
use crate::{Code, bundle::path};

impl Run<'_> {
    pub(super) fn file_list(&mut self, history: &History, replayed: &Replayed) {
        self.file(path::README);
        let known = known(history, replayed);
        for path in super::paths(&self.files).into_iter().filter(|path| !known.contains(path)) {
            self.fail(Code::FileUnexpected, at_file(&path), "expected a file that the log speaks of");
        }
    }
}

fn known(history: &History, replayed: &Replayed) -> BTreeSet<String> {
    let world = replayed.replay.world();
    let mut known: BTreeSet<String> =
        [path::README, path::MANIFEST, path::POLICY, path::CHECKPOINT, path::CHECKPOINTS]
            .map(ToString::to_string)
            .into();
    let size = history.newest.size;
    for index in 0..size.div_ceil(256) {
        let width = (size - 256 * index).min(256);
        known.insert(path::entries(index, usize::try_from(width).unwrap_or(256)));
    }
    known.extend(world.registry.parties.values().map(|party| path::record(&party.name)));
    for (procedure, tender) in &world.tenders {
        known.extend(tender.documents.iter().map(|document| path::document(&document.hash)));
        if tender.closed_at.is_some() {
            known.insert(path::operations(procedure));
        }
        if tender.evaluation.as_ref().is_some_and(|evaluation| evaluation.concluded.is_some()) {
            known.insert(path::panel(procedure));
        }
        for to_open in &tender.to_open {
            if let Some(bid) = tender.bids.get(&to_open.bidder) {
                known.insert(path::envelope(procedure, &bid.form.commitment));
            }
        }
        known.extend(tender.opened.keys().map(|bidder| path::key(procedure, bidder)));
    }
    known
}
