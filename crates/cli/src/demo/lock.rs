//! One demonstration at a time in a folder: the lock that its driver holds as long as it runs.
//!
//! The system gives the lock back when the driver ends, however it ends, so that a killed one can be started again.
//! What its processes still hold for a moment are locks of their own (`children` waits for those).

use crate::{fault::Fault, files};
use std::{
    ffi::OsStr,
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};
use ximu_text::Text;

/// The file that is locked; it says nothing and stays.
const FILE: &str = "demo.lock";

/// The lock of a demonstration's folder, held until this is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    _held: File,
}

impl Lock {
    /// Takes it; the folder is made when it is not there.
    ///
    /// # Errors
    /// `demo-running` when another driver runs there, `file` when the disk says no.
    pub fn take(folder: &Path) -> Result<Lock, Fault> {
        files::folder(folder)?;
        let path = folder.join(FILE);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(|error| Fault::file("write", &path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _held: file }),
            Err(TryLockError::WouldBlock) => {
                let said = |t: Text| t.found_demo_running(folder.display().to_string());
                Err(Fault::new("demo-running", said, Text::advice_demo_running))
            }
            Err(TryLockError::Error(error)) => Err(Fault::file("lock", &path, &error)),
        }
    }

    /// Whether a file is the one that is locked: a folder with nothing else in it is empty.
    pub fn is_named(name: &OsStr) -> bool {
        name == FILE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_text::Language;

    #[test]
    fn a_folder_is_one_demonstrations_as_long_as_it_runs() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("demo");
        let held = Lock::take(&data).unwrap();
        let refused = Lock::take(&data).unwrap_err();
        assert_eq!(refused.code, "demo-running");
        for language in Language::ALL {
            let told = refused.told(language);
            assert!(told.contains(&data.display().to_string()) && told.contains("--data-dir"), "{told}");
        }
        drop(held);
        assert!(Lock::take(&data).is_ok());
    }
}
