//! Sealed sets: lists of small sealed envelopes that open together (draw 2): what one is, what an envelope of it binds
//! to, how it opens, and what the centre's clock has to do next.
//!
//! Contributions of a draw and score sheets are the same mechanism. What follows from the contents is
//! [`Purpose`]'s: `phase::set` asks it, and nothing here knows why a set exists.

mod opening;
mod sealing;

pub(crate) use opening::contribution;
pub use opening::open;
pub use sealing::{SealSetError, seal};

use alloc::{collections::BTreeMap, string::ToString, vec::Vec};
use ximu_basics::{CoefficientId, Hash, Instant, PartyId, PersonId, PublicKey, Salt, SetId, ShareValue};
use ximu_sealed::{ContextFields, EnvelopeHeader};

use crate::{
    envelope::{self, ReleaseHeader},
    experts::Frozen,
    registry,
    rules::{Rules, score::SHEET_ENVELOPE_BYTES_MAX},
    tender::{HolderKey, Stage, Tender},
    wire::{
        command::{Part, SHEETS_PREFIX},
        evaluation::SheetAsked,
        event::{Author, SetLine, SetVoid},
    },
};

/// The largest envelope of a set, in bytes: with its command it must fit one leaf.
pub const ENVELOPE_BYTES_MAX: usize = envelope::RELEASE_BYTES_MAX;

/// The largest envelope that this set takes, in bytes: sheets have room for more.
#[must_use]
pub fn envelope_bytes_max(set: &SetId) -> usize {
    if set.as_str().starts_with(SHEETS_PREFIX) {
        SHEET_ENVELOPE_BYTES_MAX as usize
    } else {
        ENVELOPE_BYTES_MAX
    }
}

/// Name of the one file in an envelope of a set.
pub const CONTENT_FILE: &str = "content";

/// Bytes of a draw's contribution.
pub const DRAW_BYTES: usize = 32;

/// One sealed set of a procedure.
#[derive(Debug, Clone)]
pub struct SealedSet {
    /// What it is for.
    pub purpose: Purpose,
    /// Who may give to it, ascending by id.
    pub authors: Vec<Author>,
    /// What was given.
    pub contributions: BTreeMap<PersonId, Contribution>,
    /// The fixed list.
    pub list: Option<Listing>,
    /// Answers by holder index (from 1), one for each line of the list.
    pub shares: BTreeMap<u8, Vec<Part>>,
    /// What was found in the list, from its beginning, as far as it is open.
    pub contents: Vec<Result<Vec<u8>, SetVoid>>,
}

/// What a set is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The draw of one coefficient of the rules.
    Coefficient(CoefficientId),
    /// A draw of experts from a frozen pool.
    Experts(Frozen),
    /// The score sheets of the committee (evaluation 5).
    Sheets(SheetRound),
}

/// The sheets that one set takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRound {
    /// Which sheets, ascending by author.
    pub asked: Vec<SheetAsked>,
    /// Of which committee: how many were dissolved before it.
    pub committee: usize,
    /// From when on.
    pub begun: Instant,
    /// Until when, as it was said; a suspension in between moves it ([`SheetRound::ends`]).
    pub until: Instant,
}

impl SheetRound {
    /// Until when sheets are taken.
    #[must_use]
    pub fn ends(&self, tender: &Tender) -> Instant {
        tender.evaluation_moved(self.begun, self.until)
    }
}

/// An envelope that was given.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// The age file.
    pub envelope: Vec<u8>,
    /// What its header commits to.
    pub header: ReleaseHeader,
    /// The key that signed it.
    pub key: PublicKey,
    /// When it was stamped.
    pub at: Instant,
}

/// The fixed list of a set.
#[derive(Debug, Clone)]
pub struct Listing {
    /// When it was stamped.
    pub at: Instant,
    /// Its lines, ascending by author.
    pub lines: Vec<SetLine>,
}

/// What the centre's clock does next about a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetStep {
    /// `list_set`.
    List,
    /// `open_set`.
    Open,
}

impl SealedSet {
    /// A set that nobody has given anything to.
    #[must_use]
    pub fn new(purpose: Purpose, mut authors: Vec<Author>) -> SealedSet {
        authors.sort_unstable();
        SealedSet {
            purpose,
            authors,
            contributions: BTreeMap::new(),
            list: None,
            shares: BTreeMap::new(),
            contents: Vec::new(),
        }
    }

    /// The author with this id.
    #[must_use]
    pub fn author(&self, id: &PersonId) -> Option<&Author> {
        self.authors.iter().find(|author| author.id == *id)
    }

    /// The fixed list; empty before it is fixed.
    #[must_use]
    pub fn lines(&self) -> &[SetLine] {
        self.list.as_ref().map_or(&[], |list| &list.lines)
    }

