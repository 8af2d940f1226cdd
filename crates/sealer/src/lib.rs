//! Sealed envelopes as files: sealing, opening and committing on all cores, with atomic writes and progress.
//!
//! Ring 1. What an envelope is and whether it is void is `ximu-sealed`'s to say; this crate brings the disk, the
//! threads and the faster cipher. It reads no clock, no environment and no randomness: the seed, the number of
//! threads and the paths are arguments.
#![forbid(unsafe_code)]

mod atomic;
pub mod commit;
pub mod error;
pub mod fast;
pub mod open;
mod pipeline;
pub mod progress;
pub mod seal;

pub use commit::commit_file;
pub use error::SealerError;
pub use fast::Fast;
pub use open::{OpenFile, OpenedFile, open_file, read_header};
pub use progress::{Progress, Stage};
pub use seal::{PlainCommitment, SealFile, SealedFile, Source, seal_file};
