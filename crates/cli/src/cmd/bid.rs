//! `ximu bid`: a bidder's own tools.

mod apply;
mod hand;
mod seal;
mod send;

pub use seal::tender;

use crate::fault::Done;
use clap::Subcommand;
use ximu_text::Language;

/// What `ximu bid --help` teaches below the list.
pub const STEPS: &str = "\
A bid from the key to the opening. The policy is the fingerprint that the notice names; PAGE is the tender's page, such as
https://centre.example/tenders/yc-2020-0603:

    ximu key new --out firm.key
    ximu admin register --centre URL --key firm.key --name NAME
    ximu bid seal --tender PAGE --form bid.json --file plan.pdf --policy FINGERPRINT --key firm.key --out my-bid
    ximu bid submit my-bid --centre URL --key firm.key
    ximu bid open my-bid --centre URL --key firm.key

The last one is given after the deadline, within the window that the page shows. bid.json is what is read out:

    {\"bidder_name\": \"江城园林\", \"bond\": \"100000.00\", \"quality\": \"合格\", \"duration_days\": 120, \"manager\": \"某甲\",
     \"lines\": [{\"item\": \"清淤\", \"unit\": \"m3\", \"quantity\": \"1200\", \"unit_price\": \"35.50\"}]}";

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
    /// and, if the rules say so, in shares to the holders; the body to you and, where the committee reads documents
    /// (papers), in shares that the holders give to its seats alone. Before sealing it says who can open what in your
    /// tender. Keep a copy of form.key where you will find it at the opening.
    Seal(seal::Seal),
    /// Uploads a sealed bid and waits for its receipt; a repetition changes nothing
    Submit(send::Submit),
    /// Fetches the receipt of a submitted bid, or checks one that is there
    Receipt(send::Receipt),
    /// Withdraws a bid before the deadline
    Withdraw(send::Withdraw),
    /// At the opening: releases the form's key, or asks for rescue; the command goes to the centre and to the holders
    ///
    /// Each holder signs that it has it, and hands it in when the centre's log does not show it. The statements are kept in
    /// the folder.
    Open(send::Open),
    Hand(hand::Hand),
}

/// Runs it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: Command, language: Language) -> Done {
    match command {
        Command::Apply(apply) => apply.run(),
        Command::Seal(seal) => seal.run(language),
        Command::Submit(submit) => submit.run(),
        Command::Receipt(receipt) => receipt.run(),
        Command::Withdraw(withdraw) => withdraw.run(),
        Command::Open(open) => open.run(),
        Command::Hand(hand) => hand.run(),
    }
}
