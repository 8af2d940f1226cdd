//! A leak on purpose, in builds with the feature `planted` only: `/metrics` counts the hidden operations, and the
//! two-worlds test must find it (`tests/worlds.rs`). Nothing else uses it.

use crate::host::Host;

/// The metrics, and the one that must not be there.
pub(crate) fn add(metrics: String, host: &dyn Host) -> String {
    let count = host.planted_operations();
    format!("{metrics}# TYPE ximu_planted_operations gauge\nximu_planted_operations {count}\n")
}
