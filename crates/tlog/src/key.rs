//! Verifier keys ("vkeys"): a name, a signature type and a public key, in the spelling of c2sp.org/signed-note
//! (log 3.2): `<name>+<key id, 8 hexadecimal digits>+<base64(type, public key)>`.
//!
//! Not here: secret keys (`note.rs`, `cosignature.rs`) and the decision whom to trust (`policy.rs`).

use crate::text::{base64_decode, base64_encode, quote};
use alloc::{string::String, vec::Vec};
use core::{fmt, str::FromStr};
use sha2::{Digest, Sha256};
use ximu_basics::{PublicKey, hex};

/// What a key signs with, by the type byte of c2sp.org/signed-note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// 0x01: Ed25519 over the note text. Logs.
    Note,
    /// 0x04: Ed25519 over a time and the note text. Witnesses.
    Cosignature,
}

impl KeyKind {
    /// The type byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            KeyKind::Note => 0x01,
            KeyKind::Cosignature => 0x04,
        }
    }

    fn from_byte(byte: u8) -> Option<KeyKind> {
        [KeyKind::Note, KeyKind::Cosignature].into_iter().find(|kind| kind.byte() == byte)
    }
}

/// A public key with the name it is known by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    public: PublicKey,
}

/// The text is not a verifier key that we can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The three parts are not there, or not spelled as they must be.
    #[error("expected name+8 hexadecimal digits+base64, found {found:?}")]
    Syntax {
        /// The start of what stood there.
        found: String,
    },
    /// The name is empty or holds white space, a control character or a plus.
    #[error("expected a key name without spaces, control characters or '+', found {found:?}")]
    Name {
        /// The name.
        found: String,
    },
    /// The key id does not belong to this name and key.
    #[error("expected the key id {expected:08x}, found {found:08x}")]
    Id {
        /// The id computed from name, type and key.
        expected: u32,
        /// The id written.
        found: u32,
    },
    /// A signature type we cannot check.
    #[error("expected signature type 01 (log) or 04 (witness), found {found:02x}")]
    Kind {
        /// The type byte.
        found: u8,
    },
    /// The public key is not 32 bytes of a usable Ed25519 point.
    #[error("expected a public key of 32 bytes: a point of Ed25519 of large order, in canonical form")]
    Public,
}

impl VerifierKey {
    /// The key of a log (type 0x01); its name is the log's origin.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::Public`].
    pub fn log(name: &str, public: &PublicKey) -> Result<VerifierKey, KeyError> {
        VerifierKey::new(name, KeyKind::Note, public)
    }

