//! `ximu admin backup` and `restore`: the data directory of a centre or of a peer as a folder of files with their hashes.
//!
//! The process is stopped meanwhile; both take its locks. Keys are not in a backup: whoever has the backup can then
//! sign nothing. A restored copy may be older than what was cosigned since. A centre finds that out at its start and
//! refills itself from the witnesses' mirrors, or refuses to sign. A peer cannot find it out, and a witness that has
//! forgotten what it cosigned could cosign a second history: so its memory is restored only on request.

use crate::{
    books::{Books, JOURNAL, VAULT},
    cmd::peer::IDENTITY,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out, outside,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::Read as _,
    path::{Component, Path, PathBuf},
};
use ximu_basics::{Hash, json};
use ximu_journal::{FailPoints, SqliteStore};
use ximu_peer::directory::RESTORED;
use ximu_text::Text;
use ximu_vault::Vault;

/// The list of a backup's files.
const LIST: &str = "backup.json";

/// The folder in a data directory where a restored copy stands until all of it is there and whole.
const UNFINISHED: &str = "restore.unfinished";

/// A peer's memory of what it has cosigned.
const WITNESS: &str = "witness";

/// Copies the data of a stopped centre or peer.
#[derive(Debug, Args)]
pub struct Backup {
    /// The data directory of a centre or a peer, which must not run
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
    /// The data directory to make; must not hold a centre or peer yet
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// For a peer that certainly cosigned nothing after the backup: restores the witness's memory too. Without it the
    /// restored peer keeps custody and shares, and cosigns none of its logs again with this key
    #[arg(long)]
    nothing_cosigned_since: bool,
}

/// Whose data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Centre,
    Peer,
}

/// `backup.json`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    v: u32,
    kind: Kind,
    files: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    bytes: u64,
    hash: Hash,
}

impl Kind {
    /// Whose this data directory is; `None` for neither's.
    fn of(data_dir: &Path) -> Option<Kind> {
        if data_dir.join(JOURNAL).symlink_metadata().is_ok() {
            return Some(Kind::Centre);
        }
        data_dir.join(IDENTITY).symlink_metadata().is_ok().then_some(Kind::Peer)
    }

    /// What a backup holds of it.
    fn parts(self) -> Vec<&'static str> {
        match self {
            Kind::Centre => vec![JOURNAL, VAULT, "log"],
            Kind::Peer => ximu_peer::directory::PARTS.into_iter().chain([RESTORED, IDENTITY]).collect(),
        }
    }

    fn subcommand(self) -> &'static str {
        match self {
            Kind::Centre => "ximu serve",
            Kind::Peer => "ximu peer",
        }
    }
}

/// What a running process holds.
#[expect(dead_code, reason = "held, not read")]
enum Locks {
    Centre(Box<SqliteStore>, Vault),
    Peer(File),
}

impl Backup {
    pub(super) fn run(self) -> Done {
        let kind = Kind::of(&self.data_dir).ok_or_else(|| {
            let said = |t: Text| t.found_no_data(IDENTITY, self.data_dir.display().to_string());
            Fault::new("data-dir", said, Text::advice_started_with_both)
        })?;
        let _locks = lock(kind, &self.data_dir)?;
        if self.out.symlink_metadata().is_ok() {
            let said = |t: Text| t.found_folder_exists(self.out.display().to_string());
            return Err(Fault::new("file-exists", said, Text::advice_other_name));
        }
        let mut paths = Vec::new();
        for part in kind.parts() {
            walk(&self.data_dir, Path::new(part), &mut paths)?;
        }
        paths.sort();
        let files = paths
            .iter()
            .map(|path| copy(&self.data_dir, &self.out, path))
            .collect::<Result<Vec<_>, Fault>>()?;
        let list = List { v: 1, kind, files };
        let mut bytes = json::to_canonical(&list)?;
        bytes.push(b'\n');
        // Last: a backup without its list is no backup.
        files::write(&self.out.join(LIST), &bytes, Access::Secret)?;
        let (folder, hash) = (self.out.display().to_string(), Hash::of(&bytes).to_string());
        out::say(|t| t.cli_backed_up(list.files.len(), folder, hash));
        out::say_below(Text::cli_backup_without);
        Ok(Exit::Done)
    }
}

