//! `ximu journal`: reads a centre's journal, step by step, and writes the public bundle from it.

mod archive;
mod export;
mod show;
mod step;

use crate::fault::Done;
use clap::Subcommand;

/// What to do with a journal. Nothing is changed, and the centre may run meanwhile.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the leaves of the log: when, which procedure, what was said, what followed
    Show(show::Show),
    /// Decides the log again up to one leaf, and shows that leaf with the state before and after it
    Step(step::Step),
    /// Writes the public bundle, as of the newest cosigned checkpoint
    Export(export::Export),
    /// Seals the whole record of a procedure for those who keep it
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
