//! What happened after the ranking, and what the supervising authority was told and ordered, as pages show it.

use ximu_procedure::wire::{
    Command, Event,
    command::{Exclusion, Measure},
};
use ximu_text::Text;

use super::{Names, Proof, Status, plain, status::Mood, timeline};
use crate::story::{Fact, Story};

/// One entry: what it says, and in whose words.
#[derive(Debug, Clone)]
pub struct Item {
    /// What happened.
    pub sentence: String,
    /// Whether something was late.
    pub status: Option<Status>,
    /// Particulars: an article, who ordered it, what it rests on.
    pub particulars: Vec<String>,
    /// What was said.
    pub words: Option<String>,
    /// Where it stands in the log.
    pub proof: Proof,
}

/// Who left, the contract, the bonds, what is overdue, the archives: up to an entry, the newest first.
#[must_use]
pub fn after(t: Text, story: &Story, names: &Names<'_>, upto: Option<u32>) -> Vec<Item> {
    items(t, story, names, upto, |event| {
        matches!(
            event,
            Event::GivenUp { .. }
                | Event::Disqualified { .. }
                | Event::ContractSigned { .. }
                | Event::BondReturned { .. }
                | Event::Overdue { .. }
                | Event::Archived { .. }
        )
    })
}

/// Complaints and orders: up to an entry, the newest first.
#[must_use]
pub fn supervision(t: Text, story: &Story, names: &Names<'_>, upto: Option<u32>) -> Vec<Item> {
    items(t, story, names, upto, |event| {
        matches!(
            event,
            Event::Complained { .. }
                | Event::ComplaintAccepted { .. }
                | Event::ComplaintDeclined { .. }
                | Event::ComplaintDecided { .. }
                | Event::Ordered { .. }
        )
    })
}

fn items(
    t: Text,
    story: &Story,
    names: &Names<'_>,
    upto: Option<u32>,
    wanted: impl Fn(&Event) -> bool,
) -> Vec<Item> {
    let facts = story.facts.iter().rev().filter(|fact| upto.is_none_or(|last| fact.number <= last));
    let facts = facts.filter(|fact| fact.events().iter().any(&wanted));
    facts.map(|fact| item(t, story, fact, names)).collect()
}

fn item(t: Text, story: &Story, fact: &Fact, names: &Names<'_>) -> Item {
    let late = |event: &Event| {
        matches!(
            event,
            Event::ContractSigned { late: true, .. }
                | Event::BondReturned { late: true, .. }
                | Event::Overdue { .. }
        )
    };
    let status = fact.events().iter().any(late).then(|| Status::new(Mood::Warn, t.after_late()));
    let sentence = timeline::line(t, story, fact, names).sentence;
    Item {
        sentence,
        status,
        particulars: particulars(t, fact, names),
        words: words(&fact.command).map(str::to_owned),
        proof: Proof::of(fact),
    }
}

fn particulars(t: Text, fact: &Fact, names: &Names<'_>) -> Vec<String> {
    let mut particulars = Vec::new();
    if let Command::Order { article, .. } | Command::DecideComplaint { article, .. } = &fact.command {
        particulars.push(t.supervision_article(article));
        particulars.push(t.supervision_by(names.of_person(&fact.actor)));
    }
    if let Command::Disqualify { ground, .. } = &fact.command {
        particulars.push(plain::ground(t, ground));
    }
    if let Some(Measure::ReEvaluate { exclude }) = timeline::measure(&fact.command) {
        let line = |one: &Exclusion| t.exclusion_line(plain::exclusion(t, one.ground), names.of(&one.bidder));
        particulars.extend(exclude.iter().map(line));
    }
    particulars
}

/// The words of whoever gave a command, where it has some of its own.
fn words(command: &Command) -> Option<&str> {
    if let Command::GiveUp { reason: text }
    | Command::Disqualify { text, .. }
    | Command::Complain { text, .. }
    | Command::DeclineComplaint { text, .. }
    | Command::DecideComplaint { text, .. }
    | Command::Order { reason: text, .. } = command
    {
        return Some(text);
    }
    None
}
