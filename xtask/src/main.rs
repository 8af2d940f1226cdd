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
    thread,
    time::Instant,
};

const HELP: &str = "\
cargo xtask STEP...   runs the named steps, in order

  check     all of the below, in this order; what CI runs
  packages  installs what the tests need from Debian, when it is missing
  fmt       the sources are formatted
  tidy      file heads, lengths, forbidden words, ARCHITECTURE's map
  clippy    the lints are silent; the next two run beside it
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
    ("tidy", tidy::check),
    ("clippy", |root| {
        run::cargo(root, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
    }),
    ("ring0", ring0::check),
    ("wasm", wasm::check),
    ("demo", demo::check),
    ("ocds", ocds::check),
    ("browser", browser::check),
    ("worlds", worlds::check),
    ("test", test),
];

/// Steps that run beside the one before them: each builds in a folder of its own, and the last part of each build keeps one
/// core busy and no more.
const BESIDE: [&str; 2] = ["ring0", "wasm"];

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
    let asked = |name: &str| wanted.iter().any(|step| step == name);
    let steps = STEPS.iter().filter(|(name, _)| all || asked(name));
    let steps: Vec<&Named> = steps.chain(LONG.iter().filter(|(name, _)| asked(name))).collect();
    for group in steps.chunk_by(|_, (next, _)| BESIDE.contains(next)) {
        let all_hold = thread::scope(|scope| {
            let running: Vec<_> = group.iter().map(|named| scope.spawn(|| take(named, &root))).collect();
            running.into_iter().all(|step| step.join().unwrap_or(false))
        });
        if !all_hold {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Takes one step; says whether it holds.
fn take((name, step): &Named, root: &Path) -> bool {
    let begun = Instant::now();
    println!("xtask: {name}");
    let result = step(root);
    match &result {
        Ok(()) => println!("xtask: {name} holds ({} s)", begun.elapsed().as_secs()),
        Err(why) => eprintln!("xtask: {name} failed: {why}"),
    }
    result.is_ok()
}

/// How long all tests together may take before they are ended, so that one that hangs is named instead of waited for.
const TEST_MAX: &str = "30m";

/// Tests at the same time: one more than a small machine has cores, for many wait until a rehearsal's days have passed.
const TESTS_AT_ONCE: &str = "3";

fn test(root: &Path) -> Step {
    let run = |what: &[&str]| {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=10s", TEST_MAX, env!("CARGO"), "test", "--no-fail-fast"]).args(what);
        command.current_dir(root).env("RUST_TEST_THREADS", TESTS_AT_ONCE);
        run::show(&mut command).map_err(|why| format!("{why} (124: a test hung for {TEST_MAX})"))
    };
    // Where no example stands in a comment, looking for one takes as long as compiling the crate.
    let examples = examples(root)?;
    let mut documented = vec!["--doc"];
    documented.extend(examples.iter().flat_map(|name| ["--package", name.as_str()]));
    run(&documented)?;
    run(&["--workspace", "--lib", "--bins", "--tests", "--examples"])
}

/// The packages with examples in their comments.
fn examples(root: &Path) -> Result<Vec<String>, String> {
    let list = run::read(
        Command::new("git").args(["grep", "-lE", "^ *//[/!] ```$", "--", "crates"]).current_dir(root),
    )?;
    let mut names: Vec<String> =
        list.lines().filter_map(|file| Some(format!("ximu-{}", file.split('/').nth(1)?))).collect();
    names.dedup();
    if names.is_empty() { Err("expected examples in comments, found none".to_string()) } else { Ok(names) }
}

/// The repository's root: the folder above this crate.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
