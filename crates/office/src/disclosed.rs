//! What CLOSE and the end of the window disclose: the hidden operations, the forms that are opened, the public
//! bundle. Before that, all of it answers like something that does not exist.

use crate::{shared::Shared, trouble::Trouble, uploads};
use serde::Serialize;
use ximu_basics::{Hash, ProcedureId, json};
use ximu_journal::{HiddenClass, Operation};
use ximu_procedure::Tender;

/// One disclosed operation. Canonical JSON, one on each line.
#[derive(Serialize)]
struct Line<'a> {
    /// Its order number in the class.
    order: u64,
    /// Its slot in its beat.
    slot: u16,
    /// Its exact bytes.
    operation: &'a str,
}

/// The operations of a closed procedure, in order of acceptance: JSON lines.
pub(crate) fn operations(shared: &Shared, procedure: &ProcedureId) -> Result<String, Trouble> {
    let stored = stored(shared, procedure)?;
    let damaged = || Trouble::Unreadable { code: "store-corrupt" };
    let mut lines = String::new();
    for operation in &stored {
        let text = std::str::from_utf8(&operation.bytes).map_err(|_| damaged())?;
        let line = Line { order: operation.ord, slot: operation.slot, operation: text };
        let bytes = json::to_canonical(&line).map_err(|_| damaged())?;
        lines.push_str(std::str::from_utf8(&bytes).map_err(|_| damaged())?);
        lines.push('\n');
    }
    Ok(lines)
}

/// The stored operations of a closed procedure.
pub(crate) fn stored(shared: &Shared, procedure: &ProcedureId) -> Result<Vec<Operation>, Trouble> {
    let view = shared.view();
    let tender = view.world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
    if tender.closed_at.is_none() {
        return Err(Trouble::NotFound);
    }
    shared.read(|reader| reader.operations(procedure, HiddenClass::Sealed))
}

/// The form ciphertext with this commitment, once the holders are to open it.
pub(crate) fn envelope(
    shared: &Shared,
    procedure: &ProcedureId,
    commitment: &Hash,
) -> Result<Vec<u8>, Trouble> {
    let view = shared.view();
    let tender = view.world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
    if !is_disclosed(tender, commitment) {
        return Err(Trouble::NotFound);
    }
    uploads::form(shared, commitment).ok_or(Trouble::NotFound)
}

fn is_disclosed(tender: &Tender, commitment: &Hash) -> bool {
    let opened = tender.to_open.iter().filter_map(|line| tender.bids.get(&line.bidder));
    opened.into_iter().any(|bid| bid.form.commitment == *commitment)
}
