//! Byte strings of fixed length by what they are, and free byte strings, in their JSON spellings.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The text is not a byte string of the expected length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} lower-case hexadecimal digits, found {found} characters that are not that")]
pub struct BytesSyntax {
    /// Digits expected.
    pub expected: usize,
    /// Characters found.
    pub found: usize,
}

macro_rules! fixed {
    ($(#[$meaning:meta])* $name:ident, $length:literal) => {
        $(#[$meaning])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&crate::hex::encode(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = BytesSyntax;

            fn from_str(text: &str) -> Result<$name, BytesSyntax> {
                crate::hex::decode(text)
                    .and_then(|bytes| <[u8; $length]>::try_from(bytes).ok())
                    .map($name)
                    .ok_or_else(|| BytesSyntax { expected: 2 * $length, found: text.chars().count() })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

macro_rules! shown {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }
    };
}

macro_rules! hidden {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

fixed! {
    /// An Ed25519 public key (RFC 8032), 64 hexadecimal digits.
    PublicKey, 32
}
shown!(PublicKey);
fixed! {
    /// An Ed25519 signature (RFC 8032), 128 hexadecimal digits.
    Signature, 64
}
shown!(Signature);
fixed! {
    /// A value used once, chosen at random by whoever signs a command, 32 hexadecimal digits.
    Nonce, 16
}
shown!(Nonce);
fixed! {
    /// A salt of a commitment: secret until the commitment is opened. Debug output hides it.
    Salt, 32
}
hidden!(Salt);
fixed! {
    /// A seed from which other secrets are derived. Debug output hides it.
    Seed, 32
}
hidden!(Seed);
fixed! {
    /// One holder's share of a file key. Debug output hides it.
    ShareValue, 16
}
hidden!(ShareValue);

/// A byte string of any length, in JSON standard base64 with padding (RFC 4648 section 4).
#[derive(Clone, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blob, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text.as_bytes()).map(Blob).map_err(|error| D::Error::custom(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_byte_string_has_one_spelling_and_one_length() {
        let key = PublicKey([7; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!("07".parse::<PublicKey>().is_err());
        assert!(key.to_string().to_uppercase().replace('7', "A").parse::<PublicKey>().is_err());
    }

    #[test]
    fn debug_output_hides_secrets() {
        assert_eq!(alloc::format!("{:?}", Seed([9; 32])), "Seed(..)");
    }

    #[test]
    fn a_blob_is_base64_in_json() {
        let bytes = crate::json::to_canonical(&Blob(alloc::vec![0, 255])).unwrap();
        assert_eq!(bytes, br#""AP8=""#);
        assert_eq!(crate::json::from_canonical::<Blob>(&bytes), Ok(Blob(alloc::vec![0, 255])));
        assert!(crate::json::from_canonical::<Blob>(br#""AP9=""#).is_err(), "trailing bits must be zero");
    }
}
