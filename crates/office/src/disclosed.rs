//! What CLOSE and the end of the window disclose: the hidden operations and the forms that are opened. Before that,
//! all of it answers like something that does not exist.

use crate::{shared::Shared, trouble::Trouble, uploads};
use ximu_basics::{Hash, ProcedureId};
use ximu_journal::{HiddenClass, Operation};
use ximu_procedure::Tender;
use ximu_verify::{Disclosed, bundle::operations_text};

/// The operations of a closed procedure, in order of acceptance: JSON lines.
pub(crate) fn operations(shared: &Shared, procedure: &ProcedureId) -> Result<String, Trouble> {
    operations_text(&stored(shared, procedure)?).map_err(|_| damaged())
}

/// The operations of a closed procedure.
pub(crate) fn stored(shared: &Shared, procedure: &ProcedureId) -> Result<Vec<Disclosed>, Trouble> {
    let view = shared.view();
    let tender = view.world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
    if tender.closed_at.is_none() {
        return Err(Trouble::NotFound);
    }
    let stored = shared.read(|reader| reader.operations(procedure, HiddenClass::Sealed))?;
    stored
        .into_iter()
        .map(|Operation { ord, slot, bytes, .. }| {
            let operation = String::from_utf8(bytes).map_err(|_| damaged())?;
            Ok(Disclosed { operation, order: ord, slot })
        })
        .collect()
}

fn damaged() -> Trouble {
    Trouble::Unreadable { code: "store-corrupt" }
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
