//! Runs commands and turns their failure into a sentence.

use std::{ffi::OsStr, path::Path, process::Command};

/// Runs cargo in the repository with these arguments, its output shown.
pub fn cargo(root: &Path, arguments: &[&str]) -> Result<(), String> {
    show(Command::new(env!("CARGO")).args(arguments).current_dir(root))
}

/// Runs a command with its output shown.
pub fn show(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{}: {error}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", name(command))) }
}

/// Runs a command and gives what it printed, without the last line feed.
pub fn read(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", name(command)))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", name(command), output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_string())
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
