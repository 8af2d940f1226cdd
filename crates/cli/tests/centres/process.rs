//! A process of the real binary: started, heard, stopped and ended by its own id.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

const PAGE: usize = 4096;

/// The executable under test.
pub const XIMU: &str = env!("CARGO_BIN_EXE_ximu");

/// A server that runs. Ends with this value, and with the test process however that ends: it watches its standard
/// input.
pub struct Process {
    child: Child,
    /// Kept open, so that what it says later is not an error for it.
    _said: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its log goes.
    pub log: PathBuf,
}

impl Process {
    /// Starts a server and waits for the line in which it says where it listens. Its log goes on at the end of `log`.
    ///
    /// # Errors
    /// What it logged, when it ended before it listened.
    pub fn start<S: AsRef<OsStr>>(arguments: &[S], log: &Path) -> Result<Process, String> {
        Process::start_in(&[], arguments, log)
    }

    /// The same with variables of the environment.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start_in<S: AsRef<OsStr>>(
        environment: &[(&str, String)],
        arguments: &[S],
        log: &Path,
    ) -> Result<Process, String> {
        let file = File::options().create(true).append(true).open(log).unwrap();
        let begins = file.metadata().unwrap().len();
        let mut child = Command::new(XIMU)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .arg("--with-parent")
            .env("RUST_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        match line.trim_end().rsplit_once("http://").and_then(|(_, address)| address.parse().ok()) {
            Some(address) => Ok(Process { child, _said: said, address, log: log.to_owned() }),
            None => {
                child.wait().unwrap();
                let logged = fs::read(log).unwrap();
                Err(String::from_utf8_lossy(&logged[usize::try_from(begins).unwrap()..]).into_owned())
            }
        }
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Holds it still.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Ends it at once, as a cut of the power would.
    pub fn kill(mut self) {
        self.end();
    }

    /// What stands in its memory, while it holds still: everything that it can write to.
    pub fn memory(&self) -> Vec<u8> {
        let folder = format!("/proc/{}", self.child.id());
        let memory = File::open(format!("{folder}/mem")).unwrap();
        let maps = fs::read_to_string(format!("{folder}/maps")).unwrap();
        let mut all = Vec::new();
        for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
            let (begin, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let [begin, end] = [begin, end].map(|text| u64::from_str_radix(text, 16).unwrap());
            let mut page = [0; PAGE];
            for at in (begin..end).step_by(PAGE) {
                // Guard pages cannot be read; pages that were never touched are zeros.
                let read = memory.read_exact_at(&mut page, at).is_ok();
                if read && page != [0; PAGE] {
                    all.extend_from_slice(&page);
                }
            }
        }
        all
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    fn end(&mut self) {
        // Both fail only when it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
