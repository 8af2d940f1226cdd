//! `ximu admin`: the register of a centre, and the care of its data.

mod backup;
mod doctor;
mod party;
mod policy;
mod register;

pub use register::founding;

use crate::{
    config,
    fault::{Done, Exit},
    out,
};
use clap::Subcommand;

/// What `ximu admin --help` teaches below the list.
pub const STEPS: &str = "\
A centre from nothing. The keys and the policy come first, then the settings; the centre starts, and is founded while it
runs; doctor then says what is not well:

    ximu key new --out centre.key
    ximu key new --out administrator.key
    ximu admin policy --log ORIGIN=centre.key --witness NAME=PUBLIC --witness NAME=PUBLIC --quorum 2 > policy.txt
    ximu admin example-config > DIR/ximu.toml
    ximu serve --data-dir DIR
    ximu admin found --centre URL --key administrator.key --name NAME --policy policy.txt
    ximu admin doctor --data-dir DIR

A party registers itself; an officer, who has checked elsewhere who it is, admits it:

    ximu admin register --centre URL --key firm.key --name NAME
    ximu admin admit --centre URL --key administrator.key --party PARTY --role bidder";

/// An officer's work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints a witness policy made from keys; everybody who is to trust the centre gets it by another way
    ///
    /// Its fingerprint, which strangers pin, goes to standard error: it is the SHA-256 of the policy's file.
    Policy(policy::Write),
    /// Founds a centre: the first entry of its log, signed by the first administrator
    Found(register::Found),
    Register(register::Register),
    /// Admits a registered party in one or more roles
    Admit(register::Admit),
    /// Gives a person a new signing key when the old one is lost or stolen
    ///
    /// What was signed with the old key stays valid, and a submitted bid stays submitted: its opening keys are in
    /// the folder that `ximu bid seal` wrote, not in the signing key. Whoever is to keep their new key file to themselves
    /// makes the command with `ximu key prove`; give it with `ximu act registry FILE`, or on the register's desk.
    ReplaceKey(register::ReplaceKey),
    /// Copies the data of a stopped centre or peer to a folder with a list of hashes; keys are not in it
    Backup(backup::Backup),
    /// Puts a backup into a new data directory, checking every hash; a damaged one leaves nothing behind
    Restore(backup::Restore),
    /// Looks at the data, settings and neighbours of a centre or peer and says what is whole and what is not
    Doctor(doctor::Doctor),
    /// Prints an annotated ximu.toml
    ExampleConfig,
}

/// Runs it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: Command) -> Done {
    match command {
        Command::Policy(write) => write.run(),
        Command::Found(found) => found.run(),
        Command::Register(register) => register.run(),
        Command::Admit(admit) => admit.run(),
        Command::ReplaceKey(replace) => replace.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::ExampleConfig => {
            out::line(config::EXAMPLE.trim_end());
            Ok(Exit::Done)
        }
    }
}