    /// Whether every line of the fixed list is accounted for.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.list.is_some() && self.contents.len() == self.lines().len()
    }

    /// The shares found for one line of the list, ascending by holder index.
    pub fn shares_at(&self, position: usize) -> impl Iterator<Item = (u8, ShareValue, Salt)> + '_ {
        self.shares.iter().filter_map(move |(index, answers)| match answers.get(position)? {
            Part::Share { share, salt } => Some((*index, *share, *salt)),
            Part::Broken {} => None,
        })
    }

    /// The lines of the list with what was found, once the set is open.
    pub fn opened(&self) -> impl Iterator<Item = (&SetLine, &Result<Vec<u8>, SetVoid>)> {
        self.lines().iter().zip(&self.contents)
    }
}

/// The sets that exist from the publication on: one for each coefficient of the rules (draw 2.1).
#[must_use]
pub fn of_rules(rules: &Rules, holders: &[HolderKey]) -> BTreeMap<SetId, SealedSet> {
    let set = |name: &CoefficientId| {
        let purpose = Purpose::Coefficient(name.clone());
        Some((coefficient_set(name)?, SealedSet::new(purpose, holder_authors(holders))))
    };
    rules.coefficients.iter().filter_map(|coefficient| set(&coefficient.name)).collect()
}

/// The set that draws a coefficient; `None` when its name is too long, which no valid rules document has.
#[must_use]
pub fn coefficient_set(name: &CoefficientId) -> Option<SetId> {
    alloc::format!("coefficient-{name}").parse().ok()
}

/// The holders as authors.
#[must_use]
pub fn holder_authors(holders: &[HolderKey]) -> Vec<Author> {
    let author = |holder: &HolderKey| {
        Some(Author { id: registry::person_id(&holder.key)?, name: holder.name.to_string() })
    };
    holders.iter().filter_map(author).collect()
}

/// What an envelope of a set must belong to (draw 2.2).
#[must_use]
pub fn context(tender: &Tender, set: &SetId, author: &PersonId) -> Option<ContextFields> {
    let pseudonym: PartyId = author.as_str().parse().ok()?;
    Some(ContextFields {
        genesis: tender.genesis,
        lot: tender.rules.lot()?.id.clone(),
        pseudonym,
        version: 1,
        envelope: alloc::format!("set-{set}").parse().ok()?,
    })
}

/// Reads an envelope's header; `None` unless it was sealed for exactly this set and author, to exactly these holders.
#[must_use]
pub fn header(tender: &Tender, set: &SetId, author: &PersonId, sealed: &[u8]) -> Option<ReleaseHeader> {
    if sealed.len() > envelope_bytes_max(set) {
        return None;
    }
    let (header, _) = EnvelopeHeader::parse(sealed).ok()?;
    header.context().expect(&context(tender, set, author)?).ok()?;
    header.expect_escrow(Some(&envelope::escrow_policy(tender)?)).ok()?;
    Some(ReleaseHeader { context: *header.context_hash(), escrow: envelope::commitments(&header)? })
}

/// SHA-256 of an envelope, as it stands in the list.
#[must_use]
pub fn envelope_hash(sealed: &[u8]) -> Hash {
    Hash::of(sealed)
}

/// Whether envelopes are taken for a set now: at its stage, in its time, before its list.
#[must_use]
pub fn takes(tender: &Tender, set: &SealedSet, at: Instant) -> bool {
    let in_time = match &set.purpose {
        Purpose::Coefficient(_) => tender.stage == Stage::Sealing && at <= tender.deadline,
        Purpose::Experts(frozen) => {
            tender.stage == Stage::Drawing && at <= tender.contributions_until(frozen)
        }
        Purpose::Sheets(round) => is_sitting(tender, set) && at <= round.ends(tender),
    };
    in_time && set.list.is_none() && tender.suspended_until(at).is_none()
}

/// Whether holders may release shares of a set now: it is listed and its stage is reached. An answer after t others is
/// taken too.
#[must_use]
pub fn releases(tender: &Tender, set: &SealedSet) -> bool {
    let stage = match set.purpose {
        Purpose::Coefficient(_) => tender.stage == Stage::Opening,
        Purpose::Experts(_) => tender.stage == Stage::Drawing,
        Purpose::Sheets(_) => is_sitting(tender, set),
    };
    stage && set.list.is_some()
}

/// Whether the committee that a set of sheets was begun for is at work: no venue is out.
fn is_sitting(tender: &Tender, set: &SealedSet) -> bool {
    tender.stage == Stage::Evaluating && tender.outage().is_none() && !tender.is_abandoned(set)
}

/// Until when a holder keeps its shares of a listed set back, by its own clock (draw 3.1 d); `None` when there is
/// nothing to wait for.
#[must_use]
pub fn kept_until(tender: &Tender, set: &SealedSet) -> Option<Instant> {
    match set.purpose {
        Purpose::Coefficient(_) => tender.window_until,
        Purpose::Experts(_) | Purpose::Sheets(_) => None,
    }
}

/// From when on the list of a set can be fixed: when all have given, or at the end of its time.
#[must_use]
pub fn listing_due(tender: &Tender, set: &SealedSet) -> Option<Instant> {
    let until = match &set.purpose {
        Purpose::Coefficient(_) => return tender.closed_at,
        Purpose::Experts(frozen) => tender.contributions_until(frozen),
        Purpose::Sheets(round) => round.ends(tender),
    };
    if set.contributions.len() < set.authors.len() {
        return Some(until);
    }
    set.contributions.values().map(|given| given.at).max()
}

