//! `manifest.json`, the first file of every payload: what the envelope holds, for what, by whom, signed
//! (sealed-bid 6).
//!
//! The file is `{"manifest":M,"signature":"<128 hex>"}` in canonical JSON, and the signature is over the exact
//! bytes of `M` as they stand there.

mod wire;

use crate::{context::Context, tar};
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use ximu_basics::{Hash, hex};

/// Name of the manifest in the archive.
pub const NAME: &str = "manifest.json";

/// The longest manifest file: 4096 files with names of a usual length.
pub const MANIFEST_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// What stands before the manifest's bytes in the signed message.
pub const SIGNED_PREFIX: &[u8] = b"ximu-manifest/1\n";

/// What an envelope holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The same context as in the header.
    pub context: Context,
    /// The sealer's Ed25519 public key, with which the manifest is signed.
    pub sealer: [u8; 32],
    /// The seed from which the escrow was dealt; `None` when there is no escrow.
    pub escrow_seed: Option<[u8; 32]>,
    /// The files after the manifest, in the order of the archive.
    pub files: Vec<FileEntry>,
    /// Members of the caller's own: for a form, the hash of the body. Integers, strings, arrays and objects only.
    pub extra: BTreeMap<String, Value>,
}

/// One file of the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Name in the archive; see `tar::name`.
    pub name: String,
    /// Size of the contents, in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the contents.
    pub sha256: Hash,
}

impl Manifest {
    /// The bytes `M` that are signed, in canonical JSON.
    ///
    /// # Errors
    /// [`ManifestError::Json`] when `extra` holds what canonical JSON cannot.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        wire::to_bytes(self)
    }

    /// Reads `M`.
    ///
    /// # Errors
    /// [`ManifestError::Json`], [`ManifestError::Profile`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Manifest, ManifestError> {
        wire::from_bytes(bytes)
    }

    /// The archive's entries: the manifest file with this length, then the files.
    #[must_use]
    pub fn entries(&self, manifest_file_bytes: u64) -> Vec<tar::Entry> {
        let manifest = tar::Entry { name: NAME.into(), size_bytes: manifest_file_bytes };
        let files = self.files.iter();
        let files = files.map(|file| tar::Entry { name: file.name.clone(), size_bytes: file.size_bytes });
        [manifest].into_iter().chain(files).collect()
    }
}

/// The message that is signed for a manifest `M`.
#[must_use]
pub fn signed_message(manifest: &[u8]) -> Vec<u8> {
    let mut message = SIGNED_PREFIX.to_vec();
    message.extend_from_slice(manifest);
    message
}

/// The contents of `manifest.json`.
#[must_use]
pub fn file_bytes(manifest: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    let mut file = BEFORE.to_vec();
    file.extend_from_slice(manifest);
    file.extend_from_slice(BETWEEN);
    file.extend_from_slice(hex::encode(signature).as_bytes());
    file.extend_from_slice(AFTER);
    file
}

/// Reads `manifest.json` and checks its signature under the key that it names. Whether that key is the right one
/// is for the caller to compare.
///
/// # Errors
/// [`ManifestError::File`], [`ManifestError::Json`], [`ManifestError::Profile`], [`ManifestError::Signature`].
pub fn read_file(file: &[u8]) -> Result<Manifest, ManifestError> {
    let (bytes, signature) = split_file(file).ok_or(ManifestError::File { found_bytes: file.len() })?;
    let manifest = Manifest::from_bytes(bytes)?;
    let refuse = || ManifestError::Signature { sealer: hex::encode(&manifest.sealer) };
    let key = VerifyingKey::from_bytes(&manifest.sealer).map_err(|_| refuse())?;
    let signature = Signature::from_bytes(&signature);
    key.verify_strict(&signed_message(bytes), &signature).map_err(|_| refuse())?;
    Ok(manifest)
}

const BEFORE: &[u8] = b"{\"manifest\":";
const BETWEEN: &[u8] = b",\"signature\":\"";
const AFTER: &[u8] = b"\"}";

