//! What the system tests stand on: real processes of the one executable on loopback, a relay before each of them, the
//! public tool, and what can be read on their disks.
//!
//! Everything waits for the event itself: a line that says a server listens, a long poll for a cosigned checkpoint.
//! Every process is ended by its own id and watches its standard input, so that none outlives a test.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test support: a broken world must stop the test at once"
)]
#![allow(missing_docs, reason = "a test, not an interface")]

pub mod bids;
pub mod crawl;
pub mod disk;
pub mod house;
pub mod process;
pub mod relay;
pub mod scan;
pub mod seen;
pub mod tool;

/// Fresh random bytes in hexadecimal.
pub fn random_hex(bytes: usize) -> String {
    let mut fresh = vec![0; bytes];
    getrandom::fill(&mut fresh).unwrap();
    ximu_basics::hex::encode(&fresh)
}

/// The instant now.
#[allow(clippy::disallowed_methods, reason = "deadlines of real processes are instants of the real clock")]
pub fn now() -> ximu_basics::Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    ximu_basics::Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap())
}
