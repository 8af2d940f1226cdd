//! The holder: makes the one command that releases its shares, or gives its bytes to a draw, keeps it before it is
//! sent, and sends it until the log shows it (opening 4, draw 2.3).
//!
//! Not here: whether it may ([`crate::conditions`]) and what the log says ([`crate::replaying`]).

use crate::{
    durable::{self, DiskError},
    outside::Entropy,
    source::Asking,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::fmt;
use std::path::PathBuf;
use ximu_basics::{
    Blob, Hash, Instant, Nonce, PartyId, PersonId, ProcedureId, PublicKey, SetId, Signature,
    json::{from_canonical, to_canonical},
};
use ximu_client::statement::kept_body;
use ximu_journal::failpoint::FailPoints;
use ximu_procedure::{
    Tender,
    evaluation::papers::{self, Shares},
    set,
    wire::{
        Command, CommandBody, SignedCommand,
        command::{SetShare, ShareRelease},
        evaluation::sitting_statement,
    },
};
use zeroize::Zeroizing;

/// The fail point of every kept release.
pub const RELEASE: &str = "holder-release";

/// The fail point of every kept command about what bidders handed in.
pub const RELAY: &str = "holder-relay";

/// The fail point of every kept contribution to a sealed set.
pub const CONTRIBUTION: &str = "holder-contribution";

/// The fail point of every kept release for a sealed set.
pub const SET_RELEASE: &str = "holder-set-release";

/// The fail point of every kept giving of documents.
pub const PAPERS: &str = "holder-papers";

/// The fail point of every kept size of a checkpoint in time.
pub const IN_TIME: &str = "holder-in-time";

/// The fail point of every kept time at which CLOSE was first cosigned.
pub const CLOSE_SEEN: &str = "holder-close-seen";

/// The fail point of every sending of a contribution or a release.
pub const SENT: &str = "holder-sent";

/// The releases and contributions of one log.
#[derive(Clone)]
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

    /// The request to read what a committee has done, at an instant of this holder's clock.
    #[must_use]
    pub fn asking(&self, procedure: &ProcedureId, at: Instant) -> Asking {
        let said = sitting_statement(&self.origin, procedure.as_str(), at);
        let signature = Signature(SigningKey::from_bytes(&self.key).sign(&said).to_bytes());
        Asking { key: self.public, at, signature }
    }

    /// The request to read documents at the keeper of second copies, at an instant of this holder's clock.
    #[must_use]
    pub fn asking_keeper(&self, procedure: &ProcedureId, commitment: &Hash, at: Instant) -> Asking {
        let said = kept_body(&self.origin, procedure, commitment, at);
        let signature = Signature(SigningKey::from_bytes(&self.key).sign(&said).to_bytes());
        Asking { key: self.public, at, signature }
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
        let name = procedure.as_str().to_owned();
        self.repeatable(&name, procedure, Command::ReleaseShares { shares }, RELEASE)
    }

    /// The command that releases exactly these shares for the list of a sealed set; kept and repeated as in
    /// [`Holder::release`].
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn release_set(
        &self,
        procedure: &ProcedureId,
        set: &SetId,
        shares: Vec<SetShare>,
    ) -> Result<SignedCommand, HolderError> {
        // No id has a `+`.
        let name = format!("{procedure}+{set}+release");
        let command = Command::ReleaseSet { set: set.clone(), shares };
        self.repeatable(&name, procedure, command, SET_RELEASE)
    }

    /// The command that hands in what a bidder signed; kept and repeated as in [`Holder::release`].
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn relay(
        &self,
        procedure: &ProcedureId,
        handed: &SignedCommand,
    ) -> Result<SignedCommand, HolderError> {
        let name = format!("{procedure}+{}+relay", handed.id());
        self.repeatable(&name, procedure, Command::Relay { handed: handed.clone() }, RELAY)
    }

    /// The command that says that everything handed in up to this end of the window stands in the log.
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn relays_done(&self, procedure: &ProcedureId, until: Instant) -> Result<SignedCommand, HolderError> {
        let name = format!("{procedure}+relays-done");
        self.repeatable(&name, procedure, Command::RelaysDone { until }, RELAY)
    }

    /// The command that gives these seats this holder's shares of the documents (evaluation 12.2). Made once for the same
    /// seats and made durable; from then on it is the same command.
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn papers(
        &self,
        procedure: &ProcedureId,
        seats: Vec<String>,
        broken: Vec<PartyId>,
        shares: &Shares,
    ) -> Result<SignedCommand, HolderError> {
        let to = Hash::of(seats.join("\n").as_bytes());
        let path = self.folder.join(format!("{procedure}+papers+{to}"));
        let kept = match durable::read(&path) {
            // What was given to other seats, or twice, chooses nothing.
            Err(DiskError::Damaged { .. }) => None,
            kept => kept?,
        };
        let kept: Option<SignedCommand> = kept.and_then(|bytes| from_canonical(&bytes).ok());
        let same = |signed: &SignedCommand| {
            let command = signed.open().map(|body| body.command);
            let Ok(Command::GivePapers { seats: of, broken: without, .. }) = command else { return false };
            of == seats && without == broken
        };
        if let Some(signed) = kept.filter(same) {
            return Ok(signed);
        }
        let seed = self.entropy.draw().map(Zeroizing::new).ok_or(HolderError::Entropy)?;
        let unsigned = || HolderError::Unsigned { found: "a seat whose recipient is none".into() };
        let file = papers::seal(shares, &seats, &seed).ok_or_else(unsigned)?;
        let command = Command::GivePapers { broken, file: Blob(file), seats };
        let (signed, bytes) = self.sign(procedure, command)?;
        // If we crash here: nothing was given; the conditions are asked again after the start.
        durable::write(&path, &bytes, &self.fail, PAPERS)?;
        // If we crash here: after the start the same command is sent.
        Ok(signed)
    }

    /// The command that gives this holder's own 32 bytes to a sealed set (draw 2.3, 2.8). Made once and made durable;
    /// from then on it is the same command, and never another one: a second would be a second draw.
    ///
    /// # Errors
    /// [`HolderError`]; a contribution that was damaged on the disk is not made again.
    pub fn contribute(
        &self,
        procedure: &ProcedureId,
        tender: &Tender,
        set: &SetId,
        author: &PersonId,
    ) -> Result<SignedCommand, HolderError> {
        let path = self.folder.join(format!("{procedure}+{set}+contribution"));
        if let Some(bytes) = durable::read(&path)? {
            return Ok(from_canonical(&bytes).map_err(|error| DiskError::Damaged {
                path: path.display().to_string(),
                expected: "this holder's contribution",
                found: error.to_string(),
            })?);
        }
        let draw = || self.entropy.draw().map(Zeroizing::new).ok_or(HolderError::Entropy);
        let (content, seed) = (draw()?, draw()?);
        let signing = SigningKey::from_bytes(&self.key);
        let sign = |message: &[u8]| signing.sign(message).to_bytes();
        let sealed = set::seal(tender, set, author, &*content, &seed, &self.public, sign);
        let sealed = sealed.map_err(|error| HolderError::Unsigned { found: error.to_string() })?;
        let command = Command::Contribute { set: set.clone(), envelope: Blob(sealed) };
        let (signed, bytes) = self.sign(procedure, command)?;
        // If we crash here: nothing was given; another contribution is made after the start.
        durable::write(&path, &bytes, &self.fail, CONTRIBUTION)?;
        // If we crash here: after the start the same command is sent.
        Ok(signed)
    }

    /// The size of the newest checkpoint that was cosigned in time and covers another beat than the one kept before; 0 when
    /// none was seen.
    ///
    /// # Errors
    /// [`HolderError::Disk`]: a memory that was damaged is not taken for none.
    pub fn in_time(&self, procedure: &ProcedureId) -> Result<u64, HolderError> {
        let path = self.folder.join(format!("{procedure}+in-time"));
        let Some(bytes) = durable::read(&path)? else { return Ok(0) };
        from_canonical(&bytes).map_err(|error| {
            let (path, found) = (path.display().to_string(), error.to_string());
            DiskError::Damaged { path, expected: "the size of a checkpoint", found }.into()
        })
    }

    /// Keeps such a size.
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn keep_in_time(&self, procedure: &ProcedureId, size: u64) -> Result<(), HolderError> {
        let bytes =
            to_canonical(&size).map_err(|error| HolderError::Unsigned { found: error.to_string() })?;
        let path = self.folder.join(format!("{procedure}+in-time"));
        // If we crash here: the next head that covers a beat is kept instead.
        Ok(durable::write(&path, &bytes, &self.fail, IN_TIME)?)
    }

    /// When CLOSE was first cosigned, as far as this holder has seen; none before it has.
    ///
    /// # Errors
    /// [`HolderError::Disk`]: a memory that was damaged is not taken for none.
    pub fn close_seen(&self, procedure: &ProcedureId) -> Result<Option<Instant>, HolderError> {
        let path = self.folder.join(format!("{procedure}+close-seen"));
        let Some(bytes) = durable::read(&path)? else { return Ok(None) };
        from_canonical(&bytes).map(Some).map_err(|error| {
            let (path, found) = (path.display().to_string(), error.to_string());
            DiskError::Damaged { path, expected: "the time of a checkpoint", found }.into()
        })
    }

    /// Keeps that time.
    ///
    /// # Errors
    /// [`HolderError`].
    pub fn keep_close_seen(&self, procedure: &ProcedureId, seen: Instant) -> Result<(), HolderError> {
        let bytes =
            to_canonical(&seen).map_err(|error| HolderError::Unsigned { found: error.to_string() })?;
        let path = self.folder.join(format!("{procedure}+close-seen"));
        // If we crash here: after the start the time of the next head is kept, or of the one that the host shows.
        Ok(durable::write(&path, &bytes, &self.fail, CLOSE_SEEN)?)
    }

    /// The kept command when it is this one, else this one, signed and kept.
    fn repeatable(
        &self,
        name: &str,
        procedure: &ProcedureId,
        command: Command,
        point: &'static str,
    ) -> Result<SignedCommand, HolderError> {
        let path = self.folder.join(name);
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
        let (signed, bytes) = self.sign(procedure, command)?;
        // If we crash here: nothing was released; the conditions are asked again after the start.
        durable::write(&path, &bytes, &self.fail, point)?;
        // If we crash here: after the start the same command is sent.
        Ok(signed)
    }

    /// A command with a fresh nonce, and its bytes on the disk.
    fn sign(
        &self,
        procedure: &ProcedureId,
        command: Command,
    ) -> Result<(SignedCommand, Vec<u8>), HolderError> {
        let random = self.entropy.draw().ok_or(HolderError::Entropy)?;
        let nonce = random.first_chunk().copied().map(Nonce).ok_or(HolderError::Entropy)?;
        let unsigned = |found: String| HolderError::Unsigned { found };
        let body =
            CommandBody { v: 1, origin: self.origin.clone(), procedure: procedure.clone(), nonce, command };
        let signed = SignedCommand::sign(&body, &self.key).map_err(|error| unsigned(error.to_string()))?;
        let bytes = to_canonical(&signed).map_err(|error| unsigned(error.to_string()))?;
        Ok((signed, bytes))
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Holder({})", self.origin)
    }
}
