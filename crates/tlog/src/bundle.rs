//! Entry bundles (c2sp.org/tlog-tiles; log 8.4): the bytes of up to 256 entries, each behind its length.
//!
//! Not here: paths and widths of bundles (`tile.rs`); what an entry says (`ximu-procedure`).

use crate::tile::TILE_WIDTH;
use alloc::vec::Vec;

/// The largest entry, in bytes: its length is a 16-bit number.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// A bundle cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry is too large.
    #[error("expected an entry of at most {max} bytes, found {found}")]
    EntryTooLarge {
        /// [`ENTRY_BYTES_MAX`].
        max: usize,
        /// The size found.
        found: usize,
    },
    /// The bundle ends inside an entry.
    #[error("expected {expected} entries, the bundle ends inside entry {found}")]
    Truncated {
        /// The width of the bundle.
        expected: usize,
        /// The entry that is cut, counted from 0.
        found: usize,
    },
    /// Another number of entries than the path says, or more than 256.
    #[error("expected {expected} entries, found {found}")]
    Count {
        /// The width of the bundle, or the most it can be.
        expected: usize,
        /// Entries found.
        found: usize,
    },
}

/// Writes a bundle: for each entry its length as 16-bit big-endian, then its bytes.
///
/// # Errors
/// [`BundleError::EntryTooLarge`], [`BundleError::Count`] above 256 entries.
pub fn encode_bundle<Entry: AsRef<[u8]>>(entries: &[Entry]) -> Result<Vec<u8>, BundleError> {
    let expected = usize::from(TILE_WIDTH);
    if entries.len() > expected {
        return Err(BundleError::Count { expected, found: entries.len() });
    }
    let mut bytes = Vec::new();
    for entry in entries.iter().map(AsRef::as_ref) {
        let too_large = BundleError::EntryTooLarge { max: ENTRY_BYTES_MAX, found: entry.len() };
        let length = u16::try_from(entry.len()).map_err(|_| too_large)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// Reads a bundle of exactly `width` entries.
///
/// # Errors
/// [`BundleError::Truncated`], [`BundleError::Count`].
pub fn decode_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let expected = usize::from(width);
    let mut entries = Vec::with_capacity(expected.min(usize::from(TILE_WIDTH)));
    let mut rest = bytes;
    while !rest.is_empty() {
        let truncated = BundleError::Truncated { expected, found: entries.len() };
        let Some((length, after)) = rest.split_first_chunk::<2>() else { return Err(truncated) };
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((entry, after)) = after.split_at_checked(length) else { return Err(truncated) };
        if entries.len() == expected {
            return Err(BundleError::Count { expected, found: expected + 1 });
        }
        entries.push(entry);
        rest = after;
    }
    if entries.len() == expected {
        Ok(entries)
    } else {
        Err(BundleError::Count { expected, found: entries.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn the_length_stands_before_each_entry() {
        let bytes = encode_bundle(&[&b"ab"[..], b"", b"c"]).unwrap();
        assert_eq!(bytes, [0, 2, b'a', b'b', 0, 0, 0, 1, b'c']);
        assert_eq!(decode_bundle(&bytes, 3), Ok(vec![&b"ab"[..], b"", b"c"]));
    }

    #[test]
    fn a_bundle_of_another_width_or_cut_short_is_refused() {
        let bytes = encode_bundle(&["ab", "c"]).unwrap();
        assert_eq!(decode_bundle(&bytes, 1), Err(BundleError::Count { expected: 1, found: 2 }));
        assert_eq!(decode_bundle(&bytes, 3), Err(BundleError::Count { expected: 3, found: 2 }));
        let many = encode_bundle(&["a"; 9]).unwrap();
        let stops_early = Err(BundleError::Count { expected: 1, found: 2 });
        assert_eq!(decode_bundle(&many, 1), stops_early, "reading stops at the first surplus entry");
        for end in [1, 2, 3, 5, 6] {
            assert!(matches!(decode_bundle(&bytes[..end], 2), Err(BundleError::Truncated { .. })), "{end}");
        }
    }

    #[test]
    fn the_limits_are_exact() {
        assert!(encode_bundle(&[vec![0; ENTRY_BYTES_MAX]]).is_ok());
        let found = ENTRY_BYTES_MAX + 1;
        let refused = encode_bundle(&[vec![0; found]]);
        assert_eq!(refused, Err(BundleError::EntryTooLarge { max: ENTRY_BYTES_MAX, found }));
        assert!(encode_bundle(&[b""; 256]).is_ok());
        assert!(encode_bundle(&[b""; 257]).is_err());
    }

    proptest! {
        #[test]
        fn every_bundle_reads_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20)) {
            let bytes = encode_bundle(&entries).unwrap();
            let read = decode_bundle(&bytes, entries.len() as u16).unwrap();
            prop_assert_eq!(read, entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }

        #[test]
        fn reading_any_bytes_ends(bytes in prop::collection::vec(any::<u8>(), 0..99), width in any::<u16>()) {
            if let Ok(entries) = decode_bundle(&bytes, width) {
                prop_assert_eq!(encode_bundle(&entries), Ok(bytes.clone()));
            }
        }
    }
}
