//! The manifest (verify 3.2): every other file of the bundle with its size and digest, signed with the centre key.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, PublicKey, Signature, json, json::JsonError};
use ximu_procedure::wire::signed::verify;

/// What stands before the signed bytes, so that the signature means nothing elsewhere.
pub const MANIFEST_LABEL: &[u8] = b"ximu-bundle/1\n";

/// The manifest, canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// All files but the manifest itself, ascending by the bytes of their paths.
    pub files: Vec<FileLine>,
    /// The centre key.
    pub key: PublicKey,
    /// The log.
    pub origin: String,
    /// Ed25519 by the centre key over [`MANIFEST_LABEL`] and the canonical JSON of the other members.
    pub signature: Signature,
    /// Version of this form: 1.
    pub v: u32,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLine {
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it.
    pub hash: Hash,
    /// Its path.
    pub path: String,
}

/// The members under the signature.
#[derive(Serialize)]
struct Signed<'a> {
    files: &'a [FileLine],
    key: &'a PublicKey,
    origin: &'a str,
    v: u32,
}

impl Manifest {
    /// Puts a manifest together; `sign` signs with the centre key.
    ///
    /// # Errors
    /// [`JsonError`] for a file of 2^53 bytes or more.
    pub fn sign(
        origin: &str,
        key: PublicKey,
        files: Vec<FileLine>,
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Result<Manifest, JsonError> {
        Manifest::sign_for(MANIFEST_LABEL, origin, key, files, sign)
    }

    /// The same for another kind of container, which has a label of its own.
    ///
    /// # Errors
    /// As [`Manifest::sign`].
    pub fn sign_for(
        label: &[u8],
        origin: &str,
        key: PublicKey,
        files: Vec<FileLine>,
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Result<Manifest, JsonError> {
        let signature = sign(&message(label, &Signed { files: &files, key: &key, origin, v: 1 })?);
        Ok(Manifest { files, key, origin: origin.to_string(), signature, v: 1 })
    }

    /// Whether this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.is_signed_for(MANIFEST_LABEL, key)
    }

    /// The same for another kind of container.
    #[must_use]
    pub fn is_signed_for(&self, label: &[u8], key: &PublicKey) -> bool {
        let signed = Signed { files: &self.files, key: &self.key, origin: &self.origin, v: self.v };
        self.key == *key
            && message(label, &signed).is_ok_and(|message| verify(key, &message, &self.signature))
    }
}

impl FileLine {
    /// The line of a file.
    #[must_use]
    pub fn of(path: &str, data: &[u8]) -> FileLine {
        FileLine { bytes: data.len() as u64, hash: Hash::of(data), path: path.to_string() }
    }
}

fn message(label: &[u8], signed: &Signed<'_>) -> Result<Vec<u8>, JsonError> {
    Ok([label, &json::to_canonical(signed)?].concat())
}
