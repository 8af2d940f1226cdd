//! The domain: what a rules document says, and what follows from it.
//!
//! Ring 0: no clock, no randomness, no files, no floats; time and ids are arguments. Reading a rules document from
//! a file belongs to `ximu-rulebook`; storing what was decided belongs to `ximu-journal`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod actor;
pub mod calendar;
pub mod conclusion;
pub mod cosigned;
pub mod draw;
pub mod duty;
pub mod enquiry;
pub mod enter;
pub mod envelope;
pub mod evaluation;
mod evolve;
pub mod experts;
pub mod method;
pub mod outcome;
pub mod phase;
pub mod policy;
pub mod reading;
pub mod record;
pub mod registry;
pub mod role;
pub mod rules;
pub mod set;
pub mod supervision;
pub mod tender;
pub mod wire;
pub mod world;

pub use actor::{Actor, Authenticated, REGISTRY, Rejection, authenticate};
pub use evaluation::{Committee, PanelState};
pub use tender::{SealedState, Stage, Tender};
pub use world::{Classes, ReplayError, World};
