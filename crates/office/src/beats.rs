//! Beats (log 10; rules 8): at the instants the rules name, what was accepted since the last one enters the log
//! under one root, in a leaf that looks the same however much that is.
//!
//! A beat is cut when its instant is over, before anything that is stamped later: nothing stamped later enters it.
//! Beats missed while the centre was down are cut at the start, each with the instant the schedule names.

use crate::{draft::Draft, trouble::Trouble};
use ximu_basics::{Instant, ProcedureId};
use ximu_journal::{LeafKind, NewLeaf};
use ximu_procedure::{
    Tender, World,
    wire::{BeatLeaf, Leaf, leaf::Class},
};
use ximu_tlog::beat::{Beat, Operation};

/// Beats one transaction may hold: a restart after long downtime catches up in several.
pub(crate) const BEATS_PER_BATCH_MAX: usize = 1_024;

/// The instant of a procedure's next beat; `None` when it takes no more before its CLOSE.
pub(crate) fn next_beat(tender: &Tender) -> Option<Instant> {
    if tender.closed_at.is_some() || tender.stage.is_failed() {
        return None;
    }
    tender.next_beat()
}

/// Whether the beat on the deadline is in the log.
pub(crate) fn deadline_beat_is_cut(tender: &Tender) -> bool {
    tender.beats.last().is_some_and(|beat| beat.scheduled >= tender.deadline)
}

/// The earliest beat of all procedures that is due at `at`: its instant is over.
pub(crate) fn due(world: &World, at: Instant) -> Option<(Instant, ProcedureId)> {
    let all = world.tenders.iter().filter_map(|(id, tender)| Some((next_beat(tender)?, id)));
    let (scheduled, id) = all.filter(|(scheduled, _)| *scheduled < at).min()?;
    Some((scheduled, id.clone()))
}

/// Cuts every beat that is due at `at`, at most [`BEATS_PER_BATCH_MAX`]; returns whether more are due.
///
/// # Errors
/// [`Trouble`] when a class does not fit its beat; the draft must then be forgotten.
pub(crate) fn cut_due(draft: &mut Draft<'_>, at: Instant) -> Result<More, Trouble> {
    while let Some((scheduled, procedure)) = due(draft.world(), at) {
        if draft.rows() >= BEATS_PER_BATCH_MAX {
            return Ok(More::Yes);
        }
        cut(draft, &procedure, scheduled)?;
    }
    Ok(More::No)
}

/// Whether there is more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Cuts one beat: everything that is held enters it.
///
/// # Errors
/// [`Trouble::Stopped`] when the class and the world do not fit each other.
pub(crate) fn cut(draft: &mut Draft<'_>, procedure: &ProcedureId, scheduled: Instant) -> Result<(), Trouble> {
    let broken = || Trouble::Stopped { why: "class_missing" };
    let tender = draft.world().tenders.get(procedure).ok_or_else(broken)?;
    let number = u32::try_from(tender.beats.len()).map_err(|_| broken())?;
    let class = draft.class_mut(procedure).ok_or_else(broken)?;
    let held = std::mem::take(&mut class.held);
    let operations: Vec<Operation<'_>> =
        held.iter().map(|held| Operation { order: held.order, bytes: &held.bytes }).collect();
    let beat = Beat::new(&class.seed, u64::from(number), &operations).map_err(|_| broken())?;
    let leaf = BeatLeaf {
        v: 1,
        procedure: procedure.clone(),
        class: Class::Sealed,
        number,
        scheduled,
        root: beat.root(),
    };
    let (world, batch) = draft.parts_mut();
    world.commit_beat(&leaf).map_err(|_| broken())?;
    let bytes = Leaf::Beat(leaf).to_bytes().map_err(|_| Trouble::Stopped { why: "not_canonical" })?;
    batch.leaves.push(NewLeaf { procedure: procedure.clone(), kind: LeafKind::Beat, bytes, command: None });
    Ok(())
}
