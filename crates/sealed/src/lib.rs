//! Sealed envelopes: age v1 files with a context, an escrow and a signed manifest, the profile `ximu-seal/1` of
//! `docs/spec/sealed-bid.md`.
//!
//! Bids, key releases, draw contributions and score sheets are all sealed envelopes. This crate makes, opens and
//! checks them; *when* one may be opened, and what follows from a refusal, is `ximu-procedure`'s to decide.
//!
//! Ring 0: no clock, files, network, threads or randomness; every secret comes from a 32-byte seed that the
//! caller gives. Small envelopes go through [`seal()`] and [`open()`] in memory; large ones through the push machines
//! [`SealMachine`] and [`OpenMachine`], or, on many threads, through `ximu-sealer`.
//!
//! A bidder seals a form; it loses its key; three of four holders open it, and anyone checks what they did:
//!
//! ```
//! use ed25519_dalek::{Signer, SigningKey};
//! use ximu_sealed::{
//!     ContextFields, EnvelopeHeader, EscrowPolicy, Identity, InMemory, OpeningKey, Record, Share, check_record,
//!     combine, open, seal,
//! };
//!
//! let bidder = SigningKey::from_bytes(&[1; 32]);
//! let holders: Vec<Identity> = (1..=4).map(|number| Identity::from_bytes([number; 32])).collect();
//! let policy = EscrowPolicy { threshold: 3, holders: holders.iter().map(Identity::recipient).collect() };
//! let context = ContextFields {
//!     genesis: ximu_basics::Hash::of(b"the first entry of the procedure"),
//!     lot: "lot-1".parse()?,
//!     pseudonym: "bidder-07".parse()?,
//!     version: 1,
//!     envelope: "form".parse()?,
//! };
//! let sealer = bidder.verifying_key().to_bytes();
//! let files = [("form.json".to_string(), b"{}".to_vec())];
//! let contents =
//!     InMemory { context: &context, escrow: Some(&policy), files: &files, extra: Default::default(), sealer };
//! let seed = [9; 32]; // from the operating system, fresh for each envelope
//! let sealed = seal(contents, &seed, |message| bidder.sign(message).to_bytes())?;
//!
//! let (header, _) = EnvelopeHeader::parse(&sealed.envelope)?;
//! header.context().expect(&context)?;
//! let escrow = header.escrow().ok_or("no escrow")?;
//! let shares: Vec<Share> = [1, 2, 4]
//!     .into_iter()
//!     .map(|holder| Share::open(escrow, header.context_hash(), holder, &holders[usize::from(holder) - 1]))
//!     .collect::<Result<_, _>>()?;
//!
//! let file_key = combine(&shares, escrow.threshold)?;
//! let opened = open(&sealed.envelope, OpeningKey::FileKey(&file_key))?;
//! let record = Record { context: &context, sealer: &sealer, escrow: Some(&policy) };
//! let dealing = check_record(&opened.header, &opened.key, &opened.manifest, &record)?.ok_or("no escrow")?;
//! shares.iter().try_for_each(|share| dealing.check_release(share))?;
//! assert_eq!(opened.file("form.json"), Some(&b"{}"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
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
