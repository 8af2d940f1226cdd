//! The one executable, `ximu`.
#![forbid(unsafe_code)]
fn main() {}
