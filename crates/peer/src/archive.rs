//! What the log alone does not hold and a replay needs: the disclosed operations and the forms that were opened. Kept
//! beside the mirror, so that a later replay does not depend on the centre.
//!
//! A form is checked against its commitment when it is read. Operations are checked by the replay that uses them.

use crate::durable::{self, DiskError};
use std::path::PathBuf;
use ximu_basics::{
    Hash, ProcedureId,
    json::{from_canonical, to_canonical},
};
use ximu_journal::failpoint::FailPoints;
use ximu_sealed::Commitment;
use ximu_verify::Disclosed;

/// The fail point of every file of the archive.
pub const ARCHIVE: &str = "mirror-archive";

/// The archive of one log.
pub struct Archive {
    folder: PathBuf,
    fail: FailPoints,
}

impl Archive {
    /// Opens the archive in a folder.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(folder: PathBuf, fail: &FailPoints) -> Result<Archive, DiskError> {
        durable::create_folder(&folder)?;
        Ok(Archive { folder, fail: fail.clone() })
    }

    /// The operations kept for a procedure; `None` when none are, or when they are damaged.
    ///
    /// # Errors
    /// [`DiskError::Io`].
    pub fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<Disclosed>>, DiskError> {
        let bytes = match durable::read(&self.operations_path(procedure)) {
            Err(DiskError::Damaged { .. }) => None,
            bytes => bytes?,
        };
        Ok(bytes.and_then(|bytes| from_canonical(&bytes).ok()))
    }

    /// Keeps the operations of a procedure, after a replay has found them right.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn keep_operations(
        &self,
        procedure: &ProcedureId,
        operations: &[Disclosed],
    ) -> Result<(), DiskError> {
        let path = self.operations_path(procedure);
        let bytes = to_canonical(&operations).map_err(|error| DiskError::Damaged {
            path: path.display().to_string(),
            expected: "operations that can be written",
            found: error.to_string(),
        })?;
        durable::write(&path, &bytes, &self.fail, ARCHIVE)
    }

    /// A form with this commitment; `None` when it is not kept, or damaged.
    ///
    /// # Errors
    /// [`DiskError::Io`].
    pub fn form(&self, commitment: &Hash) -> Result<Option<Vec<u8>>, DiskError> {
        let bytes = durable::read_exact(&self.form_path(commitment))?;
        Ok(bytes.filter(|bytes| Commitment::of(bytes).root == *commitment))
    }

    /// Keeps a form whose commitment the caller has checked.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn keep_form(&self, commitment: &Hash, bytes: &[u8]) -> Result<(), DiskError> {
        self.fail.step(ARCHIVE, || durable::write_exact(&self.form_path(commitment), &[bytes]))
    }

    fn operations_path(&self, procedure: &ProcedureId) -> PathBuf {
        self.folder.join(format!("operations-{procedure}"))
    }

    fn form_path(&self, commitment: &Hash) -> PathBuf {
        self.folder.join(format!("form-{commitment}"))
    }
}
