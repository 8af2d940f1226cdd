//! `ximu bid`: a bidder's own tools.

mod seal;
mod send;

pub use seal::tender;

use crate::fault::Done;
use clap::Subcommand;

/// A bidder's work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Seals a bid on this machine, so that nobody can read it before the opening
    ///
    /// Writes a folder with form.age (what is read out), body.age (your documents), their keys form.key and body.key
    /// (age identities: `age -d -i form.key form.age | tar t` works), and submission.json. The form is sealed to you
    /// and, if the rules say so, in shares to the holders; the body to you alone. Keep a copy of form.key where you
    /// will find it at the opening.
    Seal(seal::Seal),
    /// Uploads a sealed bid and waits for its receipt; a repetition changes nothing
    Submit(send::Submit),
    /// Fetches the receipt of a submitted bid, or checks one that is there
    Receipt(send::Receipt),
    /// Withdraws a bid before the deadline
    Withdraw(send::Withdraw),
    /// At the opening: releases the form's key to the holders, or asks them for rescue
    Open(send::Open),
}

/// Runs it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: Command) -> Done {
    match command {
        Command::Seal(seal) => seal.run(),
        Command::Submit(submit) => submit.run(),
        Command::Receipt(receipt) => receipt.run(),
        Command::Withdraw(withdraw) => withdraw.run(),
        Command::Open(open) => open.run(),
    }
}
