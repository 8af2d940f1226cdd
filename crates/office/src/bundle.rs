//! The public bundle (verify 3): everything a stranger needs to check the log, as of one cosigned checkpoint.
//!
//! The format is `ximu-verify`'s. Here is only what this centre puts in: of its own disclosed data, all of it.

use crate::{committee, disclosed, library, load, shared::Shared, trouble::Trouble};
use std::{io::Read as _, sync::Arc};
use ximu_basics::{Hash, ProcedureId};
use ximu_journal::{Cosigned, store::READ_LEAVES_MAX};
use ximu_procedure::{Tender, World};
use ximu_verify::{
    Contents,
    bundle::BundleError,
    zip::{FILES_MAX, ZipError},
};

/// From so many files on the operator is told at each bundle: seven eighths of what one can carry, which is some 80
/// tenders of a hundred bidders before the end.
const FILES_MANY: usize = FILES_MAX / 8 * 7;

/// The bundle under the newest published checkpoint.
///
/// # Errors
/// [`Trouble::NotFound`] before the first published checkpoint, [`Trouble::Unreadable`], [`Trouble::Vault`].
pub(crate) fn bundle(shared: &Shared) -> Result<Vec<u8>, Trouble> {
    let view = shared.view();
    let size = view.cosigned.as_ref().ok_or(Trouble::NotFound)?.size;
    let world = if view.size == size { view.world.clone() } else { world_at(shared, size)? };
    let policy = world.registry.centre.as_ref().map(|centre| centre.policy.clone());
    let mut contents = Contents::new(policy.unwrap_or_default().as_bytes());
    contents.checkpoints(&checkpoints(shared, size)?);
    contents.leaves(&leaves(shared, size)?).map_err(|_| damaged())?;
    for (id, tender) in &world.tenders {
        add_tender(shared, &mut contents, id, tender)?;
    }
    for party in world.registry.parties.values().filter(|party| library::is_disclosed(&world, &party.name)) {
        // An erased record is not missed: the verifier counts it as undisclosed.
        if let Ok(bytes) = library::record(shared, &party.name) {
            contents.record(&party.name, bytes);
        }
    }
    if contents.files() > FILES_MANY {
        tracing::warn!("the public bundle is nearly full: begin a new log before it takes no more tenders");
    }
    let signer = &shared.signer;
    let signed = contents.to_bytes(signer.origin(), *signer.public(), |message| signer.sign(message));
    signed.map_err(|error| match error {
        BundleError::Zip(ZipError::TooLarge { .. }) => Trouble::Unreadable { code: "bundle-full" },
        BundleError::Zip(ZipError::Form { .. } | ZipError::Cut { .. } | ZipError::Path { .. })
        | BundleError::Leaves(_)
        | BundleError::Json(_) => damaged(),
    })
}

fn add_tender(
    shared: &Shared,
    contents: &mut Contents,
    id: &ProcedureId,
    tender: &Tender,
) -> Result<(), Trouble> {
    if tender.closed_at.is_some() {
        contents.operations(id, &disclosed::stored(shared, id)?).map_err(|_| damaged())?;
    }
    if committee::is_disclosed(tender) {
        contents.panel(id, &committee::stored(shared, id)?);
    }
    // The opening needs every form; before it, whoever checks the list can have them from here too.
    for line in &tender.to_open {
        let Some(bid) = tender.bids.get(&line.bidder) else { continue };
        let commitment = &bid.form.commitment;
        contents.envelope(id, commitment, disclosed::envelope(shared, id, commitment)?);
    }
    for (bidder, opened) in &tender.opened {
        contents.key(id, bidder, &opened.key);
    }
    for document in &tender.documents {
        contents.document(&document.hash, document_bytes(shared, &document.hash)?);
    }
    Ok(())
}

fn document_bytes(shared: &Shared, hash: &Hash) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let read = library::document(shared, hash)?.read_to_end(&mut bytes);
    read.map_err(|_| Trouble::Vault { code: "vault-io" })?;
    Ok(bytes)
}

/// The public state as of an earlier size, read from the store.
fn world_at(shared: &Shared, size: u64) -> Result<Arc<World>, Trouble> {
    let loaded = shared.read(|reader| Ok(load::world_at(reader, shared.signer.origin(), size)))?;
    loaded.map(Arc::new).map_err(|error| Trouble::Unreadable { code: error.code() })
}

/// Every cosigned checkpoint up to this size.
fn checkpoints(shared: &Shared, size: u64) -> Result<Vec<String>, Trouble> {
    let all = shared.read(|reader| reader.cosigned_all())?;
    Ok(all.into_iter().filter(|one| one.size <= size).map(|Cosigned { note, .. }| note).collect())
}

fn leaves(shared: &Shared, size: u64) -> Result<Vec<Vec<u8>>, Trouble> {
    let mut leaves: Vec<Vec<u8>> = Vec::new();
    while let from = leaves.len() as u64
        && from < size
    {
        let end = size.min(from.saturating_add(READ_LEAVES_MAX));
        let read = shared.read(|reader| reader.leaves(from..end))?;
        leaves.extend(read.into_iter().map(|leaf| leaf.bytes));
    }
    Ok(leaves)
}

fn damaged() -> Trouble {
    Trouble::Unreadable { code: "store-corrupt" }
}
