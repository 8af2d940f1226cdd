//! The publisher: a thread that makes a checkpoint of every new leaf, has it cosigned, and publishes it.
//!
//! In this order: read the leaves back from the store and hash their stored bytes; compare with what the writer
//! wrote; write their tiles; sign; when the policy is satisfied, have the store keep the cosigned note; replace the
//! checkpoint file; tell the readers. After a crash at any step the next start does the rest again.

use crate::{
    board::{Board, Target},
    cosigning,
    line::{Kept, Line},
    shared::Shared,
    view::{Condition, CosignedView, Peer, PublisherHealth},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};
use ximu_basics::Instant;
use ximu_journal::{TileWriter, TilesError, store::READ_LEAVES_MAX};
use ximu_tlog::{Checkpoint, Policy, note::Note};

/// How long a checkpoint with its quorum waits for the other witnesses that are not failing: so that usually all of
/// them stand under it, and which of them were the fastest tells nothing.
const OTHERS: Duration = Duration::from_millis(150);

/// How long to wait before a failed step is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Publishes until the office closes. Starts and ends the witnesses' threads.
pub(crate) fn run(shared: &Arc<Shared>, board: &Arc<Board>, line: &Line, mut tiles: TileWriter) {
    let Some(policy) = board.wait(|inner| inner.policy.clone()) else { return };
    let threads = start_witnesses(shared, board, line, &policy);
    while let Some(step) = board.wait(|inner| next_step(inner, &policy)) {
        let done = match step {
            Step::Offer { size } => offer(shared, board, &mut tiles, size),
            Step::Publish => publish(shared, board, line, &mut tiles, &policy),
        };
        let failing = done.err();
        let before = std::mem::replace(&mut board.lock().failing, failing);
        if failing != before {
            cosigning::show(shared, board);
        }
        if let Some(code) = failing {
            if before != failing {
                tracing::error!(code, "the log cannot be published; trying again");
            }
            board.pause(RETRY);
        }
    }
    for thread in threads {
        // A witness's thread that panicked has nothing to say here.
        let _ = thread.join();
    }
}

/// What is to be done next.
enum Step {
    Offer { size: u64 },
    Publish,
}

fn next_step(inner: &mut crate::board::Inner, policy: &Policy) -> Option<Step> {
    match &inner.target {
        Some(target) if !target.published => {
            target.cosigned(policy)?;
            Some(Step::Publish)
        }
        Some(target) if target.size >= inner.size => None,
        Some(_) | None => (inner.size > 0).then_some(Step::Offer { size: inner.size }),
    }
}

fn start_witnesses(
    shared: &Arc<Shared>,
    board: &Arc<Board>,
    line: &Line,
    policy: &Policy,
) -> Vec<JoinHandle<()>> {
    let mut peers = Vec::new();
    {
        let mut inner = board.lock();
        for (name, witness) in policy.witnesses() {
            let state = crate::board::Witness { cosigned: 0, condition: Condition::Unknown };
            inner.witnesses.insert(name.clone(), state);
            peers.push(Peer {
                name: name.clone(),
                url: witness.url.clone(),
                cosigned: 0,
                condition: Condition::Unknown,
            });
        }
    }
    shared.change(|view| {
        view.peers = Arc::new(peers);
        view.health.publisher = PublisherHealth::Good;
    });
    let spawn = |(name, witness): (&String, &ximu_tlog::policy::Witness)| {
        let (shared, board, line) = (shared.clone(), board.clone(), line.clone());
        let (name, key) = (name.clone(), witness.key.clone());
        thread::Builder::new()
            .name(format!("witness {name}"))
            .spawn(move || cosigning::run(&shared, &board, &name, &key, &|code| line.stop(code)))
            .inspect_err(|error| tracing::error!(%error, "a witness's thread cannot be started"))
            .ok()
    };
    policy.witnesses().iter().filter_map(spawn).collect()
}

