//! The store, and the tree over it. One program: each more is linked with everything that is tested.

#[path = "../common/mod.rs"]
mod common;

mod accepted;
mod conformance;
mod faults;
mod sqlite;
mod start;
mod tiles;
