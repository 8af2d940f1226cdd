//! A peer as one value: its data directory, and its parts over it.

use crate::{
    bodies::BodyRequest,
    config::{ConfigError, KnownCentre, PeerConfig},
    custody::Custody,
    directory::{Directory, DirectoryError},
    durable::DiskError,
    epochs::Epochs,
    follow::{Follower, Stop},
    health::Health,
    holder::Holder,
    mirror::Mirror,
    outside::{Clock, Entropy},
    relays::Relays,
    trouble::Trouble,
    witness::Witness,
};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use ximu_basics::{Hash, Instant, PublicKey};
use ximu_client::{Address, Centre, ClientError, Timeouts, Trust, statement::origin_hash};
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::{Tender, wire::SignedCommand};
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
    /// Keeps what bidders hand in.
    pub relays: Relays,
    /// What is wrong.
    pub health: Arc<Health>,
    /// Origins by their hash, as they stand in paths.
    origins: BTreeMap<Hash, String>,
    centres: Vec<KnownCentre>,
    /// Other peers by their names in the policies.
    others: BTreeMap<String, Address>,
    mirrors: BTreeMap<String, Arc<Mirror>>,
    key: [u8; 32],
    public: PublicKey,
    clock: Arc<dyn Clock>,
    entropy: Entropy,
    fail: FailPoints,
    trust: Trust,
    /// Held, and with it the lock, as long as the peer lives.
    /// When the directory was restored from a backup.
    restored: Option<Instant>,
    directory: Directory,
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
    /// The client of a centre, or a thread for it.
    #[error("{origin} cannot be followed: {found}")]
    Follow {
        /// The log.
        origin: String,
        /// Why.
        found: String,
    },
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
            OpenError::Follow { .. } => "peer-follow",
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
        let restored = directory.restored()?;
        let health = Arc::new(Health::default());
        let (own_clock, shared) = (Arc::clone(&clock), Arc::clone(&health));
        let witness = Witness::open(&mut directory, cosigner, &centres, own_clock, shared, fail)?;
        let own_entropy = entropy.clone();
        let epochs = Epochs::open(&directory, &config.name, &config.key, &centres, own_entropy, fail)?;
        let custody = Custody::open(&directory, &config.key, &centres, config.custody_bytes_max, fail)?;
        let own_clock = Arc::clone(&clock);
        let relays =
            Relays::open(&directory, &config.name, &config.key, &centres, own_clock, restored, fail)?;
        let origins = centres.iter().map(|centre| (origin_hash(&centre.origin), centre.origin.clone()));
        let origins = origins.collect();
        let mut mirrors = BTreeMap::new();
        for centre in &centres {
            let folder = directory.part("mirror", &centre.origin);
            let mirror = Mirror::open(folder, config.mirror_bytes_max, fail)?;
            mirrors.insert(centre.origin.clone(), Arc::new(mirror));
        }
        Ok(Peer {
            name: config.name.clone(),
            witness,
            epochs,
            custody,
            relays,
            health,
            origins,
            centres,
            others: config.peers.iter().cloned().collect(),
            mirrors,
            key: config.key,
            public: key,
            clock,
            entropy,
            fail: fail.clone(),
            trust: config.trust.clone(),
            directory,
            restored,
        })
    }

    /// Follows every log over HTTP, each in a thread of its own, until told to stop.
    ///
    /// # Errors
    /// [`OpenError::Follow`], [`OpenError::Directory`].
    pub fn follow_all(self: &Arc<Peer>, stop: &Arc<Stop>) -> Result<(), OpenError> {
        for centre in &self.centres {
            let origin = &centre.origin;
            let failed = |found: String| OpenError::Follow { origin: origin.clone(), found };
            let source = Centre::new(centre.centre.clone(), &self.trust, Timeouts::default());
            let source = source.map_err(|error: ClientError| failed(error.to_string()))?;
            let Some(follower) = Follower::new(Arc::clone(self), origin, source)? else { continue };
            let stop = Arc::clone(stop);
            let thread = thread::Builder::new().name(format!("follow {origin}"));
            thread.spawn(move || follower.run(&stop)).map_err(|error| failed(error.to_string()))?;
        }
        Ok(())
    }

    /// The mirror of a log; `None` when the peer does not work for it.
    #[must_use]
    pub fn mirror(&self, origin: &str) -> Option<Arc<Mirror>> {
        self.mirrors.get(origin).map(Arc::clone)
    }

    /// What is known of a log; `None` when the peer does not work for it.
    #[must_use]
    pub fn centre(&self, origin: &str) -> Option<&KnownCentre> {
        self.centres.iter().find(|centre| centre.origin == origin)
    }

    /// Gives the centre a bidder's command as it is, once (peer 2.8); whether the centre takes it, the log shows.
    pub fn pass_on(&self, origin: &str, signed: &SignedCommand) {
        let Some(known) = self.centre(origin) else { return };
        let centre = Centre::new(known.centre.clone(), &self.trust, Timeouts::default());
        if let Err(error) = centre.and_then(|centre| centre.give(signed)) {
            tracing::info!(origin, code = error.code(), "a bidder's command was not passed on");
        }
    }

    /// Another peer, when it is known where it is served.
    pub(crate) fn other(&self, name: &str) -> Option<Result<ximu_client::Peer, ClientError>> {
        let address = self.others.get(name)?.clone();
        Some(ximu_client::Peer::new(address, &self.trust, Timeouts::default()))
    }

    /// Opens the documents of a bid that are kept here, for a holder that asks for them, and gives their length in bytes. The
    /// bytes are not checked here; the holder does that.
    ///
    /// # Errors
    /// [`Trouble`]: an unknown log; whoever may not have them, and what is not here.
    pub fn body(&self, request: &BodyRequest) -> Result<(File, u64), Trouble> {
        let origin = self.origin(&request.origin_hash).ok_or_else(Trouble::unknown_log)?;
        let tender = self.relays.tender(origin, &request.procedure);
        let allowed = tender.filter(|tender| request.is_allowed(tender, self.now()));
        let kept = allowed.and_then(|_| self.custody.kept(origin, &request.commitment));
        kept.ok_or_else(Trouble::unknown_copy)
    }

    /// Whether this peer may have forgotten what it said about a procedure: it was published before the restore.
    pub(crate) fn may_have_forgotten(&self, tender: &Tender) -> bool {
        self.restored.is_some_and(|restored| tender.published <= restored)
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    pub(crate) fn fail(&self) -> &FailPoints {
        &self.fail
    }

    pub(crate) fn folder(&self, part: &str, origin: &str) -> PathBuf {
        self.directory.part(part, origin)
    }

    pub(crate) fn holder(&self, origin: &str) -> Result<Holder, DiskError> {
        let folder = self.folder("holder", origin);
        Holder::open(folder, origin, self.key, self.public, self.entropy.clone(), &self.fail)
    }

    /// The origin with this hash, when the peer works for it.
    #[must_use]
    pub fn origin(&self, hash: &Hash) -> Option<&str> {
        self.origins.get(hash).map(String::as_str)
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Peer({})", self.name)
    }
}
