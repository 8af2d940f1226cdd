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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn recovery() -> Recovery {
        let context = ContextFields {
            genesis: Hash::of(b"genesis"),
            lot: "lot-1".parse().unwrap(),
            pseudonym: "bidder-07".parse().unwrap(),
            version: 12,
            envelope: "form".parse().unwrap(),
        };
        Recovery {
            opening_key: Identity::from_bytes([3; 32]),
            plain_salt: [4; 32],
            context: context.with_salt([5; 32]),
        }
    }

    #[test]
    fn a_recovery_file_survives_and_stock_age_skips_its_comments() {
        let text = recovery().to_text();
        let read = Recovery::from_text(&text).unwrap();
        assert_eq!(read.context, recovery().context);
        assert_eq!(read.plain_salt, [4; 32]);
        assert_eq!(read.opening_key.as_bytes(), &[3; 32]);
        let lines: alloc::vec::Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("AGE-SECRET-KEY-1"));
    }

    #[test]
    fn a_damaged_recovery_file_is_refused_by_line_and_tells_no_secret() {
        let text = recovery().to_text().to_string();
        for line in 0..8 {
            let damaged: String = text
                .lines()
                .enumerate()
                .map(|(number, text)| if number == line { "x\n".into() } else { format!("{text}\n") })
                .collect();
            let refusal = Recovery::from_text(&damaged).unwrap_err();
            assert!(matches!(refusal, RecoveryError::Line { line: found, .. } if found == line + 1));
            assert_eq!(refusal.code(), "seal-recovery-line");
            assert!(!refusal.to_string().contains("AGE-SECRET-KEY-1E"), "{refusal}");
        }
        for damaged in
            [format!("{text}\n"), text.trim_end().to_string(), text.replace('\n', "\r\n"), format!("{text}x")]
        {
            let refusal = Recovery::from_text(&damaged).unwrap_err();
            assert_eq!(refusal.code(), "seal-recovery-spelling");
        }
    }
}
