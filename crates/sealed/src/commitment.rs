//! Commitments to an envelope: to its ciphertext, made part by part, and to its plaintext, salted
//! (sealed-bid 7, 8).

use crate::error::SealError;
use alloc::vec::Vec;
use sha2::{Digest, Sha256};
use ximu_basics::Hash;

/// Length of every part but the last, in bytes.
pub const PART_BYTES: usize = 8 * 1024 * 1024;

/// What a sealer signs outside the envelope about the ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment {
    /// Root of the Merkle tree over the SHA-256 digests of the parts.
    pub root: Hash,
    /// Length of the ciphertext, in bytes.
    pub size_bytes: u64,
}

impl Commitment {
    /// The commitment to a ciphertext in memory.
    #[must_use]
    pub fn of(ciphertext: &[u8]) -> Commitment {
        let mut builder = CommitmentBuilder::default();
        builder.push(ciphertext);
        builder.finish().0
    }

    /// The commitment to a ciphertext whose parts were hashed elsewhere, for instance in parallel or from a
    /// published list.
    #[must_use]
    pub fn of_parts(parts: &[Hash], size_bytes: u64) -> Commitment {
        Commitment { root: merkle_root(parts), size_bytes }
    }

    /// Compares with the commitment of the bytes at hand.
    ///
    /// # Errors
    /// [`SealError::Commitment`].
    pub fn expect(&self, found: &Commitment) -> Result<(), SealError> {
        if self == found {
            return Ok(());
        }
        Err(SealError::Commitment {
            expected: self.root,
            expected_bytes: self.size_bytes,
            found: found.root,
            found_bytes: found.size_bytes,
        })
    }
}

/// Makes a commitment from a ciphertext pushed in order.
#[derive(Default)]
pub struct CommitmentBuilder {
    parts: Vec<Hash>,
    digest: Sha256,
    in_part: usize,
    size_bytes: u64,
}

impl CommitmentBuilder {
    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        self.size_bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.in_part == PART_BYTES {
                self.end_part();
            }
            let (now, later) = bytes.split_at_checked(PART_BYTES - self.in_part).unwrap_or((bytes, &[]));
            self.digest.update(now);
            self.in_part += now.len();
            bytes = later;
        }
    }

    /// The commitment, and the digests of the parts.
    #[must_use]
    pub fn finish(mut self) -> (Commitment, Vec<Hash>) {
        if self.in_part > 0 {
            self.end_part();
        }
        (Commitment::of_parts(&self.parts, self.size_bytes), self.parts)
    }

    fn end_part(&mut self) {
        self.parts.push(Hash(core::mem::take(&mut self.digest).finalize().into()));
        self.in_part = 0;
    }
}

/// Commits to the plaintext archive without showing it: `salt` stays in the recovery file.
#[must_use]
pub fn plain_commitment(salt: &[u8; 32], archive: &Hash) -> Hash {
    Hash::of_parts("ximu-plain/1", &[salt, archive.as_bytes()])
}

/// Compares a plaintext offered as remedy, by the hash of its archive, with the commitment in the record.
///
/// # Errors
/// [`SealError::PlainCommitment`].
pub fn expect_plain(expected: Hash, salt: &[u8; 32], archive: &Hash) -> Result<(), SealError> {
    let found = plain_commitment(salt, archive);
    if expected == found { Ok(()) } else { Err(SealError::PlainCommitment { expected, found }) }
}

/// The Merkle tree hash of RFC 6962 section 2.1 whose leaf inputs are the parts' digests.
fn merkle_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(&[]),
        [leaf] => node(0, &[leaf.as_bytes()]),
        _ => {
            let left = leaves.len().div_ceil(2).next_power_of_two();
            let (left, right) = leaves.split_at_checked(left).unwrap_or((leaves, &[]));
            node(1, &[merkle_root(left).as_bytes(), merkle_root(right).as_bytes()])
        }
    }
}

fn node(prefix: u8, inputs: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    digest.update([prefix]);
    inputs.iter().for_each(|input| digest.update(input));
    Hash(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn the_tree_splits_at_the_largest_power_of_two_below_its_size() {
        let leaf = |number: u8| Hash([number; 32]);
        let leaf_hash = |number: u8| node(0, &[&[number; 32]]);
        let pair = |left: Hash, right: Hash| node(1, &[left.as_bytes(), right.as_bytes()]);
        assert_eq!(merkle_root(&[leaf(1)]), leaf_hash(1));
        let two = pair(leaf_hash(1), leaf_hash(2));
        assert_eq!(merkle_root(&[leaf(1), leaf(2)]), two);
        assert_eq!(merkle_root(&[leaf(1), leaf(2), leaf(3)]), pair(two, leaf_hash(3)));
        let four = pair(two, pair(leaf_hash(3), leaf_hash(4)));
        assert_eq!(merkle_root(&[1, 2, 3, 4].map(leaf)), four);
        let five = [1, 2, 3, 4, 5].map(leaf);
        assert_eq!(merkle_root(&five), pair(four, leaf_hash(5)));
    }

    #[test]
    fn another_ciphertext_or_plaintext_is_not_the_one_committed_to() {
        let commitment = Commitment::of(b"ciphertext");
        assert_eq!(commitment.expect(&Commitment::of(b"ciphertext")), Ok(()));
        assert_eq!(commitment.expect(&Commitment::of(b"another")).unwrap_err().code(), "seal-commitment");
        let longer = Commitment { size_bytes: 11, ..commitment };
        assert_eq!(commitment.expect(&longer).unwrap_err().code(), "seal-commitment");
        let archive = Hash::of(b"archive");
        let plain = plain_commitment(&[1; 32], &archive);
        assert_eq!(expect_plain(plain, &[1; 32], &archive), Ok(()));
        let refusal = expect_plain(plain, &[2; 32], &archive).unwrap_err();
        assert_eq!(refusal.code(), "seal-plain-commitment");
    }

    #[test]
    fn parts_end_every_eight_mebibytes_however_the_bytes_arrive() {
        let bytes = vec![3; 2 * PART_BYTES + 1];
        let mut builder = CommitmentBuilder::default();
        bytes.chunks(1_000_003).for_each(|piece| builder.push(piece));
        let (commitment, parts) = builder.finish();
        assert_eq!(parts, bytes.chunks(PART_BYTES).map(Hash::of).collect::<Vec<_>>());
        assert_eq!(commitment, Commitment::of(&bytes));
        let exact = CommitmentBuilder::default();
        let mut exact = exact;
        exact.push(&bytes[..2 * PART_BYTES]);
        assert_eq!(exact.finish().1.len(), 2);
    }
}
