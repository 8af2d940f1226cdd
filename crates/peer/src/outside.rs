//! What a peer is given instead of reaching for it: the clock and the randomness. Only the command line owns real
//! ones.

use std::fmt;
use std::sync::Arc;
use ximu_basics::Instant;

/// Tells the time. Called from several threads. An implementation must not smooth over a clock that goes back: the
/// witness refuses then, and that is wanted.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Instant;
}

/// Fresh random bytes of the operating system.
#[derive(Clone)]
pub struct Entropy(Arc<Draw>);

type Draw = dyn Fn() -> Option<[u8; 32]> + Send + Sync;

impl Entropy {
    /// A source that `draw`s 32 new random bytes at every call; `None` when the system has none to give.
    #[must_use]
    pub fn new(draw: impl Fn() -> Option<[u8; 32]> + Send + Sync + 'static) -> Entropy {
        Entropy(Arc::new(draw))
    }

    /// 32 new random bytes; `None` when the system has none to give.
    #[must_use]
    pub fn draw(&self) -> Option<[u8; 32]> {
        (self.0)()
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Entropy")
    }
}
