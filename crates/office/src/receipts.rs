//! Receipts: the proof that a recorded command stands in the log, under the smallest cosigned checkpoint that covers
//! it, which is the one that fixes its cosigned time (log 11).

use crate::{
    answer::{Answer, ReceiptState},
    beats::next_beat,
    shared::Shared,
    trouble::Trouble,
};
use serde::{Deserialize, Serialize};
use std::sync::PoisonError;
use ximu_basics::{Hash, Salt, json};
use ximu_journal::{Cosigned, Found, HiddenClass, Operation};
use ximu_procedure::{Tender, World};
use ximu_tlog::{
    beat::{self, Beat, SealedPath},
    merkle,
    note::Note,
    policy::{self, Policy},
    proof::{Proof, ProofError},
    receipt::Receipt,
    veil,
};

/// The proof of a public entry: the leaf itself and its way to a cosigned checkpoint. Canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryReceipt {
    /// The entry's leaf, byte for byte (canonical JSON as text).
    pub entry: String,
    /// The leaf's index in the log.
    pub index: u64,
    /// From the leaf to a cosigned checkpoint: a C2SP tlog-proof.
    pub proof: String,
    /// The version of this form: 1.
    pub v: u32,
}

impl EntryReceipt {
    /// Checks that exactly this entry stands in the log, as the policy's quorum has seen it.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verify(&self, policy: &Policy) -> Result<policy::Cosigned, ProofError> {
        let proof = Proof::parse(self.proof.as_bytes())?;
        let leaf = merkle::leaf_hash(self.entry.as_bytes());
        Proof { index: self.index, ..proof }.verify(policy, &leaf)
    }
}

/// The proof of an operation behind a veil: the operation, the salt that leads to the veil, and the veil's way to a
/// cosigned checkpoint. Canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VeilReceipt {
    /// The veil's index in the log.
    pub index: u64,
    /// The veil's leaf, byte for byte (canonical JSON as text).
    pub leaf: String,
    /// The operation, byte for byte (canonical JSON as text).
    pub operation: String,
    /// From the leaf to a cosigned checkpoint: a C2SP tlog-proof.
    pub proof: String,
    /// The salt of the veil, which opens it alone.
    pub salt: Salt,
    /// The version of this form: 1.
    pub v: u32,
}

/// Where the proof of the command with this id stands.
pub(crate) fn state(shared: &Shared, id: &Hash) -> Result<ReceiptState, Trouble> {
    let view = shared.view();
    match shared.read(|reader| reader.find(id))? {
        None => Ok(ReceiptState::Unknown),
        Some(Found::Entry { idx, .. }) => entry(shared, idx),
        Some(Found::Operation(operation)) if operation.class == HiddenClass::Panel => {
            veiled(shared, &view.world, &operation)
        }
        Some(Found::Operation(operation)) => sealed(shared, &view.world, &operation),
    }
}

fn entry(shared: &Shared, idx: u64) -> Result<ReceiptState, Trouble> {
    let Some(proof) = prove(shared, idx)? else { return Ok(ReceiptState::WaitsForCosignatures) };
    let receipt = EntryReceipt { entry: leaf_text(shared, idx)?, index: idx, proof: proof.to_string(), v: 1 };
    ready(&receipt)
}

fn sealed(shared: &Shared, world: &World, operation: &Operation) -> Result<ReceiptState, Trouble> {
    let damaged = || Trouble::Unreadable { code: "store-corrupt" };
    let tender = world.tenders.get(&operation.procedure).ok_or_else(damaged)?;
    let number = usize::try_from(operation.beat).map_err(|_| damaged())?;
    let Some(published) = tender.beats.get(number) else {
        return Ok(ReceiptState::WaitsForBeat { scheduled: next_beat(tender) });
    };
    let Some(proof) = prove(shared, published.leaf)? else {
        return Ok(ReceiptState::WaitsForCosignatures);
    };
    let path = path(shared, tender, operation)?.ok_or_else(damaged)?;
    let leaf = leaf_text(shared, published.leaf)?;
    let receipt = Receipt::new(&operation.bytes, path, leaf.as_bytes(), &proof).map_err(|_| damaged())?;
    ready(&receipt)
}

