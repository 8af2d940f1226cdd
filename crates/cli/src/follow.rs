//! Follows the log of a centre over HTTP, as far as the publication of a procedure, under a policy that a person may
//! have pinned. What is fetched is checked and decided again by `ximu-bidder`.

use crate::{fault::Fault, files, remote::Remote};
use std::path::Path;
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::{Followed, Follower};

/// Waits for one more checkpoint before a procedure counts as unknown.
const WAITS_MAX: u32 = 3;

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
    let mut wanted = 0;
    for _ in 0..WAITS_MAX {
        let Some(note) = remote.centre.log().wait(wanted)? else { continue };
        let (followed, size) = replay(remote, procedure, &text, &note)?;
        if followed.world.tenders.contains_key(procedure) {
            return Ok(followed);
        }
        wanted = size.saturating_add(1);
    }
    let said = format!("expected the procedure {procedure} in the log of {}, found none", remote.info.origin);
    Err(Fault::new("procedure-unknown", said, "check the address; a new procedure appears within seconds")
        .passing())
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
            let said = format!("{}: expected the entry bundle {path}, found none", remote.centre.server());
            Fault::new("log-missing", said, "repeat in a moment").passing()
        })?;
        follower.push(&bytes)?;
    }
    Ok((follower.finish()?, size))
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
