//! The draw of the experts of an evaluation committee (draw 8): the state of it, and what a frozen pool commits to.
//!
//! A pool is kept by another centre. Here are only salted leaves; whom one stands for its keeper alone knows.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use ximu_basics::{Hash, Instant, PoolId, SetId, StratumId};
use ximu_tlog::{Tree, merkle::leaf_hash};

use crate::{
    actor::Authenticated,
    evaluation::Evaluation,
    rules::{Draw, Pool},
    set::{self, Purpose, SealedSet},
    tender::{Stage, Tender},
    wire::{
        Command, Event,
        command::PoolStratum,
        event::{DrawnStratum, Replaced},
    },
};

/// The most leaves of one frozen pool: they must fit one command, and the result one leaf of the log.
pub const POOL_LEAVES_MAX: usize = 480;

/// Of so many leaves of a stratum at most one may be recused (draw 8.2): more, and who keeps the pool would have chosen
/// the committee by saying who must keep away.
pub const RECUSED_ONE_OF: usize = 3;

/// The draw of one procedure's experts.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The pools that were drawn from or found too small: there is never a second draw from one.
    pub used: BTreeSet<PoolId>,
    /// How many draws there were; the next set is numbered one higher.
    pub draws: u32,
    /// Seats to be filled, by stratum.
    pub needed: BTreeMap<StratumId, u32>,
    /// Whose seat is filled, in the order of the strata and of the draw.
    pub members: Vec<Member>,
    /// Who takes a seat that becomes free, in order.
    pub alternates: BTreeMap<StratumId, Vec<Member>>,
    /// Who could not come.
    pub declined: BTreeSet<Hash>,
    /// How many of the last draw for a stratum could not come.
    pub declines: BTreeMap<StratumId, u32>,
}

/// An expert who was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The salted leaf.
    pub leaf: Hash,
    /// Of which stratum.
    pub stratum: StratumId,
    /// Of which pool.
    pub pool: PoolId,
}

/// A pool frozen for one draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Which pool.
    pub pool: PoolId,
    /// Root over all leaves.
    pub root: Hash,
    /// The leaves.
    pub strata: Vec<PoolStratum>,
    /// Who must not be drawn, ascending.
    pub recused: Vec<Hash>,
    /// Until when contributions are taken, at the latest.
    pub until: Instant,
}

impl Drawing {
    /// A draw that has not begun.
    #[must_use]
    pub fn new(rules: &Draw) -> Drawing {
        Drawing {
            used: BTreeSet::new(),
            draws: 0,
            needed: rules.seats.iter().map(|line| (line.stratum.clone(), line.seats)).collect(),
            members: Vec::new(),
            alternates: BTreeMap::new(),
            declined: BTreeSet::new(),
            declines: BTreeMap::new(),
        }
    }

    /// The set of the next draw.
    #[must_use]
    pub fn next_set(&self) -> Option<SetId> {
        alloc::format!("experts-{}", self.draws.saturating_add(1)).parse().ok()
    }
}

impl Tender {
    /// The pool that is to be frozen next: the first that was not, and from which a needed stratum may be drawn; `None`
    /// when none is, or none is left.
    #[must_use]
    pub fn pool_due(&self) -> Option<&Pool> {
        let drawing = self.drawing.as_ref()?;
        if self.stage != Stage::Drawing || self.sets.values().any(|set| !set.is_open()) {
            return None;
        }
        let mut pools = self.rules.draw()?.pools.iter();
        pools.find(|pool| !drawing.used.contains(&pool.id) && self.needed_from(&pool.id).next().is_some())
    }

    /// The strata that are needed and may be drawn from this pool, ascending.
    pub(crate) fn needed_from<'a>(&'a self, pool: &'a PoolId) -> impl Iterator<Item = &'a StratumId> {
        let needed = self.drawing.iter().flat_map(|drawing| drawing.needed.keys());
        needed.filter(|stratum| self.is_drawn_from(stratum, pool))
    }

    /// Whether experts of a stratum can still come from a pool other than this one.
    pub(crate) fn is_pool_left(&self, stratum: &StratumId, besides: Option<&PoolId>) -> bool {
        let (Some(drawing), Some(rules)) = (&self.drawing, self.rules.draw()) else { return false };
        let mut ids = rules.pools.iter().map(|pool| &pool.id);
        ids.any(|id| !drawing.used.contains(id) && Some(id) != besides && self.is_drawn_from(stratum, id))
    }

    fn is_drawn_from(&self, stratum: &StratumId, pool: &PoolId) -> bool {
        let mut lines = self.rules.draw().into_iter().flat_map(|rules| &rules.seats);
        lines.any(|line| line.stratum == *stratum && line.is_drawn_from(pool))
    }

    /// The pool of the rules with this id.
    #[must_use]
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.rules.draw()?.pools.iter().find(|pool| pool.id == *id)
    }
}

