//! The evidence of CLOSE (verify 6.3): no newer checkpoint that was cosigned in time counts more beats.

use alloc::format;
use ximu_procedure::Tender;

use super::{History, Replayed, Run};
use crate::{Code, Place};

impl Run<'_> {
    pub(super) fn evidence(&mut self, history: &History, replayed: &Replayed) {
        for closing in &replayed.closings {
            let Some(tender) = replayed.replay.tender(&closing.procedure) else { continue };
            let (possible, counted) = (beats_in_time(history, tender, closing.index), closing.beats_counted);
            if possible > counted {
                let detail =
                    format!("expected the {possible} beats cosigned in time, found {counted} counted");
                self.fail(Code::CloseEvidenceOld, Place::Leaf(closing.index), detail);
            }
        }
    }
}

/// The beats that the best checkpoint before CLOSE, cosigned by the deadline and the grace, covers; the closing beat
/// is none of them.
fn beats_in_time(history: &History, tender: &Tender, close: u64) -> u64 {
    let latest = tender.deadline.plus_ms(tender.rules.beats.grace_ms);
    let in_time = history.cosigned.iter().filter(|checkpoint| checkpoint.time <= latest);
    let size = in_time.map(|checkpoint| checkpoint.size).filter(|size| *size <= close).max().unwrap_or(0);
    let scheduled = tender.beats.len().saturating_sub(1);
    tender.beats.iter().take(scheduled).filter(|beat| beat.leaf < size).count() as u64
}
