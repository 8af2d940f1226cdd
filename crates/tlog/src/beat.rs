//! Beats (log 10): how what must stay hidden enters the log without showing how much of it there is.
//!
//! A beat is a sparse tree of fixed depth under one published root. A slot holds an operation, sealed; everything
//! else is pseudorandom. An empty beat and a full one look alike. Whoever has the class seed can compute every beat
//! again and sees that nothing else was there; whoever has one path sees one operation and nothing of the others.
//!
//! Not here: when beats fall (the rules), the leaf that carries the published root (journal 5), the derivation of
//! secrets (`beat_secret.rs`).

use crate::{
    beat_secret::BeatSecret,
    merkle::{leaf_hash, node_hash},
};
use alloc::{collections::BTreeMap, vec::Vec};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use ximu_basics::{Hash, Salt, Seed};

/// Levels of the tree between a slot and the batch root.
pub const BEAT_DEPTH: usize = 12;

/// Slots of a beat, and so the most operations one beat can hold. A later operation waits for the next beat; at one
/// beat a second this is 80 times the load of reliability.md's promise 2.
pub const BEAT_SLOTS: u16 = 1 << BEAT_DEPTH;

/// One operation of a hidden class: a command and what it resulted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation<'bytes> {
    /// Its number among all operations of the class, ascending; disclosed with the class, not before.
    pub order: u64,
    /// Command and result, in the exact bytes that are stored and disclosed.
    pub bytes: &'bytes [u8],
}

/// A beat cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BeatError {
    /// More operations than slots.
    #[error("expected at most {max} operations in a beat, found {found}")]
    TooManyOperations {
        /// [`BEAT_SLOTS`].
        max: u16,
        /// How many there were.
        found: usize,
    },
    /// Order numbers are not strictly ascending.
    #[error("expected an order number above {previous}, found {found}")]
    OrderNotAscending {
        /// The order number before.
        previous: u64,
        /// The order number found.
        found: u64,
    },
}

/// One beat of one class, with its secrets: the host before disclosure, anybody after.
pub struct Beat {
    secret: BeatSecret,
    /// Nodes above at least one operation, by height (0 is a slot) and position. All others are derived.
    occupied: BTreeMap<(usize, u16), Hash>,
    entries: Vec<Sealed>,
}

/// What the beat keeps of one operation.
struct Sealed {
    slot: u16,
    salt: Salt,
    order: Hash,
}

/// The way from one operation to the published root of its beat. It opens the first commitment and nothing else: in
/// JSON an object whose members are lower-case hexadecimal, a number, and an array of exactly twelve hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedPath {
    /// The salt that is hashed with the batch root.
    pub beat_salt: Salt,
    /// The second commitment: to the operation's order number, which stays closed.
    pub order: Hash,
    /// The salt of the first commitment.
    pub salt: Salt,
    /// Sibling hashes from the slot up.
    pub siblings: [Hash; BEAT_DEPTH],
    /// The slot, from 0 to 4095.
    #[serde(deserialize_with = "read_slot")]
    pub slot: u16,
}

