//! Follows the log of a centre over HTTP, as far as the publication of a procedure, under a policy that a person may
//! have pinned. What is fetched is checked and decided again by `ximu-bidder`.

use crate::{fault::Fault, files, remote::Remote};
use std::path::Path;
use ximu_basics::{Hash, PartyId, PersonId, ProcedureId, PublicKey};
use ximu_bidder::{Followed, Follower};
use ximu_procedure::role::Role;
use ximu_text::Text;
use ximu_tlog::Policy;

/// Waits for one more checkpoint before a procedure or a party counts as unknown.
pub const WAITS_MAX: u32 = 3;

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
            Some(text) => Pin::parse(text),
        }
    }

    /// A fingerprint in hexadecimal digits of either case, or a file that is a policy.
    fn parse(text: &str) -> Result<Pin, Fault> {
        if let Ok(fingerprint) = text.to_ascii_lowercase().parse() {
            return Ok(Pin::Fingerprint(fingerprint));
        }
        let path = Path::new(text);
        if !path.exists() {
            // Digits alone were meant as a fingerprint, and anything else as a file.
            let is_cut = text.bytes().all(|byte| byte.is_ascii_hexdigit());
            let (text, digits) = (format!("{text:?}"), text.len());
            return Err(if is_cut {
                Fault::argument(|t: Text| t.found_pin(digits, &text), Text::advice_fingerprint_whole)
            } else {
                Fault::argument(|t: Text| t.found_pin_missing(&text), Text::advice_policy_named)
            });
        }
        let policy = files::read_text(path)?;
        match Policy::parse(policy.as_bytes()) {
            Ok(_) => Ok(Pin::Text(policy)),
            Err(error) => {
                let said = |t: Text| t.found_no_policy(error.to_string(), text);
                Err(Fault::new("policy", said, Text::advice_policy_file))
            }
        }
    }

    /// The fingerprint that is pinned; `None` when nothing is.
    pub fn fingerprint(&self) -> Option<Hash> {
        match self {
            Pin::AsTold => None,
            Pin::Fingerprint(fingerprint) => Some(*fingerprint),
            Pin::Text(text) => Some(Hash::of(text.as_bytes())),
        }
    }

    /// The policy text to use with a centre that told this one.
    ///
    /// # Errors
    /// When the centre's is another than the one pinned.
    pub fn check(&self, told: &str) -> Result<String, Fault> {
        let found = Hash::of(told.as_bytes());
        let differs = |expected: Hash| {
            let said = |t: Text| t.found_policy_differs(expected.to_string(), found.to_string());
            Fault::new("policy-differs", said, Text::advice_policy_notice)
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

/// A person as the register of a centre has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The person.
    pub person: PersonId,
    /// For whom it acts.
    pub party: PartyId,
    /// Whether an officer has admitted the party.
    pub admitted: bool,
    /// What the person may do, as on the wire.
    pub roles: Vec<Role>,
}

/// Who signs with this key, by the log of a centre under the policy it tells; `None` when the register does not know
/// the key after so many checkpoints.
///
/// # Errors
/// When the log does not answer or does not hold.
pub fn registered(remote: &Remote, key: &PublicKey, waits: u32) -> Result<Option<Registered>, Fault> {
    let text = Pin::AsTold.check(&remote.info.policy)?;
    let mut wanted = 0;
    for _ in 0..waits {
        let Some(note) = remote.centre.log().wait(wanted)? else { continue };
        let (followed, size) = replay(remote, &crate::args::registry()?, &text, &note)?;
        let registry = &followed.world.registry;
        let found = registry.keys.get(key).and_then(|person| {
            let known = registry.persons.get(person)?;
            Some(Registered {
                person: person.clone(),
                party: known.party.clone(),
                admitted: registry.parties.get(&known.party).is_some_and(|party| party.admitted.is_some()),
                roles: known.roles.iter().copied().collect(),
            })
        });
        if found.is_some() {
            return Ok(found);
        }
        wanted = size.saturating_add(1);
    }
    Ok(None)
}

/// Fetches, checks and replays the log of a centre as far as the publication of a procedure.
///
/// # Errors
/// When the log does not answer, does not hold, or does not have the procedure.
pub fn follow(remote: &Remote, procedure: &ProcedureId, pin: &Pin) -> Result<Followed, Fault> {
    let text = pin.check(&remote.info.policy)?;
    let mut wanted = 0;
    for _ in 0..WAITS_MAX {
        let Some(note) = remote.centre.log().wait(wanted)? else { continue };
        let (followed, size) = replay(remote, procedure, &text, &note)?;
        if followed.world.tenders.contains_key(procedure) {
            return Ok(followed);
        }
        wanted = size.saturating_add(1);
    }
    let said = |t: Text| t.found_procedure_unlogged(&remote.info.origin, procedure.as_str());
    Err(Fault::new("procedure-unknown", said, Text::advice_check_address_new).passing())
}

fn replay(
    remote: &Remote,
    procedure: &ProcedureId,
    policy: &str,
    note: &str,
) -> Result<(Followed, u64), Fault> {
    let mut follower = Follower::begin(&remote.info.origin, procedure, policy, note)?;
    let size = follower.size();
    let log = remote.centre.log();
    let paths: Vec<String> = follower.bundles().collect();
    for path in paths {
        let bytes = log.tile(&path)?.ok_or_else(|| {
            let said = |t: Text| t.found_log_missing(&path, remote.centre.server().to_string());
            Fault::new("log-missing", said, Text::advice_in_a_moment).passing()
        })?;
        follower.push(&bytes)?;
    }
    Ok((follower.finish()?, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pins_is_a_whole_fingerprint_or_a_policys_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let fingerprint = Hash::of(b"policy");
        let given = fingerprint.to_string();
        for text in [given.clone(), given.to_uppercase()] {
            assert_eq!(
                Pin::of(Some(&text)).unwrap_or(Pin::AsTold).fingerprint(),
                Some(fingerprint),
                "{text}"
            );
        }
        let shortened: String = given.chars().take(40).collect();
        let readme = folder.path().join("README.md");
        std::fs::write(&readme, "# Readme\n\nNo policy.\n").unwrap();
        let readme = readme.display().to_string();
        for (text, code, said) in [
            (shortened.as_str(), "argument", "found 40 digits: "),
            ("yichang", "argument", "found neither: there is no file \"yichang\""),
            ("nope.json", "argument", "there is no file \"nope.json\""),
            ("", "argument", "found 0 digits"),
            (readme.as_str(), "policy", "expected a witness policy, found another file"),
        ] {
            let fault = Pin::of(Some(text)).err().unwrap();
            assert!(fault.code == code && fault.said.to_string().contains(said), "{text}: {fault}");
        }
    }

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
