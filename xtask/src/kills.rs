//! All random kills of a rehearsal, with their seeds, victims and counts printed. CI plays the first eight among the tests.

use std::{path::Path, process::Command};

use crate::run;

/// How many, and the name by which the test knows it.
const KILLS: (&str, &str) = ("XIMU_KILLS", "50");

/// Plays them.
pub fn all(root: &Path) -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "test",
        "--quiet",
        "--package",
        "ximu-cli",
        "--test",
        "kills",
        "random",
        "--",
        "--nocapture",
    ]);
    run::show(cargo.env(KILLS.0, KILLS.1).current_dir(root))
}
