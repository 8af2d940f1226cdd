//! The `X25519` stanza: a file key wrapped for one recipient (RFC 7748, HKDF, ChaCha20-Poly1305).

use super::{AgeError, FileKey, Identity, Recipient, header::Stanza};
use crate::{
    backend::{Aead, Portable, TAG_BYTES},
    expand::hkdf_sha256,
};
use alloc::{string::ToString, vec, vec::Vec};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use zeroize::Zeroizing;

/// The stanza's kind.
pub const KIND: &str = "X25519";

const WRAPPED_BYTES: usize = super::file_key::FILE_KEY_BYTES + TAG_BYTES;
const INFO: &[u8] = b"age-encryption.org/v1/X25519";

/// Wraps a file key for a recipient under an ephemeral key that must be fresh.
///
/// # Errors
/// [`AgeError::LowOrderShare`] when the recipient is a low-order point.
pub fn wrap(file_key: &FileKey, recipient: &Recipient, ephemeral: &Identity) -> Result<Stanza, AgeError> {
    let share = ephemeral.recipient();
    let secret = ephemeral.agree(recipient.as_bytes()).ok_or(AgeError::LowOrderShare)?;
    let mut body = [0; WRAPPED_BYTES];
    body.iter_mut().zip(file_key.as_bytes()).for_each(|(to, from)| *to = *from);
    cipher(&share, recipient, &secret).seal(&[0; 12], &mut body).map_err(|_| AgeError::LowOrderShare)?;
    Ok(Stanza { kind: KIND.to_string(), args: vec![BASE64.encode(share.as_bytes())], body: body.to_vec() })
}

/// Tries to open one stanza: `None` when it is not of this kind or not for this identity.
///
/// # Errors
/// [`AgeError::Stanza`] when the stanza is of this kind but malformed; [`AgeError::LowOrderShare`].
pub fn unwrap(stanza: &Stanza, identity: &Identity) -> Result<Option<FileKey>, AgeError> {
    if stanza.kind != KIND {
        return Ok(None);
    }
    let (share, body) = read(stanza)?;
    let mut body = Zeroizing::new(body);
    let secret = identity.agree(share.as_bytes()).ok_or(AgeError::LowOrderShare)?;
    if cipher(&share, &identity.recipient(), &secret).open(&[0; 12], body.as_mut_slice()).is_err() {
        return Ok(None);
    }
    Ok(body.first_chunk().map(|key| FileKey::from_bytes(*key)))
}

/// Opens the first stanza that fits the identity, after looking at all of them for malformed ones.
///
/// # Errors
/// [`AgeError::NoMatch`], and those of [`unwrap`].
pub fn unwrap_any(stanzas: &[Stanza], identity: &Identity) -> Result<FileKey, AgeError> {
    let mut found = None;
    for stanza in stanzas {
        let key = unwrap(stanza, identity)?;
        found = found.or(key);
    }
    found.ok_or(AgeError::NoMatch { stanzas: stanzas.len() })
}

/// Checks the form of a stanza of this kind without a key.
///
/// # Errors
/// [`AgeError::Stanza`].
pub fn check(stanza: &Stanza) -> Result<(), AgeError> {
    read(stanza).map(|_| ())
}

fn read(stanza: &Stanza) -> Result<(Recipient, [u8; WRAPPED_BYTES]), AgeError> {
    let [share] = stanza.args.as_slice() else {
        return Err(malformed("one X25519 argument", stanza));
    };
    let share = super::header::base64(share.as_bytes()).and_then(|bytes| bytes.try_into().ok());
    let share = share.ok_or_else(|| malformed("an X25519 share of 32 bytes", stanza))?;
    let body = stanza.body.as_slice().try_into();
    let body = body.map_err(|_| malformed("an X25519 body of 32 bytes", stanza))?;
    Ok((Recipient::from_bytes(share), body))
}

fn cipher(share: &Recipient, recipient: &Recipient, secret: &[u8; 32]) -> Portable {
    let mut salt = Vec::with_capacity(64);
    salt.extend_from_slice(share.as_bytes());
    salt.extend_from_slice(recipient.as_bytes());
    Portable::new(&hkdf_sha256(&salt, secret, &[INFO]))
}

fn malformed(expected: &'static str, stanza: &Stanza) -> AgeError {
    AgeError::Stanza { expected, found: stanza.args.join(" ").chars().take(80).collect() }
}
