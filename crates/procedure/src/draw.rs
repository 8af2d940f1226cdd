//! The draw: numbers that follow from sealed contributions, the same for everyone who computes them (draw 4-6).
//!
//! Pure arithmetic: a seed out of what was opened, a stream of bits out of the seed, indexes out of the bits. What may
//! be drawn, by whom and when, is not here (`phase`), nor are the envelopes of the contributions (`set`).

use alloc::vec::Vec;
use ximu_basics::{Hash, SetId};

use crate::{set::SealedSet, tender::Tender};

/// The most things one draw can choose from: indexes are 32 bits.
pub const ITEMS_MAX: u32 = u32::MAX;

/// What is drawn from, beside the contributions; all of it is in the seed, so that nothing can be exchanged later.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The procedure's genesis hash.
    pub genesis: Hash,
    /// The set whose contents are the contributions; one set makes one draw.
    pub set: &'a str,
    /// The frozen pool's root, or the hash of a coefficient's values (draw 4.2).
    pub pool: Hash,
}

/// One member of the cosigned list.
#[derive(Debug, Clone, Copy)]
pub struct Contribution<'a> {
    /// Who gave it.
    pub author: &'a str,
    /// SHA-256 of the envelope.
    pub envelope: Hash,
    /// What was in it; `None` for a void one, which is skipped and stays named.
    pub content: Option<&'a [u8]>,
}

/// The seed of a draw (draw 4.1); `None` when no contribution of the list was valid.
#[must_use]
pub fn seed(subject: &Subject<'_>, list: &[Contribution<'_>]) -> Option<Hash> {
    list.iter().find(|contribution| contribution.content.is_some())?;
    let mut parts: Vec<&[u8]> =
        alloc::vec![subject.genesis.as_bytes(), subject.set.as_bytes(), subject.pool.as_bytes()];
    for contribution in list {
        parts.push(contribution.author.as_bytes());
        parts.push(contribution.envelope.as_bytes());
        parts.push(contribution.content.unwrap_or_default());
    }
    Some(Hash::of_parts("ximu-draw-seed/1", &parts))
}

/// The seed that an opened set gives; `None` when nothing in it was valid.
#[must_use]
pub fn seed_of(tender: &Tender, id: &SetId, set: &SealedSet, pool: Hash) -> Option<Hash> {
    let list: Vec<Contribution<'_>> = set
        .opened()
        .map(|(line, content)| Contribution {
            author: line.by.id.as_str(),
            envelope: line.envelope,
            content: content.as_deref().ok(),
        })
        .collect();
    seed(&Subject { genesis: tender.genesis, set: id.as_str(), pool }, &list)
}

/// What the values of a coefficient commit to (draw 4.2): their spellings in the order of the rules.
pub fn values_hash<'a>(values: impl IntoIterator<Item = &'a str>) -> Hash {
    let parts: Vec<&[u8]> = values.into_iter().map(str::as_bytes).collect();
    Hash::of_parts("ximu-draw-values/1", &parts)
}

/// An endless sequence of 64-bit words out of a seed and a name (draw 5.1).
#[derive(Debug, Clone)]
pub struct Stream<'a> {
    seed: Hash,
    name: &'a str,
    block: u64,
    words: Vec<u64>,
}

impl<'a> Stream<'a> {
    /// The stream of one stratum, or of one coefficient. Streams of different names have nothing to do with each other.
    #[must_use]
    pub fn new(seed: Hash, name: &'a str) -> Stream<'a> {
        Stream { seed, name, block: 0, words: Vec::new() }
    }

    fn word(&mut self) -> u64 {
        if let Some(word) = self.words.pop() {
            return word;
        }
        let number = self.block.to_be_bytes();
        let block =
            Hash::of_parts("ximu-draw-stream/1", &[self.seed.as_bytes(), self.name.as_bytes(), &number]);
        self.block = self.block.saturating_add(1);
        // Popped from the end: the first word of the block comes out first.
        self.words = block.0.rchunks_exact(8).map(be).collect();
        self.words.pop().unwrap_or_default()
    }

    /// A number from 0 to `n - 1`, each as likely as any other (draw 5.2): the top bits of the next word, and of the one
    /// after it when they say `n` or more. Nothing is taken modulo anything. 0 when there is nothing to choose.
    pub fn below(&mut self, n: u32) -> u32 {
        let bits = n.saturating_sub(1).checked_ilog2().map_or(0, |log| log.saturating_add(1));
        if bits == 0 {
            return 0;
        }
        loop {
            let top = self.word() >> (u64::BITS - bits);
            if let Some(found) = u32::try_from(top).ok().filter(|found| *found < n) {
                return found;
            }
        }
    }
}

fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// The first `take` of a random order of the leaves (draw 6): sorted ascending first, so that the order in which they
/// came says nothing; a leaf named twice counts once; recused ones are taken out before anything is drawn. What comes
/// after the members of the committee are the alternates, in order: the same permutation goes on.
#[must_use]
pub fn order(seed: Hash, stratum: &str, leaves: &[Hash], recused: &[Hash], take: usize) -> Vec<Hash> {
    let mut rest: Vec<Hash> = leaves.iter().copied().filter(|leaf| !recused.contains(leaf)).collect();
    rest.sort_unstable();
    rest.dedup();
    let mut stream = Stream::new(seed, stratum);
    let take = take.min(rest.len());
    for place in 0..take {
        let left = u32::try_from(rest.len().saturating_sub(place)).unwrap_or(ITEMS_MAX);
        let chosen = usize::try_from(stream.below(left)).unwrap_or_default();
        rest.swap(place, place.saturating_add(chosen));
    }
    rest.truncate(take);
    rest
}

/// The place, from 0, of the value drawn for a coefficient (draw 7).
#[must_use]
pub fn coefficient(seed: Hash, name: &str, values: u32) -> u32 {
    Stream::new(seed, name).below(values)
}

#[cfg(test)]
mod tests;
