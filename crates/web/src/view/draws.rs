//! What was drawn: coefficients and the committee's experts, with who gave to each draw and where it stands in the log.
//!
//! An expert is a leaf here: whom it stands for the keeper of the pool alone knows (draw 8.4).

use ximu_basics::{Hash, SetId, StratumId};
use ximu_procedure::wire::{
    Command, Event,
    command::{DeclineGround, RecusalGround},
};
use ximu_text::Text;

use super::{Proof, Status, status::Mood};
use crate::{
    scene::Scene,
    story::{Fact, Story},
};

/// How many digits of a leaf a table shows; the whole is beside it for programs and for copying.
const LEAF_DIGITS: usize = 12;

/// What was drawn so far.
#[derive(Debug, Clone, Default)]
pub struct Draws {
    /// Coefficients, in the order drawn.
    pub coefficients: Vec<Coefficient>,
    /// The committee; `None` before the first pool was frozen.
    pub committee: Option<Committee>,
}

/// A coefficient.
#[derive(Debug, Clone)]
pub struct Coefficient {
    /// Its name in the rules.
    pub name: String,
    /// The value drawn.
    pub value: String,
    /// The values it was drawn from.
    pub values: String,
    /// The seed.
    pub seed: Hash,
    /// Who gave to the draw, and what became of it.
    pub givers: Vec<(String, Status)>,
    /// Its entry.
    pub proof: Proof,
}

/// The experts of a committee.
#[derive(Debug, Clone)]
pub struct Committee {
    /// The pools that were frozen.
    pub pools: Vec<Pool>,
    /// The draws.
    pub draws: Vec<Drawn>,
    /// The seats, in the order drawn, those that were left among them.
    pub seats: Vec<ExpertSeat>,
}

/// A frozen pool.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Its id.
    pub id: String,
    /// Its root.
    pub root: Hash,
    /// Experts by stratum.
    pub sizes: Vec<(String, usize)>,
    /// Who must not be drawn: ground and how many.
    pub recused: Vec<(String, usize)>,
    /// Its entry.
    pub proof: Proof,
}

/// One draw.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The seed.
    pub seed: Hash,
    /// Who gave to it, and what became of it.
    pub givers: Vec<(String, Status)>,
    /// Its entry.
    pub proof: Proof,
}

/// One seat.
#[derive(Debug, Clone)]
pub struct ExpertSeat {
    /// The whole leaf.
    pub leaf: String,
    /// Its first digits.
    pub short: String,
    /// The stratum in words.
    pub stratum: String,
    /// How the expert came to the seat, or left it.
    pub status: Status,
}

impl Draws {
    /// Whether anything was drawn or frozen.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.coefficients.is_empty() || self.committee.is_some()
    }
}

/// What was drawn up to an entry, or so far.
#[must_use]
pub fn draws(t: Text, story: &Story, scene: &Scene) -> Draws {
    let mut draws = Draws::default();
    let facts = || story.facts.iter().take_while(|fact| fact.number <= scene.number);
    for fact in facts() {
        for event in fact.events() {
            if let Event::CoefficientDrawn { set, name, value, seed, .. } = event {
                let known = scene.rules.coefficients.iter().find(|one| one.name == *name);
                let values = known.map(|one| {
                    let values: Vec<String> = one.values.iter().map(ToString::to_string).collect();
                    values.join(t.pick("、", ", "))
                });
                draws.coefficients.push(Coefficient {
                    name: name.to_string(),
                    value: value.to_string(),
                    values: values.unwrap_or_default(),
                    seed: *seed,
                    givers: givers(t, facts(), set),
                    proof: Proof::of(fact),
                });
            } else if let Event::PoolFrozen { pool, root, .. } = event {
                let frozen = frozen(t, fact, pool.to_string(), *root);
                committee(&mut draws).pools.extend(frozen);
            } else if let Event::ExpertsDrawn { set, seed, strata, .. } = event {
                let committee = committee(&mut draws);
                let givers = givers(t, facts(), set);
                committee.draws.push(Drawn { seed: *seed, givers, proof: Proof::of(fact) });
                let seats = strata.iter().flat_map(|stratum| {
                    stratum.members.iter().map(|leaf| seat(t, leaf, &stratum.stratum, t.seat_drawn()))
                });
                committee.seats.extend(seats);
            } else if let Event::ExpertDeclined { leaf, stratum: of, next } = event {
                let seats = &mut committee(&mut draws).seats;
                let left = leaf.to_string();
                if let Some(left) = seats.iter_mut().find(|seat| seat.leaf == left) {
                    left.status = Status::new(Mood::Warn, declined(t, fact));
                }
                seats.extend(next.iter().map(|next| seat(t, next, of, t.seat_alternate())));
            }
        }
    }
    draws
}

