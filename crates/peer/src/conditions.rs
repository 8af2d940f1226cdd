//! When a holder may release its shares (opening 4.2): one function for each condition, all of them on what the holder
//! itself has decided again, and on its own clock.
//!
//! Not here: deciding the log again (`ximu-verify`), keeping and sending the release (`holder.rs`).

use std::collections::{BTreeMap, BTreeSet};
use ximu_basics::{Hash, Instant, PartyId, PersonId, PublicKey, Salt, SetId, ShareValue};
use ximu_procedure::{
    SealedState, Stage, Tender,
    envelope::{FORM, RELEASE, commitments, context, escrow_policy},
    phase::relay,
    registry::Registry,
    rules::EscrowOpens,
    tender::{StageName, Submitted},
    wire::{
        SignedCommand,
        command::{Part, ShareRelease},
        event::{Route, ToOpen},
    },
};
use ximu_sealed::{Commitment, ContextFields, EnvelopeHeader, EscrowPolicy, Identity, Share};

/// What a holder knows of one procedure when it asks whether it may release.
#[derive(Clone)]
pub struct Standing<'a> {
    /// The procedure, by the holder's own replay.
    pub tender: &'a Tender,
    /// The hidden class, by the holder's own replay of the disclosed operations.
    pub sealed: Option<&'a SealedState>,
    /// The leaf that ended the window.
    pub window_end: Option<u64>,
    /// How many beats CLOSE counts, once it is in the log.
    pub beats_counted: Option<u32>,
    /// The size of the largest checkpoint, before CLOSE, that this holder found cosigned by the deadline and the grace.
    pub in_time: u64,
    /// Leaves covered by the newest checkpoint that this holder itself found cosigned under its own policy.
    pub cosigned_size: u64,
    /// Whether this holder has seen two histories of the log.
    pub forked: bool,
    /// When CLOSE was first cosigned, as far as this holder has seen.
    pub close_seen: Option<Instant>,
    /// What bidders have handed to this holder.
    pub handed: &'a [SignedCommand],
    /// The register and the procedure just before the window ended.
    pub before_end: Option<(&'a Registry, &'a Tender)>,
    /// The holder's own clock.
    pub now: Instant,
}

