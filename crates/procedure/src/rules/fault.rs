//! What is wrong with a rules document (rules 9): where, a stable code, expected, found, and what to do.

use alloc::string::String;
use core::fmt;

/// One fault of a rules document. A check reports all of them at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {expected}, found {found}; {fix} [{code}]")]
pub struct RuleFault {
    /// Where: member names joined by points, list places in brackets, phases and legal rules by name, for instance
    /// `lots[0].ceiling`, `phases.seal.deadline`, `legal.documents_to_deadline.value`.
    pub path: String,
    /// Which check.
    pub code: RuleCode,
    /// What the check wants.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do.
    pub fix: String,
}

macro_rules! codes {
    ($($(#[$meaning:meta])* $name:ident = $text:literal,)*) => {
        /// Which check failed; the text of each code is stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RuleCode {
            $($(#[$meaning])* $name,)*
        }

        impl RuleCode {
            /// Every code.
            pub const ALL: &'static [RuleCode] = &[$(RuleCode::$name),*];

            /// The code's stable text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(RuleCode::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The document's form or meaning has another version.
    Version = "rules-version",
    /// The canonical document is larger than the entry that must carry it allows.
    Size = "rules-size",
    /// A text is empty or too long.
    Text = "rules-text",
    /// A name is not of its syntax.
    Name = "rules-name",
    /// A name stands twice in a list.
    Duplicate = "rules-duplicate",
    /// A rehearsal where only real procedures are served.
    Sandbox = "rules-sandbox",
    /// A number is outside its stated range.
    Range = "rules-range",
    /// Not exactly one lot.
    Lots = "rules-lots",
    /// A price of zero, or an amount that cannot be.
    Amount = "rules-amount",
    /// Shares and holders do not fit together.
    Escrow = "rules-escrow",
    /// The beat schedule is not ordered from sparse to dense.
    Beats = "rules-beats",
    /// A window or beat is too short after the rehearsal's mapping.
    TooShort = "rules-too-short",
    /// A phase is missing, doubled, or follows one it may not follow.
    PhaseOrder = "rules-phase-order",
    /// What is read out lacks the price.
    ReadOut = "rules-read-out",
    /// A legal rule is missing or stated twice.
    LegalMissing = "rules-legal-missing",
    /// A legal rule has another unit, or no source.
    LegalForm = "rules-legal-form",
    /// A parameter is laxer than the legal number beside it.
    Legal = "rules-legal",
    /// The procedure's own times break a legal period.
    Period = "rules-period",
    /// An amendment moves the deadline to an earlier instant.
    Earlier = "rules-earlier",
    /// A parameter of the evaluation method is not usable.
    Method = "rules-method",
    /// The committee to be drawn is not possible.
    Draw = "rules-draw",
    /// The committee cannot evaluate by these parameters.
    Score = "rules-score",
    /// The tables of holidays are missing, not usable, or do not reach far enough.
    Calendar = "rules-calendar",
    /// Phase Enter is not stated as it must be.
    Enter = "rules-enter",
    /// The law that the document names requires too little, or is not named rightly.
    Pack = "rules-pack",
    /// A set of coefficients cannot be drawn from.
    Coefficients = "rules-coefficients",
}

impl fmt::Display for RuleCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