/// Makes the checkpoint of all durable leaves and puts it on the board.
fn offer(shared: &Shared, board: &Board, tiles: &mut TileWriter, size: u64) -> Result<(), &'static str> {
    read_back(shared, board, size)?;
    // If we crash here: tiles that no checkpoint covers yet; the same bytes are written again.
    let published = shared.view().cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
    let grown = shared.read_store(|reader| Ok(tiles.grow(reader, published, size)));
    grown.map_err(|error| error.code())?.map_err(|error| tiles_code(&error))?;
    let root = {
        let tree = shared.tree.read().unwrap_or_else(PoisonError::into_inner);
        tree.root_at(size).ok_or("tree-incomplete")?
    };
    let text = Checkpoint::new(shared.signer.origin(), size, root).to_string();
    let mut note = Note::new(&text).map_err(|_| "checkpoint-malformed")?;
    note.add(shared.signer.note().sign(&text)).map_err(|_| "checkpoint-malformed")?;
    let mut inner = board.lock();
    if size >= inner.floor {
        inner.target = Some(Target { size, note, cosignatures: BTreeMap::new(), published: false });
    }
    drop(inner);
    board.notify();
    Ok(())
}

/// Extends the tree by the stored bytes of the new leaves. A leaf whose stored bytes are not what the writer wrote
/// is never signed.
fn read_back(shared: &Shared, board: &Board, size: u64) -> Result<(), &'static str> {
    loop {
        let from = shared.tree.read().unwrap_or_else(PoisonError::into_inner).size();
        if from >= size {
            return Ok(());
        }
        let end = size.min(from.saturating_add(READ_LEAVES_MAX));
        let leaves = shared.read_store(|reader| reader.leaves(from..end)).map_err(|error| error.code())?;
        let mut inner = board.lock();
        let mut tree = shared.tree.write().unwrap_or_else(PoisonError::into_inner);
        for leaf in &leaves {
            match inner.written.pop_front() {
                Some(written) if written == leaf.hash => tree.push(leaf.hash),
                Some(written) => {
                    inner.written.push_front(written);
                    return Err("leaf-differs");
                }
                None => return Err("leaf-unknown"),
            }
        }
    }
}

/// Keeps a cosigned checkpoint and shows it.
fn publish(
    shared: &Shared,
    board: &Board,
    line: &Line,
    tiles: &mut TileWriter,
    policy: &Policy,
) -> Result<(), &'static str> {
    board.linger(OTHERS, crate::board::Inner::all_have_signed);
    let offered = board.lock().target.clone();
    let cosigned = offered.and_then(|target| Some((target.size, target.cosigned(policy)?)));
    // Nothing is offered any more when a CLOSE was decided without it.
    let Some((size, note)) = cosigned else { return Ok(()) };
    let text = note.to_string();
    // If we crash before this returns: the witnesses know the checkpoint, we do not; the start check asks them.
    match line.cosigned(size, &text).map_err(|error| error.code())? {
        Kept::Yes => {}
        Kept::TooLate => {
            let mut inner = board.lock();
            inner.target = inner.target.take().filter(|target| target.size != size);
            return Ok(());
        }
    }
    // If we crash here: the store has it; the start replaces the file.
    tiles.swap_checkpoint(&text).map_err(|error| tiles_code(&error))?;
    let time = cosigned_time(policy, &note);
    if let Some(target) = board.lock().target.as_mut().filter(|target| target.size == size) {
        target.published = true;
    }
    shared.change(|view| view.cosigned = Some(Arc::new(CosignedView { size, time, note: text })));
    cosigning::show(shared, board);
    Ok(())
}

/// The cosigned time of a note as an instant.
pub(crate) fn cosigned_time(policy: &Policy, note: &Note) -> Option<Instant> {
    let seconds = i64::try_from(policy.cosigned_time(note)?).ok()?;
    Some(Instant::from_unix_ms(seconds.checked_mul(1000)?))
}

/// The stable code of a failure of the published files.
pub(crate) fn tiles_code(error: &TilesError) -> &'static str {
    match error {
        TilesError::Full => "tiles-full",
        TilesError::Conflict { .. } | TilesError::NotAfter { .. } => "tiles-differ",
        TilesError::Missing { .. }
        | TilesError::Tile { .. }
        | TilesError::Bundle { .. }
        | TilesError::Note(_)
        | TilesError::Checkpoint(_) => "tiles-damaged",
        TilesError::Store(error) => error.code(),
        TilesError::Io { .. } => "tiles-io",
    }
}
