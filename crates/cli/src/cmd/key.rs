//! `ximu key`: signing keys.

use crate::{
    args::{CentreArguments, TrustArguments},
    fault::{Done, Exit, Fault},
    files::{self, Access},
    follow::{self, Registered},
    keys::Key,
    out, outside,
    remote::Remote,
};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use ximu_basics::{PersonId, PublicKey};
use ximu_client::Address;
use ximu_procedure::{
    registry::person_id,
    wire::{
        Command as Signed,
        command::{key_statement, succession_statement},
    },
};
use ximu_sealed::Identity;
use ximu_text::{Language, Text};
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
    /// Makes a new age identity that opens archives, and prints its recipient
    ///
    /// For whoever keeps the records, not for the centre: `ximu journal archive` needs the recipient alone. The file
    /// is one of the age format (age-keygen writes such files too); without it no archive sealed to it opens again.
    Archive {
        /// Where to write it; must not exist yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Proves that you hold a new key, for the officer who puts it in the place of your old one; sends nothing
    ///
    /// Writes the command `replace_key` with its proof, and with --old-key the old key's countersignature. Your key files
    /// stay with you; send the officer this file alone. The officer, who has seen who you are, gives it on the register's
    /// desk, or with `ximu act registry FILE`.
    Prove {
        /// Your new key file
        file: PathBuf,
        /// Your id as a person (`ximu key show` on your first key printed it)
        #[arg(long)]
        person: PersonId,
        /// Your key before, when it is at hand: with its countersignature the new key may also change bids that were
        /// made with it; without, it may only open them
        #[arg(long, value_name = "FILE")]
        old_key: Option<PathBuf>,
        #[command(flatten)]
        centre: CentreArguments,
        /// Where to write the command
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Shows the public key, whether the file is locked, and the person id it gives when it is registered
    ///
    /// With --centre the register of that centre is asked who signs with this key: the party's id, whether it is
    /// admitted, its roles. The passphrase of a locked key is not needed.
    Show {
        /// The key file
        file: PathBuf,
        /// Where a centre is served; its register is asked for the party
        #[arg(long, value_name = "URL")]
        centre: Option<Address>,
        #[command(flatten)]
        trust: TrustArguments,
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
            show(&key.public(), passphrase, json);
        }
        Command::Archive { out: path } => {
            let identity = Identity::from_bytes(outside::random()?);
            write_identity(&identity, &path)?;
            out::line(identity.recipient().to_string());
        }
        Command::Prove { file, person, old_key, centre, out: path } => {
            let old = old_key.map(|path| Key::read(&path)).transpose()?;
            let command = replacement(&centre.connect()?, person, &Key::read(&file)?, old.as_ref());
            let json = ximu_basics::json::to_canonical(&command)
                .map_err(|error| Fault::new("json", error.to_string(), ""))?;
            files::write(&path, &json, Access::Shared)?;
            out::line(path.display().to_string());
        }
        Command::Show { file, centre, trust, json } => {
            let (public, locked) = Key::read_public(&file)?;
            show(&public, locked, json && centre.is_none());
            if let Some(centre) = centre {
                let remote = Remote::connect(&centre, &trust.load()?)?;
                let registered = follow::registered(&remote, &public, 1)?;
                return register(&public, locked, registered, json);
            }
        }
    }
    Ok(Exit::Done)
}

/// Writes an age identity to a new file, for its owner alone, as age-keygen does.
///
/// # Errors
/// When there is something of this name, or the disk says no.
pub fn write_identity(identity: &Identity, path: &Path) -> Result<(), Fault> {
    let text = Zeroizing::new(format!("# public key: {}\n{}\n", identity.recipient(), *identity.to_text()));
    files::write_new(path, text.as_bytes(), Access::Secret)
}

/// The command that puts a new key in the place of a person's, with the proof that the person holds it (journal 7.4).
pub fn replacement(remote: &Remote, person: PersonId, new: &Key, old: Option<&Key>) -> Signed {
    let origin = &remote.info.origin;
    let proof = new.sign(&key_statement(origin, &person));
    let heir = succession_statement(origin, &person, &new.public());
    let countersignature = old.map(|old| old.sign(&heir));
    Signed::ReplaceKey { person, key: new.public(), proof, countersignature }
}

/// A new passphrase, typed twice alike.
fn chosen() -> Result<Zeroizing<String>, Fault> {
    let first = outside::passphrase(Text::cli_passphrase_new)?;
    let again = outside::passphrase(Text::cli_passphrase_again)?;
    if first.is_empty() || first != again {
        return Err(Fault::new("key-passphrase", Text::found_passphrase_twice, Text::advice_try_again));
    }
    Ok(first)
}

/// What the register says of a key.
fn register(public: &PublicKey, locked: bool, found: Option<Registered>, json: bool) -> Done {
    if json {
        let found = found.as_ref();
        out::json(&serde_json::json!({
            "public": public.to_string(), "locked": locked, "person": found.map(|one| &one.person),
            "party": found.map(|one| &one.party), "admitted": found.map(|one| one.admitted),
            "roles": found.map(|one| &one.roles),
        }));
        return Ok(if found.is_some() { Exit::Done } else { Exit::False });
    }
    let Some(found) = found else {
        out::say(Text::cli_party_none);
        return Ok(Exit::False);
    };
    let roles: Vec<String> = found
        .roles
        .iter()
        .filter_map(|role| serde_json::to_value(role).ok()?.as_str().map(str::to_owned))
        .collect();
    out::say(|t| t.cli_party(found.party.as_str()));
    out::say(|t| {
        let roles: Vec<String> = roles.iter().map(|role| named(t, role)).collect();
        if found.admitted { t.cli_admitted(roles.join(t.pick("、", ", "))) } else { t.cli_not_admitted() }
    });
    Ok(Exit::Done)
}

/// A role as it is typed, in Chinese with its name.
fn named(t: Text, role: &str) -> String {
    match t.named(&format!("role-{role}")).filter(|_| t.language() == Language::Chinese) {
        Some(name) => format!("{name}（{role}）"),
        None => role.to_owned(),
    }
}

fn show(public: &PublicKey, locked: bool, json: bool) {
    let person = person_id(public).map(|person| person.to_string()).unwrap_or_default();
    if json {
        out::json(&serde_json::json!({ "public": public.to_string(), "person": person, "locked": locked }));
        return;
    }
    out::say(|t| t.cli_public(public.to_string()));
    out::say(|t| t.cli_person(&person));
    out::say(if locked { Text::cli_locked } else { Text::cli_unlocked });
}
