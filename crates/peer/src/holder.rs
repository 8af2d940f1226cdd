//! The holder: makes the one command that releases its shares, keeps it before it is sent, and sends it until the log
//! shows it (opening 4).
//!
//! Not here: whether it may ([`crate::conditions`]) and what the log says ([`crate::replaying`]).

use crate::{
    durable::{self, DiskError},
    outside::Entropy,
};
use std::fmt;
use std::path::PathBuf;
use ximu_basics::{
    Nonce, ProcedureId, PublicKey,
    json::{from_canonical, to_canonical},
};
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::wire::{Command, CommandBody, SignedCommand, command::ShareRelease};

/// The fail point of every kept release.
pub const RELEASE: &str = "holder-release";

/// The fail point of every sending of a release.
pub const SENT: &str = "holder-sent";

/// The releases of one log.
pub struct Holder {
    origin: String,
    key: [u8; 32],
    public: PublicKey,
    folder: PathBuf,
    entropy: Entropy,
    fail: FailPoints,
}

/// A release could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolderError {
    /// The peer has no epoch key for this procedure, or another than the one in its genesis.
    #[error(
        "expected the epoch key {expected} of this procedure, found {found}; restore the folder epochs from a backup"
    )]
    Epoch {
        /// The recipient in the genesis.
        expected: String,
        /// `none`, or the recipient of the key that is kept.
        found: String,
    },
    /// There is no randomness.
    #[error("the system has no random bytes to give")]
    Entropy,
    /// The command has no signed form.
    #[error("the release cannot be signed: {found}")]
    Unsigned {
        /// Why.
        found: String,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl HolderError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            HolderError::Epoch { .. } => "holder-epoch",
            HolderError::Entropy => "entropy-missing",
            HolderError::Unsigned { .. } => "holder-unsigned",
            HolderError::Disk(error) => error.code(),
        }
    }
}

impl Holder {
    /// The holder of one log, over its folder.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(
        folder: PathBuf,
        origin: &str,
        key: [u8; 32],
        public: PublicKey,
        entropy: Entropy,
        fail: &FailPoints,
    ) -> Result<Holder, DiskError> {
        durable::create_folder(&folder)?;
        Ok(Holder { origin: origin.to_owned(), key, public, folder, entropy, fail: fail.clone() })
    }

    /// The key the policy pins for this holder.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The command that releases exactly these shares. The first time it is signed and made durable; from then on it is
    /// the same command, so that it stands in the log once however often it is sent.
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn release(
        &self,
        procedure: &ProcedureId,
        shares: Vec<ShareRelease>,
    ) -> Result<SignedCommand, HolderError> {
        let path = self.folder.join(procedure.as_str());
        let command = Command::ReleaseShares { shares };
        let kept = match durable::read(&path) {
            // Another nonce is a new command with the same content, which the log refuses if the first is there.
            Err(DiskError::Damaged { .. }) => None,
            kept => kept?,
        };
        let kept: Option<SignedCommand> = kept.and_then(|bytes| from_canonical(&bytes).ok());
        let same = |signed: &SignedCommand| signed.open().is_ok_and(|body| body.command == command);
        if let Some(signed) = kept.filter(same) {
            return Ok(signed);
        }
        let random = self.entropy.draw().ok_or(HolderError::Entropy)?;
        let nonce = random.first_chunk().copied().map(Nonce).ok_or(HolderError::Entropy)?;
        let unsigned = |found: String| HolderError::Unsigned { found };
        let body =
            CommandBody { v: 1, origin: self.origin.clone(), procedure: procedure.clone(), nonce, command };
        let signed = SignedCommand::sign(&body, &self.key).map_err(|error| unsigned(error.to_string()))?;
        let bytes = to_canonical(&signed).map_err(|error| unsigned(error.to_string()))?;
        // If we crash here: nothing was released; the conditions are asked again after the start.
        durable::write(&path, &bytes, &self.fail, RELEASE)?;
        // If we crash here: after the start the same command is sent.
        Ok(signed)
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Holder({})", self.origin)
    }
}
