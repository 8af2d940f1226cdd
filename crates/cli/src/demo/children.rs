//! The processes of the play: the host and the other centres, started from this executable.
//!
//! Each child reads its standard input and ends when that ends, so it outlives the driver by no more than a moment
//! whatever becomes of the driver. A child that dies is started again: nothing it promised is lost.

use super::plan::Folders;
use crate::{fault::Fault, files, outside};
use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    str::FromStr,
    time::{Duration, Instant},
};
use ximu_text::Text;

/// How often one process is started again before the play gives up. With the pause between two starts it allows for
/// the time that a process takes to end whose driver was killed: until then it holds the lock of its data directory.
const RESTARTS_MAX: u32 = 50;

/// How often in a row one process may end by itself before the play gives up, when it is not another's lock that it
/// waits for: two seconds in all.
const VAIN_STARTS_MAX: u32 = 8;

/// A process that ran for so long was not started in vain.
const START_MAX: Duration = Duration::from_secs(30);

/// Between two starts of one process.
const RESTART_EVERY: Duration = Duration::from_millis(250);

/// So much of a log's end is looked at for a process's last words.
const LAST_BYTES_MAX: u64 = 16 * 1024;

/// How long a process has to end by itself.
const END_PATIENCE: Duration = Duration::from_secs(5);

/// How one process is started.
#[derive(Debug, Clone)]
pub struct Role {
    /// What it is called in messages and in the name of its log.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// The order that a process end at a step, given by a test: `host=append:3`, `peer-2=witness-state:1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The process: its name, or the part of it that names the number.
    who: String,
    /// The step, as the process's own argument names it.
    point: String,
}

impl FromStr for Ordered {
    type Err = String;

    fn from_str(text: &str) -> Result<Ordered, String> {
        let (who, point) = text.split_once('=').ok_or("expected WHO=NAME:N, for instance host=append:3")?;
        point.parse::<ximu_journal::FailPoints>().map_err(|error| error.to_string())?;
        Ok(Ordered { who: who.to_owned(), point: point.to_owned() })
    }
}

/// The file among the logs that says which ordered ends came true, a line each.
const REACHED: &str = "fail-points";

/// The signal of a process that ends itself at once, as fail points do.
const ABORTED: i32 = 6;

/// A process that is kept running.
struct Kept {
    role: Role,
    child: Child,
    started: Instant,
    restarts: u32,
    /// How many starts in a row ended by themselves.
    vain: u32,
    /// Where in its log the present start begins, in bytes: what is before was said of other starts.
    log_from: u64,
    /// The steps at which its starts are to end, the present one's first.
    orders: VecDeque<String>,
}

/// All processes of the play; dropping them ends them.
pub struct Children {
    executable: PathBuf,
    logs: PathBuf,
    kept: Vec<Kept>,
}

impl Children {
    /// Starts them all.
    ///
    /// # Errors
    /// When the system does not.
    pub fn start(folders: &Folders, roles: Vec<Role>, ordered: &[Ordered]) -> Result<Children, Fault> {
        let executable = std::env::current_exe().map_err(|error| {
            Fault::new("process", |t: Text| t.found_demo_executable(error.to_string()), "")
        })?;
        files::folder(&folders.logs())?;
        let mut children = Children { executable, logs: folders.logs(), kept: Vec::new() };
        for role in roles {
            let mine = ordered.iter().filter(|order| {
                role.name
                    .strip_prefix(&order.who)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            });
            let orders: VecDeque<String> = mine.map(|order| order.point.clone()).collect();
            let (child, log_from) = children.spawn(&role, orders.front())?;
            let started = Instant::now();
            children.kept.push(Kept { role, child, started, restarts: 0, vain: 0, log_from, orders });
        }
        Ok(children)
    }

    /// Starts again what has died; the names of those, but of one that ends again and again only at first.
    ///
    /// # Errors
    /// When one dies again and again.
    pub fn tend(&mut self) -> Result<Vec<String>, Fault> {
        let mut again = Vec::new();
        for index in 0..self.kept.len() {
            let Some(kept) = self.kept.get_mut(index) else { break };
            let ended = kept.child.try_wait();
            if matches!(ended, Ok(None)) || kept.started.elapsed() < RESTART_EVERY {
                continue;
            }
            let status = ended.ok().flatten();
            // One that was killed did not end by itself.
            let by_itself = status.is_some_and(|status| status.code().is_some());
            kept.vain = if by_itself && kept.started.elapsed() < START_MAX { kept.vain + 1 } else { 0 };
            kept.started = Instant::now();
            kept.restarts += 1;
            let (role, restarts, vain) = (kept.role.clone(), kept.restarts, kept.vain);
            let log_from = kept.log_from;
            let aborted = |status: ExitStatus| status.signal() == Some(ABORTED);
            let reached = if status.is_some_and(aborted) { kept.orders.pop_front() } else { None };
            let order = kept.orders.front().cloned();
            if let Some(point) = reached {
                self.note_reached(&role.name, &point)?;
            }
            if restarts > RESTARTS_MAX || vain >= VAIN_STARTS_MAX {
                let log = self.logs.join(format!("{}.log", role.name));
                let last = last_words(&log, log_from);
                if restarts > RESTARTS_MAX || !is_locked(&last) {
                    return Err(ends(&role.name, restarts, &last, &log));
                }
            }
            let (child, log_from) = self.spawn(&role, order.as_ref())?;
            if let Some(kept) = self.kept.get_mut(index) {
                (kept.child, kept.log_from) = (child, log_from);
            }
            if vain <= 1 {
                again.push(role.name);
            }
        }
        Ok(again)
    }

