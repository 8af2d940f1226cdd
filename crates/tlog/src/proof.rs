//! Proofs in one text file (c2sp.org/tlog-proof; log 9): index, inclusion proof and cosigned checkpoint.
//!
//! Not here: what the proven entry says. A proof is checked offline against the entry and a policy, nothing else.

use crate::{
    merkle::{self, MerkleError, PROOF_LENGTH_MAX, SIZE_MAX},
    note::{NOTE_BYTES_MAX, Note, NoteError},
    policy::{Cosigned, Policy, UntrustedError},
    text::{base64_decode, base64_encode, decimal, hash_decode, quote},
};
use alloc::{string::String, vec::Vec};
use core::fmt;
use ximu_basics::Hash;

/// The first line of every proof.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The largest proof, in bytes: the largest note, 63 hashes, and 64 KiB of extra data in base64.
pub const PROOF_BYTES_MAX: usize = NOTE_BYTES_MAX + 96 * 1024;

/// That an entry stands at an index of a log, as text that a stranger can check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Data that nobody signed; ours have none.
    pub extra: Option<Vec<u8>>,
    /// The entry's index, from 0.
    pub index: u64,
    /// Sibling hashes from the leaf up.
    pub path: Vec<Hash>,
    /// The cosigned checkpoint.
    pub checkpoint: Note,
}

/// A proof is malformed or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The text is too large.
    #[error("expected a proof of at most {max} bytes, found {found}")]
    TooLarge {
        /// [`PROOF_BYTES_MAX`].
        max: usize,
        /// The size found.
        found: usize,
    },
    /// A line is not what stands at its place.
    #[error("expected {expected}, found {found:?}")]
    Line {
        /// What stands at this place.
        expected: &'static str,
        /// The start of the line.
        found: String,
    },
    /// The checkpoint is no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint does not hold under the policy.
    #[error(transparent)]
    Untrusted(#[from] UntrustedError),
    /// The entry is not in the tree at that index.
    #[error(transparent)]
    Merkle(#[from] MerkleError),
}

impl ProofError {
    /// The stable code of the failed check.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ProofError::TooLarge { .. } | ProofError::Line { .. } | ProofError::Note(_) => "proof-malformed",
            ProofError::Untrusted(error) => error.code(),
            ProofError::Merkle(_) => "proof-false",
        }
    }
}

