//! How much one person may upload for one procedure: enough for several versions of the largest bid, too little to
//! fill the disk against the others. Never a cap over all persons: that would let one shut the others out.
//!
//! And how many uploads one person has under way: each holds a thread and space on the disk until it ends, also when
//! it brings the same bytes again.
//!
//! Kept in memory: a restart forgives, and what is on the disk by then stays named by its content.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use ximu_basics::{Hash, PersonId, ProcedureId, PublicKey};
use ximu_procedure::rules::Seal;

/// Ciphertexts one person may upload for one procedure: 32 versions of form and body.
pub const UPLOADS_PER_PERSON_MAX: usize = 64;

/// Bytes one person may upload, in bids of the largest size the rules allow.
const LARGEST_BIDS: u64 = 4;

/// Uploads that one key may have under way: form and body, and both again after a line that broke.
pub const UPLOADS_AT_ONCE_MAX: usize = 4;

/// What was uploaded, by procedure and person, and what is under way.
#[derive(Default)]
pub(crate) struct Quotas {
    uploaded: Mutex<BTreeMap<(ProcedureId, PersonId), BTreeMap<Hash, u64>>>,
    under_way: Arc<Mutex<BTreeMap<PublicKey, usize>>>,
}

/// One upload under way; dropping it makes room for the next.
pub(crate) struct UnderWay {
    all: Arc<Mutex<BTreeMap<PublicKey, usize>>>,
    key: PublicKey,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let left = all.get(&self.key).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            all.remove(&self.key);
        } else {
            all.insert(self.key, left);
        }
    }
}

impl Quotas {
    /// Begins an upload of a key that has signed for it; `None` while it has too many under way.
    pub(crate) fn begin(&self, key: &PublicKey) -> Option<UnderWay> {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(*key).or_default();
        if *count >= UPLOADS_AT_ONCE_MAX {
            return None;
        }
        *count = count.saturating_add(1);
        Some(UnderWay { all: self.under_way.clone(), key: *key })
    }

    /// Counts an upload, once for each ciphertext; `false` when it would be too much.
    pub(crate) fn claim(
        &self,
        seal: &Seal,
        (procedure, person): (&ProcedureId, &PersonId),
        (commitment, bytes): (&Hash, u64),
    ) -> bool {
        let mut all = self.uploaded.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = all.entry((procedure.clone(), person.clone())).or_default();
        if mine.contains_key(commitment) {
            return true;
        }
        let largest = seal.form_bytes_max.saturating_add(seal.body_bytes_max);
        let max = u64::try_from(largest).unwrap_or(0).saturating_mul(LARGEST_BIDS);
        let sum = mine.values().fold(bytes, |sum, one| sum.saturating_add(*one));
        if mine.len() >= UPLOADS_PER_PERSON_MAX || sum > max {
            return false;
        }
        mine.insert(*commitment, bytes);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_basics::Instant;

    #[test]
    fn a_person_has_room_for_four_of_the_largest_bids_and_takes_none_from_others() {
        let seal = Seal {
            deadline: Instant::from_unix_ms(0),
            minimum_bids: 3,
            form_bytes_max: 10,
            body_bytes_max: 90,
            versions_max: 20,
        };
        let quotas = Quotas::default();
        let (procedure, ash, birch) =
            ("p-1".parse().unwrap(), "u-ash".parse().unwrap(), "u-birch".parse().unwrap());
        let claim = |person: &PersonId, text: &[u8], bytes: u64| {
            quotas.claim(&seal, (&procedure, person), (&Hash::of(text), bytes))
        };
        assert!([b"1", b"2", b"3", b"4"].iter().all(|text| claim(&ash, *text, 100)));
        assert!(!claim(&ash, b"5", 1));
        assert!(claim(&ash, b"1", 100), "the same again costs nothing");
        assert!(claim(&birch, b"5", 100));
        let many = (0..UPLOADS_PER_PERSON_MAX as u64).filter(|n| claim(&birch, &n.to_be_bytes(), 1)).count();
        assert_eq!(many, UPLOADS_PER_PERSON_MAX - 1);
    }
}
