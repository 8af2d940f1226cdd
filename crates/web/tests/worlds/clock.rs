//! The one clock of a world, moved by the script.

use std::sync::atomic::{AtomicI64, Ordering};

use ximu_basics::Instant;

/// Shows what the script says, to the centre and to its peers alike.
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that stands at this instant.
    pub fn at(instant: Instant) -> FakeClock {
        FakeClock(AtomicI64::new(instant.unix_ms()))
    }

    /// Moves it.
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.unix_ms(), Ordering::SeqCst);
    }

    /// What it shows.
    pub fn shows(&self) -> Instant {
        Instant::from_unix_ms(self.0.load(Ordering::SeqCst))
    }
}

impl ximu_office::Clock for FakeClock {
    fn now(&self) -> Instant {
        self.shows()
    }
}

impl ximu_peer::Clock for FakeClock {
    fn now(&self) -> Instant {
        self.shows()
    }
}
