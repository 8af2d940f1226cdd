//! A rehearsal by the real executable that is interrupted: its driver, which is started again whenever it was killed,
//! until the tender is awarded; then what was promised is held against the bundle.

use super::{processes::Victim, record::Record, words::Words};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

/// The executable.
const XIMU: &str = env!("CARGO_BIN_EXE_ximu");

/// All rehearsals have the same keys, so that the words of one are plausible in another, and wrong.
const SEED: &str = "7";

/// Between two looks at the bidders' disks.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// An undisturbed rehearsal takes 22 seconds; one on a busy machine, with everything started again, far less than this.
const PATIENCE: Duration = Duration::from_secs(240);

/// A kill that is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// When, counted from the first start.
    pub after: Duration,
    /// Whom.
    pub victim: Victim,
    /// How long the driver stays away when it was killed, and with it all the others.
    pub away: Duration,
}

/// What became of a rehearsal.
pub struct Ended {
    /// What the bidders were promised.
    pub words: Words,
    /// The bundle.
    pub record: Record,
    /// The ordered ends that came true: process and fail point.
    pub reached: Vec<(String, String)>,
    /// How often the driver was started.
    pub starts: u32,
}

/// Plays a rehearsal to its award, in a folder that is made afresh and removed when everything held.
///
/// Panics, with the folder's name, when it does not end well or when any word that was given does not hold.
pub fn play(name: &str, kill: Option<Kill>, fail_points: &[(&str, &str)]) -> Ended {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kills").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let data = folder.join("data");
    fs::create_dir_all(&data).unwrap();
    let mut rehearsal = Rehearsal {
        begun: Instant::now(),
        starts: 0,
        words: Words::default(),
        data: data.clone(),
        bundle: folder.join("bundle.zip"),
        told: folder.join("told"),
        ordered: fail_points.iter().map(|(who, point)| format!("--fail-point={who}={point}")).collect(),
    };
    rehearsal.play(kill);
    let ended = rehearsal.conclude();
    let lost = ended.record.lost(&ended.words);
    assert!(lost.is_empty(), "{name}: see {}\n  {}", folder.display(), lost.join("\n  "));
    fs::remove_dir_all(&folder).unwrap();
    ended
}

struct Rehearsal {
    begun: Instant,
    starts: u32,
    words: Words,
    data: PathBuf,
    bundle: PathBuf,
    told: PathBuf,
    ordered: Vec<String>,
}

impl Rehearsal {
    fn play(&mut self, mut kill: Option<Kill>) {
        loop {
            let (mut driver, lines) = self.start();
            let mut killed = None;
            loop {
                let line = lines.recv_timeout(LOOK_EVERY);
                let due = kill.filter(|kill| self.begun.elapsed() >= kill.after);
                if let Some(due) = due.filter(|due| due.victim.strike(&mut driver, &self.data)) {
                    kill = None;
                    killed = matches!(due.victim, Victim::Driver | Victim::Everything).then_some(due.away);
                }
                self.words.look(&self.data);
                match line {
                    Ok(line) => self.keep(&line),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if self.begun.elapsed() > PATIENCE {
                    Victim::Everything.strike(&mut driver, &self.data);
                    driver.wait().unwrap();
                    panic!("expected an award within {PATIENCE:?}, see {}", self.told.display());
                }
            }
            let status = driver.wait().unwrap();
            self.words.look(&self.data);
            let Some(away) = killed else {
                assert!(status.success(), "the driver ended with {status}, see {}", self.told.display());
                assert_eq!(kill, None, "the rehearsal was over before the kill, see {}", self.told.display());
                return;
            };
            let (_kept_open, nothing) = channel::<()>();
            assert_eq!(nothing.recv_timeout(away), Err(RecvTimeoutError::Timeout));
        }
    }

    fn start(&mut self) -> (Child, Receiver<String>) {
        self.starts += 1;
        let errors = fs::OpenOptions::new().create(true).append(true).open(&self.told).unwrap();
        let mut command = Command::new(XIMU);
        command.args(["demo", "--fast", "--exit", "--lang", "en", "--listen", "127.0.0.1:0"]);
        command.args(["--bidders", "5", "--seed", SEED]);
        command.arg("--data-dir").arg(&self.data).arg("--bundle").arg(&self.bundle);
        if self.starts == 1 {
            command.args(&self.ordered);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        let mut driver = command.spawn().unwrap();
        let (sender, lines) = channel();
        let told = BufReader::new(driver.stdout.take().unwrap());
        // It ends with the driver, when the pipe does.
        std::thread::spawn(move || {
            told.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).ok();
        });
        (driver, lines)
    }

    fn keep(&self, line: &str) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.told).unwrap();
        writeln!(file, "{line}").unwrap();
    }

    /// The bundle verifies under the policy that the firms read before they sealed.
    fn conclude(self) -> Ended {
        let record = Record::read(&fs::read(&self.bundle).unwrap());
        let verified = Command::new(XIMU)
            .arg("verify")
            .arg(&self.bundle)
            .arg("--policy")
            .arg(record.policy().to_string())
            .output();
        let verified = verified.unwrap();
        assert!(
            verified.status.success(),
            "{}: {}",
            self.bundle.display(),
            String::from_utf8_lossy(&verified.stdout)
        );
        let reached = fs::read_to_string(self.data.join("logs/fail-points")).unwrap_or_default();
        let reached = reached.lines().filter_map(|line| line.split_once(' '));
        let reached = reached.map(|(who, point)| (who.to_owned(), point.to_owned())).collect();
        Ended { words: self.words, record, reached, starts: self.starts }
    }
}
