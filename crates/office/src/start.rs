//! The start: before an office serves or signs, what the store holds is compared with what it does not contain (the
//! published checkpoint, the witnesses' newest ones), refilled when leaves are missing, and read into memory.
//!
//! A copy of the database that is older than what was cosigned looks healthy; it must not be served.

use crate::{
    founding::is_rehearsal,
    load::{self, LoadError, Loaded},
    outside::Witnesses,
    shared::SharedParts,
};
use std::thread;
use ximu_basics::{Instant, json};
use ximu_journal::{
    LeafKind, Reader, Store, StoreError, TileWriter, TilesError,
    refill::{Described, RefillError, refill},
    start::{Known, Outcome, Source, StartError, check, gather},
};
use ximu_procedure::wire::{Command, CommandBody, Leaf};
use ximu_tlog::{Policy, Tree, tile::Bundle};

/// An office cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The origin is not one a log can have.
    #[error("expected an origin without spaces and '+', found {found:?}")]
    Origin {
        /// The origin given.
        found: String,
    },
    /// The data directory belongs to another log.
    #[error("this data directory holds the log {found}; the configuration says {expected}")]
    OtherLog {
        /// The origin configured.
        expected: String,
        /// The origin stored.
        found: String,
    },
    /// The log was founded for another key.
    #[error("the log was founded for another centre key than the one configured")]
    CentreKey,
    /// A log of rehearsals, and rehearsals are not allowed here.
    #[error("{origin} is a log of rehearsals; start with --sandbox, or with another data directory")]
    Sandbox {
        /// The origin.
        origin: String,
    },
    /// The clock stands before what was recorded.
    #[error("the clock shows {now}; the newest record is stamped {last}; set the clock right")]
    Clock {
        /// What it shows.
        now: Instant,
        /// The newest stamp.
        last: Instant,
    },
    /// The store cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something to compare with cannot be read.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The published files cannot be written.
    #[error(transparent)]
    Tiles(#[from] TilesError),
    /// Leaves are missing that this log has signed, and nobody reachable has them.
    #[error(
        "{have} leaves are here and {signed} were signed; no source could give the rest ({found}); \
         restore a newer copy of the data directory or start when the witnesses can be reached"
    )]
    Behind {
        /// Leaves here.
        have: u64,
        /// Leaves that were signed.
        signed: u64,
        /// Why the last source could not.
        found: String,
    },
    /// The leaves give another root than this log has signed.
    #[error(
        "the stored leaves give another root at {size} leaves than this log has signed; a person must look"
    )]
    Forked {
        /// Leaves of the checkpoint.
        size: u64,
    },
    /// A leaf is damaged.
    #[error("leaf {leaf} is damaged; restore the data directory from a copy")]
    Damaged {
        /// Its index.
        leaf: u64,
    },
    /// The stored facts do not follow from each other.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A thread cannot be started.
    #[error("the operating system starts no thread: {found}")]
    Thread {
        /// The system's reason.
        found: String,
    },
}

/// What a good start gives.
pub(crate) struct Started {
    /// The write side.
    pub store: Box<dyn Store>,
    /// What the store holds.
    pub loaded: Loaded,
    /// The tree over all leaves.
    pub tree: Tree,
    /// The write side of the published files.
    pub tiles: TileWriter,
    /// The newest cosigned checkpoint: size and note.
    pub cosigned: Option<(u64, String)>,
    /// The policy, when the log is founded.
    pub policy: Option<Policy>,
}

/// Checks everything and reads it.
///
/// # Errors
/// Every [`OpenError`] but [`OpenError::Origin`] and [`OpenError::Thread`].
pub(crate) fn start(parts: &SharedParts, mut store: Box<dyn Store>) -> Result<Started, OpenError> {
    let origin = parts.signer.origin();
    if is_rehearsal(origin) && !parts.config.sandbox {
        return Err(OpenError::Sandbox { origin: origin.into() });
    }
    let reader = store.reader()?;
    let found = reader.origin()?;
    if found != origin {
        return Err(OpenError::OtherLog { expected: origin.into(), found });
    }
    let mut tiles = TileWriter::open(&parts.config.log_folder(), parts.fail.clone())?;
    let tree = check_leaves(parts, &mut *store, &*reader, &tiles)?;
    let loaded = load::load(&*reader, origin)?;
    let world = &loaded.state.world;
    if let Some(centre) = &world.registry.centre
        && centre.key != *parts.signer.public()
    {
        return Err(OpenError::CentreKey);
    }
    let now = parts.clock.now();
    if let Some(last) = loaded.state.stamp.filter(|last| now < *last) {
        return Err(OpenError::Clock { now, last });
    }
    tiles.catch_up(&*reader)?;
    let cosigned = reader.newest_cosigned()?.map(|newest| (newest.size, newest.note));
    let policy = world.registry.centre.as_ref();
    let policy = policy.and_then(|centre| Policy::parse(centre.policy.as_bytes()).ok());
    Ok(Started { store, loaded, tree, tiles, cosigned, policy })
}