/// From when on a listed set can be opened; `None` as long as a line has neither t shares nor so many broken parts that
/// it can never have them (draw 2.6). No time ends this wait: whoever could void a line by waiting, after seeing the
/// others, would choose the draw.
#[must_use]
pub fn open_due(tender: &Tender, set: &SealedSet) -> Option<Instant> {
    let listed = set.list.as_ref()?.at;
    let from = kept_until(tender, set).map_or(listed, |until| until.max(listed));
    let threshold = usize::from(tender.rules.escrow.t);
    if set.shares.len() < threshold {
        return None;
    }
    let settled = |position: usize| {
        let found = set.shares_at(position).count();
        let broken = set.shares.len().saturating_sub(found);
        found >= threshold || broken > tender.holders.len().saturating_sub(threshold)
    };
    (0..set.lines().len()).all(settled).then_some(from)
}

impl Tender {
    /// The lines of an open set that stay closed because too many holders called their part broken (draw 2.6): whose each
    /// is, and those holders. Nothing shows whether the author dealt badly or they lied.
    pub fn called_broken<'a>(
        &'a self,
        set: &'a SealedSet,
    ) -> impl Iterator<Item = (&'a SetLine, Vec<&'a HolderKey>)> {
        let threshold = usize::from(self.rules.escrow.t);
        let closed = set.opened().enumerate().filter(move |(position, (_, content))| {
            content.is_err() && set.shares_at(*position).count() < threshold
        });
        closed.map(move |(position, (line, _))| {
            let broken = (1_u8..).zip(&self.holders).filter(move |(index, _)| {
                let answer = set.shares.get(index).and_then(|answers| answers.get(position));
                matches!(answer, Some(Part::Broken {}))
            });
            (line, broken.map(|(_, holder)| holder).collect())
        })
    }

    /// Whether envelopes are taken for a public set now ([`takes`]).
    #[must_use]
    pub fn takes_contributions(&self, set: &SetId, at: Instant) -> bool {
        self.sets.get(set).is_some_and(|set| takes(self, set, at))
    }

    /// Until when contributions to a draw of experts are taken, at the latest; a suspension in between moves it.
    #[must_use]
    pub fn contributions_until(&self, frozen: &Frozen) -> Instant {
        let minutes = self.rules.draw().map_or(0, |draw| draw.contribution_minutes);
        let frozen_at = frozen.until.plus_ms(self.rules.units().minutes_ms(minutes).saturating_neg());
        self.moved(frozen_at, frozen.until)
    }

    /// Until when a holder keeps its shares of a public set back ([`kept_until`]).
    #[must_use]
    pub fn set_kept_until(&self, set: &SetId) -> Option<Instant> {
        kept_until(self, self.sets.get(set)?)
    }

    /// Whether holders may release shares of a public set now ([`releases`]).
    #[must_use]
    pub fn releases_set(&self, set: &SetId) -> bool {
        self.sets.get(set).is_some_and(|set| releases(self, set))
    }

    /// Whether a coefficient must still be drawn before bids are read: a reading without bids needs none.
    #[must_use]
    pub fn is_to_be_drawn(&self) -> bool {
        !self.to_open.is_empty()
            && self.sets.values().any(|set| match &set.purpose {
                Purpose::Coefficient(name) => !self.coefficients.contains_key(name),
                Purpose::Experts(_) | Purpose::Sheets(_) => false,
            })
    }

    /// What the centre's clock does next about a public set, and from when on; `None` when it waits for nobody but
    /// holders. What it does about sheets says the panel (`evaluation`).
    #[must_use]
    pub fn set_step(&self) -> Option<(Instant, SetStep, &SetId)> {
        match self.stage {
            Stage::Window => {
                let (id, _) = self.sets.iter().find(|(_, set)| set.list.is_none())?;
                Some((self.closed_at?, SetStep::List, id))
            }
            Stage::Opening if self.is_to_be_drawn() => {
                let due = |id| Some((self.set_open_due(id)?, SetStep::Open, id));
                self.sets.iter().filter(|(_, set)| !set.is_open()).find_map(|(id, _)| due(id))
            }
            Stage::Drawing => {
                let (id, set) = self.sets.iter().find(|(_, set)| !set.is_open())?;
                match set.list {
                    None => Some((self.listing_due(set)?, SetStep::List, id)),
                    Some(_) => Some((self.set_open_due(id)?, SetStep::Open, id)),
                }
            }
            Stage::Sealing
            | Stage::Opening
            | Stage::Evaluating
            | Stage::Ranking
            | Stage::Published
            | Stage::Awarded
            | Stage::Failed(_) => None,
        }
    }

    /// From when on the list of a set can be fixed ([`listing_due`]).
    #[must_use]
    pub fn listing_due(&self, set: &SealedSet) -> Option<Instant> {
        listing_due(self, set)
    }

    /// From when on a listed public set can be opened ([`open_due`]).
    #[must_use]
    pub fn set_open_due(&self, id: &SetId) -> Option<Instant> {
        open_due(self, self.sets.get(id)?)
    }
}
