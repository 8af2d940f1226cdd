//! The data directory of a peer: who it belongs to and which logs it has ever witnessed.
//!
//! A directory is made once. From then on it knows its logs, so that a state file that is gone is noticed and not
//! taken for a log never seen: a witness without its memory would cosign a second history.

use crate::{
    config::KnownCentre,
    durable::{self, DiskError},
};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};
use ximu_basics::{
    Instant, PublicKey,
    json::{from_canonical, to_canonical},
};
use ximu_client::statement::origin_hash;
use ximu_journal::failpoint::FailPoints;

/// The fail point of every change of `peer.json`.
pub const IDENTITY: &str = "peer-identity";

/// The folders of a peer's parts. None of them is made before `peer.json`.
pub const PARTS: [&str; 7] = ["witness", "epochs", "custody", "mirror", "archive", "holder", "relays"];

/// Who the directory belongs to.
pub const FILE: &str = "peer.json";
/// When the directory was restored from a backup that may be older than what the peer has done since: milliseconds
/// since 1970, in decimal. Written by `ximu admin restore`.
pub const RESTORED: &str = "restored";
/// Held while the peer runs.
pub const LOCK: &str = "peer.lock";

/// An open data directory; the lock is held as long as it lives.
pub struct Directory {
    path: PathBuf,
    identity: Identity,
    fail: FailPoints,
    _lock: File,
}

/// What `peer.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    v: u32,
    name: String,
    key: PublicKey,
    origins: Vec<String>,
}

/// A data directory cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// There is state and no `peer.json`.
    #[error(
        "{path} holds the state of a peer and no {FILE}: its memory is incomplete. Restore {FILE} from a backup; do not start over in this directory"
    )]
    Incomplete {
        /// The directory.
        path: String,
    },
    /// `peer.json` is of another peer, or of a later version.
    #[error("{path} belongs to {expected}; this is {found}. Give this peer its own directory and key")]
    Foreign {
        /// The directory.
        path: String,
        /// Whose it is.
        expected: String,
        /// Who opens it.
        found: String,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl DirectoryError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            DirectoryError::Incomplete { .. } => "peer-directory-incomplete",
            DirectoryError::Foreign { .. } => "peer-directory-foreign",
            DirectoryError::Disk(error) => error.code(),
        }
    }
}

/// Marks a folder as restored at an instant.
///
/// # Errors
/// [`DiskError`].
pub fn mark_restored(folder: &Path, at: Instant) -> Result<(), DiskError> {
    let text = format!("{}\n", at.unix_ms());
    durable::write(&folder.join(RESTORED), text.as_bytes(), &FailPoints::none(), RESTORED)
}

impl Directory {
    /// Opens the directory, or makes it when there is none or one without any peer's state.
    ///
    /// # Errors
    /// Every [`DirectoryError`].
    pub fn open(
        path: &Path,
        name: &str,
        key: &PublicKey,
        fail: &FailPoints,
    ) -> Result<Directory, DirectoryError> {
        durable::create_folder(path)?;
        let lock = durable::lock(&path.join(LOCK))?;
        let fresh = Identity { v: 1, name: name.into(), key: *key, origins: Vec::new() };
        let shown = || path.display().to_string();
        let identity = match durable::read(&path.join(FILE))? {
            Some(bytes) => from_canonical::<Identity>(&bytes).map_err(|error| DiskError::Damaged {
                path: path.join(FILE).display().to_string(),
                expected: "the description of a peer",
                found: error.to_string(),
            })?,
            None if PARTS.iter().any(|part| path.join(part).exists()) => {
                return Err(DirectoryError::Incomplete { path: shown() });
            }
            None => fresh.clone(),
        };
        let whose = |identity: &Identity| format!("{} with the key {}", identity.name, identity.key);
        if (identity.v, &identity.name, identity.key) != (1, &fresh.name, fresh.key) {
            let (expected, found) = (whose(&identity), whose(&fresh));
            return Err(DirectoryError::Foreign { path: shown(), expected, found });
        }
        let directory = Directory { path: path.to_owned(), identity, fail: fail.clone(), _lock: lock };
        directory.keep()?;
        Ok(directory)
    }

    /// When it was restored; `None` when it never was.
    ///
    /// # Errors
    /// [`DiskError`]: a mark that cannot be read is not taken for none.
    pub fn restored(&self) -> Result<Option<Instant>, DiskError> {
        let path = self.path.join(RESTORED);
        let Some(bytes) = durable::read(&path)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        let ms = text.trim().parse().map_err(|_| DiskError::Damaged {
            path: path.display().to_string(),
            expected: "an instant in milliseconds",
            found: text.trim().to_owned(),
        })?;
        Ok(Some(Instant::from_unix_ms(ms)))
    }

    /// Whether this directory has known the log before.
    #[must_use]
    pub fn knows(&self, origin: &str) -> bool {
        self.identity.origins.iter().any(|known| known == origin)
    }

    /// Remembers a log for ever. `begin` makes what must exist from then on; it may run again after a crash.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn adopt(
        &mut self,
        centre: &KnownCentre,
        begin: impl FnOnce() -> Result<(), DiskError>,
    ) -> Result<(), DiskError> {
        if self.knows(&centre.origin) {
            return Ok(());
        }
        begin()?;
        // If we crash here: the log is begun and not known; the next start begins it again, for nothing was signed.
        self.identity.origins.push(centre.origin.clone());
        self.keep()
    }

    /// The folder of one part for one log.
    #[must_use]
    pub fn part(&self, part: &str, origin: &str) -> PathBuf {
        self.path.join(part).join(origin_hash(origin).to_string())
    }

    fn keep(&self) -> Result<(), DiskError> {
        let path = self.path.join(FILE);
        let bytes = to_canonical(&self.identity).map_err(|error| DiskError::Damaged {
            path: path.display().to_string(),
            expected: "a description that can be written",
            found: error.to_string(),
        })?;
        if durable::read(&path)? == Some(bytes.clone()) {
            return Ok(());
        }
        durable::write(&path, &bytes, &self.fail, IDENTITY)
    }
}
