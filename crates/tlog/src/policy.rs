//! Policies (c2sp.org/tlog-policy; log 7): which logs and witnesses are known, and whose cosignatures together are
//! enough. From them follows the *cosigned time*, the only clock that decides anything.
//!
//! Not here: reading the text (`policy_text.rs`); asking witnesses (`ximu-peer`). The host's log key never counts
//! towards the quorum: a policy that names it, or its name, as a witness is refused.

use crate::{
    checkpoint::{Checkpoint, CheckpointError},
    cosignature::cosigned_times,
    key::VerifierKey,
    note::{Note, NoteError},
    policy_text::{self, PolicyError},
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use ximu_basics::Hash;

/// A trust policy, with the exact bytes it was read from.
///
/// ```
/// use ximu_tlog::{Checkpoint, Cosigner, Note, NoteSigner, Policy, merkle::EMPTY_ROOT};
///
/// let host = NoteSigner::new("yichang.example/log", &[1; 32]).expect("a key name");
/// let witness = Cosigner::new("nanjing.example", &[2; 32]).expect("a key name");
/// let text = format!("log {}\nwitness nanjing {}\nquorum nanjing\n", host.verifier(), witness.verifier());
/// let policy = Policy::parse(text.as_bytes())?;
///
/// let mut note = Note::new(&Checkpoint::new("yichang.example/log", 0, EMPTY_ROOT).to_string())?;
/// note.add(host.sign(note.text()))?;
/// assert_eq!(policy.cosigned_time(&note), None, "the host alone is never enough");
/// note.add(witness.cosign(note.text(), 1_591_149_600)?)?;
/// assert_eq!(policy.cosigned_time(&note), Some(1_591_149_600));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(crate) source: Vec<u8>,
    pub(crate) logs: Vec<Log>,
    pub(crate) witnesses: BTreeMap<String, Witness>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) quorum: Quorum,
}

/// A log whose checkpoints are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The log's key; its name is the log's origin.
    pub key: VerifierKey,
    /// Where the log is served, when the policy says so.
    pub url: Option<String>,
}

/// A witness, under the name the policy gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The witness's key.
    pub key: VerifierKey,
    /// Where the witness takes checkpoints, when the policy says so.
    pub url: Option<String>,
}

/// A group: satisfied when at least `threshold` of its members are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// From 1 to the number of members.
    pub threshold: usize,
    /// Names of witnesses or of groups defined before; no name is a member twice anywhere.
    pub members: Vec<String>,
}

/// What must be satisfied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quorum {
    /// `quorum none`: no cosignature is asked for, and there is no cosigned time.
    None,
    /// A witness or a group.
    Name(String),
}

/// A checkpoint that a log of the policy signed and the quorum cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The smallest time, in seconds since the Unix epoch, such that the cosignatures stamped no later satisfy the
    /// quorum (log 7.3). `None` exactly when the policy says `quorum none`.
    pub time_s: Option<u64>,
    /// The policy's names of the witnesses that cosigned, whether needed or not.
    pub witnesses: BTreeSet<String>,
}

/// A checkpoint does not hold under a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UntrustedError {
    /// The checkpoint's origin is no log of the policy.
    #[error("expected a checkpoint of a log of the policy, found origin {found:?}")]
    UnknownLog {
        /// The first line of the note.
        found: String,
    },
    /// The log did not sign, or the text is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A witness's signature is false.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Too few witnesses.
    #[error("expected cosignatures that satisfy the quorum {expected}, found those of {found:?}")]
    Quorum {
        /// The quorum's name.
        expected: String,
        /// The policy's names of the witnesses that cosigned.
        found: BTreeSet<String>,
    },
}

