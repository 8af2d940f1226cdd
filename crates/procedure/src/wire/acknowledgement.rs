//! Acknowledgements (journal 9): what the centre signs at once, as soon as the answer to a command is durable.
//!
//! An acknowledgement is a promise; the receipt proves that it was kept.

use alloc::{string::String, vec::Vec};
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use ximu_basics::{
    Hash, Instant, ProcedureId, PublicKey, Signature,
    json::{self, JsonError},
};

use super::signed::verify;

/// What stands before the signed bytes.
pub const ACKNOWLEDGEMENT_LABEL: &[u8] = b"ximu-ack/1\n";

/// The centre's signed word that a command is on its disk, with what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Version of this form: 1.
    pub v: u32,
    /// The log.
    pub origin: String,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The command's id ([`super::SignedCommand::id`]).
    pub id: Hash,
    /// The instant that counts: when the writer accepted it.
    pub at: Instant,
    /// The beat that will hold the operation; `null` for a public entry.
    pub beat: Option<u32>,
    /// SHA-256 of the exact bytes of the operation or entry.
    pub subject: Hash,
    /// Whether the command happened (`false`: it was refused, and the subject says why).
    pub accepted: bool,
    /// Ed25519 by the centre's key over [`ACKNOWLEDGEMENT_LABEL`] and the canonical JSON of the other members.
    pub signature: Signature,
}

/// The members under the signature.
#[derive(Serialize)]
struct Signed<'a> {
    v: u32,
    origin: &'a str,
    procedure: &'a ProcedureId,
    id: &'a Hash,
    at: Instant,
    beat: Option<u32>,
    subject: &'a Hash,
    accepted: bool,
}

impl Acknowledgement {
    /// Puts the centre's signature under it.
    ///
    /// # Errors
    /// [`JsonError`] when a member has no canonical form.
    pub fn sign(mut self, key: &[u8; 32]) -> Result<Acknowledgement, JsonError> {
        let bytes = self.signed_bytes()?;
        self.signature = Signature(SigningKey::from_bytes(key).sign(&bytes).to_bytes());
        Ok(self)
    }

    /// Whether the centre with this key signed it.
    #[must_use]
    pub fn verify(&self, centre: &PublicKey) -> bool {
        self.v == 1 && self.signed_bytes().is_ok_and(|bytes| verify(centre, &bytes, &self.signature))
    }

    fn signed_bytes(&self) -> Result<Vec<u8>, JsonError> {
        let signed = Signed {
            v: self.v,
            origin: &self.origin,
            procedure: &self.procedure,
            id: &self.id,
            at: self.at,
            beat: self.beat,
            subject: &self.subject,
            accepted: self.accepted,
        };
        Ok([ACKNOWLEDGEMENT_LABEL, &json::to_canonical(&signed)?].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acknowledgement() -> Acknowledgement {
        Acknowledgement {
            v: 1,
            origin: "a.example/log".into(),
            procedure: "p-1".parse().unwrap(),
            id: Hash::of(b"id"),
            at: Instant::from_unix_ms(7),
            beat: Some(3),
            subject: Hash::of(b"subject"),
            accepted: true,
            signature: Signature([0; 64]),
        }
    }

    #[test]
    fn every_member_is_under_the_signature() {
        let key = [4; 32];
        let centre = PublicKey(SigningKey::from_bytes(&key).verifying_key().to_bytes());
        let good = acknowledgement().sign(&key).unwrap();
        assert!(good.verify(&centre));
        let changes: [fn(&mut Acknowledgement); 8] = [
            |a| a.v = 2,
            |a| a.origin = "b.example/log".into(),
            |a| a.procedure = "p-2".parse().unwrap(),
            |a| a.id = Hash::of(b""),
            |a| a.at = a.at.plus_ms(1),
            |a| a.beat = None,
            |a| a.subject = Hash::of(b""),
            |a| a.accepted = false,
        ];
        for (position, change) in changes.into_iter().enumerate() {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(!bad.verify(&centre), "change {position}");
        }
    }

    #[test]
    fn it_reads_back_from_canonical_json() {
        let good = acknowledgement().sign(&[4; 32]).unwrap();
        let bytes = json::to_canonical(&good).unwrap();
        assert_eq!(json::from_canonical::<Acknowledgement>(&bytes), Ok(good));
    }
}