    /// The key of a witness (type 0x04).
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::Public`].
    pub fn witness(name: &str, public: &PublicKey) -> Result<VerifierKey, KeyError> {
        VerifierKey::new(name, KeyKind::Cosignature, public)
    }

    /// The key's name: a log's origin, a witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs with.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The Ed25519 public key (RFC 8032).
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key id: the first four bytes of SHA-256(name, newline, type, public key), big-endian.
    #[must_use]
    pub fn id(&self) -> u32 {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.kind.byte()])
            .chain_update(self.public.0)
            .finalize()
            .into();
        digest.first_chunk::<4>().map_or(0, |id| u32::from_be_bytes(*id))
    }

    /// Whether this is a valid Ed25519 signature of the message. Strict: points of small order are refused, so one
    /// signature cannot stand under two messages.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.public.0);
        let signature = ed25519_dalek::Signature::from_slice(signature);
        match (key, signature) {
            (Ok(key), Ok(signature)) => key.verify_strict(message, &signature).is_ok(),
            _ => false,
        }
    }

    fn new(name: &str, kind: KeyKind, public: &PublicKey) -> Result<VerifierKey, KeyError> {
        if !name_is_valid(name) {
            return Err(KeyError::Name { found: quote(name) });
        }
        let point = ed25519_dalek::VerifyingKey::from_bytes(&public.0).map_err(|_| KeyError::Public)?;
        // A second spelling of the same point would pass for a second key.
        let is_canonical = point.to_edwards().compress().to_bytes() == public.0;
        if point.is_weak() || !is_canonical {
            return Err(KeyError::Public);
        }
        Ok(VerifierKey { name: name.into(), kind, public: *public })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes: Vec<u8> = Vec::with_capacity(33);
        bytes.push(self.kind.byte());
        bytes.extend_from_slice(&self.public.0);
        write!(formatter, "{}+{:08x}+{}", self.name, self.id(), base64_encode(&bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        let syntax = || KeyError::Syntax { found: quote(text) };
        let (name, rest) = text.split_once('+').ok_or_else(syntax)?;
        let (id, key) = rest.split_once('+').ok_or_else(syntax)?;
        let id = hex::decode(id).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).ok_or_else(syntax)?;
        let key = base64_decode(key).ok_or_else(syntax)?;
        let (kind, public) = key.split_first().ok_or_else(syntax)?;
        let kind = KeyKind::from_byte(*kind).ok_or(KeyError::Kind { found: *kind })?;
        let public = <[u8; 32]>::try_from(public).map(PublicKey).map_err(|_| KeyError::Public)?;
        let verifier = VerifierKey::new(name, kind, &public)?;
        let (expected, found) = (verifier.id(), u32::from_be_bytes(id));
        if expected == found { Ok(verifier) } else { Err(KeyError::Id { expected, found }) }
    }
}

/// Whether a text can be a key name: not empty, no Unicode white space, no plus, no ASCII control
/// character below U+0020.
#[must_use]
pub fn name_is_valid(name: &str) -> bool {
    let allowed = |character: char| !character.is_whitespace() && character >= ' ' && character != '+';
    !name.is_empty() && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};
    use ed25519_dalek::Verifier as _;

    /// Verifier keys published with the tests of Go's `sumdb/note` and of transparency-dev/formats.
    const FOREIGN: [(&str, KeyKind, u32); 3] = [
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyKind::Note, 0xc74f_20a3),
        ("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop", KeyKind::Note, 0xaf0c_fe78),
        (
            "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            KeyKind::Cosignature,
            0xda77_ade7,
        ),
    ];

    #[test]
    fn foreign_keys_are_read_and_written_back() {
        for (text, kind, id) in FOREIGN {
            let key: VerifierKey = text.parse().unwrap();
            assert_eq!((key.kind(), key.id()), (kind, id));
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn a_witness_key_is_made_from_a_public_key_and_gives_it_back() {
        let log: VerifierKey = FOREIGN[0].0.parse().unwrap();
        let witness = VerifierKey::witness("w1", log.public()).unwrap();
        let read: VerifierKey = witness.to_string().parse().unwrap();
        assert_eq!(read.public(), log.public());
        assert_ne!(
            read.id(),
            VerifierKey::log("w1", log.public()).unwrap().id(),
            "the type is part of the id"
        );
    }

    #[test]
    fn every_part_and_every_change_of_a_key_is_refused() {
        let text = FOREIGN[0].0;
        for start in 0..text.len() {
            for end in start..=text.len() {
                let part = text.get(start..end).unwrap();
                assert!(part == text || part.parse::<VerifierKey>().is_err(), "{part}");
            }
        }
        for at in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] += 1;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(changed.parse::<VerifierKey>().is_err(), "{changed}");
        }
    }

    /// Made with the secret key 01..01: R is the neutral point, s = SHA-512(R, A, message) times the secret scalar.
    /// It satisfies the equation of RFC 8032, and whoever holds the key can make one for a chosen R of small order.
    #[test]
    fn a_signature_with_a_point_of_small_order_is_refused() {
        let public = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c".parse().unwrap();
        let key = VerifierKey::log("log.example", &public).unwrap();
        let signature = "01000000000000000000000000000000000000000000000000000000000000003777571940ee7be9f8ff4e09e1fb6f0740d2ca4e806a6ab4c0d6f35bddf19c0f";
        let signature = hex::decode(signature).unwrap();
        let lenient = ed25519_dalek::VerifyingKey::from_bytes(&public.0).unwrap();
        let parsed = ed25519_dalek::Signature::from_slice(&signature).unwrap();
        assert!(lenient.verify(b"text\n", &parsed).is_ok(), "the plain equation holds");
        assert!(!key.verifies(b"text\n", &signature));
    }

    #[test]
    fn keys_we_cannot_use_are_named_as_such() {
        let wrong_length = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
        let unknown = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert!(wrong_length.parse::<VerifierKey>().is_err());
        assert_eq!(unknown.parse::<VerifierKey>(), Err(KeyError::Kind { found: 0x65 }));
        let upper = FOREIGN[0].0.replace("c74f20a3", "C74F20A3");
        assert!(matches!(upper.parse::<VerifierKey>(), Err(KeyError::Syntax { .. })));
        assert_eq!(
            VerifierKey::log("a", &PublicKey([0; 32])),
            Err(KeyError::Public),
            "a point of small order"
        );
        for (low, sign) in (0xed..=0xff).flat_map(|low| [(low, 0x7f), (low, 0xff)]) {
            let mut second_spelling = [0xff; 32];
            second_spelling[0] = low;
            second_spelling[31] = sign;
            assert_eq!(VerifierKey::log("a", &PublicKey(second_spelling)), Err(KeyError::Public));
        }
        let public = *FOREIGN[0].0.parse::<VerifierKey>().unwrap().public();
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{85}b"] {
            assert!(matches!(VerifierKey::log(name, &public), Err(KeyError::Name { .. })), "{name:?}");
        }
        assert!(VerifierKey::log(&format!("{}/log", "宜昌"), &public).is_ok());
    }
}
