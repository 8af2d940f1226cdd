//! Sealed envelopes: age v1 files with a context, an escrow and a signed manifest, the profile `ximu-seal/1` of
//! `docs/spec/sealed-bid.md`.
//!
//! Bids, key releases, draw contributions and score sheets are all sealed envelopes. This crate makes, opens and
//! checks them; *when* one may be opened, and what follows from a refusal, is `ximu-procedure`'s to decide.
//!
//! Ring 0: no clock, files, network, threads or randomness; every secret comes from a 32-byte seed that the
//! caller gives. Small envelopes go through [`seal`] and [`open`] in memory; large ones through the push machines
//! [`SealMachine`] and [`OpenMachine`], or, on many threads, through `ximu-sealer`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod age;
pub mod backend;
pub mod commitment;
pub mod context;
pub mod envelope;
pub mod error;
pub mod escrow;
mod expand;
pub mod manifest;
pub mod open;
pub mod padme;
pub mod payload;
pub mod plan;
pub mod recovery;
pub mod release;
pub mod seal;
pub mod shamir;
pub mod tar;

pub use age::{FileKey, Identity, MacKey, Recipient};
pub use backend::{Aead, Portable};
pub use commitment::{Commitment, CommitmentBuilder, plain_commitment};
pub use context::{Context, ContextFields, Label, PROFILE};
pub use envelope::{CheckedKey, EnvelopeHeader};
pub use error::SealError;
pub use escrow::{Dealing, Escrow, EscrowPolicy, Share, combine, deal};
pub use manifest::{FileEntry, Manifest};
pub use open::{HeaderReader, OpenMachine, Opened, OpeningKey, Record, check_record, open};
pub use payload::{PayloadEvent, PayloadReader};
pub use plan::{SealPlan, SealRequest};
pub use recovery::Recovery;
pub use seal::{InMemory, SealMachine, Sealed, seal};
