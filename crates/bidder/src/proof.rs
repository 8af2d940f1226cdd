//! The centre's answers, checked before they are kept: acknowledgement (journal 9.1) and receipt (9.2).
//!
//! A signature and a path say who spoke and what stands where. That it is *this* command, in *this* tender's beat, with
//! the answer that was given, is read out of the bytes themselves: a centre that means to lose a bid would otherwise
//! acknowledge something else, or receipt it in a beat that nobody will ever open.

use alloc::string::ToString;
use ximu_basics::{Hash, Instant, ProcedureId, PublicKey, json};
use ximu_procedure::{
    rules::Rules,
    wire::{
        Acknowledgement, BeatLeaf, Entry, Leaf, Operation, Outcome, PanelOperation, SignedCommand,
        leaf::Class,
    },
};
use ximu_tlog::{Policy, Receipt, proof::Proof};

use crate::error::BidderError;

/// What stands behind an acknowledgement: an operation of the sealed class or of a committee, or a public entry.
enum Subject {
    Operation(Operation),
    Veiled(PanelOperation),
    Entry(Entry),
}

/// A receipt that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipted {
    /// The cosigned time, in seconds since 1970; `None` under a policy without a quorum.
    pub time_s: Option<u64>,
    /// Whether the command happened; `false` when what stands in the log is its refusal.
    pub happened: bool,
}

impl Receipted {
    /// Whether the bid counts when the deadline is this one: its beat was cosigned not later than the deadline and the
    /// grace (opening 1.3). The deadline may still move later, so that what is late today may count tomorrow.
    #[must_use]
    pub fn counts(&self, rules: &Rules, deadline: Instant) -> bool {
        let time = self.time_s.and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1000));
        self.happened
            && time.is_some_and(|ms| Instant::from_unix_ms(ms) <= deadline.plus_ms(rules.beats.grace_ms))
    }
}

/// Checks an acknowledgement: the centre's signature; the command it speaks of; the bytes it names, that they hold this
/// command and that every member says what they say (journal 9.1). `accepted` is what the answer said that brought it.
///
/// # Errors
/// [`BidderError::Acknowledgement`] with the first that is another.
pub fn check_acknowledgement(
    word: &Acknowledgement,
    subject: &str,
    centre: &PublicKey,
    command: &Hash,
    accepted: bool,
) -> Result<(), BidderError> {
    let wrong = |what| Err(BidderError::Acknowledgement(what));
    if word.id != *command {
        return wrong("it speaks of another command");
    }
    if word.subject != Hash::of(subject.as_bytes()) {
        return wrong("it speaks of other bytes than those sent with it");
    }
    if !word.verify(centre) {
        return wrong("its signature is not the centre's");
    }
    let Some(subject) = Subject::read(subject) else {
        return wrong("its bytes are neither an operation nor an entry");
    };
    if subject.signed().id() != *command {
        return wrong("its bytes hold another command");
    }
    let body = subject.signed().open().map_err(|_| BidderError::Acknowledgement("its command is none"))?;
    if body.origin != word.origin {
        return wrong("it names another log than the command");
    }
    if body.procedure != word.procedure || *subject.procedure() != word.procedure {
        return wrong("it names another procedure than the command");
    }
    if subject.at() != word.at || subject.beat() != word.beat {
        return wrong("it names another instant or beat than its bytes");
    }
    if subject.happened() != word.accepted || word.accepted != accepted {
        return wrong("it says another outcome than its bytes or the answer");
    }
    Ok(())
}

/// Checks the receipt of a sealed operation against the policy, the acknowledged bytes and the command they must hold:
/// the beat is one of this procedure and has the number the operation names (journal 9.2).
///
/// # Errors
/// [`BidderError::Policy`], [`BidderError::Receipt`].
pub fn check_receipt(
    text: &str,
    policy: &str,
    subject: &str,
    command: &Hash,
) -> Result<Receipted, BidderError> {
    let policy = Policy::parse(policy.as_bytes()).map_err(|error| BidderError::Policy(error.to_string()))?;
    let receipt = Receipt::parse(text.as_bytes()).map_err(wrong)?;
    let cosigned = receipt.verify(&policy, subject.as_bytes()).map_err(wrong)?;
    let operation: Operation = json::from_canonical(subject.as_bytes())
        .map_err(|error| wrong(alloc::format!("its operation cannot be read: {error}")))?;
    if operation.signed.id() != *command {
        return Err(wrong("it is for another command"));
    }
    let body = operation.signed.open().map_err(|_| wrong("its command is none"))?;
    if body.origin != cosigned.checkpoint.origin || body.procedure != operation.procedure {
        return Err(wrong("the command is for another log or procedure"));
    }
    let beat = beat_of(&receipt.beat)?;
    check_beat(&beat, &operation.procedure, operation.beat)?;
    if beat.scheduled < operation.at {
        return Err(wrong("the beat was due before the command was given"));
    }
    let happened = Subject::Operation(operation).happened();
    Ok(Receipted { time_s: cosigned.time_s, happened })
}

