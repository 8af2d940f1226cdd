//! Documents for the committees that this peer holds shares for: given to the seats as soon as every condition holds.

use std::sync::Arc;
use ximu_basics::{Instant, PartyId, ProcedureId};
use ximu_procedure::{Committee, PanelState, Tender, wire::command::SealedRecord};

use super::{
    AGAIN_MS, Follower, Sent,
    reading::{Look, READINGS_MAX},
    said::Refusal,
};
use crate::{
    bodies::Body,
    conditions::Unmet,
    conditions_of_papers::{PapersStanding, check_papers, shares_of_these_bids},
    holder::{HolderError, SENT},
    source::Source,
};

impl<S: Source> Follower<S> {
    /// Gives the seats that lack them this holder's shares of the documents.
    pub(super) fn give_papers(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let now = self.peer.now();
        let replay = self.replaying.replay();
        let tender = replay.world().tenders.get(procedure);
        let (Some(tender), Some(panel)) = (tender, replay.panel(procedure)) else {
            return Ok(());
        };
        let Some(index) = tender.holder_index(self.holder.public()) else { return Ok(()) };
        let seats = Committee::new(tender, panel).papers_lacking(index);
        let sent = Sent::Papers(seats.clone());
        if seats.is_empty() || !tender.is_sitting() || self.was_taken(procedure, &sent, now) {
            self.readings.remove(procedure);
            return Ok(());
        }
        let standing = self.papers_standing(tender, panel, index, now)?;
        match check_papers(&standing) {
            Ok(()) => {}
            // It goes on by itself, and who stopped it stands in the log.
            Err(Unmet::VenueOut) => return Ok(()),
            Err(unmet) => return self.wait_or_refuse(unmet),
        }
        let identity = self.identity(procedure, tender, index)?;
        let tender = Arc::clone(tender);
        if !self.learn_bodies(procedure, &tender)? {
            return Ok(());
        }
        let (shares, broken) = shares_of_these_bids(&tender, index, &identity, &self.bodies)?;
        let signed = self.holder.papers(procedure, seats, broken, &shares)?;
        tracing::info!(origin = self.origin, %procedure, "the shares of documents are given to the seats");
        // If we crash before or after: the same command is sent again, until the log shows it.
        self.peer.fail().step(SENT, || self.source.give(&signed))?;
        self.taken.insert((procedure.clone(), sent), now);
        for bid in tender.bids.values() {
            self.bodies.remove(&bid.body.commitment);
            self.bodies_missing.remove(&bid.body.commitment);
        }
        Ok(())
    }

    fn papers_standing<'a>(
        &self,
        tender: &'a Tender,
        panel: &'a PanelState,
        index: u8,
        now: Instant,
    ) -> Result<PapersStanding<'a>, Refusal> {
        let decided = self.replaying.replay().world().size;
        let forked = self.peer.witness.has_forked(&self.origin).map_err(HolderError::from)?;
        Ok(PapersStanding { tender, panel, index, decided, cosigned_size: self.head.size, forked, now })
    }

    /// Learns what can be known of the documents of every bid that is evaluated; whether that is all of it already.
    fn learn_bodies(&mut self, procedure: &ProcedureId, tender: &Tender) -> Result<bool, Refusal> {
        for bidder in tender.evaluated() {
            let Some(submitted) = tender.bids.get(&bidder).map(|bid| &bid.body) else { continue };
            if !self.bodies.contains_key(&submitted.commitment)
                && !self.learn_body(procedure, tender, &bidder, submitted)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Learns what can be known of one body; whether that is known already.
    fn learn_body(
        &mut self,
        procedure: &ProcedureId,
        tender: &Tender,
        bidder: &PartyId,
        submitted: &SealedRecord,
    ) -> Result<bool, Refusal> {
        let commitment = submitted.commitment;
        let reading = self.readings.remove(procedure).filter(|reading| reading.commitment == commitment);
        let reading = match reading {
            Some(reading) => reading,
            None => {
                if let Some(body) = self.body_at_hand(procedure, submitted) {
                    self.bodies.insert(commitment, body);
                    return Ok(true);
                }
                // Whole ciphertexts are large: whoever did not give one is not asked again at once.
                if let Some((at, unmet)) = self.bodies_missing.get(&commitment)
                    && self.peer.now().ms_since(*at) < AGAIN_MS
                {
                    return Err(unmet.clone().into());
                }
                if self.readings.len() >= READINGS_MAX {
                    return Ok(false);
                }
                let Some(reading) = self.read_whole(tender, bidder, submitted) else { return Ok(false) };
                reading
            }
        };
        match reading.look() {
            Look::Reads => {
                self.readings.insert(procedure.clone(), reading);
                Ok(false)
            }
            Look::Broke => Ok(false),
            Look::Found(Ok(body)) => {
                self.bodies.insert(commitment, body);
                Ok(true)
            }
            Look::Found(Err(unmet)) => {
                self.bodies_missing.insert(commitment, (self.peer.now(), unmet.clone()));
                Err(unmet.into())
            }
        }
    }

    /// What is known of a body by the header that the host gives, or by the copy that is kept here.
    fn body_at_hand(&self, procedure: &ProcedureId, submitted: &SealedRecord) -> Option<Body> {
        let asking = self.holder.asking(procedure, self.peer.now());
        let header = self.source.body_header(procedure, &submitted.commitment, &asking).ok().flatten();
        header.and_then(|bytes| Body::of_header(submitted, bytes)).or_else(|| {
            let (mut file, _) = self.peer.custody.kept(&self.origin, &submitted.commitment)?;
            Body::read(submitted, &mut file)
        })
    }
}
