//! The data we publish holds by the standard's own programs: the demonstration's releases and record, made from its bundle
//! with no server, and those of every scene of the tests, are validated by `libcoveocds` and merged by `ocdsmerge`.
//!
//! Without a network: the standard with its extensions is `vectors/ocds/ocds-offline.zip`. The programs are installed into a
//! folder under `target/` by `xtask/ocds/requirements.txt`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::run;

/// The copy of the standard, from the repository's root.
const STANDARD: &str = "vectors/ocds/ocds-offline.zip";

/// Makes the data, and has it checked.
pub fn check(root: &Path) -> Result<(), String> {
    let standard = root.join(STANDARD);
    let python = install(root)?;
    run::cargo(root, &["build", "--quiet", "--package", "ximu-cli"])?;
    run::cargo(root, &["build", "--quiet", "--package", "ximu-ocds", "--example", "scenes"])?;
    let scratch = root.join("target/xtask-ocds");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    }
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let ximu = root.join("target/debug/ximu");
    let bundle = bundle(root, &ximu, &scratch)?;
    let (demo, scenes) = (scratch.join("demo"), scratch.join("scenes"));
    run::show(Command::new(&ximu).arg("ocds").arg(bundle).arg("--out").arg(&demo))?;
    run::show(Command::new(root.join("target/debug/examples/scenes")).arg(&scenes))?;
    let mut files = Vec::new();
    for folder in [demo.join("releases"), demo.join("records"), scenes] {
        files.extend(listed(&folder)?);
    }
    run::show(
        Command::new(python)
            .arg(root.join("xtask/ocds/check.py"))
            .arg(standard)
            .arg(root.join("docs/ocds-extension"))
            .arg(&scratch)
            .args(files),
    )
}

/// The bundle of the step `demo`; one made now when that step was not run.
fn bundle(root: &Path, ximu: &Path, scratch: &Path) -> Result<PathBuf, String> {
    let of_the_step = root.join("target/xtask-demo/out.zip");
    if of_the_step.is_file() {
        return Ok(of_the_step);
    }
    let bundle = scratch.join("out.zip");
    let demo = ["demo", "--fast", "--exit", "--lang", "en", "--listen", "127.0.0.1:0"];
    let mut command = Command::new(ximu);
    command.args(demo).arg("--data-dir").arg(scratch.join("data")).arg("--bundle").arg(&bundle);
    run::show(command.stdout(Stdio::null()))?;
    Ok(bundle)
}

/// The files of a folder, by name.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    if files.is_empty() {
        Err(format!("{}: expected files, found none", folder.display()))
    } else {
        Ok(files)
    }
}

/// A Python with the standard's programs, by the list of pinned packages.
fn install(root: &Path) -> Result<PathBuf, String> {
    let list = root.join("xtask/ocds/requirements.txt");
    let folder = root.join("target/ocds-python");
    let (python, installed) = (folder.join("bin/python"), folder.join(".installed"));
    let wanted = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run::show(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let quiet =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"];
    run::show(Command::new(&python).args(quiet).arg(&list))?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(python)
}
