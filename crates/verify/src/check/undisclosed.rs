//! What the bundle does not show (verify 8.3): beats whose seed is not disclosed, and veils
//! without what is behind them. The other classes are counted
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
        let procedures = replayed.replay.world().tenders.keys();
        let veils: u64 = procedures.map(|procedure| replayed.replay.veils_undisclosed(procedure)).sum();
        if veils > 0 {
            self.undisclosed.insert("panel", veils);
        }
    }
}
