//! Which strata of a committee wait for their draw (draw 8).

use std::collections::{BTreeMap, BTreeSet};

use ximu_basics::{Hash, StratumId};
use ximu_procedure::{
    rules::Rules,
    wire::event::{DrawnStratum, Replaced},
};

/// The strata with a seat that is to be filled by a draw.
#[derive(Debug, Clone, Default)]
pub struct Vacancies {
    needed: BTreeSet<StratumId>,
    /// Of which stratum everybody is who was drawn.
    drawn: BTreeMap<Hash, StratumId>,
}

impl Vacancies {
    /// Every stratum of the rules.
    #[must_use]
    pub fn of(rules: &Rules) -> Vacancies {
        let needed = rules.draw().into_iter().flat_map(|draw| &draw.seats);
        Vacancies { needed: needed.map(|line| line.stratum.clone()).collect(), drawn: BTreeMap::new() }
    }

    /// Whether a seat is to be filled by a draw.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.needed.is_empty()
    }

    /// The seats of these strata are filled.
    pub fn filled(&mut self, strata: &[DrawnStratum]) {
        for one in strata {
            self.needed.remove(&one.stratum);
            let drawn = one.members.iter().chain(&one.alternates);
            self.drawn.extend(drawn.map(|leaf| (*leaf, one.stratum.clone())));
        }
    }

    /// A seat of this stratum is free, and no alternate takes it.
    pub fn left(&mut self, stratum: &StratumId) {
        self.needed.insert(stratum.clone());
    }

    /// A committee is dissolved; for some of its seats there is no alternate.
    pub fn dissolved(&mut self, members: &[Replaced]) {
        let vacant = members.iter().filter(|one| one.next.is_none());
        self.needed.extend(vacant.filter_map(|one| self.drawn.get(&one.leaf).cloned()));
    }
}
