//! A scene with bonds: three stand, one does not; after the award they are returned, one of a bidder that withdrew.

use super::{award, bid, close, firms, propose, publish, read};
use ximu_procedure::{role::Role, wire::Command};
use ximu_sim::{
    Bidder, Centre,
    centre::TENDER,
    entry::{self, KEEPER},
    rules::enter,
};

/// Bids taken: the keeper has confirmed all bonds but the fourth; the fifth bidder has withdrawn.
pub fn sealed() -> (Centre, Vec<Bidder>) {
    let mut centre = Centre::new();
    let bidders = firms(&mut centre, 5);
    let keeper = centre.register(KEEPER, &[Role::BondKeeper]);
    publish(&mut centre, |rules| enter(rules, None, keeper));
    for bidder in &bidders {
        centre.expect_events(&bidder.label, TENDER, entry::apply(&bidder.label, &[]));
        if bidder.label != "firm-4" {
            centre.expect_events(KEEPER, TENDER, entry::confirm(&bidder.label, &bidder.party));
        }
    }
    let bids = bid(&mut centre, &bidders);
    let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 };
    centre.expect_events("firm-5", TENDER, withdraw);
    close(&mut centre);
    for (bidder, bid) in bidders.iter().zip(&bids).take(4) {
        let command = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, command);
    }
    (centre, bidders)
}

/// To the return of three bonds.
pub fn bonds() -> Centre {
    let (mut centre, bidders) = sealed();
    read(&mut centre);
    let first = propose(&mut centre);
    award(&mut centre, first);
    for place in [0, 3, 4] {
        let bidder = bidders[place].party.clone();
        centre.expect_events("tenderer", TENDER, Command::ReturnBond { bidder });
    }
    centre
}
