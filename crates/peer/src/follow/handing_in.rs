//! What a holder hands in for bidders.

use super::{Follower, Sent, said::Refusal};
use crate::{
    holder::{HolderError, SENT},
    source::Source,
};
use ximu_basics::{Instant, ProcedureId};
use ximu_procedure::{Stage, phase::relay, wire::SignedCommand};

impl<S: Source> Follower<S> {
    /// Hands in what bidders gave this holder and the log does not show, once the window is over on its clock; then says
    /// that nothing is left (opening 3.4).
    pub(super) fn relay(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let world = self.replaying.replay().world();
        let Some(tender) = world.tenders.get(procedure).filter(|tender| tender.relays()) else {
            return Ok(());
        };
        let Some(index) = tender.holder_index(self.holder.public()) else { return Ok(()) };
        let Some(until) = tender.window_until.filter(|_| tender.stage == Stage::Window) else {
            return Ok(());
        };
        let now = self.peer.now();
        if tender.relays_done.contains(&index) || tender.suspended_until(now).is_some() {
            return Ok(());
        }
        if now <= until {
            self.due = Some(self.due.map_or(until, |due| due.min(until)));
            return Ok(());
        }
        if self.peer.witness.has_forked(&self.origin).map_err(HolderError::from)? {
            return Ok(());
        }
        let handed = self.peer.relays.shut(&self.origin, procedure, until).map_err(HolderError::from)?;
        let is_due = |handed: &&SignedCommand| relay::is_due(&world.registry, tender, handed);
        let left: Vec<SignedCommand> = handed.iter().filter(is_due).cloned().collect();
        let nothing_left = left.is_empty();
        let public = self.window_is_public(procedure, tender);
        let mut first = Ok(());
        for command in left {
            let id = command.id();
            if self.was_taken(procedure, &Sent::Relay(id), now) {
                continue;
            }
            let signed = self.holder.relay(procedure, &command)?;
            match self.hand_in(procedure, Sent::Relay(id), &signed, now) {
                Ok(()) => {
                    self.not_handed_in.remove(&(procedure.clone(), id));
                    tracing::info!(origin = self.origin, %procedure, "a bidder's command is handed in");
                }
                // Where nobody answers, nobody answers to the next one either.
                Err(Refusal::Source(error)) if error.code.starts_with("client-") => return Err(error.into()),
                Err(refusal) => {
                    let code = refusal.code();
                    if self.not_handed_in.insert((procedure.clone(), id), code.clone()).as_ref()
                        != Some(&code)
                    {
                        tracing::warn!(origin = self.origin, %procedure, command = %id, code, "{refusal}");
                    }
                    first = first.and(Err(refusal));
                }
            }
        }
        first?;
        let sent = Sent::RelaysDone(until);
        // Its word would say that it could be reached, in a window that nobody saw.
        if nothing_left && public && !self.was_taken(procedure, &sent, now) {
            let signed = self.holder.relays_done(procedure, until)?;
            self.hand_in(procedure, sent, &signed, now)?;
        }
        Ok(())
    }

    fn hand_in(
        &mut self,
        procedure: &ProcedureId,
        sent: Sent,
        signed: &SignedCommand,
        now: Instant,
    ) -> Result<(), Refusal> {
        // If we crash before or after: the same command is sent again, until the log shows it.
        match self.peer.fail().step(SENT, || self.source.give(signed)) {
            // Another holder was first; the next checkpoint shows it.
            Err(error) if error.code == "already_exists" => {}
            given => given?,
        }
        self.taken.insert((procedure.clone(), sent), now);
        Ok(())
    }
}
