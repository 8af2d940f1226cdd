//! A fault of a rules file: file, line, key, a stable code, expected, found, and what to do.

use std::fmt;
use ximu_procedure::rules::RuleCode;

use crate::tree::Place;

/// One fault of a rules file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {key}: expected {expected}, found {found}; {fix} [{code}]")]
pub struct Fault {
    /// The file, as it was named; an embedded preset is `preset:<name>`.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The key, for instance `seal.deadline`.
    pub key: String,
    /// Which check.
    pub code: Code,
    /// What the check wants.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do.
    pub fix: String,
}

/// Which check failed; the text of each code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The file cannot be read as text.
    Unreadable,
    /// The text is not TOML.
    Toml,
    /// A key of this name does not exist.
    UnknownKey,
    /// A key is missing.
    Missing,
    /// A value has another type.
    Type,
    /// A value is not of its syntax, or not of the closed set.
    Value,
    /// No preset has this name.
    PresetUnknown,
    /// Presets stand on each other without end.
    PresetDepth,
    /// A legal number is laxer than that of the preset below.
    Laxer,
    /// The document itself has a fault.
    Rule(RuleCode),
}

impl Code {
    /// The code's stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Unreadable => "rulebook-unreadable",
            Code::Toml => "rulebook-toml",
            Code::UnknownKey => "rulebook-unknown-key",
            Code::Missing => "rulebook-missing",
            Code::Type => "rulebook-type",
            Code::Value => "rulebook-value",
            Code::PresetUnknown => "rulebook-preset-unknown",
            Code::PresetDepth => "rulebook-preset-depth",
            Code::Laxer => "rulebook-laxer",
            Code::Rule(code) => code.as_str(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Fault {
    /// A fault at a place.
    pub(crate) fn at(
        place: &Place,
        key: &str,
        code: Code,
        expected: String,
        found: String,
        fix: String,
    ) -> Fault {
        let (line, column) = (place.line, place.column);
        Fault { file: place.file.to_string(), line, column, key: key.to_string(), code, expected, found, fix }
    }

    /// A fault of a file as a whole.
    pub(crate) fn whole_file(file: &str, code: Code, expected: String, found: String, fix: &str) -> Fault {
        let (file, key, fix) = (file.to_string(), "file".to_string(), fix.to_string());
        Fault { file, line: 1, column: 1, key, code, expected, found, fix }
    }
}

/// Faults by file and line, so that a reader goes through each file once.
pub(crate) fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by(|left, right| (&left.file, left.line).cmp(&(&right.file, right.line)));
    faults
}
