//! A log over HTTP (c2sp.org/tlog-tiles): its checkpoint, its tiles and entry bundles, and the wait for a new
//! checkpoint. Used with a centre (`/log`) and with a peer's mirror.
//!
//! Nothing is verified here: the caller checks every byte against a checkpoint it trusts.

use crate::{
    error::ClientError,
    http::{Answer, Http},
};
use std::time::Duration;

/// The longest signed note, in bytes.
pub const NOTE_BYTES_MAX: u64 = 512 * 1024;

/// The longest tile or bundle: 256 entries of 65,535 bytes with their lengths.
pub const TILE_BYTES_MAX: u64 = 256 * (65_535 + 2);

/// How long a server holds a wait for a checkpoint before it answers with the newest one.
pub const WAIT: Duration = Duration::from_secs(25);

/// A log below a prefix of a server.
#[derive(Debug, Clone)]
pub struct Log {
    http: Http,
    prefix: String,
}

impl Log {
    /// The log below this path, for instance `/log`.
    #[must_use]
    pub fn new(http: Http, prefix: &str) -> Log {
        Log { http, prefix: prefix.to_owned() }
    }

    /// The newest published checkpoint, as a signed note; `None` when there is none yet.
    ///
    /// # Errors
    /// Every [`ClientError`] but [`ClientError::Roots`] and [`ClientError::Source`].
    pub fn checkpoint(&self) -> Result<Option<String>, ClientError> {
        let path = format!("{}/checkpoint", self.prefix);
        let answer = missing_is_none(self.http.get(&path, NOTE_BYTES_MAX))?;
        answer.map(|answer| self.note(&path, &answer)).transpose()
    }

    /// Waits until a cosigned checkpoint of at least `size` leaves is published, or for [`WAIT`]; gives the newest
    /// one in either case, `None` when there is none yet.
    ///
    /// # Errors
    /// As [`Log::checkpoint`].
    pub fn wait(&self, size: u64) -> Result<Option<String>, ClientError> {
        self.wait_for(size, WAIT.saturating_add(Duration::from_secs(10)))
    }

    /// As [`Log::wait`], but gives up after `patience`, with [`ClientError::Timeout`].
    ///
    /// # Errors
    /// As [`Log::checkpoint`].
    pub fn wait_for(&self, size: u64, patience: Duration) -> Result<Option<String>, ClientError> {
        let path = format!("{}/wait?size={size}", self.prefix);
        let answer = missing_is_none(self.http.get_waiting(&path, NOTE_BYTES_MAX, patience))?;
        let answer = answer.filter(|answer| answer.status != 204);
        answer.map(|answer| self.note(&path, &answer)).transpose()
    }

    /// A tile or entry bundle by its path below the prefix, `tile/...`; `None` when the log has none there (yet).
    ///
    /// # Errors
    /// As [`Log::checkpoint`].
    pub fn tile(&self, path: &str) -> Result<Option<Vec<u8>>, ClientError> {
        let path = format!("{}/{path}", self.prefix);
        match missing_is_none(self.http.get(&path, TILE_BYTES_MAX))? {
            None => Ok(None),
            Some(answer) if answer.status == 200 => Ok(Some(answer.body)),
            Some(answer) => Err(self.http.unexpected(&path, "a tile", &answer)),
        }
    }

    fn note(&self, path: &str, answer: &Answer) -> Result<String, ClientError> {
        match std::str::from_utf8(&answer.body) {
            Ok(text) if answer.status == 200 => Ok(text.to_owned()),
            _ => Err(self.http.unexpected(path, "a signed note", answer)),
        }
    }
}

/// An answer, or `None` when the server has nothing under this path, with or without a problem document.
pub(crate) fn missing_is_none(answer: Result<Answer, ClientError>) -> Result<Option<Answer>, ClientError> {
    match answer {
        Ok(answer) if answer.status == 404 => Ok(None),
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.problem().is_some_and(|problem| problem.status == 404) => Ok(None),
        Err(error) => Err(error),
    }
}
