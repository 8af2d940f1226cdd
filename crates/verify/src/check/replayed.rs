//! The replay (verify 5): every leaf and every disclosed operation decided again.

use alloc::vec::Vec;

use super::{History, Replayed, Run, envelopes::Envelopes, tender_path};
use crate::{Code, Failure, Place, Replay, bundle::read_operations};

impl Run<'_> {
    pub(super) fn replay(
        &mut self,
        history: &History,
        leaves: &[&[u8]],
        envelopes: &Envelopes<'_>,
    ) -> Option<Replayed> {
        let mut replay = Replay::new(history.log.name(), &history.policy);
        let result = self.feed(&mut replay, leaves, envelopes);
        self.count_tally(&replay);
        self.rehearsal = replay.world().registry.centre.as_ref().is_some_and(|centre| centre.rehearsal);
        match result {
            Ok(leaves) => Some(Replayed { replay, leaves }),
            Err(failure) => {
                self.add(failure);
                None
            }
        }
    }

    fn feed(
        &self,
        replay: &mut Replay,
        leaves: &[&[u8]],
        envelopes: &Envelopes<'_>,
    ) -> Result<Vec<ximu_procedure::wire::Leaf>, Failure> {
        for (path, bytes) in &self.files {
            let Some((procedure, "operations.jsonl")) = tender_path(path) else { continue };
            let operations = read_operations(bytes).map_err(|(line, error)| {
                Failure::new(Code::OperationMalformed, Place::Operation(procedure.clone(), line), error)
            })?;
            replay.disclose(&procedure, operations)?;
        }
        let leaves =
            leaves.iter().map(|leaf| replay.push(leaf, envelopes)).collect::<Result<Vec<_>, Failure>>()?;
        replay.finish()?;
        Ok(leaves)
    }

    fn count_tally(&mut self, replay: &Replay) {
        let tally = replay.tally();
        for (name, count) in [
            ("entries", tally.entries),
            ("beats", tally.beats_disclosed),
            ("operations", tally.operations),
            ("epochs", tally.epochs),
            ("custody", tally.custody),
            ("closings", tally.closings),
            ("shares", tally.shares),
            ("openings", tally.openings),
            ("awards", tally.awards),
        ] {
            self.count(name, count);
        }
    }
}
