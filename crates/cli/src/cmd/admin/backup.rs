//! `ximu admin backup` and `restore`: a centre's data directory as a folder of files with their hashes.
//!
//! The centre is stopped meanwhile; both take its locks. Keys are not in a backup: whoever has the backup can then
//! sign nothing. A restored copy may be older than what was cosigned since: the centre finds that out at its start and
//! refills itself from the witnesses' mirrors, or refuses to sign.

use crate::{
    books::{Books, JOURNAL, VAULT},
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, json};
use ximu_journal::{FailPoints, SqliteStore};
use ximu_vault::Vault;

/// The list of a backup's files.
const LIST: &str = "backup.json";

/// The folders of a data directory that a backup holds.
const FOLDERS: [&str; 3] = [JOURNAL, VAULT, "log"];

/// Copies a stopped centre's data.
#[derive(Debug, Args)]
pub struct Backup {
    /// The centre's data directory; the centre must not run
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The folder to write; must not exist yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Puts a backup into a new data directory.
#[derive(Debug, Args)]
pub struct Restore {
    /// The folder that `ximu admin backup` wrote
    backup: PathBuf,
    /// The data directory to make; must not have a journal yet
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
}

/// `backup.json`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    v: u32,
    origin: String,
    files: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    bytes: u64,
    hash: Hash,
}

impl Backup {
    pub(super) fn run(self) -> Done {
        let origin = Books::open(&self.data_dir)?.origin;
        let _locks = lock(&self.data_dir, &origin)?;
        if self.out.symlink_metadata().is_ok() {
            let said = format!("expected no folder at {}, found one", self.out.display());
            return Err(Fault::new("file-exists", said, "choose another name; nothing was changed"));
        }
        let mut paths = Vec::new();
        for folder in FOLDERS {
            walk(&self.data_dir, Path::new(folder), &mut paths)?;
        }
        paths.sort();
        let files = paths
            .iter()
            .map(|path| copy(&self.data_dir, &self.out, path))
            .collect::<Result<Vec<_>, Fault>>()?;
        let list = List { v: 1, origin, files };
        let mut bytes = json::to_canonical(&list)?;
        bytes.push(b'\n');
        // Last: a backup without its list is no backup.
        files::write(&self.out.join(LIST), &bytes, Access::Secret)?;
        out::line(format!("{} files in {}, list {}", list.files.len(), self.out.display(), Hash::of(&bytes)));
        out::line("  keys and ximu.toml are not in it: keep them elsewhere");
        Ok(Exit::Done)
    }
}

impl Restore {
    pub(super) fn run(self) -> Done {
        let bytes = files::read(&self.backup.join(LIST)).map_err(|fault| Fault {
            advice: "name a folder that `ximu admin backup` wrote to its end".into(),
            ..fault
        })?;
        let list: List = json::from_canonical(bytes.strip_suffix(b"\n").unwrap_or(&bytes))
            .map_err(|error| Fault::file("read", &self.backup.join(LIST), &error))?;
        if self.data_dir.join(JOURNAL).symlink_metadata().is_ok() {
            let said = format!(
                "expected a data directory without a journal, found one in {}",
                self.data_dir.display()
            );
            return Err(Fault::new(
                "file-exists",
                said,
                "restore beside it, compare, then move; nothing was changed",
            ));
        }
        for line in &list.files {
            let found = copy(&self.backup, &self.data_dir, Path::new(&line.path))?;
            if found.hash != line.hash || found.bytes != line.bytes {
                let said = format!("{}: expected {}, found {}", line.path, line.hash, found.hash);
                return Err(Fault::new(
                    "backup-damaged",
                    said,
                    "restore from another copy into another folder",
                ));
            }
        }
        let books = Books::open(&self.data_dir)?;
        out::line(format!("{} files of {} restored", list.files.len(), books.origin));
        out::line("  next: put keys and ximu.toml in place, run `ximu admin doctor`, then `ximu serve`");
        Ok(Exit::Done)
    }
}

/// Takes the locks that a running centre holds.
fn lock(data_dir: &Path, origin: &str) -> Result<(SqliteStore, Vault), Fault> {
    let running =
        |fault: Fault| Fault { advice: "stop the centre first; nothing was changed".into(), ..fault };
    let store = SqliteStore::open(&data_dir.join(JOURNAL), origin, FailPoints::none());
    let store = store.map_err(|error| running(error.into()))?;
    let vault = Vault::open(&data_dir.join(VAULT));
    let vault = vault.map_err(|error| running(Fault::new(error.code(), error.to_string(), "")))?;
    Ok((store, vault))
}

fn walk(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let full = root.join(folder);
    if !full.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| Fault::file("read", &full, &error);
    for entry in fs::read_dir(&full).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = folder.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(root, &path, paths)?;
        } else if !is_passing(&path) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Locks and SQLite's shared memory say nothing about the facts.
fn is_passing(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "lock" || extension == "db-shm")
}

fn copy(from: &Path, to: &Path, path: &Path) -> Result<Line, Fault> {
    let (source, target) = (from.join(path), to.join(path));
    let mut bytes = Vec::new();
    let mut file = File::open(&source).map_err(|error| Fault::file("read", &source, &error))?;
    file.read_to_end(&mut bytes).map_err(|error| Fault::file("read", &source, &error))?;
    if let Some(folder) = target.parent() {
        files::folder(folder)?;
    }
    files::write(&target, &bytes, Access::Secret)?;
    let path = path.to_str().map(str::to_owned);
    let path = path.ok_or_else(|| Fault::file("read", &source, &"expected a name that is text"))?;
    Ok(Line { path, bytes: bytes.len() as u64, hash: Hash::of(&bytes) })
}
