//! The demonstration: a whole tender on one machine, with every actor's own key, folder and part.
//!
//! The host and the other centres are processes of their own, started from this executable, and everything goes over
//! HTTP. The driver keeps no state of its own but the plan (`demo.json`): each actor looks at its folder and at the
//! public state of the tender and does what is its turn. So any process may be killed at any time, the driver too,
//! and starting again continues.

pub mod actors;
pub mod bill;
pub mod cast;
pub mod children;
pub mod committee;
pub mod driver;
pub mod enquiry;
pub mod experts;
pub mod guest;
pub mod keeping;
pub mod lock;
pub mod narrator;
pub mod office;
pub mod papers;
pub mod places;
pub mod plan;
pub mod registrar;
pub mod scan;
pub mod seat;
pub mod seated;
pub mod stage;
pub mod supervisor;
pub mod tenderer;
