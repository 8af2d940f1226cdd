//! The verifier: reads a public bundle and decides everything in it again (docs/spec/verify.md).
//!
//! Ring 0, and it imports only ring 0: no clock, no randomness, no files, no network. Whoever calls it brings the
//! bytes and shows the report. What a command means belongs to `ximu-procedure`, what a tree proves to `ximu-tlog`,
//! what an envelope holds to `ximu-sealed`; here is only what a stranger does with the three.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod archive;
pub mod bundle;
pub mod check;
pub mod code;
pub mod failure;
pub mod paper;
pub mod replay;
pub mod report;
pub mod told;
pub mod zip;

pub use archive::{archive, verify_archive};
pub use bundle::Contents;
pub use check::{Options, decide_again, verify, verify_then, window_seen_late_ms};
pub use code::Code;
pub use failure::{Failure, Place};
pub use replay::{Disclosed, Forms, NoForms, Replay};
pub use report::{Note, NoteCode, Report, Subject};
pub use told::{Given, Told, Tongue, Verdict};
