//! Two worlds with the same public commands, one bid in the first and many in the second: what anybody can read
//! before CLOSE has the same shape, and the same bytes where no pseudorandom root stands.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken world must stop the test at once")]

use crate::support::{House, tender_id};
use ximu_office::{PublicEntry, View};
use ximu_procedure::wire::Leaf;
use ximu_sim::centre::TENDER;

/// Everything readable before CLOSE in a world with this many bids.
struct Seen {
    leaves: Vec<Vec<u8>>,
    entries: Vec<PublicEntry>,
    view: String,
    bundle_bytes: usize,
    refused: Vec<&'static str>,
}

fn world_with(bids: usize) -> Seen {
    let mut house = House::founded();
    let bidders = ["ash", "birch", "cedar", "elm", "fir"].map(|label| house.bidder(label));
    house.publish(|_| {});
    house.settle();
    for (bidder, price) in
        bidders.iter().zip(["9500000.00", "9400000.00", "9300000.00", "9200000.00", "9100000.00"]).take(bids)
    {
        house.submit(bidder, 1, price);
    }
    house.advance_ms(12_000);
    let office = house.office();
    let view = office.view();
    let leaves = (0..view.size).map(|leaf| leaf_bytes(&house, leaf)).collect();
    let refused = vec![
        office.operations(&tender_id()).unwrap_err().code(),
        office.envelope(&tender_id(), &ximu_basics::Hash::of(b"x")).unwrap_err().code(),
    ];
    Seen {
        leaves,
        entries: office.entries(&TENDER.parse().unwrap(), 0).unwrap(),
        view: shown(&view),
        bundle_bytes: office.bundle().unwrap().len(),
        refused,
    }
}

/// The view without its roots, which are pseudorandom.
fn shown(view: &View) -> String {
    let mut world = (*view.world).clone();
    for tender in world.tenders.values_mut() {
        std::sync::Arc::make_mut(tender)
            .beats
            .iter_mut()
            .for_each(|beat| beat.root = ximu_basics::Hash([0; 32]));
    }
    format!("{world:?} {} {:?} {:?}", view.size, view.peers, view.health)
}

fn leaf_bytes(house: &House, leaf: u64) -> Vec<u8> {
    let size = house.office().view().size;
    let width = size.min(256);
    let bundle = house.office().log_file(&format!("tile/entries/000.p/{width}")).unwrap();
    let width = u16::try_from(width).unwrap();
    ximu_tlog::bundle::decode_bundle(&bundle, width).unwrap()[usize::try_from(leaf).unwrap()].to_vec()
}

#[test]
fn nothing_readable_before_close_depends_on_how_many_bids_there_are() {
    let (none, one, five) = (world_with(0), world_with(1), world_with(5));
    for other in [&one, &five] {
        assert_eq!(none.entries, other.entries);
        assert_eq!(none.view, other.view);
        assert_eq!(none.refused, other.refused);
        assert_eq!(none.bundle_bytes, other.bundle_bytes);
        assert_eq!(none.leaves.len(), other.leaves.len());
        for (left, right) in none.leaves.iter().zip(&other.leaves) {
            match (Leaf::from_bytes(left).unwrap(), Leaf::from_bytes(right).unwrap()) {
                (Leaf::Beat(mut left), Leaf::Beat(right)) => {
                    left.root = right.root;
                    assert_eq!(left, right);
                }
                (left, right) => assert_eq!(left, right),
            }
        }
    }
}
