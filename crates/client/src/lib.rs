//! The HTTP a person's or a centre's program speaks: to a trading centre ([`Centre`]) and to a peer ([`Peer`]).
//!
//! Ring 1, blocking, one connection pool per server. It moves exact bytes and says what went wrong; it signs
//! nothing, verifies no signature and decides nothing. What an answer proves belongs to `ximu-tlog` and
//! `ximu-verify`.
#![forbid(unsafe_code)]

pub mod address;
pub mod centre;
pub mod date;
pub mod error;
pub mod events;
pub mod http;
pub mod log;
pub mod peer;
pub mod problem;
pub mod statement;

pub use address::Address;
pub use centre::Centre;
pub use error::ClientError;
pub use events::{Event, Events};
pub use http::{Http, Timeouts, Trust};
pub use peer::Peer;
pub use problem::Problem;
