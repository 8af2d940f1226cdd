//! A peer as one value: its data directory, and its parts over it.

use crate::{
    config::{ConfigError, PeerConfig},
    custody::Custody,
    directory::{Directory, DirectoryError},
    durable::DiskError,
    epochs::Epochs,
    health::Health,
    outside::{Clock, Entropy},
    witness::Witness,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use ximu_basics::Hash;
use ximu_client::statement::origin_hash;
use ximu_journal::failpoint::FailPoints;
use ximu_tlog::Cosigner;

/// An open peer.
pub struct Peer {
    /// The peer's name in the policies.
    pub name: String,
    /// Cosigns.
    pub witness: Witness,
    /// Makes epoch keys.
    pub epochs: Epochs,
    /// Keeps copies.
    pub custody: Custody,
    /// What is wrong.
    pub health: Arc<Health>,
    /// Origins by their hash, as they stand in paths.
    origins: BTreeMap<Hash, String>,
    /// Held, and with it the lock, as long as the peer lives.
    _directory: Directory,
}

/// A peer cannot be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl From<DiskError> for OpenError {
    fn from(error: DiskError) -> OpenError {
        OpenError::Directory(error.into())
    }
}

impl OpenError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            OpenError::Config(error) => error.code(),
            OpenError::Directory(error) => error.code(),
        }
    }
}

impl Peer {
    /// Opens a peer over its data directory, which is made when there is none.
    ///
    /// # Errors
    /// Every [`OpenError`].
    pub fn open(
        config: &PeerConfig,
        clock: Arc<dyn Clock>,
        entropy: Entropy,
        fail: &FailPoints,
    ) -> Result<Peer, OpenError> {
        let centres = config.known_centres()?;
        let name = || ConfigError::Name { found: config.name.clone() };
        let cosigner = Cosigner::new(&config.name, &config.key).ok_or_else(name)?;
        let key = *cosigner.verifier().public();
        let mut directory = Directory::open(&config.data_dir, &config.name, &key, fail)?;
        let health = Arc::new(Health::default());
        let witness = Witness::open(&mut directory, cosigner, &centres, clock, Arc::clone(&health), fail)?;
        let epochs = Epochs::open(&directory, &config.name, &config.key, &centres, entropy, fail)?;
        let custody = Custody::open(&directory, &config.key, &centres, config.custody_bytes_max, fail)?;
        let origins = centres.iter().map(|centre| (origin_hash(&centre.origin), centre.origin.clone()));
        let origins = origins.collect();
        Ok(Peer {
            name: config.name.clone(),
            witness,
            epochs,
            custody,
            health,
            origins,
            _directory: directory,
        })
    }

    /// The origin with this hash, when the peer works for it.
    #[must_use]
    pub fn origin(&self, hash: &Hash) -> Option<&str> {
        self.origins.get(hash).map(String::as_str)
    }
}
