//! How much one person may upload for one procedure: enough for several versions of the largest bid, too little to
//! fill the disk against the others. And how much of documents that no procedure names yet: enough for a notice with as
//! many of the largest as it may have. Never a cap over all persons: that would let one shut the others out.
//!
//! And how many uploads one person has under way: each holds a thread and space on the disk until it ends, also when
//! it brings the same bytes again.
//!
//! Kept in memory: a restart forgives, and what is on the disk by then stays named by its content.

use crate::library::DOCUMENT_BYTES_MAX;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use ximu_basics::{Hash, PersonId, ProcedureId, PublicKey};
use ximu_procedure::{phase::notice::DOCUMENTS_MAX, rules::Seal};

/// Ciphertexts one person may upload for one procedure: 32 versions of form and body.
pub const UPLOADS_PER_PERSON_MAX: usize = 64;

/// Bytes one person may upload, in bids of the largest size the rules allow.
const LARGEST_BIDS: u64 = 4;

/// Documents of one person that no procedure names: those of two notices with as many as they may have.
pub const DOCUMENTS_PER_PERSON_MAX: usize = 2 * DOCUMENTS_MAX;

/// Their bytes: those of one such notice, each of the largest size.
pub const DOCUMENT_BYTES_PER_PERSON_MAX: u64 = DOCUMENTS_MAX as u64 * DOCUMENT_BYTES_MAX;

/// Uploads that one key may have under way: form and body, and both again after a line that broke.
pub const UPLOADS_AT_ONCE_MAX: usize = 4;

/// What was uploaded, by procedure and person; documents that were not named when they came; and what is under way.
#[derive(Default)]
pub(crate) struct Quotas {
    uploaded: Mutex<BTreeMap<(ProcedureId, PersonId), BTreeMap<Hash, u64>>>,
    documents: Mutex<BTreeMap<PersonId, BTreeSet<(Hash, u64)>>>,
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

    /// Counts a document, once for each hash and announced size and as long as it is not `named`; `false` when it would
    /// be too much.
    pub(crate) fn claim_document(
        &self,
        person: &PersonId,
        (hash, bytes): (&Hash, u64),
        named: impl Fn(&Hash, u64) -> bool,
    ) -> bool {
        let mut all = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = all.entry(person.clone()).or_default();
        let document = (*hash, bytes);
        if mine.contains(&document) || named(hash, bytes) {
            return true;
        }
        let fits = |mine: &BTreeSet<(Hash, u64)>| {
            let sum = mine.iter().fold(bytes, |sum, (_, one)| sum.saturating_add(*one));
            mine.len() < DOCUMENTS_PER_PERSON_MAX && sum <= DOCUMENT_BYTES_PER_PERSON_MAX
        };
        if !fits(mine) {
            mine.retain(|(hash, bytes)| !named(hash, *bytes));
        }
        let fits = fits(mine);
        if fits {
            mine.insert(document);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use ximu_basics::Instant;

    #[test]
    fn documents_count_until_something_names_them_and_each_person_has_room_of_its_own() {
        let (quotas, named) = (Quotas::default(), RefCell::new(BTreeSet::new()));
        let (ash, birch) = ("u-ash".parse().unwrap(), "u-birch".parse().unwrap());
        let hash = |number: usize| Hash::of(&number.to_be_bytes());
        let claim = |person: &PersonId, number: usize, bytes: u64| {
            let is_named = |hash: &Hash, bytes: u64| named.borrow().contains(&(*hash, bytes));
            quotas.claim_document(person, (&hash(number), bytes), is_named)
        };
        assert!((0..DOCUMENTS_MAX).all(|number| claim(&ash, number, DOCUMENT_BYTES_MAX)));
        assert!(!claim(&ash, DOCUMENTS_MAX, 1), "too many bytes");
        assert!(claim(&ash, 0, DOCUMENT_BYTES_MAX), "the same again costs nothing");
        assert!(claim(&birch, DOCUMENTS_MAX, 1), "others have room");
        named.borrow_mut().insert((hash(0), 1));
        assert!(!claim(&ash, DOCUMENTS_MAX, 1), "what is named has this hash and this size");
        named.borrow_mut().insert((hash(0), DOCUMENT_BYTES_MAX));
        assert!(claim(&ash, DOCUMENTS_MAX, DOCUMENT_BYTES_MAX), "it leaves the quota");
        assert!(claim(&ash, 0, DOCUMENT_BYTES_MAX), "and what is named may always be brought again");
        assert!(!claim(&ash, DOCUMENTS_MAX + 1, 1));
        let many = (1_000..2_000).filter(|number| claim(&birch, *number, 1)).count();
        assert_eq!(many, DOCUMENTS_PER_PERSON_MAX - 1);
    }

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