fn split_file(file: &[u8]) -> Option<(&[u8], [u8; 64])> {
    let inner = file.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    let (rest, signature) = inner.split_at_checked(inner.len().checked_sub(128)?)?;
    let signature = hex::decode(core::str::from_utf8(signature).ok()?)?;
    Some((rest.strip_suffix(BETWEEN)?, signature.try_into().ok()?))
}

/// A manifest is not what it must be, or the payload not what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The file is not a manifest beside its signature.
    #[error(
        "expected {{\"manifest\":M,\"signature\":\"128 hex digits\"}}, found another file of {found_bytes} bytes"
    )]
    File {
        /// Its length.
        found_bytes: usize,
    },
    /// The file is too long.
    #[error("expected a manifest of at most {max} bytes, found {found}")]
    Length {
        /// The limit.
        max: u64,
        /// Its length.
        found: u64,
    },
    /// The manifest is not canonical JSON of the expected shape.
    #[error("manifest: {0}")]
    Json(#[from] ximu_basics::json::JsonError),
    /// The manifest is of another profile.
    #[error("expected a manifest of the profile {expected}, found {found:?}")]
    Profile {
        /// The profile of this crate.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The signature is not that of the key which the manifest names.
    #[error("expected a signature by the key {sealer}, found another")]
    Signature {
        /// The public key, in hexadecimal.
        sealer: String,
    },
    /// The manifest is signed by somebody else than the record says.
    #[error("expected the sealer's key {expected}, found {found}")]
    Sealer {
        /// The key in the record, in hexadecimal.
        expected: String,
        /// The key in the manifest.
        found: String,
    },
    /// The manifest's context is not that of the header.
    #[error("expected the context of the header {expected}, found {found}")]
    Context {
        /// Hash of the header's context.
        expected: Hash,
        /// Hash of the manifest's context.
        found: Hash,
    },
    /// The manifest has an escrow seed and the header no escrow, or the other way round.
    #[error(
        "expected an escrow seed exactly when the header has an escrow, found seed: {seed}, escrow: {escrow}"
    )]
    EscrowSeed {
        /// Whether the manifest has a seed.
        seed: bool,
        /// Whether the header has an escrow.
        escrow: bool,
    },
    /// The first file is not the manifest.
    #[error("expected {NAME} first, found {found:?}")]
    NotFirst {
        /// The name of the first file, empty when there is none.
        found: String,
    },
    /// The archive's files are not those that the manifest lists, in its order.
    #[error("expected file {position} to be {expected:?}, found {found:?}")]
    Files {
        /// Place in the list, from 0.
        position: usize,
        /// Name and size in the manifest; empty when the list has ended.
        expected: String,
        /// Name and size in the archive; empty when the archive has ended.
        found: String,
    },
    /// A file's contents are not those that the manifest hashes.
    #[error("expected {name:?} with SHA-256 {expected}, found {found}")]
    FileHash {
        /// The file.
        name: String,
        /// The hash in the manifest.
        expected: Hash,
        /// The hash of the contents.
        found: Hash,
    },
}

impl ManifestError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ManifestError::File { .. } => "seal-manifest-file",
            ManifestError::Length { .. } => "seal-manifest-length",
            ManifestError::Json(_) => "seal-manifest-json",
            ManifestError::Profile { .. } => "seal-manifest-profile",
            ManifestError::Signature { .. } => "seal-manifest-signature",
            ManifestError::Sealer { .. } => "seal-manifest-sealer",
            ManifestError::Context { .. } => "seal-manifest-context",
            ManifestError::EscrowSeed { .. } => "seal-manifest-escrow",
            ManifestError::NotFirst { .. } => "seal-manifest-missing",
            ManifestError::Files { .. } => "seal-manifest-files",
            ManifestError::FileHash { .. } => "seal-file-hash",
        }
    }
}

impl FileEntry {
    /// Name and size, for a message.
    pub(crate) fn describe(&self) -> String {
        format!("{} ({} bytes)", self.name, self.size_bytes)
    }
}
