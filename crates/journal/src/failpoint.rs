//! Fail points: named steps at which a test can make the process fail, or end, on purpose (reliability: kill at
//! each step).
//!
//! Production passes [`FailPoints::none`], which does nothing. This is not a fault model of the disk; the tests
//! for full disks and damaged files make those for real.

use crate::error::StoreError;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The transaction of [`crate::Store::append`].
pub const APPEND: &str = "append";
/// Within it, the write of the second memory, before the database commits.
pub const ACCEPT: &str = "accept";
/// The record of a cosigned checkpoint, [`crate::Store::cosigned`]: from here on it is public.
pub const PUBLISH: &str = "publish";
/// The write of one tile file.
pub const TILE_WRITE: &str = "tile-write";
/// The replacement of the `checkpoint` file.
pub const CHECKPOINT_SWAP: &str = "checkpoint-swap";
/// Every fail point of this crate. Other crates pass their own names through the same hook.
pub const POINTS: [&str; 5] = [APPEND, ACCEPT, PUBLISH, TILE_WRITE, CHECKPOINT_SWAP];

/// What happens at a fail point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: the step is done.
    None,
    /// The step is not done and reports an error.
    Error,
    /// The step is done and made durable, and yet reports an error.
    ErrorAfterPersist,
    /// The step is not done because the disk is full.
    Full,
    /// The process ends before the step.
    Abort,
    /// The process ends directly after the step.
    AbortAfterPersist,
}

/// An error that a fail point made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Injected {
    /// An error of unknown effect.
    #[error("an error was injected at the fail point {0}")]
    Error(&'static str),
    /// A full disk.
    #[error("a full disk was injected at the fail point {0}")]
    Full(&'static str),
}

impl From<Injected> for StoreError {
    fn from(injected: Injected) -> StoreError {
        match injected {
            Injected::Error(point) => StoreError::Io { during: point, found: injected.to_string() },
            Injected::Full(_) => StoreError::Full,
        }
    }
}

type Hook = Arc<dyn Fn(&'static str) -> Fault + Send + Sync>;

/// The hook that is asked at every fail point. Cloning shares it.
#[derive(Clone, Default)]
pub struct FailPoints(Option<Hook>);

impl FailPoints {
    /// No fail points: what production uses.
    #[must_use]
    pub fn none() -> FailPoints {
        FailPoints(None)
    }

    /// Asks `hook` at every pass of every fail point.
    #[must_use]
    pub fn hook(hook: impl Fn(&'static str) -> Fault + Send + Sync + 'static) -> FailPoints {
        FailPoints(Some(Arc::new(hook)))
    }

    /// Gives `fault` at the `nth` pass (from 1) of `point` and nothing before or after it.
    #[must_use]
    pub fn once(point: &str, nth: NonZeroU64, fault: Fault) -> FailPoints {
        let point = point.to_owned();
        let passes = AtomicU64::new(0);
        FailPoints::hook(move |name| {
            let here = name == point && passes.fetch_add(1, Ordering::SeqCst) + 1 == nth.get();
            if here { fault } else { Fault::None }
        })
    }

    /// Does `work` as the step `point`, or what the hook says instead.
    ///
    /// # Errors
    /// The error of `work`, or an [`Injected`] one.
    pub fn step<T, E: From<Injected>>(
        &self,
        point: &'static str,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        match self.0.as_ref().map_or(Fault::None, |hook| hook(point)) {
            Fault::None => work(),
            Fault::Error => Err(Injected::Error(point).into()),
            Fault::Full => Err(Injected::Full(point).into()),
            Fault::ErrorAfterPersist => {
                work()?;
                Err(Injected::Error(point).into())
            }
            Fault::Abort => std::process::abort(),
            Fault::AbortAfterPersist => {
                work()?;
                std::process::abort()
            }
        }
    }
}

impl fmt::Debug for FailPoints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "FailPoints(hook)" } else { "FailPoints(none)" })
    }
}

/// The text does not name a fail point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected NAME:N or NAME-persisted:N with N from 1, for instance append:3, found {found:?}")]
pub struct FailPointSyntax {
    /// What was given.
    pub found: String,
}

impl FromStr for FailPoints {
    type Err = FailPointSyntax;

    /// `NAME:N` ends the process before the N-th pass of a point, `NAME-persisted:N` directly after it.
    fn from_str(text: &str) -> Result<FailPoints, FailPointSyntax> {
        let wrong = || FailPointSyntax { found: text.to_owned() };
        let (name, nth) = text.split_once(':').ok_or_else(wrong)?;
        let nth = nth.parse::<NonZeroU64>().map_err(|_| wrong())?;
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        match name.strip_suffix("-persisted") {
            _ if !plain => Err(wrong()),
            Some(point) => Ok(FailPoints::once(point, nth, Fault::AbortAfterPersist)),
            None => Ok(FailPoints::once(name, nth, Fault::Abort)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn pass(points: &FailPoints, point: &'static str, done: &Cell<u32>) -> Result<(), StoreError> {
        points.step(point, || {
            done.set(done.get() + 1);
            Ok(())
        })
    }

    #[test]
    fn only_the_named_pass_of_the_named_point_fails() {
        let two = NonZeroU64::new(2).unwrap();
        for (fault, done_in_all) in
            [(Fault::Error, 3), (Fault::Full, 3), (Fault::ErrorAfterPersist, 4), (Fault::None, 4)]
        {
            let points = FailPoints::once(APPEND, two, fault);
            let done = Cell::new(0);
            assert!(pass(&points, PUBLISH, &done).is_ok());
            assert!(pass(&points, APPEND, &done).is_ok());
            assert_eq!(pass(&points, APPEND, &done).is_err(), fault != Fault::None);
            assert!(pass(&points, APPEND, &done).is_ok());
            assert_eq!(done.get(), done_in_all, "{fault:?}");
        }
    }

    #[test]
    fn a_point_is_named_with_a_count_from_one() {
        for good in ["append:1", "tile-write-persisted:12", "custody:3"] {
            assert!(good.parse::<FailPoints>().is_ok(), "{good}");
        }
        for bad in ["append", "append:0", ":1", "append:x", "Append:1", "append:1:2"] {
            assert!(bad.parse::<FailPoints>().is_err(), "{bad} must be refused");
        }
    }
}
