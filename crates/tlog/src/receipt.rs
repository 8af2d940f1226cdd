//! Receipts (log 11): proof to whoever submitted that its operation stands in a beat, and that beat in the log, as
//! a quorum saw it at a stated second.
//!
//! A receipt and the operation are enough, with a pinned policy and without a network. It tells nothing about other
//! operations, nor how many there are. Not here: acknowledgements, which promise before the beat (`ximu-procedure`).

use crate::{
    beat::SealedPath,
    merkle::leaf_hash,
    policy::{Cosigned, Policy},
    proof::{Proof, ProofError},
    text::quote,
};
use alloc::{string::String, string::ToString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ximu_basics::{
    Hash,
    json::{self, JsonError},
};

/// The largest receipt, in bytes.
pub const RECEIPT_BYTES_MAX: usize = 1024 * 1024;

/// A receipt; canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The beat's leaf in the log, byte for byte (canonical JSON as text).
    pub beat: String,
    /// The leaf's index in the log.
    pub index: u64,
    /// SHA-256 of the operation's exact bytes.
    pub operation: Hash,
    /// From the operation to the beat's published root.
    pub path: SealedPath,
    /// From the beat's leaf to a cosigned checkpoint: a C2SP tlog-proof.
    pub proof: String,
    /// The version of this form: 1.
    pub v: u32,
}

/// A receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The receipt or its beat is not canonical JSON of the right shape.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The receipt is too large.
    #[error("expected a receipt of at most {max} bytes, found {found}")]
    TooLarge {
        /// [`RECEIPT_BYTES_MAX`].
        max: usize,
        /// The size found.
        found: usize,
    },
    /// A version of the form that we do not know.
    #[error("expected receipt version 1, found {found}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The receipt is for another operation.
    #[error("expected the operation {expected}, found {found}")]
    Operation {
        /// The digest in the receipt.
        expected: Hash,
        /// The digest of the bytes given.
        found: Hash,
    },
    /// The leaf is not a beat with a published root.
    #[error("expected a beat with a root, found {found:?}")]
    Beat {
        /// The start of the leaf.
        found: String,
    },
    /// The operation is not in the beat.
    #[error("expected the operation in the beat with root {root}, the path leads elsewhere")]
    Path {
        /// The published root.
        root: Hash,
    },
    /// The receipt and its proof name different indices.
    #[error("expected a proof of leaf {expected}, found one of leaf {found}")]
    Index {
        /// The index in the receipt.
        expected: u64,
        /// The index in the proof.
        found: u64,
    },
    /// The beat is not in the log, or the log not cosigned as the policy asks.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl ReceiptError {
    /// The stable code of the failed check.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ReceiptError::Json(_) | ReceiptError::TooLarge { .. } => "receipt-malformed",
            ReceiptError::Version { .. } => "receipt-version",
            ReceiptError::Operation { .. } => "receipt-operation",
            ReceiptError::Beat { .. } => "receipt-beat",
            ReceiptError::Path { .. } => "receipt-path",
            ReceiptError::Index { .. } => "receipt-index",
            ReceiptError::Proof(error) => error.code(),
        }
    }
}

impl Receipt {
    /// Puts a receipt together. Nothing is checked; the issuer calls [`Receipt::verify`] before it sends.
    ///
    /// # Errors
    /// [`ReceiptError::Beat`] when the leaf is not a beat.
    pub fn new(
        operation: &[u8],
        path: SealedPath,
        beat_leaf: &[u8],
        proof: &Proof,
    ) -> Result<Receipt, ReceiptError> {
        beat_root(beat_leaf)?;
        let beat = String::from_utf8_lossy(beat_leaf).into_owned();
        let operation = Hash::of(operation);
        Ok(Receipt { beat, index: proof.index, operation, path, proof: proof.to_string(), v: 1 })
    }

    /// Reads a receipt from its canonical JSON. Nothing is verified.
    ///
    /// # Errors
    /// [`ReceiptError::TooLarge`], [`ReceiptError::Json`], [`ReceiptError::Version`].
    pub fn parse(bytes: &[u8]) -> Result<Receipt, ReceiptError> {
        if bytes.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::TooLarge { max: RECEIPT_BYTES_MAX, found: bytes.len() });
        }
        let receipt: Receipt = json::from_canonical(bytes)?;
        if receipt.v == 1 { Ok(receipt) } else { Err(ReceiptError::Version { found: receipt.v }) }
    }

    /// Checks that exactly this operation stands in the beat, and the beat in a log as the policy asks. The answer
    /// carries the cosigned time of the covering checkpoint.
    ///
    /// # Errors
    /// Any [`ReceiptError`] but [`ReceiptError::TooLarge`], in the order of the variants.
    pub fn verify(&self, policy: &Policy, operation: &[u8]) -> Result<Cosigned, ReceiptError> {
        if self.v != 1 {
            return Err(ReceiptError::Version { found: self.v });
        }
        let found = Hash::of(operation);
        if found != self.operation {
            return Err(ReceiptError::Operation { expected: self.operation, found });
        }
        let root = beat_root(self.beat.as_bytes())?;
        if !self.path.verify(operation, &root) {
            return Err(ReceiptError::Path { root });
        }
        let proof = Proof::parse(self.proof.as_bytes())?;
        if proof.index != self.index {
            return Err(ReceiptError::Index { expected: self.index, found: proof.index });
        }
        Ok(proof.verify(policy, &leaf_hash(self.beat.as_bytes()))?)
    }
}

