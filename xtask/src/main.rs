//! The project's own automation. `cargo xtask check` is what CI runs.
#![forbid(unsafe_code)]
fn main() {}
