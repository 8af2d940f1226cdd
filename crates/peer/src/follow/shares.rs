//! What a holder gives of its own: its bytes and its shares to sealed sets, its shares of the bids.

use super::{AGAIN_MS, Follower, SKEW_MS, Sent, said::Refusal};
use crate::{
    conditions::{self, Standing, Unmet},
    conditions_of_sets::{SetStanding, check_set, shares_of_this_set},
    holder::{HolderError, SENT},
    replaying::{Sources, form},
    source::Source,
};
use std::collections::BTreeMap;
use ximu_basics::{Hash, Instant, ProcedureId, SetId};
use ximu_procedure::{
    Stage, Tender, registry,
    set::{self, SealedSet},
    wire::event::Route,
};

impl<S: Source> Follower<S> {
    /// Gives this holder's bytes to every sealed set that takes them, once each.
    pub(super) fn contribute(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let Some(tender) = self.replaying.replay().tender(procedure) else { return Ok(()) };
        let Some(author) = registry::person_id(self.holder.public()) else { return Ok(()) };
        let now = self.peer.now();
        let lacks =
            |set: &SealedSet| set.author(&author).is_some() && !set.contributions.contains_key(&author);
        let open = tender.sets.iter().filter(|(id, set)| lacks(set) && tender.takes_contributions(id, now));
        let open: Vec<SetId> = open.map(|(id, _)| id.clone()).collect();
        if open.is_empty() || self.peer.witness.has_forked(&self.origin).map_err(HolderError::from)? {
            return Ok(());
        }
        for set in open {
            let sent = Sent::Contribution(set.clone());
            if self.was_taken(procedure, &sent, now) {
                continue;
            }
            let Some(tender) = self.replaying.replay().tender(procedure) else { return Ok(()) };
            let signed = self.holder.contribute(procedure, tender, &set, &author)?;
            tracing::info!(origin = self.origin, %procedure, %set, "a sealed contribution is given");
            // If we crash before or after: the same command is sent again, until the log shows it.
            self.peer.fail().step(SENT, || self.source.give(&signed))?;
            self.taken.insert((procedure.clone(), sent), now);
        }
        Ok(())
    }

    /// Releases the shares of every sealed set whose conditions hold.
    pub(super) fn release_sets(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let now = self.peer.now();
        let Some(tender) = self.replaying.replay().tender(procedure) else { return Ok(()) };
        let Some(index) = tender.holder_index(self.holder.public()) else { return Ok(()) };
        let waits = |set: &SealedSet| {
            set::releases(tender, set) && !set.is_open() && !set.shares.contains_key(&index)
        };
        let sheets = self.replaying.replay().panel(procedure).into_iter().flat_map(|panel| &panel.sets);
        let all = tender.sets.iter().chain(sheets);
        let waiting: Vec<SetId> = all.filter(|(_, set)| waits(set)).map(|(id, _)| id.clone()).collect();
        for id in waiting {
            self.release_set(procedure, &id, index, now)?;
        }
        Ok(())
    }

    fn release_set(
        &mut self,
        procedure: &ProcedureId,
        id: &SetId,
        index: u8,
        now: Instant,
    ) -> Result<(), Refusal> {
        let sent = Sent::SetShares(id.clone());
        if self.was_taken(procedure, &sent, now) {
            return Ok(());
        }
        let Some(tender) = self.replaying.replay().tender(procedure) else { return Ok(()) };
        let sheets = || self.replaying.replay().panel(procedure)?.sets.get(id);
        let Some(set) = tender.sets.get(id).or_else(sheets) else { return Ok(()) };
        let standing = SetStanding {
            tender,
            id,
            set,
            author: registry::person_id(self.holder.public()),
            listed: self.replaying.list(procedure, id),
            cosigned_size: self.head.size,
            forked: self.peer.witness.has_forked(&self.origin).map_err(HolderError::from)?,
            now,
        };
        if let Err(unmet) = check_set(&standing) {
            return self.wait_or_refuse(unmet);
        }
        let identity = self.identity(procedure, tender, index)?;
        let shares = shares_of_this_set(tender, id, set, index, &identity)?;
        let signed = self.holder.release_set(procedure, id, shares)?;
        tracing::info!(origin = self.origin, %procedure, set = %id, "the shares of a sealed set are released");
        // If we crash before or after: the same command is sent again, until the log shows it.
        self.peer.fail().step(SENT, || self.source.give(&signed))?;
        self.taken.insert((procedure.clone(), sent), now);
        Ok(())
    }

