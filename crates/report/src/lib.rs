//! Official records as people read and file them: PDF/A-3 with the record embedded, and HTML (records 6-8).
//!
//! A report is a function of the record document, the disclosed names, the forms that were read out and the fonts: made
//! twice, it has the same bytes. What a record says belongs to `ximu-procedure`, whether it follows from the log, and what
//! a PDF of this crate carries, to `ximu-verify`. No file of a bidder is ever read here.
#![forbid(unsafe_code)]

mod error;
mod font;
pub mod html;
mod paper;
mod pdf;
pub mod sheet;
mod visible;
mod words;

pub use error::ReportError;
pub use font::{Face, Fonts};
pub use pdf::pdf;
pub use sheet::Sheet;
pub use visible::{is_hidden, visible};
pub use words::{fault, flag, identity, not_counted, rejected, route, void};
pub use ximu_verify::paper::{Extracted, Forms, Names, PaperError, extract};
