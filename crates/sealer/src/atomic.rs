//! Files and folders that appear whole or not at all, and never in the place of another.

use crate::error::SealerError;
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A file being written under a temporary name beside its own.
pub(crate) struct NewFile {
    path: PathBuf,
    temporary: PathBuf,
    file: File,
}

impl NewFile {
    /// Begins a file readable by its owner alone.
    pub(crate) fn create(path: &Path) -> Result<NewFile, SealerError> {
        refuse_existing(path)?;
        let temporary = beside(path);
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&temporary);
        let file = file.map_err(SealerError::io("cannot create", &temporary))?;
        Ok(NewFile { path: path.to_path_buf(), temporary, file })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SealerError> {
        self.file.write_all(bytes).map_err(SealerError::io("cannot write", &self.temporary))
    }

    /// The open file, to read back what was written.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file its name. If we crash before the link, only the temporary file is there; after it, the whole
    /// file is there under both names; a temporary name left behind is harmless.
    pub(crate) fn keep(self) -> Result<(), SealerError> {
        self.file.sync_all().map_err(SealerError::io("cannot sync", &self.temporary))?;
        // A link, unlike a rename, does not replace a file that has appeared meanwhile.
        fs::hard_link(&self.temporary, &self.path).map_err(|source| {
            let path = self.path.clone();
            if source.kind() == std::io::ErrorKind::AlreadyExists {
                return SealerError::Exists { path };
            }
            SealerError::Io { action: "cannot name", path, source }
        })?;
        sync_folder_of(&self.path)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A folder being filled under a temporary name beside its own.
pub(crate) struct NewFolder {
    path: PathBuf,
    temporary: PathBuf,
    kept: bool,
}

impl NewFolder {
    pub(crate) fn create(path: &Path) -> Result<NewFolder, SealerError> {
        refuse_existing(path)?;
        let temporary = beside(path);
        fs::create_dir(&temporary).map_err(SealerError::io("cannot create", &temporary))?;
        Ok(NewFolder { path: path.to_path_buf(), temporary, kept: false })
    }

    /// Begins a file of this (checked, relative) name.
    pub(crate) fn file(&self, name: &str) -> Result<File, SealerError> {
        let path = self.temporary.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(SealerError::io("cannot create", folder))?;
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(SealerError::io("cannot create", &path))
    }

    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.temporary.join(name)
    }

    pub(crate) fn keep(mut self) -> Result<(), SealerError> {
        refuse_existing(&self.path)?;
        fs::rename(&self.temporary, &self.path).map_err(SealerError::io("cannot name", &self.path))?;
        self.kept = true;
        sync_folder_of(&self.path)
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

pub(crate) fn refuse_existing(path: &Path) -> Result<(), SealerError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(SealerError::Exists { path: path.to_path_buf() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(SealerError::Io { action: "cannot look at", path: path.to_path_buf(), source }),
    }
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.partial", std::process::id()))
}

fn sync_folder_of(path: &Path) -> Result<(), SealerError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let sync = File::open(folder).and_then(|folder| folder.sync_all());
    sync.map_err(SealerError::io("cannot sync", folder))
}
