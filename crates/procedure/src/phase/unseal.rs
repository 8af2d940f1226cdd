//! Phase Unseal: the window, the holders' releases, the reading of everything at once (opening 3-5; R44).

use alloc::{string::ToString, vec, vec::Vec};
use ximu_basics::{Instant, LotId, PartyId};

use super::{Inputs, check_stage, party};
use crate::{
    actor::Authenticated,
    envelope,
    rules::EscrowOpens,
    tender::{Release, Stage, Tender},
    wire::{
        Event, Refusal,
        command::{Part, ShareRelease},
        event::{Route, StaysClosed, ToOpen, VoidReason},
        refusal::Thing,
    },
};

/// Bids read out in one entry, which must fit one leaf of 65,535 bytes; the next entry follows at once.
pub const BIDS_PER_ENTRY_MAX: usize = 100;

/// Decides a sign-in at the opening.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn sign_in(tender: &Tender, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_window(tender, at)?;
    let party = party(given)?;
    if tender.signed_in.contains(party) {
        return Err(Refusal::AlreadyExists {});
    }
    Ok(vec![Event::SignedIn { party: party.clone() }])
}

/// Decides a bidder's release of its opening key.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn release(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    lot: &LotId,
    sealed: &[u8],
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_window(tender, at)?;
    released(tender, given, lot, sealed)
}

/// What a release changes, stage and clock aside.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn released(
    tender: &Tender,
    given: &Authenticated,
    lot: &LotId,
    sealed: &[u8],
) -> Result<Vec<Event>, Refusal> {
    let bidder = check_listed(tender, given, lot)?;
    let own = |key| tender.bids.get(bidder).is_some_and(|bid| bid.key == key);
    // The key that submitted has the last word, once, over one that took its place.
    let final_word = |release: &Release| own(release.key) || !own(given.signed.key);
    if tender.releases.get(bidder).is_some_and(final_word) {
        return Err(Refusal::AlreadyExists {});
    }
    match envelope::release_header(tender, bidder, sealed) {
        Some(_) => Ok(vec![Event::KeyReleased { bidder: bidder.clone(), relayed: None }]),
        None => Err(Refusal::Mismatch { what: Thing::Release }),
    }
}

/// Decides a bidder's request that the holders open its form.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn ask_rescue(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    lot: &LotId,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_window(tender, at)?;
    rescue_asked(tender, given, lot)
}

/// What a request for rescue changes, stage and clock aside.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn rescue_asked(
    tender: &Tender,
    given: &Authenticated,
    lot: &LotId,
) -> Result<Vec<Event>, Refusal> {
    let bidder = check_listed(tender, given, lot)?;
    match tender.rules.escrow.opens {
        EscrowOpens::None => {
            return Err(Refusal::EscrowNotAllowed { opens: tender.rules.escrow.opens });
        }
        EscrowOpens::All | EscrowOpens::WhoAsked => {}
    }
    if tender.rescues.contains(bidder) {
        return Err(Refusal::AlreadyExists {});
    }
    Ok(vec![Event::RescueAsked { bidder: bidder.clone(), relayed: None }])
}

fn check_listed<'a>(tender: &Tender, given: &'a Authenticated, lot: &LotId) -> Result<&'a PartyId, Refusal> {
    let bidder = party(given)?;
    if !tender.rules.lots.iter().any(|known| known.id == *lot) {
        return Err(Refusal::Unknown { what: Thing::Lot });
    }
    if !tender.bids.contains_key(bidder) {
        return Err(Refusal::Unknown { what: Thing::Bid });
    }
    Ok(bidder)
}

fn check_window(tender: &Tender, at: Instant) -> Result<(), Refusal> {
    match tender.window_until {
        Some(until) if at > until => Err(Refusal::WindowOver { until, at }),
        Some(_) | None => Ok(()),
    }
}

/// Decides that the window is over: what the holders are to open, and what stays closed.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn end_window(tender: &Tender, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let not_before = tender.window_ends().ok_or(Refusal::Mismatch { what: Thing::Relay })?;
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    // Whoever gave to a draw must know that it counts before any bid can open.
    if tender.sets.values().any(|set| set.list.is_none()) {
        return Err(Refusal::Mismatch { what: Thing::Set });
    }
    let fault = tender
        .rules
        .unseal()
        .map(|unseal| unseal.fault)
        .ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for bidder in tender.bids.keys() {
        match route(tender, bidder) {
            Some(route) => open.push(ToOpen { bidder: bidder.clone(), route }),
            None => closed.push(StaysClosed { bidder: bidder.clone(), fault }),
        }
    }
    Ok(vec![Event::WindowEnded { open, closed }])
}

