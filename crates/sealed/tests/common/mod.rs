//! One bidder, four holders, and small envelopes made from fixed seeds.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

pub mod forge;

use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use ximu_basics::Hash;
use ximu_sealed::{ContextFields, EscrowPolicy, Identity, InMemory, Sealed, seal};

pub const SEED: [u8; 32] = [0x5e; 32];

pub fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[0x51; 32])
}

pub fn sealer() -> [u8; 32] {
    signing_key().verifying_key().to_bytes()
}

pub fn sign(message: &[u8]) -> [u8; 64] {
    signing_key().sign(message).to_bytes()
}

pub fn context(envelope: &str) -> ContextFields {
    ContextFields {
        genesis: Hash::of(b"genesis of the tender"),
        lot: "1".parse().unwrap(),
        pseudonym: "bidder-07".parse().unwrap(),
        version: 1,
        envelope: envelope.parse().unwrap(),
    }
}

pub fn holders() -> Vec<Identity> {
    (1..=4).map(|number| Identity::from_bytes([number; 32])).collect()
}

pub fn policy() -> EscrowPolicy {
    EscrowPolicy { threshold: 3, holders: holders().iter().map(Identity::recipient).collect() }
}

pub fn files() -> Vec<(String, Vec<u8>)> {
    vec![
        ("form.json".into(), "{\"price\":\"壹亿贰仟万元整\"}".into()),
        ("投标文件/工程量清单.csv".into(), vec![b'1'; 70_000]),
        (format!("{}.txt", "很长的名字".repeat(15)), b"long".to_vec()),
    ]
}

pub fn sealed_with(envelope: &str, files: &[(String, Vec<u8>)], escrow: Option<&EscrowPolicy>) -> Sealed {
    let context = context(envelope);
    let contents = InMemory { context: &context, escrow, files, extra: BTreeMap::new(), sealer: sealer() };
    seal(contents, &SEED, sign).unwrap()
}

pub fn form() -> Sealed {
    sealed_with("form", &files(), Some(&policy()))
}
