//! What can be wrong with a payload archive.

use alloc::string::String;

/// An archive is not the one that its names and contents make.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TarError {
    /// A name that no file may have.
    #[error("expected {expected}, found the file name {found:?}")]
    Name {
        /// The rule that the name breaks.
        expected: &'static str,
        /// The name.
        found: String,
    },
    /// Two files have the same name, or one's name is a folder of the other's.
    #[error("expected distinct file names, found {found:?} twice or as a folder too")]
    Duplicate {
        /// The name.
        found: String,
    },
    /// An entry is no plain file: a link, a device, a folder, or of a kind we do not know.
    #[error("expected a plain file at byte {at}, found an entry of type {found:?}")]
    Kind {
        /// Offset of the entry's head in the archive.
        at: u64,
        /// The type flag.
        found: char,
    },
    /// An entry's head is not the one that its name and size make.
    #[error("expected the head that the name and size make at byte {at}, found another")]
    Head {
        /// Offset of the entry's head in the archive.
        at: u64,
    },
    /// A file is too large for the format.
    #[error("expected a file of at most {max} bytes, found {found}")]
    FileSize {
        /// The limit.
        max: u64,
        /// The size.
        found: u64,
    },
    /// There are too many entries.
    #[error("expected at most {max} files, found more")]
    Entries {
        /// The limit.
        max: usize,
    },
    /// Bytes between the contents and the next block, or after the last entry, are not zero.
    #[error("expected zeros at byte {at}, found other bytes")]
    Garbage {
        /// Offset of the first such byte in the archive.
        at: u64,
    },
    /// The archive has another length than its contents, padded, have.
    #[error("expected an archive of {expected} bytes, found {found}")]
    Padding {
        /// The Padmé length.
        expected: u64,
        /// The length found.
        found: u64,
    },
    /// The archive ends inside an entry.
    #[error("expected the rest of an entry at byte {at}, found the end")]
    Truncated {
        /// The archive's length.
        at: u64,
    },
    /// The writer was given more or fewer bytes than the entry's size.
    #[error("expected {expected} bytes for {name:?}, found {found}")]
    Contents {
        /// The file's name.
        name: String,
        /// The size announced.
        expected: u64,
        /// The bytes given so far; more than announced when too many.
        found: u64,
    },
}

impl TarError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            TarError::Name { .. } => "seal-tar-name",
            TarError::Duplicate { .. } => "seal-tar-duplicate",
            TarError::Kind { .. } => "seal-tar-kind",
            TarError::Head { .. } => "seal-tar-head",
            TarError::FileSize { .. } => "seal-tar-size",
            TarError::Entries { .. } => "seal-tar-entries",
            TarError::Garbage { .. } => "seal-tar-garbage",
            TarError::Padding { .. } => "seal-tar-padding",
            TarError::Truncated { .. } => "seal-tar-truncated",
            TarError::Contents { .. } => "seal-tar-contents",
        }
    }
}
