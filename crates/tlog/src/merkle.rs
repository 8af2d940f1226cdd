//! The Merkle tree of RFC 6962: hashes, roots, inclusion and consistency proofs (log 2).
//!
//! Not here: where hashes are stored (`tile.rs`, `ximu-journal`) and who vouches for a root (`checkpoint.rs`).
//!
//! Building a proof needs only *nodes*: hashes of full, aligned subtrees, which never change once they exist. They
//! are read through [`HashReader`], from memory ([`crate::tree::Tree`]) or from tiles ([`crate::tile::TileReader`]).

use alloc::vec::Vec;
use sha2::{Digest, Sha256};
use ximu_basics::Hash;

/// The largest tree size: 2^63 - 1, so that a size fits the signed integers of other implementations.
pub const SIZE_MAX: u64 = i64::MAX as u64;

/// The most hashes any proof carries: one per level of a tree of [`SIZE_MAX`] leaves.
pub const PROOF_LENGTH_MAX: usize = 63;

/// The root of the tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The hash of a leaf: SHA-256(0x00, entry).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new_with_prefix([0x00]).chain_update(entry).finalize().into())
}

/// The hash of an inner node: SHA-256(0x01, left, right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new_with_prefix([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of the tree over these leaf hashes, in one pass and logarithmic space.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut pending: Vec<(Hash, u64)> = Vec::new();
    for leaf in leaves {
        let (mut hash, mut width) = (*leaf, 1);
        while let Some((left, _)) = pending.last().filter(|(_, left_width)| *left_width == width) {
            hash = node_hash(left, &hash);
            width *= 2;
            pending.pop();
        }
        pending.push((hash, width));
    }
    fold_right(pending.into_iter().map(|(hash, _)| hash))
}

/// A full subtree: the `2^level` leaves that start at `index * 2^level`. Level 0 is a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves, 0 to 62.
    pub level: u8,
    /// Position among the nodes of its level, from the left.
    pub index: u64,
}

impl Node {
    /// The number of leaves a tree must have for this node to exist, or `None` when no tree is that large.
    #[must_use]
    pub fn end(self) -> Option<u64> {
        let end = self.index.checked_add(1)?.checked_mul(1u64.checked_shl(u32::from(self.level))?)?;
        (end <= SIZE_MAX).then_some(end)
    }
}

/// Where the hashes of full subtrees are kept.
///
/// The contract: for a node that exists in the tree the reader stands for, its hash, the same each time; otherwise
/// an error. A reader need not authenticate what it reads: a proof built from a false hash fails verification.
pub trait HashReader {
    /// Why a hash could not be read.
    type Error;

    /// Reads the hash of one full subtree.
    ///
    /// # Errors
    /// The reader's own, when the node is not there or the storage fails.
    fn read(&self, node: Node) -> Result<Hash, Self::Error>;
}

impl<Read, Failure> HashReader for Read
where
    Read: Fn(Node) -> Result<Hash, Failure>,
{
    type Error = Failure;

    fn read(&self, node: Node) -> Result<Hash, Failure> {
        self(node)
    }
}

/// A proof could not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<Failure> {
    /// The leaf does not exist at this size.
    #[error("expected a leaf index below the tree size {size}, found {index}")]
    Index {
        /// The index asked for.
        index: u64,
        /// The tree size.
        size: u64,
    },
    /// The tree did not shrink and never will.
    #[error("expected an old size of at most {new}, found {old}")]
    Shrinks {
        /// The old size asked for.
        old: u64,
        /// The new size asked for.
        new: u64,
    },
    /// A stored hash could not be read.
    #[error("a stored hash could not be read: {0}")]
    Read(Failure),
}

