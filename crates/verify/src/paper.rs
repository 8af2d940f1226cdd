//! A report as it is given to be checked (records 7): the record, the names and the forms that the PDF carries. Not here:
//! how a report is drawn, and whether its pages show what it carries (`ximu-report`).

mod extract;
mod forms;
mod names;

pub use extract::{Extracted, REPORT_BYTES_MAX, extract};
pub use forms::Forms;
pub use names::Names;

/// The name of the embedded record.
pub const RECORD_FILE: &str = "record.json";

/// The name of the embedded names.
pub const NAMES_FILE: &str = "names.json";

/// The name of the embedded forms; only beside an opening record.
pub const FORMS_FILE: &str = "forms.json";

/// What a file carries is not what a report carries. What to do stands in the messages of the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// Names that do not belong to the record.
    #[error("expected names that open commitments of the record, found others")]
    NamesDiffer,
    /// Forms that are not those the record names.
    #[error("expected the forms that the record names by their hashes, found others")]
    FormsDiffer,
    /// The file is not a report that this program wrote.
    #[error("expected a report as `ximu report` writes it: {expected}")]
    Foreign {
        /// What was expected.
        expected: &'static str,
    },
}

impl PaperError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PaperError::NamesDiffer => "names_differ",
            PaperError::FormsDiffer => "forms_differ",
            PaperError::Foreign { .. } => "report_foreign",
        }
    }
}