/// The root of a pool (draw 8.3): the Merkle tree of RFC 6962 over one line for each expert.
#[must_use]
pub fn pool_root(strata: &[PoolStratum]) -> Hash {
    let mut tree = Tree::new();
    for stratum in strata {
        for leaf in &stratum.leaves {
            tree.push(leaf_hash(alloc::format!("{} {leaf}\n", stratum.stratum).as_bytes()));
        }
    }
    tree.root()
}

/// The leaf of one expert (draw 8.4), made by the keeper of the pool: `record` is what the keeper knows the person by.
#[must_use]
pub fn pool_leaf(salt: &[u8; 32], record: &[u8]) -> Hash {
    Hash::of_parts("ximu-pool-leaf/1", &[salt, record])
}

/// Applies an event of the draw.
pub(crate) fn apply(tender: &mut Tender, given: &Authenticated, event: &Event) {
    let Some(drawing) = &mut tender.drawing else { return };
    if let Event::PoolFrozen { pool, root, set, until } = event {
        let Command::FreezePool { strata, recused, .. } = &given.body.command else { return };
        drawing.used.insert(pool.clone());
        drawing.draws = drawing.draws.saturating_add(1);
        let frozen = Frozen {
            pool: pool.clone(),
            root: *root,
            strata: strata.clone(),
            recused: recused.iter().map(|recusal| recusal.leaf).collect(),
            until: *until,
        };
        let authors = set::holder_authors(&tender.holders);
        tender.sets.insert(set.clone(), SealedSet::new(Purpose::Experts(frozen), authors));
    } else if let Event::PoolTooSmall { pool, .. } = event {
        drawing.used.insert(pool.clone());
    } else if let Event::ExpertsDrawn { pool, strata, .. } = event {
        strata.iter().for_each(|stratum| drawing.seat(pool, stratum));
        if !drawing.needed.is_empty() {
            // The other seats are drawn from other pools.
            return;
        }
        tender.stage = if tender.rules.score().is_some() { Stage::Evaluating } else { Stage::Ranking };
        Evaluation::begin(tender);
    } else if let Event::ExpertDeclined { leaf, stratum, next } = event {
        drawing.declined.insert(*leaf);
        let declines = drawing.declines.entry(stratum.clone()).or_default();
        *declines = declines.saturating_add(1);
        drawing.replace(leaf, stratum, next.is_some());
        if let Some(evaluation) = &mut tender.evaluation {
            evaluation.seats.remove(leaf);
        }
        if next.is_none() {
            let seats = drawing.needed.entry(stratum.clone()).or_default();
            *seats = seats.saturating_add(1);
            tender.stage = Stage::Drawing;
        }
    }
}

impl Drawing {
    /// For every member the next alternate of its stratum (evaluation 10.5).
    pub(crate) fn successors(&self) -> Vec<Replaced> {
        let mut used: BTreeMap<StratumId, usize> = BTreeMap::new();
        let next = |Member { leaf, stratum, .. }: &'_ Member| {
            let place = used.entry(stratum.clone()).or_default();
            let next = self.alternates.get(stratum).and_then(|left| left.get(*place)).map(|next| next.leaf);
            *place = place.saturating_add(1);
            Replaced { leaf: *leaf, next }
        };
        self.members.iter().map(next).collect()
    }

    /// Takes every expert out and seats the alternates named.
    pub(crate) fn dissolve(&mut self, members: &[Replaced]) {
        for Replaced { leaf, next } in members {
            let Some(place) = self.members.iter().position(|member| member.leaf == *leaf) else { continue };
            let Some(stratum) = self.members.get(place).map(|member| member.stratum.clone()) else {
                continue;
            };
            self.declined.insert(*leaf);
            self.replace(leaf, &stratum, next.is_some());
            if next.is_none() {
                let seats = self.needed.entry(stratum).or_default();
                *seats = seats.saturating_add(1);
            }
        }
        self.declines.clear();
    }

    fn seat(&mut self, pool: &PoolId, drawn: &DrawnStratum) {
        let member = |leaf: &Hash| Member { leaf: *leaf, stratum: drawn.stratum.clone(), pool: pool.clone() };
        self.needed.remove(&drawn.stratum);
        self.declines.remove(&drawn.stratum);
        self.members.extend(drawn.members.iter().map(member));
        self.alternates.insert(drawn.stratum.clone(), drawn.alternates.iter().map(member).collect());
    }

    /// Takes an expert out and puts the next alternate of the stratum on the seat, when one may take it.
    fn replace(&mut self, leaf: &Hash, stratum: &StratumId, seated: bool) {
        let Some(place) = self.members.iter().position(|member| member.leaf == *leaf) else { return };
        let left = self.alternates.get_mut(stratum).filter(|left| seated && !left.is_empty());
        match left.map(|left| left.remove(0)) {
            Some(next) => {
                if let Some(seat) = self.members.get_mut(place) {
                    *seat = next;
                }
            }
            None => {
                self.members.remove(place);
            }
        }
    }
}
