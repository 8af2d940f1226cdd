//! X25519 identities and recipients, and their bech32 text (BIP 173): `AGE-SECRET-KEY-1...` and `age1...`.

use super::AgeError;
use alloc::string::String;
use bech32::{Bech32, Hrp, primitives::decode::CheckedHrpstring};
use core::{fmt, str::FromStr};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, Zeroizing};

const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-";
const RECIPIENT_PREFIX: &str = "age";

/// A secret key that opens files addressed to its [`Recipient`].
#[derive(Clone)]
pub struct Identity(StaticSecret);

impl Identity {
    /// The identity of 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Identity {
        Identity(StaticSecret::from(bytes))
    }

    /// The secret bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public key.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(PublicKey::from(&self.0).to_bytes())
    }

    /// The text form, in upper case as `age-keygen` writes it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut lower = spell(IDENTITY_PREFIX, self.as_bytes());
        let upper = Zeroizing::new(lower.to_ascii_uppercase());
        lower.zeroize();
        upper
    }

    /// The shared secret with a public share; `None` when the share has low order.
    pub(crate) fn agree(&self, share: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
        let secret = self.0.diffie_hellman(&PublicKey::from(*share));
        secret.was_contributory().then(|| Zeroizing::new(secret.to_bytes()))
    }
}

impl FromStr for Identity {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Identity, AgeError> {
        let bytes = Zeroizing::new(read(IDENTITY_PREFIX, "an identity AGE-SECRET-KEY-1...", text)?);
        let identity = Identity::from_bytes(*bytes);
        if identity.to_text().as_str() == text {
            Ok(identity)
        } else {
            Err(refuse("an upper-case identity", text))
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity(secret of {})", self.recipient())
    }
}

/// A public key to which files are addressed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient([u8; 32]);

impl Recipient {
    /// The recipient of these bytes (a Montgomery u-coordinate).
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Recipient {
        Recipient(bytes)
    }

    /// The public key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&spell(RECIPIENT_PREFIX, &self.0))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Recipient {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Recipient, AgeError> {
        let recipient = Recipient(read(RECIPIENT_PREFIX, "a recipient age1...", text)?);
        let canonical = spell(RECIPIENT_PREFIX, &recipient.0) == text;
        if canonical { Ok(recipient) } else { Err(refuse("a lower-case recipient", text)) }
    }
}

/// Lower-case bech32; 32 bytes are always within its limits, so the empty string never shows.
fn spell(prefix: &str, bytes: &[u8; 32]) -> String {
    let text = Hrp::parse(prefix).ok().and_then(|prefix| bech32::encode_lower::<Bech32>(prefix, bytes).ok());
    text.unwrap_or_default()
}

fn read(prefix: &str, expected: &'static str, text: &str) -> Result<[u8; 32], AgeError> {
    let parsed = CheckedHrpstring::new::<Bech32>(text).map_err(|_| refuse(expected, text))?;
    if parsed.hrp().as_str() != prefix || parsed.byte_iter().len() != 32 {
        return Err(refuse(expected, text));
    }
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(parsed.byte_iter()).for_each(|(to, from)| *to = from);
    Ok(bytes)
}

fn refuse(expected: &'static str, text: &str) -> AgeError {
    AgeError::KeyText { expected, found_length: text.chars().count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};

    const IDENTITY: &str = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";

    #[test]
    fn the_text_of_a_key_has_one_spelling() {
        let identity: Identity = IDENTITY.parse().unwrap();
        assert_eq!(identity.to_text().as_str(), IDENTITY);
        let recipient = identity.recipient().to_string();
        assert_eq!(recipient.parse::<Recipient>().unwrap(), identity.recipient());
        for bad in [
            IDENTITY.to_lowercase(),
            format!("{IDENTITY} "),
            IDENTITY.replace("EGT", "EGU"),
            recipient.clone(),
            String::new(),
        ] {
            assert!(bad.parse::<Identity>().is_err(), "{bad}");
        }
        for bad in [recipient.to_uppercase(), format!("{recipient}q"), IDENTITY.to_string()] {
            assert!(bad.parse::<Recipient>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let identity: Identity = IDENTITY.parse().unwrap();
        assert!(!format!("{identity:?}").contains("SECRET"));
    }
}