impl Restore {
    pub(super) fn run(self) -> Done {
        let list = self.list()?;
        if let Some(found) = Kind::of(&self.data_dir) {
            let said = |t: Text| t.found_data_there(found.subcommand(), self.data_dir.display().to_string());
            return Err(Fault::new("file-exists", said, Text::advice_restore_beside));
        }
        let fresh = self.data_dir.symlink_metadata().is_err();
        let unfinished = self.data_dir.join(UNFINISHED);
        let done = self.fill(&unfinished, &list).and_then(|()| self.move_in(&unfinished, list.kind));
        // What was begun goes away again, also what an earlier attempt left. The backup itself is untouched.
        let _gone = fs::remove_dir_all(&unfinished);
        if let Err(fault) = done {
            if fresh {
                let _kept_when_not_empty = fs::remove_dir(&self.data_dir);
            }
            return Err(fault);
        }
        out::say(|t| t.cli_restored(list.files.len(), self.data_dir.display().to_string()));
        if list.kind == Kind::Peer && !self.nothing_cosigned_since {
            out::say_below(Text::cli_restored_silent);
            out::say_below(Text::cli_restored_second);
            out::say_below(Text::cli_restored_draws);
            out::say_below(Text::cli_restored_key);
        }
        out::say_below(|t| t.cli_restored_next(list.kind.subcommand()));
        Ok(Exit::Done)
    }

    fn list(&self) -> Result<List, Fault> {
        let path = self.backup.join(LIST);
        let bytes = files::read(&path)
            .map_err(|fault| Fault { advice: Text::advice_whole_backup.into(), ..fault })?;
        let list: List = json::from_canonical(bytes.strip_suffix(b"\n").unwrap_or(&bytes))
            .map_err(|error| Fault::file("read", &path, &error))?;
        let parts = list.kind.parts();
        for line in &list.files {
            let mut components = Path::new(&line.path).components();
            let within = components.clone().all(|part| matches!(part, Component::Normal(_)));
            let known =
                components.next().is_some_and(|first| parts.iter().any(|part| first.as_os_str() == *part));
            if !within || !known {
                let said = |t: Text| t.found_backup_path(format!("{:?}", line.path), parts.join(", "));
                return Err(Fault::new("backup-damaged", said, Text::advice_not_our_list));
            }
        }
        Ok(list)
    }

    /// Copies everything beside where it belongs, and checks it.
    fn fill(&self, unfinished: &Path, list: &List) -> Result<(), Fault> {
        if unfinished.exists() {
            fs::remove_dir_all(unfinished).map_err(|error| Fault::file("remove", unfinished, &error))?;
        }
        files::folder(unfinished)?;
        for line in &list.files {
            let found = copy(&self.backup, unfinished, Path::new(&line.path))?;
            if found.hash != line.hash || found.bytes != line.bytes {
                let (expected, found) = (line.hash.to_string(), found.hash.to_string());
                let said = |t: Text| t.found_backup_hash(&expected, &found, &line.path);
                return Err(Fault::new("backup-damaged", said, Text::advice_restore_other));
            }
        }
        if list.kind == Kind::Centre {
            Books::open(unfinished)?;
        }
        if list.kind == Kind::Peer && !self.nothing_cosigned_since {
            ximu_peer::directory::mark_restored(unfinished, outside::now())
                .map_err(|error| Fault::file("write", unfinished, &error))?;
        }
        let memory = unfinished.join(WITNESS);
        if list.kind == Kind::Peer && !self.nothing_cosigned_since && memory.exists() {
            fs::remove_dir_all(&memory).map_err(|error| Fault::file("remove", &memory, &error))?;
        }
        Ok(())
    }

    /// Moves the parts to their places; what a directory is known by comes last.
    fn move_in(&self, unfinished: &Path, kind: Kind) -> Result<(), Fault> {
        let mut parts = kind.parts();
        parts.sort_unstable_by_key(|part| [JOURNAL, IDENTITY].contains(part));
        for part in parts {
            let (from, to) = (unfinished.join(part), self.data_dir.join(part));
            if from.exists() {
                fs::rename(&from, &to).map_err(|error| Fault::file("write", &to, &error))?;
            }
        }
        File::open(&self.data_dir)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Fault::file("write", &self.data_dir, &error))
    }
}

/// Takes the locks that a running process holds.
fn lock(kind: Kind, data_dir: &Path) -> Result<Locks, Fault> {
    let running = |fault: Fault| Fault { advice: Text::advice_stop_first.into(), ..fault };
    match kind {
        Kind::Centre => {
            let origin = Books::open(data_dir)?.origin;
            let store = SqliteStore::open(&data_dir.join(JOURNAL), &origin, FailPoints::none());
            let store = store.map_err(|error| running(error.into()))?;
            let vault = Vault::open(&data_dir.join(VAULT));
            let vault = vault.map_err(|error| running(Fault::new(error.code(), error.to_string(), "")))?;
            Ok(Locks::Centre(Box::new(store), vault))
        }
        Kind::Peer => {
            let lock = ximu_peer::durable::lock(&data_dir.join(ximu_peer::directory::LOCK));
            let lock = lock.map_err(|error| running(Fault::new(error.code(), error.to_string(), "")))?;
            Ok(Locks::Peer(lock))
        }
    }
}

fn walk(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let full = root.join(folder);
    if full.is_file() {
        paths.push(folder.to_owned());
    }
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