/// A condition that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The log has signed two histories.
    #[error("expected one history of this log, found two")]
    Forked,
    /// The procedure is suspended, was cancelled, or has failed.
    #[error("expected a procedure that goes on, found one that is suspended or has ended without an award")]
    Suspended,
    /// The window has not ended in the log.
    #[error("expected the stage opening, found {found:?}")]
    StageEarly {
        /// The stage.
        found: StageName,
    },
    /// The opening list is not what the operations give.
    #[error("expected the opening list that the disclosed operations give, found another at {bidder}")]
    ListDiffers {
        /// The first bidder that differs.
        bidder: PartyId,
    },
    /// The release set is not what the rules give.
    #[error("expected to open what the rules, the releases and the requests give, found another set")]
    SetDiffers,
    /// A bidder's command that this holder was handed is not in the log.
    #[error(
        "expected what {bidder} handed to this holder to stand in the log before the window ended, found it left out"
    )]
    NotRelayed {
        /// Whose command: the first by its key.
        bidder: PublicKey,
    },
    /// The state just before the window ended is not known, so that nothing can be said of what was handed in.
    #[error(
        "expected to know the state just before the window ended, found that it has not ended in what was decided again"
    )]
    EndUnknown,
    /// A coefficient is still to be drawn.
    #[error("expected every coefficient to be drawn before a price can be known, found one that is not")]
    DrawPending,
    /// A list does not hold what this holder gave.
    #[error("expected this holder's own contribution on the list of {set}, found none; ask the centre why")]
    OwnMissing {
        /// Of which set.
        set: SetId,
    },
    /// CLOSE rests on an old checkpoint.
    #[error(
        "expected CLOSE to count the {known} beats that a checkpoint cosigned in time covers, found {counted}"
    )]
    EvidenceOld {
        /// Beats that this holder saw cosigned in time.
        known: u32,
        /// Beats that CLOSE counts.
        counted: u32,
    },
    /// The window was not public for its time.
    #[error(
        "expected the window to end at {expected} or later, for CLOSE was first cosigned at {seen}; found {until}. \
         While it lasts, the supervising authority can suspend the procedure for what is missing and let it go on at once; \
         afterwards it can annul it and have it tendered again"
    )]
    WindowUnseen {
        /// When CLOSE was first cosigned.
        seen: Instant,
        /// When a window that was public for its time would end at the earliest.
        expected: Instant,
        /// When it ends.
        until: Instant,
    },
    /// Too few bids.
    #[error("expected at least {minimum} bids, found {found}")]
    TooFew {
        /// The rules' number.
        minimum: u32,
        /// Bids on the list.
        found: usize,
    },
    /// No cosigned checkpoint covers the end of the window, or the list of the set, yet.
    #[error(
        "expected a cosigned checkpoint that covers what ended the window or fixed the list, found one of {covered} leaves"
    )]
    NotCosigned {
        /// Leaves covered.
        covered: u64,
    },
    /// The end of the window is not past on this holder's clock.
    #[error("expected the end of the window at {until} to be past, found {now} on this holder's clock")]
    NotPast {
        /// The end of the window.
        until: Instant,
        /// The holder's clock.
        now: Instant,
    },
    /// An envelope to be opened is not at hand.
    #[error("expected the envelope of {bidder}, found none yet")]
    EnvelopeMissing {
        /// Whose.
        bidder: PartyId,
    },
    /// Nobody gives the documents that a bidder submitted: not their bidder's fault.
    #[error(
        "expected the documents that {bidder} submitted, found them with nobody: the host: {host}; {keeper}"
    )]
    BodyMissing {
        /// Whose.
        bidder: PartyId,
        /// What the host did.
        host: String,
        /// What the keeper of second copies did, with its name.
        keeper: String,
    },
    /// A share does not belong to exactly this procedure, lot, bidder, version and envelope, or does not open.
    #[error("expected a share of this procedure in the envelope of {bidder}: {found}")]
    ShareForeign {
        /// Whose envelope.
        bidder: PartyId,
        /// What was found.
        found: String,
    },
    /// A venue of the evaluation is out.
    #[error("expected venues that work, found one that is out")]
    VenueOut,
    /// No seat lacks what this holder gives.
    #[error("expected a constituted committee with a seat that lacks this holder's shares, found none")]
    NoSeat,
    /// A contribution of a sealed set cannot be answered for.
    #[error("expected a contribution of {author} to this procedure: {found}")]
    SetForeign {
        /// Whose.
        author: PersonId,
        /// What was found.
        found: String,
    },
}

impl Unmet {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Unmet::Forked => "log-forked",
            Unmet::Suspended | Unmet::VenueOut => "release-suspended",
            Unmet::StageEarly { .. } | Unmet::NoSeat => "release-stage",
            Unmet::ListDiffers { .. } => "release-list",
            Unmet::SetDiffers => "release-set",
            Unmet::NotRelayed { .. } | Unmet::EndUnknown => "release-relayed",
            Unmet::DrawPending => "release-draw",
            Unmet::OwnMissing { .. } => "release-contribution",
            Unmet::EvidenceOld { .. } => "release-evidence-old",
            Unmet::WindowUnseen { .. } => "release-unseen",
            Unmet::TooFew { .. } => "release-minimum",
            Unmet::NotCosigned { .. } => "release-cosigned",
            Unmet::NotPast { .. } => "release-early",
            Unmet::EnvelopeMissing { .. } => "release-envelope",
            Unmet::BodyMissing { .. } => "holder-withheld",
            Unmet::ShareForeign { .. } | Unmet::SetForeign { .. } => "release-context",
        }
    }
}

