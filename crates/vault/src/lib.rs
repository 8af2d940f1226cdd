//! The vault of one centre: what the journal names by hash and does not hold.
//!
//! Ring 1. Sealed bids and documents are objects named by their commitment (sealed-bid 7); names and identity
//! numbers are small salted records named by their hash. An object's name tells nothing but its content: neither
//! who sent it nor when. Nothing here is parsed or decrypted. Whoever may list the directory can count its
//! objects; that stays, and is said on the record page.
//!
//! Erasure is removal: the file is unlinked and the folder flushed. What remains of it is what the disk itself
//! keeps and what backups hold; both belong to the operator's written policy.
#![forbid(unsafe_code)]

mod disk;
pub mod error;
mod object;
pub mod record;
pub mod upload;

pub use error::VaultError;
pub use object::Space;
pub use record::Record;
pub use upload::Upload;
pub use ximu_sealed::commitment::Commitment;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// The folder of unfinished uploads; whatever stands there at a start was never acknowledged.
const UNFINISHED: &str = "unfinished";
/// The lock of the directory.
const LOCK: &str = "vault.lock";

/// One vault directory. Cloning shares it; all calls may run at the same time from any thread.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    directory: PathBuf,
    uploads: AtomicU64,
    _lock: File,
}

impl Vault {
    /// Opens the vault in `directory` and creates it if there is none; its parent must exist. Uploads that a
    /// former process did not finish are removed.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::Full`], [`VaultError::Io`].
    pub fn open(directory: &Path) -> Result<Vault, VaultError> {
        disk::create_folder(directory)?;
        let lock = disk::lock(&directory.join(LOCK))?;
        for space in [Space::Bids.folder(), Space::Documents.folder(), record::FOLDER, UNFINISHED] {
            disk::create_folder(&directory.join(space))?;
        }
        disk::empty_folder(&directory.join(UNFINISHED))?;
        let (directory, uploads) = (directory.to_path_buf(), AtomicU64::new(0));
        Ok(Vault(Arc::new(Inner { directory, uploads, _lock: lock })))
    }
}