fn route(tender: &Tender, bidder: &PartyId) -> Option<Route> {
    if tender.releases.contains_key(bidder) {
        return Some(Route::Released);
    }
    let rescued = match tender.rules.escrow.opens {
        EscrowOpens::All => true,
        EscrowOpens::WhoAsked => tender.rescues.contains(bidder),
        EscrowOpens::None => false,
    };
    rescued.then_some(Route::Rescued)
}

/// Decides a holder's release of its shares for the whole list at once.
///
/// # Errors
/// The first [`Refusal`] that applies; [`Refusal::ShareMismatch`] names the holder for ever.
pub fn release_shares(
    tender: &Tender,
    given: &Authenticated,
    shares: &[ShareRelease],
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let unknown = Refusal::Unknown { what: Thing::Holder };
    let index = given.actor.holder.ok_or(unknown.clone())?;
    let holder = tender.holders.get(usize::from(index).saturating_sub(1)).ok_or(unknown)?;
    if tender.shares.contains_key(&index) {
        return Err(Refusal::AlreadyExists {});
    }
    let same_list = shares.len() == tender.to_open.len()
        && shares.iter().zip(&tender.to_open).all(|(share, to_open)| share.bidder == to_open.bidder);
    if !same_list {
        return Err(Refusal::Mismatch { what: Thing::Share });
    }
    for (share, to_open) in shares.iter().zip(&tender.to_open) {
        let (escrow, context) = match to_open.route {
            Route::Released => tender
                .releases
                .get(&to_open.bidder)
                .map(|release| (&release.header.escrow, &release.header.context)),
            Route::Rescued => tender.bids.get(&to_open.bidder).map(|bid| (&bid.escrow, &bid.form.context)),
        }
        .ok_or(Refusal::Unknown { what: Thing::Bid })?;
        let commitment = escrow.get(usize::from(index).saturating_sub(1));
        let opens = |value, salt| {
            commitment.is_some_and(|expected| envelope::share_opens(expected, index, context, value, salt))
        };
        let good = match share.part {
            Part::Share { share, salt } => opens(share, salt),
            Part::Broken {} => true,
        };
        if !good {
            return Err(Refusal::ShareMismatch { bidder: share.bidder.clone() });
        }
    }
    Ok(vec![Event::SharesReleased { holder: holder.name.to_string() }])
}

/// Decides the reading: opens everything that the holders released, the same way for everyone who repeats it.
///
/// # Errors
/// The first [`Refusal`] that applies. A bid that cannot count is an event, not a refusal.
pub fn open(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    inputs: &dyn Inputs,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    if tender.is_to_be_drawn() {
        return Err(Refusal::Mismatch { what: Thing::Set });
    }
    let not_before = tender.reading_due().ok_or(Refusal::Mismatch { what: Thing::Quorum })?;
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    let done = tender.opened.len().saturating_add(tender.voided.len());
    let mut events = Vec::new();
    let mut opened = tender.opened.len();
    for (position, to_open) in tender.to_open.iter().enumerate().skip(done).take(BIDS_PER_ENTRY_MAX) {
        let bid = tender.bids.get(&to_open.bidder).ok_or(Refusal::Unknown { what: Thing::Bid })?;
        let form = inputs.form(&bid.form.commitment).ok_or(Refusal::Unknown { what: Thing::Envelope })?;
        match envelope::open(tender, to_open, bid, position, &form) {
            Ok(bid) => {
                opened = opened.saturating_add(1);
                events.push(Event::BidOpened(bid));
            }
            Err(reason) => events.push(void(&to_open.bidder, reason)),
        }
    }
    if done.saturating_add(events.len()) == tender.to_open.len() {
        events.push(Event::OpeningCompleted { opened: u32::try_from(opened).unwrap_or(u32::MAX) });
    }
    Ok(events)
}

fn void(bidder: &PartyId, reason: VoidReason) -> Event {
    Event::BidVoided { bidder: bidder.clone(), reason }
}

impl Stage {
    /// Whether prices are public.
    #[must_use]
    pub fn is_read(self) -> bool {
        match self {
            Stage::Drawing | Stage::Evaluating | Stage::Ranking | Stage::Published | Stage::Awarded => true,
            Stage::Sealing | Stage::Window | Stage::Opening | Stage::Failed(_) => false,
        }
    }
}
