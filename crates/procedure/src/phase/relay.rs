//! What holders hand in for bidders (opening 3.4): a release or a request for rescue that a host might leave out of the
//! log. Decided like the bidder's own command in the window, whose end it may come after.
//!
//! Not here: whether a holder takes it from the bidder at all (peer 2.8), and when the window ends (`unseal`).

use alloc::{string::ToString, vec, vec::Vec};
use ximu_basics::{Instant, PartyId, PublicKey};

use super::{check_role, check_stage, unseal};
use crate::{
    actor::{Authenticated, authored},
    envelope::RELEASE_BYTES_MAX,
    registry::Registry,
    tender::{HolderKey, Tender},
    wire::{Command, Event, Refusal, SignedCommand, refusal::Thing},
};

/// The longest body of a command that holders take from bidders, in bytes: the base64 of the largest release, and 1 KiB for
/// everything beside it, of which names and nonce take 130, two ids 128, and the rest is for the origin. It must fit the body
/// of the holder's own command, in which every quotation mark of it takes one byte more.
pub const HANDED_BYTES_MAX: usize = RELEASE_BYTES_MAX.div_ceil(3) * 4 + 1024;

/// A command that a holder was handed, and whose it is.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The command and its author.
    pub given: Authenticated,
    /// For which bidder on the list.
    pub bidder: PartyId,
    /// What it is.
    pub kind: Kind,
    /// Whether the key is the one that submitted the bid, which has the last word (journal 7.6).
    pub own: bool,
}

/// What can be handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`Command::Release`].
    Release,
    /// [`Command::AskRescue`].
    Rescue,
}

/// Reads a command that a bidder handed to a holder, whatever the stage, the clock and the log say about it now.
///
/// # Errors
/// [`Refusal::Mismatch`] when it is no release and no request for rescue for this procedure by a key that may give one, or
/// too long; [`Refusal::RoleNotAllowed`].
pub fn read(registry: &Registry, tender: &Tender, handed: &SignedCommand) -> Result<Handed, Refusal> {
    let foreign = || Refusal::Mismatch { what: Thing::Relay };
    if handed.body.len() > HANDED_BYTES_MAX {
        return Err(foreign());
    }
    let given = authored(registry, tender, handed).map_err(|_| foreign())?;
    let kind = kind(&given.body.command).ok_or_else(foreign)?;
    check_role(tender, &given)?;
    let bidder = super::party(&given)?.clone();
    let own = tender.bids.get(&bidder).is_some_and(|bid| bid.key == given.signed.key);
    Ok(Handed { given, bidder, kind, own })
}

/// What the command changes, stage and clock aside: the events that it would have had in the window.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn content(tender: &Tender, handed: &Handed) -> Result<Vec<Event>, Refusal> {
    if let Command::Release { lot, envelope } = &handed.given.body.command {
        unseal::released(tender, &handed.given, lot, &envelope.0)
    } else if let Command::AskRescue { lot } = &handed.given.body.command {
        unseal::rescue_asked(tender, &handed.given, lot)
    } else {
        Err(Refusal::Mismatch { what: Thing::Relay })
    }
}

/// Whether a command that a holder was handed is still to be said: the log, as it stands here, would change by it. What is
/// there already, or lost its meaning since, is not.
#[must_use]
pub fn is_due(registry: &Registry, tender: &Tender, handed: &SignedCommand) -> bool {
    read(registry, tender, handed).is_ok_and(|handed| content(tender, &handed).is_ok())
}

/// Decides what a holder hands in.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn relay(
    registry: &Registry,
    tender: &Tender,
    given: &Authenticated,
    handed: &SignedCommand,
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let holder = relaying(tender, given)?.name.to_string();
    let handed = read(registry, tender, handed)?;
    let mut events = content(tender, &handed)?;
    for event in &mut events {
        if let Event::KeyReleased { relayed, .. } | Event::RescueAsked { relayed, .. } = event {
            *relayed = Some(holder.clone());
        }
    }
    Ok(events)
}

/// Decides a holder's word that everything it was handed in this window stands in the log.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn done(tender: &Tender, given: &Authenticated, until: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    let holder = relaying(tender, given)?;
    if tender.window_until != Some(until) {
        return Err(Refusal::Mismatch { what: Thing::Instant });
    }
    Ok(vec![Event::RelaysCompleted { holder: holder.name.to_string() }])
}

/// The holder that gives a command, when the rules let holders hand in anything and it has not said that it is done.
fn relaying<'a>(tender: &'a Tender, given: &Authenticated) -> Result<&'a HolderKey, Refusal> {
    if !tender.relays() {
        return Err(Refusal::Mismatch { what: Thing::Relay });
    }
    let unknown = || Refusal::Unknown { what: Thing::Holder };
    let index = given.actor.holder.ok_or_else(unknown)?;
    if tender.relays_done.contains(&index) {
        return Err(Refusal::AlreadyExists {});
    }
    tender.holders.get(usize::from(index).saturating_sub(1)).ok_or_else(unknown)
}

/// The key and the envelope of an accepted release, given by its bidder or handed in.
pub(crate) fn release_of(given: &Authenticated) -> Option<(PublicKey, Vec<u8>)> {
    if let Command::Release { envelope, .. } = &given.body.command {
        return Some((given.signed.key, envelope.0.clone()));
    }
    let Command::Relay { handed } = &given.body.command else { return None };
    let Command::Release { envelope, .. } = handed.open().ok()?.command else { return None };
    Some((handed.key, envelope.0))
}

fn kind(command: &Command) -> Option<Kind> {
    if matches!(command, Command::Release { .. }) {
        Some(Kind::Release)
    } else if matches!(command, Command::AskRescue { .. }) {
        Some(Kind::Rescue)
    } else {
        None
    }
}
