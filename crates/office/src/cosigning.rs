//! One thread per witness of the policy: offers it the checkpoint on the board until it has cosigned it, keeps its
//! old size, and leaves it alone for a while after each failure (log 6).
//!
//! A cosignature that does not verify is never added, nor one with a time at which it was not made, nor more than one
//! of a witness: one lying witness must not spoil the note, move its cosigned time, or fill it.

use crate::{
    board::{Board, Target},
    outside::WitnessError,
    shared::Shared,
    view::Condition,
};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};
use ximu_basics::{Hash, Instant};
use ximu_tlog::{
    checkpoint::Checkpoint,
    cosignature::cosigned_times,
    key::VerifierKey,
    merkle,
    note::{Note, Signature, parse_signature_lines},
    witness::AddCheckpoint,
};

/// How often a witness may correct the old size before the attempt counts as failed.
const CONFLICTS_MAX: usize = 2;

/// How far the clocks of a centre and its witnesses may be apart, in milliseconds (verify 6.2).
const CLOCKS_APART_MS_MAX: i64 = 1_000;

/// A cosignature's time is a whole second and stands for all of it, in milliseconds.
const SECOND_LAST_MS: i64 = 999;

/// Serves one witness until the office closes.
pub(crate) fn run(
    shared: &Shared,
    board: &Board,
    name: &str,
    key: &VerifierKey,
    stop: &dyn Fn(&'static str),
) {
    let mut pause = Duration::ZERO;
    loop {
        let wanted = board.wait(|inner| {
            let target = inner.target.as_ref()?;
            let missing = !target.cosignatures.contains_key(name);
            missing.then(|| (target.clone(), inner.witnesses.get(name).map_or(0, |known| known.cosigned)))
        });
        let Some((target, old)) = wanted else { return };
        match offer(shared, name, key, &target, old) {
            Ok(signature) => {
                pause = Duration::ZERO;
                signed(shared, board, name, &target, signature);
            }
            Err(fault) => {
                if matches!(fault, Fault::Ahead | Fault::Forked) {
                    stop(fault.code());
                }
                failed(shared, board, name, fault);
                pause = (pause * 2).clamp(shared.config.retry_first, shared.config.retry_max);
                board.pause(pause);
            }
        }
    }
}

/// Why there is no cosignature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The witness gave none.
    Witness(&'static str),
    /// Its answer holds no valid cosignature of its own.
    False,
    /// It cosigned with a time at which it was not asked.
    Time,
    /// It has proved that it cosigned more leaves of this log than are here.
    Ahead,
    /// It has proved that this log signed another history.
    Forked,
    /// While it was asked it cosigned a newer checkpoint of this log, which anybody may have brought it.
    Overtaken,
    /// It claims so without proof.
    ClaimsAhead,
    /// A proof could not be built.
    Proof,
}

impl Fault {
    fn code(self) -> &'static str {
        match self {
            Fault::Witness(code) => code,
            Fault::False => "cosignature-false",
            Fault::Time => "cosignature-time",
            Fault::Ahead => "log-behind",
            Fault::Forked => "log-forked",
            Fault::Overtaken => "witness-conflict",
            Fault::ClaimsAhead => "witness-claims-ahead",
            Fault::Proof => "proof-unavailable",
        }
    }
}

/// Offers a checkpoint, correcting the old size when the witness names another.
fn offer(
    shared: &Shared,
    name: &str,
    key: &VerifierKey,
    target: &Target,
    mut old: u64,
) -> Result<Signature, Fault> {
    for _ in 0..=CONFLICTS_MAX {
        let old_size = old.min(target.size);
        let proof = prove(shared, old_size, target.size)?;
        let body = AddCheckpoint { old_size, proof, checkpoint: target.note.clone() }.body();
        let asked = shared.clock.now();
        match shared.witnesses.add_checkpoint(name, &body) {
            Ok(answer) => return valid(&answer, &target.note, key, (asked, shared.clock.now())),
            Err(WitnessError::Conflict { size }) if size > target.size => {
                return Err(is_ahead(shared, name, key));
            }
            Err(WitnessError::Conflict { size }) => old = size,
            Err(error @ (WitnessError::Refused { .. } | WitnessError::Unreachable { .. })) => {
                return Err(Fault::Witness(error.code()));
            }
        }
    }
    Err(Fault::Witness("witness-conflict"))
}

/// A consistency proof; none is needed from nothing.
fn prove(shared: &Shared, old: u64, new: u64) -> Result<Vec<Hash>, Fault> {
    let tree = shared.tree.read().unwrap_or_else(PoisonError::into_inner);
    if old == 0 {
        Ok(Vec::new())
    } else {
        merkle::prove_consistency(old, new, &*tree).map_err(|_| Fault::Proof)
    }
}

