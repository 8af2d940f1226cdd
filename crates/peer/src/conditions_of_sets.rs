//! When a holder may release its shares for a sealed set (draw 3.1): the conditions of a release for bids, read for a
//! list that the clock fixed.

use ximu_basics::{Instant, PersonId, Salt, SetId, ShareValue};
use ximu_procedure::{
    Tender,
    envelope::escrow_policy,
    set::{self, SealedSet},
    wire::command::{Part, SetShare},
};
use ximu_sealed::{ContextFields, EnvelopeHeader, EscrowPolicy, Identity, Share};

use crate::conditions::Unmet;

/// What a holder knows of one set when it asks whether it may release.
#[derive(Clone)]
pub struct SetStanding<'a> {
    /// The procedure, by the holder's own replay.
    pub tender: &'a Tender,
    /// The id under which this holder gives to sets.
    pub author: Option<PersonId>,
    /// Which set.
    pub id: &'a SetId,
    /// The set.
    pub set: &'a SealedSet,
    /// The leaf that fixed its list.
    pub listed: Option<u64>,
    /// Leaves covered by the newest checkpoint that this holder itself found cosigned under its own policy.
    pub cosigned_size: u64,
    /// Whether this holder has seen two histories of the log.
    pub forked: bool,
    /// The holder's own clock.
    pub now: Instant,
}

/// One condition.
pub type SetCondition = fn(&SetStanding<'_>) -> Result<(), Unmet>;

/// Every condition but the last, which needs the holder's key: [`shares_of_this_set`]. That the list is that of the
/// holder's own replay was decided again with the list itself.
pub const SET_CONDITIONS: [SetCondition; 6] =
    [one_history, not_suspended, stage_reached, own_contribution_listed, list_cosigned, past_on_own_clock];

/// Whether all [`SET_CONDITIONS`] hold.
///
/// # Errors
/// The first [`Unmet`].
pub fn check_set(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    SET_CONDITIONS.iter().try_for_each(|condition| condition(standing))
}

/// The log has shown this holder one history only.
///
/// # Errors
/// [`Unmet::Forked`].
pub fn one_history(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    if standing.forked { Err(Unmet::Forked) } else { Ok(()) }
}

/// The procedure is not cancelled, suspended or failed.
///
/// # Errors
/// [`Unmet::Suspended`].
pub fn not_suspended(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    let stands_still = standing.tender.suspended_until(standing.now).is_some();
    if stands_still || standing.tender.stage.is_failed() { Err(Unmet::Suspended) } else { Ok(()) }
}

/// The set is listed and its stage is reached (draw 2.1, 3.1 e).
///
/// # Errors
/// [`Unmet::StageEarly`].
pub fn stage_reached(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    if set::releases(standing.tender, standing.set) {
        return Ok(());
    }
    Err(Unmet::StageEarly { found: standing.tender.stage.name() })
}

/// The list holds what this holder gave, when it may give (draw 3.2). Whether the host left it out, or hid the set until its
/// time was over, or this holder was down, is all one: what it did not help to make random it does not help to open.
///
/// # Errors
/// [`Unmet::OwnMissing`].
pub fn own_contribution_listed(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    let set = standing.set;
    let own = standing.author.as_ref().and_then(|author| set.author(author));
    match own {
        Some(own) if set.list.is_some() && !set.lines().iter().any(|line| line.by.id == own.id) => {
            Err(Unmet::OwnMissing { set: standing.id.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// A checkpoint that this holder itself found cosigned covers the list (draw 3.1 c).
///
/// # Errors
/// [`Unmet::NotCosigned`].
pub fn list_cosigned(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    match standing.listed {
        Some(leaf) if leaf < standing.cosigned_size => Ok(()),
        Some(_) | None => Err(Unmet::NotCosigned { covered: standing.cosigned_size }),
    }
}

/// Until then the holder keeps its shares back, by its own clock (draw 3.1 d).
///
/// # Errors
/// [`Unmet::NotPast`].
pub fn past_on_own_clock(standing: &SetStanding<'_>) -> Result<(), Unmet> {
    match set::kept_until(standing.tender, standing.set) {
        Some(until) if standing.now <= until => Err(Unmet::NotPast { until, now: standing.now }),
        Some(_) | None => Ok(()),
    }
}

/// Opens the holder's share of everything on the list: each is of exactly this procedure, set and author, and opens its
/// commitment (draw 3.1 f). All of them or none.
///
/// # Errors
/// [`Unmet::ShareForeign`].
pub fn shares_of_this_set(
    tender: &Tender,
    id: &SetId,
    set: &SealedSet,
    index: u8,
    identity: &Identity,
) -> Result<Vec<SetShare>, Unmet> {
    let answer = |author: &PersonId| {
        let foreign = |found: &str| Unmet::SetForeign { author: author.clone(), found: found.into() };
        let given = set.contributions.get(author).ok_or_else(|| foreign("no such contribution"))?;
        let expected = set::context(tender, id, author).ok_or_else(|| foreign("no such lot"))?;
        let policy = escrow_policy(tender).ok_or_else(|| foreign("holders without usable keys"))?;
        // These are the bytes the author sealed: what is wrong with them is the author's, and is said in the log.
        let part = part(&given.envelope, &expected, &policy, index, identity).unwrap_or(Part::Broken {});
        Ok(SetShare { author: author.clone(), part })
    };
    set.lines().iter().map(|line| answer(&line.by.id)).collect()
}

/// The holder's part of an envelope's escrow; `None` when it is not a share of exactly this envelope.
fn part(
    envelope: &[u8],
    expected: &ContextFields,
    policy: &EscrowPolicy,
    index: u8,
    identity: &Identity,
) -> Option<Part> {
    let (header, _) = EnvelopeHeader::parse(envelope).ok()?;
    header.context().expect(expected).ok()?;
    header.expect_escrow(Some(policy)).ok()?;
    let share = Share::open(header.escrow()?, header.context_hash(), index, identity).ok()?;
    Some(Part::Share { share: ShareValue(*share.value), salt: Salt(share.salt) })
}