    pub(super) fn was_taken(&self, procedure: &ProcedureId, sent: &Sent, now: Instant) -> bool {
        let at = self.taken.get(&(procedure.clone(), sent.clone()));
        at.is_some_and(|at| now.ms_since(*at) < AGAIN_MS)
    }

    /// What waits for this clock is remembered, and said only when it waits longer than clocks may differ.
    pub(super) fn wait_or_refuse(&mut self, unmet: Unmet) -> Result<(), Refusal> {
        // The draw goes its own way; what stands in its way is said there.
        if unmet == Unmet::DrawPending {
            return Ok(());
        }
        let Unmet::NotPast { until, now } = unmet else { return Err(unmet.into()) };
        self.due = Some(self.due.map_or(until, |due| due.min(until)));
        if until.ms_since(now) <= SKEW_MS { Ok(()) } else { Err(unmet.into()) }
    }

    pub(super) fn release(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let Some(tender) = self.replaying.replay().tender(procedure) else { return Ok(()) };
        let Some(index) = tender.holder_index(self.holder.public()) else { return Ok(()) };
        if tender.stage != Stage::Opening || tender.shares.contains_key(&index) || tender.to_open.is_empty() {
            return Ok(());
        }
        let now = self.peer.now();
        if self.was_taken(procedure, &Sent::Shares, now) {
            return Ok(());
        }
        let handed = self.peer.relays.handed(&self.origin, procedure).map_err(HolderError::from)?;
        let standing = Standing {
            tender,
            sealed: self.replaying.replay().sealed(procedure),
            window_end: self.replaying.window_end(procedure),
            beats_counted: self.replaying.beats_counted(procedure),
            in_time: self.holder.in_time(procedure)?,
            cosigned_size: self.head.size,
            forked: self.peer.witness.has_forked(&self.origin).map_err(HolderError::from)?,
            close_seen: self.closes_seen.get(procedure).map(|seen| seen.at),
            handed: &handed,
            before_end: self.replaying.before_end(procedure),
            now,
        };
        if let Err(unmet) = conditions::check(&standing) {
            return self.wait_or_refuse(unmet);
        }
        let identity = self.identity(procedure, tender, index)?;
        let forms = self.rescued_forms(procedure, tender)?;
        let shares = conditions::shares_of_this_procedure(tender, index, &identity, &forms)?;
        let signed = self.holder.release(procedure, shares)?;
        tracing::info!(origin = self.origin, %procedure, "every condition holds; the shares are released");
        // If we crash before or after: the same command is sent again, until the log shows it.
        self.peer.fail().step(SENT, || self.source.give(&signed))?;
        self.taken.insert((procedure.clone(), Sent::Shares), now);
        Ok(())
    }

    pub(super) fn identity(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
        index: u8,
    ) -> Result<ximu_sealed::Identity, Refusal> {
        let place = usize::from(index).saturating_sub(1);
        let expected = tender.holders.get(place).map(|holder| holder.recipient.clone()).unwrap_or_default();
        let identity = self.peer.epochs.identity(&self.origin, procedure).map_err(HolderError::from)?;
        let found = identity.as_ref().map_or_else(|| "none".into(), |key| key.recipient().to_string());
        match identity.filter(|_| found == expected) {
            Some(identity) => Ok(identity),
            None => Err(HolderError::Epoch { expected, found }.into()),
        }
    }

    fn rescued_forms(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
    ) -> Result<BTreeMap<Hash, Vec<u8>>, Refusal> {
        let kept = |commitment: &Hash| self.peer.custody.checked(&self.origin, commitment);
        let asking = |procedure: &ProcedureId| self.holder.asking(procedure, self.peer.now());
        let sources = Sources {
            mirror: &self.mirror,
            archive: &self.archive,
            kept: &kept,
            centre: &self.source,
            asking: &asking,
        };
        let mut forms = BTreeMap::new();
        for to_open in tender.to_open.iter().filter(|to_open| to_open.route == Route::Rescued) {
            let Some(bid) = tender.bids.get(&to_open.bidder) else { continue };
            let commitment = &bid.form.commitment;
            forms.insert(*commitment, form(procedure, commitment, &sources)?);
        }
        Ok(forms)
    }
}
