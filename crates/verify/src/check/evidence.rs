//! The evidence of CLOSE (verify 6.3): no newer checkpoint that was cosigned in time counts more beats.

use alloc::format;
use ximu_procedure::{
    Tender,
    wire::{Event, Leaf, Outcome},
};

use super::{History, Replayed, Run};
use crate::{Code, Place};

impl Run<'_> {
    pub(super) fn evidence(&mut self, history: &History, replayed: &Replayed) {
        for (index, leaf) in (0u64..).zip(&replayed.leaves) {
            let Leaf::Entry(entry) = leaf else { continue };
            let Outcome::Events(events) = &entry.outcome else { continue };
            let counted = events.iter().find_map(|event| match event {
                Event::Closed { beats_counted, .. } => Some(u64::from(*beats_counted)),
                Event::CentreFounded { .. }
                | Event::PartyRegistered { .. }
                | Event::PartyAdmitted { .. }
                | Event::KeyReplaced { .. }
                | Event::Published { .. }
                | Event::DeadlineMoved { .. }
                | Event::Cancelled {}
                | Event::BidSubmitted { .. }
                | Event::VersionVoided { .. }
                | Event::BidWithdrawn { .. }
                | Event::TooFewBids { .. }
                | Event::WindowOpened { .. }
                | Event::SignedIn { .. }
                | Event::KeyReleased { .. }
                | Event::RescueAsked { .. }
                | Event::WindowEnded { .. }
                | Event::SharesReleased { .. }
                | Event::BidOpened(_)
                | Event::BidVoided { .. }
                | Event::OpeningCompleted { .. }
                | Event::CandidatesProposed { .. }
                | Event::Awarded { .. } => None,
            });
            let tender = replayed.replay.tender(&entry.procedure);
            let (Some(counted), Some(tender)) = (counted, tender) else { continue };
            let possible = beats_in_time(history, tender, index);
            if possible > counted {
                let detail =
                    format!("expected the {possible} beats cosigned in time, found {counted} counted");
                self.fail(Code::CloseEvidenceOld, Place::Leaf(index), detail);
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
