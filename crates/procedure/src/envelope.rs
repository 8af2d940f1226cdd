//! Sealed envelopes as decisions need them: what a release binds to, what a share commits to, what opens (opening 4).

use alloc::vec::Vec;
use ximu_basics::{Hash, PartyId};

use crate::{
    tender::{Submitted, Tender},
    wire::{
        command::ShareRelease,
        event::{OpenedBid, ToOpen, VoidReason},
    },
};

/// The commitments to a release envelope's shares; `None` unless it was sealed for exactly this release.
pub fn release_escrow(_tender: &Tender, _bidder: &PartyId, _sealed: &[u8]) -> Option<Vec<Hash>> {
    None
}

/// Whether a released share opens its commitment.
pub fn share_opens(_commitment: &Hash, _index: u8, _share: &ShareRelease) -> bool {
    false
}

/// Opens one bid.
///
/// # Errors
/// Why it cannot count.
pub fn open(
    _tender: &Tender,
    _to_open: &ToOpen,
    _bid: &Submitted,
    _position: usize,
    _form: &[u8],
) -> Result<OpenedBid, VoidReason> {
    Err(VoidReason::FormUnreadable)
}
