//! What a person enters for one member of a command.

use serde::Serialize;

/// One member, or a member of a member: `measure.until` is the member `until` of `measure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Where it stands in the command.
    pub path: &'static str,
    /// Its label and hint: the messages `field-<label>` and `field-<label>-hint`.
    pub label: &'static str,
    /// What is entered.
    pub kind: Kind,
    /// Whether it may stay empty.
    pub optional: bool,
    /// When it is asked for.
    pub when: When,
}

/// When a member is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Always.
    Always,
    /// When another member has this word.
    Is(&'static str, &'static str),
    /// When something was entered for another member.
    Entered(&'static str),
}

/// What is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A text of one or more lines, with so many bytes at most.
    Text(u32),
    /// One line: a key, a signature, an id.
    Line,
    /// A whole number from 1.
    Number,
    /// An amount in yuan.
    Amount,
    /// A date and time of day in Asia/Shanghai.
    Instant,
    /// Yes or no.
    YesNo,
    /// One of these words; each has the message `word-<word>`.
    Word(&'static [&'static str]),
    /// Some of these words, in this order.
    Words(&'static [&'static str]),
    /// One line of a list.
    Pick(List),
    /// Some lines of a list, in its order.
    Picks(List),
    /// For some lines of a list one of these words.
    Grounds(List, &'static [&'static str]),
    /// A file, which stays with the person: its SHA-256.
    FileHash,
    /// A file, which stays with the person: a salted commitment to it (award 3.1).
    Contract,
    /// Files that are uploaded for everybody to read.
    Documents,
    /// One file for each credential of the rules, which stays with the person: salted commitments (enter 3.2).
    Credentials,
    /// A text that stays with the person: a salted commitment to it (enter 3.2).
    Account,
    /// A name: a salted commitment, and a record for the vault (journal 7.2).
    Name,
}

/// What the state offers to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Parties that wait for their admission.
    PartiesWaiting,
    /// Persons of the register.
    Persons,
    /// Other parties that are admitted as bidders.
    OtherBidders,
    /// Kinds of bond that the rules allow.
    BondKinds,
    /// Questions without an answer.
    QuestionsOpen,
    /// Objections without an answer.
    ObjectionsOpen,
    /// Objections that were upheld.
    ObjectionsUpheld,
    /// This party's own objections.
    ObjectionsOwn,
    /// Complaints that were neither taken up nor declined.
    ComplaintsWaiting,
    /// Complaints that were taken up and not decided.
    ComplaintsAccepted,
    /// Complaints that were upheld.
    ComplaintsUpheld,
    /// Bidders in the ranking, best first.
    Ranked,
    /// The candidates, best first.
    Candidates,
    /// Candidates that have not left, best first.
    Standing,
    /// Bidders whose bond was not returned.
    BondsHeld,
    /// Experts who were drawn.
    Drawn,
    /// Seats that are taken.
    Seats,
    /// Seats of the tenderer's delegates.
    Delegates,
}

const fn field(path: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { path, label, kind, optional: false, when: When::Always }
}

/// A member that is named like its label.
pub(super) const fn own(path: &'static str, kind: Kind) -> Field {
    field(path, path, kind)
}

/// A member with another label.
pub(super) const fn named(path: &'static str, label: &'static str, kind: Kind) -> Field {
    field(path, label, kind)
}

impl Field {
    /// The same, which may stay empty.
    pub(super) const fn or_none(mut self) -> Field {
        self.optional = true;
        self
    }

    /// The same, asked for when another member has this word.
    pub(super) const fn when(mut self, path: &'static str, word: &'static str) -> Field {
        self.when = When::Is(path, word);
        self
    }

    /// The same, asked for when something was entered for another member.
    pub(super) const fn with(mut self, path: &'static str) -> Field {
        self.when = When::Entered(path);
        self
    }
}

impl List {
    /// Whether its lines are numbers.
    #[must_use]
    pub fn is_numbered(self) -> bool {
        match self {
            List::QuestionsOpen
            | List::ObjectionsOpen
            | List::ObjectionsUpheld
            | List::ObjectionsOwn
            | List::ComplaintsWaiting
            | List::ComplaintsAccepted
            | List::ComplaintsUpheld => true,
            List::PartiesWaiting
            | List::Persons
            | List::OtherBidders
            | List::BondKinds
            | List::Ranked
            | List::Candidates
            | List::Standing
            | List::BondsHeld
            | List::Drawn
            | List::Seats
            | List::Delegates => false,
        }
    }
}
