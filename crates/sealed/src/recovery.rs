//! The recovery file: what a sealer must not lose (sealed-bid 10.3). It is an age identity file, so stock
//! `age -d -i form.key form.age` works; what else it says stands in comments.

use crate::{
    age::Identity,
    context::{Context, ContextFields},
    plan::SealPlan,
};
use alloc::{format, string::String};
use core::fmt;
use ximu_basics::{Hash, hex};
use zeroize::Zeroizing;

/// The secrets that go with one envelope.
#[derive(Clone)]
pub struct Recovery {
    /// Opens the envelope.
    pub opening_key: Identity,
    /// Salt of the commitment to the plaintext.
    pub plain_salt: [u8; 32],
    /// What the envelope belongs to.
    pub context: Context,
}

impl Recovery {
    /// The recovery file of a planned envelope. It should be on disk before the envelope is.
    #[must_use]
    pub fn of(plan: &SealPlan) -> Recovery {
        Recovery {
            opening_key: plan.opening_key().clone(),
            plain_salt: *plan.plain_salt(),
            context: plan.manifest().context.clone(),
        }
    }

    /// The file's text. Seven comment lines, then the identity.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let context = &self.context;
        Zeroizing::new(format!(
            "# {} {}\n# genesis: {}\n# lot: {}\n# pseudonym: {}\n# version: {}\n# context-salt: {}\n# plain-salt: {}\n{}\n",
            crate::PROFILE,
            context.envelope,
            context.genesis,
            context.lot,
            context.pseudonym,
            context.version,
            hex::encode(&context.salt),
            hex::encode(&self.plain_salt),
            self.opening_key.to_text().as_str(),
        ))
    }

    /// Reads a recovery file.
    ///
    /// # Errors
    /// [`RecoveryError`].
    pub fn from_text(text: &str) -> Result<Recovery, RecoveryError> {
        let mut lines = Lines { lines: text.lines(), number: 0 };
        let envelope = lines.after("# ximu-seal/1 ")?;
        let envelope = lines.value("an envelope name", envelope.parse().ok())?;
        let genesis: Hash = lines.read("# genesis: ")?;
        let lot = lines.read("# lot: ")?;
        let pseudonym = lines.read("# pseudonym: ")?;
        let version = lines.read("# version: ")?;
        let salt: Hash = lines.read("# context-salt: ")?;
        let plain_salt: Hash = lines.read("# plain-salt: ")?;
        let opening_key = lines.read("")?;
        let context = ContextFields { genesis, lot, pseudonym, version, envelope }.with_salt(salt.0);
        let recovery = Recovery { opening_key, plain_salt: plain_salt.0, context };
        if recovery.to_text().as_str() == text { Ok(recovery) } else { Err(RecoveryError::Spelling) }
    }
}

impl fmt::Debug for Recovery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Recovery(secret of {:?})", self.context)
    }
}

struct Lines<'a> {
    lines: core::str::Lines<'a>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn after(&mut self, prefix: &'static str) -> Result<&'a str, RecoveryError> {
        self.number += 1;
        let line = self.lines.next().unwrap_or_default();
        line.strip_prefix(prefix).ok_or(RecoveryError::Line { line: self.number, expected: prefix })
    }

    fn value<T>(&self, expected: &'static str, value: Option<T>) -> Result<T, RecoveryError> {
        value.ok_or(RecoveryError::Line { line: self.number, expected })
    }

    fn read<T: core::str::FromStr>(&mut self, prefix: &'static str) -> Result<T, RecoveryError> {
        let value = self.after(prefix)?.parse().ok();
        self.value(if prefix.is_empty() { "AGE-SECRET-KEY-1..." } else { prefix }, value)
    }
}

/// The text is not a recovery file. What stands in it is secret and not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// A line is not what it must be.
    #[error("recovery file, line {line}: expected {expected:?} and a value, found something else")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// How it begins.
        expected: &'static str,
    },
    /// Spaces, empty lines or lines at the end that do not belong.
    #[error("expected a recovery file of eight plain lines, found another spelling")]
    Spelling,
}

impl RecoveryError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            RecoveryError::Line { .. } => "seal-recovery-line",
            RecoveryError::Spelling => "seal-recovery-spelling",
        }
    }
}
