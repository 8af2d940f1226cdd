//! Follows a log from its first leaf: what a bidder's own program knows before it seals anything.
//!
//! All leaves are checked against a checkpoint that the policy's quorum has cosigned; then the register's entries and
//! those of one procedure are decided again. So the keys a bid is sealed to are those of the publication that
//! everybody else sees, whatever the server would like to show to one bidder. Entries that depend on disclosures
//! (CLOSE and later) are not decided again here: that is `ximu verify`. Whoever needs the course after CLOSE takes the
//! outcomes as the log has them (desk 3.1).

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Hash, PartyId, PersonId, ProcedureId, PublicKey};
use ximu_procedure::{
    Classes, Tender, World,
    actor::{REGISTRY, authenticate},
    phase::NoInputs,
    wire::{Command, Entry, Leaf},
};
use ximu_tlog::{
    Checkpoint, Note, Policy, Tree,
    bundle::decode_bundle,
    merkle::leaf_hash,
    tile::{Bundle, bundles_touched},
};

use crate::error::BidderError;

/// What the log says, up to a cosigned checkpoint.
pub struct Followed {
    /// The register, and the procedure as it was published.
    pub world: World,
    /// Fingerprint of the policy it was checked under.
    pub policy: Hash,
}

/// Takes the leaves of a log in order.
pub struct Follower {
    world: World,
    tree: Tree,
    checkpoint: Checkpoint,
    procedure: ProcedureId,
    policy: String,
    bundles: Vec<Bundle>,
    taken: usize,
    leaves: u64,
    closed: bool,
    after: AfterClose,
}

/// What becomes of the procedure's entries from CLOSE on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterClose {
    /// They are left out.
    Skip,
    /// Their outcomes are taken as the log has them.
    AsLogged,
}

impl Follower {
    /// Begins under a policy, with a checkpoint of this log.
    ///
    /// # Errors
    /// [`BidderError::Policy`]; [`BidderError::LogBroken`] when the checkpoint is not cosigned as the policy asks.
    pub fn begin(
        origin: &str,
        procedure: &ProcedureId,
        policy: &str,
        note: &str,
    ) -> Result<Follower, BidderError> {
        let parsed =
            Policy::parse(policy.as_bytes()).map_err(|error| BidderError::Policy(error.to_string()))?;
        let note = Note::parse(note.as_bytes()).map_err(broken)?;
        let checkpoint = parsed.open(&note).map_err(broken)?.checkpoint;
        Ok(Follower {
            world: World::new(origin),
            tree: Tree::new(),
            bundles: bundles_touched(0, checkpoint.size),
            checkpoint,
            procedure: procedure.clone(),
            policy: policy.to_string(),
            taken: 0,
            leaves: 0,
            closed: false,
            after: AfterClose::Skip,
        })
    }

    /// The same, which goes on after CLOSE.
    #[must_use]
    pub fn through_the_course(mut self) -> Follower {
        self.after = AfterClose::AsLogged;
        self
    }

    /// Leaves under the checkpoint.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.checkpoint.size
    }

    /// The entry bundles to bring, in order.
    pub fn bundles(&self) -> impl Iterator<Item = String> + '_ {
        self.bundles.iter().map(ToString::to_string)
    }

    /// Takes the next entry bundle.
    ///
    /// # Errors
    /// [`BidderError::LogBroken`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), BidderError> {
        let bundle = self.bundles.get(self.taken).ok_or_else(|| broken("more bundles than leaves"))?;
        let entries =
            decode_bundle(bytes, bundle.width()).map_err(|error| broken(format!("{bundle}: {error}")))?;
        self.taken += 1;
        for leaf in entries {
            self.leaf(leaf)?;
        }
        Ok(())
    }

    fn leaf(&mut self, bytes: &[u8]) -> Result<(), BidderError> {
        let index = self.leaves;
        self.leaves += 1;
        self.tree.push(leaf_hash(bytes));
        let leaf = Leaf::from_bytes(bytes).map_err(|error| broken(format!("leaf {index}: {error}")))?;
        let Leaf::Entry(entry) = leaf else { return Ok(()) };
        let ours = entry.procedure == self.procedure;
        self.closed = self.closed || (ours && closes(&entry));
        if entry.procedure.as_str() == REGISTRY || (ours && !self.closed) {
            self.world
                .replay(&entry, Hash::of(bytes), &NoInputs)
                .map_err(|error| broken(format!("leaf {index} [{}]: {error}", error.code())))?;
        } else if ours && self.after == AfterClose::AsLogged {
            self.take(&entry, Hash::of(bytes));
        }
        Ok(())
    }

    /// Takes an entry's outcome. Whose key the register has replaced since may still open its own bid (journal 7.6);
    /// which bids those are, only CLOSE's disclosures say, and nothing here rests on it.
    fn take(&mut self, entry: &Entry, hash: Hash) {
        if let Ok(given) = authenticate(&self.world, &entry.signed) {
            self.world.commit(&given, entry.at, &entry.outcome, hash, Classes::default());
        }
    }

    /// What the log says, once all of it was taken.
    ///
    /// # Errors
    /// [`BidderError::LogBroken`] when these are not the leaves that were cosigned.
    pub fn finish(self) -> Result<Followed, BidderError> {
        let size = self.checkpoint.size;
        if self.leaves != size || self.tree.root() != self.checkpoint.root {
            return Err(broken(format!("its {size} leaves are not those that were cosigned")));
        }
        let founded = self.world.registry.centre.as_ref().map(|centre| centre.policy.as_str());
        if founded != Some(self.policy.as_str()) {
            return Err(broken("it was founded under another policy"));
        }
        Ok(Followed { world: self.world, policy: Hash::of(self.policy.as_bytes()) })
    }
}

