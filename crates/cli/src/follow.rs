//! Follows a log from its first leaf: what a bidder's own program knows before it seals anything.
//!
//! The whole log is fetched and checked against a checkpoint that the policy's quorum has cosigned; then the
//! register's entries and those of one procedure are decided again. So the keys a bid is sealed to are those of the
//! publication that everybody else sees, whatever the server would like to show to one bidder. Entries that depend on
//! disclosures (CLOSE and later) are not followed here: that is `ximu verify`.

use crate::{fault::Fault, files, remote::Remote};
use std::path::Path;
use ximu_basics::{Hash, PartyId, PersonId, ProcedureId};
use ximu_procedure::{
    Tender, World,
    actor::REGISTRY,
    phase::NoInputs,
    wire::{Command, Entry, Leaf},
};
use ximu_tlog::{Note, Policy, Tree, bundle::decode_bundle, merkle::leaf_hash, tile::bundles_touched};

/// Waits for one more checkpoint before a procedure counts as unknown.
const WAITS_MAX: u32 = 3;

/// What the log says, up to a cosigned checkpoint.
pub struct Followed {
    /// The register, and the procedure as it was published.
    pub world: World,
    /// Fingerprint of the policy it was checked under.
    pub policy: Hash,
}

/// Which policy a person relies on.
pub enum Pin {
    /// Whatever the centre says: the answer is only as good as a look at the fingerprint.
    AsTold,
    /// The policy with this fingerprint.
    Fingerprint(Hash),
    /// This very text.
    Text(String),
}

impl Pin {
    /// What `--policy` says: a fingerprint, or a file with the policy's text.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(argument: Option<&str>) -> Result<Pin, Fault> {
        match argument {
            None => Ok(Pin::AsTold),
            Some(text) => match text.parse() {
                Ok(fingerprint) => Ok(Pin::Fingerprint(fingerprint)),
                Err(_) => files::read_text(Path::new(text)).map(Pin::Text),
            },
        }
    }

    /// The policy text to use with a centre that told this one.
    ///
    /// # Errors
    /// When the centre's is another than the one pinned.
    pub fn check(&self, told: &str) -> Result<String, Fault> {
        let found = Hash::of(told.as_bytes());
        let differs = |expected: Hash| {
            let said = format!("expected the policy {expected}, found a centre under the policy {found}");
            Fault::new("policy-differs", said, "ask the tenderer which policy the notice names; do not go on")
        };
        match self {
            Pin::AsTold => Ok(told.to_owned()),
            Pin::Fingerprint(expected) if *expected == found => Ok(told.to_owned()),
            Pin::Fingerprint(expected) => Err(differs(*expected)),
            Pin::Text(text) if text == told => Ok(told.to_owned()),
            Pin::Text(text) => Err(differs(Hash::of(text.as_bytes()))),
        }
    }
}

/// Fetches, checks and replays the log of a centre as far as the publication of a procedure.
///
/// # Errors
/// When the log does not answer, does not hold, or does not have the procedure.
pub fn follow(remote: &Remote, procedure: &ProcedureId, pin: &Pin) -> Result<Followed, Fault> {
    let text = pin.check(&remote.info.policy)?;
    let policy = Policy::parse(text.as_bytes())
        .map_err(|error| Fault::new("policy", format!("the centre's policy: {error}"), ""))?;
    let mut wanted = 0;
    for _ in 0..WAITS_MAX {
        let Some(note) = remote.centre.log().wait(wanted)? else { continue };
        let (world, size) = replay(remote, procedure, &policy, &text, &note)?;
        if world.tenders.contains_key(procedure) {
            return Ok(Followed { world, policy: policy.fingerprint() });
        }
        wanted = size.saturating_add(1);
    }
    let said = format!("expected the procedure {procedure} in the log of {}, found none", remote.info.origin);
    Err(Fault::new("procedure-unknown", said, "check the address; a new procedure appears within seconds")
        .passing())
}

impl Followed {
    /// The procedure.
    ///
    /// # Errors
    /// When the log does not have it.
    pub fn tender(&self, procedure: &ProcedureId) -> Result<&Tender, Fault> {
        self.world.tenders.get(procedure).map(|tender| &**tender).ok_or_else(|| {
            Fault::new("procedure-unknown", format!("no procedure {procedure} in this log"), "")
        })
    }

