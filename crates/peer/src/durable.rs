//! Small files that must survive a crash: written whole, flushed, renamed, the folder flushed; read back with their
//! checksum.
//!
//! A file that was begun and not finished keeps its temporary name and is overwritten by the next attempt; a reader
//! sees the old file or the new one, never a part.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use ximu_basics::Hash;
use ximu_journal::failpoint::{FailPoints, Injected};

/// The disk did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// There is no space; nothing was stored.
    #[error("the disk is full: nothing was stored; free some space and try again")]
    Full,
    /// The operating system failed; whether the step was stored is not known.
    #[error("{during} {path}: {found}")]
    Io {
        /// What was being done.
        during: &'static str,
        /// With which file.
        path: String,
        /// The system's reason.
        found: String,
    },
    /// The file is not what was written.
    #[error("{path} is damaged: expected {expected}, found {found}")]
    Damaged {
        /// Which file.
        path: String,
        /// What it must hold.
        expected: &'static str,
        /// What it holds.
        found: String,
    },
    /// Another process owns the directory.
    #[error("{path} is in use by another process; end it first")]
    Locked {
        /// The lock file.
        path: String,
    },
}

impl DiskError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            DiskError::Full => "peer-disk-full",
            DiskError::Io { .. } => "peer-disk-io",
            DiskError::Damaged { .. } => "peer-disk-damaged",
            DiskError::Locked { .. } => "peer-locked",
        }
    }
}

impl From<Injected> for DiskError {
    fn from(injected: Injected) -> DiskError {
        match injected {
            Injected::Full(_) => DiskError::Full,
            Injected::Error(point) => {
                let (path, found) = (point.to_owned(), injected.to_string());
                DiskError::Io { during: "pass the fail point", path, found }
            }
        }
    }
}

/// Replaces the file by these bytes and their checksum, readable by its owner alone. Durable on return.
///
/// # Errors
/// [`DiskError::Full`] (nothing changed), [`DiskError::Io`] (the old or the new contents stand there).
pub fn write(path: &Path, bytes: &[u8], fail: &FailPoints, point: &'static str) -> Result<(), DiskError> {
    fail.step(point, || write_checked(path, bytes))
}

fn write_checked(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let checksum = format!("\n{}\n", Hash::of(bytes));
    write_exact(path, &[bytes, checksum.as_bytes()])
}

/// Replaces the file by exactly these parts. Durable on return.
///
/// # Errors
/// As [`write`].
pub fn write_exact(path: &Path, parts: &[&[u8]]) -> Result<(), DiskError> {
    let temporary = path.with_extension("tmp");
    let written = write_new(&temporary, parts).and_then(|()| {
        // If we crash before the rename: the old file stands, beside a temporary one that nobody reads.
        fs::rename(&temporary, path)
    });
    if let Err(error) = written {
        // Frees the space of a half-written file; a failure leaves it for the next attempt.
        let _ = fs::remove_file(&temporary);
        return Err(disk("write", path, &error));
    }
    // If we crash before the flush: the old file or the new one stands, each whole; nobody was told of the new.
    flush_folder_of(path)
}

fn write_new(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()
}

/// Reads a file written by [`write`]; `None` when there is none.
///
/// # Errors
/// [`DiskError::Damaged`] when its checksum does not fit, [`DiskError::Io`].
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    let Some(mut bytes) = read_exact(path)? else { return Ok(None) };
    let damaged = |found: &str| DiskError::Damaged {
        path: path.display().to_string(),
        expected: "contents that fit the checksum in its last line",
        found: found.to_owned(),
    };
    // A newline, 64 digits, a newline.
    let length = bytes.len().checked_sub(66).ok_or_else(|| damaged("a file too short for a checksum"))?;
    let last = bytes.split_off(length);
    let expected = format!("\n{}\n", Hash::of(&bytes));
    if last == expected.as_bytes() { Ok(Some(bytes)) } else { Err(damaged("another checksum")) }
}

/// Reads a whole file; `None` when there is none.
///
/// # Errors
/// [`DiskError::Io`].
pub fn read_exact(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(disk("read", path, &error)),
    }
}

/// Makes a folder for its owner alone, and those above it that are missing. Durable on return.
///
/// # Errors
/// [`DiskError::Full`], [`DiskError::Io`].
pub fn create_folder(path: &Path) -> Result<(), DiskError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_folder(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => flush_folder_of(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(disk("create the folder", path, &error)),
    }
}

/// The names in a folder, ascending, without temporary files; empty when there is no folder.
///
/// # Errors
/// [`DiskError::Io`].
pub fn names(path: &Path) -> Result<Vec<String>, DiskError> {
    let listed = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.and_then(Iterator::collect::<io::Result<Vec<_>>>),
    };
    let listed = listed.map_err(|error| disk("list", path, &error))?;
    let names = listed.iter().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".tmp")).collect();
    names.sort_unstable();
    Ok(names)
}

/// Takes the lock of a directory; it is free again when the file is dropped or the process ends.
///
/// # Errors
/// [`DiskError::Locked`], [`DiskError::Full`], [`DiskError::Io`].
pub fn lock(path: &Path) -> Result<File, DiskError> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(|error| disk("create", path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DiskError::Locked { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(disk("lock", path, &error)),
    }
}

fn flush_folder_of(path: &Path) -> Result<(), DiskError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let flushed = File::open(folder).and_then(|folder| folder.sync_all());
    flushed.map_err(|error| disk("flush", folder, &error))
}

fn disk(during: &'static str, path: &Path, error: &io::Error) -> DiskError {
    if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        return DiskError::Full;
    }
    DiskError::Io { during, path: path.display().to_string(), found: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_was_written_is_read_back_and_no_one_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        assert_eq!(read(&path), Ok(None));
        for text in ["one", "", "two\n"] {
            write(&path, text.as_bytes(), &FailPoints::none(), "test").unwrap();
            assert_eq!(read(&path), Ok(Some(text.as_bytes().to_vec())));
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), Ok(vec!["state".to_owned()]));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        write(&path, b"contents", &FailPoints::none(), "test").unwrap();
        let good = fs::read(&path).unwrap();
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            fs::write(&path, &bad).unwrap();
            assert!(matches!(read(&path), Err(DiskError::Damaged { .. })), "bit in byte {place}");
            fs::write(&path, &good[..place]).unwrap();
            assert!(matches!(read(&path), Err(DiskError::Damaged { .. })), "cut at byte {place}");
        }
    }

    #[test]
    fn a_locked_directory_has_one_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = lock(&path).unwrap();
        assert!(matches!(lock(&path), Err(DiskError::Locked { .. })));
        drop(first);
        assert!(lock(&path).is_ok());
    }
}
