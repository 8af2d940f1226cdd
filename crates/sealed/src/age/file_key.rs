//! The file key of an age file and the keys derived from it (sealed-bid 2.3).

use crate::expand::{hkdf_sha256, hmac_matches, hmac_sha256};
use core::fmt;
use zeroize::Zeroizing;

/// Length of a file key, in bytes.
pub const FILE_KEY_BYTES: usize = 16;

/// The 16 random bytes from which a file's header MAC and payload keys are derived. Erased when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey(Zeroizing<[u8; FILE_KEY_BYTES]>);

impl FileKey {
    /// A file key from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; FILE_KEY_BYTES]) -> FileKey {
        FileKey(Zeroizing::new(bytes))
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; FILE_KEY_BYTES] {
        &self.0
    }

    /// The key of the header MAC: HKDF with an empty salt and the info `header`.
    #[must_use]
    pub fn mac_key(&self) -> MacKey {
        MacKey(hkdf_sha256(&[], self.0.as_slice(), &[b"header"]))
    }

    /// The key of the payload: HKDF with the payload nonce as salt and the info `payload`.
    #[must_use]
    pub fn payload_key(&self, nonce: &[u8; 16]) -> Zeroizing<[u8; 32]> {
        hkdf_sha256(nonce, self.0.as_slice(), &[b"payload"])
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FileKey(secret)")
    }
}

/// The derived header MAC key. It opens nothing: whoever holds it can check, and make, headers for this file
/// key, but not read the payload. It is published for envelopes whose contents stay restricted.
#[derive(Clone, PartialEq, Eq)]
pub struct MacKey(Zeroizing<[u8; 32]>);

impl MacKey {
    /// A published header MAC key.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> MacKey {
        MacKey(Zeroizing::new(bytes))
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn mac(&self, input: &[u8]) -> [u8; 32] {
        hmac_sha256(self.0.as_slice(), &[input])
    }

    pub(crate) fn matches(&self, input: &[u8], mac: &[u8; 32]) -> bool {
        hmac_matches(self.0.as_slice(), &[input], mac)
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MacKey(..)")
    }
}
