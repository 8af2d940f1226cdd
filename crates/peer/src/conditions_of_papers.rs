//! When a holder may give the seats of a committee its shares of the documents (evaluation 12.2): the conditions of a
//! release for bids, read for a committee that sits.

use std::collections::BTreeMap;
use ximu_basics::{Hash, Instant, PartyId};
use ximu_procedure::{
    Committee, PanelState, Stage, Tender,
    evaluation::papers::{self, Shares},
};
use ximu_sealed::{EnvelopeHeader, Identity};

use crate::{bodies::Body, conditions::Unmet};

/// What a holder knows of one committee when it asks whether it may give.
#[derive(Clone)]
pub struct PapersStanding<'a> {
    /// The procedure, by the holder's own replay.
    pub tender: &'a Tender,
    /// What the committee has done, by the holder's own replay.
    pub panel: &'a PanelState,
    /// The holder's index, from 1.
    pub index: u8,
    /// Leaves that the holder has decided again.
    pub decided: u64,
    /// Leaves covered by the newest checkpoint that this holder itself found cosigned under its own policy.
    pub cosigned_size: u64,
    /// Whether this holder has seen two histories of the log.
    pub forked: bool,
    /// The holder's own clock.
    pub now: Instant,
}

/// One condition.
pub type PapersCondition = fn(&PapersStanding<'_>) -> Result<(), Unmet>;

/// Every condition but the last, which needs the holder's key: [`shares_of_these_bids`].
pub const PAPERS_CONDITIONS: [PapersCondition; 6] =
    [one_history, not_suspended, no_venue_out, seats_lack, all_cosigned, window_past_on_own_clock];

/// Whether all [`PAPERS_CONDITIONS`] hold.
///
/// # Errors
/// The first [`Unmet`].
pub fn check_papers(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    PAPERS_CONDITIONS.iter().try_for_each(|condition| condition(standing))
}

/// The log has shown this holder one history only.
///
/// # Errors
/// [`Unmet::Forked`].
pub fn one_history(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    if standing.forked { Err(Unmet::Forked) } else { Ok(()) }
}

/// The procedure is not cancelled, suspended or failed.
///
/// # Errors
/// [`Unmet::Suspended`].
pub fn not_suspended(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    let stands_still = standing.tender.suspended_until(standing.now).is_some();
    if stands_still || standing.tender.stage.is_failed() { Err(Unmet::Suspended) } else { Ok(()) }
}

/// No venue is out (evaluation 10.3).
///
/// # Errors
/// [`Unmet::VenueOut`].
pub fn no_venue_out(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    if standing.tender.outage().is_some() { Err(Unmet::VenueOut) } else { Ok(()) }
}

/// The evaluation is under way, its committee is constituted, and a seat has not this holder's shares.
///
/// # Errors
/// [`Unmet::StageEarly`], [`Unmet::NoSeat`].
pub fn seats_lack(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    if standing.tender.stage != Stage::Evaluating {
        return Err(Unmet::StageEarly { found: standing.tender.stage.name() });
    }
    let lacking = Committee::new(standing.tender, standing.panel).papers_lacking(standing.index);
    if lacking.is_empty() { Err(Unmet::NoSeat) } else { Ok(()) }
}

/// A checkpoint that this holder itself found cosigned covers every leaf that it has decided.
///
/// # Errors
/// [`Unmet::NotCosigned`].
pub fn all_cosigned(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    if standing.decided <= standing.cosigned_size {
        return Ok(());
    }
    Err(Unmet::NotCosigned { covered: standing.cosigned_size })
}

/// The end of the window is past by the holder's own clock: no document leaves before a price could.
///
/// # Errors
/// [`Unmet::NotPast`].
pub fn window_past_on_own_clock(standing: &PapersStanding<'_>) -> Result<(), Unmet> {
    match standing.tender.window_until {
        Some(until) if standing.now <= until => Err(Unmet::NotPast { until, now: standing.now }),
        Some(_) | None => Ok(()),
    }
}

/// The holder's shares of the documents of every bid that is evaluated, and of whom it has none; `bodies` by the
/// commitments that were submitted.
///
/// # Errors
/// [`Unmet::EnvelopeMissing`] when nothing is known of a body: all of them or none.
pub fn shares_of_these_bids(
    tender: &Tender,
    index: u8,
    identity: &Identity,
    bodies: &BTreeMap<Hash, Body>,
) -> Result<(Shares, Vec<PartyId>), Unmet> {
    let (mut shares, mut broken) = (Vec::new(), Vec::new());
    for bidder in tender.evaluated() {
        let missing = || Unmet::EnvelopeMissing { bidder: bidder.clone() };
        let bid = tender.bids.get(&bidder).ok_or_else(missing)?;
        // These are the bytes that the bidder submitted: what is wrong with them is the bidder's.
        let header = match bodies.get(&bid.body.commitment).ok_or_else(missing)? {
            Body::Header(bytes) => EnvelopeHeader::parse_alone(bytes).ok(),
            Body::Broken => None,
        };
        let share = header.and_then(|header| papers::share(tender, &bidder, &header, index, identity));
        match share {
            Some(share) => shares.push(share),
            None => broken.push(bidder),
        }
    }
    Ok((Shares { shares, v: 1 }, broken))
}
