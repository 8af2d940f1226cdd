//! What an office is opened with. The command line reads it from `ximu.toml`; here it is a plain struct.

use std::{fmt, path::PathBuf, time::Duration};

/// The settings of one office.
#[derive(Clone)]
pub struct OfficeConfig {
    /// The data directory: below it stand the log's tiles and checkpoint (`log/`). Whoever can write here can stop
    /// the centre and lose what was not cosigned, but cannot read a bid or change what was cosigned unseen.
    pub data_dir: PathBuf,
    /// The log's origin, for instance `yichang.example/log`. It stands in every signature; a wrong one is refused by
    /// every command and every witness.
    pub origin: String,
    /// The centre's Ed25519 secret key (RFC 8032): signs checkpoints, acknowledgements and timers. Whoever has it
    /// can acknowledge falsely and close early, and is found out by every receipt; it opens no bid.
    pub centre_key: [u8; 32],
    /// Whether rehearsals may run here. Without it a log that was founded for rehearsals is refused.
    pub sandbox: bool,
    /// How long a witness that failed is left alone before it is asked again: this long at first, twice as long
    /// after each failure, up to [`OfficeConfig::retry_max`].
    pub retry_first: Duration,
    /// The longest pause between two attempts with one witness.
    pub retry_max: Duration,
}

impl OfficeConfig {
    /// The usual settings: no rehearsals, witnesses asked again after 0.2 s and at most every 2 s.
    #[must_use]
    pub fn new(
        data_dir: impl Into<PathBuf>,
        origin: impl Into<String>,
        centre_key: [u8; 32],
    ) -> OfficeConfig {
        OfficeConfig {
            data_dir: data_dir.into(),
            origin: origin.into(),
            centre_key,
            sandbox: false,
            retry_first: Duration::from_millis(200),
            retry_max: Duration::from_secs(2),
        }
    }

    /// The folder of the published log: tiles and checkpoint, to be served as they are.
    #[must_use]
    pub fn log_folder(&self) -> PathBuf {
        self.data_dir.join("log")
    }
}

impl fmt::Debug for OfficeConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OfficeConfig")
            .field("data_dir", &self.data_dir)
            .field("origin", &self.origin)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}
