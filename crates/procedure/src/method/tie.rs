//! The neutral key (rules 10.3): the order of bids with equal prices.
//!
//! The key of a bid is a digest over all opened parties and prices and its own party. Anyone recomputes it from the
//! opening record. Nobody can choose it: it depends on every price, and no price is known before all are. It is
//! not a draw, and not the order of submission.

use alloc::{string::ToString, vec::Vec};
use ximu_basics::{Currency, Hash, Money, PartyId};

/// The neutral keys of a set of opened bids, in any order.
#[derive(Debug, Clone, Copy)]
pub struct NeutralKeys {
    list: Hash,
}

impl NeutralKeys {
    /// Takes the digest over all bids, ordered by party id.
    #[must_use]
    pub fn of(bids: &[(PartyId, Money)]) -> NeutralKeys {
        let mut lines: Vec<_> =
            bids.iter().map(|(party, price)| (party, price.amount().to_string(), price)).collect();
        lines.sort_by_key(|(party, _, _)| *party);
        let parts: Vec<&[u8]> = lines
            .iter()
            .flat_map(|(party, amount, price)| {
                [party.as_str().as_bytes(), amount.as_bytes(), currency(price).as_bytes()]
            })
            .collect();
        NeutralKeys { list: Hash::of_parts("ximu/tie-list/1", &parts) }
    }

    /// The key of one party's bid; the smaller key comes first.
    #[must_use]
    pub fn key(self, party: &PartyId) -> Hash {
        Hash::of_parts("ximu/tie/1", &[self.list.as_bytes(), party.as_str().as_bytes()])
    }
}

const fn currency(price: &Money) -> &'static str {
    match price.currency() {
        Currency::Cny => "CNY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bid(party: &str, price: &str) -> (PartyId, Money) {
        (party.parse().unwrap(), Money::yuan(price).unwrap())
    }

    #[test]
    fn the_key_depends_on_every_price_and_on_no_order() {
        let (a, b, c) = (bid("a", "10.00"), bid("b", "10.00"), bid("c", "11.00"));
        let keys = NeutralKeys::of(&[a.clone(), b.clone(), c.clone()]);
        let again = NeutralKeys::of(&[c, a.clone(), b.clone()]);
        let other = NeutralKeys::of(&[a.clone(), b.clone(), bid("c", "11.01")]);
        assert_eq!(keys.key(&a.0), again.key(&a.0));
        assert_ne!(keys.key(&a.0), other.key(&a.0));
        assert_ne!(keys.key(&a.0), keys.key(&b.0));
    }

    #[test]
    fn the_key_is_the_digest_the_specification_gives() {
        let keys = NeutralKeys::of(&[bid("b", "10.00"), bid("a", "9.50")]);
        let list = Hash::of_parts("ximu/tie-list/1", &[b"a", b"9.50", b"CNY", b"b", b"10.00", b"CNY"]);
        assert_eq!(keys.key(&"a".parse().unwrap()), Hash::of_parts("ximu/tie/1", &[list.as_bytes(), b"a"]));
    }
}
