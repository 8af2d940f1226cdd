//! The processes of the play: the host and the other centres, started from this executable.
//!
//! Each child reads its standard input and ends when that ends, so it outlives the driver by no more than a moment
//! whatever becomes of the driver. A child that dies is started again: nothing it promised is lost.

use super::plan::Folders;
use crate::{fault::Fault, files, outside};
use std::{
    fs::OpenOptions,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// How often one process is started again before the play gives up.
const RESTARTS_MAX: u32 = 50;

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

/// A process that is kept running.
struct Kept {
    role: Role,
    child: Child,
    restarts: u32,
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
    pub fn start(folders: &Folders, roles: Vec<Role>) -> Result<Children, Fault> {
        let executable = std::env::current_exe()
            .map_err(|error| Fault::new("process", format!("this executable's own path: {error}"), ""))?;
        files::folder(&folders.logs())?;
        let mut children = Children { executable, logs: folders.logs(), kept: Vec::new() };
        for role in roles {
            let child = children.spawn(&role)?;
            children.kept.push(Kept { role, child, restarts: 0 });
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
            if matches!(kept.child.try_wait(), Ok(None)) {
                continue;
            }
            kept.restarts += 1;
            let (role, restarts) = (kept.role.clone(), kept.restarts);
            if restarts > RESTARTS_MAX {
                let log = self.logs.join(format!("{}.log", role.name));
                let said = format!("expected {} to keep running, found it ended {restarts} times", role.name);
                return Err(Fault::new("process", said, format!("see {}", log.display())));
            }
            let child = self.spawn(&role)?;
            if let Some(kept) = self.kept.get_mut(index) {
                kept.child = child;
            }
            again.push(role.name);
        }
        Ok(again)
    }

    fn spawn(&self, role: &Role) -> Result<Child, Fault> {
        let path = self.logs.join(format!("{}.log", role.name));
        let failed = |error: std::io::Error| Fault::file("write", &path, &error);
        let log = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        let output = log.try_clone().map_err(failed)?;
        Command::new(&self.executable)
            .args(&role.arguments)
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(log)
            .spawn()
            .map_err(|error| Fault::new("process", format!("start {}: {error}", role.name), ""))
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
