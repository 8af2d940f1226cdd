//! Keeping official records: the hash of a record enters the log when everyone computes the same (records 4).

use alloc::{vec, vec::Vec};
use ximu_basics::Hash;

use super::check_stage;
use crate::{
    actor::Authenticated,
    record::record,
    registry::Registry,
    tender::Tender,
    wire::{Event, Refusal, record::RecordKind, refusal::Thing},
};

/// Decides that a record is kept under its hash.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn keep(
    registry: &Registry,
    tender: &Tender,
    given: &Authenticated,
    kind: RecordKind,
    hash: &Hash,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let made = record(registry, tender, kind).ok_or(Refusal::RecordNotReady { kind })?;
    if tender.records.newest(kind).is_some_and(|kept| kept.size == made.size) {
        return Err(Refusal::AlreadyExists {});
    }
    let expected = made.hash().map_err(|_| Refusal::Unknown { what: Thing::Record })?;
    if *hash != expected {
        return Err(Refusal::RecordDiffers { kind, expected });
    }
    Ok(vec![Event::RecordKept { kind, hash: expected, size: made.size }])
}
