//! How fast one network address may add entries of strangers: registrations and questions. In front of the office's own
//! buckets, so that one stranger does not use up what all others have (enquiry 2.4). In memory only.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use ximu_basics::Instant;

/// Commands of strangers from one address at once: an office of forty, each with a registration and a question.
pub const OF_ADDRESS_AT_ONCE_MAX: u32 = 80;

/// After how many milliseconds one more is possible: 1,440 a day.
pub const OF_ADDRESS_EVERY_MS: i64 = 60_000;

/// Addresses remembered; the one that was quiet longest is forgotten first. 100 bytes each.
const ADDRESSES_MAX: usize = 10_000;

/// What is left to each address.
#[derive(Clone, Default)]
pub struct Neighbours(Arc<Mutex<BTreeMap<IpAddr, Left>>>);

#[derive(Debug, Clone, Copy)]
struct Left {
    /// When the bucket is full again.
    full_at: Instant,
}

impl Neighbours {
    /// Takes one from an address; `false` when there is none.
    #[must_use]
    pub fn take(&self, address: IpAddr, now: Instant) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = all.get(&address).map_or(now, |left| left.full_at.max(now));
        let next = full_at.plus_ms(OF_ADDRESS_EVERY_MS);
        let most = i64::from(OF_ADDRESS_AT_ONCE_MAX).saturating_mul(OF_ADDRESS_EVERY_MS);
        if next.ms_since(now) > most {
            return false;
        }
        if all.len() >= ADDRESSES_MAX && !all.contains_key(&address) {
            all.retain(|_, left| left.full_at > now);
            let first = all.iter().min_by_key(|(_, left)| left.full_at).map(|(address, _)| *address);
            if all.len() >= ADDRESSES_MAX
                && let Some(first) = first
            {
                all.remove(&first);
            }
        }
        all.insert(address, Left { full_at: next });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_uses_up_its_own_and_nobody_elses() {
        let neighbours = Neighbours::default();
        let [one, two]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        let start = Instant::from_unix_ms(1_000);
        let taken = (0..500).filter(|_| neighbours.take(one, start)).count();
        assert_eq!(taken, OF_ADDRESS_AT_ONCE_MAX as usize);
        assert!(neighbours.take(two, start));
        assert!(!neighbours.take(one, start.plus_ms(OF_ADDRESS_EVERY_MS - 1)));
        assert!(neighbours.take(one, start.plus_ms(OF_ADDRESS_EVERY_MS)));
        let later = start.plus_ms(1_000 * OF_ADDRESS_EVERY_MS);
        let taken = (0..500).filter(|_| neighbours.take(one, later)).count();
        assert_eq!(taken, OF_ADDRESS_AT_ONCE_MAX as usize);
    }

    #[test]
    fn no_crowd_of_addresses_fills_the_memory() {
        let neighbours = Neighbours::default();
        for number in 0..u32::try_from(2 * ADDRESSES_MAX).unwrap() {
            assert!(neighbours.take(IpAddr::V4(number.into()), Instant::from_unix_ms(1)));
        }
        assert!(neighbours.0.lock().unwrap().len() <= ADDRESSES_MAX);
    }
}
