//! The escrow: a file key dealt to n holders so that any t of them open the envelope (sealed-bid 4).
//!
//! `deal` makes the stanza, and makes it again for whoever checks; `share` is the holder's side. When a holder
//! may release is not decided here but by the procedure's rules.

pub mod deal;
pub mod error;
pub mod share;
pub mod stanza;

pub use deal::{Dealing, EscrowPolicy, deal};
pub use error::EscrowError;
pub use share::{Share, combine, commitment};
pub use stanza::{Escrow, HOLDERS_MAX};
