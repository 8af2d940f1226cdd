//! The forms that were read out, opened with the keys the log published, as any reader could (sealed-bid 11).
//!
//! A form is kept once it was opened: it never changes, and a page of 27 bids asks for 27.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use ximu_basics::{Hash, PartyId, ProcedureId};
use ximu_procedure::{World, envelope, wire::Form};

/// Forms kept in memory; beyond it, all are forgotten and opened again when asked for.
const FORMS_MAX: usize = 1024;

/// Opened forms by the hash of `form.json`.
#[derive(Default)]
pub struct Forms {
    opened: Mutex<BTreeMap<Hash, Arc<Form>>>,
}

impl Forms {
    /// The form of a bid that was read out. `find` gives the ciphertext of a commitment.
    pub fn of(
        &self,
        world: &World,
        procedure: &ProcedureId,
        bidder: &PartyId,
        find: impl FnOnce(&Hash) -> Option<Vec<u8>>,
    ) -> Option<Form> {
        let tender = world.tenders.get(procedure)?;
        let bid = tender.opened.get(bidder)?;
        let known = self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(&bid.form).cloned();
        if let Some(form) = known {
            return Some((*form).clone());
        }
        let ciphertext = find(&tender.bids.get(bidder)?.form.commitment)?;
        let form = envelope::read_again(bid, &ciphertext)?;
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= FORMS_MAX {
            opened.clear();
        }
        opened.insert(bid.form, Arc::new(form.clone()));
        Some(form)
    }
}