/// A proof does not show what it claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MerkleError {
    /// The leaf index lies outside the tree.
    #[error("expected a leaf index below the tree size {size}, found {index}")]
    Index {
        /// The index claimed.
        index: u64,
        /// The tree size.
        size: u64,
    },
    /// The new tree is smaller than the old one.
    #[error("expected an old size of at most {new}, found {old}")]
    Shrinks {
        /// The old size.
        old: u64,
        /// The new size.
        new: u64,
    },
    /// The proof has another number of hashes than the sizes allow.
    #[error("expected a proof of {expected} hashes, found {found}")]
    Length {
        /// How many the sizes require.
        expected: usize,
        /// How many there were.
        found: usize,
    },
    /// The proof leads to another root.
    #[error("expected the root {expected}, the proof leads to {found}")]
    Root {
        /// The root that was to be shown.
        expected: Hash,
        /// The root the proof leads to.
        found: Hash,
    },
}

/// The root of the tree of this size.
///
/// # Errors
/// The reader's.
pub fn root_at<R: HashReader>(size: u64, reader: &R) -> Result<Hash, R::Error> {
    range_hash(0, size, reader)
}

/// The inclusion proof of a leaf: sibling hashes from the leaf up (RFC 6962 section 2.1.1).
///
/// # Errors
/// [`ProveError::Index`] when the leaf is outside the tree, [`ProveError::Read`] for the reader's.
pub fn prove_inclusion<R: HashReader>(
    index: u64,
    size: u64,
    reader: &R,
) -> Result<Vec<Hash>, ProveError<R::Error>> {
    if index >= size {
        return Err(ProveError::Index { index, size });
    }
    let (mut low, mut high) = (0, size);
    let mut proof = Vec::new();
    while high - low > 1 {
        let middle = low + split(high - low);
        let sibling = if index < middle { (middle, high) } else { (low, middle) };
        proof.push(range_hash(sibling.0, sibling.1, reader).map_err(ProveError::Read)?);
        (low, high) = if index < middle { (low, middle) } else { (middle, high) };
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of size `new` continues the tree of size `old` (RFC 6962 section 2.1.2); empty when
/// `old` is 0 or equal to `new`.
///
/// # Errors
/// [`ProveError::Shrinks`] when `old` is larger, [`ProveError::Read`] for the reader's.
pub fn prove_consistency<R: HashReader>(
    old: u64,
    new: u64,
    reader: &R,
) -> Result<Vec<Hash>, ProveError<R::Error>> {
    if old > new {
        return Err(ProveError::Shrinks { old, new });
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut low, mut high) = (0, new);
    let mut proof = Vec::new();
    // Walk to the subtree that ends exactly at `old`; its hash leads the proof unless the verifier knows it, which
    // it does when that subtree is the whole old tree.
    while high != old {
        let middle = low + split(high - low);
        let sibling = if old <= middle { (middle, high) } else { (low, middle) };
        proof.push(range_hash(sibling.0, sibling.1, reader).map_err(ProveError::Read)?);
        (low, high) = if old <= middle { (low, middle) } else { (middle, high) };
    }
    if low != 0 {
        proof.push(range_hash(low, high, reader).map_err(ProveError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the leaf hash stands at `index` in the tree of this size and root.
///
/// # Errors
/// Any [`MerkleError`] but [`MerkleError::Shrinks`].
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), MerkleError> {
    if index >= size {
        return Err(MerkleError::Index { index, size });
    }
    let sides = sides_of(index, size);
    if sides.len() != proof.len() {
        return Err(MerkleError::Length { expected: sides.len(), found: proof.len() });
    }
    let found = sides.iter().zip(proof).fold(*leaf, |hash, (side, sibling)| match side {
        Side::Left => node_hash(sibling, &hash),
        Side::Right => node_hash(&hash, sibling),
    });
    same_root(root, found)
}

/// Checks that the tree of size `new` and root `new_root` continues the tree of size `old` and root `old_root`.
///
/// An old size of 0 needs an empty proof and the empty root; equal sizes need an empty proof and equal roots.
///
/// # Errors
/// Any [`MerkleError`] but [`MerkleError::Index`].
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), MerkleError> {
    if old > new {
        return Err(MerkleError::Shrinks { old, new });
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(MerkleError::Length { expected: 0, found: proof.len() });
        }
        return if old == 0 { same_root(&EMPTY_ROOT, *old_root) } else { same_root(old_root, *new_root) };
    }
    // The last leaf of the old tree: the largest full subtree that ends with it is where both walks begin.
    let full = old.trailing_zeros() as usize;
    let sides = sides_of(old - 1, new);
    let walk = sides.get(full.min(sides.len())..).unwrap_or_default();
    let whole = old.is_power_of_two();
    let expected = walk.len() + usize::from(!whole);
    if proof.len() != expected {
        return Err(MerkleError::Length { expected, found: proof.len() });
    }
    let (start, rest) = match (whole, proof.split_first()) {
        (false, Some((first, rest))) => (*first, rest),
        _ => (*old_root, proof),
    };
    let (mut old_found, mut new_found) = (start, start);
    for (side, sibling) in walk.iter().zip(rest) {
        match side {
            Side::Left => {
                old_found = node_hash(sibling, &old_found);
                new_found = node_hash(sibling, &new_found);
            }
            Side::Right => new_found = node_hash(&new_found, sibling),
        }
    }
    same_root(old_root, old_found)?;
    same_root(new_root, new_found)
}

/// On which side of the path a proof's hash stands.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// The sides of the siblings of a leaf's path, from the leaf up. A level at which the path is the last node and
/// has no sibling contributes nothing.
fn sides_of(index: u64, size: u64) -> Vec<Side> {
    let (mut node, mut last) = (index, size.saturating_sub(1));
    let mut sides = Vec::new();
    while last > 0 {
        if node % 2 == 1 {
            sides.push(Side::Left);
        } else if node < last {
            sides.push(Side::Right);
        }
        node /= 2;
        last /= 2;
    }
    sides
}

fn same_root(expected: &Hash, found: Hash) -> Result<(), MerkleError> {
    if *expected == found { Ok(()) } else { Err(MerkleError::Root { expected: *expected, found }) }
}

/// The hash over leaves `low..high`, where `low` is a multiple of a power of two not below `high - low`: the full
/// subtrees from the left, joined from the right.
fn range_hash<R: HashReader>(low: u64, high: u64, reader: &R) -> Result<Hash, R::Error> {
    let mut hashes = Vec::new();
    let mut start = low;
    while start < high {
        let level = (high - start).ilog2();
        hashes.push(reader.read(Node { level: level as u8, index: start >> level })?);
        start += 1 << level;
    }
    Ok(fold_right(hashes.into_iter()))
}

/// Joins subtree hashes from the right; the empty root for none.
fn fold_right(hashes: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    hashes.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY_ROOT)
}

/// The largest power of two below `count`, for `count` of at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;
    use alloc::{string::ToString, vec};
    use proptest::prelude::*;
    use ximu_basics::hex;

    /// The eight leaves and roots of the test data that certificate-transparency implementations share.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn vectors() -> Vec<Hash> {
        LEAVES.iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect()
    }

    fn tree_of(size: u64) -> Tree {
        let mut tree = Tree::new();
        (0..size).for_each(|leaf| tree.push(leaf_hash(&leaf.to_be_bytes())));
        tree
    }

    #[test]
    fn roots_are_the_shared_vectors() {
        assert_eq!(Hash::of(b""), EMPTY_ROOT);
        assert_eq!(root_of(&[]), EMPTY_ROOT);
        for (count, root) in (1..).zip(ROOTS) {
            assert_eq!(root_of(&vectors()[..count]).to_string(), root, "{count} leaves");
        }
    }

    #[test]
    fn proofs_are_the_shared_vectors() {
        let tree: Tree = vectors().into_iter().collect();
        let texts = |hashes: Vec<Hash>| hashes.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            texts(prove_inclusion(5, 8, &tree).unwrap()),
            vec![
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            texts(prove_consistency(6, 8, &tree).unwrap()),
            vec![
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
    }

    #[test]
    fn every_proof_of_every_small_tree_verifies_and_no_other_root_does() {
        let tree = tree_of(33);
        for new in 1..=33 {
            let root = tree.root_at(new).unwrap();
            for index in 0..new {
                let proof = prove_inclusion(index, new, &tree).unwrap();
                let leaf = leaf_hash(&index.to_be_bytes());
                assert_eq!(verify_inclusion(&leaf, index, new, &proof, &root), Ok(()));
                assert!(verify_inclusion(&leaf, index, new, &proof, &EMPTY_ROOT).is_err());
                assert!(verify_inclusion(&leaf, index + 1, new, &proof, &root).is_err());
            }
            for old in 0..=new {
                let old_root = tree.root_at(old).unwrap();
                let proof = prove_consistency(old, new, &tree).unwrap();
                assert_eq!(verify_consistency(old, &old_root, new, &root, &proof), Ok(()), "{old} {new}");
                let forged = leaf_hash(b"forged");
                assert!(verify_consistency(old, &forged, new, &root, &proof).is_err());
                if old > 0 {
                    assert!(verify_consistency(old, &old_root, new, &forged, &proof).is_err());
                }
            }
        }
    }

    #[test]
    fn questions_outside_the_tree_are_refused() {
        let tree = tree_of(4);
        assert_eq!(prove_inclusion(4, 4, &tree), Err(ProveError::Index { index: 4, size: 4 }));
        assert_eq!(prove_consistency(5, 4, &tree), Err(ProveError::Shrinks { old: 5, new: 4 }));
        assert!(matches!(prove_inclusion(0, 9, &tree), Err(ProveError::Read(_))));
        assert!(verify_inclusion(&EMPTY_ROOT, 0, 0, &[], &EMPTY_ROOT).is_err());
        assert!(verify_consistency(2, &EMPTY_ROOT, 1, &EMPTY_ROOT, &[]).is_err());
        assert!(verify_consistency(0, &EMPTY_ROOT, 1, &EMPTY_ROOT, &[EMPTY_ROOT]).is_err());
        assert_eq!(Node { level: 62, index: 1 }.end(), None);
        assert_eq!(Node { level: 3, index: 1 }.end(), Some(16));
    }

    proptest! {
        #[test]
        fn a_changed_proof_never_verifies(size in 2u64..600, pick in any::<u64>(), at in any::<usize>(), bit in 0usize..256) {
            let tree = tree_of(size);
            let (index, old) = (pick % size, 1 + pick % (size - 1));
            let root = tree.root_at(size).unwrap();
            let leaf = leaf_hash(&index.to_be_bytes());
            let old_root = tree.root_at(old).unwrap();
            let flip = |proof: &[Hash]| {
                let mut proof = proof.to_vec();
                let at = at % proof.len();
                proof[at].0[bit / 8] ^= 1 << (bit % 8);
                proof
            };
            let inclusion = prove_inclusion(index, size, &tree).unwrap();
            prop_assert!(verify_inclusion(&leaf, index, size, &inclusion, &root).is_ok());
            prop_assert!(verify_inclusion(&leaf, index, size, &flip(&inclusion), &root).is_err());
            prop_assert!(verify_inclusion(&leaf, index, size, &inclusion[1..], &root).is_err());
            let (longer, length) = ([&inclusion[..], &[root]].concat(), inclusion.len());
            let refused = Err(MerkleError::Length { expected: length, found: length + 1 });
            prop_assert_eq!(verify_inclusion(&leaf, index, size, &longer, &root), refused);
            let consistency = prove_consistency(old, size, &tree).unwrap();
            prop_assert!(verify_consistency(old, &old_root, size, &root, &consistency).is_ok());
            prop_assert!(verify_consistency(old, &old_root, size, &root, &flip(&consistency)).is_err());
            prop_assert!(verify_consistency(old, &old_root, size, &root, &consistency[1..]).is_err());
            let (longer, length) = ([&consistency[..], &[root]].concat(), consistency.len());
            let refused = Err(MerkleError::Length { expected: length, found: length + 1 });
            prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &longer), refused);
        }

        #[test]
        fn verification_of_nonsense_ends(old in any::<u64>(), new in any::<u64>(), length in 0usize..70) {
            let proof = vec![EMPTY_ROOT; length];
            let _ = verify_inclusion(&EMPTY_ROOT, old, new, &proof, &EMPTY_ROOT);
            let _ = verify_consistency(old, &EMPTY_ROOT, new, &EMPTY_ROOT, &proof);
        }
    }
}
