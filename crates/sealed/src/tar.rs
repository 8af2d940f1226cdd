//! The one tar archive that a list of names and contents has (pax, POSIX.1-2001), padded to a Padmé size
//! (sealed-bid 5).
//!
//! Every tool reads it (`tar t`), but there is nothing to choose in it: no times, owners, modes, links or
//! folders. So the reader makes each head again from name and size and compares, and refuses all else.

pub mod error;
pub mod head;
pub mod name;
pub mod reader;
pub mod writer;

pub use error::TarError;
pub use reader::{TarEvent, TarReader};
pub use writer::TarWriter;

use alloc::{string::String, vec::Vec};

/// Length of a tar block, in bytes.
pub const BLOCK_BYTES: usize = 512;

/// The largest file: what eleven octal digits can say, 8 GiB less one byte.
pub const FILE_BYTES_MAX: u64 = 0o777_7777_7777;

/// The largest number of entries; a bid is some hundred documents at most.
pub const ENTRIES_MAX: usize = 4096;

/// A file's name and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name, checked by [`name::check`].
    pub name: String,
    /// The size of the contents, in bytes.
    pub size_bytes: u64,
}

/// Bytes between the end of an entry's contents and the next block.
#[must_use]
pub const fn padding_of(size_bytes: u64) -> u64 {
    size_bytes.next_multiple_of(BLOCK_BYTES as u64) - size_bytes
}

/// Length of the archive of these entries, zero blocks and Padmé included.
///
/// # Errors
/// [`TarError::Name`], [`TarError::Duplicate`], [`TarError::FileSize`], [`TarError::Entries`].
pub fn archive_length(entries: &[Entry]) -> Result<u64, TarError> {
    let mut names = name::Names::default();
    let mut length = 0_u64;
    for (position, entry) in entries.iter().enumerate() {
        names.add(&entry.name)?;
        let head: Vec<u8> = head::head(position, entry)?;
        length += head.len() as u64 + entry.size_bytes + padding_of(entry.size_bytes);
    }
    Ok(padded_length(length))
}

/// Total length of an archive whose entries end here: at least two zero blocks, then up to the Padmé size.
#[must_use]
pub const fn padded_length(content_bytes: u64) -> u64 {
    crate::padme::padded(content_bytes + 2 * BLOCK_BYTES as u64)
}
