//! Lower-case hexadecimal, the one spelling of bytes in our formats (RFC 4648 section 8, lower case only).

use alloc::{string::String, vec::Vec};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Spells bytes as lower-case hexadecimal.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)).map(|digit| char::from(*digit)))
        .collect()
}

/// Reads lower-case hexadecimal; `None` for an odd length, an upper-case digit or any other character, so that
/// each byte string has exactly one spelling.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if bytes.len() % 2 != 0 {
        return None;
    }
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    };
    bytes.chunks(2).map(byte).collect()
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_string_has_one_spelling() {
        assert_eq!(encode(&[0x00, 0xfe, 0x10]), "00fe10");
        assert_eq!(decode("00fe10"), Some(alloc::vec![0x00, 0xfe, 0x10]));
        for other in ["00FE10", "0", "0g", " 00", "00 "] {
            assert_eq!(decode(other), None, "{other:?} is not canonical");
        }
    }
}
