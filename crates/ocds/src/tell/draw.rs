//! Draws (ocds 3.5): sealed sets and what came of them, as far as anybody can compute it again.

use alloc::{string::ToString, vec, vec::Vec};
use ximu_basics::{Blob, CoefficientId, Decimal, Hash, Instant, PoolId, SetId, StratumId};
use ximu_procedure::wire::{
    Command,
    event::{Author, DrawnStratum, SetLine, SetVoid},
};

use super::{Known, Teller, draft::Draft};
use crate::{Json, Object, json::word};

impl Teller<'_> {
    pub(super) fn contributed(&self, draft: &mut Draft, set: &SetId, by: &Author) {
        contribution(draft, set, by, Object::new().with("date", self.fact.at));
    }

    pub(super) fn set_listed(&self, draft: &mut Draft, set: &SetId, list: &[SetLine], silent: &[Author]) {
        for line in list {
            contribution(draft, set, &line.by, Object::new().with("envelope", line.envelope));
        }
        let silent: Vec<Json> = silent.iter().map(|author| Json::from(author.name.as_str())).collect();
        let silent = if silent.is_empty() { None } else { Some(silent) };
        let object = Object::new().with("listedAt", self.fact.at).maybe("silent", silent);
        draft.list("draws").add(set.as_str(), object);
    }

    pub(super) fn set_released(&self, draft: &mut Draft, set: &SetId, holder: &str) {
        let line = Object::new().with("id", holder).with("date", self.fact.at);
        draft.list("draws").add(set.as_str(), Object::new().with("holders", vec![line.into()]));
    }

    /// A decline belongs to the draw that named the expert.
    pub(super) fn expert_declined(
        &self,
        known: &Known,
        draft: &mut Draft,
        leaf: Hash,
        stratum: &StratumId,
        next: Option<Hash>,
    ) {
        let Some(set) = known.experts.get(&leaf) else { return };
        let line = Object::new()
            .with("id", leaf)
            .with("date", self.fact.at)
            .with("stratum", stratum.as_str())
            .maybe("next", next);
        draft.list("draws").add(set.as_str(), Object::new().with("declined", vec![line.into()]));
    }

    /// What the keeper of a pool said of it: its leaves, and who must not be drawn.
    pub(super) fn pool_frozen(
        &self,
        draft: &mut Draft,
        pool: &PoolId,
        root: Hash,
        set: &SetId,
        until: Instant,
    ) {
        let Command::FreezePool { strata, recused, .. } = self.fact.command else { return };
        let strata = strata.iter().map(|stratum| {
            let leaves: Vec<Json> = stratum.leaves.iter().map(|leaf| Json::from(*leaf)).collect();
            Object::new().with("id", stratum.stratum.as_str()).with("leaves", leaves).into()
        });
        let recused: Vec<Json> = recused
            .iter()
            .map(|line| Object::new().with("id", line.leaf).maybe("ground", word(&line.ground)).into())
            .collect();
        let recused = if recused.is_empty() { None } else { Some(recused) };
        let object = Object::new()
            .with("root", root)
            .with("draw", set.as_str())
            .with("strata", strata.collect::<Vec<Json>>())
            .maybe("recused", recused);
        draft.list("pools").add(pool.as_str(), object);
        let draw = Object::new().with("kind", "experts").with("pool", pool.as_str()).with("until", until);
        draft.list("draws").add(set.as_str(), draw);
    }
}

pub(super) fn contribution_opened(draft: &mut Draft, set: &SetId, by: &Author, key: &str, content: &Blob) {
    contribution(draft, set, by, Object::new().with("key", key).maybe("content", word(content)));
}

pub(super) fn contribution_voided(draft: &mut Draft, set: &SetId, by: &Author, reason: SetVoid) {
    contribution(draft, set, by, Object::new().maybe("voided", word(&reason)));
}

pub(super) fn set_opened(draft: &mut Draft, set: &SetId, valid: u32) {
    draft.list("draws").add(set.as_str(), Object::new().with("valid", valid));
}

pub(super) fn coefficient_drawn(
    draft: &mut Draft,
    set: &SetId,
    name: &CoefficientId,
    seed: Hash,
    place: u32,
    value: Decimal,
) {
    let drawn = Object::new()
        .with("kind", "coefficient")
        .with("coefficient", name.as_str())
        .with("seed", seed)
        .with("place", place)
        .with("value", value);
    draft.list("draws").add(set.as_str(), drawn);
}

pub(super) fn pool_too_small(draft: &mut Draft, pool: &PoolId, stratum: &StratumId, found: u32, needed: u32) {
    let small = Object::new().with("stratum", stratum.as_str()).with("found", found).with("needed", needed);
    draft.list("pools").add(pool.as_str(), Object::new().with("tooSmall", small));
}

pub(super) fn experts_drawn(
    draft: &mut Draft,
    set: &SetId,
    pool: &PoolId,
    seed: Hash,
    strata: &[DrawnStratum],
) {
    let hashes = |leaves: &[Hash]| -> Option<Vec<Json>> {
        let leaves: Vec<Json> = leaves.iter().map(|leaf| Json::from(*leaf)).collect();
        if leaves.is_empty() { None } else { Some(leaves) }
    };
    let strata = strata.iter().map(|stratum| {
        Object::new()
            .with("id", stratum.stratum.as_str())
            .maybe("members", hashes(&stratum.members))
            .maybe("alternates", hashes(&stratum.alternates))
            .into()
    });
    let drawn = Object::new()
        .with("kind", "experts")
        .with("pool", pool.as_str())
        .with("seed", seed)
        .with("strata", strata.collect::<Vec<Json>>());
    draft.list("draws").add(set.as_str(), drawn);
}

pub(super) fn failed(known: &Known, draft: &mut Draft, set: &SetId) {
    draft.list("draws").add(set.as_str(), Object::new().with("failed", true));
    draft.status(known, "unsuccessful", "抽取失败，不得重抽 a draw failed, and there is no second one");
}

fn contribution(draft: &mut Draft, set: &SetId, by: &Author, said: Object) {
    let line = said.with("id", by.id.to_string()).with("name", by.name.as_str());
    draft.list("draws").add(set.as_str(), Object::new().with("contributions", vec![line.into()]));
}
