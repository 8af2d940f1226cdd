//! The evidence of CLOSE (verify 6.3): no newer checkpoint that was cosigned in time counts more beats. Also none that
//! the centre left out of its bundle and that the caller has, out of a receipt.

use alloc::{format, string::ToString};
use ximu_procedure::Tender;

use super::{Cosigned, History, Replayed, Run, checkpoints, compare};
use crate::{Code, Place};

impl Run<'_> {
    pub(super) fn evidence(&mut self, history: &History, replayed: &Replayed) {
        let shown = self.shown(history);
        for closing in &replayed.closings {
            let Some(tender) = replayed.replay.tender(&closing.procedure) else { continue };
            let known = history.cosigned.iter().chain(&shown);
            let (possible, counted) = (beats_in_time(known, tender, closing.index), closing.beats_counted);
            if possible > counted {
                let detail =
                    format!("expected the {possible} beats cosigned in time, found {counted} counted");
                self.fail(Code::CloseEvidenceOld, Place::Leaf(closing.index), detail);
            }
        }
    }

    /// The cosigned checkpoint that the caller compares with, when it is one of this log.
    fn shown(&self, history: &History) -> Option<Cosigned> {
        let note = compare::note_of(self.options.other?)?.to_string();
        Some(checkpoints::read(&history.policy, &history.log, &note).ok()?.1)
    }
}

/// The beats that the best checkpoint before CLOSE, cosigned by the deadline and the grace, covers; the closing beat
/// is none of them.
fn beats_in_time<'a>(known: impl Iterator<Item = &'a Cosigned>, tender: &Tender, close: u64) -> u64 {
    let latest = tender.deadline.plus_ms(tender.rules.beats.grace_ms);
    let in_time = known.filter(|checkpoint| checkpoint.time <= latest);
    let size = in_time.map(|checkpoint| checkpoint.size).filter(|size| *size <= close).max().unwrap_or(0);
    let scheduled = tender.beats.len().saturating_sub(1);
    tender.beats.iter().take(scheduled).filter(|beat| beat.leaf < size).count() as u64
}
