//! A release: the opening key of an envelope, itself in a small envelope that the holders open
//! (sealed-bid 9). The host cannot read it before the window ends, and nobody can be asked for a second one.

use crate::{
    age::Identity,
    context::{ContextFields, Label},
    error::SealError,
    escrow::EscrowPolicy,
    open::Opened,
    seal::{InMemory, Sealed, seal},
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// Everything that goes into a release.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseRequest<'a> {
    /// What the release belongs to; its envelope name is `release` or begins with `release-`.
    pub context: &'a ContextFields,
    /// The holders.
    pub escrow: &'a EscrowPolicy,
    /// The envelope whose key is released, for instance `form`.
    pub of: &'a Label,
    /// Its opening key.
    pub opening_key: &'a Identity,
    /// The sealer's Ed25519 public key.
    pub sealer: [u8; 32],
}

/// Seals a release.
///
/// # Errors
/// Those of [`seal`].
pub fn seal_release(
    request: ReleaseRequest<'_>,
    seed: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Sealed, SealError> {
    let text = format!("{}\n", request.opening_key.to_text().as_str());
    let files = [(file_name(request.of), text.into_bytes())];
    let contents = InMemory {
        context: request.context,
        escrow: Some(request.escrow),
        files: &files,
        extra: BTreeMap::new(),
        sealer: request.sealer,
    };
    seal(contents, seed, sign)
}

/// Reads the opening key in an opened release: exactly one file, of the name and form that [`seal_release`] gives.
///
/// # Errors
/// [`ReleaseError`].
pub fn read_release(opened: &Opened, of: &Label) -> Result<Identity, SealError> {
    let name = file_name(of);
    let [(found, contents)] = opened.files.as_slice() else {
        let found: Vec<&str> = opened.files.iter().map(|(name, _)| name.as_str()).collect();
        return Err(ReleaseError::Files {
            expected: name,
            found: found.join(", ").chars().take(200).collect(),
        }
        .into());
    };
    if *found != name {
        return Err(ReleaseError::Files { expected: name, found: found.to_string() }.into());
    }
    let line = core::str::from_utf8(contents).ok().and_then(|text| text.strip_suffix('\n'));
    let key = line.and_then(|line| line.parse().ok());
    Ok(key.ok_or(ReleaseError::Key { found_bytes: contents.len() })?)
}

fn file_name(of: &Label) -> String {
    format!("{of}.key")
}

/// The contents of an opened envelope are not a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// There is another file, or not exactly one.
    #[error("expected the one file {expected}, found {found:?}")]
    Files {
        /// The name.
        expected: String,
        /// The names found.
        found: String,
    },
    /// The file is not one identity and a line feed.
    #[error("expected one line AGE-SECRET-KEY-1..., found {found_bytes} other bytes")]
    Key {
        /// The file's length.
        found_bytes: usize,
    },
}

impl ReleaseError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ReleaseError::Files { .. } => "seal-release-files",
            ReleaseError::Key { .. } => "seal-release-key",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{age::Identity, open, open::OpeningKey};
    use ed25519_dalek::{Signer, SigningKey};

    fn release(lot: &str, pseudonym: &str) -> (Sealed, Identity) {
        let key = SigningKey::from_bytes(&[1; 32]);
        let holders = (1..=4).map(|number| Identity::from_bytes([number; 32]).recipient()).collect();
        let opening_key = Identity::from_bytes([8; 32]);
        let context = ContextFields {
            genesis: ximu_basics::Hash::of(b"genesis"),
            lot: lot.parse().unwrap(),
            pseudonym: pseudonym.parse().unwrap(),
            version: 1,
            envelope: "release".parse().unwrap(),
        };
        let request = ReleaseRequest {
            context: &context,
            escrow: &EscrowPolicy { threshold: 3, holders },
            of: &"form".parse().unwrap(),
            opening_key: &opening_key,
            sealer: key.verifying_key().to_bytes(),
        };
        (seal_release(request, &[2; 32], |message| key.sign(message).to_bytes()).unwrap(), opening_key)
    }

    #[test]
    fn a_release_to_four_holders_is_below_8_kib_of_base64() {
        let (sealed, _) = release("1", "bidder-07");
        assert!(sealed.envelope.len().div_ceil(3) * 4 < 8192, "{} bytes", sealed.envelope.len());
        let (longest, _) = release(&"l".repeat(64), &"p".repeat(64));
        assert!(longest.envelope.len().div_ceil(3) * 4 < 8192, "{} bytes", longest.envelope.len());
    }

    #[test]
    fn a_release_gives_the_key_back_and_nothing_else_passes_for_one() {
        let (sealed, opening_key) = release("1", "bidder-07");
        let opened = open(&sealed.envelope, OpeningKey::Identity(&sealed.recovery.opening_key)).unwrap();
        let read = read_release(&opened, &"form".parse().unwrap()).unwrap();
        assert_eq!(read.as_bytes(), opening_key.as_bytes());
        let refusal = read_release(&opened, &"body".parse().unwrap()).unwrap_err();
        assert_eq!(refusal.code(), "seal-release-files");
        let mut other = opened.clone();
        other.files[0].1.push(b'\n');
        assert_eq!(read_release(&other, &"form".parse().unwrap()).unwrap_err().code(), "seal-release-key");
        other.files.clear();
        assert_eq!(read_release(&other, &"form".parse().unwrap()).unwrap_err().code(), "seal-release-files");
    }
}
