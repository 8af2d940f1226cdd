//! HMAC-SHA-256 and HKDF-SHA-256 (RFC 2104, RFC 5869), as far as this profile needs them: outputs of at most
//! one hash block, so that no call can fail.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// HMAC-SHA-256 of the concatenated parts.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    keyed(key, parts).finalize().into_bytes().into()
}

/// Compares a tag with the HMAC of the concatenated parts, in constant time.
pub(crate) fn hmac_matches(key: &[u8], parts: &[&[u8]], tag: &[u8; 32]) -> bool {
    keyed(key, parts).verify_slice(tag).is_ok()
}

/// HKDF-SHA-256 of `N` bytes; `N` is at most 32.
pub(crate) fn hkdf_sha256<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 32, "one block only") }
    let extracted = Zeroizing::new(hmac_sha256(salt, &[secret]));
    let mut mac = keyed(extracted.as_slice(), info);
    mac.update(&[1]);
    let block: Zeroizing<[u8; 32]> = Zeroizing::new(mac.finalize().into_bytes().into());
    let mut output = Zeroizing::new([0; N]);
    output.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
    output
}

/// A key longer than the hash's block is hashed, a shorter one padded with zeros (RFC 2104 section 2).
fn keyed(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut padded = Zeroizing::new([0_u8; 64]);
    if key.len() > padded.len() {
        padded.iter_mut().zip(Sha256::digest(key)).for_each(|(to, from)| *to = from);
    } else {
        padded.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*padded).into());
    parts.iter().for_each(|part| mac.update(part));
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn first_case_of_rfc_5869() {
        let salt: alloc::vec::Vec<u8> = (0..=0x0c).collect();
        let info: alloc::vec::Vec<u8> = (0xf0..=0xf9).collect();
        let output = hkdf_sha256::<32>(&salt, &[0x0b; 22], &[&info]);
        let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf";
        assert_eq!(ximu_basics::hex::encode(output.as_slice()), expected);
    }

    proptest! {
        #[test]
        fn agrees_with_another_implementation(
            salt in proptest::collection::vec(any::<u8>(), 0..150),
            secret in proptest::collection::vec(any::<u8>(), 0..150),
            info in proptest::collection::vec(any::<u8>(), 0..150),
        ) {
            let mut expected = [0; 16];
            hkdf::Hkdf::<Sha256>::new(Some(&salt), &secret).expand(&info, &mut expected).unwrap();
            prop_assert_eq!(*hkdf_sha256::<16>(&salt, &secret, &[&info]), expected);
        }
    }
}
