//! Documents for the committee in the simulated tender: what a holder gives the seats.

use ximu_basics::{Blob, PartyId};
use ximu_procedure::{
    evaluation::papers::{self, PaperShare, Shares},
    wire::Command,
};
use ximu_sealed::{EnvelopeHeader, Identity};

use crate::{
    centre::{Centre, TENDER, epoch_key},
    keys::seed,
    rules::PEERS,
};

impl Centre {
    /// The command with which a holder gives its shares to the seats that lack them.
    #[must_use]
    pub fn papers(&self, position: usize) -> Command {
        self.papers_with(position, Some)
    }

    /// The same with every share changed by `change`, or taken out as broken.
    #[must_use]
    pub fn papers_with(
        &self,
        position: usize,
        mut change: impl FnMut(PaperShare) -> Option<PaperShare>,
    ) -> Command {
        let index = u8::try_from(position + 1).unwrap();
        let identity = epoch_key(PEERS[position]);
        let seats = self.committee().papers_lacking(index);
        let (mut shares, mut broken) = (Vec::new(), Vec::new());
        for bidder in self.tender().evaluated() {
            let share = self.papers_share(&bidder, index, &identity);
            match share.and_then(&mut change) {
                Some(share) => shares.push(share),
                None => broken.push(bidder),
            }
        }
        let file = papers::seal(&Shares { shares, v: 1 }, &seats, &seed("papers", PEERS[position]));
        Command::GivePapers { broken, file: Blob(file.unwrap()), seats }
    }

    fn papers_share(&self, bidder: &PartyId, index: u8, identity: &Identity) -> Option<PaperShare> {
        papers::share(self.tender(), bidder, &self.body_header(bidder), index, identity)
    }

    /// The header of a body as the centre keeps it.
    #[must_use]
    pub fn body_header(&self, bidder: &PartyId) -> EnvelopeHeader {
        EnvelopeHeader::parse(self.body(bidder)).unwrap().0
    }

    /// A body as the centre keeps it.
    #[must_use]
    pub fn body(&self, bidder: &PartyId) -> &[u8] {
        &self.vault[&self.tender().bids[bidder].body.commitment]
    }

    /// A holder gives what it has.
    pub fn give_papers(&mut self, position: usize) {
        let command = self.papers(position);
        self.expect_events(PEERS[position], TENDER, command);
    }
}
