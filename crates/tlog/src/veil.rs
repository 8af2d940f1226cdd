//! Veiled leaves (log 12): what must stay unread though its number is public.
//!
//! A beat hides how much happened; a veil hides only what. One leaf commits to one operation, under a salt that follows
//! from the class seed: with the seed and the operation anyone computes the leaf's root again. Not here: who keeps the
//! seed, and when the class is disclosed (the rules).
//!
//! ```
//! use ximu_basics::Seed;
//! use ximu_tlog::veil;
//!
//! let (seed, other) = (Seed([7; 32]), Seed([8; 32]));
//! assert_eq!(veil::root(&seed, 0, b"one"), veil::root(&seed, 0, b"one"));
//! assert_ne!(veil::root(&seed, 0, b"one"), veil::root(&seed, 1, b"one"), "every leaf has its own salt");
//! assert_ne!(veil::root(&seed, 0, b"one"), veil::root(&other, 0, b"one"));
//! ```

use ximu_basics::{Hash, Salt, Seed};

use crate::beat_secret::Keyed;

/// The salt of a class's veil number `number`: HMAC-SHA-256 under the class seed.
#[must_use]
pub fn salt(seed: &Seed, number: u64) -> Salt {
    Salt(Keyed::new(&seed.0).derive("ximu-veil/1 salt", &[number]))
}

/// The root that a veil leaf publishes for an operation.
#[must_use]
pub fn root(seed: &Seed, number: u64, operation: &[u8]) -> Hash {
    Hash::of_parts("ximu-veil/1", &[&salt(seed, number).0, operation])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_an_operation_and_every_number_changes_the_root() {
        let seed = Seed([3; 32]);
        let honest = root(&seed, 4, b"operation");
        for position in 0..9 {
            let mut changed = *b"operation";
            if let Some(byte) = changed.get_mut(position) {
                *byte ^= 1;
            }
            assert_ne!(root(&seed, 4, &changed), honest);
        }
        assert_ne!(root(&seed, 5, b"operation"), honest);
        assert_ne!(salt(&seed, 0).0, seed.0, "a salt tells nothing of the seed");
    }

    #[test]
    fn the_root_is_the_one_of_the_specification() {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let seed = Seed([9; 32]);
        let mut mac = Hmac::<sha2::Sha256>::new(&{
            let mut block = [0; 64];
            block.iter_mut().zip(seed.0).for_each(|(place, byte)| *place = byte);
            block.into()
        });
        mac.update(b"ximu-veil/1 salt\0\0\0\0\0\0\0\0\x02");
        let salt: [u8; 32] = mac.finalize().into_bytes().into();
        let expected = Hash::of_parts("ximu-veil/1", &[&salt, b"{}"]);
        assert_eq!(root(&seed, 2, b"{}"), expected);
    }
}
