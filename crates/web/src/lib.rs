//! The centre's pages and its HTTP interface.
//!
//! Ring 2. Pages are rendered here from what the centre's log made public; commands, uploads and documents are
//! handed on. No rule, no SQL, no storage: everything comes through [`host::Host`]. Before CLOSE nothing that a
//! reader can see (page, header, event, size) depends on how many bids there are; nothing is given to this crate
//! that would.
#![forbid(unsafe_code)]

pub mod api;
pub mod assets;
pub mod body;
pub mod codes;
pub mod headers;
pub mod host;
mod inert;
pub mod live;
pub mod metrics;
pub mod neighbours;
pub mod page;
pub mod papers;
#[cfg(feature = "planted")]
mod planted;
pub mod reader;
pub mod router;
pub mod scene;
pub mod serve;
pub mod site;
pub mod story;
pub mod view;

pub use host::{Host, OfficeHost};
pub use metrics::metrics_router;
pub use papers::Papers;
pub use router::router;
pub use serve::{Limits, serve};
pub use site::{Faces, Site};
