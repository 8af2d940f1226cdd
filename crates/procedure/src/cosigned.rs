//! Cosigned evidence as decisions need it: the policy's keys, and a checkpoint's cosigned time (log 7, opening 2).

use alloc::vec::Vec;
use ximu_basics::{Hash, Instant, PublicKey};
use ximu_tlog::{key::VerifierKey, note::Note, policy};

use crate::wire::refusal::EvidenceFault;

/// The longest checkpoint with its cosignatures that a policy may lead to: CLOSE carries it beside the list of bids in one
/// leaf.
pub const EVIDENCE_BYTES_MAX: usize = 12_288;

/// A checkpoint without cosignatures, beside its origin: the size of 19 digits, the root and their line ends; the centre's
/// signature line of 68 bytes in base64.
const CHECKPOINT_BYTES: usize = 20 + 45 + 1 + 1 + 3 + 1 + 1 + 92 + 1;

/// A cosignature line beside its name: the dash, two spaces, 76 bytes in base64, the line's end.
const LINE_BYTES: usize = 3 + 1 + 1 + 104 + 1;

/// A policy under which checkpoints of a centre count as cosigned.
pub struct Policy(policy::Policy);

/// A checkpoint that the policy's quorum has cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosigned {
    /// Leaves it covers.
    pub size: u64,
    /// Root over them; whoever holds the leaves compares it.
    pub root: Hash,
    /// Its cosigned time.
    pub time: Instant,
}

impl Policy {
    /// Reads a policy text; `None` when it is not a C2SP policy.
    #[must_use]
    pub fn parse(text: &str) -> Option<Policy> {
        policy::Policy::parse(text.as_bytes()).ok().map(Policy)
    }

    /// The key under which the policy pins a witness.
    #[must_use]
    pub fn witness_key(&self, name: &str) -> Option<PublicKey> {
        self.0.witnesses().get(name).map(|witness| *witness.key.public())
    }

    /// Bytes of the longest checkpoint that this policy's witnesses can cosign: its three lines, the centre's signature and
    /// a line of each witness.
    #[must_use]
    pub fn evidence_bytes(&self, origin: &str) -> usize {
        let own = origin.len().saturating_mul(2).saturating_add(CHECKPOINT_BYTES);
        self.0
            .witnesses()
            .keys()
            .fold(own, |sum, name| sum.saturating_add(name.len()).saturating_add(LINE_BYTES))
    }

    /// Whether the policy accepts checkpoints of this origin signed by this key, and by no other.
    #[must_use]
    pub fn pins_log(&self, origin: &str, key: &PublicKey) -> bool {
        let logs: Vec<_> = self.0.logs().iter().filter(|log| log.key.name() == origin).collect();
        matches!(logs.as_slice(), [log] if log.key.public() == key)
    }

    /// Checks a signed note: a checkpoint of this log, signed by the centre, cosigned by the quorum.
    ///
    /// # Errors
    /// [`EvidenceFault::NotACheckpoint`], [`EvidenceFault::NotCosigned`].
    pub fn read(&self, origin: &str, centre: &PublicKey, note: &str) -> Result<Cosigned, EvidenceFault> {
        let note = Note::parse(note.as_bytes()).map_err(|_| EvidenceFault::NotACheckpoint)?;
        let log = VerifierKey::log(origin, centre).map_err(|_| EvidenceFault::NotACheckpoint)?;
        if !note.is_signed_by(&log).unwrap_or(false) {
            return Err(EvidenceFault::NotACheckpoint);
        }
        let cosigned = self.0.open(&note).map_err(|_| EvidenceFault::NotCosigned)?;
        let seconds = cosigned.time_s.ok_or(EvidenceFault::NotCosigned)?;
        let ms = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1000));
        let time = Instant::from_unix_ms(ms.ok_or(EvidenceFault::NotACheckpoint)?);
        Ok(Cosigned { size: cosigned.checkpoint.size, root: cosigned.checkpoint.root, time })
    }
}
