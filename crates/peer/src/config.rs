//! What a peer is started with: a plain struct. The command line reads it from a file and the key from another.

use std::fmt;
use std::path::PathBuf;
use ximu_basics::PublicKey;
use ximu_client::{Address, Trust};
use ximu_tlog::{Policy, VerifierKey, policy_text::PolicyError};

/// The largest custody store of one origin unless the configuration says otherwise: 64 GiB, some hundred tenders of
/// thirty bodies at the size limit.
pub const CUSTODY_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;

/// The largest mirror of one log unless the configuration says otherwise: 16 GiB, some millions of entries.
pub const MIRROR_BYTES_MAX: u64 = 16 * 1024 * 1024 * 1024;

/// How a peer is set up.
#[derive(Clone)]
pub struct PeerConfig {
    /// Where everything durable stands. Who can write here can make the witness lie about its past and can lose
    /// copies and epoch keys; who can read here as well can use the epoch keys, which t such people together can
    /// abuse. Nobody here can read a bid alone.
    pub data_dir: PathBuf,
    /// The peer's name in the policies. A wrong one makes every policy refuse its cosignatures; nothing leaks.
    pub name: String,
    /// The peer's Ed25519 secret (RFC 8032): cosignatures, epoch and custody statements, share releases. Who has it
    /// can cosign a split view, which is evidence against this peer, and can release only shares it can decrypt.
    pub key: [u8; 32],
    /// The logs this peer works for. Who can change the list can make it cosign for another log, never read one.
    pub logs: Vec<LogConfig>,
    /// Other peers, by their names in the policies, and where they are served: a holder asks the keeper of second copies for
    /// documents that a host does not give. Who can change the list can keep it from that, and no more.
    pub peers: Vec<(String, Address)>,
    /// The most bytes kept in custody for one origin. Too small a number makes submissions wait, and no more.
    pub custody_bytes_max: u64,
    /// The most bytes of one log's entries that are mirrored. Too small a number ends this peer's work for a log that grows
    /// beyond it, and no more.
    pub mirror_bytes_max: u64,
    /// Whose certificates prove the name of a centre. Who can change it can make the holder listen to an impostor,
    /// whose checkpoints still need the log's key and the quorum.
    pub trust: Trust,
}

/// One log of another centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// The log's origin.
    pub origin: String,
    /// The text of the policy this peer pins for it. The keys in it decide everything this peer believes.
    pub policy: String,
    /// Where the centre is served. Who can change it can keep this peer from hearing of the log, and no more.
    pub centre: Address,
}

/// A log this peer works for, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCentre {
    /// The log's origin.
    pub origin: String,
    /// The keys that may sign its checkpoints.
    pub keys: Vec<VerifierKey>,
    /// The pinned policy.
    pub policy: Policy,
    /// Where the centre is served.
    pub centre: Address,
}

/// A peer cannot work with its configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The name cannot stand in a note.
    #[error("expected a peer name without spaces, control characters or '+', found {found:?}")]
    Name {
        /// The name.
        found: String,
    },
    /// A policy cannot be read.
    #[error("the policy of {origin}: {fault}")]
    Policy {
        /// For which log.
        origin: String,
        /// What is wrong.
        fault: PolicyError,
    },
    /// The policy does not know the log.
    #[error(
        "expected a line \"log\" for {origin} in its policy, found none; give this peer the policy of that centre"
    )]
    LogUnknown {
        /// The log.
        origin: String,
    },
    /// The policy does not know this peer, or knows it with another key.
    #[error(
        "expected the witness {name} with the key {expected} in the policy of {origin}, found {found}; either this peer's key file or the policy is of another peer"
    )]
    WitnessUnknown {
        /// The log.
        origin: String,
        /// This peer's name.
        name: String,
        /// This peer's public key.
        expected: PublicKey,
        /// `no such witness`, or the key that stands there.
        found: String,
    },
    /// One origin twice.
    #[error("expected each log once, found {origin} twice")]
    LogTwice {
        /// The log.
        origin: String,
    },
}

impl ConfigError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ConfigError::Name { .. } => "peer-config-name",
            ConfigError::Policy { .. } => "peer-config-policy",
            ConfigError::LogUnknown { .. } => "peer-config-log",
            ConfigError::WitnessUnknown { .. } => "peer-config-witness",
            ConfigError::LogTwice { .. } => "peer-config-log-twice",
        }
    }
}

impl PeerConfig {
    /// A configuration with the usual limits and the public authorities.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>, name: impl Into<String>, key: [u8; 32]) -> PeerConfig {
        PeerConfig {
            data_dir: data_dir.into(),
            name: name.into(),
            key,
            logs: Vec::new(),
            peers: Vec::new(),
            custody_bytes_max: CUSTODY_BYTES_MAX,
            mirror_bytes_max: MIRROR_BYTES_MAX,
            trust: Trust::Public,
        }
    }

    /// The logs, each with its policy read and checked against this peer's name and key.
    ///
    /// # Errors
    /// Every [`ConfigError`].
    pub fn known_centres(&self) -> Result<Vec<KnownCentre>, ConfigError> {
        let signer = ximu_tlog::Cosigner::new(&self.name, &self.key);
        let signer = signer.ok_or_else(|| ConfigError::Name { found: self.name.clone() })?;
        let mut known: Vec<KnownCentre> = Vec::new();
        for log in &self.logs {
            let origin = log.origin.clone();
            if known.iter().any(|other| other.origin == origin) {
                return Err(ConfigError::LogTwice { origin });
            }
            let policy = Policy::parse(log.policy.as_bytes());
            let policy = policy.map_err(|fault| ConfigError::Policy { origin: origin.clone(), fault })?;
            let keys: Vec<VerifierKey> = policy.logs().iter().map(|log| log.key.clone()).collect();
            let keys: Vec<VerifierKey> = keys.into_iter().filter(|key| key.name() == origin).collect();
            if keys.is_empty() {
                return Err(ConfigError::LogUnknown { origin });
            }
            let witness = policy.witnesses().get(&self.name).map(|witness| *witness.key.public());
            if witness != Some(*signer.verifier().public()) {
                let (name, expected) = (self.name.clone(), *signer.verifier().public());
                let found = witness.map_or_else(|| "no such witness".to_owned(), |key| key.to_string());
                return Err(ConfigError::WitnessUnknown { origin, name, expected, found });
            }
            known.push(KnownCentre { origin, keys, policy, centre: log.centre.clone() });
        }
        Ok(known)
    }
}

impl fmt::Debug for PeerConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PeerConfig")
            .field("data_dir", &self.data_dir)
            .field("name", &self.name)
            .field("logs", &self.logs)
            .field("peers", &self.peers)
            .finish_non_exhaustive()
    }
}
