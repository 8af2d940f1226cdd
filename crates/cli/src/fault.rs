//! What a person is told when something did not work: what was expected, what was found, what to do; and the
//! exit code a program sees.
//!
//! Faults of libraries come in with their own sentence and stable code; nothing is hidden and nothing is printed
//! here.

mod disk;

use crate::sentence::{Sentence, technical};
use std::{fmt, path::Path};
use ximu_text::{Language, Text};

/// The exit codes of every subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It is done, or it holds.
    Done = 0,
    /// It does not hold: the answer of a check.
    False = 1,
    /// It could not be done or read: arguments, files, network.
    Failed = 2,
    /// The centre refused, for a reason that stands in the answer.
    Refused = 3,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit as u8)
    }
}

/// Something could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The exit code.
    pub exit: Exit,
    /// The stable code, for the page of codes.
    pub code: String,
    /// What was expected and what was found.
    pub said: Sentence,
    /// What to do next; empty when the sentence says it.
    pub advice: Sentence,
    /// Whether the same may work later without anybody changing anything.
    pub passes: bool,
}

/// What every subcommand gives.
pub type Done = Result<Exit, Fault>;

impl Fault {
    /// Something could not be done.
    pub fn new(code: impl Into<String>, said: impl Into<Sentence>, advice: impl Into<Sentence>) -> Fault {
        let (exit, passes) = (Exit::Failed, false);
        Fault { exit, code: code.into(), said: said.into(), advice: advice.into(), passes }
    }

    /// A file could not be read or written.
    pub fn file(action: &str, path: &Path, error: &dyn fmt::Display) -> Fault {
        disk::fault(action, path, error)
    }

    /// An argument means nothing.
    pub fn argument(said: impl Into<Sentence>, advice: impl Into<Sentence>) -> Fault {
        Fault::new("argument", said, advice)
    }

    /// The same fault, which passes.
    #[must_use]
    pub fn passing(mut self) -> Fault {
        self.passes = true;
        self
    }

    /// Whether it is about an envelope that does not open or hold though it is the one submitted, and about nothing else:
    /// the bidder's fault (evaluation 12.6).
    #[must_use]
    pub fn is_of_documents(&self) -> bool {
        // Neither says anything about bytes that are those of the submission.
        let says_nothing = ["seal-commitment", "seal-self-check"].contains(&self.code.as_str());
        self.code == "papers-closed" || (self.code.starts_with("seal-") && !says_nothing)
    }

    /// Whether one bid's documents stay closed and it is not its bidder's fault: the centre gave other bytes, or too few
    /// holders gave good shares.
    #[must_use]
    pub fn is_of_others(&self) -> bool {
        self.code == "papers-altered" || self.code == "papers-missing-shares"
    }

    /// The same fault after these words.
    #[must_use]
    pub fn during(mut self, what: impl Into<Sentence>) -> Fault {
        self.said = what.into().before(&self.said);
        self
    }
}

impl Fault {
    /// The fault for a reader of this language: what the code means, what was found, and what to do, here or whenever
    /// this code is met. What a library found in its own words is a technical detail behind the meaning.
    pub fn told(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        let mut lines = vec![format!("错误 [{}]：{}", self.code, self.meaning())];
        let found = self.said.told(language);
        if !found.is_empty() {
            lines.push(format!("  所见：{found}"));
        }
        let action = self.action(language);
        if !action.is_empty() {
            lines.push(format!("  怎么办：{action}"));
        }
        lines.join("\n")
    }

    /// What the code means in Chinese, with what a library found.
    fn meaning(&self) -> String {
        let meaning = ximu_web::codes::meaning(Text::new(Language::Chinese), &self.code);
        let english = self.said.told(Language::English);
        if self.said.told(Language::Chinese).is_empty() && !english.is_empty() {
            return meaning + &technical(english);
        }
        meaning
    }

    /// Code, meaning and what was found in one line, for lists of what was looked at.
    pub fn found(&self, language: Language) -> String {
        match language {
            Language::English => format!("[{}] {}", self.code, self.said),
            Language::Chinese => format!("[{}] {}{}", self.code, self.meaning(), self.said.told(language)),
        }
    }

