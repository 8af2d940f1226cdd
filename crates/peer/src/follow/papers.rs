//! Documents for the committees that this peer holds shares for: given to the seats as soon as every condition holds.

use std::io::Read;
use std::sync::Arc;
use ximu_basics::{Hash, Instant, PartyId, ProcedureId};
use ximu_client::{ClientError, centre::Uploader};
use ximu_procedure::{Committee, PanelState, Tender, wire::command::SealedRecord};

use super::{AGAIN_MS, Follower, Refusal, Sent};
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
        self.learn_bodies(procedure, &tender)?;
        let (shares, broken) = shares_of_these_bids(&tender, index, &identity, &self.bodies)?;
        let signed = self.holder.papers(procedure, seats, broken, &shares)?;
        tracing::info!(origin = self.origin, %procedure, "the shares of documents are given to the seats");
        // If we crash before or after: the same command is sent again, until the log shows it.
        self.peer.fail().step(SENT, || self.source.give(&signed))?;
        self.taken.insert((procedure.clone(), sent), now);
        self.bodies.clear();
        self.bodies_missing.clear();
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

    /// Learns what can be known of the documents of every bid that is evaluated.
    fn learn_bodies(&mut self, procedure: &ProcedureId, tender: &Tender) -> Result<(), Refusal> {
        for bidder in tender.evaluated() {
            let Some(submitted) = tender.bids.get(&bidder).map(|bid| &bid.body) else { continue };
            let commitment = submitted.commitment;
            if self.bodies.contains_key(&commitment) {
                continue;
            }
            let near = self.body_at_hand(procedure, submitted);
            // Whole ciphertexts are large: whoever did not give one is not asked again at once.
            if let (None, Some((at, unmet))) = (&near, self.bodies_missing.get(&commitment))
                && self.peer.now().ms_since(*at) < AGAIN_MS
            {
                return Err(unmet.clone().into());
            }
            let found = near.map_or_else(|| self.whole_body(procedure, tender, &bidder, submitted), Ok);
            match found {
                Ok(body) => self.bodies.insert(commitment, body),
                Err(unmet) => {
                    self.bodies_missing.insert(commitment, (self.peer.now(), unmet.clone()));
                    return Err(unmet.into());
                }
            };
        }
        Ok(())
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

    /// What is known of a body by its own bytes, from the host or else from the keeper of second copies.
    fn whole_body(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
        bidder: &PartyId,
        submitted: &SealedRecord,
    ) -> Result<Body, Unmet> {
        let asking = self.holder.asking(procedure, self.peer.now());
        let whole = self.source.body(procedure, &submitted.commitment, &asking);
        let host = match read(submitted, whole.map_err(|error| error.to_string())) {
            Ok(body) => return Ok(body),
            Err(found) => found,
        };
        let keeper = &tender.rules.custody;
        read(submitted, self.kept_elsewhere(procedure, keeper, &submitted.commitment)).map_err(|found| {
            Unmet::BodyMissing { bidder: bidder.clone(), host, keeper: format!("{keeper}: {found}") }
        })
    }

    /// The copy of a body at the keeper of second copies; else why there is none.
    fn kept_elsewhere(
        &self,
        procedure: &ProcedureId,
        keeper: &str,
        commitment: &Hash,
    ) -> Result<Box<dyn Read>, String> {
        let unknown = || "no address of it in the configuration".to_owned();
        let told = |error: ClientError| error.to_string();
        let keeper = self.peer.other(keeper).ok_or_else(unknown)?.map_err(told)?;
        // The host may have been slow: what is asked of another is asked now.
        let asking = self.holder.asking_keeper(procedure, commitment, self.peer.now());
        let who = Uploader { key: &asking.key, signature: &asking.signature };
        let copy = keeper.body(&self.origin, procedure, commitment, who, asking.at).map_err(told)?;
        Ok(Box::new(copy))
    }
}

fn read(submitted: &SealedRecord, whole: Result<Box<dyn Read>, String>) -> Result<Body, String> {
    let other = || "other bytes than were submitted, or too few, or too slowly".to_owned();
    Body::read(submitted, &mut whole?).ok_or_else(other)
}
