//! Whole age files in memory: any foreign file for one identity, and the small files inside an escrow.
//!
//! Foreign files may carry stanzas we do not know (grease); our own envelopes may not (`envelope`).

use super::{
    AgeError, FileKey, Header, Identity, Recipient,
    stream::{ChunkCipher, NONCE_BYTES, OpenStream, SealStream},
    x25519,
};
use crate::backend::Aead;
use alloc::vec::Vec;

/// Everything that must be fresh for each small file.
pub struct FileSecrets {
    /// The file key.
    pub file_key: FileKey,
    /// The ephemeral key of the X25519 stanza.
    pub ephemeral: Identity,
    /// The payload nonce.
    pub nonce: [u8; NONCE_BYTES],
}

/// Encrypts to one recipient; the same secrets and plaintext give the same bytes.
///
/// # Errors
/// [`AgeError::LowOrderShare`] when the recipient is a low-order point.
pub fn encrypt<A: Aead>(
    plain: &[u8],
    recipient: &Recipient,
    secrets: &FileSecrets,
) -> Result<Vec<u8>, AgeError> {
    encrypt_to_all::<A>(plain, &[(recipient, &secrets.ephemeral)], &secrets.file_key, &secrets.nonce)
}

/// Encrypts to several recipients, each with an ephemeral key of its own; file key and nonce are fresh.
///
/// # Errors
/// As [`encrypt`].
pub fn encrypt_to_all<A: Aead>(
    plain: &[u8],
    recipients: &[(&Recipient, &Identity)],
    file_key: &FileKey,
    nonce: &[u8; NONCE_BYTES],
) -> Result<Vec<u8>, AgeError> {
    let stanza =
        |(recipient, ephemeral): &(&Recipient, &Identity)| x25519::wrap(file_key, recipient, ephemeral);
    let stanzas = recipients.iter().map(stanza).collect::<Result<Vec<_>, AgeError>>()?;
    let mut bytes = Header::new(stanzas, &file_key.mac_key()).to_bytes();
    bytes.extend_from_slice(nonce);
    let mut stream = SealStream::new(ChunkCipher::<A>::new(file_key, nonce));
    stream.push(plain, &mut bytes)?;
    stream.finish(&mut bytes)?;
    Ok(bytes)
}

/// Decrypts a whole file. `out` receives every authentic chunk, also when a later one is refused; the contents
/// are to be used only when this returns `Ok`.
///
/// # Errors
/// Any [`AgeError`] but [`AgeError::KeyText`].
pub fn decrypt_into<A: Aead>(
    file: &[u8],
    identity: &Identity,
    out: &mut Vec<u8>,
) -> Result<FileKey, AgeError> {
    let (header, rest) = Header::parse(file)?;
    let file_key = x25519::unwrap_any(&header.stanzas, identity)?;
    header.check_mac(&file_key.mac_key())?;
    let (nonce, chunks) = split_nonce(rest)?;
    let mut stream = OpenStream::new(ChunkCipher::<A>::new(&file_key, nonce));
    stream.push(chunks, out)?;
    stream.finish(out)?;
    Ok(file_key)
}

/// Decrypts a whole file.
///
/// # Errors
/// Any [`AgeError`] but [`AgeError::KeyText`].
pub fn decrypt<A: Aead>(file: &[u8], identity: &Identity) -> Result<Vec<u8>, AgeError> {
    let mut out = Vec::new();
    decrypt_into::<A>(file, identity, &mut out)?;
    Ok(out)
}

/// Splits what follows a header into the payload nonce and the chunks.
///
/// # Errors
/// [`AgeError::Nonce`].
pub fn split_nonce(rest: &[u8]) -> Result<(&[u8; NONCE_BYTES], &[u8]), AgeError> {
    rest.split_first_chunk().ok_or(AgeError::Nonce { found: rest.len() })
}
