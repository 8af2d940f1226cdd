//! The files of `vectors/log`: beats, and receipts one per named defect. They are made here from fixed keys and must
//! equal the committed bytes; a second implementation reads them and must come to the same answers (log 12).
#![cfg(test)]

use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
};
use ximu_basics::{Blob, Hash, Salt, Seed, json};
use ximu_tlog::{
    Beat, Checkpoint, Cosigner, Note, NoteSigner, Operation, Policy, Proof, Receipt, SealedPath, Tree,
    merkle::{leaf_hash, prove_inclusion},
};

const SEED: Seed = Seed([7; 32]);
const OPERATION: &[u8] = br#"{"command":"submit","result":"accepted"}"#;

/// A beat, everything needed to compute it, and the path of one of its operations.
#[derive(Serialize)]
struct BeatVector {
    number: u64,
    operations: Vec<OperationVector>,
    path: Option<SealedPath>,
    path_of: Option<u64>,
    root: Hash,
    seed: Seed,
}

#[derive(Serialize)]
struct OperationVector {
    bytes: Blob,
    order: u64,
}

/// A receipt with what it is checked against, and the expected answer: `holds` or a code.
#[derive(Serialize)]
struct ReceiptVector {
    claim: &'static str,
    cosigned_time_s: Option<u64>,
    expect: String,
    operation: Blob,
    policy: String,
    receipt: String,
}

#[test]
fn beats_are_the_committed_vectors() {
    let vectors: Vec<BeatVector> = [(0, 0, 0), (0, 0, 1), (1, 0, 2), (2, 40, 27), (1 << 52, 9, 300)]
        .into_iter()
        .map(|(number, first, count)| beat_vector(number, first, count))
        .collect();
    compare("beats.json", &json::to_canonical(&vectors).unwrap());
}

fn beat_vector(number: u64, first: u64, count: u64) -> BeatVector {
    let bodies: Vec<String> =
        (first..first + count).map(|order| format!("{{\"operation\":{order}}}")).collect();
    let operations: Vec<Operation<'_>> =
        (first..).zip(&bodies).map(|(order, body)| Operation { order, bytes: body.as_bytes() }).collect();
    let beat = Beat::new(&SEED, number, &operations).unwrap();
    let path_of = count.checked_sub(1);
    let path = path_of.and_then(|position| beat.path(position as usize));
    let operations = operations
        .iter()
        .map(|operation| OperationVector { bytes: Blob(operation.bytes.into()), order: operation.order });
    BeatVector { number, operations: operations.collect(), path, path_of, root: beat.root(), seed: SEED }
}

fn host() -> NoteSigner {
    NoteSigner::new("log.example/yichang", &[1; 32]).unwrap()
}

fn witness(i: u8) -> Cosigner {
    Cosigner::new(&format!("centre{i}.example"), &[10 + i; 32]).unwrap()
}

/// Two provinces of two centres each; one centre of each province must cosign.
fn policy() -> String {
    let mut text = format!("# Two provinces, any centre of each.\nlog {}\n", host().verifier());
    for i in 1..=4 {
        text += &format!("witness centre{i} {}\n", witness(i).verifier());
    }
    text + "group north any centre1 centre2\ngroup south any centre3 centre4\n\
        group both all north south\nquorum both\n"
}

/// A receipt in a log of 300 leaves whose leaf 258 is the beat, cosigned by these witnesses at these seconds.
fn receipt(stamps: &[(u8, u64)]) -> Receipt {
    let operations = [Operation { order: 3, bytes: b"another" }, Operation { order: 4, bytes: OPERATION }];
    let beat = Beat::new(&SEED, 12, &operations).unwrap();
    let leaf = format!(
        r#"{{"class":"sealed","number":12,"procedure":"yc-2020-0603","root":"{}","scheduled":1591149600000,"type":"beat","v":1}}"#,
        beat.root()
    );
    let tree: Tree = (0..300u64)
        .map(|index| if index == 258 { leaf_hash(leaf.as_bytes()) } else { leaf_hash(&index.to_be_bytes()) })
        .collect();
    let text = Checkpoint::new(host().verifier().name(), 300, tree.root()).to_string();
    let mut checkpoint = Note::new(&text).unwrap();
    checkpoint.add(host().sign(&text)).unwrap();
    for (i, time) in stamps {
        checkpoint.add(witness(*i).cosign(&text, *time).unwrap()).unwrap();
    }
    let path = prove_inclusion(258, 300, &tree).unwrap();
    let proof = Proof { extra: None, index: 258, path, checkpoint };
    Receipt::new(OPERATION, beat.path(1).unwrap(), leaf.as_bytes(), &proof).unwrap()
}

