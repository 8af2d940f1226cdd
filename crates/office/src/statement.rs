//! The bytes behind the header `ximu-signature` (surface: HTTP): what a person signs so that the centre takes their
//! bytes, and what the centre signs so that a custody centre takes a copy.
//!
//! Statements that stand in the journal are in `ximu_procedure::wire::command`.

use ximu_basics::{Hash, ProcedureId};

/// What a person signs to upload a ciphertext.
#[must_use]
pub fn upload(origin: &str, procedure: &ProcedureId, commitment: &Hash, bytes: u64) -> Vec<u8> {
    format!("ximu-upload/1\n{origin}\n{procedure}\n{commitment}\n{bytes}\n").into_bytes()
}

/// What an officer signs to upload a document.
#[must_use]
pub fn document(origin: &str, sha256: &Hash, bytes: u64) -> Vec<u8> {
    format!("ximu-document/1\n{origin}\n{sha256}\n{bytes}\n").into_bytes()
}

/// What a centre signs to have a copy kept or to get it back.
#[must_use]
pub fn custody_request(origin: &str, procedure: &ProcedureId, commitment: &Hash, bytes: u64) -> Vec<u8> {
    format!("ximu-custody-request/1\n{origin}\n{procedure}\n{commitment}\n{bytes}\n").into_bytes()
}
