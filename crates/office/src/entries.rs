//! Public entries by procedure and number: what the hall, the record and every follower read. Whoever follows
//! resumes from the number it has not seen.

use crate::{answer::PublicEntry, receipts::leaf_text, shared::Shared, trouble::Trouble};
use std::{sync::PoisonError, time::Duration};
use ximu_basics::ProcedureId;
use ximu_procedure::REGISTRY;

/// Entries of one answer.
pub const ENTRIES_PER_READ_MAX: usize = 256;

/// The entries from number `from` on.
pub(crate) fn read(shared: &Shared, procedure: &ProcedureId, from: u32) -> Result<Vec<PublicEntry>, Trouble> {
    let leaves: Vec<u64> = {
        let index = shared.index.read().unwrap_or_else(PoisonError::into_inner);
        match index.get(procedure) {
            Some(all) => {
                let skipped = usize::try_from(from).unwrap_or(usize::MAX);
                all.iter().skip(skipped).take(ENTRIES_PER_READ_MAX).copied().collect()
            }
            None if procedure.as_str() == REGISTRY => Vec::new(),
            None => return Err(Trouble::NotFound),
        }
    };
    (from..)
        .zip(leaves)
        .map(|(number, leaf)| Ok(PublicEntry { number, leaf, bytes: leaf_text(shared, leaf)? }))
        .collect()
}

/// The same, once there is one, or when `timeout` is over.
pub(crate) fn wait(
    shared: &Shared,
    procedure: &ProcedureId,
    from: u32,
    timeout: Duration,
) -> Result<Vec<PublicEntry>, Trouble> {
    let there = shared.wait(timeout, |_| match read(shared, procedure, from) {
        Ok(entries) if entries.is_empty() => None,
        found @ (Ok(_) | Err(_)) => Some(found),
    });
    there.unwrap_or_else(|| read(shared, procedure, from))
}
