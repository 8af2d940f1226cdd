//! The seats of the demonstration in a real browser: each leaves one empty, and a script takes it in Chromium, in Chinese,
//! by keyboard and clicks, from the terminal's hint to the end. A visitor reads every page, and a reader
//! verifies the bundle in one. What is seen is kept as pictures
//! in `target/xtask-browser`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

mod bid;
mod desk;
mod evaluate;
mod reader;
mod visitor;

use crate::run;

/// How long the demonstration has to come to what is waited for, and to end after the browser is done.
const DEMO_MAX: Duration = Duration::from_secs(120);
/// How long a person's path at the bid page or the desk may take, in seconds: most of it is the law's twenty days, 80
/// seconds here.
const PATH_MAX_S: &str = "300";

/// What each path needs.
struct Tools<'a> {
    /// The repository.
    root: &'a Path,
    /// The product.
    ximu: &'a Path,
    /// What drives the browser.
    driver: &'a Path,
    /// The browser.
    chrome: &'a str,
    /// Where everything is written.
    scratch: &'a Path,
}

/// A path of its own demonstration.
type Walk = fn(&Tools<'_>) -> Result<(), String>;

/// The seats. They are taken at the same time: most of each path is waiting where the law waits.
const SEATS: [(&str, Walk); 4] = [
    ("bidder", bid::walk),
    ("evaluator", evaluate::walk),
    ("supervisor", desk::supervisor),
    ("host", desk::host),
];

/// Plays them.
pub fn check(root: &Path) -> Result<(), String> {
    let driver = install(root)?;
    run::cargo(root, &["build", "--quiet", "--package", "ximu-cli"])?;
    let ximu = root.join("target/debug/ximu");
    let scratch = root.join("target/xtask-browser");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    }
    let chrome = run::read(Command::new("sh").args(["-c", "command -v chromium"]))?;
    let tools = Tools { root, ximu: &ximu, driver: &driver, chrome: chrome.trim(), scratch: &scratch };
    let faults: Vec<String> = thread::scope(|scope| {
        let tools = &tools;
        let walks = SEATS.map(|(seat, walk)| (seat, scope.spawn(move || walk(tools))));
        let ended = walks.map(|(seat, walk)| {
            let ended = walk.join().unwrap_or_else(|_| Err("the step itself broke".to_string()));
            ended.map_err(|why| format!("{seat}: {why}"))
        });
        ended.into_iter().filter_map(Result::err).collect()
    });
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

impl Tools<'_> {
    /// A seat's folder, with `out` in it for what its script saves and sees.
    fn folder(&self, seat: &str) -> Result<PathBuf, String> {
        let folder = self.scratch.join(seat);
        let out = folder.join("out");
        fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
        Ok(folder)
    }

    /// Runs a script in the browser: PAGE, what it has of its own, where it saves, and what drives it.
    fn script(&self, max_s: &str, name: &str, own: &[&str], out: &Path) -> Result<(), String> {
        let mut node = Command::new("timeout");
        node.args([max_s, "node"]).arg(self.root.join("xtask/browser").join(name)).args(own);
        run::show(node.arg(out).arg(self.driver).arg(self.chrome))
    }
}

/// The demonstration; ended with us.
struct Demo(Child);

impl Demo {
    /// Begins one with an empty seat, which tells its course in a file; `more` are arguments of its own.
    fn begin(ximu: &Path, seat: &str, data: &Path, log: &Path, more: &[&str]) -> Result<Demo, String> {
        let file = fs::File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let demo = ["demo", "--seat", seat, "--fast", "--lang", "zh", "--listen", "127.0.0.1:0"];
        let command =
            Command::new(ximu).args(demo).args(more).arg("--data-dir").arg(data).stdout(file).spawn();
        command.map(Demo).map_err(|error| format!("{}: {error}", ximu.display()))
    }

    /// Waits until the telling contains something.
    fn until(&mut self, log: &Path, wanted: impl Fn(&str) -> Option<String>) -> Result<String, String> {
        self.until_within(DEMO_MAX, log, wanted)
    }

    /// The same, for what may take longer.
    fn until_within(
        &mut self,
        max: Duration,
        log: &Path,
        wanted: impl Fn(&str) -> Option<String>,
    ) -> Result<String, String> {
        let begun = Instant::now();
        loop {
            if let Some(found) = wanted(&read(log)?) {
                return Ok(found);
            }
            let ended = self.0.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || begun.elapsed() > max {
                return Err(format!("the demonstration did not come so far; see {}", log.display()));
            }
            rest();
        }
    }

    /// Waits for its own end, which must be good.
    fn end(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        while begun.elapsed() < DEMO_MAX {
            match self.0.try_wait().map_err(|error| error.to_string())? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the demonstration ended with {status}")),
                None => rest(),
            }
        }
        Err("the demonstration did not end".to_string())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            // It ends its own processes when it is asked to.
            let _asked = Command::new("kill").arg(self.0.id().to_string()).status();
            let _ended = self.0.wait();
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "another process tells in a file, which nothing announces")]
fn rest() {
    thread::sleep(Duration::from_millis(200));
}

/// The terminal tells what the seat did, each of these in a line of its own.
fn told(demo: &mut Demo, log: &Path, wanted: &[&str]) -> Result<(), String> {
    for words in wanted {
        let said = |line: &str| line.contains("您的席位") && line.contains(words);
        demo.until(log, |text| text.lines().any(said).then(String::new))
            .map_err(|why| format!("{why}; the terminal does not tell of {words}"))?;
    }
    Ok(())
}

/// The word of a text that contains this.
fn word(text: &str, part: &str) -> Option<String> {
    let found = text.split_whitespace().find(|word| word.contains(part))?;
    Some(found.get(found.find("http")?..)?.to_string())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// What drives the browser, by the lock file; gives its folder.
pub fn install(root: &Path) -> Result<PathBuf, String> {
    let folder = root.join("target/browser");
    let lock = read(&root.join("xtask/browser/package-lock.json"))?;
    let installed = folder.join("node_modules/.installed");
    if read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        let (from, to) = (root.join("xtask/browser").join(name), folder.join(name));
        fs::copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    let ci = ["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
    run::show(Command::new("npm").args(ci).current_dir(&folder).stdout(Stdio::null()))?;
    fs::write(&installed, lock).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(folder)
}
