//! The age v1 file format, binary, X25519 (C2SP age): header, keys, stream.
//!
//! It knows nothing of procedures, contexts or escrow; those are stanzas to it like any other. It is written
//! here and not imported because the chunks of a payload must be reachable one by one (all cores, browsers),
//! and because every path to a payload, even with a bare file key, must pass the header MAC (sealed-bid 2.3).

pub mod error;
pub mod file;
pub mod file_key;
pub mod header;
pub mod keys;
pub mod stream;
pub mod x25519;

pub use error::AgeError;
pub use file_key::{FileKey, MacKey};
pub use header::{HEADER_BYTES_MAX, Header, Stanza};
pub use keys::{Identity, Recipient};
