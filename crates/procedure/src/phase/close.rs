//! CLOSE: the one entry that ends submission, discloses the sealed class and names exactly what counts (opening 2).

use alloc::{collections::BTreeMap, vec, vec::Vec};
use ximu_basics::{Instant, PartyId};

use super::{check_stage, objection};
use crate::{
    actor::Authenticated,
    cosigned::Policy,
    tender::{SealedState, Submitted, Tender, Version},
    wire::{
        Event, Refusal,
        event::{Listed, NotCounted, NotCountedReason},
        refusal::{EvidenceFault, Thing},
    },
};

/// Decides CLOSE.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn close(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    evidence: &str,
    sealed: Option<&SealedState>,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    objection::check_none_open(tender)?;
    if at < tender.deadline {
        return Err(Refusal::TooEarly { not_before: tender.deadline, at });
    }
    let fault = |why| Refusal::EvidenceInvalid { why };
    let policy = Policy::parse(&tender.policy).ok_or(fault(EvidenceFault::NotCosigned))?;
    let proof = policy.read(&tender.origin, &tender.centre_key, evidence).map_err(fault)?;
    if proof.time > tender.deadline.plus_ms(tender.rules.beats.grace_ms) {
        return Err(fault(EvidenceFault::TooLate));
    }
    // The beat on the deadline, then the closing beat, which carries refusals only.
    let on_deadline = match tender.beats.as_slice() {
        [.., last, _] if last.scheduled == tender.deadline => tender.beats.len().saturating_sub(1),
        _ => return Err(fault(EvidenceFault::BeatMissing)),
    };
    let counted = tender.beats.iter().take(on_deadline).filter(|beat| beat.leaf < proof.size).count();
    let beats_counted = u32::try_from(counted).map_err(|_| fault(EvidenceFault::BeatMissing))?;
    let sealed = sealed.ok_or(Refusal::Mismatch { what: Thing::Seed })?;
    let (mut list, not_counted) = sealed.split(beats_counted);
    sealed.state_entries(&tender.rules, &mut list, beats_counted);
    let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
    let minimum = tender.rules.seal().map_or(u32::MAX, |seal| seal.minimum_bids);
    let closed = Event::Closed { beats_counted, cosigned: proof.time, list, not_counted };
    if count < minimum {
        return Ok(vec![closed, Event::TooFewBids { count, minimum }]);
    }
    let window = tender.rules.unseal().map_or(0, |unseal| unseal.window_minutes);
    let until = at.plus_ms(tender.rules.units().minutes_ms(window));
    Ok(vec![closed, Event::WindowOpened { until }])
}

impl SealedState {
    /// What counts when the first `beats_counted` beats do, ascending by bidder, and what does not.
    fn split(&self, beats_counted: u32) -> (Vec<Listed>, Vec<NotCounted>) {
        let (mut list, mut not_counted) = (Vec::new(), Vec::new());
        for (bidder, versions) in &self.histories {
            let counting = counting(versions, beats_counted);
            list.extend(counting.map(|bid| listed(bidder, bid)));
            not_counted.extend(passed_over(bidder, versions, counting, beats_counted));
        }
        (list, not_counted)
    }

    /// The submission behind one line of the opening list.
    #[must_use]
    pub fn submitted(&self, bidder: &PartyId, version: u32) -> Option<&Submitted> {
        match self.histories.get(bidder)?.get(&version)? {
            Version::Bid(bid) => Some(bid),
            Version::Void(bid, _) => Some(bid),
            Version::Withdrawal(_) => None,
        }
    }
}

/// The highest version whose beat counts, when it is a bid; a void version is passed over. What made it void counts like
/// anything else, by its own beat: in a beat that does not count it voids nothing.
fn counting(versions: &BTreeMap<u32, Version>, beats_counted: u32) -> Option<&Submitted> {
    for version in versions.values().rev() {
        match version {
            Version::Withdrawal(beat) if *beat < beats_counted => return None,
            Version::Bid(bid) if bid.beat < beats_counted => return Some(bid),
            Version::Void(bid, beat) if *beat >= beats_counted && bid.beat < beats_counted => {
                return Some(bid);
            }
            Version::Withdrawal(_) | Version::Bid(_) | Version::Void(..) => {}
        }
    }
    None
}

/// The highest version above the one that counts that was a bid, and why it does not count. One line a bidder: CLOSE must
/// fit a leaf, and lower versions are replaced, as the disclosed operations show.
fn passed_over(
    bidder: &PartyId,
    versions: &BTreeMap<u32, Version>,
    counting: Option<&Submitted>,
    beats_counted: u32,
) -> Option<NotCounted> {
    let (version, what) = versions.iter().rev().find(|(_, what)| !matches!(what, Version::Withdrawal(_)))?;
    let reason = match what {
        Version::Bid(bid) if counting == Some(bid) => return None,
        Version::Bid(bid) if bid.beat >= beats_counted => NotCountedReason::NotCosignedInTime,
        Version::Bid(_) => NotCountedReason::Withdrawn,
        Version::Void(bid, _) if counting == Some(bid) => return None,
        Version::Void(bid, _) if bid.beat >= beats_counted => NotCountedReason::NotCosignedInTime,
        Version::Void(..) => NotCountedReason::Voided,
        Version::Withdrawal(_) => return None,
    };
    Some(NotCounted { bidder: bidder.clone(), version: *version, reason })
}

fn listed(bidder: &PartyId, bid: &Submitted) -> Listed {
    Listed {
        bidder: bidder.clone(),
        version: bid.version,
        form: bid.form.commitment,
        body: bid.body.commitment,
        beat: bid.beat,
        bond: None,
        twice: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cosigned::EVIDENCE_BYTES_MAX,
        phase::seal::BIDDERS_MAX,
        wire::{bond::BondState, leaf::LEAF_BYTES_MAX},
    };
    use alloc::{format, string::String};
    use ximu_basics::{Hash, Seed, json};

    /// What an entry holds beside the command's own text and its events: numbers, keys, hashes, a signature.
    const REST_BYTES: usize = 2_048;

    #[test]
    fn the_longest_close_fits_a_leaf() {
        let bidder = |number: usize| format!("p-{number:020x}").parse::<PartyId>().unwrap();
        let (form, body) = (Hash::of(b"form"), Hash::of(b"body"));
        let line = |number| {
            let bond = Some(BondState::Missing);
            Listed { bidder: bidder(number), version: 100, form, body, beat: 99_999, bond, twice: true }
        };
        let passed = |number| {
            let reason = NotCountedReason::NotCosignedInTime;
            NotCounted { bidder: bidder(number), version: 100, reason }
        };
        let closed = Event::Closed {
            beats_counted: u32::MAX,
            cosigned: Instant::from_unix_ms((1 << 53) - 1),
            list: (0..BIDDERS_MAX).map(line).collect(),
            not_counted: (0..BIDDERS_MAX).map(passed).collect(),
        };
        let events = json::to_canonical(&closed).unwrap().len();
        // A line's end takes three bytes where the command's text stands in the entry.
        let evidence = "a witness's line of its signature under a checkpoint, shorter than any\n";
        let evidence: String = evidence.chars().cycle().take(EVIDENCE_BYTES_MAX).collect();
        let command = crate::wire::Command::Close { evidence, seed: Seed([7; 32]) };
        let command = String::from_utf8(json::to_canonical(&command).unwrap()).unwrap();
        let command = json::to_canonical(&command).unwrap().len();
        let bytes = events + command + REST_BYTES;
        assert!(bytes <= LEAF_BYTES_MAX, "{events} + {command} + {REST_BYTES} = {bytes}");
    }
}
