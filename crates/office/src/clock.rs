//! The clock, as an argument. Only the command line owns a real one.

use ximu_basics::Instant;

/// Tells the time. Called from several threads.
///
/// The writer stops hard when an instant is before an earlier one (design 5): an implementation must not smooth
/// that over.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Instant;
}
