//! The bytes before an entry's contents: one ustar block, or, for a name that is long or not ASCII, a pax
//! extended header first (sealed-bid 5.1).

use super::{BLOCK_BYTES, Entry, FILE_BYTES_MAX, TarError, padding_of};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The longest name that stands in the ustar block itself.
const PLAIN_NAME_BYTES_MAX: usize = 100;

/// The modification time of every file: 2000-01-01T00:00:00Z. It is a constant because a time would tell when
/// the bidder worked, and not 0 because some tools warn of it.
const MODIFIED: u64 = 946_684_800;

/// The head of the entry at this position of the archive, from 0.
///
/// # Errors
/// [`TarError::FileSize`].
pub fn head(position: usize, entry: &Entry) -> Result<Vec<u8>, TarError> {
    if entry.size_bytes > FILE_BYTES_MAX {
        return Err(TarError::FileSize { max: FILE_BYTES_MAX, found: entry.size_bytes });
    }
    if entry.name.is_ascii() && entry.name.len() <= PLAIN_NAME_BYTES_MAX {
        return Ok(block(&entry.name, entry.size_bytes, b'0'));
    }
    let record = path_record(&entry.name);
    let size_bytes = record.len() as u64;
    let mut bytes = block(&format!("pax/{position}"), size_bytes, b'x');
    bytes.extend_from_slice(record.as_bytes());
    bytes.extend((0..padding_of(size_bytes)).map(|_| 0));
    bytes.extend(block(&format!("entry/{position}"), entry.size_bytes, b'0'));
    Ok(bytes)
}

/// A pax record: its own length in decimal, a space, `path=`, the name, a line feed.
fn path_record(name: &str) -> String {
    let rest = name.len() + " path=\n".len();
    let mut length = rest;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    format!("{length} path={name}\n")
}

/// The name in a pax record, if the record is exactly one `path`.
pub(super) fn name_in(record: &[u8]) -> Option<&str> {
    let name = record.split(|byte| *byte == b'=').next().map(|key| key.len() + 1)?;
    let name = core::str::from_utf8(record.get(name..record.len().checked_sub(1)?)?).ok()?;
    (path_record(name).as_bytes() == record).then_some(name)
}

/// One ustar block (POSIX.1-2001, pax, "ustar Interchange Format").
fn block(name: &str, size_bytes: u64, kind: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BLOCK_BYTES);
    field(&mut bytes, name, 100);
    field(&mut bytes, "0000644", 8);
    field(&mut bytes, "0000000", 8);
    field(&mut bytes, "0000000", 8);
    field(&mut bytes, &format!("{size_bytes:011o}"), 12);
    field(&mut bytes, &format!("{MODIFIED:011o}"), 12);
    let before_sum = bytes.len();
    bytes.extend_from_slice(b"        ");
    bytes.push(kind);
    field(&mut bytes, "", 100);
    field(&mut bytes, "ustar", 6);
    bytes.extend_from_slice(b"00");
    field(&mut bytes, "", 32 + 32);
    field(&mut bytes, "0000000", 8);
    field(&mut bytes, "0000000", 8);
    field(&mut bytes, "", 155 + 12);
    // The sum is taken with its own field as spaces.
    let sum: u32 = bytes.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    bytes.iter_mut().skip(before_sum).zip(sum.bytes()).for_each(|(to, from)| *to = from);
    bytes
}

fn field(bytes: &mut Vec<u8>, text: &str, width: usize) {
    bytes.extend(text.bytes().chain(core::iter::repeat(0)).take(width));
}

/// Name, size and type flag of a block, read without judging the rest of it.
pub(super) fn peek(block: &[u8; BLOCK_BYTES]) -> (Option<&str>, Option<u64>, u8) {
    let (name, rest) = block.split_at(100);
    let name = name.split(|byte| *byte == 0).next().and_then(|name| core::str::from_utf8(name).ok());
    let size = rest.get(24..35).and_then(|digits| core::str::from_utf8(digits).ok());
    let size = size.and_then(|digits| u64::from_str_radix(digits, 8).ok());
    (name, size, rest.get(56).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_512_bytes_and_says_what_it_was_given() {
        let bytes = block("form.json", 0o1234, b'0');
        let block: &[u8; BLOCK_BYTES] = bytes.as_slice().try_into().unwrap();
        assert_eq!(peek(block), (Some("form.json"), Some(0o1234), b'0'));
    }

    #[test]
    fn the_length_of_a_pax_record_counts_itself() {
        for length in [1, 80, 89, 90, 91, 92, 900, 989, 990, 991, 992, 1000] {
            let name = "a".repeat(length);
            let record = path_record(&name);
            assert!(record.starts_with(&format!("{} ", record.len())), "{length}");
            assert_eq!(name_in(record.as_bytes()), Some(name.as_str()));
        }
        for bad in ["", "=", "12 path=ab\n", "11 path=ab\r", "11 part=ab\n", "11 path=ab\n11 path=ab\n"] {
            assert_eq!(name_in(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