/// The witness's own cosignature in its answer: the earliest, as policies count several (log 7.3), when it was made
/// between question and answer.
fn valid(
    answer: &str,
    note: &Note,
    key: &VerifierKey,
    (asked, answered): (Instant, Instant),
) -> Result<Signature, Fault> {
    let lines = parse_signature_lines(answer).map_err(|_| Fault::False)?;
    let mut alone = Note::new(note.text()).map_err(|_| Fault::False)?;
    for line in lines {
        if line.name == key.name() && line.key_id == key.id() {
            alone.add(line).map_err(|_| Fault::False)?;
        }
    }
    let times = cosigned_times(&alone, key).map_err(|_| Fault::False)?;
    let earliest = alone.signatures().iter().zip(times).min_by_key(|(_, time_s)| *time_s);
    let (signature, time_s) = earliest.ok_or(Fault::False)?;
    let time_ms = i64::try_from(time_s).ok().and_then(|time_s| time_s.checked_mul(1000));
    let time = Instant::from_unix_ms(time_ms.ok_or(Fault::Time)?);
    let late = time > answered.plus_ms(CLOCKS_APART_MS_MAX);
    let early = time.plus_ms(SECOND_LAST_MS + CLOCKS_APART_MS_MAX) < asked;
    if late || early { Err(Fault::Time) } else { Ok(signature.clone()) }
}

/// What the witness shows that cosigned more than it was asked for. When this log itself signed that, and has fewer leaves
/// or others, it must not sign any more. What it signed in the meantime is no fault, and a mere claim changes nothing.
fn is_ahead(shared: &Shared, name: &str, key: &VerifierKey) -> Fault {
    let shown = shared.witnesses.newest(name, shared.signer.origin()).ok().flatten();
    let Some(proven) = shown.and_then(|note| proven(&note, shared.signer.note().verifier(), key)) else {
        return Fault::ClaimsAhead;
    };
    // Read after the answer: the log may have grown since it asked.
    let root = shared.tree.read().unwrap_or_else(PoisonError::into_inner).root_at(proven.size);
    match root {
        None => Fault::Ahead,
        Some(root) if root != proven.root => Fault::Forked,
        Some(_) => Fault::Overtaken,
    }
}

/// The checkpoint of a note that this log signed and this witness cosigned.
fn proven(note: &str, log: &VerifierKey, witness: &VerifierKey) -> Option<Checkpoint> {
    let note = Note::parse(note.as_bytes()).ok()?;
    let checkpoint = Checkpoint::open(&note, log).ok()?;
    let times = cosigned_times(&note, witness).ok()?;
    (!times.is_empty()).then_some(checkpoint)
}

fn signed(shared: &Shared, board: &Board, name: &str, target: &Target, signature: Signature) {
    {
        let mut inner = board.lock();
        if let Some(witness) = inner.witnesses.get_mut(name) {
            witness.cosigned = witness.cosigned.max(target.size);
            witness.condition = Condition::Good;
        }
        if let Some(current) = inner.target.as_mut().filter(|current| current.size == target.size) {
            current.cosignatures.insert(name.into(), signature);
        }
    }
    board.notify();
    show(shared, board);
}

fn failed(shared: &Shared, board: &Board, name: &str, fault: Fault) {
    let before = {
        let mut inner = board.lock();
        let Some(witness) = inner.witnesses.get_mut(name) else { return };
        std::mem::replace(&mut witness.condition, Condition::Failing(fault.code()))
    };
    if before != Condition::Failing(fault.code()) {
        tracing::warn!(
            witness = name,
            code = fault.code(),
            "a witness gives no cosignature; it is asked again"
        );
    }
    show(shared, board);
}

/// Brings the witnesses' state into the view, when it changed.
pub(crate) fn show(shared: &Shared, board: &Board) {
    let (health, states) = {
        let inner = board.lock();
        (inner.health(), inner.witnesses.clone())
    };
    let differs = |peer: &crate::view::Peer| {
        states
            .get(&peer.name)
            .is_some_and(|now| (now.cosigned, now.condition) != (peer.cosigned, peer.condition))
    };
    let view = shared.view();
    if view.health.publisher == health && !view.peers.iter().any(differs) {
        return;
    }
    shared.change(|view| {
        view.health.publisher = health;
        let peers = Arc::make_mut(&mut view.peers);
        for peer in peers.iter_mut() {
            if let Some(now) = states.get(&peer.name) {
                peer.cosigned = now.cosigned;
                peer.condition = now.condition;
            }
        }
    });
}
