//! The serialized forms: what is signed, stored, hashed and sent (journal 2-5). Versioned; old versions are parsed
//! for ever and written never. The meaning of a command is decided in `phase` and `registry`, never here.

pub mod acknowledgement;
pub mod bond;
pub mod command;
pub mod draw;
pub mod evaluation;
pub mod event;
pub mod form;
pub mod identity;
pub mod leaf;
pub mod opening;
pub mod operation;
pub mod order;
pub mod record;
pub mod refusal;
pub mod set;
pub mod share;
pub mod signed;
pub mod statement;
pub mod waiting;

pub use acknowledgement::Acknowledgement;
pub use command::Command;
pub use event::Event;
pub use form::Form;
pub use leaf::{BeatLeaf, Entry, Leaf, Outcome, VeilLeaf};
pub use operation::{Operation, PanelOperation};
pub use record::{Record, RecordKind};
pub use refusal::Refusal;
pub use signed::{CommandBody, SignedCommand};
