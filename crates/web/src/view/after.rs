//! What happened after the ranking, and what the supervising authority was told and ordered, as pages show it.

use ximu_basics::PartyId;
use ximu_procedure::wire::{
    Command, Event,
    command::{Exclusion, Measure},
};
use ximu_text::Text;

use super::{Names, Proof, Status, plain, rules::list, status::Mood, timeline};
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
    let facts = facts(story, upto, |event| {
        matches!(
            event,
            Event::GivenUp { .. }
                | Event::Disqualified { .. }
                | Event::ContractSigned { .. }
                | Event::BondReturned { .. }
                | Event::Overdue { .. }
                | Event::Archived { .. }
        )
    });
    // Bonds that came back in time one after the other are one item, so that the contract is not lost among them; each
    // stands in the list of all entries.
    let runs = facts.chunk_by(|one, next| bond(one).is_some() && bond(next).is_some());
    runs.filter_map(|run| {
        let newest = run.first()?;
        let mut item = item(t, story, newest, names);
        if run.len() > 1 {
            let bidders: Vec<String> =
                run.iter().rev().filter_map(|fact| Some(names.of(bond(fact)?))).collect();
            item.sentence = t.fact_bonds_returned(bidders.len());
            item.particulars = vec![list(t, &bidders)];
        }
        Some(item)
    })
    .collect()
}

/// Whose bond an entry returned in time.
fn bond(fact: &Fact) -> Option<&PartyId> {
    fact.events().iter().find_map(|event| {
        let Event::BondReturned { bidder, late: false, .. } = event else { return None };
        Some(bidder)
    })
}

/// Complaints and orders: up to an entry, the newest first.
#[must_use]
pub fn supervision(t: Text, story: &Story, names: &Names<'_>, upto: Option<u32>) -> Vec<Item> {
    let facts = facts(story, upto, |event| {
        matches!(
            event,
            Event::Complained { .. }
                | Event::ComplaintAccepted { .. }
                | Event::ComplaintDeclined { .. }
                | Event::ComplaintDecided { .. }
                | Event::Ordered { .. }
        )
    });
    facts.into_iter().map(|fact| item(t, story, fact, names)).collect()
}

/// The entries with an event that is wanted: up to an entry, the newest first.
fn facts(story: &Story, upto: Option<u32>, wanted: impl Fn(&Event) -> bool) -> Vec<&Fact> {
    let facts = story.facts.iter().rev().filter(|fact| upto.is_none_or(|last| fact.number <= last));
    facts.map(AsRef::as_ref).filter(|fact: &&Fact| fact.events().iter().any(&wanted)).collect()
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
