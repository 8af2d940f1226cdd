//! Why the vault does not do what it is asked.

use std::io;
use ximu_basics::Hash;
use ximu_basics::json::JsonError;

/// Why the vault does not do what it is asked. After each of them nothing unfinished is left and the vault goes on.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The disk is full; nothing was stored.
    #[error("the disk is full: nothing was stored; free some space and try again")]
    Full,
    /// The object is longer than its sender was allowed.
    #[error("expected at most {max} bytes, found more")]
    TooLarge {
        /// The limit.
        max: u64,
    },
    /// The bytes are not those that were announced.
    #[error("expected an object with the commitment {expected}, found {found}")]
    Mismatch {
        /// What was announced.
        expected: Hash,
        /// What the bytes commit to.
        found: Hash,
    },
    /// There is no such object; an erased one and one that never was answer alike.
    #[error("no object {address}")]
    Missing {
        /// What was asked for.
        address: Hash,
    },
    /// The stored bytes are not those that were stored.
    #[error("object {address} is damaged: its bytes lead to {found}")]
    Damaged {
        /// The object's name.
        address: Hash,
        /// What its bytes lead to now.
        found: Hash,
    },
    /// The record is not canonical.
    #[error("the record is not canonical: {0}")]
    Record(#[from] JsonError),
    /// The sender's stream broke; nothing was stored.
    #[error("the upload broke: {0}")]
    Upload(io::Error),
    /// Another process owns this directory.
    #[error("{path} is in use by another process; end it first")]
    Locked {
        /// The lock file.
        path: String,
    },
    /// The operating system failed.
    #[error("{during}: {source}")]
    Io {
        /// What was being done.
        during: &'static str,
        /// The system's reason.
        source: io::Error,
    },
}

impl VaultError {
    /// The stable name of this error for logs and pages.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            VaultError::Full => "vault-full",
            VaultError::TooLarge { .. } => "vault-too-large",
            VaultError::Mismatch { .. } => "vault-mismatch",
            VaultError::Missing { .. } => "vault-missing",
            VaultError::Damaged { .. } => "vault-damaged",
            VaultError::Record(_) => "vault-record",
            VaultError::Upload(_) => "vault-upload",
            VaultError::Locked { .. } => "vault-locked",
            VaultError::Io { .. } => "vault-io",
        }
    }

    /// Sorts an error of the disk: a full one is a refusal of its own.
    pub(crate) fn disk(during: &'static str) -> impl FnOnce(io::Error) -> VaultError {
        move |source| match source.kind() == io::ErrorKind::StorageFull
            || source.kind() == io::ErrorKind::QuotaExceeded
        {
            true => VaultError::Full,
            false => VaultError::Io { during, source },
        }
    }
}
