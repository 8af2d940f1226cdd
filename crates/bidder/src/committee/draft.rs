//! A sheet that is not finished yet, as a browser keeps it: locked with a key that follows from the seat's key, so that
//! whoever finds the browser's storage finds no scores. ChaCha20-Poly1305 (RFC 8439), a fresh nonce each time.

use alloc::{string::String, vec::Vec};
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit as _,
    aead::{Aead as _, Payload},
};
use ximu_basics::{Hash, ProcedureId};

use crate::key::Key;

/// Bytes of the nonce before the box.
pub const NONCE_BYTES: usize = 12;

/// The locked text: nonce and box. `nonce` is fresh for each.
#[must_use]
pub fn lock(key: &Key, procedure: &ProcedureId, nonce: &[u8; NONCE_BYTES], text: &str) -> Option<Vec<u8>> {
    let payload = Payload { msg: text.as_bytes(), aad: procedure.as_str().as_bytes() };
    let sealed = cipher(key).encrypt(&(*nonce).into(), payload).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// The text; `None` under another key, for another procedure, or when a byte was changed.
#[must_use]
pub fn unlock(key: &Key, procedure: &ProcedureId, locked: &[u8]) -> Option<String> {
    let (nonce, sealed) = locked.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let payload = Payload { msg: sealed, aad: procedure.as_str().as_bytes() };
    String::from_utf8(cipher(key).decrypt(&nonce.into(), payload).ok()?).ok()
}

fn cipher(key: &Key) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Hash::of_parts("ximu-sheet-draft/1", &[key.secret()]).0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_opens_under_its_key_for_its_procedure_and_unchanged_alone() {
        let (key, other) = (Key::from_secret([3; 32]), Key::from_secret([4; 32]));
        let (id, elsewhere): (ProcedureId, ProcedureId) = ("yc-1".parse().unwrap(), "yc-2".parse().unwrap());
        let mut locked = lock(&key, &id, &[7; 12], "三十三分").unwrap();
        assert_eq!(unlock(&key, &id, &locked).as_deref(), Some("三十三分"));
        assert_eq!(unlock(&other, &id, &locked), None);
        assert_eq!(unlock(&key, &elsewhere, &locked), None);
        locked[20] ^= 1;
        assert_eq!(unlock(&key, &id, &locked), None);
        assert_eq!(unlock(&key, &id, &[1; 5]), None);
    }
}
