//! How many connections there are, in all and from one address: so that nobody takes all the descriptors there are, and
//! a bid that is being written can open its files.
//!
//! Addresses are counted in memory, and never shown or written: not a metric, not a log line, because a number of
//! connections would tell how busy the bidders are.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use super::Limits;

/// Who is connected.
#[derive(Clone, Default)]
pub struct Crowd(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    all: usize,
    of: BTreeMap<IpAddr, usize>,
}

/// One connection, for as long as it lasts.
pub struct Place {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    /// A place for one more; `None` when there are enough, in all or from this address.
    pub fn enter(&self, address: IpAddr, limits: &Limits) -> Option<Place> {
        let address = network(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = counts.of.get(&address).copied().unwrap_or(0);
        // Behind a proxy every connection is the proxy's, which has limits of its own.
        if counts.all >= limits.connections || (!limits.behind_proxy && mine >= limits.of_address) {
            return None;
        }
        counts.all = counts.all.saturating_add(1);
        counts.of.insert(address, mine.saturating_add(1));
        Some(Place { crowd: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all = counts.all.saturating_sub(1);
        let left = counts.of.get(&self.address).copied().unwrap_or(0).saturating_sub(1);
        if left == 0 {
            counts.of.remove(&self.address);
        } else {
            counts.of.insert(self.address, left);
        }
    }
}

/// What counts as one address: of IPv6 the first half, because who has one has all of the second.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(connections: usize, of_address: usize, behind_proxy: bool) -> Limits {
        Limits { connections, of_address, behind_proxy, ..Limits::default() }
    }

    #[test]
    fn one_address_leaves_places_for_others_and_gets_its_own_back() {
        let (crowd, limits) = (Crowd::default(), limits(5, 2, false));
        let [one, two]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        let first = crowd.enter(one, &limits).unwrap();
        let _second = crowd.enter(one, &limits).unwrap();
        assert!(crowd.enter(one, &limits).is_none(), "the third of one address");
        let _other = crowd.enter(two, &limits).unwrap();
        drop(first);
        let _again = crowd.enter(one, &limits).unwrap();
        let _fourth = crowd.enter(two, &limits).unwrap();
        let three: IpAddr = "192.0.2.3".parse().unwrap();
        let _fifth = crowd.enter(three, &limits).unwrap();
        assert!(crowd.enter(three, &limits).is_none(), "all places are taken");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_a_proxy_has_no_limit_of_its_own() {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network(parse("2001:db8::1")), network(parse("2001:db8::ffff:2")));
        assert_ne!(network(parse("2001:db8::1")), network(parse("2001:db8:0:1::1")));
        assert_eq!(network(parse("::ffff:192.0.2.1")), parse("192.0.2.1"));
        let (crowd, limits) = (Crowd::default(), limits(5, 1, true));
        let places: Vec<_> = (0..5).map_while(|_| crowd.enter(parse("127.0.0.1"), &limits)).collect();
        assert_eq!(places.len(), 5);
    }
}
