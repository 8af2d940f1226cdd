//! What the bundle does not show (verify 8.3): beats whose seed is not disclosed. The other classes are counted
//! where they are looked for: names in `records`, envelopes in `vault`.

use super::{Replayed, Run};

impl Run<'_> {
    pub(super) fn undisclosed(&mut self, replayed: &Replayed) {
        let tenders = replayed.replay.world().tenders.values();
        let beats: usize =
            tenders.filter(|tender| tender.seed.is_none()).map(|tender| tender.beats.len()).sum();
        if beats > 0 {
            self.undisclosed.insert("beat", beats as u64);
        }
    }
}
