//! The board between writer, publisher and the witnesses' threads: how large the log is, which checkpoint is being
//! cosigned, who has signed it.
//!
//! One checkpoint at a time: the next is made when the one before is cosigned. Were a newer one offered to each
//! witness as soon as it is free, slow witnesses could sign different ones for ever and none would get its quorum.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use ximu_basics::Hash;
use ximu_tlog::{
    Policy,
    note::{Note, Signature},
};

use crate::view::{Condition, PublisherHealth};

/// See the module.
#[derive(Default)]
pub(crate) struct Board {
    inner: Mutex<Inner>,
    changed: Condvar,
}

/// What stands on the board.
#[derive(Default)]
pub(crate) struct Inner {
    /// Durable leaves.
    pub size: u64,
    /// Hashes of durable leaves that the publisher has not read back yet, as the writer made them.
    pub written: VecDeque<Hash>,
    /// The policy, once the log is founded.
    pub policy: Option<Arc<Policy>>,
    /// The checkpoint that is being cosigned, or was last.
    pub target: Option<Target>,
    /// The witnesses, by name.
    pub witnesses: BTreeMap<String, Witness>,
    /// No checkpoint of fewer leaves may be published any more: a CLOSE was decided without it.
    pub floor: u64,
    /// A failure of the publisher itself.
    pub failing: Option<&'static str>,
    /// The office is shutting down or has stopped.
    pub closing: bool,
}

/// A checkpoint that is offered to the witnesses.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Leaves it covers.
    pub size: u64,
    /// The checkpoint with the log's signature.
    pub note: Note,
    /// One cosignature of each witness, verified.
    pub cosignatures: BTreeMap<String, Signature>,
    /// Whether it was published.
    pub published: bool,
}

/// One witness.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    /// Leaves of the newest checkpoint it has cosigned, as far as is known.
    pub cosigned: u64,
    /// How it does.
    pub condition: Condition,
}

impl Board {
    /// The board, to look at and to change. Call [`Board::notify`] after a change others wait for.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes everybody who waits.
    pub(crate) fn notify(&self) {
        self.changed.notify_all();
    }

    /// Waits until `wanted` finds something, or the office closes (`None`).
    pub(crate) fn wait<T>(&self, mut wanted: impl FnMut(&mut Inner) -> Option<T>) -> Option<T> {
        let mut inner = self.lock();
        loop {
            if inner.closing {
                return None;
            }
            if let Some(found) = wanted(&mut inner) {
                return Some(found);
            }
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until `done`, or the office closes, at most `patience`.
    pub(crate) fn linger(&self, patience: Duration, done: impl Fn(&Inner) -> bool) {
        let inner = self.lock();
        let waits = |inner: &mut Inner| !inner.closing && !done(inner);
        let waited = self.changed.wait_timeout_while(inner, patience, waits);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits this long, or until the office closes.
    pub(crate) fn pause(&self, pause: Duration) {
        self.linger(pause, |_| false);
    }

    /// Ends every wait.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.notify();
    }
}

impl Inner {
    /// Forbids to publish a checkpoint of fewer than `size` leaves that is not published yet, and forgets the one
    /// that was offered. A CLOSE names the newest checkpoint that was cosigned in time; none may turn up later.
    pub(crate) fn raise_floor(&mut self, size: u64) {
        self.floor = self.floor.max(size);
        let floor = self.floor;
        if self.target.as_ref().is_some_and(|target| !target.published && target.size < floor) {
            self.target = None;
        }
    }

    /// Whether every witness that is not failing has signed the checkpoint that is offered.
    pub(crate) fn all_have_signed(&self) -> bool {
        let Some(target) = &self.target else { return true };
        let answers = |witness: &Witness| !matches!(witness.condition, Condition::Failing(_));
        let mut answering = self.witnesses.iter().filter(|(_, witness)| answers(witness));
        answering.all(|(name, _)| target.cosignatures.contains_key(name))
    }

    /// How the publisher does.
    pub(crate) fn health(&self) -> PublisherHealth {
        if let Some(code) = self.failing {
            return PublisherHealth::Failing(code);
        }
        let Some(policy) = &self.policy else { return PublisherHealth::Idle };
        let failing = |witness: &Witness| matches!(witness.condition, Condition::Failing(_));
        let answering: std::collections::BTreeSet<&str> = self
            .witnesses
            .iter()
            .filter(|(_, witness)| !failing(witness))
            .map(|(name, _)| name.as_str())
            .collect();
        if !policy.satisfied(&answering) {
            PublisherHealth::NoQuorum
        } else if answering.len() < self.witnesses.len() {
            PublisherHealth::Degraded
        } else {
            PublisherHealth::Good
        }
    }
}

impl Target {
    /// The checkpoint with all cosignatures so far, when they satisfy the policy.
    pub(crate) fn cosigned(&self, policy: &Policy) -> Option<Note> {
        let names: std::collections::BTreeSet<&str> = self.cosignatures.keys().map(String::as_str).collect();
        if !policy.satisfied(&names) {
            return None;
        }
        let mut note = self.note.clone();
        for signature in self.cosignatures.values() {
            note.add(signature.clone()).ok()?;
        }
        policy.open(&note).ok()?;
        Some(note)
    }
}