/// One condition.
pub type Condition = fn(&Standing<'_>) -> Result<(), Unmet>;

/// Every condition but the last, which needs the holder's key: [`shares_of_this_procedure`].
pub const CONDITIONS: [Condition; 12] = [
    one_history,
    not_suspended,
    stage_reached,
    evidence_newest,
    window_seen,
    own_list_matches,
    own_set_matches,
    handed_stands,
    enough_bids,
    everything_drawn,
    window_end_cosigned,
    window_past_on_own_clock,
];

/// Whether all [`CONDITIONS`] hold.
///
/// # Errors
/// The first [`Unmet`].
pub fn check(standing: &Standing<'_>) -> Result<(), Unmet> {
    CONDITIONS.iter().try_for_each(|condition| condition(standing))
}

/// The log has shown this holder one history only.
///
/// # Errors
/// [`Unmet::Forked`].
pub fn one_history(standing: &Standing<'_>) -> Result<(), Unmet> {
    if standing.forked { Err(Unmet::Forked) } else { Ok(()) }
}

/// The procedure is not cancelled, suspended or failed (opening 4.2 e).
///
/// # Errors
/// [`Unmet::Suspended`].
pub fn not_suspended(standing: &Standing<'_>) -> Result<(), Unmet> {
    let stands_still = standing.tender.suspended_until(standing.now).is_some();
    if stands_still || standing.tender.stage.is_failed() { Err(Unmet::Suspended) } else { Ok(()) }
}

/// The forms' stage is reached: the window has ended in the log (opening 4.2 e).
///
/// # Errors
/// [`Unmet::StageEarly`].
pub fn stage_reached(standing: &Standing<'_>) -> Result<(), Unmet> {
    match standing.tender.stage {
        Stage::Sealing | Stage::Window => Err(Unmet::StageEarly { found: standing.tender.stage.name() }),
        Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Published
        | Stage::Awarded
        | Stage::Failed(_) => Ok(()),
    }
}

/// CLOSE counts every beat that this holder itself saw cosigned in time (opening 2.2, verify 6.3): whoever has a receipt is
/// not left out by evidence that is older than need be.
///
/// # Errors
/// [`Unmet::EvidenceOld`].
pub fn evidence_newest(standing: &Standing<'_>) -> Result<(), Unmet> {
    let Some(counted) = standing.beats_counted else { return Ok(()) };
    let beats = &standing.tender.beats;
    let scheduled = beats.iter().take(beats.len().saturating_sub(1));
    let known = scheduled.filter(|beat| beat.leaf < standing.in_time).count();
    let known = u32::try_from(known).unwrap_or(u32::MAX);
    if known <= counted { Ok(()) } else { Err(Unmet::EvidenceOld { known, counted }) }
}

/// CLOSE was cosigned so early that the window was public for its time, but for a tolerance (opening 4.2 j).
///
/// # Errors
/// [`Unmet::WindowUnseen`]; [`Unmet::NotCosigned`] when it was not seen at all.
pub fn window_seen(standing: &Standing<'_>) -> Result<(), Unmet> {
    if standing.tender.window_until.is_none() {
        return Ok(());
    }
    let seen = standing.close_seen.ok_or(Unmet::NotCosigned { covered: standing.cosigned_size })?;
    window_public(standing.tender, seen)
}

/// Whether the window was public for its time when CLOSE was first cosigned then: the window's length from then, less
/// the tolerance, moved by the suspensions that began in it by as long as they lasted, does not end after the window.
///
/// # Errors
/// [`Unmet::WindowUnseen`].
pub fn window_public(tender: &Tender, seen: Instant) -> Result<(), Unmet> {
    let Some(until) = tender.window_until else { return Ok(()) };
    let length =
        tender.rules.units().minutes_ms(tender.rules.unseal().map_or(0, |unseal| unseal.window_minutes));
    let late = ximu_verify::window_seen_late_ms(length);
    let from = seen.plus_ms(late.saturating_neg());
    let expected = tender.moved(from, from.plus_ms(length));
    if expected <= until { Ok(()) } else { Err(Unmet::WindowUnseen { seen, expected, until }) }
}

/// The opening list names exactly what the disclosed operations submitted, and CLOSE took into the state nothing else
/// (opening 4.2 a). That the list is complete was decided again with CLOSE itself.
///
/// # Errors
/// [`Unmet::ListDiffers`].
pub fn own_list_matches(standing: &Standing<'_>) -> Result<(), Unmet> {
    let tender = standing.tender;
    let listed: BTreeSet<&PartyId> = tender.list.iter().map(|line| &line.bidder).collect();
    for line in &tender.list {
        let submitted = standing.sealed.and_then(|sealed| sealed.submitted(&line.bidder, line.version));
        let same = submitted.is_some_and(|bid| {
            (bid.form.commitment, bid.body.commitment, bid.beat) == (line.form, line.body, line.beat)
                && tender.bids.get(&line.bidder) == Some(bid)
        });
        if !same {
            return Err(Unmet::ListDiffers { bidder: line.bidder.clone() });
        }
    }
    match tender.bids.keys().find(|bidder| !listed.contains(bidder)) {
        Some(bidder) => Err(Unmet::ListDiffers { bidder: bidder.clone() }),
        None => Ok(()),
    }
}

/// What is to be opened, and by which route, is what the rules give for the releases and requests in the log (opening
/// 3.3, 4.2 a).
///
/// # Errors
/// [`Unmet::SetDiffers`].
pub fn own_set_matches(standing: &Standing<'_>) -> Result<(), Unmet> {
    let tender = standing.tender;
    match tender.stage {
        // There is no set yet, or there will never be one; other conditions say so.
        Stage::Sealing | Stage::Window | Stage::Failed(_) => return Ok(()),
        Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Published
        | Stage::Awarded => {}
    }
    let asked = |bidder: &PartyId| match tender.rules.escrow.opens {
        EscrowOpens::All => true,
        EscrowOpens::WhoAsked => tender.rescues.contains(bidder),
        EscrowOpens::None => false,
    };
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for bidder in tender.list.iter().map(|line| &line.bidder) {
        if tender.releases.contains_key(bidder) {
            open.push((bidder, Route::Released));
        } else if asked(bidder) {
            open.push((bidder, Route::Rescued));
        } else {
            closed.push(bidder);
        }
    }
    let same_open =
        open.iter().copied().eq(tender.to_open.iter().map(|to_open| (&to_open.bidder, to_open.route)));
    let same_closed = closed.iter().copied().eq(tender.stays_closed.iter().map(|closed| &closed.bidder));
    if same_open && same_closed { Ok(()) } else { Err(Unmet::SetDiffers) }
}

/// Everything that bidders handed to this holder stood in the log when the window ended, or changed nothing any more (opening
/// 4.2 i).
///
/// # Errors
/// [`Unmet::NotRelayed`]; [`Unmet::EndUnknown`] when the state that this is decided on is not known.
pub fn handed_stands(standing: &Standing<'_>) -> Result<(), Unmet> {
    if !standing.tender.relays() {
        return Ok(());
    }
    let (registry, before) = standing.before_end.ok_or(Unmet::EndUnknown)?;
    match standing.handed.iter().find(|handed| relay::is_due(registry, before, handed)) {
        Some(handed) => Err(Unmet::NotRelayed { bidder: handed.key }),
        None => Ok(()),
    }
}

/// The opening list has as many bids as the law asks for (opening 4.2 b; L28).
///
/// # Errors
/// [`Unmet::TooFew`].
pub fn enough_bids(standing: &Standing<'_>) -> Result<(), Unmet> {
    let minimum = standing.tender.rules.seal().map_or(u32::MAX, |seal| seal.minimum_bids);
    let found = standing.tender.list.len();
    let enough = u32::try_from(found).is_ok_and(|found| found >= minimum);
    if enough { Ok(()) } else { Err(Unmet::TooFew { minimum, found }) }
}

/// Every coefficient is drawn, in leaves that a cosigned checkpoint covers, for nothing else is replayed: nobody who knows
/// a price can have a part in the draw any more (opening 4.2 g).
///
/// # Errors
/// [`Unmet::DrawPending`].
pub fn everything_drawn(standing: &Standing<'_>) -> Result<(), Unmet> {
    if standing.tender.is_to_be_drawn() { Err(Unmet::DrawPending) } else { Ok(()) }
}

/// A checkpoint that this holder itself found cosigned covers the end of the window (opening 4.2 c).
///
/// # Errors
/// [`Unmet::NotCosigned`].
pub fn window_end_cosigned(standing: &Standing<'_>) -> Result<(), Unmet> {
    match standing.window_end {
        Some(leaf) if leaf < standing.cosigned_size => Ok(()),
        Some(_) | None => Err(Unmet::NotCosigned { covered: standing.cosigned_size }),
    }
}

/// The end of the window is past on this holder's own clock (opening 4.2 d).
///
/// # Errors
/// [`Unmet::NotPast`].
pub fn window_past_on_own_clock(standing: &Standing<'_>) -> Result<(), Unmet> {
    let end_of_time = Instant::from_unix_ms(i64::MAX);
    let (until, now) = (standing.tender.window_until.unwrap_or(end_of_time), standing.now);
    if now > until { Ok(()) } else { Err(Unmet::NotPast { until, now }) }
}

/// Opens the holder's share of everything that is to be opened: each is of exactly this procedure, lot, bidder, version
/// and envelope, and opens its commitment (opening 4.2 f, 4.3). All of them or none.
///
/// # Errors
/// [`Unmet::EnvelopeMissing`], [`Unmet::ShareForeign`].
pub fn shares_of_this_procedure(
    tender: &Tender,
    index: u8,
    identity: &Identity,
    forms: &BTreeMap<Hash, Vec<u8>>,
) -> Result<Vec<ShareRelease>, Unmet> {
    tender.to_open.iter().map(|to_open| share(tender, to_open, index, identity, forms)).collect()
}

fn share(
    tender: &Tender,
    to_open: &ToOpen,
    index: u8,
    identity: &Identity,
    forms: &BTreeMap<Hash, Vec<u8>>,
) -> Result<ShareRelease, Unmet> {
    let bidder = &to_open.bidder;
    let foreign = |found: String| Unmet::ShareForeign { bidder: bidder.clone(), found };
    let missing = || Unmet::EnvelopeMissing { bidder: bidder.clone() };
    let bid = tender.bids.get(bidder).ok_or_else(missing)?;
    let (envelope, name) = match to_open.route {
        Route::Released => (tender.releases.get(bidder).map(|release| &release.envelope), RELEASE),
        Route::Rescued => (forms.get(&bid.form.commitment), FORM),
    };
    let envelope = envelope.ok_or_else(missing)?;
    if to_open.route == Route::Rescued && Commitment::of(envelope).root != bid.form.commitment {
        return Err(foreign("another form than the one submitted".into()));
    }
    let expected = context(tender, bidder, bid.version, name).ok_or_else(|| foreign("no such lot".into()))?;
    let policy = escrow_policy(tender).ok_or_else(|| foreign("holders without usable keys".into()))?;
    // These are the bytes the bidder sealed: what is wrong with them is the bidder's, and is said in the log.
    let part =
        part(envelope, to_open.route, bid, &expected, &policy, index, identity).unwrap_or(Part::Broken {});
    Ok(ShareRelease { bidder: bidder.clone(), part })
}

/// The holder's part of an envelope's escrow; `None` when it is not a share of exactly this envelope.
fn part(
    envelope: &[u8],
    route: Route,
    bid: &Submitted,
    expected: &ContextFields,
    policy: &EscrowPolicy,
    index: u8,
    identity: &Identity,
) -> Option<Part> {
    let (header, _) = EnvelopeHeader::parse(envelope).ok()?;
    header.context().expect(expected).ok()?;
    header.expect_escrow(Some(policy)).ok()?;
    let submitted = header.hash() == bid.form.header
        && *header.context_hash() == bid.form.context
        && commitments(&header).is_some_and(|found| found == bid.escrow);
    if route == Route::Rescued && !submitted {
        return None;
    }
    let share = Share::open(header.escrow()?, header.context_hash(), index, identity).ok()?;
    Some(Part::Share { share: ShareValue(*share.value), salt: Salt(share.salt) })
}
