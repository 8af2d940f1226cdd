//! A report given beside the bundle (verify 7.7): the record embedded in it is the one that the log gives.

use alloc::format;
use ximu_basics::Hash;
use ximu_procedure::{record, wire::Record};

use super::{Replayed, Run};
use crate::{
    Code, Place, Replay,
    report::{Note, NoteCode},
};

/// The record that a report claims, and what the log gave in its place.
pub(super) struct Claim {
    claimed: Record,
    made: Option<Record>,
}

impl Claim {
    /// Reads the record of a report; `None` when there is no report, or no record in it.
    pub(super) fn read(bytes: Option<&[u8]>) -> Option<Claim> {
        Some(Claim { claimed: Record::parse(bytes?).ok()?, made: None })
    }

    /// Makes the record again when the log has exactly the leaves that it takes.
    pub(super) fn observe(&mut self, replay: &Replay) {
        let world = replay.world();
        if world.size != self.claimed.size {
            return;
        }
        let tender = replay.tender(&self.claimed.procedure);
        self.made = tender.and_then(|tender| record::record(&world.registry, tender, self.claimed.kind()));
    }
}

impl Run<'_> {
    pub(super) fn report_given(&mut self, replayed: &Replayed, claim: Option<&Claim>) {
        let Some(bytes) = self.options.record else { return };
        self.count("report", 1);
        let Some(Claim { claimed, made }) = claim else {
            self.fail(Code::ReportDiffers, Place::Report, "expected a record in canonical JSON");
            return;
        };
        let size = replayed.replay.world().size;
        if claimed.size > size {
            let detail = format!("expected a record of at most {size} leaves, found {}", claimed.size);
            self.fail(Code::ReportLarger, Place::Report, detail);
            return;
        }
        let hash = Hash::of(bytes);
        let Some(expected) = made.as_ref().and_then(|record| record.hash().ok()) else {
            let (kind, size) = (claimed.kind(), claimed.size);
            let detail = format!("expected no {kind} after {size} leaves of this log, found {hash}");
            self.fail(Code::ReportDiffers, Place::Report, detail);
            return;
        };
        if expected != hash {
            let detail = format!("expected {expected}, found {hash}");
            self.fail(Code::ReportDiffers, Place::Report, detail);
            return;
        }
        let tender = replayed.replay.tender(&claimed.procedure);
        let kept = |kept: &record::Kept| kept.kind == claimed.kind() && kept.hash == hash;
        if !tender.is_some_and(|tender| tender.records.kept().iter().any(kept)) {
            let detail = format!("expected {hash} in an entry, found none up to leaf {size}");
            self.notes.push(Note { code: NoteCode::RecordNotKept, entry: Place::Report, detail });
        }
        let registry = &replayed.replay.world().registry;
        let now = tender.and_then(|tender| record::record(registry, tender, claimed.kind()));
        if now.as_ref().is_none_or(|now| now.content != claimed.content) {
            let now =
                now.and_then(|now| now.hash().ok()).map_or_else(|| "none".into(), |now| format!("{now}"));
            let detail = format!("the log gives {now} after {size} leaves");
            self.notes.push(Note { code: NoteCode::RecordSuperseded, entry: Place::Report, detail });
        }
    }
}
