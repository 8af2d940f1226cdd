//! Sealed sets: contributions are given, listed, released by the holders, opened; and what is drawn from them (draw).

use alloc::{collections::BTreeMap, string::ToString, vec, vec::Vec};
use ximu_basics::{Blob, CoefficientId, Instant, PersonId, SetId};

use super::{check_stage, experts};
use crate::{
    actor::Authenticated,
    draw, envelope,
    role::Role,
    set::{self, Purpose, SealedSet},
    tender::Tender,
    wire::{
        Event, Refusal,
        command::{Part, SetShare},
        event::SetLine,
        refusal::Thing,
    },
};

/// Bytes of content told in one entry, which must fit one leaf of 65,535 bytes with its base64; the next entry follows
/// at once.
pub const CONTENT_BYTES_PER_ENTRY_MAX: usize = 32 * 1024;

/// Decides an author's contribution.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn contribute(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    (id, set): (&SetId, &SealedSet),
    sealed: &[u8],
) -> Result<Vec<Event>, Refusal> {
    let needs = match &set.purpose {
        Purpose::Coefficient(_) | Purpose::Experts(_) => vec![Role::Holder],
        Purpose::Sheets(_) => vec![Role::Evaluator, Role::Delegate],
    };
    let author = set.author(&given.actor.person).ok_or(Refusal::RoleNotAllowed { needs })?;
    check_stage(tender, given)?;
    if !set::takes(tender, set, at) {
        let until = match &set.purpose {
            Purpose::Coefficient(_) => tender.deadline,
            Purpose::Experts(frozen) => tender.contributions_until(frozen),
            Purpose::Sheets(round) => round.ends(tender),
        };
        return Err(Refusal::WindowOver { until, at });
    }
    if set.contributions.contains_key(&author.id) {
        return Err(Refusal::AlreadyExists {});
    }
    let limit = set::envelope_bytes_max(id);
    if sealed.len() > limit {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let found = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
        return Err(Refusal::EnvelopeTooLarge { limit, found });
    }
    if is_copy(set, sealed) {
        return Err(Refusal::EnvelopeDuplicate {});
    }
    match set::header(tender, id, &author.id, sealed) {
        Some(_) => Ok(vec![Event::Contributed { set: id.clone(), by: author.clone() }]),
        None => Err(Refusal::Mismatch { what: Thing::Contribution }),
    }
}

fn is_copy(set: &SealedSet, sealed: &[u8]) -> bool {
    set.contributions.values().any(|given| given.envelope == sealed)
}

/// Decides that the list of a set is fixed.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn list(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    (id, set): (&SetId, &SealedSet),
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let not_before = set::listing_due(tender, set).unwrap_or(at);
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    if set.list.is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    let (mut list, mut silent) = (Vec::new(), Vec::new());
    for author in &set.authors {
        match set.contributions.get(&author.id) {
            Some(given) => {
                list.push(SetLine { by: author.clone(), envelope: set::envelope_hash(&given.envelope) });
            }
            None => silent.push(author.clone()),
        }
    }
    // Fewer might all be of one will: t of them are not, as long as bids cannot be opened by it either.
    let too_few = list.len() < usize::from(tender.rules.escrow.t);
    let mut events = vec![Event::SetListed { set: id.clone(), list, silent }];
    let draws = match &set.purpose {
        Purpose::Coefficient(_) | Purpose::Experts(_) => true,
        Purpose::Sheets(_) => false,
    };
    if too_few && draws {
        events.push(Event::DrawFailed { set: id.clone() });
    }
    Ok(events)
}

/// Decides a holder's release of its shares for the whole list of a set.
///
/// # Errors
/// The first [`Refusal`] that applies; [`Refusal::SetShareMismatch`] names the holder for ever.
pub fn release(
    tender: &Tender,
    given: &Authenticated,
    (id, set): (&SetId, &SealedSet),
    shares: &[SetShare],
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let unknown = Refusal::Unknown { what: Thing::Holder };
    let index = given.actor.holder.ok_or(unknown.clone())?;
    let holder = tender.holders.get(usize::from(index).saturating_sub(1)).ok_or(unknown)?;
    if set.shares.contains_key(&index) {
        return Err(Refusal::AlreadyExists {});
    }
    if !set::releases(tender, set) {
        return Err(Refusal::Mismatch { what: Thing::Set });
    }
    let same_list = shares.len() == set.lines().len()
        && shares.iter().zip(set.lines()).all(|(share, line)| share.author == line.by.id);
    if !same_list {
        return Err(Refusal::Mismatch { what: Thing::Share });
    }
    match shares.iter().find(|share| !opens(set, index, &share.author, &share.part)) {
        Some(wrong) => Err(Refusal::SetShareMismatch { author: wrong.author.clone() }),
        None => Ok(vec![Event::SetReleased { set: id.clone(), holder: holder.name.to_string() }]),
    }
}

