//! `ximu key`: signing keys.

use crate::{
    fault::{Done, Exit, Fault},
    keys::Key,
    out, outside,
};
use clap::Subcommand;
use std::path::PathBuf;
use ximu_basics::PublicKey;
use ximu_procedure::registry::person_id;
use zeroize::Zeroizing;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a new Ed25519 signing key
    ///
    /// The file is for its owner alone (mode 0600). With --passphrase it is locked too, and every use asks for the
    /// passphrase (or takes it from XIMU_PASSPHRASE). Who has the key signs in your name until an officer replaces it
    /// (`ximu admin replace-key`); it opens no bid: a bid's own keys stand in the folder that `ximu bid seal` writes.
    New {
        /// Where to write it; must not exist yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Locks it with a passphrase, asked for twice
        #[arg(long)]
        passphrase: bool,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Shows the public key and the person id it gives when it is registered
    Show {
        /// The key file
        file: PathBuf,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(command: Command) -> Done {
    match command {
        Command::New { out, passphrase, json } => {
            let key = Key::generate()?;
            if passphrase {
                key.write_new_locked(&out, &chosen()?)?
            } else {
                key.write_new(&out)?
            }
            show(&key.public(), json);
        }
        Command::Show { file, json } => show(&Key::read_public(&file)?, json),
    }
    Ok(Exit::Done)
}

/// A new passphrase, typed twice alike.
fn chosen() -> Result<Zeroizing<String>, Fault> {
    let first = outside::passphrase("New passphrase: ")?;
    let again = outside::passphrase("The same again: ")?;
    if first.is_empty() || first != again {
        let said = "expected the same passphrase twice, and not an empty one";
        return Err(Fault::new("key-passphrase", said, "nothing was written; try again"));
    }
    Ok(first)
}

fn show(public: &PublicKey, json: bool) {
    let person = person_id(public).map(|person| person.to_string()).unwrap_or_default();
    if json {
        out::json(&serde_json::json!({ "public": public.to_string(), "person": person }));
        return;
    }
    out::line(format!("public {public}"));
    out::line(format!("person {person}"));
}
