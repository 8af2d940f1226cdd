//! File operations of the published log: whole files under their names, or nothing; folders flushed once per step.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Folders whose names changed and are not flushed yet.
#[derive(Default)]
pub(crate) struct Changes(BTreeSet<PathBuf>);

impl Changes {
    /// Writes `bytes` to `unfinished`, flushes them, and gives them the name `target`, whose folder is created if
    /// need be. The name is durable after [`Changes::flush`].
    pub(crate) fn write_file(&mut self, unfinished: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
        let written = File::create(unfinished).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let named = written.and_then(|()| {
            self.create_folder(folder_of(target))?;
            fs::rename(unfinished, target)
        });
        if named.is_err() {
            // A full disk stays less full. If this fails too, the next start removes the file.
            let _ = fs::remove_file(unfinished);
        }
        named?;
        self.touch(target);
        Ok(())
    }

    /// Creates a folder and those above it that are missing.
    pub(crate) fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        self.create_folder(folder_of(folder))?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => self.touch(folder),
        }
        Ok(())
    }

    /// Remembers that the name of `path` is to be flushed.
    pub(crate) fn touch(&mut self, path: &Path) {
        self.0.insert(folder_of(path).to_path_buf());
    }

    /// Flushes every folder whose names changed.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        while let Some(folder) = self.0.first() {
            File::open(folder)?.sync_all()?;
            self.0.pop_first();
        }
        Ok(())
    }
}

/// Removes the files of a folder.
pub(crate) fn empty_folder(folder: &Path) -> io::Result<()> {
    fs::read_dir(folder)?.try_for_each(|entry| fs::remove_file(entry?.path()))
}

/// The folder a path stands in; the working directory for a bare name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}
