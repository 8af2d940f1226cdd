//! The few file operations the vault is made of, each durable when it returns.

use crate::error::VaultError;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use ximu_basics::Hash;

/// A file that is not an object yet. Dropped without [`Unfinished::keep`] it is removed.
pub(crate) struct Unfinished {
    file: File,
    path: PathBuf,
}

impl Unfinished {
    pub(crate) fn create(path: PathBuf) -> Result<Unfinished, VaultError> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        Ok(Unfinished { file: file.map_err(VaultError::disk("begin an object"))?, path })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        self.file.write_all(bytes).map_err(VaultError::disk("write an object"))
    }

    /// Makes the file the object `target`, replacing an equal one.
    pub(crate) fn keep(self, target: &Path) -> Result<(), VaultError> {
        // If we crash here: an unfinished file is left; the next start removes it.
        self.file.sync_all().map_err(VaultError::disk("flush an object"))?;
        // If we crash here: as before, though the bytes are on the disk.
        fs::rename(&self.path, target).map_err(VaultError::disk("name an object"))?;
        // If we crash here: the object has its name, or is still unfinished. Nobody was told that it is stored.
        flush_folder_of(target)
        // If we crash from here on: the object is durable.
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After `keep` the name is gone and this does nothing. A failure leaves a file for the next start.
        let _ = fs::remove_file(&self.path);
    }
}

pub(crate) fn create_folder(path: &Path) -> Result<(), VaultError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => flush_folder_of(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(VaultError::disk("create a folder of the vault")(error)),
    }
}

pub(crate) fn empty_folder(path: &Path) -> Result<(), VaultError> {
    let fault = VaultError::disk("list unfinished uploads");
    for entry in fs::read_dir(path).map_err(fault)? {
        let entry = entry.map_err(VaultError::disk("list unfinished uploads"))?;
        fs::remove_file(entry.path()).map_err(VaultError::disk("remove an unfinished upload"))?;
    }
    flush_folder(path)
}

/// Removes a file; `false` when there is none.
pub(crate) fn remove(path: &Path) -> Result<bool, VaultError> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(VaultError::disk("erase an object")(error)),
    }
    // If we crash before the flush: the file may be there again; the erasure was not confirmed and is repeated.
    flush_folder_of(path)?;
    Ok(true)
}

/// Opens a file for reading; `None` when there is none.
pub(crate) fn open(path: &Path) -> Result<Option<File>, VaultError> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VaultError::disk("open an object")(error)),
    }
}

pub(crate) fn lock(path: &Path) -> Result<File, VaultError> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(VaultError::disk("create the vault's lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(VaultError::Locked { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(VaultError::disk("lock the vault")(error)),
    }
}

fn flush_folder_of(path: &Path) -> Result<(), VaultError> {
    // A name without a folder before it stands in the working directory.
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => flush_folder(parent),
        Some(_) | None => flush_folder(Path::new(".")),
    }
}

fn flush_folder(path: &Path) -> Result<(), VaultError> {
    let flushed = File::open(path).and_then(|folder| folder.sync_all());
    flushed.map_err(VaultError::disk("flush a folder of the vault"))
}

/// The names of all objects in a folder, ascending; other names are passed over.
pub(crate) fn names(path: &Path) -> Result<Vec<Hash>, VaultError> {
    let listed = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let listed = listed.map_err(VaultError::disk("list the vault"))?;
    let mut names: Vec<Hash> =
        listed.iter().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    names.sort_unstable();
    Ok(names)
}
