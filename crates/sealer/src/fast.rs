//! ChaCha20-Poly1305 by `ring`: hand-written assembly, about twice as fast as the portable one.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ximu_sealed::backend::{Aead, AeadFailure, TAG_BYTES};

/// The cipher for the hot native path.
pub struct Fast(Option<LessSafeKey>);

impl Aead for Fast {
    fn new(key: &[u8; 32]) -> Fast {
        // `None` cannot be: a key of 32 bytes is what the algorithm asks for. If it were, nothing would open.
        Fast(UnboundKey::new(&CHACHA20_POLY1305, key).ok().map(LessSafeKey::new))
    }

    fn seal(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure> {
        let text_length = buffer.len().checked_sub(TAG_BYTES).ok_or(AeadFailure)?;
        let (text, tag) = buffer.split_at_mut_checked(text_length).ok_or(AeadFailure)?;
        let key = self.0.as_ref().ok_or(AeadFailure)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let fresh = key.seal_in_place_separate_tag(nonce, Aad::empty(), text).map_err(|_| AeadFailure)?;
        tag.copy_from_slice(fresh.as_ref());
        Ok(())
    }

    fn open(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure> {
        let key = self.0.as_ref().ok_or(AeadFailure)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        key.open_in_place(nonce, Aad::empty(), buffer).map(|_| ()).map_err(|_| AeadFailure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ximu_sealed::Portable;

    proptest! {
        #[test]
        fn both_ciphers_make_and_open_the_same_bytes(
            key in any::<[u8; 32]>(),
            nonce in any::<[u8; 12]>(),
            text in proptest::collection::vec(any::<u8>(), 0..5000),
        ) {
            let (fast, portable) = (Fast::new(&key), Portable::new(&key));
            let mut one = text.clone();
            one.extend([0; TAG_BYTES]);
            let mut two = one.clone();
            fast.seal(&nonce, &mut one).unwrap();
            portable.seal(&nonce, &mut two).unwrap();
            prop_assert_eq!(&one, &two);
            let mut broken = one.clone();
            broken[text.len()] ^= 1;
            prop_assert!(fast.open(&nonce, &mut broken).is_err());
            portable.open(&nonce, &mut one).unwrap();
            fast.open(&nonce, &mut two).unwrap();
            prop_assert_eq!(&one[..text.len()], &text);
            prop_assert_eq!(&two[..text.len()], &text);
        }
    }

    #[test]
    fn a_buffer_shorter_than_a_tag_is_refused() {
        let cipher = Fast::new(&[0; 32]);
        assert_eq!(cipher.open(&[0; 12], &mut [0; 15]), Err(AeadFailure));
        assert_eq!(cipher.seal(&[0; 12], &mut [0; 15]), Err(AeadFailure));
    }
}
