//! The public bundle (verify 3): which files there are, what each holds, and the manifest that the host signs.
//!
//! Here a bundle is put together and taken apart. Nothing is judged: that is `check`. The container is `zip`.

mod lines;
mod manifest;
pub mod path;

pub use lines::{
    join_checkpoints, operations_text, panel_text, read_operations, read_panel, split_checkpoints,
};
pub use manifest::{FileLine, MANIFEST_LABEL, Manifest};

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Hash, PartyId, ProcedureId, PublicKey, Signature, json};
use ximu_tlog::{
    bundle::{BundleError as LeavesError, encode_bundle},
    tile::TILE_WIDTH,
};

use crate::{
    replay::Disclosed,
    zip::{self, Files, ZipError},
};

/// The text of `README.txt`.
pub const README: &str = include_str!("bundle/README.txt");

/// A bundle cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The container cannot carry these files.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// A leaf is larger than an entry bundle can carry.
    #[error(transparent)]
    Leaves(#[from] LeavesError),
    /// A part has no canonical JSON.
    #[error(transparent)]
    Json(#[from] json::JsonError),
}

/// The files of a bundle that is being put together: everything but the README and the manifest.
///
/// The caller gives what the log names: all leaves up to the newest cosigned checkpoint; the operations of every
/// closed procedure; form, key and documents of everything opened and published; the name records it still has.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    files: BTreeMap<String, Vec<u8>>,
}

impl Contents {
    /// Starts a bundle with the exact bytes of the policy.
    #[must_use]
    pub fn new(policy: &[u8]) -> Contents {
        let mut contents = Contents::default();
        contents.put(path::POLICY.to_string(), policy.to_vec());
        contents
    }

    /// All cosigned checkpoint notes, ascending by size; the last one is the checkpoint of the bundle.
    pub fn checkpoints(&mut self, notes: &[impl AsRef<str>]) {
        if let Some(newest) = notes.last() {
            self.put(path::CHECKPOINT.to_string(), newest.as_ref().as_bytes().to_vec());
        }
        self.put(path::CHECKPOINTS.to_string(), join_checkpoints(notes).into_bytes());
    }

    /// All leaves from the first to the last that the checkpoint covers.
    ///
    /// # Errors
    /// [`BundleError::Leaves`].
    pub fn leaves(&mut self, leaves: &[impl AsRef<[u8]>]) -> Result<(), BundleError> {
        for (index, chunk) in (0u64..).zip(leaves.chunks(TILE_WIDTH.into())) {
            self.put(path::entries(index, chunk.len()), encode_bundle(chunk)?);
        }
        Ok(())
    }

    /// All operations of a closed procedure, in order; also when there are none.
    ///
    /// # Errors
    /// [`BundleError::Json`].
    pub fn operations(
        &mut self,
        procedure: &ProcedureId,
        operations: &[Disclosed],
    ) -> Result<(), BundleError> {
        self.put(path::operations(procedure), operations_text(operations)?.into_bytes());
        Ok(())
    }

    /// The operations of a procedure's committee in their exact bytes, in order, once it has concluded.
    pub fn panel(&mut self, procedure: &ProcedureId, operations: &[impl AsRef<str>]) {
        self.put(path::panel(procedure), panel_text(operations).into_bytes());
    }

    /// The form of a bid that was opened or voided.
    pub fn envelope(&mut self, procedure: &ProcedureId, commitment: &Hash, ciphertext: Vec<u8>) {
        self.put(path::envelope(procedure, commitment), ciphertext);
    }

    /// The key with which anybody opens a bid's form, as it stands in the opening entry.
    pub fn key(&mut self, procedure: &ProcedureId, bidder: &PartyId, key: &str) {
        self.put(path::key(procedure, bidder), alloc::format!("{key}\n").into_bytes());
    }

    /// A procurement document.
    pub fn document(&mut self, hash: &Hash, bytes: Vec<u8>) {
        self.put(path::document(hash), bytes);
    }

    /// A name record, canonical JSON, under the commitment that the register carries.
    pub fn record(&mut self, hash: &Hash, bytes: Vec<u8>) {
        self.put(path::record(hash), bytes);
    }

    /// Writes the bundle: adds the README and the manifest, which `sign` signs with the centre key.
    ///
    /// # Errors
    /// [`BundleError::Zip`], [`BundleError::Json`].
    pub fn write(
        mut self,
        origin: &str,
        key: PublicKey,
        sign: impl FnOnce(&[u8]) -> Signature,
        out: &mut dyn FnMut(&[u8]),
    ) -> Result<(), BundleError> {
        self.put(path::README.to_string(), README.as_bytes().to_vec());
        let manifest = Manifest::sign(origin, key, self.listing(), sign)?;
        self.put(path::MANIFEST.to_string(), json::to_canonical(&manifest)?);
        let files: Files<'_> =
            self.files.iter().map(|(path, data)| (path.as_str(), data.as_slice())).collect();
        Ok(zip::write(&files, out)?)
    }

    /// How many files it has so far, without the manifest.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// The bundle in memory, as [`Contents::write`] writes it.
    ///
    /// # Errors
    /// Those of [`Contents::write`].
    pub fn to_bytes(
        self,
        origin: &str,
        key: PublicKey,
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Result<Vec<u8>, BundleError> {
        let mut bytes = Vec::new();
        self.write(origin, key, sign, &mut |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }

    fn put(&mut self, path: String, data: Vec<u8>) {
        self.files.insert(path, data);
    }

    fn listing(&self) -> Vec<FileLine> {
        self.files.iter().map(|(path, data)| FileLine::of(path, data)).collect()
    }
}
