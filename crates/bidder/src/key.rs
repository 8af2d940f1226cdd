//! Key files: one Ed25519 signing key as three lines of text.
//!
//! ```text
//! ximu-key/1
//! public 64 hexadecimal digits
//! secret 64 hexadecimal digits
//! ```
//! With a passphrase the last line is `locked ...` instead (`lock`). Without one, who can read the file can sign.

use alloc::{format, string::String};
use core::fmt;
use ed25519_dalek::{Signer as _, SigningKey};
use ximu_basics::{PersonId, PublicKey, Signature, hex};
use ximu_procedure::registry::person_id;
use zeroize::Zeroizing;

use crate::{error::BidderError, lock};

const HEADER: &str = "ximu-key/1";

/// Bytes of salt in a locked key file.
pub const LOCK_SALT_BYTES: usize = lock::SALT_BYTES;

/// A signing key.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key of these secret bytes.
    #[must_use]
    pub fn from_secret(secret: [u8; 32]) -> Key {
        Key(Zeroizing::new(secret))
    }

    /// The secret bytes.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(SigningKey::from_bytes(&self.0).verifying_key().to_bytes())
    }

    /// The person this key names when it is the first one the person registers.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        person_id(&self.public())
    }

    /// Ed25519 over exactly these bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(SigningKey::from_bytes(&self.0).sign(message).to_bytes())
    }

    /// The text of a key file that anybody who has it can use.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(hex::encode(&*self.0));
        Zeroizing::new(format!("{HEADER}\npublic {}\nsecret {}\n", self.public(), secret.as_str()))
    }

    /// The text of a key file that asks for a passphrase; `salt` is fresh for each.
    ///
    /// # Errors
    /// [`BidderError::Lock`] when there is no memory for the key derivation.
    pub fn to_locked_text(
        &self,
        passphrase: &str,
        salt: &[u8; LOCK_SALT_BYTES],
    ) -> Result<String, BidderError> {
        let line = lock::lock(&self.0, &self.public(), passphrase, salt).ok_or(BidderError::Lock)?;
        Ok(format!("{HEADER}\npublic {}\n{line}\n", self.public()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.public())
    }
}

/// A key file that was read and not yet opened.
#[derive(Clone)]
pub struct KeyFile<'a> {
    public: PublicKey,
    last: &'a str,
}

impl fmt::Debug for KeyFile<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyFile({})", self.public)
    }
}

impl<'a> KeyFile<'a> {
    /// Reads the text of a key file. A secret that is not the public key's is refused; a locked one is looked at by
    /// [`KeyFile::open`].
    ///
    /// # Errors
    /// [`BidderError::KeyFile`].
    pub fn parse(text: &'a str) -> Result<KeyFile<'a>, BidderError> {
        let (public, last) = split(text).ok_or(BidderError::KeyFile)?;
        let file = KeyFile { public, last };
        match last.strip_prefix("secret ") {
            Some(secret) if secret_key(secret).is_none_or(|key| key.public() != public) => {
                Err(BidderError::KeyFile)
            }
            Some(_) | None => Ok(file),
        }
    }

    /// The public key it names.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// Whether it asks for a passphrase.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.last.starts_with("locked ")
    }

    /// The key; an unlocked one needs no passphrase.
    ///
    /// # Errors
    /// [`BidderError::Passphrase`].
    pub fn open(&self, passphrase: Option<&str>) -> Result<Key, BidderError> {
        if let Some(secret) = self.last.strip_prefix("secret ") {
            return secret_key(secret).ok_or(BidderError::KeyFile);
        }
        let passphrase = passphrase.ok_or(BidderError::Passphrase { found: "none" })?;
        let key = lock::unlock(self.last, &self.public, passphrase).map(Key::from_secret);
        key.filter(|key| key.public() == self.public).ok_or(BidderError::Passphrase { found: "another" })
    }
}

/// The public key and the last line of a key file.
fn split(text: &str) -> Option<(PublicKey, &str)> {
    let mut lines = text.lines();
    if lines.next()? != HEADER {
        return None;
    }
    let public = lines.next()?.strip_prefix("public ")?.parse().ok()?;
    let last = lines.next()?;
    let known = last.starts_with("secret ") || last.starts_with("locked ");
    (lines.next().is_none() && known).then_some((public, last))
}

fn secret_key(text: &str) -> Option<Key> {
    let secret = Zeroizing::new(hex::decode(text)?);
    Some(Key::from_secret(secret.as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_key_file_reads_back_and_a_changed_one_does_not() {
        let key = Key::from_secret([3; 32]);
        let text = key.to_text();
        assert_eq!(KeyFile::parse(&text).unwrap().open(None).unwrap().public(), key.public());
        let other = Key::from_secret([4; 32]).public().to_string();
        for changed in [
            text.replace("ximu-key/1", "ximu-key/2"),
            text.replace(&key.public().to_string(), &other),
            format!("{}x\n", text.as_str()),
            "".into(),
        ] {
            assert_eq!(KeyFile::parse(&changed).unwrap_err(), BidderError::KeyFile, "{changed}");
        }
    }

    #[test]
    fn a_locked_secret_opens_with_its_passphrase_under_its_own_name_alone() {
        let (key, other) = (Key::from_secret([3; 32]), Key::from_secret([4; 32]));
        let text = key.to_locked_text("立木", &[7; LOCK_SALT_BYTES]).unwrap();
        assert!(!text.contains(&hex::encode(key.secret())));
        let file = KeyFile::parse(&text).unwrap();
        assert!(file.is_locked());
        assert_eq!(file.open(Some("立木")).unwrap().secret(), key.secret());
        assert_eq!(file.open(Some("木立")).unwrap_err(), BidderError::Passphrase { found: "another" });
        assert_eq!(file.open(None).unwrap_err(), BidderError::Passphrase { found: "none" });
        let renamed = text.replace(&key.public().to_string(), &other.public().to_string());
        assert!(KeyFile::parse(&renamed).unwrap().open(Some("立木")).is_err());
        assert!(
            KeyFile::parse(&text.replacen("locked 0", "locked 1", 1)).unwrap().open(Some("立木")).is_err()
        );
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let key = Key::from_secret([3; 32]);
        assert!(!format!("{key:?}").contains(&hex::encode(key.secret())));
        let text = key.to_text();
        assert!(!format!("{:?}", KeyFile::parse(&text)).contains(&hex::encode(key.secret())));
    }
}