fn veiled(shared: &Shared, world: &World, operation: &Operation) -> Result<ReceiptState, Trouble> {
    let damaged = || Trouble::Unreadable { code: "store-corrupt" };
    let tender = world.tenders.get(&operation.procedure).ok_or_else(damaged)?;
    let veils = tender.evaluation.as_ref().map(|evaluation| evaluation.veils.as_slice());
    let number = usize::try_from(operation.ord).map_err(|_| damaged())?;
    let veil = veils.and_then(|veils| veils.get(number)).ok_or_else(damaged)?;
    let Some(proof) = prove(shared, veil.leaf)? else { return Ok(ReceiptState::WaitsForCosignatures) };
    let class = HiddenClass::Panel;
    let seed = shared.read(|reader| reader.seed(&operation.procedure, class))?.ok_or_else(damaged)?;
    ready(&VeilReceipt {
        index: veil.leaf,
        leaf: leaf_text(shared, veil.leaf)?,
        operation: String::from_utf8(operation.bytes.clone()).map_err(|_| damaged())?,
        proof: proof.to_string(),
        salt: veil::salt(&seed, operation.ord),
        v: 1,
    })
}

fn ready(receipt: &impl Serialize) -> Result<ReceiptState, Trouble> {
    let bytes = json::to_canonical(receipt).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    bytes.map(ReceiptState::Ready).ok_or(Trouble::Unreadable { code: "not_canonical" })
}

/// The way from an operation to the root of its beat, which is built for each who asks: if the first left it to the next,
/// how soon a bidder has its own would tell it whether somebody else had acted in its beat.
fn path(shared: &Shared, tender: &Tender, operation: &Operation) -> Result<Option<SealedPath>, Trouble> {
    let (procedure, class, number) = (&tender.rules.id, HiddenClass::Sealed, operation.beat);
    let Some(seed) = shared.read(|reader| reader.seed(procedure, class))? else { return Ok(None) };
    let all = shared.read(|reader| reader.operations_of_beat(procedure, class, number))?;
    let operations: Vec<beat::Operation<'_>> =
        all.iter().map(|one| beat::Operation { order: one.ord, bytes: &one.bytes }).collect();
    let Ok(beat) = Beat::new(&seed, number, &operations) else { return Ok(None) };
    let position = all.iter().position(|one| one.ord == operation.ord);
    Ok(position.and_then(|position| beat.path(position)))
}

/// The proof of a leaf in the smallest cosigned checkpoint that covers it; `None` while there is none published.
fn prove(shared: &Shared, idx: u64) -> Result<Option<Proof>, Trouble> {
    let published = shared.view().cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
    let covering = shared.read(|reader| reader.cosigned_covering(idx))?;
    let Some(Cosigned { size, note }) = covering.filter(|covering| covering.size <= published) else {
        return Ok(None);
    };
    let damaged = || Trouble::Unreadable { code: "store-corrupt" };
    let checkpoint = Note::parse(note.as_bytes()).map_err(|_| damaged())?;
    let tree = shared.tree.read().unwrap_or_else(PoisonError::into_inner);
    let path = merkle::prove_inclusion(idx, size, &*tree).map_err(|_| damaged())?;
    Ok(Some(Proof { extra: None, index: idx, path, checkpoint }))
}

/// The answer given before to the command with this id; `None` when it was never recorded.
pub(crate) fn answer_again(shared: &Shared, id: &Hash) -> Result<Option<Answer>, Trouble> {
    let Some(found) = shared.read(|reader| reader.find(id))? else { return Ok(None) };
    let leaf = |idx: u64| Ok(leaf_text(shared, idx)?.into_bytes());
    shared.signer.answer_again(*id, &found, leaf).map(Some)
}

/// The exact text of a leaf.
pub(crate) fn leaf_text(shared: &Shared, idx: u64) -> Result<String, Trouble> {
    let damaged = || Trouble::Unreadable { code: "store-corrupt" };
    let leaves = shared.read(|reader| reader.leaves(idx..idx.saturating_add(1)))?;
    let leaf = leaves.into_iter().next().ok_or_else(damaged)?;
    String::from_utf8(leaf.bytes).map_err(|_| damaged())
}
