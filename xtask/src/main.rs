//! The project's own automation, in Rust and without dependencies. `cargo xtask check` is what CI runs.
//!
//! Each step is a file; a step prints one line when it begins and what went wrong when it fails. Nothing here is
//! part of the product.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool of the developers")]

mod browser;
mod demo;
mod kills;
mod ocds;
mod packages;
mod ring0;
mod run;
mod swapped;
mod tidy;
mod wasm;
mod worlds;

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

const HELP: &str = "\
cargo xtask STEP...   runs the named steps, in order

  check     all of the below, in this order; what CI runs
  packages  installs what the tests need from Debian, when it is missing
  fmt       the sources are formatted
  clippy    the lints are silent
  tidy      file heads, lengths, forbidden words, ARCHITECTURE's map
  ring0     the pure crates build for wasm32 without std
  wasm      the browser's module is what its sources make
  demo      the demonstration runs, and its bundle verifies
  ocds      its OCDS data holds by the standard's own programs
  browser   the four seats of the demonstration are taken in Chromium, and every page is read there
  worlds    the test that one bidder and nine look alike finds a planted leak
  test      every test

Longer than CI, only when it is named:

  wasm-keep builds the browser's module and puts it into the tree
  kills     the 50 random kills of a rehearsal, with their seeds and counts
";

/// What a step gives: nothing, or why it failed, in words for a person.
type Step = Result<(), String>;

/// A step by its name.
type Named = (&'static str, fn(&Path) -> Step);

const STEPS: [Named; 11] = [
    ("packages", |_| packages::install()),
    ("fmt", |root| run::cargo(root, &["fmt", "--all", "--check"])),
    ("clippy", |root| {
        run::cargo(root, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
    }),
    ("tidy", tidy::check),
    ("ring0", ring0::check),
    ("wasm", wasm::check),
    ("demo", demo::check),
    ("ocds", ocds::check),
    ("browser", browser::check),
    ("worlds", worlds::check),
    ("test", test),
];

/// What `check` does not run, because it takes too long for every commit.
const LONG: [Named; 2] = [("wasm-keep", wasm::keep), ("kills", kills::all)];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let known = |name: &String| name == "check" || STEPS.iter().chain(&LONG).any(|(step, _)| step == name);
    if wanted.is_empty() || !wanted.iter().all(known) {
        eprint!("{HELP}");
        return ExitCode::from(2);
    }
    let root = root();
    let all = wanted.iter().any(|step| step == "check");
    let steps = STEPS.into_iter().map(|step| (step, all)).chain(LONG.into_iter().map(|step| (step, false)));
    for ((name, step), asked) in steps {
        if !asked && !wanted.iter().any(|step| step == name) {
            continue;
        }
        let begun = Instant::now();
        println!("xtask: {name}");
        if let Err(why) = step(&root) {
            eprintln!("xtask: {name} failed: {why}");
            return ExitCode::FAILURE;
        }
        println!("xtask: {name} holds ({} s)", begun.elapsed().as_secs());
    }
    ExitCode::SUCCESS
}

/// How long all tests together may take before they are ended, so that one that hangs is named instead of waited for.
const TEST_MAX: &str = "30m";

fn test(root: &Path) -> Step {
    let cargo = [env!("CARGO"), "test", "--workspace", "--no-fail-fast"];
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10s", TEST_MAX]).args(cargo).current_dir(root);
    run::show(&mut command).map_err(|why| format!("{why} (124: a test hung for {TEST_MAX})"))
}

/// The repository's root: the folder above this crate.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
