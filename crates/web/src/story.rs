//! A procedure as its public entries tell it: each entry with its place in the log.
//!
//! The entries are the only source of what pages show as happened. What they add up to is in [`crate::scene`]; what
//! is sealed is not an entry before CLOSE and so cannot be here (journal 5).

use std::sync::Arc;

use ximu_basics::{Hash, Instant, PersonId};
use ximu_office::answer::PublicEntry;
use ximu_procedure::wire::{Command, Event, Leaf, Outcome, Refusal, command::Document, command::Epoch};

/// The entries of one procedure, from its publication on.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// In the order of their numbers, without gaps.
    pub facts: Vec<Arc<Fact>>,
}

/// One public entry.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its number among the procedure's entries.
    pub number: u32,
    /// Its leaf index in the log.
    pub leaf: u64,
    /// When the writer accepted it.
    pub at: Instant,
    /// Who gave the command.
    pub actor: PersonId,
    /// The command's id, under which its receipt can be fetched.
    pub id: Hash,
    /// What was asked.
    pub command: Command,
    /// What followed.
    pub outcome: Outcome,
}

/// Stored bytes are not the entry they should be: the store or the caller is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected entry {number} of the procedure at leaf {leaf}, found something else")]
pub struct StoryBroken {
    /// The number expected.
    pub number: usize,
    /// The leaf it was stored at.
    pub leaf: u64,
}

impl Story {
    /// Adds entries that follow the last one.
    ///
    /// # Errors
    /// [`StoryBroken`] when one does not follow; the story then holds those before it.
    pub fn extend(&mut self, entries: &[PublicEntry]) -> Result<(), StoryBroken> {
        for stored in entries {
            let number = self.facts.len();
            let fact = read(stored).filter(|fact| usize::try_from(fact.number) == Ok(number));
            self.facts.push(Arc::new(fact.ok_or(StoryBroken { number, leaf: stored.leaf })?));
        }
        Ok(())
    }

    /// The number of the last entry; `None` before the publication.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        self.facts.last().map(|fact| fact.number)
    }

    /// What the publication carried: its documents and the holders' keys.
    #[must_use]
    pub fn publication(&self) -> Option<(&[Document], &[Epoch])> {
        let Command::Publish { documents, epochs, .. } = &self.facts.first()?.command else { return None };
        Some((documents, epochs))
    }

    /// The last fact with an event that satisfies the question.
    pub fn last_with(&self, question: impl Fn(&Event) -> bool) -> Option<&Arc<Fact>> {
        self.facts.iter().rev().find(|fact| fact.events().iter().any(&question))
    }

    /// The first fact with an event that satisfies the question.
    pub fn first_with(&self, question: impl Fn(&Event) -> bool) -> Option<&Arc<Fact>> {
        self.facts.iter().find(|fact| fact.events().iter().any(&question))
    }
}

impl Fact {
    /// What became true; nothing when the command was refused.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        match &self.outcome {
            Outcome::Events(events) => events,
            Outcome::Refusal(_) => &[],
        }
    }

    /// Why the command was refused; `None` when it was accepted.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.outcome {
            Outcome::Events(_) => None,
            Outcome::Refusal(refusal) => Some(refusal),
        }
    }
}

fn read(stored: &PublicEntry) -> Option<Fact> {
    let Leaf::Entry(entry) = Leaf::from_bytes(stored.bytes.as_bytes()).ok()? else { return None };
    let body = entry.signed.open().ok()?;
    Some(Fact {
        number: entry.number,
        leaf: stored.leaf,
        at: entry.at,
        actor: entry.actor,
        id: entry.signed.id(),
        command: body.command,
        outcome: entry.outcome,
    })
}
