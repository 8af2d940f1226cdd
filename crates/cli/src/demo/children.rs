//! The processes of the play: the host and the other centres, started from this executable.
//!
//! Each child reads its standard input and ends when that ends, so it outlives the driver by no more than a moment
//! whatever becomes of the driver. A child that dies is started again: nothing it promised is lost.

use super::plan::Folders;
use crate::{fault::Fault, files, outside};
use std::{
    collections::VecDeque,
    fs::OpenOptions,
    io::Write as _,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    str::FromStr,
    time::{Duration, Instant},
};
use ximu_text::Text;

/// How often one process is started again before the play gives up.
const RESTARTS_MAX: u32 = 50;

/// Between two starts of one process. With the number of starts it allows for the time that a process takes to end
/// whose driver was killed: until then it holds the lock of its data directory.
const RESTART_EVERY: Duration = Duration::from_millis(250);

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
            let child = children.spawn(&role, orders.front())?;
            children.kept.push(Kept { role, child, started: Instant::now(), restarts: 0, orders });
        }
        Ok(children)
    }

    /// Starts again what has died; the names of those.
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
            kept.started = Instant::now();
            kept.restarts += 1;
            let (role, restarts) = (kept.role.clone(), kept.restarts);
            let aborted = |status: ExitStatus| status.signal() == Some(ABORTED);
            let reached =
                if ended.ok().flatten().is_some_and(aborted) { kept.orders.pop_front() } else { None };
            let order = kept.orders.front().cloned();
            if let Some(point) = reached {
                self.note_reached(&role.name, &point)?;
            }
            if restarts > RESTARTS_MAX {
                let log = self.logs.join(format!("{}.log", role.name));
                let said = |t: Text| t.found_demo_died(&role.name, restarts);
                return Err(Fault::new("process", said, |t: Text| {
                    t.advice_see_log(log.display().to_string())
                }));
            }
            let child = self.spawn(&role, order.as_ref())?;
            if let Some(kept) = self.kept.get_mut(index) {
                kept.child = child;
            }
            again.push(role.name);
        }
        Ok(again)
    }

    fn note_reached(&self, name: &str, point: &str) -> Result<(), Fault> {
        let path = self.logs.join(REACHED);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(format!("{name} {point}\n").as_bytes()))
            .map_err(|error| Fault::file("write", &path, &error))
    }

    fn spawn(&self, role: &Role, order: Option<&String>) -> Result<Child, Fault> {
        let path = self.logs.join(format!("{}.log", role.name));
        let failed = |error: std::io::Error| Fault::file("write", &path, &error);
        let log = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        let output = log.try_clone().map_err(failed)?;
        Command::new(&self.executable)
            .args(&role.arguments)
            .args(order.map(|point| format!("--fail-point={point}")))
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(log)
            .spawn()
            .map_err(|error| {
                Fault::new("process", |t: Text| t.found_demo_start(error.to_string(), &role.name), "")
            })
    }
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
