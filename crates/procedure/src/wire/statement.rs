//! The bytes that are signed or committed to outside a command: each has a name of its own, so that none can pass for
//! another.

use alloc::vec::Vec;
use ximu_basics::{Hash, Instant, PartyId, PersonId, ProcedureId, PublicKey, Salt};

/// The bytes a holder signs to own an epoch key.
#[must_use]
pub fn epoch_statement(origin: &str, procedure: &str, recipient: &str) -> Vec<u8> {
    alloc::format!("ximu-epoch/1\n{origin}\n{procedure}\n{recipient}\n").into_bytes()
}

/// The bytes a custody centre signs once a ciphertext is on its disk.
#[must_use]
pub fn custody_statement(origin: &str, procedure: &str, commitment: &Hash, bytes: u32) -> Vec<u8> {
    alloc::format!("ximu-custody/1\n{origin}\n{procedure}\n{commitment}\n{bytes}\n").into_bytes()
}

/// The bytes a holder signs when a bidder has handed it a command (peer 2.8): SHA-256 of the canonical JSON of the signed
/// command, and when, by the holder's clock, in milliseconds.
#[must_use]
pub fn relay_statement(origin: &str, procedure: &ProcedureId, command: &Hash, at: Instant) -> Vec<u8> {
    alloc::format!("ximu-relay/1\n{origin}\n{procedure}\n{command}\n{}\n", at.unix_ms()).into_bytes()
}

/// What ties a question to its asker for whoever knows the salt, and for nobody else (enquiry 2.3).
#[must_use]
pub fn asker_commitment(salt: &Salt, party: &PartyId) -> Hash {
    Hash::of_parts("ximu-asker/1", &[&salt.0, party.as_str().as_bytes()])
}

/// What ties a signed contract to the log for whoever has its file and the salt (award 3.1).
#[must_use]
pub fn contract_commitment(salt: &Salt, file: &Hash) -> Hash {
    Hash::of_parts("ximu-contract/1", &[&salt.0, &file.0])
}

/// The bytes a person signs with the key in force when it hands over to a new one.
#[must_use]
pub fn succession_statement(origin: &str, person: &PersonId, new: &PublicKey) -> Vec<u8> {
    alloc::format!("ximu-key-heir/1\n{origin}\n{person}\n{new}\n").into_bytes()
}

/// The bytes a person signs with a new key to prove that it is theirs.
#[must_use]
pub fn key_statement(origin: &str, person: &PersonId) -> Vec<u8> {
    alloc::format!("ximu-key/1\n{origin}\n{person}\n").into_bytes()
}
