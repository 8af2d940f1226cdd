//! What a report tells a person, in one language, and what a file is that somebody gives: the command line and the page
//! `/verify` say the same of the same bytes. Not here: how it is shown, and the sentences around it (`locales`).

use alloc::{string::String, vec::Vec};
use serde::Serialize;
use ximu_basics::Hash;
use ximu_tlog::{Note, Receipt};

use crate::{
    Code, Failure, Place, Report,
    report::{Count, NoteCode, Subject},
    zip,
};

/// The most bytes of files that a browser's module takes: they stand in its memory once, and what is replayed beside
/// them. A 32-bit module has 4 GiB and a telephone's tab a fraction of that; a bundle of 27 bids has one megabyte.
pub const BROWSER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// How an age file begins: an archive.
pub const AGE: &[u8] = b"age-encryption.org/v1\n";

/// How a PDF begins: an official record on paper.
pub const PDF: &[u8] = b"%PDF-";

/// What a file is, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// A container: a bundle, when it holds.
    Bundle,
    /// An age file: only its identity opens it.
    Archive,
    /// A PDF: a report, when it is one of ours.
    Paper,
    /// A bidder's receipt: to be compared with a bundle.
    Receipt,
    /// A checkpoint: to be compared with a bundle.
    Checkpoint,
    /// Nothing that is known here.
    Other,
}

impl Given {
    /// Looks at a file.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Given {
        if bytes.starts_with(AGE) {
            return Given::Archive;
        }
        if bytes.starts_with(PDF) {
            return Given::Paper;
        }
        if bytes.starts_with(&zip::BEGIN) {
            return Given::Bundle;
        }
        if Receipt::parse(bytes.strip_suffix(b"\n").unwrap_or(bytes)).is_ok() {
            return Given::Receipt;
        }
        if Note::parse(bytes).is_ok() { Given::Checkpoint } else { Given::Other }
    }
}

/// The language in which a report is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything holds under the policy that the reader pinned.
    Holds,
    /// Everything is consistent under the bundle's own policy, which nobody pinned.
    Consistent,
    /// Something does not hold.
    False,
    /// The bundle could not be read, so nothing was checked.
    Unread,
}

/// A report as it is told: what was looked at, what does not hold, what should be known, the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The checks that looked at something, in their order.
    pub checks: Vec<Count>,
    /// The first failure of each code; codes with the fewest first: one wrong leaf makes every later root wrong, and is
    /// the cause.
    pub failures: Vec<Finding<Code>>,
    /// What holds and should still be known.
    pub notes: Vec<Finding<NoteCode>>,
    /// Fingerprint of the bundle's policy.
    pub policy: Option<Hash>,
    /// Whether the log is one of rehearsals.
    pub rehearsal: bool,
    /// What was checked.
    pub subject: Option<Subject>,
    /// What the bundle does not show, by class.
    pub undisclosed: Vec<Count>,
    /// The answer.
    pub verdict: Verdict,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding<C> {
    /// Its stable code.
    pub code: C,
    /// What was found, for people who know the formats; English.
    pub detail: String,
    /// What to do; a note says it in its sentence.
    pub advice: Option<&'static str>,
    /// Where.
    pub entry: Place,
    /// What is wrong, in one plain sentence.
    pub meaning: &'static str,
    /// How many more there are with this code.
    pub more: usize,
}

impl Report {
    /// The answer in one word.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.ok, self.pinned) {
            (true, true) => Verdict::Holds,
            (true, false) => Verdict::Consistent,
            (false, _) if self.exit() == Code::ContainerBroken.exit() => Verdict::Unread,
            (false, _) => Verdict::False,
        }
    }

    /// What it tells a person.
    #[must_use]
    pub fn told(&self, tongue: Tongue) -> Told {
        let pick = |zh, en| match tongue {
            Tongue::Chinese => zh,
            Tongue::English => en,
        };
        let failure = |(failure, more): (&Failure, usize)| {
            let words = failure.code.words();
            Finding {
                code: failure.code,
                detail: failure.detail.clone(),
                advice: Some(pick(words.zh_do, words.en_do)),
                entry: failure.entry.clone(),
                meaning: pick(words.zh, words.en),
                more,
            }
        };
        let note = |note: &crate::Note| {
            let (zh, en) = note.code.words();
            let (detail, entry) = (note.detail.clone(), note.entry.clone());
            Finding { code: note.code, detail, advice: None, entry, meaning: pick(zh, en), more: 0 }
        };
        Told {
            checks: self.checks.iter().copied().filter(|check| check.count > 0).collect(),
            failures: firsts(&self.failures).into_iter().map(failure).collect(),
            notes: self.notes.iter().map(note).collect(),
            policy: self.policy,
            rehearsal: self.rehearsal,
            subject: self.subject.clone(),
            undisclosed: self.undisclosed.iter().map(|(name, count)| Count { name, count: *count }).collect(),
            verdict: self.verdict(),
        }
    }
}

fn firsts(failures: &[Failure]) -> Vec<(&Failure, usize)> {
    let mut firsts: Vec<(&Failure, usize)> = Vec::new();
    for failure in failures {
        match firsts.iter_mut().find(|(first, _)| first.code == failure.code) {
            Some((_, more)) => *more = more.saturating_add(1),
            None => firsts.push((failure, 0)),
        }
    }
    firsts.sort_by_key(|(_, more)| *more);
    firsts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, verify};

    #[test]
    fn a_file_is_known_by_its_bytes() {
        for (bytes, expected) in [
            (&b"PK\x03\x04"[..], Given::Bundle),
            (b"age-encryption.org/v1\n-> X25519", Given::Archive),
            (b"%PDF-1.7\n", Given::Paper),
            (b"", Given::Other),
            (b"{}", Given::Other),
        ] {
            assert_eq!(Given::of(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_so_in_both_languages() {
        let report = verify(b"no container", &Options::default());
        for (tongue, begin) in [(Tongue::Chinese, "文件不是"), (Tongue::English, "The file is not")] {
            let told = report.told(tongue);
            assert_eq!((told.verdict, told.failures.len()), (Verdict::Unread, 1));
            assert_eq!(told.failures[0].code, Code::ContainerBroken);
            assert!(told.failures[0].meaning.starts_with(begin), "{told:?}");
            assert!(told.checks.is_empty());
        }
    }

    #[test]
    fn the_code_with_the_fewest_failures_comes_first() {
        let failure = |code| Failure::new(code, Place::Bundle, "");
        let failures = [Code::FileMissing, Code::FileMissing, Code::PolicyPin].map(failure);
        let firsts: Vec<(Code, usize)> =
            firsts(&failures).into_iter().map(|(first, more)| (first.code, more)).collect();
        assert_eq!(firsts, [(Code::PolicyPin, 0), (Code::FileMissing, 1)]);
    }
}