impl Proof {
    /// Reads a proof. Nothing is verified.
    ///
    /// # Errors
    /// [`ProofError::TooLarge`], [`ProofError::Line`], [`ProofError::Note`].
    pub fn parse(bytes: &[u8]) -> Result<Proof, ProofError> {
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(ProofError::TooLarge { max: PROOF_BYTES_MAX, found: bytes.len() });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        let line = |expected, found: &str| ProofError::Line { expected, found: quote(found) };
        let (head, note) = text.split_once("\n\n").ok_or_else(|| line("an empty line", ""))?;
        let mut lines = head.split('\n').peekable();
        let header = lines.next().unwrap_or_default();
        if header != HEADER {
            return Err(line(HEADER, header));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra
            .map(|found| {
                let data = found.strip_prefix("extra ").and_then(base64_decode);
                data.filter(|data| !data.is_empty()).ok_or_else(|| line("extra and base64", found))
            })
            .transpose()?;
        let index = lines.next().unwrap_or_default();
        let index = index
            .strip_prefix("index ")
            .and_then(|number| decimal(number, SIZE_MAX))
            .ok_or_else(|| line("index and a decimal number", index))?;
        let path: Vec<&str> = lines.take(PROOF_LENGTH_MAX + 1).collect();
        if path.len() > PROOF_LENGTH_MAX {
            return Err(line("at most 63 hashes", path.last().unwrap_or(&"")));
        }
        let path = path.iter().map(|found| hash_decode(found).ok_or_else(|| line("a hash in base64", found)));
        let path = path.collect::<Result<Vec<Hash>, ProofError>>()?;
        Ok(Proof { extra, index, path, checkpoint: Note::parse(note.as_bytes())? })
    }

    /// Checks that an entry with this leaf hash stands at [`Proof::index`] of a tree whose checkpoint holds under
    /// the policy.
    ///
    /// # Errors
    /// [`ProofError::Untrusted`], [`ProofError::Merkle`].
    pub fn verify(&self, policy: &Policy, leaf: &Hash) -> Result<Cosigned, ProofError> {
        let cosigned = policy.open(&self.checkpoint)?;
        let (size, root) = (cosigned.checkpoint.size, &cosigned.checkpoint.root);
        merkle::verify_inclusion(leaf, self.index, size, &self.path, root)?;
        Ok(cosigned)
    }
}

impl fmt::Display for Proof {
    /// The text of the proof; exactly the bytes it was parsed from.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEADER}")?;
        if let Some(extra) = self.extra.as_ref().filter(|extra| !extra.is_empty()) {
            writeln!(formatter, "extra {}", base64_encode(extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(formatter, "{}", base64_encode(&hash.0)))?;
        write!(formatter, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checkpoint::Checkpoint, cosignature::Cosigner, merkle::leaf_hash, note::NoteSigner, tree::Tree,
    };
    use alloc::{format, string::ToString};
    use proptest::prelude::*;

    fn host() -> NoteSigner {
        NoteSigner::new("log.example", &[1; 32]).unwrap()
    }

    fn witness() -> Cosigner {
        Cosigner::new("w.example", &[2; 32]).unwrap()
    }

    fn policy() -> Policy {
        let text = format!("log {}\nwitness w {}\nquorum w\n", host().verifier(), witness().verifier());
        Policy::parse(text.as_bytes()).unwrap()
    }

    fn proof(index: u64, size: u64) -> Proof {
        let tree: Tree = (0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
        let text = Checkpoint::new("log.example", size, tree.root()).to_string();
        let mut checkpoint = Note::new(&text).unwrap();
        checkpoint.add(host().sign(&text)).unwrap();
        checkpoint.add(witness().cosign(&text, 1_700_000_000).unwrap()).unwrap();
        let path = merkle::prove_inclusion(index, size, &tree).unwrap();
        Proof { extra: None, index, path, checkpoint }
    }

    #[test]
    fn a_proof_reads_back_and_holds_under_the_policy() {
        for (index, size) in [(0, 1), (0, 2), (6, 7), (100, 300)] {
            let text = proof(index, size).to_string();
            let read = Proof::parse(text.as_bytes()).unwrap();
            assert_eq!(read.to_string(), text);
            let cosigned = read.verify(&policy(), &leaf_hash(&index.to_be_bytes())).unwrap();
            assert_eq!((cosigned.checkpoint.size, cosigned.time_s), (size, Some(1_700_000_000)));
        }
    }

    #[test]
    fn the_example_of_the_specification_has_our_form() {
        let text = "c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n\
            gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n\n\
            example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n\
            \u{2014} example.com/fancylog hI2DJwAA\n\u{2014} witness1.example mJirIgAA\n";
        let proof = Proof::parse(text.as_bytes()).unwrap();
        assert_eq!((proof.index, proof.path.len(), proof.extra.as_deref()), (73_894, 2, Some(&b"age"[..])));
        assert_eq!(proof.to_string(), text);
    }

    #[test]
    fn malformed_proofs_are_refused() {
        let good = proof(1, 2).to_string();
        let hash = good.lines().nth(2).unwrap();
        for bad in [
            good.replace("@v1", "@v2"),
            good.replace("index 1", "index 01"),
            good.replace("index 1", "index -1"),
            good.replace("index 1", "Index 1"),
            good.replace("index 1\n", ""),
            good.replace("index 1\n", "extra \nindex 1\n"),
            good.replace("index 1\n", "extra YQ\nindex 1\n"),
            good.replace("index 1\n", "index 1\nextra YQ==\n"),
            good.replace("index 1\n", "extra YQ==\nextra YQ==\nindex 1\n"),
            good.replace(hash, "AAAA"),
            good.replacen(hash, &format!("{hash}\n").repeat(64), 1),
            good.replacen("\n\n", "\n", 1),
            good.replace('\n', "\r\n"),
            good.trim_end().into(),
        ] {
            assert!(Proof::parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(matches!(Proof::parse(&[b'x'; PROOF_BYTES_MAX + 1]), Err(ProofError::TooLarge { .. })));
    }

    #[test]
    fn another_entry_index_tree_or_policy_is_refused() {
        let leaf = leaf_hash(&1u64.to_be_bytes());
        let good = proof(1, 7);
        assert!(good.verify(&policy(), &leaf).is_ok());
        assert!(good.verify(&policy(), &leaf_hash(b"other")).is_err());
        assert!(Proof { index: 2, ..good.clone() }.verify(&policy(), &leaf).is_err());
        assert!(Proof { index: 7, ..good.clone() }.verify(&policy(), &leaf).is_err());
        assert!(
            Proof { checkpoint: proof(1, 8).checkpoint, ..good.clone() }.verify(&policy(), &leaf).is_err()
        );
        let other = NoteSigner::new("log.example", &[9; 32]).unwrap();
        let text = format!("log {}\nwitness w {}\nquorum w\n", other.verifier(), witness().verifier());
        let other = Policy::parse(text.as_bytes()).unwrap();
        assert!(matches!(good.verify(&other, &leaf), Err(ProofError::Untrusted(_))));
    }

    proptest! {
        #[test]
        fn whatever_parses_is_written_back(at in any::<prop::sample::Index>(), insert in "[0-9A-Z=\n +]{0,3}", cut in 0usize..4) {
            let good = proof(3, 5).to_string().into_bytes();
            let at = at.index(good.len() - cut);
            let changed = [&good[..at], insert.as_bytes(), &good[at + cut..]].concat();
            if let Ok(read) = Proof::parse(&changed) {
                prop_assert_eq!(read.to_string().into_bytes(), changed);
            }
        }
    }

    #[test]
    fn no_single_byte_of_a_proof_can_change() {
        let (policy, leaf) = (policy(), leaf_hash(&5u64.to_be_bytes()));
        let good = proof(5, 9).to_string().into_bytes();
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                let verified = Proof::parse(&bad).and_then(|proof| proof.verify(&policy, &leaf));
                assert!(verified.is_err(), "byte {at} bit {bit}");
            }
        }
    }
}
