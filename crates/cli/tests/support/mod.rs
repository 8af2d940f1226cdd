//! What the tests with real processes share: a rehearsal that is interrupted, and who remembers what was promised in it.

pub mod dice;
pub mod processes;
pub mod record;
pub mod rehearsal;
pub mod words;
