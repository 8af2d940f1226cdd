//! SHA-256 digests (FIPS 180-4), written as 64 lower-case hexadecimal digits.

use alloc::string::{String, ToString};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

/// A SHA-256 digest: 32 bytes, spelled in JSON and URLs as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// SHA-256 of one byte string.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// SHA-256 of a domain label, a zero byte, then each part with its length before it as a 64-bit big-endian
    /// integer: no two different lists of parts, and no two labels, give the same input.
    #[must_use]
    pub fn of_parts(label: &str, parts: &[&[u8]]) -> Hash {
        let mut digest = Sha256::new();
        digest.update(label.as_bytes());
        digest.update([0]);
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Hash(digest.finalize().into())
    }

    /// The digest's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&crate::hex::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 lower-case hexadecimal digits, found {found:?}")]
pub struct HashSyntax {
    /// What stood there.
    pub found: String,
}

impl FromStr for Hash {
    type Err = HashSyntax;

    fn from_str(text: &str) -> Result<Hash, HashSyntax> {
        crate::hex::decode(text)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Hash)
            .ok_or_else(|| HashSyntax { found: text.to_string() })
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_abc_is_the_standard_vector() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Hash::of(b"abc").to_string(), expected);
        assert_eq!(expected.parse(), Ok(Hash::of(b"abc")));
    }

    #[test]
    fn moving_a_boundary_between_parts_changes_the_digest() {
        assert_ne!(Hash::of_parts("t", &[b"ab", b"c"]), Hash::of_parts("t", &[b"a", b"bc"]));
        assert_ne!(Hash::of_parts("t", &[b"ab"]), Hash::of_parts("u", &[b"ab"]));
    }
}
