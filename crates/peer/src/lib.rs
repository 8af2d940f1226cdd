//! Another centre (trust 2, 3): it witnesses a centre's log, keeps second copies of ciphertexts, holds shares of
//! their keys, and mirrors the log.
//!
//! Ring 1. What is decided is decided by the pure crates: `ximu-tlog` (what a witness may cosign), `ximu-verify`
//! (whether a log re-decides), `ximu-sealed` (what a share is). Here is the memory, the network and the order of
//! steps. The clock and randomness are given ([`outside`]).
#![forbid(unsafe_code)]

pub mod archive;
pub mod bodies;
pub mod conditions;
pub mod conditions_of_papers;
pub mod conditions_of_sets;
pub mod config;
pub mod custody;
pub mod directory;
pub mod durable;
pub mod epochs;
pub mod follow;
pub mod health;
pub mod holder;
pub mod mirror;
pub mod outside;
mod peer;
pub mod relays;
pub mod replaying;
mod sending;
pub mod service;
pub mod slow;
pub mod source;
pub mod trouble;
pub mod witness;

pub use config::{ConfigError, LogConfig, PeerConfig};
pub use follow::{Follower, Stop};
pub use outside::{Clock, Entropy};
pub use peer::{OpenError, Peer};
pub use service::router;
pub use source::Source;

/// Every fail point of this crate, for tests that end the process at each (`ximu peer --fail-point NAME:N`).
pub const FAIL_POINTS: [&str; 12] = [
    directory::IDENTITY,
    witness::STATE,
    witness::FORK,
    epochs::EPOCH,
    custody::COPY,
    mirror::BUNDLE,
    mirror::HEAD,
    archive::ARCHIVE,
    holder::RELEASE,
    holder::SENT,
    relays::HANDED,
    relays::WINDOW_SHUT,
];
