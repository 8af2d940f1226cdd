//! A whole centre, its peers and bidders in memory, on a clock that tests move.
//!
//! Everything is derived from labels, so that every run is the same. Nothing in the product depends on this crate;
//! it is what tests of `procedure`, `verify` and the pages build their worlds with. It is not a second
//! implementation: it decides with `ximu-procedure` and seals with `ximu-sealed`.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a broken world must stop the test at once"
)]

pub mod bidder;
pub mod centre;
pub mod committee;
pub mod entry;
pub mod keys;
pub mod papers;
pub mod rules;
pub mod sets;
pub mod tamper;

pub use bidder::{Bid, Bidder};
pub use centre::{Centre, Disclosed};
pub use committee::Sitting;
pub use keys::Key;
pub use tamper::Tamper;
