//! A signed command: the exact bytes somebody signed, and the key and signature (journal 3).

use alloc::{string::String, vec::Vec};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use ximu_basics::{
    Hash, Nonce, ProcedureId, PublicKey, Signature,
    json::{self, JsonError},
};

use super::Command;

/// What stands before the signed bytes, so that a signature made for a command means nothing elsewhere.
pub const COMMAND_LABEL: &[u8] = b"ximu-command/1\n";

/// The longest body of a command, in bytes: an entry must fit a C2SP entry bundle (65,535 bytes) with its events.
pub const BODY_BYTES_MAX: usize = 48 * 1024;

/// A command as its author signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCommand {
    /// The canonical JSON of a [`CommandBody`]: the exact bytes under the signature.
    pub body: String,
    /// Whose signature it is.
    pub key: PublicKey,
    /// Ed25519 over [`COMMAND_LABEL`] and the bytes of `body`.
    pub signature: Signature,
}

/// What a command says, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandBody {
    /// Version of this form: 1.
    pub v: u32,
    /// The log it is meant for, so that a command cannot be replayed at another centre.
    pub origin: String,
    /// The procedure it is meant for.
    pub procedure: ProcedureId,
    /// Random, so that no one who knows the content can guess the command's hash.
    pub nonce: Nonce,
    /// The command itself.
    pub command: Command,
}

/// Why bytes are not a signed command. None of these is journaled: nobody known said anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// The body is not the canonical JSON of a command.
    #[error("expected the canonical JSON of a command: {0}")]
    Body(#[from] JsonError),
    /// The body is longer than [`BODY_BYTES_MAX`].
    #[error("expected a body of at most {BODY_BYTES_MAX} bytes, found {found}")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// The form's version is not one this engine reads.
    #[error("expected version 1 of the command form, found {found}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The signature does not fit the bytes and the key.
    #[error("expected an Ed25519 signature of these bytes by key {key}, found one that does not verify")]
    Signature {
        /// The key the command names.
        key: PublicKey,
    },
}

impl SignedCommand {
    /// Signs a command with a person's key (RFC 8032).
    ///
    /// # Errors
    /// [`SignedError::Body`] when the body has no canonical form, [`SignedError::TooLong`].
    pub fn sign(body: &CommandBody, key: &[u8; 32]) -> Result<SignedCommand, SignedError> {
        let bytes = json::to_canonical(body)?;
        let found = bytes.len();
        if found > BODY_BYTES_MAX {
            return Err(SignedError::TooLong { found });
        }
        let key = SigningKey::from_bytes(key);
        let signature = Signature(key.sign(&labelled(&bytes)).to_bytes());
        let text = String::from_utf8(bytes).map_err(|_| SignedError::TooLong { found })?;
        Ok(SignedCommand { body: text, key: PublicKey(key.verifying_key().to_bytes()), signature })
    }

    /// Reads the body and checks the signature over its exact bytes.
    ///
    /// # Errors
    /// Every [`SignedError`].
    pub fn open(&self) -> Result<CommandBody, SignedError> {
        if self.body.len() > BODY_BYTES_MAX {
            return Err(SignedError::TooLong { found: self.body.len() });
        }
        let body: CommandBody = json::from_canonical(self.body.as_bytes())?;
        if body.v != 1 {
            return Err(SignedError::Version { found: body.v });
        }
        if !verify(&self.key, &labelled(self.body.as_bytes()), &self.signature) {
            return Err(SignedError::Signature { key: self.key });
        }
        Ok(body)
    }

    /// The command's name everywhere: SHA-256 over its key, signature and body. Repeating a command repeats its
    /// answer.
    #[must_use]
    pub fn id(&self) -> Hash {
        Hash::of_parts("ximu-command-id/1", &[&self.key.0, &self.signature.0, self.body.as_bytes()])
    }
}

/// Whether an Ed25519 signature over exactly these bytes verifies, strictly (RFC 8032 5.1.7, small-order keys
/// refused).
#[must_use]
pub fn verify(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    VerifyingKey::from_bytes(&key.0).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

fn labelled(body: &[u8]) -> Vec<u8> {
    [COMMAND_LABEL, body].concat()
}
