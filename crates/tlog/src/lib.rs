//! The transparency log: what was recorded, in which order, who saw it when, and how a stranger checks that.
//!
//! Ring 0: pure functions and values, no clock, no randomness, no files. Formats are those of C2SP (c2sp.org), so
//! that foreign tools can check us; what is our own is the beat (`beat`) and the receipt (`receipt`). Storage
//! belongs to `ximu-journal`, requests to `ximu-peer`, the meaning of an entry to `ximu-procedure`.
//! Specification: `docs/spec/log.md`, cited as "log 2.1".
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod beat;
mod beat_secret;
pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod key;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod policy_text;
pub mod proof;
pub mod receipt;
mod text;
pub mod tile;
pub mod tree;
pub mod veil;
pub mod witness;

pub use beat::{Beat, Operation, SealedPath};
pub use checkpoint::Checkpoint;
pub use cosignature::Cosigner;
pub use key::VerifierKey;
pub use note::{Note, NoteSigner};
pub use policy::Policy;
pub use proof::Proof;
pub use receipt::Receipt;
pub use tree::Tree;
