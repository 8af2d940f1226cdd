//! What a person is told when something did not work: what was expected, what was found, what to do; and the
//! exit code a program sees.
//!
//! Faults of libraries come in with their own sentence and stable code; nothing is hidden and nothing is printed
//! here.

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
    pub said: String,
    /// What to do next; empty when the sentence says it.
    pub advice: String,
    /// Whether the same may work later without anybody changing anything.
    pub passes: bool,
}

/// What every subcommand gives.
pub type Done = Result<Exit, Fault>;

impl Fault {
    /// Something could not be done.
    pub fn new(code: impl Into<String>, said: impl Into<String>, advice: impl Into<String>) -> Fault {
        let (exit, passes) = (Exit::Failed, false);
        Fault { exit, code: code.into(), said: said.into(), advice: advice.into(), passes }
    }

    /// A file could not be read or written.
    pub fn file(action: &str, path: &Path, error: &dyn fmt::Display) -> Fault {
        let said = format!("{action} {}: {error}", path.display());
        Fault::new("file", said, "check the path, its permissions and the free space of the disk")
    }

    /// An argument means nothing.
    pub fn argument(said: impl Into<String>, advice: impl Into<String>) -> Fault {
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
    pub fn during(mut self, what: impl fmt::Display) -> Fault {
        self.said = format!("{what}: {}", self.said);
        self
    }
}

impl Fault {
    /// The fault for a reader of this language: what the code means and what to do are told in it; what was found is
    /// English, like every log line.
    pub fn told(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        let t = Text::new(language);
        let (meaning, action) =
            (ximu_web::codes::meaning(t, &self.code), ximu_web::codes::action(t, &self.code));
        let mut lines =
            vec![format!("错误 [{}]：{meaning}", self.code), format!("  所见（英文）：{}", self.said)];
        if !action.is_empty() {
            lines.push(format!("  怎么办：{action}"));
        }
        if !self.advice.is_empty() {
            lines.push(format!("  to do: {}", self.advice));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error [{}]: {}", self.code, self.said)?;
        if !self.advice.is_empty() {
            write!(formatter, "\n  to do: {}", self.advice)?;
        }
        Ok(())
    }
}

impl From<ximu_client::ClientError> for Fault {
    fn from(error: ximu_client::ClientError) -> Fault {
        let passes = error.is_passing();
        let advice = if passes {
            "the same command may be repeated: nothing happens twice".to_owned()
        } else {
            // What the page of codes says to do.
            let page = Text::new(Language::English);
            page.named(&format!("code-{}-do", error.code())).unwrap_or_default()
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
        let advice = match &error {
            BidderError::Differs { .. } => "correct it, or leave the member out to have it computed",
            BidderError::LogBroken(_) => {
                "do not go on; keep the answer and tell the supervisor and another centre"
            }
            BidderError::KeyUnknown(_) => "register with `ximu admin register` and have an officer admit you",
            BidderError::KeyDiffers { .. } => "use that key; after its replacement seal the bid again",
            BidderError::TooLarge(_) => "leave files out or make them smaller",
            BidderError::Acknowledgement(_) => "keep the answer and ask the centre's operator and supervisor",
            BidderError::SeatChoice => "sign nothing; ask for the seat again and say your choice",
            BidderError::SeatUnvouched(_) => "let both sign with `ximu committee vouch`",
            BidderError::SheetNotAsked | BidderError::Sheet => "see `ximu committee see` for what is asked",
            BidderError::PapersClosed(Closed::TooFew) => {
                "it does not show that the bidder is at fault: wait and ask again, with --wait until enough holders have \
                 given; when it stays so, let the holders give account to the supervisor"
            }
            BidderError::PapersClosed(Closed::Header | Closed::Key | Closed::Broken) => {
                "it is the bidder's fault: tell the committee"
            }
            BidderError::PapersAltered { .. } => {
                "it is not the bidder's fault, and no ground to reject the bid: ask again, and when it happens again \
                 tell the witness officer and the supervisor"
            }
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
            | BidderError::Receipt(_) => "",
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
    fn a_fault_is_told_in_the_readers_language() {
        let fault = Fault::argument("expected a number, found x", "give a number");
        assert_eq!(fault.told(Language::English), fault.to_string());
        let chinese = fault.told(Language::Chinese);
        assert!(chinese.starts_with("错误 [argument]：参数无效。\n"), "{chinese}");
        assert!(chinese.contains("怎么办：") && chinese.contains("expected a number, found x"), "{chinese}");
    }
}
