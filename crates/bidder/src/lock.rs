//! A passphrase on a key file: Argon2id (RFC 9106) makes a key of it, ChaCha20-Poly1305 (RFC 8439) locks the secret.
//!
//! One line, `locked SALT BOX` in hexadecimal. The public key is authenticated with it, so that a locked secret cannot
//! be put under another name. Each lock has a fresh salt, hence a fresh key, so the nonce is zero.

use alloc::{format, string::String};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit as _,
    aead::{Aead as _, Payload},
};
use ximu_basics::{PublicKey, hex};
use zeroize::Zeroizing;

/// Memory of one guess, in KiB: the second choice of RFC 9106 section 4, bearable on old computers.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over it.
const PASSES: u32 = 3;
/// Lanes: one, so that an old computer takes no longer than it must.
const LANES: u32 = 1;
/// Bytes of salt.
pub const SALT_BYTES: usize = 16;

/// The line that stands for the secret; `None` when there is no memory for the key derivation. `salt` is fresh.
pub fn lock(
    secret: &[u8; 32],
    public: &PublicKey,
    passphrase: &str,
    salt: &[u8; SALT_BYTES],
) -> Option<String> {
    let payload = Payload { msg: secret, aad: &public.0 };
    let sealed = cipher(passphrase, salt)?.encrypt(&[0; 12].into(), payload).ok()?;
    Some(format!("locked {} {}", hex::encode(salt), hex::encode(&sealed)))
}

/// The secret behind such a line; `None` for another passphrase, a changed line or another public key.
pub fn unlock(line: &str, public: &PublicKey, passphrase: &str) -> Option<[u8; 32]> {
    let (salt, sealed) = line.strip_prefix("locked ")?.split_once(' ')?;
    let salt: [u8; SALT_BYTES] = hex::decode(salt)?.try_into().ok()?;
    let sealed = hex::decode(sealed)?;
    let payload = Payload { msg: &sealed, aad: &public.0 };
    let secret = Zeroizing::new(cipher(passphrase, &salt)?.decrypt(&[0; 12].into(), payload).ok()?);
    secret.as_slice().try_into().ok()
}

fn cipher(passphrase: &str, salt: &[u8; SALT_BYTES]) -> Option<ChaCha20Poly1305> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(passphrase.as_bytes(), salt, &mut *key).ok()?;
    Some(ChaCha20Poly1305::new((&*key).into()))
}