/// Whether a share opens the commitment that its author dealt this holder.
fn opens(set: &SealedSet, index: u8, author: &PersonId, part: &Part) -> bool {
    let Some(given) = set.contributions.get(author) else { return false };
    let commitment = given.header.escrow.get(usize::from(index).saturating_sub(1));
    match part {
        Part::Share { share, salt } => commitment.is_some_and(|commitment| {
            envelope::share_opens(commitment, index, &given.header.context, *share, *salt)
        }),
        Part::Broken {} => true,
    }
}

/// Decides the opening of a set, the same way for everyone who repeats it; the last entry carries what follows.
///
/// # Errors
/// The first [`Refusal`] that applies. A contribution that cannot count is an event, not a refusal.
pub fn open(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    (id, set): (&SetId, &SealedSet),
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    if set.is_open() {
        return Err(Refusal::AlreadyExists {});
    }
    let not_before = set::open_due(tender, set).ok_or(Refusal::Mismatch { what: Thing::Quorum })?;
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    let mut contents = set.contents.clone();
    let mut events = Vec::new();
    let mut told = 0_usize;
    for (position, line) in set.lines().iter().enumerate().skip(contents.len()) {
        let found = set::open(tender, id, set, position);
        let size = found.as_ref().map_or(0, |(_, content)| content.len());
        told = told.saturating_add(size);
        if told > CONTENT_BYTES_PER_ENTRY_MAX && !events.is_empty() {
            return Ok(events);
        }
        let (name, by) = (id.clone(), line.by.clone());
        events.push(match found {
            Ok((key, content)) => {
                contents.push(Ok(content.clone()));
                Event::ContributionOpened { set: name, by, key, content: Blob(content) }
            }
            Err(reason) => {
                contents.push(Err(reason));
                Event::ContributionVoided { set: name, by, reason }
            }
        });
    }
    let valid = u32::try_from(contents.iter().filter(|content| content.is_ok()).count()).unwrap_or(u32::MAX);
    events.push(Event::SetOpened { set: id.clone(), valid });
    let opened = SealedSet { contents, ..set.clone() };
    match &set.purpose {
        Purpose::Coefficient(name) => events.push(coefficient(tender, id, &opened, name)?),
        Purpose::Experts(frozen) => events.push(experts::drawn(tender, id, &opened, frozen)),
        Purpose::Sheets(_) => {}
    }
    Ok(events)
}

/// The coefficient that the contributions give (draw 7).
fn coefficient(tender: &Tender, id: &SetId, set: &SealedSet, name: &CoefficientId) -> Result<Event, Refusal> {
    let unknown = Refusal::Unknown { what: Thing::Set };
    let values = tender.rules.coefficients.iter().find(|one| one.name == *name);
    let values = &values.ok_or(unknown.clone())?.values;
    let spelled: Vec<_> = values.iter().map(ToString::to_string).collect();
    let pool = draw::values_hash(spelled.iter().map(|value| value.as_str()));
    let Some(seed) = draw::seed_of(tender, id, set, pool) else {
        return Ok(Event::DrawFailed { set: id.clone() });
    };
    let count = u32::try_from(values.len()).map_err(|_| unknown.clone())?;
    let place = draw::coefficient(seed, name.as_str(), count);
    let value = usize::try_from(place).ok().and_then(|place| values.get(place)).ok_or(unknown)?;
    Ok(Event::CoefficientDrawn { set: id.clone(), name: name.clone(), seed, place, value: *value })
}

/// A set among those of its class.
pub(super) fn known<'a>(
    sets: &'a BTreeMap<SetId, SealedSet>,
    id: &'a SetId,
) -> Result<(&'a SetId, &'a SealedSet), Refusal> {
    sets.get(id).map(|set| (id, set)).ok_or(Refusal::Unknown { what: Thing::Set })
}
