//! The words every other crate speaks: hashes, instants, decimals and money, ids, canonical JSON.
//!
//! Ring 0: no clock, no randomness, no files, no floats. What a value *means* in a procedure belongs to
//! `ximu-procedure`; what a hash *proves* belongs to `ximu-tlog`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod bytes;
pub mod decimal;
pub mod hash;
pub mod hex;
pub mod id;
pub mod instant;
pub mod json;
pub mod money;
pub mod words;

pub use bytes::{Blob, Nonce, PublicKey, Salt, Seed, ShareValue, Signature};
pub use decimal::{Decimal, Rounding};
pub use hash::Hash;
pub use id::{
    CoefficientId, CredentialId, CriterionId, LotId, PartyId, PersonId, PoolId, ProcedureId, SetId, StratumId,
};
pub use instant::Instant;
pub use money::{Currency, Money};
