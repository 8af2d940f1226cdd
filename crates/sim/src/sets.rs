//! Sealed sets in the simulated tender: the peers' contributions, the clock's steps, the holders' shares.

use ximu_basics::{Blob, Hash, Instant, PersonId, Salt, SetId, ShareValue};
use ximu_procedure::{
    experts::{pool_leaf, pool_root},
    registry,
    set::{self, SealedSet, SetStep},
    wire::{
        Command,
        command::{Part, PoolStratum, Recusal, RecusalGround, SetShare},
    },
};
use ximu_sealed::{EnvelopeHeader, Share};

use crate::{
    centre::{Centre, TENDER, Timer, epoch_key},
    keys::{Key, seed},
    rules::PEERS,
};

/// The person id under which a peer gives to a set.
#[must_use]
pub fn author(peer: &str) -> PersonId {
    registry::person_id(&Key::of(peer).public()).unwrap()
}

/// A pool's leaves of one stratum, ascending: so many experts, with salts of this draw.
#[must_use]
pub fn pool_stratum(pool: &str, stratum: &str, experts: u32) -> PoolStratum {
    let leaf = |number: u32| {
        let record = format!("{pool} {stratum} {number}");
        pool_leaf(&seed("pool", &record), record.as_bytes())
    };
    let mut leaves: Vec<Hash> = (0..experts).map(leaf).collect();
    leaves.sort_unstable();
    PoolStratum { stratum: stratum.parse().unwrap(), leaves }
}

/// The command that freezes a pool; the recused are all kin of somebody.
#[must_use]
pub fn freeze(pool: &str, strata: Vec<PoolStratum>, recused: &[Hash]) -> Command {
    let mut recused = recused.to_vec();
    recused.sort_unstable();
    let recused = recused.into_iter().map(|leaf| Recusal { leaf, ground: RecusalGround::Kin }).collect();
    Command::FreezePool { pool: pool.parse().unwrap(), root: pool_root(&strata), strata, recused }
}

impl Centre {
    /// The command with which an author gives a content to a set.
    #[must_use]
    pub fn contribution(&self, label: &str, set: &SetId, content: &[u8]) -> Command {
        let key = Key::of(label);
        let id = registry::person_id(&key.public()).unwrap();
        let fresh = seed("contribution", &format!("{label} {set}"));
        let sign = |message: &[u8]| key.sign(message).0;
        let sealed = set::seal(self.tender(), set, &id, content, &fresh, &key.public(), sign).unwrap();
        Command::Contribute { set: set.clone(), envelope: Blob(sealed) }
    }

    /// Every peer that contributes gives its 32 bytes to every set that takes them.
    pub fn contribute_all(&mut self) {
        let tender = self.tender();
        let open = tender.sets.keys().filter(|set| tender.takes_contributions(set, self.now));
        let sets: Vec<SetId> = open.cloned().collect();
        for set in &sets {
            for (peer, gives) in PEERS.iter().zip(self.contributing) {
                let given = self.tender().sets[set].contributions.contains_key(&author(peer));
                if gives && !given {
                    let command = self.contribution(peer, set, &seed("draw", &format!("{peer} {set}")));
                    self.expect_events(peer, TENDER, command);
                }
            }
        }
    }

    /// The answers of one holder for the whole list of a public set.
    #[must_use]
    pub fn set_shares(&self, position: usize, set: &SetId) -> Command {
        shares_of(position, set, &self.tender().sets[set])
    }

    /// What happens next while something is to be drawn: a holder answers, then the clock opens.
    pub(crate) fn next_of_sets(&self) -> Option<(Instant, Timer)> {
        let tender = self.tender();
        let lacks = |index: u8| {
            tender.sets.iter().any(|(id, set)| tender.releases_set(id) && !set.shares.contains_key(&index))
        };
        let step = tender.set_step();
        if step.is_some_and(|(due, _, _)| due <= self.now) {
            return Some((self.now, Timer::Set));
        }
        let next = (0..PEERS.len()).find(|at| self.holding[*at] && lacks(u8::try_from(at + 1).unwrap()));
        match next {
            Some(position) => Some((self.now, Timer::SetShares(position))),
            None => step.map(|(due, _, _)| (due, Timer::Set)),
        }
    }

    pub(crate) fn release_sets(&mut self, position: usize) {
        let index = u8::try_from(position + 1).unwrap();
        let tender = self.tender();
        let open = tender
            .sets
            .iter()
            .filter(|(id, set)| tender.releases_set(id) && !set.shares.contains_key(&index));
        let sets: Vec<SetId> = open.map(|(id, _)| id.clone()).collect();
        for set in sets {
            let command = self.set_shares(position, &set);
            self.expect_events(PEERS[position], TENDER, command);
        }
    }

    pub(crate) fn run_set_step(&mut self) {
        let (_, step, set) = self.tender().set_step().unwrap();
        let command = match step {
            SetStep::List => Command::ListSet { set: set.clone() },
            SetStep::Open => Command::OpenSet { set: set.clone() },
        };
        self.expect_events("centre", TENDER, command);
        self.checkpoint();
    }
}

/// The answers of one holder for the whole list of a set.
#[must_use]
pub fn shares_of(position: usize, id: &SetId, sealed: &SealedSet) -> Command {
    let index = u8::try_from(position + 1).unwrap();
    let identity = epoch_key(PEERS[position]);
    let answer = |author: &PersonId| {
        let (header, _) = EnvelopeHeader::parse(&sealed.contributions[author].envelope).unwrap();
        let part = match Share::open(header.escrow().unwrap(), header.context_hash(), index, &identity) {
            Ok(share) => Part::Share { share: ShareValue(*share.value), salt: Salt(share.salt) },
            Err(_) => Part::Broken {},
        };
        SetShare { author: author.clone(), part }
    };
    let shares = sealed.lines().iter().map(|line| answer(&line.by.id)).collect();
    Command::ReleaseSet { set: id.clone(), shares }
}
