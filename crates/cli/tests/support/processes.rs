//! The processes of a rehearsal, found as children of the driver that this test started, and their sudden end.
//!
//! Only a process whose parent is that driver, and whose data directory is the rehearsal's, is ever touched.

use rustix::process::{Pid, Signal, kill_process};
use std::{fmt, fs, path::Path, process::Child};

/// Whom a kill hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Victim {
    /// The driver, which is all bidders and the tenderer; its children end by themselves a moment later.
    Driver,
    /// The host.
    Host,
    /// The peer with this number.
    Peer(usize),
    /// All of them in one moment, as when the power fails but for the disks.
    Everything,
}

impl fmt::Display for Victim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Victim::Driver => formatter.write_str("driver"),
            Victim::Host => formatter.write_str("host"),
            Victim::Peer(number) => write!(formatter, "peer-{number}"),
            Victim::Everything => formatter.write_str("everything"),
        }
    }
}

impl Victim {
    /// Kills it without warning; whether there was anything to kill.
    pub fn strike(self, driver: &mut Child, folder: &Path) -> bool {
        match self {
            Victim::Driver => driver.kill().is_ok(),
            Victim::Host => strike_child(driver, &folder.join("host")),
            Victim::Peer(number) => strike_child(driver, &folder.join("peers").join(number.to_string())),
            Victim::Everything => {
                // The driver first, so that it starts nothing again in between.
                let children = children_of(driver.id());
                let struck = driver.kill().is_ok();
                children.into_iter().filter(|child| child.is_at(folder)).for_each(|child| {
                    child.kill();
                });
                struck
            }
        }
    }
}

fn strike_child(driver: &Child, data_dir: &Path) -> bool {
    let found = children_of(driver.id()).into_iter().find(|child| child.is_at(data_dir));
    found.is_some_and(|child| child.kill())
}

struct Process {
    id: i32,
    arguments: Vec<String>,
}

impl Process {
    fn is_at(&self, data_dir: &Path) -> bool {
        self.arguments.iter().any(|argument| Path::new(argument).starts_with(data_dir))
    }

    fn kill(&self) -> bool {
        Pid::from_raw(self.id).is_some_and(|id| kill_process(id, Signal::KILL).is_ok())
    }
}

/// The living children of a process.
fn children_of(parent: u32) -> Vec<Process> {
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.filter_map(|id| {
        let status = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name in parentheses may hold anything; state and parent follow it.
        let mut fields = status.rsplit_once(')')?.1.split_whitespace();
        let (state, of) = (fields.next()?, fields.next()?.parse::<u32>().ok()?);
        if of != parent || state == "Z" {
            return None;
        }
        let line = fs::read(format!("/proc/{id}/cmdline")).ok()?;
        let arguments =
            line.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        Some(Process { id, arguments })
    })
    .collect()
}
