//! What the threads of one office share: the view, read access to the store, the tree, where entries stand.
//!
//! Only the writer changes the world in the view, only the publisher what is cosigned.

use crate::{
    clock::Clock,
    config::OfficeConfig,
    outside::{Custody, Witnesses},
    quota::Quotas,
    seats::Rooms,
    signer::Signer,
    trouble::Trouble,
    view::View,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant as Moment},
};
use ximu_basics::ProcedureId;
use ximu_journal::{FailPoints, Reader, Store, StoreError};
use ximu_tlog::Tree;
use ximu_vault::Vault;

/// Readers of the store that may work at the same time.
const READERS: usize = 4;

/// Called with every new view. It must return at once and must not call the office.
pub type Listener = Box<dyn Fn(&Arc<View>) + Send + Sync>;

/// See the module.
pub(crate) struct Shared {
    pub config: OfficeConfig,
    pub signer: Signer,
    pub clock: Arc<dyn Clock>,
    pub witnesses: Arc<dyn Witnesses>,
    pub custody: Arc<dyn Custody>,
    pub vault: Vault,
    /// Steps at which a test makes the office fail.
    pub fail: FailPoints,
    /// Who waits to sit down.
    pub rooms: Rooms,
    /// What each person has uploaded.
    pub quotas: Quotas,
    /// Every leaf that was read back from the store; the publisher extends it.
    pub tree: RwLock<Tree>,
    /// Where the entries of each procedure stand in the log.
    pub index: RwLock<BTreeMap<ProcedureId, Vec<u64>>>,
    readers: RwLock<Vec<Mutex<Box<dyn Reader>>>>,
    current: Mutex<Current>,
    changed: Condvar,
    listeners: RwLock<Vec<Listener>>,
    repairs: Arc<Mutex<BTreeSet<ProcedureId>>>,
}

/// What the shared parts are made of.
pub(crate) struct SharedParts {
    pub config: OfficeConfig,
    pub signer: Signer,
    pub clock: Arc<dyn Clock>,
    pub witnesses: Arc<dyn Witnesses>,
    pub custody: Arc<dyn Custody>,
    pub vault: Vault,
    pub fail: FailPoints,
}

/// The one repair of a procedure's ciphertexts; dropping it ends the claim.
pub(crate) struct RepairClaim {
    claims: Arc<Mutex<BTreeSet<ProcedureId>>>,
    procedure: ProcedureId,
}

impl Drop for RepairClaim {
    fn drop(&mut self) {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.procedure);
    }
}

/// The view and how often it was replaced.
struct Current {
    version: u64,
    view: Arc<View>,
}

impl Shared {
    pub(crate) fn new(parts: SharedParts, view: View) -> Shared {
        let SharedParts { config, signer, clock, witnesses, custody, vault, fail } = parts;
        Shared {
            config,
            signer,
            clock,
            witnesses,
            custody,
            vault,
            fail,
            rooms: Rooms::default(),
            quotas: Quotas::default(),
            tree: RwLock::default(),
            index: RwLock::default(),
            readers: RwLock::default(),
            current: Mutex::new(Current { version: 0, view: Arc::new(view) }),
            changed: Condvar::new(),
            listeners: RwLock::default(),
            repairs: Arc::default(),
        }
    }

    /// Claims the repair of a procedure's ciphertexts; `None` while another one works.
    pub(crate) fn claim_repair(&self, procedure: &ProcedureId) -> Option<RepairClaim> {
        let fresh = self.repairs.lock().unwrap_or_else(PoisonError::into_inner).insert(procedure.clone());
        fresh.then(|| RepairClaim { claims: self.repairs.clone(), procedure: procedure.clone() })
    }

    /// Passes a fail point; without one this does nothing.
    pub(crate) fn pass(&self, point: &'static str) -> Result<(), Trouble> {
        self.fail.step(point, || Ok::<(), StoreError>(())).map_err(|_| Trouble::NotRecorded)
    }

    /// Says whether a procedure cannot be closed because nothing was cosigned in time.
    pub(crate) fn lacks_evidence(&self, lacks: bool) {
        if self.view().health.close_lacks_evidence != lacks {
            self.change(|view| view.health.close_lacks_evidence = lacks);
        }
    }

    /// The newest view.
    pub(crate) fn view(&self) -> Arc<View> {
        self.lock().view.clone()
    }

    /// The newest view and its version.
    pub(crate) fn versioned(&self) -> (u64, Arc<View>) {
        let current = self.lock();
        (current.version, current.view.clone())
    }

    /// Replaces the view by a changed copy, wakes who waits for a change, and tells the listeners.
    pub(crate) fn change(&self, change: impl FnOnce(&mut View)) {
        let view = {
            let mut current = self.lock();
            let mut view = View::clone(&current.view);
            change(&mut view);
            current.view = Arc::new(view);
            current.version = current.version.wrapping_add(1);
            current.view.clone()
        };
        self.changed.notify_all();
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(&view);
        }
    }

    /// Calls `listener` with every view from now on.
    pub(crate) fn listen(&self, listener: Listener) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Waits until `wanted` finds something in the view, at most `timeout`.
    pub(crate) fn wait<T>(
        &self,
        timeout: Duration,
        mut wanted: impl FnMut(&Arc<View>) -> Option<T>,
    ) -> Option<T> {
        let end = Moment::now().checked_add(timeout);
        let (mut version, mut view) = self.versioned();
        loop {
            if let Some(found) = wanted(&view) {
                return Some(found);
            }
            let left = end.map_or(timeout, |end| end.saturating_duration_since(Moment::now()));
            if left.is_zero() {
                return None;
            }
            let mut current = self.lock();
            if current.version == version {
                let waited = self.changed.wait_timeout(current, left);
                current = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            (version, view) = (current.version, current.view.clone());
        }
    }

    /// Opens the read side anew: at the start and after the store was opened again.
    pub(crate) fn open_readers(&self, store: &dyn Store) -> Result<(), StoreError> {
        let fresh = (0..READERS).map(|_| store.reader().map(Mutex::new)).collect::<Result<Vec<_>, _>>()?;
        *self.readers.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Reads from the store.
    ///
    /// # Errors
    /// [`Trouble::Unreadable`].
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&dyn Reader) -> Result<T, StoreError>,
    ) -> Result<T, Trouble> {
        self.read_store(work).map_err(|error| Trouble::Unreadable { code: error.code() })
    }

    /// Reads from the store, with the store's own error.
    pub(crate) fn read_store<T>(
        &self,
        work: impl FnOnce(&dyn Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let readers = self.readers.read().unwrap_or_else(PoisonError::into_inner);
        let reader = match readers.iter().find_map(|reader| reader.try_lock().ok()) {
            Some(reader) => reader,
            None => {
                let first = readers.first().ok_or(StoreError::Stopped)?;
                first.lock().unwrap_or_else(PoisonError::into_inner)
            }
        };
        work(&**reader)
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
