//! The domain: what a rules document says, and what follows from it.
//!
//! Ring 0: no clock, no randomness, no files, no floats; time and ids are arguments. Reading a rules document from
//! a file belongs to `ximu-rulebook`; storing what was decided belongs to `ximu-journal`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod calendar;
pub mod method;
pub mod rules;
