//! What pages show, as plain structs: built from scenes, texts and names, rendered by the templates.

pub mod after;
pub mod beats;
pub mod cards;
pub mod citation;
pub mod draws;
pub mod enquiry;
pub mod frame;
pub mod hall;
pub mod method;
pub mod names;
pub mod opens;
pub mod plain;
pub mod recheck;
pub mod record;
pub mod rules;
pub mod scoring;
pub mod seats;
pub mod stages;
pub mod statistics;
pub mod status;
pub mod timeline;

pub use frame::Frame;
pub use names::Names;
pub use plain::{Column, Proof};
pub use status::Status;
