//! Phase Draw: a pool is frozen, the experts are drawn, one that cannot come is replaced (draw 8).

use alloc::{vec, vec::Vec};
use ximu_basics::{Hash, Instant, PoolId, SetId};

use super::{check_stage, party};
use crate::{
    actor::Authenticated,
    draw,
    experts::{Drawing, Frozen, Member, POOL_LEAVES_MAX, RECUSED_ONE_OF, pool_root},
    rules::{Pool, StratumSeats},
    set::SealedSet,
    tender::{StageName, Tender},
    wire::{
        Event, Refusal,
        command::{PoolStratum, Recusal},
        event::DrawnStratum,
        refusal::Thing,
    },
};

/// What is to be frozen.
#[derive(Debug, Clone, Copy)]
pub struct Freezing<'a> {
    /// Which pool.
    pub pool: &'a PoolId,
    /// Its root.
    pub root: Hash,
    /// Its leaves.
    pub strata: &'a [PoolStratum],
    /// Who must not be drawn.
    pub recused: &'a [Recusal],
}

/// Decides that a pool is frozen.
///
/// # Errors
/// The first [`Refusal`] that applies. A pool that is too small is an event, not a refusal.
pub fn freeze(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    freezing: &Freezing<'_>,
) -> Result<Vec<Event>, Refusal> {
    let pool = tender.pool(freezing.pool).ok_or(Refusal::Unknown { what: Thing::Pool })?;
    check_keeper(given, pool)?;
    check_stage(tender, given)?;
    if tender.pool_due() != Some(pool) {
        // Frozen before, or another one comes first: there is never a second draw from a pool.
        return Err(Refusal::AlreadyExists {});
    }
    let unknown = Refusal::Unknown { what: Thing::Procedure };
    let drawing = tender.drawing.as_ref().ok_or(unknown.clone())?;
    let rules = tender.rules.draw().ok_or(unknown.clone())?;
    check_leaves(tender, drawing, freezing)?;
    let set = drawing.next_set().ok_or(unknown)?;
    check_recused(freezing)?;
    if let Some(too_small) = too_small(drawing, &rules.seats, freezing) {
        let ends = tender.needed_from(&pool.id).any(|one| !tender.is_pool_left(one, Some(&pool.id)));
        let failed = ends.then_some(Event::DrawFailed { set });
        return Ok([too_small].into_iter().chain(failed).collect());
    }
    let until = at.plus_ms(tender.rules.units().minutes_ms(rules.contribution_minutes));
    Ok(vec![Event::PoolFrozen { pool: pool.id.clone(), root: freezing.root, set, until }])
}

fn check_keeper(given: &Authenticated, pool: &Pool) -> Result<(), Refusal> {
    if *party(given)? == pool.keeper {
        return Ok(());
    }
    Err(Refusal::RoleNotAllowed { needs: vec![crate::role::Role::PoolKeeper] })
}

/// Exactly the strata that are needed and drawn from this pool, every list rising, every recused expert in the pool, the
/// root of exactly this.
fn check_leaves(tender: &Tender, drawing: &Drawing, freezing: &Freezing<'_>) -> Result<(), Refusal> {
    let mismatch = Refusal::Mismatch { what: Thing::Pool };
    let count: usize = freezing.strata.iter().map(|stratum| stratum.leaves.len()).sum();
    if count > POOL_LEAVES_MAX {
        return Err(Refusal::TooMany { what: Thing::Expert, limit: POOL_LEAVES_MAX as u32 });
    }
    let strata = freezing.strata.iter().map(|stratum| &stratum.stratum);
    if !strata.eq(tender.needed_from(freezing.pool)) {
        return Err(mismatch);
    }
    let mut all: Vec<Hash> =
        freezing.strata.iter().flat_map(|stratum| stratum.leaves.iter().copied()).collect();
    let recused: Vec<Hash> = freezing.recused.iter().map(|recusal| recusal.leaf).collect();
    let lists = freezing.strata.iter().map(|stratum| stratum.leaves.as_slice());
    if !lists.chain([recused.as_slice()]).all(rising) {
        return Err(mismatch);
    }
    // One person is in one stratum, and nobody whose seat is filled, or who could not come, is drawn again.
    all.sort_unstable();
    let known = |leaf: &Hash| {
        drawing.declined.contains(leaf) || drawing.members.iter().any(|member| member.leaf == *leaf)
    };
    if !rising(&all) || all.iter().any(known) || !recused.iter().all(|leaf| all.binary_search(leaf).is_ok()) {
        return Err(mismatch);
    }
    if pool_root(freezing.strata) == freezing.root { Ok(()) } else { Err(mismatch) }
}