fn committee(draws: &mut Draws) -> &mut Committee {
    let empty = || Committee { pools: Vec::new(), draws: Vec::new(), seats: Vec::new() };
    draws.committee.get_or_insert_with(empty)
}

fn seat(t: Text, leaf: &Hash, of: &StratumId, word: String) -> ExpertSeat {
    let leaf = leaf.to_string();
    let short = leaf.chars().take(LEAF_DIGITS).collect();
    ExpertSeat { leaf, short, stratum: stratum(t, of), status: Status::new(Mood::Good, word) }
}

fn frozen(t: Text, fact: &Fact, id: String, root: Hash) -> Option<Pool> {
    let Command::FreezePool { strata, recused, .. } = &fact.command else { return None };
    let of = |ground: RecusalGround| recused.iter().filter(|one| one.ground == ground).count();
    let grounds = [
        RecusalGround::Employment,
        RecusalGround::Kin,
        RecusalGround::Interest,
        RecusalGround::Authority,
        RecusalGround::Barred,
    ];
    Some(Pool {
        id,
        root,
        sizes: strata.iter().map(|one| (stratum(t, &one.stratum), one.leaves.len())).collect(),
        recused: grounds
            .into_iter()
            .map(|ground| (recusal(t, ground), of(ground)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        proof: Proof::of(fact),
    })
}

/// That an expert cannot come, and on what ground the keeper of the pool says so.
fn declined(t: Text, fact: &Fact) -> String {
    let Command::Decline { ground: Some(ground), .. } = &fact.command else { return t.seat_declined() };
    t.seat_declined_for(match ground {
        DeclineGround::Ill => t.decline_ill(),
        DeclineGround::Recused => t.decline_recused(),
        DeclineGround::Unreachable => t.decline_unreachable(),
        DeclineGround::Refused => t.decline_refused(),
    })
}

fn recusal(t: Text, ground: RecusalGround) -> String {
    match ground {
        RecusalGround::Employment => t.recusal_employment(),
        RecusalGround::Kin => t.recusal_kin(),
        RecusalGround::Interest => t.recusal_interest(),
        RecusalGround::Authority => t.recusal_authority(),
        RecusalGround::Barred => t.recusal_barred(),
    }
}

/// Who gave to a set: counted, void, or silent.
fn givers<'a>(
    t: Text,
    facts: impl Iterator<Item = &'a std::sync::Arc<Fact>>,
    wanted: &SetId,
) -> Vec<(String, Status)> {
    let mut givers = Vec::new();
    for event in facts.flat_map(|fact| fact.events()) {
        if let Event::SetListed { set, silent, .. } = event
            && set == wanted
        {
            let silent = silent.iter().map(|author| author.name.clone());
            givers.extend(silent.map(|name| (name, Status::new(Mood::Warn, t.giver_silent()))));
        } else if let Event::ContributionOpened { set, by, .. } = event
            && set == wanted
        {
            givers.push((by.name.clone(), Status::new(Mood::Good, t.giver_counts())));
        } else if let Event::ContributionVoided { set, by, .. } = event
            && set == wanted
        {
            givers.push((by.name.clone(), Status::new(Mood::Bad, t.giver_void())));
        }
    }
    givers
}

/// A stratum in words, with the region that its id names after a hyphen; its id when it is none that has a usual name.
#[must_use]
pub fn stratum(t: Text, id: &StratumId) -> String {
    let (speciality, region) =
        id.as_str().split_once('-').map_or((id.as_str(), None), |(of, at)| (of, Some(at)));
    let word = match speciality {
        "technical" => t.stratum_technical(),
        "economic" => t.stratum_economic(),
        _ => return id.to_string(),
    };
    match region {
        Some(region) => t.stratum_of_region(region, word),
        None => word,
    }
}

/// A sealed set in words.
#[must_use]
pub fn set(t: Text, id: &SetId) -> String {
    let id = id.as_str();
    match (id.strip_prefix("coefficient-"), id.strip_prefix("experts-")) {
        (Some(name), _) => t.set_coefficient(name),
        (None, Some(number)) => t.set_experts(number),
        (None, None) => id.to_owned(),
    }
}
