//! Objects: sealed bids and documents, each in a file named by its commitment.

use crate::disk;
use crate::error::VaultError;
use crate::{UNFINISHED, Vault};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use ximu_basics::Hash;
use ximu_sealed::commitment::{Commitment, CommitmentBuilder};

/// How much is read, hashed and written at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// Name spaces of objects. An object of one is not found in the other: a document is published, a bid is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Sealed envelopes.
    Bids,
    /// Published and restricted documents.
    Documents,
}

impl Space {
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Space::Bids => "bids",
            Space::Documents => "documents",
        }
    }
}

impl Vault {
    /// Stores everything `reader` gives. Durable on return. Storing the same bytes again changes nothing, and
    /// repairs a damaged copy.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`] beyond `limit_bytes`, [`VaultError::Mismatch`] when the bytes do not have the root
    /// `expected`, [`VaultError::Upload`] when the reader fails, [`VaultError::Full`], [`VaultError::Io`]. After
    /// each of them nothing is stored.
    pub fn put_stream(
        &self,
        space: Space,
        reader: &mut dyn Read,
        limit_bytes: u64,
        expected: Option<Hash>,
    ) -> Result<Commitment, VaultError> {
        let mut upload = self.begin(space, limit_bytes, expected);
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return upload.finish(),
                Ok(read) => upload.write(piece.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(VaultError::Upload(error)),
            }
        }
    }

    /// Opens an object for reading. Its bytes are not checked; [`Vault::verify`] does that.
    ///
    /// # Errors
    /// [`VaultError::Missing`], [`VaultError::Io`].
    pub fn open_object(&self, space: Space, root: &Hash) -> Result<File, VaultError> {
        disk::open(&self.object_path(space, root))?.ok_or(VaultError::Missing { address: *root })
    }

    /// The length of an object in bytes; `None` when there is none.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn size(&self, space: Space, root: &Hash) -> Result<Option<u64>, VaultError> {
        let Some(file) = disk::open(&self.object_path(space, root))? else { return Ok(None) };
        Ok(Some(file.metadata().map_err(VaultError::disk("measure an object"))?.len()))
    }

    /// Whether there is an object of this name.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn exists(&self, space: Space, root: &Hash) -> Result<bool, VaultError> {
        Ok(self.size(space, root)?.is_some())
    }

    /// Removes an object. Durable on return; `false` when there was none.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn erase(&self, space: Space, root: &Hash) -> Result<bool, VaultError> {
        disk::remove(&self.object_path(space, root))
    }

    /// Reads an object whole and compares it with its name.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a bit changed, [`VaultError::Missing`], [`VaultError::Io`].
    pub fn verify(&self, space: Space, root: &Hash) -> Result<Commitment, VaultError> {
        let mut file = self.open_object(space, root)?;
        let mut builder = CommitmentBuilder::default();
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match file.read(&mut piece).map_err(VaultError::disk("read an object"))? {
                0 => break,
                read => builder.push(piece.get(..read).unwrap_or_default()),
            }
        }
        let commitment = builder.finish().0;
        if commitment.root != *root {
            return Err(VaultError::Damaged { address: *root, found: commitment.root });
        }
        Ok(commitment)
    }

    /// The names of all objects of a space, ascending: for a check of the whole vault and for backups.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn list(&self, space: Space) -> Result<Vec<Hash>, VaultError> {
        disk::names(&self.0.directory.join(space.folder()))
    }

    pub(crate) fn unfinished_path(&self) -> PathBuf {
        let number = self.0.uploads.fetch_add(1, Ordering::Relaxed);
        self.0.directory.join(UNFINISHED).join(number.to_string())
    }

    pub(crate) fn object_path(&self, space: Space, root: &Hash) -> PathBuf {
        self.0.directory.join(space.folder()).join(root.to_string())
    }
}
