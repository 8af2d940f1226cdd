//! Getting back leaves that the journal has lost, from this centre's own tiles or from a peer's.
//!
//! Nothing is believed: all missing leaves are fetched and hashed first, and only when they lead to the known root
//! are they fetched again and stored, each compared with the hash of the first time. Hidden operations are not in
//! the log; the store gives itself back its own (`sqlite/restore.rs`), also leaves that were accepted after the
//! published ones.

use crate::error::StoreError;
use crate::record::{Batch, LeafKind, NewLeaf};
use crate::start::Known;
use crate::store::{Reader, Store};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_tlog::Tree;
use ximu_tlog::bundle::{BundleError, decode_bundle};
use ximu_tlog::merkle::leaf_hash;
use ximu_tlog::tile::{Bundle, TILE_WIDTH, bundles_touched};

/// What the journal keeps of a leaf beside its bytes; read from them by whoever knows their meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The procedure it belongs to.
    pub procedure: ProcedureId,
    /// Entry or beat.
    pub kind: LeafKind,
    /// Hash of the signed command; a beat has none.
    pub command: Option<Hash>,
    /// The stamp of the decision, if the leaf carries one.
    pub stamp: Option<Instant>,
}

/// Why nothing, or not everything, was refilled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefillError {
    /// The tree is not the one of this journal.
    #[error("expected the tree of a journal of {expected} leaves, found one of {found}")]
    Tree {
        /// Leaves in the journal.
        expected: u64,
        /// Leaves in the tree.
        found: u64,
    },
    /// A bundle could not be fetched.
    #[error("{bundle} could not be fetched: {found}")]
    Fetch {
        /// The bundle's path.
        bundle: String,
        /// The source's reason.
        found: String,
    },
    /// A bundle cannot be read.
    #[error("{bundle}: {found}")]
    Bundle {
        /// The bundle's path.
        bundle: String,
        /// What is wrong with it.
        found: BundleError,
    },
    /// The source holds another leaf than this journal, or than it gave the first time.
    #[error("leaf {idx}: expected the hash {expected}, the source gave {found}")]
    Leaf {
        /// The leaf.
        idx: u64,
        /// The hash it must have.
        expected: Hash,
        /// The hash of what was fetched.
        found: Hash,
    },
    /// The fetched leaves do not lead to the known root; nothing was stored.
    #[error("expected the root {expected} at {size} leaves, the source leads to {found}; nothing was stored")]
    Root {
        /// The size of the checkpoint.
        size: u64,
        /// The root that this log has signed.
        expected: Hash,
        /// The root of what was fetched.
        found: Hash,
    },
    /// The meaning of a leaf is not understood.
    #[error("leaf {idx} cannot be read: {found}")]
    Describe {
        /// The leaf.
        idx: u64,
        /// Why.
        found: String,
    },
    /// The journal refused or failed. What was stored before stays and is right; refill again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where bundles come from: this centre's own tiles, or a peer's.
pub type Fetch<'a> = &'a dyn Fn(Bundle) -> Result<Vec<u8>, String>;

/// Tells what the journal keeps of a leaf, from its index and bytes.
pub type Describe<'a> = &'a dyn Fn(u64, &[u8]) -> Result<Described, String>;

/// Appends the leaves that are missing up to `target`, and extends `tree` (as [`crate::start::check`] gave it) to all
/// that the journal then holds. Returns by how many leaves it grew.
///
/// # Errors
/// Any [`RefillError`]. After each of them what is stored is a prefix of the log, and refilling may be tried again,
/// from the same source or another.
pub fn refill(
    store: &mut dyn Store,
    tree: &mut Tree,
    target: &Known,
    fetch: Fetch<'_>,
    describe: Describe<'_>,
) -> Result<u64, RefillError> {
    let reader = store.reader()?;
    let (have, last) = (reader.size()?, reader.last_stamp()?);
    if tree.size() != have {
        return Err(RefillError::Tree { expected: have, found: tree.size() });
    }
    // 1. Everything is fetched and hashed; nothing is stored. If we crash here: nothing happened.
    let mut whole = tree.clone();
    for bundle in bundles_touched(have, target.size) {
        for (idx, bytes) in entries(bundle, fetch)? {
            let found = leaf_hash(&bytes);
            match hash_at(&whole, idx) {
                Some(expected) if expected != found => {
                    return Err(RefillError::Leaf { idx, expected, found });
                }
                Some(_) => {}
                None => whole.push(found),
            }
        }
    }
    let found = whole.root_at(target.size).unwrap_or_else(|| whole.root());
    if found != target.root {
        return Err(RefillError::Root { size: target.size, expected: target.root, found });
    }
    // 2. The same leaves again, compared one by one and stored bundle by bundle.
    //    If we crash here: the journal is longer than before and still a prefix; the next start refills the rest.
    let mut stamp = last.unwrap_or(Instant::from_unix_ms(0));
    for bundle in bundles_touched(have, target.size) {
        let mut batch = Batch::at(tree.size(), reader.last_stamp()?.map_or(stamp, |last| last.max(stamp)));
        for (idx, bytes) in entries(bundle, fetch)? {
            let found = leaf_hash(&bytes);
            if let Some(expected) = hash_at(&whole, idx).filter(|expected| *expected != found) {
                return Err(RefillError::Leaf { idx, expected, found });
            }
            if idx < batch.first {
                continue;
            }
            let facts = describe(idx, &bytes).map_err(|found| RefillError::Describe { idx, found })?;
            let Described { procedure, kind, command, stamp: decided } = facts;
            batch.leaves.push(NewLeaf { procedure, kind, bytes, command });
            batch.stamp = decided.map_or(batch.stamp, |decided| decided.max(batch.stamp));
        }
        if batch.leaves.is_empty() {
            continue;
        }
        store.append(&batch)?;
        stamp = batch.stamp;
        follow(&*reader, tree, &whole)?;
    }
    Ok(tree.size().saturating_sub(have))
}

/// Extends the tree by what the journal has got: the batch, and leaves that the store then gave itself back.
fn follow(reader: &dyn Reader, tree: &mut Tree, whole: &Tree) -> Result<(), RefillError> {
    let size = reader.size()?;
    while tree.size() < size {
        let first = tree.size();
        for leaf in reader.leaves(first..size.min(first + u64::from(TILE_WIDTH)))? {
            if let Some(expected) = hash_at(whole, leaf.idx).filter(|expected| *expected != leaf.hash) {
                return Err(RefillError::Leaf { idx: leaf.idx, expected, found: leaf.hash });
            }
            tree.push(leaf.hash);
        }
    }
    Ok(())
}

fn entries(bundle: Bundle, fetch: Fetch<'_>) -> Result<Vec<(u64, Vec<u8>)>, RefillError> {
    let bytes = fetch(bundle).map_err(|found| RefillError::Fetch { bundle: bundle.to_string(), found })?;
    let entries = decode_bundle(&bytes, bundle.width());
    let entries = entries.map_err(|found| RefillError::Bundle { bundle: bundle.to_string(), found })?;
    Ok((bundle.first()..).zip(entries.into_iter().map(<[u8]>::to_vec)).collect())
}

fn hash_at(tree: &Tree, idx: u64) -> Option<Hash> {
    usize::try_from(idx).ok().and_then(|idx| tree.leaves().get(idx).copied())
}
