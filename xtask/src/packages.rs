//! Debian packages that the tests call: foreign tools that check our formats, and the compiler for wasm32.

use std::process::{Command, Stdio};

use crate::run;

/// Package, and what it is for.
const PACKAGES: [(&str, &str); 14] = [
    ("age", "opens our envelopes, and is opened by them"),
    ("golang-go", "runs Go's sumdb packages against our log"),
    ("golang-golang-x-mod-dev", "Go's sumdb packages"),
    ("rustc-web", "compiles ring 0 for wasm32"),
    ("rust-web-src", "its standard library"),
    ("lld-22", "links wasm32"),
    ("nodejs", "runs the browser's module in its tests, and drives the browser"),
    ("chromium", "the browser in which a bidder's path is tested"),
    ("fonts-noto-cjk", "Chinese in it, and in reports"),
    ("poppler-utils", "reads our reports and takes the records out of them"),
    ("unzip", "takes a file out of a bundle"),
    ("procps", "its kill ends a process as a crash does"),
    ("python3-venv", "runs the programs that validate OCDS data"),
    ("faketime", "shows a centre a clock that goes back"),
];

/// Installs what is missing; needs root only when something is.
pub fn install() -> Result<(), String> {
    let mut missing: Vec<&str> =
        PACKAGES.iter().filter(|(package, _)| !installed(package)).map(|(package, _)| *package).collect();
    // Debian's node comes without npm; a node from elsewhere brings its own, which Debian's would clash with.
    if !callable("npm") {
        missing.push("npm");
    }
    if missing.is_empty() {
        return Ok(());
    }
    println!("xtask: installing {}", missing.join(" "));
    let reasons: Vec<String> =
        PACKAGES.iter().map(|(package, reason)| format!("{package}: {reason}")).collect();
    let hint = |why| format!("{why}; install by hand: {}\n  {}", missing.join(" "), reasons.join("\n  "));
    let quiet = |command: &mut Command| {
        run::show(command.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()))
    };
    quiet(Command::new("apt-get").args(["update", "-qq"])).map_err(hint)?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    quiet(Command::new("apt-get").args(install).args(&missing)).map_err(hint)
}

/// Whether a program answers.
fn callable(program: &str) -> bool {
    run::read(Command::new(program).arg("--version").stderr(Stdio::null())).is_ok()
}

fn installed(package: &str) -> bool {
    let query = ["-W", "-f", "${db:Status-Status}", package];
    run::read(Command::new("dpkg-query").args(query).stderr(Stdio::null()))
        .is_ok_and(|status| status == "installed")
}
