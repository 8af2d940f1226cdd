//! A host without its HTTP. One program: each more is linked with everything that is tested.

#[path = "../support/mod.rs"]
mod support;

mod documents;
mod entry;
mod facade;
mod quorum;
mod restarts;
mod secrecy;
mod starts;
mod tender;
mod troubles;
