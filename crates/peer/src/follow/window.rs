//! When CLOSE was first cosigned: a window that nobody could see is no window (opening 4.2 j).

use super::{AGAIN_MS, Follower, said::Refusal, said::Said};
use crate::{conditions::window_public, source::Source};
use std::sync::Arc;
use ximu_basics::{Instant, ProcedureId};
use ximu_procedure::{Stage, Tender};

/// When CLOSE was first cosigned, as far as this holder has seen.
pub(super) struct Seen {
    /// The cosigned time.
    pub(super) at: Instant,
    /// When the host was last asked for an earlier checkpoint.
    asked: Option<Instant>,
}

impl<S: Source> Follower<S> {
    /// Keeps, for every procedure whose bids this holder helps to open, the cosigned time of the first head over CLOSE
    /// that it has seen. When that is too late, the holder may have been away itself: the host is asked for the first
    /// checkpoint there is. Witnesses stamped either, so that a holder that was started again judges as it would have
    /// before.
    pub(super) fn note_closes(&mut self) -> Result<(), Said> {
        let tenders = &self.replaying.replay().world().tenders;
        let unopened = |tender: &Tender| matches!(tender.stage, Stage::Window | Stage::Opening);
        let ours = |tender: &Tender| unopened(tender) && tender.holder_index(self.holder.public()).is_some();
        let open: Vec<(ProcedureId, Arc<Tender>)> = tenders
            .iter()
            .filter(|(_, tender)| ours(tender))
            .map(|(procedure, tender)| (procedure.clone(), Arc::clone(tender)))
            .collect();
        self.closes_seen.retain(|procedure, _| open.iter().any(|(open, _)| open == procedure));
        for (procedure, tender) in open {
            self.note_close(&procedure, &tender).map_err(|refusal| Said::of(&procedure, &refusal))?;
        }
        Ok(())
    }

    fn note_close(&mut self, procedure: &ProcedureId, tender: &Tender) -> Result<(), Refusal> {
        let known = match self.closes_seen.get(procedure) {
            Some(seen) => Some(seen.at),
            None => self.holder.close_seen(procedure)?,
        };
        let at = match known {
            Some(at) => at,
            None => {
                self.holder.keep_close_seen(procedure, self.head_time)?;
                self.head_time
            }
        };
        let now = self.peer.now();
        let seen = self.closes_seen.entry(procedure.clone()).or_insert(Seen { at, asked: None });
        let again = seen.asked.is_none_or(|asked| now.ms_since(asked) >= AGAIN_MS);
        if window_public(tender, at).is_ok() || !again {
            return Ok(());
        }
        seen.asked = Some(now);
        // Whoever shows nothing has the time of what this holder has seen.
        if let Some(first) = self.first_cosigned(procedure).filter(|first| *first < at) {
            self.holder.keep_close_seen(procedure, first)?;
            self.closes_seen.entry(procedure.clone()).and_modify(|seen| seen.at = first);
        }
        Ok(())
    }

    /// The cosigned time of the checkpoint over CLOSE that the host shows: one of this log, under this peer's own
    /// policy.
    fn first_cosigned(&self, procedure: &ProcedureId) -> Option<Instant> {
        let close = self.replaying.close(procedure)?;
        let note = self.source.first_checkpoint(&close.command).ok()??;
        let (head, time) = self.trusted(&note).ok()?;
        let is_ours = self.replaying.replay().tree().root_at(head.size) == Some(head.root);
        (is_ours && head.size > close.leaf).then_some(time)
    }

    /// Whether the window is public for its time.
    pub(super) fn window_is_public(&self, procedure: &ProcedureId, tender: &Tender) -> bool {
        self.closes_seen.get(procedure).is_some_and(|seen| window_public(tender, seen.at).is_ok())
    }

    /// Says that the window was not public as soon as that is known: as long as it lasts it can be made longer.
    pub(super) fn look_at_window(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let Some(tender) = self.replaying.replay().tender(procedure) else { return Ok(()) };
        match self.closes_seen.get(procedure).filter(|_| tender.stage == Stage::Window) {
            Some(seen) => Ok(window_public(tender, seen.at)?),
            None => Ok(()),
        }
    }
}