impl Followed {
    /// The procedure.
    ///
    /// # Errors
    /// [`BidderError::Unknown`].
    pub fn tender(&self, procedure: &ProcedureId) -> Result<&Tender, BidderError> {
        let tender = self.world.tenders.get(procedure).map(|tender| &**tender);
        tender.ok_or_else(|| BidderError::Unknown(procedure.to_string()))
    }

    /// The person and party that sign with this key.
    ///
    /// # Errors
    /// [`BidderError::KeyUnknown`].
    pub fn party_of(&self, key: &PublicKey) -> Result<(PersonId, PartyId), BidderError> {
        let registry = &self.world.registry;
        let person = registry.keys.get(key).and_then(|person| Some((person, registry.persons.get(person)?)));
        person.map(|(id, person)| (id.clone(), person.party.clone())).ok_or(BidderError::KeyUnknown(*key))
    }
}

/// Whether an entry is a CLOSE: from it on decisions depend on what it discloses.
fn closes(entry: &Entry) -> bool {
    entry.signed.open().is_ok_and(|body| matches!(body.command, Command::Close { .. }))
}

fn broken(what: impl ToString) -> BidderError {
    BidderError::LogBroken(what.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use ximu_sim::centre::{ORIGIN, TENDER, policy};

    fn bundle(leaves: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![];
        for leaf in leaves {
            bytes.extend_from_slice(&u16::try_from(leaf.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(leaf);
        }
        bytes
    }

    #[test]
    fn the_log_is_followed_to_the_publication_and_a_changed_leaf_is_not() {
        let mut centre = ximu_sim::Centre::new();
        centre.publish(|_| {});
        let bidder = ximu_sim::Bidder::register(&mut centre, "firm-1");
        let note = centre.checkpoint().unwrap();
        let id: ProcedureId = TENDER.parse().unwrap();
        let begin = || Follower::begin(ORIGIN, &id, &policy(), &note).unwrap();
        let mut follower = begin();
        assert_eq!(follower.bundles().count(), 1);
        follower.push(&bundle(&centre.leaves)).unwrap();
        let followed = follower.finish().unwrap();
        assert_eq!(followed.tender(&id).unwrap().genesis, centre.tender().genesis);
        let key = ximu_sim::Key::of("firm-1").public();
        assert_eq!(followed.party_of(&key).unwrap().1, bidder.party);
        assert_eq!(followed.party_of(&PublicKey([9; 32])).unwrap_err().code(), "key_unknown");

        let last = centre.leaves.len() - 1;
        let mut fewer = begin();
        assert!(fewer.push(&bundle(&centre.leaves[..last])).is_err());
        let mut swapped = centre.leaves.clone();
        swapped.swap(last, last - 1);
        let mut follower = begin();
        let taken = follower.push(&bundle(&swapped));
        assert!(taken.is_err() || follower.finish().is_err());
    }

    #[test]
    fn what_was_asked_and_amended_is_followed_and_what_close_discloses_is_not_needed() {
        let mut centre = ximu_sim::Centre::new();
        centre.publish(|_| {});
        centre.expect_events("once", TENDER, Command::Ask { text: "工期？".into(), author: None });
        let deadline = centre.tender().deadline.plus_ms(700);
        let (reason, documents) = ("补遗".into(), Vec::new());
        centre.expect_events("tenderer", TENDER, Command::Amend { deadline, reason, documents });
        for label in ["a", "b", "c"] {
            ximu_sim::Bidder::register(&mut centre, label).submit(&mut centre, 1, "9000000.00");
        }
        centre.advance_to(deadline.plus_ms(1));
        centre.expect_events("a", TENDER, Command::SignIn {});
        let note = centre.checkpoint().unwrap();
        let id: ProcedureId = TENDER.parse().unwrap();
        let mut follower = Follower::begin(ORIGIN, &id, &policy(), &note).unwrap();
        follower.push(&bundle(&centre.leaves)).unwrap();
        let followed = follower.finish().unwrap();
        let tender = followed.tender(&id).unwrap();
        assert_eq!((tender.deadline, tender.enquiry.questions.len()), (deadline, 1));
    }

    #[test]
    fn a_checkpoint_without_its_quorum_is_not_followed() {
        let mut centre = ximu_sim::Centre::new();
        centre.publish(|_| {});
        let note = centre.checkpoint().unwrap();
        let bare: Vec<&str> =
            note.lines().filter(|line| !line.contains("suzhou") && !line.contains("ningbo")).collect();
        let bare = bare.join("\n") + "\n";
        let id: ProcedureId = TENDER.parse().unwrap();
        let refusal = Follower::begin(ORIGIN, &id, &policy(), &bare).map(|_| ()).unwrap_err();
        assert_eq!(refusal.code(), "log-broken");
    }
}