    /// What to do. In Chinese what the code says to do to everybody, where nothing is said here.
    pub fn action(&self, language: Language) -> String {
        match (self.advice.told(language), language) {
            ("", Language::Chinese) => ximu_web::codes::action(Text::new(language), &self.code),
            (here, _) => here.to_owned(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error [{}]: {}", self.code, self.said)?;
        let advice = self.advice.told(Language::English);
        if !advice.is_empty() {
            write!(formatter, "\n  to do: {advice}")?;
        }
        Ok(())
    }
}

impl From<ximu_client::ClientError> for Fault {
    fn from(error: ximu_client::ClientError) -> Fault {
        let passes = error.is_passing();
        let advice = if passes {
            Sentence::from(Text::advice_nothing_twice)
        } else {
            // What the page of codes says to do.
            let name = format!("code-{}-do", error.code());
            Sentence::from(|t: Text| t.named(&name).unwrap_or_default())
        };
        Fault { passes, ..Fault::new(error.code(), error.to_string(), advice) }
    }
}

impl From<ximu_basics::json::JsonError> for Fault {
    fn from(error: ximu_basics::json::JsonError) -> Fault {
        Fault::new("json", error.to_string(), "")
    }
}

impl From<ximu_procedure::wire::signed::SignedError> for Fault {
    fn from(error: ximu_procedure::wire::signed::SignedError) -> Fault {
        Fault::new("command", error.to_string(), "")
    }
}

impl From<ximu_bidder::BidderError> for Fault {
    fn from(error: ximu_bidder::BidderError) -> Fault {
        use ximu_bidder::BidderError;
        use ximu_procedure::evaluation::papers::Closed;
        let advice: Sentence = match &error {
            BidderError::Differs { .. } => Text::advice_correct_price.into(),
            BidderError::LogBroken(_) => Text::advice_log_broken.into(),
            BidderError::KeyUnknown(_) => Text::advice_register_first.into(),
            BidderError::KeyDiffers { .. } => Text::advice_that_key.into(),
            BidderError::TooLarge(_) => Text::advice_smaller.into(),
            BidderError::Acknowledgement(_) => Text::advice_keep_answer.into(),
            BidderError::SeatChoice => Text::advice_seat_again.into(),
            BidderError::SeatUnvouched(_) => Text::advice_both_vouch.into(),
            BidderError::SheetNotAsked | BidderError::Sheet => Text::advice_see_asked.into(),
            BidderError::PapersClosed(Closed::TooFew) => Text::advice_too_few_shares.into(),
            BidderError::PapersClosed(Closed::Header | Closed::Key | Closed::Broken) => {
                Text::advice_bidder_fault.into()
            }
            BidderError::PapersAltered { .. } => Text::advice_not_bidder_fault.into(),
            BidderError::Seal(_)
            | BidderError::Signed(_)
            | BidderError::Json(_)
            | BidderError::Amount { .. }
            | BidderError::NoPrice
            | BidderError::KeyFile
            | BidderError::Passphrase { .. }
            | BidderError::Lock
            | BidderError::Policy(_)
            | BidderError::Unknown(_)
            | BidderError::Tender
            | BidderError::OtherBid { .. }
            | BidderError::Receipt(_) => Sentence::default(),
        };
        Fault::new(error.code(), error.to_string(), advice)
    }
}

impl From<ximu_sealed::SealError> for Fault {
    fn from(error: ximu_sealed::SealError) -> Fault {
        Fault::new(error.code(), error.to_string(), "")
    }
}

impl From<ximu_sealer::SealerError> for Fault {
    fn from(error: ximu_sealer::SealerError) -> Fault {
        Fault::new(error.code(), error.to_string(), "")
    }
}

impl From<ximu_journal::StoreError> for Fault {
    fn from(error: ximu_journal::StoreError) -> Fault {
        Fault::new(error.code(), error.to_string(), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_bidder::BidderError;
    use ximu_procedure::evaluation::papers::Closed;
    use ximu_sealed::Commitment;

    #[test]
    fn only_what_the_bidder_submitted_itself_is_its_fault() {
        let (expected, found) = (Commitment::of(b"submitted"), Commitment::of(b"given"));
        let altered = Fault::from(BidderError::PapersAltered { expected, found });
        assert_eq!(altered.code, "papers-altered");
        let few = Fault::from(BidderError::PapersClosed(Closed::TooFew));
        assert_eq!(few.code, "papers-missing-shares");
        for fault in [altered, few] {
            assert!(!fault.is_of_documents() && fault.is_of_others(), "{fault}");
            let told = fault.told(Language::Chinese);
            assert!(told.contains("投标人") && told.contains("怎么办："), "{told}");
        }
        for closed in [Closed::Header, Closed::Key, Closed::Broken] {
            let fault = Fault::from(BidderError::PapersClosed(closed));
            assert!(fault.is_of_documents() && !fault.is_of_others(), "{fault}");
        }
        assert!(!Fault::new("seal-commitment", "", "").is_of_documents());
        assert!(Fault::new("seal-chunk", "", "").is_of_documents());
    }

    #[test]
    fn what_to_do_about_an_argument_is_the_last_line_and_points_at_no_line_that_is_not_there() {
        for said in [Sentence::from("expected a number"), Sentence::from(Text::found_demo_policy)] {
            let told = Fault::argument(said, "").told(Language::Chinese);
            let lines: Vec<&str> = told.lines().collect();
            let (last, before) = lines.split_last().unwrap();
            assert!(last.starts_with("  怎么办：照报错里所见的改正") && last.contains("--help"), "{told}");
            assert!(before.iter().any(|line| line.contains("技术信息") || line.contains("所见")), "{told}");
            assert!(!told.contains("后一行"), "{told}");
        }
    }

    #[test]
    fn a_fault_is_told_in_the_readers_language() {
        let fault = Fault::argument("expected a number, found x", Text::advice_rename);
        assert_eq!(fault.told(Language::English), fault.to_string());
        let chinese = fault.told(Language::Chinese);
        assert!(chinese.starts_with("错误 [argument]：参数无效。（技术信息："), "{chinese}");
        assert!(chinese.ends_with("\n  怎么办：改名后再试"), "{chinese}");
        assert!(chinese.contains("（技术信息：expected a number, found x）"), "{chinese}");
        let ours = Fault::new("file", |t: Text| t.found_file_exists("a.key"), "");
        assert_eq!(ours.to_string(), "error [file]: expected no file at a.key, found one");
        let told = ours.told(Language::Chinese);
        assert!(told.contains("\n  所见：a.key 已有文件，这里应该没有\n  怎么办："), "{told}");
        // Without advice of its own, or with a library's in English, a fault says what its code says to everybody.
        for advice in ["", "give a number"] {
            let chinese = Fault::argument("found x", advice).told(Language::Chinese);
            assert!(chinese.contains("\n  怎么办：") && !chinese.contains("give"), "{chinese}");
        }
    }
}