#[test]
fn receipts_are_the_committed_vectors() {
    const T0: u64 = 1_591_149_600;
    let good = receipt(&[(1, T0 + 2), (2, T0 + 1), (3, T0 + 3), (4, T0 + 9)]);
    let path = |change: fn(&mut SealedPath)| {
        let mut receipt = good.clone();
        change(&mut receipt.path);
        receipt
    };
    let proof = |from: &str, to: &str| {
        assert!(good.proof.contains(from));
        Receipt { proof: good.proof.replacen(from, to, 1), ..good.clone() }
    };
    let without_log: String = good
        .proof
        .split_inclusive('\n')
        .filter(|line| !line.contains("\u{2014} log.example/yichang"))
        .collect();
    let last_proof_line = good.proof.lines().nth(3).unwrap();
    let cases = [
        ("holds", "an honest receipt holds, at the first second that satisfies the quorum", good.clone()),
        ("version", "a version that is not known is refused", Receipt { v: 2, ..good.clone() }),
        (
            "operation",
            "a receipt for another operation is refused",
            Receipt { operation: Hash::of(b""), ..good.clone() },
        ),
        (
            "beat-kind",
            "a leaf that is no beat gives no receipt",
            Receipt { beat: good.beat.replace("\"beat\"", "\"entry\""), ..good.clone() },
        ),
        (
            "beat-changed",
            "a beat that the log does not hold is refused",
            Receipt { beat: good.beat.replace(":12,", ":13,"), ..good.clone() },
        ),
        ("path-slot", "the slot is part of the path", path(|path| path.slot ^= 1)),
        ("path-salt", "the operation's salt is part of the path", path(|path| path.salt = Salt([0; 32]))),
        ("path-order", "the order commitment is part of the path", path(|path| path.order = Hash([0; 32]))),
        (
            "path-beat-salt",
            "the beat's salt is part of the path",
            path(|path| path.beat_salt = Salt([0; 32])),
        ),
        ("path-sibling", "each sibling is part of the path", path(|path| path.siblings.swap(3, 4))),
        ("index", "receipt and proof name one index", Receipt { index: 257, ..good.clone() }),
        (
            "proof-hash",
            "each hash of the proof counts",
            proof(last_proof_line, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ),
        ("proof-header", "the proof's first line names its version", proof("@v1", "@v2")),
        ("checkpoint-size", "the log signed the size", proof("\n300\n", "\n301\n")),
        (
            "checkpoint-origin",
            "the policy knows the log",
            proof("\n\nlog.example/yichang\n", "\n\nlog.example/other\n"),
        ),
        ("checkpoint-unsigned", "the log must have signed", Receipt { proof: without_log, ..good.clone() }),
        (
            "quorum",
            "both centres of one province are no quorum of two provinces",
            receipt(&[(1, T0 + 1), (2, T0 + 1)]),
        ),
        ("quorum-none", "no cosignature is never enough", receipt(&[])),
    ];
    for (name, claim, receipt) in cases {
        let vector = receipt_vector(claim, &receipt);
        assert_eq!(vector.expect == "holds", name == "holds", "{name}");
        compare(&format!("receipt-{name}.json"), &json::to_canonical(&vector).unwrap());
    }
}

fn receipt_vector(claim: &'static str, receipt: &Receipt) -> ReceiptVector {
    let text = String::from_utf8(json::to_canonical(receipt).unwrap()).unwrap();
    let policy = policy();
    let answer = Receipt::parse(text.as_bytes())
        .and_then(|receipt| receipt.verify(&Policy::parse(policy.as_bytes()).unwrap(), OPERATION));
    let (expect, cosigned_time_s) = match answer {
        Ok(cosigned) => ("holds", cosigned.time_s),
        Err(error) => (error.code(), None),
    };
    let operation = Blob(OPERATION.into());
    ReceiptVector { claim, cosigned_time_s, expect: expect.into(), operation, policy, receipt: text }
}

/// Compares with the committed file; on a difference the bytes made here are left beside the build for review.
fn compare(name: &str, made: &[u8]) {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/log").join(name);
    if fs::read(&committed).is_ok_and(|bytes| bytes == made) {
        return;
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("vectors-log");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), made).unwrap();
    panic!("{} differs from {}", committed.display(), folder.join(name).display());
}
