//! Documents for the committees that this peer holds shares for: given to the seats as soon as every condition holds.

use std::collections::BTreeMap;
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_procedure::{Committee, PanelState, Tender};

use super::{Follower, Refusal, Sent};
use crate::{
    conditions::Unmet,
    conditions_of_papers::{PapersStanding, check_papers, shares_of_these_bids},
    holder::{HolderError, SENT},
    replaying::Halt,
    source::Source,
};

impl<S: Source> Follower<S> {
    /// Gives the seats that lack them this holder's shares of the documents.
    pub(super) fn give_papers(&mut self, procedure: &ProcedureId) -> Result<(), Refusal> {
        let now = self.peer.now();
        let replay = self.replaying.replay();
        let (Some(tender), Some(panel)) = (replay.tender(procedure), replay.panel(procedure)) else {
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
        let headers = self.headers(procedure, tender, now)?;
        let (shares, broken) = shares_of_these_bids(tender, index, &identity, &headers)?;
        let signed = self.holder.papers(procedure, seats, broken, &shares)?;
        tracing::info!(origin = self.origin, %procedure, "the shares of documents are given to the seats");
        // If we crash before or after: the same command is sent again, until the log shows it.
        self.peer.fail().step(SENT, || self.source.give(&signed))?;
        self.taken.insert((procedure.clone(), sent), now);
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

    /// The headers of the documents of every bid that is evaluated, by their hashes: from the centre, else from custody.
    fn headers(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
        now: Instant,
    ) -> Result<BTreeMap<Hash, Vec<u8>>, Refusal> {
        let asking = self.holder.asking(procedure, now);
        let mut headers = BTreeMap::new();
        for bidder in tender.evaluated() {
            let Some(bid) = tender.bids.get(&bidder) else { continue };
            let body = &bid.body;
            let is_it = |bytes: &Vec<u8>| Hash::of(bytes) == body.header;
            let given = self.source.body_header(procedure, &body.commitment, &asking)?.filter(is_it);
            let kept = || {
                let copy = self.peer.custody.checked(&self.origin, &body.commitment)?;
                header_of(copy).filter(is_it)
            };
            let withheld =
                || Halt::Withheld { what: "the header of documents", procedure: procedure.clone() };
            headers.insert(body.header, given.or_else(kept).ok_or_else(withheld)?);
        }
        Ok(headers)
    }
}

/// The header at the beginning of a ciphertext.
fn header_of(mut ciphertext: Vec<u8>) -> Option<Vec<u8>> {
    let (_, rest) = ximu_sealed::EnvelopeHeader::parse(&ciphertext).ok()?;
    let length = ciphertext.len().saturating_sub(rest.len());
    ciphertext.truncate(length);
    Some(ciphertext)
}
