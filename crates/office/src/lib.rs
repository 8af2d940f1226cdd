//! A centre at work: the host's one write path and its timers.
//!
//! Ring 1. Commands come in as plain structs, are decided by `ximu-procedure`, become durable in `ximu-journal` and
//! are answered; the publisher has the log cosigned; the timers keep the procedures' clocks. No rule stands here,
//! no HTTP (`ximu-web`), no page. The clock, randomness, other centres and the store are given from outside, so that
//! a test runs a whole tender in memory.
//!
//! One writer thread owns all that can change (`writer`); everybody else reads a snapshot (`view`) or the store.
#![forbid(unsafe_code)]

pub mod answer;
mod beats;
mod board;
mod bundle;
pub mod clock;
pub mod committee;
pub mod config;
mod cosigning;
mod disclosed;
mod draft;
pub mod entries;
pub mod failpoint;
mod founding;
mod library;
mod line;
mod load;
pub mod office;
pub mod outside;
mod panel;
mod papers;
#[cfg(feature = "planted")]
mod planted;
mod published;
mod publisher;
mod quota;
pub mod receipts;
pub mod seats;
mod shared;
mod signer;
mod start;
mod state;
pub mod statement;
mod strangers;
mod timers;
pub mod trouble;
mod uploads;
pub mod view;
mod writer;

pub use answer::{Answer, DocumentHead, PublicEntry, ReceiptState, Recorded, UploadHead, Uploaded};
pub use clock::Clock;
pub use config::OfficeConfig;
pub use draft::{OPERATIONS_PER_PERSON_MAX, REFUSALS_PER_PERSON_MAX, REFUSED_BYTES_MAX};
pub use library::{DOCUMENT_BYTES_MAX, RECORD_BYTES_MAX, is_disclosed};
pub use line::COMMANDS_WAITING_MAX;
pub use load::LoadError;
pub use office::{Office, Parts};
pub use outside::{Custody, CustodyError, CustodyRequest, WitnessError, Witnesses};
pub use quota::{
    DOCUMENT_BYTES_PER_PERSON_MAX, DOCUMENTS_PER_PERSON_MAX, UPLOADS_AT_ONCE_MAX, UPLOADS_PER_PERSON_MAX,
};
pub use shared::Listener;
pub use start::OpenError;
pub use strangers::{STRANGER_EVERY_MS, STRANGERS_AT_ONCE_MAX};
pub use trouble::{Trouble, TroubleKind};
pub use uploads::UPLOAD_BYTES_MAX;
pub use view::{Condition, CosignedView, Health, Peer, PublisherHealth, View, WriterHealth};
pub use writer::{COMMANDS_PER_BATCH_MAX, Entropy, OpenStore};
pub use ximu_procedure::wire::Acknowledgement;
