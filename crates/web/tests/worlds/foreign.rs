//! What exists for somebody else and what does not exist answer alike, byte for byte.
//!
//! A stranger may have learned any hash that a bidder keeps to itself: a commitment, a header, a context, the hash of
//! an operation. At every address that takes a hash, such a one must get the answer of a hash that nobody knows. The
//! one exception is a command's id at `/api/v1/receipts/`: it follows from the sender's signature, nobody else can
//! compute it, and whoever has it is answered; the worlds never show one (`seen_nowhere`).

use std::collections::BTreeMap;

use ximu_basics::Hash;
use ximu_client::statement::origin_hash;
use ximu_office::statement;
use ximu_sim::{Key, centre::ORIGIN, rules::PEERS};

use super::{
    look::TENDERS,
    net::{Answer, request},
    people::noise,
    world::World,
};

/// A hash that nothing has.
const NOTHING: Hash = Hash([0x5a; 32]);

/// Compares the answers about everything secret with those about nothing.
pub fn probe(world: &mut World, label: &str) {
    // The first of each kind of each firm: one person may not upload more in one procedure.
    let mut known: BTreeMap<String, Hash> = BTreeMap::new();
    for (name, bytes) in
        world.secrets.iter().filter(|(name, bytes)| bytes.len() == 64 && !name.ends_with(label))
    {
        let hash = std::str::from_utf8(bytes).unwrap().parse().unwrap();
        known.entry(name.clone()).or_insert(hash);
    }
    assert!(!known.is_empty());
    let nothing = answers(world, label, &NOTHING);
    for (name, hash) in &known {
        for ((what, found), (_, expected)) in answers(world, label, hash).iter().zip(&nothing) {
            let is_own_id = what.starts_with("GET /api/v1/receipts/") && name.starts_with("the command id");
            let alike = without(found, hash) == without(expected, &NOTHING);
            assert!(
                alike || is_own_id,
                "{what} tells {label} that {name} exists:\n{}\n{}",
                String::from_utf8_lossy(&found.bytes()),
                String::from_utf8_lossy(&expected.bytes()),
            );
        }
    }
}

/// Every address that takes a hash.
fn answers(world: &mut World, label: &str, hash: &Hash) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    let log = origin_hash(ORIGIN);
    for tender in TENDERS {
        for place in ["envelopes", "documents"] {
            let path = format!("/api/v1/tenders/{tender}/{place}/{hash}");
            answers
                .push((format!("GET /api/v1/tenders/{tender}/{place}/"), world.ask(super::net::get(&path))));
        }
        for method in ["GET", "HEAD", "DELETE"] {
            let path = format!("/api/v1/uploads/{tender}/{hash}");
            answers.push((
                format!("{method} /api/v1/uploads/"),
                world.ask(request(method, &path, &[], Vec::new())),
            ));
        }
        // Other bytes under the name of what another firm has uploaded, properly signed.
        let bytes = noise("not those bytes", 3_000);
        let id = tender.parse().unwrap();
        let key = Key::of(label);
        let signature = key.sign(&statement::upload(ORIGIN, &id, hash, bytes.len() as u64)).to_string();
        let key = key.public().to_string();
        let headers = [("ximu-key", key.as_str()), ("ximu-signature", signature.as_str())];
        let path = format!("/api/v1/uploads/{tender}/{hash}");
        answers.push((
            format!("PUT /api/v1/uploads/{tender}/"),
            world.ask(request("PUT", &path, &headers, bytes)),
        ));
        for name in PEERS {
            let path = format!("/custody/{log}/{tender}/{hash}?bytes=3000");
            answers.push((format!("GET /custody/ of {name}"), world.peers.ask(name, "GET", &path, &[])));
        }
    }
    for path in ["/api/v1/receipts/", "/api/v1/documents/", "/tenders/", "/api/v1/tenders/"] {
        answers.push((format!("GET {path}"), world.ask(super::net::get(&format!("{path}{hash}")))));
    }
    answers
}

/// An answer with the asker's own hash taken out: it may be repeated to it.
fn without(answer: &Answer, hash: &Hash) -> Vec<u8> {
    let hash = hash.to_string().into_bytes();
    let mut bytes = answer.bytes();
    while let Some(at) = bytes.windows(hash.len()).position(|window| window == hash) {
        bytes.drain(at..at + hash.len());
    }
    bytes
}
