//! A bidder's side of a tender: key files, the log followed and checked, the draft of a bid, its envelopes, its
//! commands, and the proofs the centre owes (sealed-bid 10, journal 3, 7, 9, opening 3); and a committee member's
//! (evaluation 3-8).
//!
//! The command line and the page in the browser are two edges of this one crate, so that the same inputs give the same
//! bytes at both. Ring 0: no clock, files, network or randomness; seeds, salts and nonces are arguments. Large
//! envelopes on disk, with threads, are `ximu-sealer`'s; they have the same bytes.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod act;
pub mod body;
pub mod committee;
pub mod desk;
pub mod draft;
pub mod error;
pub mod follow;
pub mod form;
pub mod key;
mod lock;
pub mod proof;
pub mod submission;

pub use body::{BodyChecker, BodySealer, SealedBody};
pub use committee::{SeatForm, Seen};
pub use draft::{Draft, DraftLine};
pub use error::BidderError;
pub use follow::{Followed, Follower};
pub use form::{SealedForm, seal_form};
pub use key::{Key, KeyFile};
pub use submission::{Envelope, Submission};
