//! The journal of one centre: the facts it keeps, in the order in which they were accepted.
//!
//! Ring 1. It stores and returns; it decides nothing. Which command becomes which entry belongs to
//! `ximu-office`, what an entry means to `ximu-procedure`, what a proof proves to `ximu-tlog`. Two stores fulfil
//! one contract ([`Store`]): SQLite ([`SqliteStore`]) and memory ([`MemoryStore`]), and one suite
//! ([`conformance`]) holds both to it.
#![forbid(unsafe_code)]

mod check;
#[doc(hidden)]
pub mod conformance;
mod disk;
pub mod error;
pub mod failpoint;
pub mod memory;
pub mod record;
pub mod refill;
pub mod sqlite;
pub mod start;
pub mod store;
pub mod tiles;

pub use error::{Damage, StoreError};
pub use failpoint::{FailPoints, Fault};
pub use memory::{Memory, MemoryStore};
pub use record::{
    Batch, ClassSeed, Cosigned, Found, HiddenClass, Leaf, LeafKind, NewLeaf, NewOutbox, Operation, OutboxRow,
};
pub use refill::{Described, RefillError, refill};
pub use sqlite::{SqliteReader, SqliteStore};
pub use start::{Checked, Gathered, Known, Outcome, StartError, check, gather};
pub use store::{Reader, Store};
pub use tiles::{TileWriter, Tiles, TilesError};