/// Compares the leaves with every checkpoint that can be found, and refills what is missing.
fn check_leaves(
    parts: &SharedParts,
    store: &mut dyn Store,
    reader: &dyn Reader,
    tiles: &TileWriter,
) -> Result<Tree, OpenError> {
    let origin = parts.signer.origin();
    let policy = founding_policy(reader)?;
    let names: Vec<String> = policy.iter().flat_map(|policy| policy.witnesses().keys().cloned()).collect();
    let newest = ask_all(&*parts.witnesses, &names, origin);
    let log = parts.signer.note().verifier();
    let gathered = gather(reader, &tiles.tiles(), log, &newest)?;
    for (peer, found) in &gathered.rejected {
        tracing::warn!(peer, found, "a witness shows a checkpoint that is not of this log");
    }
    let checked = check(reader, &gathered.known)?;
    match checked.outcome {
        Outcome::Good { .. } => Ok(checked.tree),
        Outcome::Forked { at, .. } => Err(OpenError::Forked { size: at.size }),
        Outcome::Damaged { leaf } => Err(OpenError::Damaged { leaf }),
        Outcome::Behind { have, cosigned } => {
            tracing::warn!(have, signed = cosigned.size, "leaves are missing; they are refilled");
            let mut tree = checked.tree;
            refill_from_any(parts, store, tiles, &mut tree, &cosigned, &names)
                .map_err(|found| OpenError::Behind { have, signed: cosigned.size, found })?;
            Ok(tree)
        }
    }
}

/// The policy of the founding entry; `None` before it.
fn founding_policy(reader: &dyn Reader) -> Result<Option<Policy>, OpenError> {
    if reader.size()? == 0 {
        return Ok(None);
    }
    // A leaf that cannot be read is found and named by the check that follows.
    let Ok(leaves) = reader.leaves(0..1) else { return Ok(None) };
    let body = leaves.first().and_then(|leaf| match Leaf::from_bytes(&leaf.bytes) {
        Ok(Leaf::Entry(entry)) => json::from_canonical::<CommandBody>(entry.signed.body.as_bytes()).ok(),
        Ok(Leaf::Beat(_) | Leaf::Veil(_)) | Err(_) => None,
    });
    match body.map(|body| body.command) {
        Some(Command::Found { policy, .. }) => Ok(Policy::parse(policy.as_bytes()).ok()),
        Some(_) | None => Ok(None),
    }
}

/// The newest checkpoint each witness has cosigned, as far as they answer; all are asked at once.
fn ask_all(witnesses: &dyn Witnesses, names: &[String], origin: &str) -> Vec<(String, String)> {
    thread::scope(|scope| {
        let asked: Vec<_> =
            names.iter().map(|name| (name, scope.spawn(move || witnesses.newest(name, origin)))).collect();
        let answered = asked.into_iter().filter_map(|(name, answer)| match answer.join() {
            Ok(Ok(note)) => Some((name.clone(), note?)),
            Ok(Err(error)) => {
                tracing::warn!(witness = %name, code = error.code(), "a witness did not say what it has seen");
                None
            }
            Err(_) => None,
        });
        answered.collect()
    })
}

/// Refills from our own tiles, then from the peer that showed the checkpoint, then from every other witness.
fn refill_from_any(
    parts: &SharedParts,
    store: &mut dyn Store,
    tiles: &TileWriter,
    tree: &mut Tree,
    target: &Known,
    names: &[String],
) -> Result<(), String> {
    let own = tiles.tiles();
    let mut failed = match refill_from(store, tree, target, &|bundle| {
        own.bundle(bundle).map_err(|error| error.to_string())
    }) {
        Ok(_) => return Ok(()),
        Err(error) => error.to_string(),
    };
    let shown = match &target.source {
        Source::Peer(name) => Some(name),
        Source::Database | Source::File => None,
    };
    let others = names.iter().filter(|name| Some(*name) != shown);
    for name in shown.into_iter().chain(others) {
        let origin = parts.signer.origin();
        let fetch = |bundle: Bundle| {
            let mirrored = parts.witnesses.mirrored(name, origin, &bundle.to_string());
            mirrored.map_err(|error| error.to_string())
        };
        match refill_from(store, tree, target, &fetch) {
            Ok(_) => return Ok(()),
            Err(error) => failed = error.to_string(),
        }
    }
    Err(failed)
}

fn refill_from(
    store: &mut dyn Store,
    tree: &mut Tree,
    target: &Known,
    fetch: &dyn Fn(Bundle) -> Result<Vec<u8>, String>,
) -> Result<u64, RefillError> {
    refill(store, tree, target, fetch, &describe)
}

/// What the journal keeps beside a leaf's bytes.
fn describe(_: u64, bytes: &[u8]) -> Result<Described, String> {
    let leaf = Leaf::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok(match leaf {
        Leaf::Entry(entry) => Described {
            procedure: entry.procedure.clone(),
            kind: LeafKind::Entry,
            command: Some(entry.signed.id()),
            stamp: Some(entry.at),
        },
        // The journal has no kind for veils as long as the office makes none.
        Leaf::Beat(beat) => Described {
            procedure: beat.procedure,
            kind: LeafKind::Beat,
            command: None,
            stamp: Some(beat.scheduled),
        },
        // When it was accepted stands in the operation behind it.
        Leaf::Veil(veil) => {
            Described { procedure: veil.procedure, kind: LeafKind::Beat, command: None, stamp: None }
        }
    })
}