    fn note_reached(&self, name: &str, point: &str) -> Result<(), Fault> {
        let path = self.logs.join(REACHED);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(format!("{name} {point}\n").as_bytes()))
            .map_err(|error| Fault::file("write", &path, &error))
    }

    /// Starts one; with it where in its log this start begins.
    fn spawn(&self, role: &Role, order: Option<&String>) -> Result<(Child, u64), Fault> {
        let path = self.logs.join(format!("{}.log", role.name));
        let failed = |error: std::io::Error| Fault::file("write", &path, &error);
        let log = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        let output = log.try_clone().map_err(failed)?;
        let log_from = log.metadata().map_err(failed)?.len();
        let child = Command::new(&self.executable)
            .args(&role.arguments)
            .args(order.map(|point| format!("--fail-point={point}")))
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(log)
            .spawn()
            .map_err(|error| {
                Fault::new("process", |t: Text| t.found_demo_start(error.to_string(), &role.name), "")
            })?;
        Ok((child, log_from))
    }
}

/// A process that does not stay, with the last that it said.
fn ends(name: &str, times: u32, last: &str, log: &Path) -> Fault {
    let said = |t: Text| match last {
        "" => t.found_process_silent(name, times),
        last => t.found_process_ends(last, name, times),
    };
    Fault::new("process", said, |t: Text| t.advice_see_log(log.display().to_string()))
}

/// The last line of a log from here on that names a fault, or the last one at all; empty when there is none.
fn last_words(log: &Path, from: u64) -> String {
    let mut bytes = Vec::new();
    let read = File::open(log).and_then(|mut file| {
        let size_bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(size_bytes.saturating_sub(LAST_BYTES_MAX).max(from)))?;
        file.take(LAST_BYTES_MAX).read_to_end(&mut bytes)
    });
    if read.is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines = || text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let fault = lines().find(|line| ["error [", "错误 ["].iter().any(|start| line.starts_with(start)));
    fault.or_else(|| lines().next()).unwrap_or_default().to_owned()
}

/// Whether a fault's line says that another process holds the data directory: the one before it is still ending.
fn is_locked(line: &str) -> bool {
    line.split_once(']').is_some_and(|(code, _)| code.ends_with("-locked"))
}

impl Drop for Children {
    fn drop(&mut self) {
        // The end of its input tells each child; all of them end at the same time.
        for kept in &mut self.kept {
            drop(kept.child.stdin.take());
        }
        let step = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        for kept in &mut self.kept {
            while waited < END_PATIENCE && matches!(kept.child.try_wait(), Ok(None)) {
                outside::pause(step);
                waited += step;
            }
            // One that does not listen is ended; nothing acknowledged is lost by that.
            let _ended = kept.child.kill();
            let _reaped = kept.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (tempfile::TempDir, Children) {
        let folder = tempfile::tempdir().unwrap();
        let mut children =
            Children { executable: "/bin/sh".into(), logs: folder.path().to_owned(), kept: Vec::new() };
        let role = Role { name: "host".to_owned(), arguments: vec!["-c".to_owned(), script.to_owned()] };
        let (child, log_from) = children.spawn(&role, None).unwrap();
        let (started, orders) = (Instant::now(), VecDeque::new());
        children.kept.push(Kept { role, child, started, restarts: 0, vain: 0, log_from, orders });
        (folder, children)
    }

    /// Tends until the play is given up: who was named as started again, and the fault.
    fn given_up(children: &mut Children) -> (Vec<String>, Fault) {
        let mut named = Vec::new();
        loop {
            match children.tend() {
                Ok(names) => named.extend(names),
                Err(fault) => return (named, fault),
            }
            outside::pause(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_process_that_ends_at_each_start_is_named_once_and_soon_given_up_with_its_reason() {
        let script = "echo 'error [config]: no table'; echo '  to do: write it'; exit 2";
        let (_folder, mut children) = shell(script);
        let (named, fault) = given_up(&mut children);
        assert_eq!(named, ["host"]);
        assert!(fault.to_string().contains("found it ended 8 times"), "{fault}");
        for language in ximu_text::Language::ALL {
            let told = fault.told(language);
            assert!(told.contains("error [config]: no table") && told.contains("host.log"), "{told}");
        }
    }

    #[test]
    fn what_was_said_of_an_earlier_start_is_no_reason() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("host.log");
        let earlier = "error [store-locked]: in use\n";
        std::fs::write(&log, format!("{earlier}panicked at main.rs\n\n")).unwrap();
        assert_eq!(last_words(&log, 0), earlier.trim());
        assert_eq!(last_words(&log, earlier.len() as u64), "panicked at main.rs");
        std::fs::write(&log, earlier).unwrap();
        assert_eq!(last_words(&log, earlier.len() as u64), "");
    }

    #[test]
    fn what_a_killed_drivers_process_still_locks_is_waited_for() {
        assert!(is_locked("error [store-locked]: the journal is in use"));
        assert!(!is_locked("error [config]: the file is locked") && !is_locked(""));
        let (_folder, mut children) = shell("echo 'error [store-locked]: in use'; exit 2");
        for _ in 0..=VAIN_STARTS_MAX {
            let restarts = children.kept[0].restarts;
            while children.kept[0].restarts == restarts {
                children.tend().unwrap();
                outside::pause(Duration::from_millis(5));
            }
        }
    }
}
