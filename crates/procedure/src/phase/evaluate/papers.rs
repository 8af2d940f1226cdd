//! Documents for the committee: a holder gives the seats its shares (evaluation 12).

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};
use ximu_basics::PartyId;

use crate::{
    actor::Authenticated,
    evaluation::{
        Committee,
        papers::{self, FILE_BYTES_MAX},
    },
    wire::{Event, Refusal, refusal::Thing},
};

/// Decides that a holder gives its shares of the documents. Whether they are shares only the seats can see.
pub(super) fn give(
    committee: Committee<'_>,
    given: &Authenticated,
    broken: &[PartyId],
    file: &[u8],
    seats: &[String],
) -> Result<Vec<Event>, Refusal> {
    let unknown = Refusal::Unknown { what: Thing::Holder };
    let index = given.actor.holder.ok_or(unknown.clone())?;
    let place = usize::from(index).saturating_sub(1);
    let holder = committee.tender.holders.get(place).ok_or(unknown)?;
    if !committee.reads_papers() {
        return Err(Refusal::Unknown { what: Thing::Phase });
    }
    if !committee.is_constituted() {
        return Err(Refusal::Mismatch { what: Thing::Committee });
    }
    let lacking = committee.papers_lacking(index);
    if lacking.is_empty() {
        return Err(Refusal::AlreadyExists {});
    }
    if seats != lacking {
        return Err(Refusal::Mismatch { what: Thing::Seat });
    }
    let evaluated = committee.tender.evaluated();
    let rising = broken.iter().zip(broken.iter().skip(1)).all(|(one, two)| one < two);
    if !rising || broken.iter().any(|bidder| !evaluated.contains(bidder)) {
        return Err(Refusal::Unknown { what: Thing::Bid });
    }
    if file.len() > FILE_BYTES_MAX {
        let found = u32::try_from(file.len()).unwrap_or(u32::MAX);
        return Err(Refusal::EnvelopeTooLarge { limit: FILE_BYTES_MAX as u32, found });
    }
    if !papers::is_to(file, seats.len()) {
        return Err(Refusal::Mismatch { what: Thing::Share });
    }
    let seats = u32::try_from(seats.len()).unwrap_or(u32::MAX);
    Ok(vec![Event::PapersGiven { holder: holder.name.to_string(), seats }])
}
