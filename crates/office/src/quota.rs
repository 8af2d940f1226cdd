//! How much one person may upload for one procedure: enough for several versions of the largest bid, too little to
//! fill the disk against the others. Never a cap over all persons: that would let one shut the others out.
//!
//! Kept in memory: a restart forgives, and what is on the disk by then stays named by its content.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use ximu_basics::{Hash, PersonId, ProcedureId};
use ximu_procedure::rules::Seal;

/// Ciphertexts one person may upload for one procedure: 32 versions of form and body.
pub const UPLOADS_PER_PERSON_MAX: usize = 64;

/// Bytes one person may upload, in bids of the largest size the rules allow.
const LARGEST_BIDS: u64 = 4;

/// What was uploaded, by procedure and person.
#[derive(Default)]
pub(crate) struct Quotas(Mutex<BTreeMap<(ProcedureId, PersonId), BTreeMap<Hash, u64>>>);

impl Quotas {
    /// Counts an upload, once for each ciphertext; `false` when it would be too much.
    pub(crate) fn claim(
        &self,
        seal: &Seal,
        (procedure, person): (&ProcedureId, &PersonId),
        (commitment, bytes): (&Hash, u64),
    ) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