impl UntrustedError {
    /// The stable code of the failed check.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            UntrustedError::UnknownLog { .. } => "log-unknown",
            UntrustedError::Checkpoint(CheckpointError::Unsigned { .. }) => "log-unsigned",
            UntrustedError::Checkpoint(CheckpointError::Note(_)) | UntrustedError::Note(_) => {
                "signature-false"
            }
            UntrustedError::Checkpoint(
                CheckpointError::Lines
                | CheckpointError::Size { .. }
                | CheckpointError::Root { .. }
                | CheckpointError::Extension { .. }
                | CheckpointError::Origin { .. },
            ) => "checkpoint-malformed",
            UntrustedError::Quorum { .. } => "quorum-missing",
        }
    }
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyError`], which names the line.
    pub fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
        policy_text::parse(bytes)
    }

    /// The exact bytes the policy was read from.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// The policy's fingerprint: SHA-256 of its exact bytes. This is what a verifier pins.
    #[must_use]
    pub fn fingerprint(&self) -> Hash {
        Hash::of(&self.source)
    }

    /// The known logs, in the order of the file.
    #[must_use]
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The known witnesses by the policy's names for them.
    #[must_use]
    pub fn witnesses(&self) -> &BTreeMap<String, Witness> {
        &self.witnesses
    }

    /// The groups by name.
    #[must_use]
    pub fn groups(&self) -> &BTreeMap<String, Group> {
        &self.groups
    }

    /// What must be satisfied.
    #[must_use]
    pub fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// Whether these witnesses, by the policy's names for them, satisfy the quorum. Names the policy does not know
    /// count for nothing.
    #[must_use]
    pub fn satisfied<Name: Ord + core::borrow::Borrow<str>>(&self, cosigned: &BTreeSet<Name>) -> bool {
        match &self.quorum {
            Quorum::None => true,
            Quorum::Name(name) => self.has_witnessed(name, &|witness| cosigned.contains(witness)),
        }
    }

    /// Checks a signed note in full: the log is known, it signed, the text is its checkpoint, no known key's
    /// signature is false, and the quorum is satisfied.
    ///
    /// # Errors
    /// [`UntrustedError`].
    pub fn open(&self, note: &Note) -> Result<Cosigned, UntrustedError> {
        let origin = note.text().split('\n').next().unwrap_or_default();
        let checkpoint = self.open_as_log(origin, note)?;
        let times = self.earliest_times(note)?;
        let witnesses: BTreeSet<String> = times.keys().map(|name| String::from(*name)).collect();
        let time_s = match &self.quorum {
            Quorum::None => None,
            Quorum::Name(name) => match self.time_of(name, &times) {
                None => return Err(UntrustedError::Quorum { expected: name.clone(), found: witnesses }),
                some => some,
            },
        };
        Ok(Cosigned { checkpoint, time_s, witnesses })
    }

    /// The cosigned time of a note, in seconds since the Unix epoch: [`Cosigned::time_s`] when [`Policy::open`]
    /// succeeds, otherwise `None`.
    #[must_use]
    pub fn cosigned_time(&self, note: &Note) -> Option<u64> {
        self.open(note).ok()?.time_s
    }

    /// The checkpoint, when one of the keys that the policy has for this origin signed and none signed falsely.
    fn open_as_log(&self, origin: &str, note: &Note) -> Result<Checkpoint, UntrustedError> {
        let mut logs = self.logs.iter().filter(|log| log.key.name() == origin).peekable();
        if logs.peek().is_none() {
            return Err(UntrustedError::UnknownLog { found: crate::text::quote(origin) });
        }
        let mut is_signed = false;
        for log in logs {
            is_signed |= note.is_signed_by(&log.key)?;
        }
        if !is_signed {
            return Err(CheckpointError::Unsigned { expected: origin.into() }.into());
        }
        Ok(Checkpoint::parse(note.text())?)
    }

    /// For each witness that cosigned, the earliest time it stamped.
    fn earliest_times(&self, note: &Note) -> Result<BTreeMap<&str, u64>, NoteError> {
        let mut earliest = BTreeMap::new();
        for (name, witness) in &self.witnesses {
            if let Some(time) = cosigned_times(note, &witness.key)?.into_iter().min() {
                earliest.insert(name.as_str(), time);
            }
        }
        Ok(earliest)
    }

    /// The smallest stamped time up to which the stamps satisfy the quorum.
    fn time_of(&self, quorum: &str, earliest: &BTreeMap<&str, u64>) -> Option<u64> {
        let candidates: BTreeSet<u64> = earliest.values().copied().collect();
        candidates.into_iter().find(|time| {
            self.has_witnessed(quorum, &|witness| earliest.get(witness).is_some_and(|stamp| stamp <= time))
        })
    }

    /// Whether a witness, or enough members of a group, cosigned. Groups name only what stands before them, so this
    /// ends.
    fn has_witnessed(&self, name: &str, cosigned: &dyn Fn(&str) -> bool) -> bool {
        match self.groups.get(name) {
            None => self.witnesses.contains_key(name) && cosigned(name),
            Some(group) => {
                let count =
                    group.members.iter().filter(|member| self.has_witnessed(member, cosigned)).count();
                count >= group.threshold
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cosignature::Cosigner, note::NoteSigner};
    use alloc::{format, string::ToString};
    use proptest::prelude::*;

    fn host() -> NoteSigner {
        NoteSigner::new("log.example", &[1; 32]).unwrap()
    }

    /// Witness `i` of six: the first three are X1 to X3, the others Y1 to Y3.
    fn witness(i: u8) -> Cosigner {
        Cosigner::new(&format!("w{i}.example"), &[10 + i; 32]).unwrap()
    }

    /// The policy of the specification's example: two of X and any of Y.
    fn policy() -> Policy {
        let mut text = format!("log {}\n", host().verifier());
        for (i, name) in (1..).zip(["X1", "X2", "X3", "Y1", "Y2", "Y3"]) {
            text += &format!("witness {name} {}\n", witness(i).verifier());
        }
        text += "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n";
        text += "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
        Policy::parse(text.as_bytes()).unwrap()
    }

    fn signed(stamps: &[(u8, u64)]) -> Note {
        let checkpoint = Checkpoint::new("log.example", 9, Hash::of(b"root"));
        let mut note = Note::new(&checkpoint.to_string()).unwrap();
        note.add(host().sign(note.text())).unwrap();
        for (i, time) in stamps {
            note.add(witness(*i).cosign(note.text(), *time).unwrap()).unwrap();
        }
        note
    }

    #[test]
    fn the_quorum_of_nested_groups_needs_two_x_and_one_y() {
        let names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"];
        for mask in 0u32..64 {
            let set: BTreeSet<&str> = (0..6).filter(|i| mask >> i & 1 == 1).map(|i| names[i]).collect();
            let expected = (mask & 7).count_ones() >= 2 && mask & 56 != 0;
            assert_eq!(policy().satisfied(&set), expected, "{set:?}");
        }
        assert!(!policy().satisfied(&BTreeSet::from(["X-and-Y", "w1.example", "log.example"])));
    }

    #[test]
    fn the_cosigned_time_is_the_first_at_which_the_quorum_is_satisfied() {
        for (stamps, expected) in [
            (&[][..], None),
            (&[(1, 5), (2, 6)], None),
            (&[(4, 5), (5, 5), (6, 5), (1, 5)], None),
            (&[(1, 5), (2, 6), (4, 7)], Some(7)),
            (&[(4, 7), (2, 6), (1, 5)], Some(7)),
            (&[(1, 50), (2, 6), (3, 8), (4, 7)], Some(8)),
            (&[(1, 9), (2, 9), (4, 9), (5, 1)], Some(9)),
            (&[(1, 9), (1, 3), (2, 4), (4, 2)], Some(4)),
        ] {
            assert_eq!(policy().cosigned_time(&signed(stamps)), expected, "{stamps:?}");
        }
        let opened = policy().open(&signed(&[(1, 5), (2, 6), (4, 7), (6, 90)])).unwrap();
        assert_eq!(opened.checkpoint.size, 9);
        assert_eq!(opened.witnesses, ["X1", "X2", "Y1", "Y3"].map(String::from).into());
    }

    #[test]
    fn the_cosigned_time_needs_the_log_its_name_and_no_false_line() {
        let good = signed(&[(1, 5), (2, 6), (4, 7)]);
        let without_log: String =
            good.to_string().split_inclusive('\n').filter(|line| !line.contains("log.example ")).collect();
        let note = Note::parse(without_log.as_bytes()).unwrap();
        assert!(matches!(policy().open(&note), Err(UntrustedError::Checkpoint(_))));
        let other =
            Note::parse(good.to_string().replacen("log.example", "log2.example", 1).as_bytes()).unwrap();
        assert!(matches!(policy().open(&other), Err(UntrustedError::UnknownLog { .. })));
        let mut spoiled = good.clone();
        let mut line = witness(6).cosign(good.text(), 8).unwrap();
        line.bytes[20] ^= 1;
        spoiled.add(line).unwrap();
        assert!(matches!(policy().open(&spoiled), Err(UntrustedError::Note(_))));
        assert_eq!(policy().cosigned_time(&spoiled), None);
    }

    #[test]
    fn strangers_do_not_count() {
        let mut note = signed(&[(1, 5), (2, 6)]);
        let stranger = Cosigner::new("w4.example", &[99; 32]).unwrap();
        note.add(stranger.cosign(note.text(), 1).unwrap()).unwrap();
        assert!(matches!(policy().open(&note), Err(UntrustedError::Quorum { .. })));
    }

    #[test]
    fn without_a_quorum_there_is_no_cosigned_time() {
        let text = format!("log {}\nquorum none\n", host().verifier());
        let policy = Policy::parse(text.as_bytes()).unwrap();
        let opened = policy.open(&signed(&[])).unwrap();
        assert_eq!(opened.time_s, None);
        assert!(policy.satisfied::<&str>(&BTreeSet::new()));
        assert_eq!(policy.cosigned_time(&signed(&[(1, 5)])), None);
    }

    #[test]
    fn a_log_may_change_its_key_under_one_name() {
        let old = NoteSigner::new("log.example", &[2; 32]).unwrap();
        let text = format!("log {}\nlog {}\nquorum none\n", old.verifier(), host().verifier());
        let policy = Policy::parse(text.as_bytes()).unwrap();
        assert!(policy.open(&signed(&[])).is_ok());
        let text = format!("log {}\nlog {}\nquorum none\n", host().verifier(), old.verifier());
        assert!(Policy::parse(text.as_bytes()).unwrap().open(&signed(&[])).is_ok(), "in either order");
        let mut both = signed(&[]);
        both.add(old.sign(both.text())).unwrap();
        assert!(policy.open(&both).is_ok());
        let mut spoiled = signed(&[]);
        let mut line = old.sign(spoiled.text());
        line.bytes[0] ^= 1;
        spoiled.add(line).unwrap();
        assert!(policy.open(&spoiled).is_err());
    }

    proptest! {
        #[test]
        fn reading_any_policy_ends(words in prop::collection::vec("log|witness|group|quorum|none|all|any|[0-9a-c]|\\PC{0,3}|[ \t\n]", 0..60)) {
            let text = words.join(" ") + "\n";
            let _ = Policy::parse(text.as_bytes());
        }
    }

    #[test]
    fn the_fingerprint_is_the_digest_of_the_exact_bytes() {
        let policy = policy();
        assert_eq!(policy.fingerprint(), Hash::of(policy.source()));
        let mut other = policy.source().to_vec();
        other.extend_from_slice(b"# a comment\n");
        assert_ne!(Policy::parse(&other).unwrap().fingerprint(), policy.fingerprint());
    }
}
