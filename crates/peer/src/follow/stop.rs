//! Stops followers.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Tells followers to stop, and wakes those that pause.
#[derive(Debug, Default)]
pub struct Stop {
    set: Mutex<bool>,
    wake: Condvar,
}

impl Stop {
    /// Stops every follower after its step; one that waits for the centre stops when the wait ends.
    pub fn set(&self) {
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wake.notify_all();
    }

    /// Whether followers are to stop.
    #[must_use]
    pub fn is_set(&self) -> bool {
        *self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait(&self, pause: Duration) {
        let set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.wake.wait_timeout_while(set, pause, |set| !*set));
    }
}
