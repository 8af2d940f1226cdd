//! The few spellings that the log's text formats share: base64, decimal numbers, hashes on a line (log 1.2).
//!
//! Each value has exactly one accepted spelling, so a parsed document can be written back byte for byte.

use alloc::{string::String, vec::Vec};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ximu_basics::Hash;

/// Writes bytes as base64 with padding (RFC 4648 section 4).
pub(crate) fn base64_encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base64 with padding; `None` for white space, missing padding or stray bits at the end.
pub(crate) fn base64_decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads a hash written as base64.
pub(crate) fn hash_decode(text: &str) -> Option<Hash> {
    base64_decode(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(Hash)
}

/// Reads a decimal number of at most `max`, digits only, without leading zeroes.
pub(crate) fn decimal(text: &str, max: u64) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = text == "0" || !text.starts_with('0');
    if !plain || !shortest {
        return None;
    }
    text.parse().ok().filter(|number| *number <= max)
}

/// The start of a text that is quoted in an error, so that hostile input cannot flood a log line.
pub(crate) fn quote(text: &str) -> String {
    const QUOTE_CHARS_MAX: usize = 80;
    text.chars().take(QUOTE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_one_spelling() {
        assert_eq!(decimal("0", 9), Some(0));
        assert_eq!(decimal("18446744073709551615", u64::MAX), Some(u64::MAX));
        for other in ["", "00", "01", "+1", "-1", " 1", "1 ", "1a", "١", "18446744073709551616"] {
            assert_eq!(decimal(other, u64::MAX), None, "{other:?}");
        }
        assert_eq!(decimal("10", 9), None);
        assert_eq!(base64_decode("AAE="), Some(alloc::vec![0, 1]));
        for other in ["AAE", "AAF=", "AAE=\n", "AA E=", "AAE-"] {
            assert_eq!(base64_decode(other), None, "{other:?}");
        }
    }
}
