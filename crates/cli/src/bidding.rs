//! A bidder's own work: sealing, submitting, releasing. Everything secret happens here, on the bidder's machine; what
//! leaves it is ciphertext, commitments and signatures.
//!
//! The subcommands of `ximu bid` and the actors of the demonstration both work through this module. A bid lives in a
//! folder ([`folder::BidFolder`]); every step writes what it knows before the next one, so that a step that was cut
//! off is repeated with the same bytes.

pub mod draft;
pub mod folder;
pub mod hand;
pub mod index;
pub mod release;
pub mod seal;
pub mod submit;

#[cfg(test)]
mod same;
