//! `ximu tender contract`: the command that tells the log of a signed contract without telling what is in it.

use crate::{
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out, outside,
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::{Hash, Instant, Money, Salt, hex};
use ximu_procedure::wire::{Command, command::contract_commitment};
use ximu_text::Text;

/// Makes the command that tells the log of a signed contract, from the contract's file; sends nothing.
///
/// The file stays here. The log gets a salted commitment to it (docs/spec/award.md 3.1): whoever is shown file and
/// salt can check that it is this contract. Keep both. `ximu act` sends the command.
#[derive(Debug, Args)]
pub struct Contract {
    /// The signed contract
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// The salt; made when it is not there
    #[arg(long, value_name = "FILE")]
    salt: PathBuf,
    /// The price in yuan with two decimals: that of the award, which the centre compares
    #[arg(long, value_name = "AMOUNT")]
    price: String,
    /// When it was signed (RFC 3339); now, when it is left out
    #[arg(long, value_name = "TIME")]
    signed: Option<Instant>,
    /// Where to write the command
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Contract {
    pub(super) fn run(self) -> Done {
        let price = Money::yuan(&self.price).map_err(|error| {
            let said = |t: Text| t.found_at(error.to_string(), "--price");
            Fault::argument(said, Text::advice_amount)
        })?;
        let contract = contract_commitment(&self.salt()?, &Hash::of(&files::read(&self.file)?));
        let signed = self.signed.unwrap_or_else(outside::now);
        let command = Command::SignContract { contract, price, signed };
        let json = ximu_basics::json::to_canonical(&command)
            .map_err(|error| Fault::new("json", error.to_string(), ""))?;
        files::write(&self.out, &json, Access::Shared)?;
        out::line(format!("{}: {contract}", self.out.display()));
        Ok(Exit::Done)
    }

    /// The salt in its file, or a new one that is then there.
    fn salt(&self) -> Result<Salt, Fault> {
        if !self.salt.exists() {
            let salt = outside::salt()?;
            files::write_new(&self.salt, hex::encode(&salt.0).as_bytes(), Access::Secret)?;
            return Ok(salt);
        }
        let text = files::read_text(&self.salt)?;
        let bytes = hex::decode(text.trim()).and_then(|bytes| bytes.try_into().ok());
        let said = |t: Text| t.found_salt(self.salt.display().to_string());
        Ok(Salt(bytes.ok_or_else(|| Fault::argument(said, Text::advice_name_salt))?))
    }
}
