//! The beats of a tender before CLOSE (log 10): one equal mark for each instant of the schedule.
//!
//! A mark says when its beat was due, where it lies in the log, and whether that is cosigned: what the schedule and the
//! log's length say already. Nothing here has a bid, and nothing here may depend on how many there are.

use ximu_basics::{Instant, ProcedureId};
use ximu_procedure::tender::{Beat, Tender};

use crate::{host::Host, story::Story};

/// The marks that are shown at most: the newest. They are as many rows of twelve, or of four on a telephone, as fit on
/// one screen beside the rest.
pub const BEATS_SHOWN: usize = 48;

/// The beats up to a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beats {
    /// The newest of them, in the order of the log.
    pub marks: Vec<Mark>,
    /// How many came before these.
    pub earlier: usize,
    /// When the schedule has the next one; `None` from the deadline on, and in a moment of the past.
    pub next: Option<Instant>,
}

/// One beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The instant of the schedule.
    pub at: Instant,
    /// Its leaf.
    pub leaf: u64,
    /// Whether a cosigned checkpoint covers it.
    pub is_cosigned: bool,
}

impl Beats {
    /// The beats after entry `upto` and before the next one, or those until now.
    #[must_use]
    pub fn of(host: &dyn Host, id: &ProcedureId, story: &Story, upto: Option<u32>) -> Beats {
        let view = host.view();
        let cosigned = view.cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
        let Some(tender) = view.world.tenders.get(id) else {
            return Beats { marks: Vec::new(), earlier: 0, next: None };
        };
        let beats = until(tender, story, upto);
        let earlier = beats.len().saturating_sub(BEATS_SHOWN);
        let shown = beats.iter().skip(earlier);
        let marks =
            shown.map(|beat| Mark { at: beat.scheduled, leaf: beat.leaf, is_cosigned: beat.leaf < cosigned });
        let next = tender.next_beat().filter(|_| upto.is_none() && !tender.stage.is_failed());
        Beats { marks: marks.collect(), earlier, next }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.marks.len().saturating_add(self.earlier)
    }
}

/// The beats that lie in the log before the entry that follows `upto`.
#[must_use]
pub fn until<'a>(tender: &'a Tender, story: &Story, upto: Option<u32>) -> &'a [Beat] {
    let following = upto.and_then(|last| story.facts.iter().find(|fact| fact.number > last));
    let end = following
        .map_or(tender.beats.len(), |fact| tender.beats.partition_point(|beat| beat.leaf < fact.leaf));
    tender.beats.get(..end).unwrap_or_default()
}
