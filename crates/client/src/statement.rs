//! The bytes behind the header `ximu-signature` (surface: HTTP): what a person or a centre signs so that a server
//! takes their bytes. The signer and the server both build them here.
//!
//! Not here: statements that stand in the journal (`ximu_procedure::wire::command`).

use ximu_basics::{Hash, Instant, ProcedureId};

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

/// What a centre signs, with the key of its log, to have a copy kept or to get it back.
#[must_use]
pub fn custody_request(origin: &str, procedure: &ProcedureId, commitment: &Hash, bytes: u64) -> Vec<u8> {
    format!("ximu-custody-request/1\n{origin}\n{procedure}\n{commitment}\n{bytes}\n").into_bytes()
}

/// What a holder signs to read the documents of a bid at the keeper of second copies, at this instant of its clock.
#[must_use]
pub fn kept_body(origin: &str, procedure: &ProcedureId, commitment: &Hash, at: Instant) -> Vec<u8> {
    format!("ximu-kept-body/1\n{origin}\n{procedure}\n{commitment}\n{}\n", at.unix_ms()).into_bytes()
}

/// What a tenderer or agent signs to have a holder's key made for a procedure.
#[must_use]
pub fn epoch_request(origin: &str, procedure: &ProcedureId) -> Vec<u8> {
    format!("ximu-epoch-request/1\n{origin}\n{procedure}\n").into_bytes()
}

/// An origin as it stands in the paths of a peer: 64 hexadecimal digits of the SHA-256 of its text.
#[must_use]
pub fn origin_hash(origin: &str) -> Hash {
    Hash::of(origin.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_statement_can_stand_for_another() {
        let (procedure, hash): (ProcedureId, Hash) = ("p-1".parse().unwrap(), Hash::of(b"x"));
        let all = [
            upload("o", &procedure, &hash, 1),
            document("o", &hash, 1),
            custody_request("o", &procedure, &hash, 1),
            kept_body("o", &procedure, &hash, Instant::from_unix_ms(1)),
            epoch_request("o", &procedure),
        ];
        assert!(all.iter().all(|one| all.iter().filter(|other| *other == one).count() == 1));
        assert_eq!(
            String::from_utf8(upload("a.example/log", &procedure, &hash, 7)).unwrap(),
            format!("ximu-upload/1\na.example/log\np-1\n{hash}\n7\n")
        );
    }
}
