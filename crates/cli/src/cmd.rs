//! The subcommands, one file each.

pub mod act;
pub mod admin;
pub mod bench;
pub mod bid;
pub mod committee;
pub mod demo;
pub mod journal;
pub mod key;
pub mod ocds;
pub mod peer;
pub mod report;
pub mod serve;
pub mod tender;
pub mod verify;

use crate::{
    args::{Arguments, Command},
    fault::Done,
    outside,
};

/// Runs a subcommand.
///
/// # Errors
/// A [`crate::fault::Fault`] that says what to do.
pub fn run(arguments: Arguments) -> Done {
    let language = outside::language(arguments.lang.as_deref())?;
    match arguments.command {
        Command::Key(command) => key::run(command),
        Command::Tender(command) => tender::run(command),
        Command::Act(arguments) => act::run(arguments),
        Command::Demo(arguments) => demo::run(arguments, language),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Peer(arguments) => peer::run(arguments),
        Command::Bid(command) => bid::run(command, language),
        Command::Committee(command) => committee::run(command, language),
        Command::Journal(command) => journal::run(command),
        Command::Admin(command) => admin::run(command),
        Command::Ocds(arguments) => ocds::run(arguments),
        Command::Report(arguments) => report::run(arguments, language),
        Command::Verify(arguments) => verify::run(arguments, language),
        Command::Bench(arguments) => bench::run(arguments),
    }
}