    /// The person and party that sign with this key.
    ///
    /// # Errors
    /// When the register does not know the key.
    pub fn party_of(&self, key: &ximu_basics::PublicKey) -> Result<(PersonId, PartyId), Fault> {
        let registry = &self.world.registry;
        let person = registry.keys.get(key).and_then(|person| Some((person, registry.persons.get(person)?)));
        person.map(|(id, person)| (id.clone(), person.party.clone())).ok_or_else(|| {
            let said = format!("expected a registered key, found {key}, which the register does not know");
            Fault::new(
                "key_unknown",
                said,
                "register with `ximu admin register` and have an officer admit you",
            )
        })
    }
}

fn replay(
    remote: &Remote,
    procedure: &ProcedureId,
    policy: &Policy,
    text: &str,
    note: &str,
) -> Result<(World, u64), Fault> {
    let broken = |what: String| {
        let said = format!("the log of {} does not hold: {what}", remote.info.origin);
        Fault::new(
            "log-broken",
            said,
            "do not go on; keep the answer and tell the supervisor and another centre",
        )
    };
    let note = Note::parse(note.as_bytes()).map_err(|error| broken(error.to_string()))?;
    let cosigned = policy.open(&note).map_err(|error| broken(error.to_string()))?;
    let size = cosigned.checkpoint.size;
    let leaves = fetch(remote, size)?;
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    if tree.root() != cosigned.checkpoint.root {
        return Err(broken(format!("its {size} leaves are not those that were cosigned")));
    }
    let mut world = World::new(&remote.info.origin);
    for (index, bytes) in leaves.iter().enumerate() {
        let leaf = Leaf::from_bytes(bytes).map_err(|error| broken(format!("leaf {index}: {error}")))?;
        let Leaf::Entry(entry) = leaf else { continue };
        if concerns(&entry, procedure) {
            world
                .replay(&entry, Hash::of(bytes), &NoInputs)
                .map_err(|error| broken(format!("leaf {index} [{}]: {error}", error.code())))?;
        }
    }
    let founded = world.registry.centre.as_ref().map(|centre| centre.policy.as_str());
    if founded != Some(text) {
        return Err(broken("it was founded under another policy".into()));
    }
    Ok((world, size))
}

/// Whether an entry is the register's, or the procedure's before anything is disclosed.
fn concerns(entry: &Entry, procedure: &ProcedureId) -> bool {
    if entry.procedure.as_str() == REGISTRY {
        return true;
    }
    let early = entry.signed.open().is_ok_and(|body| {
        matches!(body.command, Command::Publish { .. } | Command::Amend { .. } | Command::Cancel { .. })
    });
    entry.procedure == *procedure && early
}

fn fetch(remote: &Remote, size: u64) -> Result<Vec<Vec<u8>>, Fault> {
    let log = remote.centre.log();
    let mut leaves = Vec::new();
    for bundle in bundles_touched(0, size) {
        let path = bundle.to_string();
        let bytes = log.tile(&path)?.ok_or_else(|| {
            let said = format!("{}: expected the entry bundle {path}, found none", remote.centre.server());
            Fault::new("log-missing", said, "repeat in a moment").passing()
        })?;
        let entries = decode_bundle(&bytes, bundle.width())
            .map_err(|error| Fault::new("log-broken", format!("{path}: {error}"), ""))?;
        leaves.extend(entries.into_iter().map(<[u8]>::to_vec));
    }
    Ok(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_policy_is_the_only_one() {
        let told = "log x\nquorum none\n";
        let fingerprint = Hash::of(told.as_bytes());
        assert_eq!(Pin::AsTold.check(told).unwrap(), told);
        assert_eq!(Pin::Fingerprint(fingerprint).check(told).unwrap(), told);
        assert_eq!(Pin::Text(told.into()).check(told).unwrap(), told);
        assert_eq!(Pin::Fingerprint(Hash::of(b"")).check(told).unwrap_err().code, "policy-differs");
        assert_eq!(Pin::Text("quorum none\n".into()).check(told).unwrap_err().code, "policy-differs");
    }
}
