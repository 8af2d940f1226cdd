//! The folder of one bid: what is sealed, what opens it, what was sent, what the centre answered.
//!
//! | file | is | secret |
//! |---|---|---|
//! | `form.age`, `body.age` | the envelopes that are uploaded | no |
//! | `form.key`, `body.key` | what opens them, age identities: do not lose `form.key` before the opening | yes |
//! | `form.json` | the form as it was sealed, the remedy when nothing else opens | yes |
//! | `submission.json` | the commitments and what the envelopes belong to | no |
//! | `submit.json`, `withdraw.json`, `release.json`, `rescue.json` | commands as signed, kept before they are sent | no |
//! | `*.acknowledgement.json` | the centre's signed word | no |
//! | `*.refused.json` | the same, where it was a refusal after which another command was signed | no |
//! | `*.handed.json` | what holders signed for when a command was handed to them | no |
//! | `receipt.json` | the proof that the bid stands in the cosigned log | no |

use super::hand::Handed;
use crate::{
    fault::Fault,
    files::{self, Access},
    remote::Given,
};
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use ximu_basics::json;
use ximu_procedure::wire::{Leaf, Operation, Outcome, Refusal, SignedCommand};
use ximu_text::Text;

/// A bid's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BidFolder(PathBuf);

pub use ximu_bidder::submission::{Envelope, Submission};

/// What can be asked for in the name of a bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The submission.
    Submit,
    /// The withdrawal before the deadline.
    Withdraw,
    /// The release of the opening key in the window.
    Release,
    /// The request that the holders open the form.
    Rescue,
}

impl Step {
    /// The name of its files.
    pub fn name(self) -> &'static str {
        match self {
            Step::Submit => "submit",
            Step::Withdraw => "withdraw",
            Step::Release => "release",
            Step::Rescue => "rescue",
        }
    }
}

impl BidFolder {
    /// The folder at this path, whether it is there or not.
    pub fn at(path: impl Into<PathBuf>) -> BidFolder {
        BidFolder(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Whether a bid was sealed into it, completely.
    pub fn is_sealed(&self) -> bool {
        self.file("submission.json").is_file()
    }

    /// What was sealed.
    ///
    /// # Errors
    /// When there is no submission, or it cannot be read.
    pub fn submission(&self) -> Result<Submission, Fault> {
        let path = self.file("submission.json");
        self.read("submission.json")?.ok_or_else(|| {
            let said = |t: Text| t.found_bid_unsealed(path.display().to_string());
            Fault::new("bid-unsealed", said, Text::advice_seal_it)
        })
    }

    /// Keeps what was sealed.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep_submission(&self, submission: &Submission) -> Result<(), Fault> {
        self.keep("submission.json", submission)
    }

    /// A command that was signed before; it is sent again as it was.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn command(&self, step: Step) -> Result<Option<SignedCommand>, Fault> {
        self.read(&format!("{}.json", step.name()))
    }

    /// The command to send for a step: the one that was signed before, unless the centre refused it and another may be
    /// taken: too early, or while the procedure was suspended. The same command gets the same answer for ever, so another
    /// is signed; the signed refusal stays in the folder. A refused submission stays the bid's one submission unless
    /// it was a suspension: its refusal is the evidence of L28.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn command_to_send(&self, step: Step) -> Result<Option<SignedCommand>, Fault> {
        let given = self.acknowledgement(step)?;
        let refusal = given.as_ref().and_then(refusal);
        let anew = match step {
            Step::Submit => matches!(refusal, Some(Refusal::Suspended { .. })),
            Step::Withdraw | Step::Release | Step::Rescue => refusal.is_some(),
        };
        if !anew {
            return self.command(step);
        }
        self.keep(&format!("{}.refused.json", step.name()), &given)?;
        Ok(None)
    }

    /// Keeps a signed command. Done before it is sent: a repetition is then the same command.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep_command(&self, step: Step, signed: &SignedCommand) -> Result<(), Fault> {
        self.keep(&format!("{}.json", step.name()), signed)
    }

    /// The centre's word on a step.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn acknowledgement(&self, step: Step) -> Result<Option<Given>, Fault> {
        self.read(&format!("{}.acknowledgement.json", step.name()))
    }

    /// Keeps the centre's word.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep_acknowledgement(&self, step: Step, given: &Given) -> Result<(), Fault> {
        self.keep(&format!("{}.acknowledgement.json", step.name()), given)
    }

    /// Keeps what the holders signed for when a command was handed to them, beside what they signed for before.
    ///
    /// # Errors
    /// When the disk says no, or what was kept before cannot be read.
    pub fn keep_handed(&self, step: Step, new: Vec<Handed>) -> Result<(), Fault> {
        let name = format!("{}.handed.json", step.name());
        let mut kept: Vec<Handed> = self.read(&name)?.unwrap_or_default();
        kept.retain(|one| !new.contains(one));
        kept.extend(new);
        self.keep(&name, &kept)
    }

    /// The receipt, in the bytes the centre sent.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn receipt(&self) -> Result<Option<String>, Fault> {
        let path = self.file("receipt.json");
        if path.is_file() { files::read_text(&path).map(Some) } else { Ok(None) }
    }

    /// Keeps the receipt.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep_receipt(&self, text: &str) -> Result<(), Fault> {
        files::write(&self.file("receipt.json"), text.as_bytes(), Access::Shared)
    }

    fn read<T: Serialize + DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Fault> {
        let path = self.file(name);
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = files::read(&path)?;
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        json::from_canonical(text).map(Some).map_err(|error| Fault::file("read", &path, &error))
    }

    fn keep<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Fault> {
        let mut bytes = json::to_canonical(value)?;
        bytes.push(b'\n');
        files::write(&self.file(name), &bytes, Access::Shared)
    }
}

/// Why the centre refused, when its word is a refusal.
pub fn refusal(given: &Given) -> Option<Refusal> {
    let bytes = given.subject.as_bytes();
    let outcome = match Leaf::from_bytes(bytes) {
        Ok(Leaf::Entry(entry)) => Some(entry.outcome),
        Ok(Leaf::Beat(_) | Leaf::Veil(_)) => None,
        Err(_) => json::from_canonical::<Operation>(bytes).ok().map(|operation| operation.outcome),
    };
    match outcome {
        Some(Outcome::Refusal(refusal)) => Some(refusal),
        Some(Outcome::Events(_)) | None => None,
    }
}
