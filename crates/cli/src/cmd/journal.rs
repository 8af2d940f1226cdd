//! `ximu journal`: reads a centre's journal, step by step, and writes the public bundle from it.

pub mod archive;
mod export;
mod show;
mod step;

use crate::fault::Done;
use clap::Subcommand;

/// What `ximu journal --help` teaches below the list.
pub const STEPS: &str = "\
Nothing is changed, and the centre may run meanwhile. For instance, what was said about one tender; how the log decided
leaf 42; the bundle for everybody, checked:

    ximu journal show --data-dir DIR --procedure yc-2020-0603
    ximu journal step 42 --data-dir DIR
    ximu journal export --data-dir DIR --out bundle.zip
    ximu verify bundle.zip --policy FINGERPRINT";

/// What to do with a journal. Nothing is changed, and the centre may run meanwhile.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the leaves of the log: when, which procedure, what was said, what followed
    Show(show::Show),
    /// Decides the log again up to one leaf, and shows that leaf with the state before and after it
    Step(step::Step),
    /// Writes the public bundle, as of the newest cosigned checkpoint
    Export(export::Export),
    Archive(archive::Archive),
}

/// Runs it.
///
/// # Errors
/// When the data directory cannot be read.
pub fn run(command: Command) -> Done {
    match command {
        Command::Show(show) => show.run(),
        Command::Step(step) => step.run(),
        Command::Export(export) => export.run(),
        Command::Archive(archive) => archive.run(),
    }
}
