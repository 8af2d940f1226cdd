//! A whole Merkle tree in memory: every full subtree at every level, so that roots and proofs of any past size are
//! read without hashing the leaves again (log 2.3).
//!
//! Good for some millions of leaves (64 bytes each). It is derived: it can be rebuilt from the entries at any time
//! and is never the only memory of anything.

use crate::merkle::{EMPTY_ROOT, HashReader, Node, node_hash, root_at};
use alloc::vec::Vec;
use ximu_basics::Hash;

/// An append-only Merkle tree with all its full subtrees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// `levels[l][i]` is the node of level `l` and index `i`. The top level is never empty.
    levels: Vec<Vec<Hash>>,
}

/// The tree does not hold this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a full subtree within {size} leaves, found level {level} index {index}")]
pub struct NodeMissing {
    /// The level asked for.
    pub level: u8,
    /// The index asked for.
    pub index: u64,
    /// The tree's size.
    pub size: u64,
}

impl Tree {
    /// The tree without leaves.
    #[must_use]
    pub fn new() -> Tree {
        Tree::default()
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Appends a leaf hash; amortised two hashes.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(nodes) = self.levels.get_mut(level) else { return };
            nodes.push(hash);
            match nodes.as_slice() {
                [.., left, right] if nodes.len() % 2 == 0 => hash = node_hash(left, right),
                _ => return,
            }
        }
    }

    /// Forgets every leaf from `size` on, for a writer whose transaction failed. Does nothing when the tree is not
    /// larger.
    pub fn truncate(&mut self, size: u64) {
        for (level, nodes) in self.levels.iter_mut().enumerate() {
            nodes.truncate(usize::try_from(size >> level).unwrap_or(usize::MAX));
        }
        self.levels.retain(|nodes| !nodes.is_empty());
    }

    /// The root of all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root_at(self.size()).unwrap_or(EMPTY_ROOT)
    }

    /// The root that the tree had at an earlier size; `None` when it has not been that large.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        root_at(size, self).ok()
    }

    /// The leaf hashes, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<Leaves: IntoIterator<Item = Hash>>(leaves: Leaves) -> Tree {
        let mut tree = Tree::new();
        tree.extend(leaves);
        tree
    }
}

impl Extend<Hash> for Tree {
    fn extend<Leaves: IntoIterator<Item = Hash>>(&mut self, leaves: Leaves) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

impl HashReader for Tree {
    type Error = NodeMissing;

    fn read(&self, node: Node) -> Result<Hash, NodeMissing> {
        let found = usize::try_from(node.index)
            .ok()
            .and_then(|index| self.levels.get(usize::from(node.level))?.get(index).copied());
        found.ok_or(NodeMissing { level: node.level, index: node.index, size: self.size() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{leaf_hash, prove_inclusion, root_of, verify_inclusion};

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
    }

    #[test]
    fn the_root_of_every_past_size_is_the_root_of_its_leaves() {
        let leaves = leaves(130);
        let tree: Tree = leaves.iter().copied().collect();
        for size in 0..=130 {
            assert_eq!(tree.root_at(size as u64), Some(root_of(&leaves[..size])));
        }
        assert_eq!(tree.root_at(131), None);
        assert_eq!(tree.root(), root_of(&leaves));
        assert_eq!(tree.leaves(), leaves);
    }

    #[test]
    fn a_truncated_tree_is_the_tree_that_never_grew() {
        let leaves = leaves(70);
        for size in 0..=70u64 {
            let mut tree: Tree = leaves.iter().copied().collect();
            tree.truncate(size);
            assert_eq!(tree, leaves.iter().copied().take(size as usize).collect());
        }
    }

    #[test]
    fn a_million_leaves_prove_any_leaf() {
        let tree: Tree = leaves(1_000_000).into_iter().collect();
        let root = tree.root();
        for index in [0, 1, 524_287, 524_288, 999_999] {
            let proof = prove_inclusion(index, 1_000_000, &tree).unwrap();
            let leaf = leaf_hash(&index.to_be_bytes());
            assert_eq!(verify_inclusion(&leaf, index, 1_000_000, &proof, &root), Ok(()));
        }
    }
}
