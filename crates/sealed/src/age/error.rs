//! What can be wrong with an age file.

use alloc::string::String;

/// An age file, or a key, is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// The header is not an age v1 header.
    #[error("header line {line}: expected {expected}, found {found:?}")]
    Header {
        /// Number of the line, from 1.
        line: usize,
        /// What the format asks for there.
        expected: &'static str,
        /// The line's beginning.
        found: String,
    },
    /// An X25519 stanza is malformed.
    #[error("expected {expected}, found a stanza with {found:?}")]
    Stanza {
        /// What the format asks for.
        expected: &'static str,
        /// The stanza's arguments.
        found: String,
    },
    /// The header did not end within the limit.
    #[error("expected a header of at most {max} bytes, found no end after {found}")]
    HeaderTooLong {
        /// The limit, in bytes.
        max: usize,
        /// Bytes looked at.
        found: usize,
    },
    /// An X25519 share leads to the all-zero secret (a low-order point).
    #[error("expected an X25519 share of full order, found one that makes the secret zero")]
    LowOrderShare,
    /// No stanza opens with this key.
    #[error("expected a stanza for this key, found none among {stanzas}")]
    NoMatch {
        /// Stanzas in the header.
        stanzas: usize,
    },
    /// The header MAC does not fit the file key: the header was changed, or the key belongs to another file.
    #[error("expected the header MAC that this file key makes, found another")]
    Mac,
    /// The text is not an age identity or recipient.
    #[error("expected {expected}, found another text of {found_length} characters")]
    KeyText {
        /// The form asked for.
        expected: &'static str,
        /// Its length; the text itself may be secret and is not repeated.
        found_length: usize,
    },
    /// The payload ends before its nonce does.
    #[error("expected a payload nonce of 16 bytes, found {found}")]
    Nonce {
        /// Bytes found.
        found: usize,
    },
    /// A payload chunk is not authentic, or stands at another place than where it was sealed.
    #[error("expected an authentic payload chunk {index}, found another")]
    Chunk {
        /// Number of the chunk, from 0.
        index: u64,
    },
    /// The payload ends before its last chunk.
    #[error("expected a last chunk after {chunks} chunks, found the end")]
    Truncated {
        /// Chunks read before the end.
        chunks: u64,
    },
    /// Bytes follow the last chunk.
    #[error("expected the end after the last chunk {index}, found more")]
    Trailing {
        /// Number of the last chunk, from 0.
        index: u64,
    },
    /// The last chunk of a payload of several chunks is empty.
    #[error("expected a last chunk that is not empty, found an empty chunk {index}")]
    EmptyLastChunk {
        /// Number of the chunk, from 0.
        index: u64,
    },
}

impl AgeError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            AgeError::Header { .. } => "seal-header",
            AgeError::Stanza { .. } => "seal-stanza",
            AgeError::HeaderTooLong { .. } => "seal-header-long",
            AgeError::LowOrderShare => "seal-low-order",
            AgeError::NoMatch { .. } => "seal-no-match",
            AgeError::Mac => "seal-mac",
            AgeError::KeyText { .. } => "seal-key-text",
            AgeError::Nonce { .. } => "seal-nonce",
            AgeError::Chunk { .. } => "seal-chunk",
            AgeError::Truncated { .. } => "seal-truncated",
            AgeError::Trailing { .. } => "seal-trailing",
            AgeError::EmptyLastChunk { .. } => "seal-empty-chunk",
        }
    }
}
