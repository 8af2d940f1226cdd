//! Keys and seeds made from labels.

use ed25519_dalek::{Signer, SigningKey};
use ximu_basics::{Hash, PublicKey, Signature};

/// A signing key that a label determines.
#[derive(Clone)]
pub struct Key {
    /// The secret.
    pub secret: [u8; 32],
}

impl Key {
    /// The key of a label.
    #[must_use]
    pub fn of(label: &str) -> Key {
        Key { secret: seed("key", label) }
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(SigningKey::from_bytes(&self.secret).verifying_key().to_bytes())
    }

    /// Ed25519 over exactly these bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(SigningKey::from_bytes(&self.secret).sign(message).to_bytes())
    }
}

/// 32 bytes that a purpose and a label determine.
#[must_use]
pub fn seed(purpose: &str, label: &str) -> [u8; 32] {
    Hash::of_parts("ximu-sim/1", &[purpose.as_bytes(), label.as_bytes()]).0
}
