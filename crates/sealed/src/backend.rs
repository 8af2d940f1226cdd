//! The authenticated cipher as a contract, and its portable implementation (RFC 8439).
//!
//! Ring 1 brings a faster one; a browser may bring its own. Key derivation, X25519 and SHA-256 are not behind
//! this wall: they cost nothing beside the payload.

use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{AeadInOut, KeyInit},
};

/// Length of the authentication tag, in bytes.
pub const TAG_BYTES: usize = 16;

/// The authentication tag does not fit, or the buffer has an impossible length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an authentic ciphertext")]
pub struct AeadFailure;

/// ChaCha20-Poly1305 with empty associated data, in place.
///
/// Implementations hold no state between calls, so one value may serve many threads.
pub trait Aead: Sized {
    /// A cipher under this key.
    fn new(key: &[u8; 32]) -> Self;

    /// Encrypts all but the last [`TAG_BYTES`] bytes of the buffer in place and writes the tag over those.
    ///
    /// # Errors
    /// [`AeadFailure`] when the buffer is shorter than a tag or longer than the cipher allows.
    fn seal(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure>;

    /// Checks the tag in the last [`TAG_BYTES`] bytes and decrypts the others in place.
    ///
    /// # Errors
    /// [`AeadFailure`]; the buffer's contents are then unspecified and must not be used.
    fn open(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure>;
}

/// The portable implementation: RustCrypto, any target.
pub struct Portable(ChaCha20Poly1305);

impl Aead for Portable {
    fn new(key: &[u8; 32]) -> Portable {
        Portable(ChaCha20Poly1305::new(key.into()))
    }

    fn seal(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure> {
        let (text, tag) = split_tag(buffer)?;
        let fresh = self.0.encrypt_inout_detached(nonce.into(), &[], text.into()).map_err(|_| AeadFailure)?;
        tag.copy_from_slice(&fresh);
        Ok(())
    }

    fn open(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure> {
        let (text, tag) = split_tag(buffer)?;
        let tag: [u8; TAG_BYTES] = (&*tag).try_into().map_err(|_| AeadFailure)?;
        self.0.decrypt_inout_detached(nonce.into(), &[], text.into(), (&tag).into()).map_err(|_| AeadFailure)
    }
}

fn split_tag(buffer: &mut [u8]) -> Result<(&mut [u8], &mut [u8]), AeadFailure> {
    let text_length = buffer.len().checked_sub(TAG_BYTES).ok_or(AeadFailure)?;
    buffer.split_at_mut_checked(text_length).ok_or(AeadFailure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_and_a_flipped_bit_does_not() {
        let cipher = Portable::new(&[7; 32]);
        let mut buffer = *b"twelve bytes----------------";
        cipher.seal(&[1; 12], &mut buffer).unwrap();
        let sealed = buffer;
        cipher.open(&[1; 12], &mut buffer).unwrap();
        assert_eq!(&buffer[..12], b"twelve bytes");
        for byte in 0..sealed.len() {
            let mut broken = sealed;
            broken[byte] ^= 1;
            assert_eq!(cipher.open(&[1; 12], &mut broken), Err(AeadFailure), "byte {byte}");
        }
    }

    #[test]
    fn a_buffer_shorter_than_a_tag_is_refused() {
        assert_eq!(Portable::new(&[0; 32]).open(&[0; 12], &mut [0; 15]), Err(AeadFailure));
    }
}
