//! The desk (desk.md): every command that a person can give, described, so that one form serves them all: which members
//! it has, what a person enters for each, and what the state offers to choose from. What a description says is checked
//! where the command is put together; whether it holds is decided by the rules, never here.

pub mod assemble;
pub mod field;
pub mod foresee;
pub mod nonce;
pub mod offers;
pub mod table;

pub use assemble::{Assembled, Fault, assemble};
pub use field::{Field, Kind, List, When};
pub use foresee::{Foreseen, foresee};
pub use offers::{Offer, Offers, commands_of};
pub use table::{Basis, Deed, Elsewhere, Place, deed};
