//! Key files on this machine: readable by their owner alone. The form of the text is `ximu-bidder`'s.
//!
//! A key that is lost is replaced by an officer of the centre (`ximu admin replace-key`).

use crate::{
    fault::Fault,
    files::{self, Access},
    outside,
};
use std::{fmt, path::Path};
use ximu_basics::{PersonId, PublicKey, Signature};
use ximu_bidder::{KeyFile, key::LOCK_SALT_BYTES};
use ximu_text::Text;
use zeroize::Zeroizing;

/// A signing key.
#[derive(Clone)]
pub struct Key(ximu_bidder::Key);

impl Key {
    /// A key of these secret bytes.
    pub fn from_secret(secret: [u8; 32]) -> Key {
        Key(ximu_bidder::Key::from_secret(secret))
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
        let text = text(path)?;
        let file = KeyFile::parse(&text).map_err(|_| not_a_key(path))?;
        check_access(path)?;
        if !file.is_locked() {
            return file.open(None).map(Key).map_err(|_| not_a_key(path));
        }
        let passphrase = outside::passphrase(|t| t.cli_passphrase(path.display().to_string()))?;
        file.open(Some(&passphrase)).map(Key).map_err(|_| {
            let said = |t: Text| t.found_passphrase(path.display().to_string());
            Fault::new("key-passphrase", said, Text::advice_passphrase_again)
        })
    }

    /// Reads the public key of a key file, without its passphrase, and whether it has one.
    ///
    /// # Errors
    /// When it cannot be read or is not of this form.
    pub fn read_public(path: &Path) -> Result<(PublicKey, bool), Fault> {
        let text = text(path)?;
        KeyFile::parse(&text).map(|file| (file.public(), file.is_locked())).map_err(|_| not_a_key(path))
    }

    /// Writes a new key file that asks for a passphrase.
    ///
    /// # Errors
    /// When it cannot be written or there is a file already.
    pub fn write_new_locked(&self, path: &Path, passphrase: &str) -> Result<(), Fault> {
        let salt: [u8; LOCK_SALT_BYTES] = outside::random()?;
        let text = self.0.to_locked_text(passphrase, &salt)?;
        files::write_new(path, text.as_bytes(), Access::Secret)
    }

    /// Writes a new key file.
    ///
    /// # Errors
    /// When it cannot be written or there is a file already.
    pub fn write_new(&self, path: &Path) -> Result<(), Fault> {
        files::write_new(path, self.0.to_text().as_bytes(), Access::Secret)
    }

    /// The key itself.
    pub fn inner(&self) -> &ximu_bidder::Key {
        &self.0
    }

    /// The secret bytes.
    pub fn secret(&self) -> &[u8; 32] {
        self.0.secret()
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        self.0.public()
    }

    /// The person this key names when it is the first one the person registers.
    pub fn person(&self) -> Option<PersonId> {
        self.0.person()
    }

    /// Ed25519 over exactly these bytes.
    pub fn sign(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.public())
    }
}

/// A file is looked at before its mode is: whoever names another file by mistake is told so.
fn text(path: &Path) -> Result<Zeroizing<String>, Fault> {
    String::from_utf8(files::read(path)?).map(Zeroizing::new).map_err(|_| not_a_key(path))
}

fn not_a_key(path: &Path) -> Fault {
    let said = |t: Text| t.found_key_file(path.display().to_string());
    Fault::new("key-file", said, Text::advice_make_key)
}

fn check_access(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt as _;
    let found = std::fs::metadata(path).map_err(|error| Fault::file("read", path, &error))?;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let said = |t: Text| t.found_key_access(format!("{mode:o}"), path.display().to_string());
    Err(Fault::new("key-access", said, |t: Text| t.advice_chmod(path.display().to_string())))
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
        let text = key.0.to_text();
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
        files::write(&path, Key::generate().unwrap().0.to_text().as_bytes(), Access::Shared).unwrap();
        assert_eq!(Key::read(&path).unwrap_err().code, "key-access");
    }

    #[test]
    fn a_locked_key_file_tells_its_public_key_without_the_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("a.key"), Key::from_secret([3; 32]));
        key.write_new_locked(&path, "立木").unwrap();
        assert_eq!(Key::read_public(&path).unwrap(), (key.public(), true));
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let key = Key::from_secret([3; 32]);
        assert!(!format!("{key:?}").contains(&ximu_basics::hex::encode(key.secret())));
    }
}