/// Checks the proof of a public entry, in which a command of the sealed class stands after CLOSE (journal 9.3).
///
/// # Errors
/// [`BidderError::Policy`], [`BidderError::Receipt`].
pub fn check_entry(
    entry: &str,
    index: u64,
    proof: &str,
    policy: &str,
    command: &Hash,
) -> Result<Receipted, BidderError> {
    let policy = Policy::parse(policy.as_bytes()).map_err(|error| BidderError::Policy(error.to_string()))?;
    let proof = Proof::parse(proof.as_bytes()).map_err(wrong)?;
    if proof.index != index {
        return Err(wrong("its proof is of another leaf"));
    }
    let cosigned = proof.verify(&policy, &ximu_tlog::merkle::leaf_hash(entry.as_bytes())).map_err(wrong)?;
    let entry = Subject::read(entry).filter(|entry| entry.beat().is_none());
    let entry = entry.filter(|entry| entry.signed().id() == *command);
    let entry = entry.ok_or_else(|| wrong("it is for another command"))?;
    Ok(Receipted { time_s: cosigned.time_s, happened: entry.happened() })
}

fn beat_of(text: &str) -> Result<BeatLeaf, BidderError> {
    match Leaf::from_bytes(text.as_bytes()) {
        Ok(Leaf::Beat(beat)) if beat.v == 1 => Ok(beat),
        Ok(Leaf::Beat(_) | Leaf::Entry(_) | Leaf::Veil(_)) | Err(_) => {
            Err(wrong("its leaf is no beat of a procedure"))
        }
    }
}

fn check_beat(beat: &BeatLeaf, procedure: &ProcedureId, number: u32) -> Result<(), BidderError> {
    match beat.class {
        Class::Sealed => {}
        Class::Public | Class::Panel => return Err(wrong("its beat is of another class")),
    }
    if beat.procedure != *procedure {
        let (expected, found) = (procedure, &beat.procedure);
        return Err(wrong(alloc::format!("expected a beat of {expected}, found one of {found}")));
    }
    if beat.number != number {
        let found = beat.number;
        return Err(wrong(alloc::format!("expected the beat {number}, found the beat {found}")));
    }
    Ok(())
}

fn wrong(what: impl ToString) -> BidderError {
    BidderError::Receipt(what.to_string())
}

impl Subject {
    fn read(text: &str) -> Option<Subject> {
        if let Ok(operation) = json::from_canonical::<Operation>(text.as_bytes()) {
            return (operation.v == 1).then_some(Subject::Operation(operation));
        }
        if let Ok(operation) = json::from_canonical::<PanelOperation>(text.as_bytes()) {
            return (operation.v == 1).then_some(Subject::Veiled(operation));
        }
        match Leaf::from_bytes(text.as_bytes()) {
            Ok(Leaf::Entry(entry)) if entry.v == 1 => Some(Subject::Entry(entry)),
            Ok(Leaf::Entry(_) | Leaf::Beat(_) | Leaf::Veil(_)) | Err(_) => None,
        }
    }

    fn signed(&self) -> &SignedCommand {
        match self {
            Subject::Operation(operation) => &operation.signed,
            Subject::Veiled(operation) => &operation.signed,
            Subject::Entry(entry) => &entry.signed,
        }
    }

    fn procedure(&self) -> &ProcedureId {
        match self {
            Subject::Operation(operation) => &operation.procedure,
            Subject::Veiled(operation) => &operation.procedure,
            Subject::Entry(entry) => &entry.procedure,
        }
    }

    fn at(&self) -> Instant {
        match self {
            Subject::Operation(operation) => operation.at,
            Subject::Veiled(operation) => operation.at,
            Subject::Entry(entry) => entry.at,
        }
    }

    fn beat(&self) -> Option<u32> {
        match self {
            Subject::Operation(operation) => Some(operation.beat),
            Subject::Veiled(_) | Subject::Entry(_) => None,
        }
    }

    fn happened(&self) -> bool {
        let outcome = match self {
            Subject::Operation(operation) => &operation.outcome,
            Subject::Veiled(operation) => &operation.outcome,
            Subject::Entry(entry) => &entry.outcome,
        };
        match outcome {
            Outcome::Events(_) => true,
            Outcome::Refusal(_) => false,
        }
    }
}