impl Beat {
    /// Builds beat `number` of a class from the class seed and the beat's operations, in order.
    ///
    /// The time this takes depends on the number of operations; a host finishes it before the instant at which it
    /// publishes (log 10.6).
    ///
    /// # Errors
    /// [`BeatError`].
    pub fn new(seed: &Seed, number: u64, operations: &[Operation<'_>]) -> Result<Beat, BeatError> {
        check(operations)?;
        let secret = BeatSecret::new(seed, number);
        let mut occupied = BTreeMap::new();
        let mut entries = Vec::with_capacity(operations.len());
        for (position, operation) in (0u64..).zip(operations) {
            let slot = secret.slot(position, |slot| occupied.contains_key(&(0, slot)));
            let salt = secret.operation_salt(operation.order);
            let order = commit_order(&secret.order_salt(operation.order), operation.order);
            occupied.insert((0, slot), sealed_leaf(&commit_operation(&salt, operation.bytes), &order));
            entries.push(Sealed { slot, salt, order });
        }
        let mut beat = Beat { secret, occupied, entries };
        (0..BEAT_DEPTH).for_each(|height| beat.join(height));
        Ok(beat)
    }

    /// The published root: what stands in the log.
    #[must_use]
    pub fn root(&self) -> Hash {
        published_root(&self.secret.salt(), &self.node(BEAT_DEPTH, 0))
    }

    /// The path of the operation at this position of the beat, from 0; `None` when there are fewer.
    #[must_use]
    pub fn path(&self, position: usize) -> Option<SealedPath> {
        let entry = self.entries.get(position)?;
        let mut siblings = [Hash([0; 32]); BEAT_DEPTH];
        for (height, sibling) in siblings.iter_mut().enumerate() {
            *sibling = self.node(height, (entry.slot >> height) ^ 1);
        }
        Some(SealedPath {
            beat_salt: self.secret.salt(),
            order: entry.order,
            salt: entry.salt,
            siblings,
            slot: entry.slot,
        })
    }

    /// How many operations the beat holds. Secret until the class is disclosed.
    #[must_use]
    pub fn operation_count(&self) -> usize {
        self.entries.len()
    }

    /// Computes the parents of all occupied nodes of one height.
    fn join(&mut self, height: usize) {
        let range = self.occupied.range((height, 0)..=(height, u16::MAX));
        let parents: Vec<u16> = range.map(|((_, position), _)| position >> 1).collect();
        for parent in parents {
            let hash = node_hash(&self.node(height, parent << 1), &self.node(height, parent << 1 | 1));
            self.occupied.insert((height + 1, parent), hash);
        }
    }

    fn node(&self, height: usize, position: u16) -> Hash {
        let occupied = self.occupied.get(&(height, position)).copied();
        occupied.unwrap_or_else(|| self.secret.empty(height, position))
    }
}

/// The slot of the next operation of a beat when those before it, in order, have taken these; `None` when the beat is
/// full. The host asks as it accepts each operation; [`Beat::new`] then gives it the same slot.
#[must_use]
pub fn next_slot(seed: &Seed, number: u64, taken: &[u16]) -> Option<u16> {
    let position = u64::try_from(taken.len()).ok().filter(|taken| *taken < u64::from(BEAT_SLOTS))?;
    Some(BeatSecret::new(seed, number).slot(position, |slot| taken.contains(&slot)))
}

impl SealedPath {
    /// Whether an operation with exactly these bytes stands in the beat that published this root.
    #[must_use]
    pub fn verify(&self, operation: &[u8], published: &Hash) -> bool {
        let leaf = sealed_leaf(&commit_operation(&self.salt, operation), &self.order);
        let root = self.siblings.iter().enumerate().fold(leaf, |hash, (height, sibling)| {
            if self.slot >> height & 1 == 0 { node_hash(&hash, sibling) } else { node_hash(sibling, &hash) }
        });
        self.slot < BEAT_SLOTS && published_root(&self.beat_salt, &root) == *published
    }
}

fn check(operations: &[Operation<'_>]) -> Result<(), BeatError> {
    if operations.len() > usize::from(BEAT_SLOTS) {
        return Err(BeatError::TooManyOperations { max: BEAT_SLOTS, found: operations.len() });
    }
    operations.iter().zip(operations.iter().skip(1)).try_for_each(|(before, after)| {
        let (previous, found) = (before.order, after.order);
        if previous < found { Ok(()) } else { Err(BeatError::OrderNotAscending { previous, found }) }
    })
}

fn read_slot<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let slot = u16::deserialize(deserializer)?;
    if slot < BEAT_SLOTS { Ok(slot) } else { Err(D::Error::custom("expected a slot below 4096")) }
}

/// The first commitment: to command and result (log 10.4).
fn commit_operation(salt: &Salt, bytes: &[u8]) -> Hash {
    Hash::of_parts("ximu-beat/1 operation", &[&salt.0, bytes])
}

/// The second commitment: to the order number.
fn commit_order(salt: &Salt, order: u64) -> Hash {
    Hash::of_parts("ximu-beat/1 order", &[&salt.0, &order.to_be_bytes()])
}

fn sealed_leaf(operation: &Hash, order: &Hash) -> Hash {
    leaf_hash([operation.0, order.0].as_flattened())
}

fn published_root(salt: &Salt, batch: &Hash) -> Hash {
    Hash::of_parts("ximu-beat/1 root", &[&salt.0, &batch.0])
}

#[cfg(test)]
#[path = "beat_tests.rs"]
mod tests;
