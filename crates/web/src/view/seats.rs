//! Who sat on the committee, how it was checked who that is (evaluation 3.6), and who tried to sit twice (3.7).

use ximu_basics::{Hash, Instant};
use ximu_procedure::wire::{Command, Event, Refusal};
use ximu_report::identity;
use ximu_text::Text;

use crate::story::{Fact, Story};

/// Digits of a leaf that tell members of one committee apart.
const LEAF_DIGITS: usize = 12;

/// The seats of a committee.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seats {
    /// Every seat that was taken, in that order.
    pub lines: Vec<Line>,
    /// Every second sign-in, in that order.
    pub alarms: Vec<Alarm>,
}

/// A seat that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// The first digits of the member's leaf.
    pub leaf: String,
    /// The name of the seat.
    pub seat: String,
    /// How it was checked who sits there.
    pub identity: String,
}

/// Somebody asked for a seat who had one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// When.
    pub at: Instant,
    /// What is said of it.
    pub text: String,
}

/// The seats and alarms of a procedure.
#[must_use]
pub fn seats(t: Text, story: &Story) -> Seats {
    Seats { lines: story.facts.iter().filter_map(|fact| line(t, fact)).collect(), alarms: alarms(t, story) }
}

/// The alarms alone.
#[must_use]
pub fn alarms(t: Text, story: &Story) -> Vec<Alarm> {
    story.facts.iter().filter_map(|fact| Some(Alarm { at: fact.at, text: alarm(t, fact)? })).collect()
}

/// What is said of a second sign-in; `None` for every other entry.
#[must_use]
pub fn alarm(t: Text, fact: &Fact) -> Option<String> {
    let Some(Refusal::SeatTaken {}) = fact.refusal() else { return None };
    let Command::TakeSeat { leaf, seat, .. } = &fact.command else { return None };
    Some(t.seat_alarm(short(leaf), seat))
}

fn line(t: Text, fact: &Fact) -> Option<Line> {
    let taken = fact.events().iter().find_map(|event| {
        if let Event::SeatTaken { leaf, seat, .. } = event { Some((leaf, seat)) } else { None }
    });
    let (leaf, seat) = taken?;
    let Command::TakeSeat { identity: check, .. } = &fact.command else { return None };
    Some(Line { at: fact.at, leaf: short(leaf), seat: seat.clone(), identity: identity(t, check.as_deref()) })
}

fn short(leaf: &Hash) -> String {
    leaf.to_string().chars().take(LEAF_DIGITS).collect()
}
