//! `ximu bid`: a bidder's own tools.

mod apply;
mod seal;
mod send;

pub use seal::tender;

use crate::fault::Done;
use clap::Subcommand;

/// A bidder's work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Applies to bid, where the rules ask for it: documents are hashed here, and only salted commitments are sent
    ///
    /// Writes a folder with one record for each document and for the account: whoever has the document and its record
    /// sees that it is the one that was committed to. Nobody learns of the application before the deadline but the
    /// officer whom the rules name. A repetition with the same folder is the same application.
    Apply(apply::Apply),
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
        Command::Apply(apply) => apply.run(),
        Command::Seal(seal) => seal.run(),
        Command::Submit(submit) => submit.run(),
        Command::Receipt(receipt) => receipt.run(),
        Command::Withdraw(withdraw) => withdraw.run(),
        Command::Open(open) => open.run(),
    }
}
