//! The ciphertexts of documents, for the seats of a committee that reads them and for the holders (evaluation 12.7).
//! Everybody else, and who asks for another bid's, gets the answer of something that does not exist.

use crate::{
    committee::{Asking, check_asking},
    shared::Shared,
    trouble::Trouble,
    uploads::of_vault,
};
use std::{fs::File, io::Read};
use ximu_basics::{Hash, ProcedureId};
use ximu_procedure::Committee;
use ximu_sealed::{EnvelopeHeader, age::HEADER_BYTES_MAX};
use ximu_vault::Space;

/// The ciphertext of a body that is evaluated, as a file, and its length in bytes.
///
/// # Errors
/// [`Trouble::NotFound`] for whoever may not, and for what does not exist; [`Trouble::Vault`].
pub(crate) fn body(
    shared: &Shared,
    procedure: &ProcedureId,
    commitment: &Hash,
    asking: &Asking,
) -> Result<(File, u64), Trouble> {
    find(shared, procedure, commitment, asking)
}

/// The header of such a body.
///
/// # Errors
/// As for the whole.
pub(crate) fn header(
    shared: &Shared,
    procedure: &ProcedureId,
    commitment: &Hash,
    asking: &Asking,
) -> Result<Vec<u8>, Trouble> {
    let (file, _) = find(shared, procedure, commitment, asking)?;
    let mut beginning = Vec::new();
    let read = file.take(HEADER_BYTES_MAX as u64).read_to_end(&mut beginning);
    read.map_err(|_| Trouble::Vault { code: "vault-io" })?;
    // A body whose header cannot be read goes out as it begins: who reads it finds the same.
    let rest = EnvelopeHeader::parse(&beginning).map_or(0, |(_, rest)| rest.len());
    beginning.truncate(beginning.len().saturating_sub(rest));
    Ok(beginning)
}

fn find(
    shared: &Shared,
    procedure: &ProcedureId,
    commitment: &Hash,
    asking: &Asking,
) -> Result<(File, u64), Trouble> {
    let view = shared.view();
    let tender = view.world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
    let reads = tender.is_sitting() && tender.rules.score().is_some_and(|score| score.papers);
    let is_body = |bidder| tender.bids.get(bidder).is_some_and(|bid| bid.body.commitment == *commitment);
    if !reads || !tender.evaluated().iter().any(is_body) {
        return Err(Trouble::NotFound);
    }
    check_asking(shared, procedure, asking)?;
    let panel = tender.disclosed_panel().or_else(|| view.panels.get(procedure).map(|panel| &**panel));
    let reads = panel.is_some_and(|panel| Committee::new(tender, panel).is_reader(&asking.key));
    if tender.holder_index(&asking.key).is_none() && !reads {
        return Err(Trouble::NotFound);
    }
    let of = |error| of_vault(&error);
    let file = shared.vault.open_object(Space::Bids, commitment).map_err(of)?;
    let bytes = shared.vault.size(Space::Bids, commitment).map_err(of)?.ok_or(Trouble::NotFound)?;
    Ok((file, bytes))
}