/// The published root of a beat's leaf: a canonical JSON object whose member `type` is `beat` and whose member
/// `root` is a hash (log 10.5). What else it says is the journal's affair.
///
/// # Errors
/// [`ReceiptError::Json`], [`ReceiptError::Beat`].
pub fn beat_root(leaf: &[u8]) -> Result<Hash, ReceiptError> {
    let value: Value = json::from_canonical(leaf)?;
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let root = member("type").filter(|kind| *kind == "beat").and_then(|_| member("root")?.parse().ok());
    root.ok_or_else(|| ReceiptError::Beat { found: quote(&value.to_string()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        beat::{Beat, Operation},
        checkpoint::Checkpoint,
        cosignature::Cosigner,
        merkle::prove_inclusion,
        note::{Note, NoteSigner},
        tree::Tree,
    };
    use alloc::format;
    use ximu_basics::Seed;

    const OPERATION: &[u8] = br#"{"command":"submit_bid"}"#;

    fn policy(witness: u8) -> Policy {
        let host = NoteSigner::new("log.example", &[1; 32]).unwrap();
        let witness = Cosigner::new("w.example", &[witness; 32]).unwrap();
        let text = format!("log {}\nwitness w {}\nquorum w\n", host.verifier(), witness.verifier());
        Policy::parse(text.as_bytes()).unwrap()
    }

    fn receipt() -> Receipt {
        let other = Operation { order: 4, bytes: b"other" };
        let ours = Operation { order: 5, bytes: OPERATION };
        let beat = Beat::new(&Seed([6; 32]), 2, &[other, ours]).unwrap();
        let leaf = format!(r#"{{"number":2,"root":"{}","type":"beat"}}"#, beat.root());
        let leaves = ["genesis", &leaf, "later"];
        let tree: Tree = leaves.iter().map(|leaf| leaf_hash(leaf.as_bytes())).collect();
        let text = Checkpoint::new("log.example", 3, tree.root()).to_string();
        let mut checkpoint = Note::new(&text).unwrap();
        checkpoint.add(NoteSigner::new("log.example", &[1; 32]).unwrap().sign(&text)).unwrap();
        let witness = Cosigner::new("w.example", &[2; 32]).unwrap();
        checkpoint.add(witness.cosign(&text, 1_591_149_601).unwrap()).unwrap();
        let path = prove_inclusion(1, 3, &tree).unwrap();
        let proof = Proof { extra: None, index: 1, path, checkpoint };
        Receipt::new(OPERATION, beat.path(1).unwrap(), leaf.as_bytes(), &proof).unwrap()
    }

    #[test]
    fn a_receipt_reads_back_and_tells_the_cosigned_time() {
        let bytes = json::to_canonical(&receipt()).unwrap();
        let read = Receipt::parse(&bytes).unwrap();
        assert_eq!(read, receipt());
        assert_eq!(read.verify(&policy(2), OPERATION).unwrap().time_s, Some(1_591_149_601));
    }

    #[test]
    fn each_thing_a_receipt_claims_is_checked() {
        let good = receipt();
        let beat = good.beat.clone();
        let another_root = beat.replacen(r#""root":""#, r#""root":"00"#, 1);
        type IsExpected = fn(&ReceiptError) -> bool;
        let cases: [(Receipt, IsExpected); 8] = [
            (Receipt { v: 2, ..good.clone() }, |e| matches!(e, ReceiptError::Version { .. })),
            (Receipt { operation: Hash::of(b""), ..good.clone() }, |e| {
                matches!(e, ReceiptError::Operation { .. })
            }),
            (Receipt { beat: beat.replace("number", "number "), ..good.clone() }, |e| {
                matches!(e, ReceiptError::Proof(_))
            }),
            (Receipt { beat: beat.replace(":2", ": 2"), ..good.clone() }, |e| {
                matches!(e, ReceiptError::Json(_))
            }),
            (Receipt { beat: beat.replace("beat", "entry"), ..good.clone() }, |e| {
                matches!(e, ReceiptError::Beat { .. })
            }),
            (Receipt { beat: another_root, ..good.clone() }, |e| matches!(e, ReceiptError::Beat { .. })),
            (
                Receipt {
                    path: SealedPath { slot: good.path.slot ^ 1, ..good.path.clone() },
                    ..good.clone()
                },
                |e| matches!(e, ReceiptError::Path { .. }),
            ),
            (Receipt { index: 0, ..good.clone() }, |e| matches!(e, ReceiptError::Index { .. })),
        ];
        for (bad, expected) in cases {
            let error = bad.verify(&policy(2), OPERATION).unwrap_err();
            assert!(expected(&error), "{error:?}");
        }
        let error = good.verify(&policy(2), b"another operation").unwrap_err();
        assert!(matches!(error, ReceiptError::Operation { .. }));
        let error = good.verify(&policy(3), OPERATION).unwrap_err();
        assert!(matches!(error, ReceiptError::Proof(_)), "a witness that the policy does not know");
    }

    #[test]
    fn no_single_byte_of_a_receipt_can_change() {
        let policy = policy(2);
        let good = json::to_canonical(&receipt()).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 7);
            let verified = Receipt::parse(&bad).and_then(|receipt| receipt.verify(&policy, OPERATION));
            assert!(verified.is_err(), "byte {at}");
        }
    }

    #[test]
    fn only_a_beat_gives_a_receipt() {
        for leaf in ["", "{}", "[]", "1", r#"{"type":"beat"}"#, r#"{"root":"00","type":"beat"}"#] {
            assert!(beat_root(leaf.as_bytes()).is_err(), "{leaf}");
        }
        assert!(matches!(Receipt::parse(&[b' '; RECEIPT_BYTES_MAX + 1]), Err(ReceiptError::TooLarge { .. })));
    }
}
