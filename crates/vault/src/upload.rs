//! An upload: bytes that arrive piece by piece and become an object only when they are whole.

use crate::disk::Unfinished;
use crate::error::VaultError;
use crate::{Space, Vault};
use ximu_basics::Hash;
use ximu_sealed::commitment::{Commitment, CommitmentBuilder};

/// An upload becomes a file only after this many bytes, so that connections which send nothing cost no file.
pub const FIRST_BYTES: usize = 1024;

/// An object on its way in. Dropped before [`Upload::finish`] it leaves nothing.
pub struct Upload {
    vault: Vault,
    space: Space,
    limit_bytes: u64,
    expected: Option<Hash>,
    builder: CommitmentBuilder,
    taken: u64,
    first: Vec<u8>,
    unfinished: Option<Unfinished>,
}

impl Vault {
    /// Begins an upload of at most `limit_bytes`; with `expected`, of an object that must have this root.
    #[must_use]
    pub fn begin(&self, space: Space, limit_bytes: u64, expected: Option<Hash>) -> Upload {
        Upload {
            vault: self.clone(),
            space,
            limit_bytes,
            expected,
            builder: CommitmentBuilder::default(),
            taken: 0,
            first: Vec::new(),
            unfinished: None,
        }
    }
}

impl Upload {
    /// Takes the next bytes, hashes and writes them.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::Full`], [`VaultError::Io`]; the upload is then over, drop it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        self.taken = self.taken.saturating_add(bytes.len() as u64);
        if self.taken > self.limit_bytes {
            return Err(VaultError::TooLarge { max: self.limit_bytes });
        }
        self.builder.push(bytes);
        if let Some(file) = &mut self.unfinished {
            return file.write(bytes);
        }
        self.first.extend_from_slice(bytes);
        if self.first.len() >= FIRST_BYTES {
            self.unfinished = Some(self.begin_file()?);
        }
        Ok(())
    }

    /// Makes the object of what was written. Durable on return. Storing the same bytes again changes nothing, and
    /// repairs a damaged copy.
    ///
    /// # Errors
    /// [`VaultError::Mismatch`] when the bytes do not have the announced root, [`VaultError::Full`],
    /// [`VaultError::Io`]; after each of them nothing is stored.
    pub fn finish(mut self) -> Result<Commitment, VaultError> {
        let commitment = std::mem::take(&mut self.builder).finish().0;
        if let Some(expected) = self.expected.filter(|expected| *expected != commitment.root) {
            return Err(VaultError::Mismatch { expected, found: commitment.root });
        }
        let file = match self.unfinished.take() {
            Some(file) => file,
            None => self.begin_file()?,
        };
        file.keep(&self.vault.object_path(self.space, &commitment.root))?;
        Ok(commitment)
    }

    fn begin_file(&mut self) -> Result<Unfinished, VaultError> {
        let mut file = Unfinished::create(self.vault.unfinished_path())?;
        file.write(&std::mem::take(&mut self.first))?;
        Ok(file)
    }
}
