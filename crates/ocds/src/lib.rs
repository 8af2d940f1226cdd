//! The public entries of a log as releases and records of the Open Contracting Data Standard (docs/spec/ocds.md).
//!
//! Ring 0: a pure function of public entries and of the names that are disclosed. It decides nothing, reads no sealed
//! state and knows no server: who serves or writes the JSON brings the entries. What the entries mean belongs to
//! `ximu-procedure`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod book;
pub mod extension;
pub mod json;
mod keyed;
pub mod merge;
pub mod package;
pub mod setting;
pub mod tell;
mod withheld;

pub use book::{Book, Told};
pub use json::{Json, Object};
pub use package::{Package, record};
pub use setting::{Prefix, Setting};
pub use tell::{Fact, Names, NoNames, Release, releases};
