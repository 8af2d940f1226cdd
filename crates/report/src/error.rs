//! Why a report cannot be made or read. Codes are stable; what to do stands in the messages of the codes.

use std::path::PathBuf;

use ximu_verify::paper::PaperError;

/// A report cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// No font with Chinese characters was found.
    #[error("expected a font with Chinese characters in {}, found none", folders(.searched))]
    FontMissing {
        /// The folders searched.
        searched: Vec<PathBuf>,
    },
    /// A font file cannot be read as a font.
    #[error("expected a font in {}, found none that can be read", .path.display())]
    FontUnreadable {
        /// Which file.
        path: PathBuf,
    },
    /// No font given has a character that every report needs.
    #[error("expected a font with the character {character} (U+{:04X}), found none", u32::from(*.character))]
    GlyphMissing {
        /// Which character.
        character: char,
    },
    /// What a report carries is not what it must carry.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// The PDF could not be written as PDF/A-3b.
    #[error("the PDF does not hold as PDF/A-3b: {why}")]
    Pdf {
        /// The validator's words.
        why: String,
    },
}

impl ReportError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ReportError::FontMissing { .. } => "font_missing",
            ReportError::FontUnreadable { .. } => "font_unreadable",
            ReportError::GlyphMissing { .. } => "glyph_missing",
            ReportError::Paper(error) => error.code(),
            ReportError::Pdf { .. } => "report_invalid",
        }
    }
}

fn folders(searched: &[PathBuf]) -> String {
    let folders: Vec<String> = searched.iter().map(|path| path.display().to_string()).collect();
    if folders.is_empty() { "no folder".to_owned() } else { folders.join(", ") }
}
