//! The secrets of a beat, all derived from the class seed (log 10.2): salts, the beat key, empty subtrees, slots.
//!
//! Not here: the tree they stand in (`beat.rs`), who keeps the seed (`ximu-journal`) and when it is disclosed (the
//! rules). Every derivation is HMAC-SHA-256 over a label, a zero byte and fixed-width big-endian numbers.

use crate::beat::BEAT_SLOTS;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use ximu_basics::{Hash, Salt, Seed};

/// After this many candidates the smallest free slot is taken: the last operation of a full beat comes to this with
/// probability below one in a million, any other far less often.
const SLOT_CANDIDATES_MAX: u64 = 65_536;

/// Candidates in one output of 32 bytes.
const CANDIDATES_PER_BLOCK: u64 = 16;

/// What derives one beat from its class seed.
pub(crate) struct BeatSecret {
    seed: Keyed,
    number: u64,
    beat: Keyed,
}

impl BeatSecret {
    pub(crate) fn new(seed: &Seed, number: u64) -> BeatSecret {
        let seed = Keyed::new(&seed.0);
        let beat = Keyed::new(&seed.derive("ximu-beat/1 key", &[number]));
        BeatSecret { seed, number, beat }
    }

    /// The salt hashed with the batch root.
    pub(crate) fn salt(&self) -> Salt {
        Salt(self.seed.derive("ximu-beat/1 salt", &[self.number]))
    }

    /// The salt of the commitment to an operation.
    pub(crate) fn operation_salt(&self, order: u64) -> Salt {
        Salt(self.seed.derive("ximu-beat/1 operation salt", &[order]))
    }

    /// The salt of the commitment to an operation's order number.
    pub(crate) fn order_salt(&self, order: u64) -> Salt {
        Salt(self.seed.derive("ximu-beat/1 order salt", &[order]))
    }

    /// What stands for a subtree without operations; height 0 is a slot, 12 the batch root.
    pub(crate) fn empty(&self, height: usize, position: u16) -> Hash {
        Hash(self.beat.derive("ximu-beat/1 empty", &[height as u64, u64::from(position)]))
    }

    /// The slot of the operation at this position of the beat: the first candidate that is free.
    pub(crate) fn slot(&self, position: u64, is_taken: impl Fn(u16) -> bool) -> u16 {
        let candidates = (0..SLOT_CANDIDATES_MAX / CANDIDATES_PER_BLOCK).flat_map(|block| {
            let bytes = self.seed.derive("ximu-beat/1 slot", &[self.number, position, block]);
            (0..bytes.len() / 2).filter_map(move |pair| {
                let pair = bytes.get(2 * pair..)?.first_chunk::<2>()?;
                Some(u16::from_be_bytes(*pair) & (BEAT_SLOTS - 1))
            })
        });
        let free = |slot: &u16| !is_taken(*slot);
        candidates.chain(0..BEAT_SLOTS).find(free).unwrap_or(0)
    }
}

/// An HMAC-SHA-256 key, its first blocks already hashed.
pub(crate) struct Keyed(Hmac<Sha256>);

impl Keyed {
    pub(crate) fn new(key: &[u8; 32]) -> Keyed {
        let mut block = [0; 64];
        block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
        Keyed(Hmac::new(&block.into()))
    }

    pub(crate) fn derive(&self, label: &str, numbers: &[u64]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(label.as_bytes());
        mac.update(&[0]);
        numbers.iter().for_each(|number| mac.update(&number.to_be_bytes()));
        mac.finalize().into_bytes().into()
    }
}
