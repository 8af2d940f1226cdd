//! `ximu key`: signing keys.

use crate::{fault::Done, fault::Exit, keys::Key, out};
use clap::Subcommand;
use std::path::PathBuf;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a new Ed25519 signing key
    ///
    /// The file is for its owner alone (mode 0600) and has no passphrase: keep it on an encrypted disk or a medium
    /// you carry. Who has it signs in your name until an officer replaces it (`ximu admin replace-key`); it opens no
    /// bid: a bid's own keys stand in the folder that `ximu bid seal` writes.
    New {
        /// Where to write it; must not exist yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
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
        Command::New { out, json } => {
            let key = Key::generate()?;
            key.write_new(&out)?;
            show(&key, json);
        }
        Command::Show { file, json } => show(&Key::read(&file)?, json),
    }
    Ok(Exit::Done)
}

fn show(key: &Key, json: bool) {
    let person = key.person().map(|person| person.to_string()).unwrap_or_default();
    if json {
        out::json(&serde_json::json!({ "public": key.public().to_string(), "person": person }));
        return;
    }
    out::line(format!("public {}", key.public()));
    out::line(format!("person {person}"));
}