fn rising(leaves: &[Hash]) -> bool {
    leaves.iter().zip(leaves.iter().skip(1)).all(|(left, right)| left < right)
}

/// Not more than one of [`RECUSED_ONE_OF`] of a stratum is recused.
fn check_recused(freezing: &Freezing<'_>) -> Result<(), Refusal> {
    for stratum in freezing.strata {
        let recused = stratum.leaves.iter().filter(|leaf| is_recused(freezing, leaf)).count();
        let limit = stratum.leaves.len() / RECUSED_ONE_OF;
        if recused > limit {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            return Err(Refusal::TooMany { what: Thing::Recusal, limit });
        }
    }
    Ok(())
}

fn is_recused(freezing: &Freezing<'_>, leaf: &Hash) -> bool {
    freezing.recused.iter().any(|recusal| recusal.leaf == *leaf)
}

fn too_small(drawing: &Drawing, seats: &[StratumSeats], freezing: &Freezing<'_>) -> Option<Event> {
    freezing.strata.iter().find_map(|stratum| {
        let found = stratum.leaves.iter().filter(|leaf| !is_recused(freezing, leaf)).count();
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        let needed = *drawing.needed.get(&stratum.stratum)?;
        let line = seats.iter().find(|line| line.stratum == stratum.stratum);
        let needed = line.map_or(needed, |line| line.least(needed));
        let pool = freezing.pool.clone();
        (found < needed).then(|| Event::PoolTooSmall {
            pool,
            stratum: stratum.stratum.clone(),
            found,
            needed,
        })
    })
}

/// What the contributions of an opened set give (draw 6).
pub(crate) fn drawn(tender: &Tender, id: &SetId, set: &SealedSet, frozen: &Frozen) -> Event {
    let seed = draw::seed_of(tender, id, set, frozen.root);
    let (Some(seed), Some(drawing)) = (seed, &tender.drawing) else {
        return Event::DrawFailed { set: id.clone() };
    };
    let strata = frozen.strata.iter().map(|stratum| {
        let name = stratum.stratum.as_str();
        let all = draw::order(seed, name, &stratum.leaves, &frozen.recused, stratum.leaves.len());
        let seats = drawing.needed.get(&stratum.stratum).copied().unwrap_or_default();
        let seats = usize::try_from(seats).unwrap_or(usize::MAX).min(all.len());
        let (members, alternates) = all.split_at_checked(seats).unwrap_or((&all, &[]));
        DrawnStratum {
            stratum: stratum.stratum.clone(),
            members: members.to_vec(),
            alternates: alternates.to_vec(),
        }
    });
    let strata = strata.collect();
    Event::ExpertsDrawn { set: id.clone(), pool: frozen.pool.clone(), seed, strata }
}

/// Decides that an expert cannot come.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decline(tender: &Tender, given: &Authenticated, leaf: &Hash) -> Result<Vec<Event>, Refusal> {
    let unknown = Refusal::Unknown { what: Thing::Expert };
    let drawing = tender.drawing.as_ref().ok_or(unknown.clone())?;
    let member: &Member =
        drawing.members.iter().find(|member| member.leaf == *leaf).ok_or(unknown.clone())?;
    check_keeper(given, tender.pool(&member.pool).ok_or(unknown.clone())?)?;
    check_stage(tender, given)?;
    if !tender.is_recheck() && tender.evaluation.as_ref().is_some_and(|one| one.concluded.is_some()) {
        // The report is signed: who evaluated is not exchanged any more.
        return Err(Refusal::StageWrong { needs: StageName::Evaluating, found: tender.stage.name() });
    }
    if let Some(outage) = tender.outage().filter(|outage| outage.started) {
        // A vacant seat would hold up the end of the outage, until it has lasted too long.
        return Err(Refusal::VenueOut { since: outage.since });
    }
    let stratum = member.stratum.clone();
    // As many as there are seats; then the next pool has the word: a keeper could go on until its friend sits.
    let seats = tender.rules.draw().and_then(|draw| draw.seats.iter().find(|line| line.stratum == stratum));
    let spent = drawing.declines.get(&stratum).copied().unwrap_or_default();
    let left = drawing.alternates.get(&stratum).filter(|_| seats.is_some_and(|line| spent < line.seats));
    let next = left.and_then(|left| left.first()).map(|next| next.leaf);
    let ends = next.is_none() && !tender.is_pool_left(&stratum, None);
    let mut events = vec![Event::ExpertDeclined { leaf: *leaf, stratum, next }];
    if ends {
        events.push(Event::DrawFailed { set: drawing.next_set().ok_or(unknown)? });
    }
    Ok(events)
}
