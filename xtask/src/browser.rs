//! A person's path in a real browser: the demonstration leaves a bidder's seat empty, and a script takes it in Chromium,
//! in Chinese, by keyboard and clicks, from the key to the receipt and the release. Then the command line reads what the
//! browser saved, the bid stands in the ranking, and the bundle verifies.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

mod desk;
mod evaluate;

use crate::run;

/// How long the demonstration has to begin, and to end after the browser is done.
const DEMO_MAX: Duration = Duration::from_secs(120);
/// How long the person's path may take, in seconds: most of it is the law's twenty days, 80 seconds here.
const PATH_MAX_S: &str = "200";

/// Plays it.
pub fn check(root: &Path) -> Result<(), String> {
    let tools = install(root)?;
    run::cargo(root, &["build", "--quiet", "--package", "ximu-cli"])?;
    let ximu = root.join("target/debug/ximu");
    let scratch = root.join("target/xtask-browser");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    }
    let out = scratch.join("out");
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let log = scratch.join("demo.log");
    let mut demo = Demo::begin(&ximu, "bidder", &scratch.join("data"), &log)?;
    let page = demo.until(&log, |text| word(text, "/bid?lang="))?;
    let chrome = run::read(Command::new("sh").args(["-c", "command -v chromium"]))?;
    run::show(
        Command::new("timeout")
            .args([PATH_MAX_S, "node"])
            .arg(root.join("xtask/browser/bid.mjs"))
            .args([&page, &scratch.join("data/seat").display().to_string()])
            .args([&out, &tools])
            .arg(chrome),
    )?;
    read_by_command_line(&ximu, &out, &page)?;
    let party = read(&out.join("party"))?;
    let ranked = |line: &str| line.contains("总分") && line.ends_with(&party);
    demo.until(&log, |text| text.lines().any(ranked).then(String::new))
        .map_err(|why| format!("{why}; the bid {party} is not in the ranking"))?;
    demo.end(DEMO_MAX)?;
    desk::check(root, &ximu, &tools.display().to_string())?;
    evaluate::check(root, &ximu, &tools)
}

/// The command line finds the receipt, the key and the envelopes as if it had written them.
fn read_by_command_line(ximu: &Path, out: &Path, page: &str) -> Result<(), String> {
    let centre = page.split("/tenders/").next().unwrap_or(page);
    let folder = fs::read_dir(out)
        .map_err(|error| format!("{}: {error}", out.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("submission.json").is_file())
        .ok_or("the browser saved no folder of a bid")?;
    run::show(Command::new(ximu).args(["bid", "receipt"]).arg(&folder).args(["--centre", centre]))?;
    for name in ["form", "body"] {
        let open = format!("age -d -i {name}.key {name}.age | tar -t >/dev/null");
        run::show(Command::new("bash").args(["-o", "pipefail", "-c", &open]).current_dir(&folder))?;
    }
    Ok(())
}

/// The demonstration; ended with us.
struct Demo(Child);

impl Demo {
    /// Begins one with an empty seat, which tells its course in a file.
    fn begin(ximu: &Path, seat: &str, data: &Path, log: &Path) -> Result<Demo, String> {
        let file = fs::File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let demo = ["demo", "--seat", seat, "--fast", "--exit", "--lang", "zh", "--listen", "127.0.0.1:0"];
        let command = Command::new(ximu).args(demo).arg("--data-dir").arg(data).stdout(file).spawn();
        command.map(Demo).map_err(|error| format!("{}: {error}", ximu.display()))
    }

    /// Waits until the telling contains something.
    fn until(&mut self, log: &Path, wanted: impl Fn(&str) -> Option<String>) -> Result<String, String> {
        let begun = Instant::now();
        loop {
            if let Some(found) = wanted(&read(log)?) {
                return Ok(found);
            }
            let ended = self.0.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || begun.elapsed() > DEMO_MAX {
                return Err(format!("the demonstration did not come so far; see {}", log.display()));
            }
            rest();
        }
    }

    /// Waits for its own end, which must be good.
    fn end(&mut self, max: Duration) -> Result<(), String> {
        let begun = Instant::now();
        while begun.elapsed() < max {
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
