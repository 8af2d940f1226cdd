//! The check at every start: do the stored leaves still give the roots that this log has signed?
//!
//! One flipped bit in a WAL can silently drop rows that were acknowledged, and an older copy of the database looks
//! healthy. So the database is compared with what it does not contain: the file `checkpoint`, and checkpoints that
//! peers have seen. Before the outcome is [`Outcome::Good`] the centre neither serves nor signs.

use crate::error::{Damage, StoreError};
use crate::store::{READ_LEAVES_MAX, Reader};
use crate::tiles::{Tiles, TilesError};
use ximu_basics::Hash;
use ximu_tlog::{Checkpoint, Note, Tree, VerifierKey};

/// How many leaves are read at a time, so that a log of any size is checked in little memory.
const LEAVES_PER_READ: u64 = 256;
const _: () = assert!(LEAVES_PER_READ <= READ_LEAVES_MAX);

/// Where a checkpoint was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The journal's newest cosigned checkpoint.
    Database,
    /// The file `checkpoint` of the published log.
    File,
    /// A peer, by its name.
    Peer(String),
}

/// A checkpoint that this log has signed, wherever it was found: what the leaves must agree with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where it was found.
    pub source: Source,
    /// The number of leaves.
    pub size: u64,
    /// The root at that size.
    pub root: Hash,
    /// The whole signed note.
    pub note: String,
}

/// Every checkpoint that could be found, and the peers that sent something else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// Checkpoints signed by this log.
    pub known: Vec<Known>,
    /// Peers whose answer was not one, with the reason. A lying peer must not be able to prevent a start.
    pub rejected: Vec<(String, String)>,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The leaves give every known root. The centre may serve and sign.
    Good {
        /// The number of leaves.
        size: u64,
        /// The root over all of them.
        root: Hash,
    },
    /// Leaves that this log has committed to are missing. Refill them, then check again.
    Behind {
        /// The number of leaves here.
        have: u64,
        /// The largest known checkpoint.
        cosigned: Known,
    },
    /// The leaves give another root than this log has signed: history was rewritten. A person must look.
    Forked {
        /// The smallest known checkpoint that disagrees.
        at: Known,
        /// The root that the leaves give at that size.
        found: Hash,
    },
    /// A leaf's bytes changed, or it is gone from the middle. Restore an older copy and refill.
    Damaged {
        /// The first such leaf.
        leaf: u64,
    },
}

/// The outcome, with the tree over the leaves that could be read.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What the check found.
    pub outcome: Outcome,
    /// The tree over the stored leaves, which the writer goes on with; when one is damaged, over some before it.
    pub tree: Tree,
}

/// Why there was nothing to check with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The journal could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file `checkpoint` could not be read.
    #[error(transparent)]
    Tiles(#[from] TilesError),
    /// Our own newest checkpoint is not one that this log has signed. What it was cannot be known; ask a peer for its
    /// newest one, put that in its place, and start again.
    #[error("the newest checkpoint of the {place} is not one of this log: {found}")]
    Checkpoint {
        /// Where it stands.
        place: &'static str,
        /// What is wrong with it.
        found: String,
    },
}

/// Finds every checkpoint that must be honoured: the journal's, the file's, and those that peers answered (name
/// and signed note). A checkpoint counts when `log` has signed it, cosigned or not: a log never contradicts its
/// own signature.
///
/// # Errors
/// [`StartError`]; never because of a peer.
pub fn gather(
    reader: &dyn Reader,
    tiles: &Tiles,
    log: &VerifierKey,
    peers: &[(String, String)],
) -> Result<Gathered, StartError> {
    let mut gathered = Gathered::default();
    let own = |place: &'static str| move |found: String| StartError::Checkpoint { place, found };
    if let Some(newest) = reader.newest_cosigned()? {
        let known = open(Source::Database, &newest.note, log).map_err(own("journal"))?;
        gathered.known.push(known);
    }
    if let Some(note) = tiles.checkpoint()? {
        gathered.known.push(open(Source::File, &note, log).map_err(own("published log"))?);
    }
    for (name, note) in peers {
        match open(Source::Peer(name.clone()), note, log) {
            Ok(known) => gathered.known.push(known),
            Err(found) => gathered.rejected.push((name.clone(), found)),
        }
    }
    Ok(gathered)
}

fn open(source: Source, note: &str, log: &VerifierKey) -> Result<Known, String> {
    let parsed = Note::parse(note.as_bytes()).map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::open(&parsed, log).map_err(|error| error.to_string())?;
    Ok(Known { source, size: checkpoint.size, root: checkpoint.root, note: note.to_owned() })
}

/// Recomputes the tree from the stored bytes and compares it with every known checkpoint. A damaged leaf is
/// reported before a fork, a fork before missing leaves.
///
/// # Errors
/// Those of the reader, except damaged leaves, which are an outcome.
pub fn check(reader: &dyn Reader, known: &[Known]) -> Result<Checked, StoreError> {
    let (mut tree, size) = (Tree::new(), reader.size()?);
    while tree.size() < size {
        let first = tree.size();
        match reader.leaves(first..size.min(first + LEAVES_PER_READ)) {
            Ok(leaves) => tree.extend(leaves.iter().map(|leaf| leaf.hash)),
            Err(StoreError::Corrupt(Damage::Leaf { idx: leaf, .. } | Damage::MissingLeaf { idx: leaf })) => {
                return Ok(Checked { outcome: Outcome::Damaged { leaf }, tree });
            }
            Err(error) => return Err(error),
        }
    }
    let outcome = compare(&tree, known);
    Ok(Checked { outcome, tree })
}

fn compare(tree: &Tree, known: &[Known]) -> Outcome {
    let mut known: Vec<&Known> = known.iter().collect();
    known.sort_by_key(|known| known.size);
    for at in &known {
        if let Some(found) = tree.root_at(at.size).filter(|found| *found != at.root) {
            return Outcome::Forked { at: (*at).clone(), found };
        }
    }
    match known.last() {
        Some(largest) if largest.size > tree.size() => {
            Outcome::Behind { have: tree.size(), cosigned: (*largest).clone() }
        }
        Some(_) | None => Outcome::Good { size: tree.size(), root: tree.root() },
    }
}
