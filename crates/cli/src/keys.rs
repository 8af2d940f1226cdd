//! Key files: one Ed25519 signing key as three lines of text, readable by its owner alone.
//!
//! ```text
//! ximu-key/1
//! public 64 hexadecimal digits
//! secret 64 hexadecimal digits
//! ```
//! With a passphrase the last line is `locked ...` instead (`lock`). Without one, who can read the file can sign. A key
//! that is lost is replaced by an officer of the centre (`ximu admin replace-key`).

mod lock;

use crate::{
    fault::Fault,
    files::{self, Access},
    outside,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::{fmt, path::Path};
use ximu_basics::{PersonId, PublicKey, Signature, hex};
use ximu_procedure::registry::person_id;
use zeroize::Zeroizing;

const HEADER: &str = "ximu-key/1";

/// A signing key.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key of these secret bytes.
    pub fn from_secret(secret: [u8; 32]) -> Key {
        Key(Zeroizing::new(secret))
    }

    /// A fresh key.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Key, Fault> {
        outside::random().map(Key::from_secret)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// When it cannot be read, is not of this form, or others can read it too.
    pub fn read(path: &Path) -> Result<Key, Fault> {
        check_access(path)?;
        let text = Zeroizing::new(files::read_text(path)?);
        let (public, last) = parse(&text).ok_or_else(|| not_a_key(path))?;
        if let Some(secret) = last.strip_prefix("secret ") {
            let key = secret_key(secret).ok_or_else(|| not_a_key(path))?;
            return if key.public() == public { Ok(key) } else { Err(not_a_key(path)) };
        }
        let passphrase = outside::passphrase(&format!("Passphrase of {}: ", path.display()))?;
        let secret = lock::unlock(last, &public, &passphrase).map(Key::from_secret);
        secret.filter(|key| key.public() == public).ok_or_else(|| {
            let said =
                format!("{}: expected the passphrase it was locked with, found another", path.display());
            Fault::new("key-passphrase", said, "try again; an officer can replace a key that is lost")
        })
    }

    /// Reads the public key of a key file, without its passphrase.
    ///
    /// # Errors
    /// When it cannot be read or is not of this form.
    pub fn read_public(path: &Path) -> Result<PublicKey, Fault> {
        let text = Zeroizing::new(files::read_text(path)?);
        let (public, last) = parse(&text).ok_or_else(|| not_a_key(path))?;
        match last.strip_prefix("secret ").map(secret_key) {
            None => Ok(public),
            Some(Some(key)) if key.public() == public => Ok(public),
            Some(_) => Err(not_a_key(path)),
        }
    }

    /// Writes a new key file that asks for a passphrase.
    ///
    /// # Errors
    /// When it cannot be written or there is a file already.
    pub fn write_new_locked(&self, path: &Path, passphrase: &str) -> Result<(), Fault> {
        let line = lock::lock(&self.0, &self.public(), passphrase)?;
        let text = format!("{HEADER}\npublic {}\n{line}\n", self.public());
        files::write_new(path, text.as_bytes(), Access::Secret)
    }

    /// Writes a new key file.
    ///
    /// # Errors
    /// When it cannot be written or there is a file already.
    pub fn write_new(&self, path: &Path) -> Result<(), Fault> {
        files::write_new(path, self.to_text().as_bytes(), Access::Secret)
    }

    /// The secret bytes.
    pub fn secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(SigningKey::from_bytes(&self.0).verifying_key().to_bytes())
    }

    /// The person this key names when it is the first one the person registers.
    pub fn person(&self) -> Option<PersonId> {
        person_id(&self.public())
    }

    /// Ed25519 over exactly these bytes.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(SigningKey::from_bytes(&self.0).sign(message).to_bytes())
    }

    fn to_text(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(hex::encode(&*self.0));
        Zeroizing::new(format!("{HEADER}\npublic {}\nsecret {}\n", self.public(), secret.as_str()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.public())
    }
}

/// The public key and the last line of a key file.
fn parse(text: &str) -> Option<(PublicKey, &str)> {
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

fn not_a_key(path: &Path) -> Fault {
    let said = format!(
        "{}: expected a key file (a line {HEADER}, a line `public`, a line `secret` or `locked`), found something else",
        path.display()
    );
    Fault::new("key-file", said, "make one with `ximu key new --out FILE`")
}

fn check_access(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt as _;
    let found = std::fs::metadata(path).map_err(|error| Fault::file("read", path, &error))?;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let said = format!("{}: expected a key only its owner can read, found mode {mode:o}", path.display());
    Err(Fault::new("key-access", said, format!("chmod 600 {}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_reads_back_and_a_changed_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let key = Key::generate().unwrap();
        key.write_new(&path).unwrap();
        assert_eq!(Key::read(&path).unwrap().public(), key.public());
        assert_eq!(key.write_new(&path).unwrap_err().code, "file-exists");
        let text = key.to_text();
        let other = Key::generate().unwrap().public().to_string();
        for changed in [
            text.replace("ximu-key/1", "ximu-key/2"),
            text.replace(&key.public().to_string(), &other),
            format!("{}x\n", text.as_str()),
        ] {
            files::write(&path, changed.as_bytes(), Access::Secret).unwrap();
            assert_eq!(Key::read(&path).unwrap_err().code, "key-file");
        }
    }

    #[test]
    fn a_key_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        files::write(&path, Key::generate().unwrap().to_text().as_bytes(), Access::Shared).unwrap();
        assert_eq!(Key::read(&path).unwrap_err().code, "key-access");
    }

    #[test]
    fn a_locked_secret_opens_with_its_passphrase_under_its_own_name_alone() {
        let (key, other) = (Key::from_secret([3; 32]), Key::from_secret([4; 32]));
        let line = lock::lock(key.secret(), &key.public(), "立木").unwrap();
        assert!(!line.contains(&hex::encode(key.secret())));
        assert_eq!(lock::unlock(&line, &key.public(), "立木"), Some(*key.secret()));
        assert_eq!(lock::unlock(&line, &key.public(), "木立"), None);
        assert_eq!(lock::unlock(&line, &other.public(), "立木"), None);
        assert_eq!(lock::unlock(&line.replacen("locked 0", "locked 1", 1), &other.public(), "立木"), None);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        key.write_new_locked(&path, "立木").unwrap();
        assert_eq!(Key::read_public(&path).unwrap(), key.public());
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let key = Key::from_secret([3; 32]);
        assert!(!format!("{key:?}").contains(&hex::encode(key.secret())));
    }
}
