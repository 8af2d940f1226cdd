//! Files and folders as this program writes them: whole or not at all, secrets readable by their owner alone.

use crate::fault::Fault;
use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};
use ximu_text::Text;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody whom the folder lets in.
    Shared,
    /// The owner alone.
    Secret,
}

/// The longest text file this program reads whole, in bytes: a receipt with its proofs is far below.
pub const TEXT_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Reads a whole file of bounded size.
///
/// # Errors
/// When it cannot be read or is longer.
pub fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let failed = |error: std::io::Error| Fault::file("read", path, &error);
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > TEXT_BYTES_MAX {
        let said = |t: Text| t.found_too_long(TEXT_BYTES_MAX, path.display().to_string());
        return Err(Fault::new("file", said, Text::advice_right_file));
    }
    Ok(bytes)
}

/// Reads a whole text file of bounded size.
///
/// # Errors
/// As [`read`], and when it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Fault> {
    String::from_utf8(read(path)?).map_err(|error| Fault::file("read", path, &error))
}

/// Writes a file whole: to a temporary name, flushed, then renamed. What stood there is replaced.
///
/// # Errors
/// When the disk says no; the old file is then still there.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::file("write", path, &error);
    let temporary = temporary(path);
    let mode = match access {
        Access::Shared => 0o644,
        Access::Secret => 0o600,
    };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    let mut file = options.open(&temporary).map_err(failed)?;
    file.set_permissions(fs::Permissions::from_mode(mode)).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&temporary, path).map_err(failed)?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}

/// Writes a new file; refuses to replace one.
///
/// # Errors
/// As [`write`], and when there is something of this name.
pub fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<(), Fault> {
    if path.symlink_metadata().is_ok() {
        let said = |t: Text| t.found_file_exists(path.display().to_string());
        return Err(Fault::new("file-exists", said, Text::advice_other_name));
    }
    write(path, bytes, access)
}

/// Finds out now whether a file can be written later: work that takes minutes must not end with a missing folder.
///
/// # Errors
/// When it could not be written; nothing is changed.
pub fn check_writable(path: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::file("write", path, &error);
    if path.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    let temporary = temporary(path);
    OpenOptions::new().write(true).create(true).truncate(false).open(&temporary).map_err(failed)?;
    fs::remove_file(&temporary).map_err(failed)
}

/// Makes a folder and those above it; new ones can be entered by their owner alone.
///
/// # Errors
/// When the disk says no.
pub fn folder(path: &Path) -> Result<(), Fault> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| Fault::file("make the folder", path, &error))
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_cannot_be_written_is_known_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(check_writable(&folder.path().join("x.zip")), Ok(()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        assert_eq!(check_writable(&folder.path().join("none/x.zip")).unwrap_err().code, "file");
        assert_eq!(check_writable(folder.path()).unwrap_err().code, "file");
    }

    #[test]
    fn a_secret_is_for_its_owner_even_where_a_readable_file_stood() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write(&path, b"old", Access::Shared).unwrap();
        write(&path, b"new", Access::Secret).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap(), b"new");
        assert_eq!(write_new(&path, b"x", Access::Secret).unwrap_err().code, "file-exists");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }
}
