//! Founding, registering, admitting, replacing a key (journal 7).
//!
//! A name never enters the log: the log holds a salted commitment to it, the vault the name and the salt.

use super::party::{Kept, Parties};
use crate::{
    args::{CentreArguments, KeyArguments, registry},
    cmd::{act, key::replacement},
    fault::{Done, Exit, Fault},
    files, follow,
    keys::Key,
    out,
    remote::{Answer, Remote},
};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use ximu_basics::{Hash, PartyId, PersonId};
use ximu_procedure::{role::Role, wire::Command};
use ximu_text::Text;
use ximu_tlog::Policy;

/// Founds a centre: the first entry of its log, signed by the first administrator.
#[derive(Debug, Args)]
pub struct Found {
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The organisation's name, kept in the vault
    #[arg(long)]
    name: String,
    /// The policy under which checkpoints count as cosigned (C2SP tlog-policy); give its fingerprint to everybody
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The log carries rehearsals (rules with a [sandbox] table) and nothing else, for ever
    #[arg(long)]
    rehearsal: bool,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Registers your organisation and you as its first person; an officer then admits it.
///
/// The name and its salt are written to FILE.party.json beside the key before anything is sent, so that the same
/// command can be repeated: it means the same party and prints the same id. `ximu key show FILE --centre URL` asks for
/// the id later.
#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The organisation's name, kept in the vault
    #[arg(long)]
    name: String,
    /// Prints the answer as JSON, with the party's id
    #[arg(long)]
    json: bool,
}

/// Admits a registered party.
#[derive(Debug, Args)]
pub struct Admit {
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The party's id, as `register` printed it (`ximu key show FILE --centre URL` asks for it again)
    #[arg(long)]
    party: PartyId,
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role, help = roles_help())]
    roles: Vec<Role>,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Gives a person a new signing key.
#[derive(Debug, Args)]
pub struct ReplaceKey {
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The person's id (`ximu key show` on the first key printed it)
    #[arg(long)]
    person: PersonId,
    /// The person's new key file; it proves that the person holds it
    #[arg(long, value_name = "FILE")]
    new_key: PathBuf,
    /// The person's key before, when it is at hand: with its countersignature the new key may also change bids that
    /// were made with it; without, it may only open them
    #[arg(long, value_name = "FILE")]
    old_key: Option<PathBuf>,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// The longest name: with its salt a record of at most 1,024 bytes, also when every letter of it is escaped twice as
/// long.
const NAME_BYTES_MAX: usize = 450;

/// A name that can be left in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record(pub ximu_bidder::act::Record);

impl Record {
    /// Its exact bytes.
    ///
    /// # Errors
    /// Never for a text.
    pub fn bytes(&self) -> Result<Vec<u8>, Fault> {
        Ok(self.0.bytes()?)
    }

    /// What the register holds of it.
    ///
    /// # Errors
    /// Never for a text.
    pub fn address(&self) -> Result<Hash, Fault> {
        Ok(self.0.address()?)
    }

    /// Leaves it at a centre whose register names its address.
    ///
    /// # Errors
    /// When the centre does not take it.
    pub fn store(&self, remote: &Remote) -> Result<(), Fault> {
        remote.centre.put_record(&self.bytes()?).map_err(|error| {
            let mut fault = Fault::from(error).during(Text::found_name_unleft);
            fault.advice = Text::advice_ask_name.into();
            fault
        })
    }
}

impl Found {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let policy = files::read_text(&self.policy)?;
        let remote = self.centre.connect()?;
        let kept = kept(&self.key.key, &key, &remote, self.name)?;
        let command = founding(&remote, &policy, &kept.name.address()?, self.rehearsal)?;
        let answer = remote.act(&registry()?, command, &key)?;
        if matches!(answer, Answer::Accepted(_)) {
            kept.name.store(&remote)?;
            if !self.json {
                out::say(|t| t.cli_policy(Hash::of(policy.as_bytes()).to_string()));
            }
        }
        act::finish(&answer, self.json)
    }
}

impl Register {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let remote = self.centre.connect()?;
        let before = Parties::of(&self.key.key)?.at(&remote.info.origin).cloned();
        if let Some(other) = before.filter(|kept| kept.name.0.text != self.name) {
            // A name that was sent and taken stays; one that never arrived may be corrected.
            if let Some(registered) = follow::registered(&remote, &key.public(), 1)? {
                let (expected, found) = (format!("{:?}", other.name.0.text), format!("{:?}", self.name));
                let said = |t: Text| t.found_name_differs(&expected, &found, registered.party.as_str());
                return Err(Fault::argument(said, Text::advice_key_each));
            }
        }
        let kept = kept(&self.key.key, &key, &remote, self.name)?;
        let command = Command::RegisterParty { name: kept.name.address()? };
        let answer = remote.act(&registry()?, command, &key)?;
        let party = match &answer {
            Answer::Accepted(_) => {
                kept.name.store(&remote)?;
                Some(kept.party.clone())
            }
            Answer::Refused { code, .. } if code == "already_exists" => {
                let registered = follow::registered(&remote, &key.public(), follow::WAITS_MAX)?;
                registered.map(|registered| registered.party)
            }
            Answer::Refused { .. } => None,
        };
        let repeated = !matches!(answer, Answer::Accepted(_)) && party.as_ref() == Some(&kept.party);
        if repeated {
            // The first time may have ended before the name was left.
            kept.name.store(&remote)?;
        }
        if self.json {
            out::json(&serde_json::json!({
                "party": party, "person": key.person(), "accepted": matches!(answer, Answer::Accepted(_)),
                "registered": party.is_some(),
            }));
        } else {
            tell(&answer, repeated, party.as_ref());
        }
        Ok(if repeated { Exit::Done } else { answer.exit() })
    }
}

/// What a person is told of a registration.
fn tell(answer: &Answer, repeated: bool, party: Option<&PartyId>) {
    if repeated {
        out::say(Text::cli_registered_before);
    } else {
        act::show(answer, false);
    }
    match party {
        Some(party) => {
            out::say(|t| t.cli_party(party.as_str()));
            out::say_below(Text::cli_give_id);
        }
        None => out::say_below(Text::cli_party_unseen),
    }
}

/// The registration that is to be sent: the one begun before under this name, or a fresh one.
fn kept(path: &Path, key: &Key, remote: &Remote, name: String) -> Result<Kept, Fault> {
    // The log would take the hash of any name, and the vault then refuse what is behind it.
    let shown = !name.trim().is_empty() && !name.contains('\n') && !ximu_procedure::phase::hides(&name);
    if !shown || name.len() > NAME_BYTES_MAX {
        let found: String = name.chars().take(40).collect();
        let said = |t: Text| t.found_name(&found, NAME_BYTES_MAX);
        return Err(Fault::argument(said, Text::advice_company_name));
    }
    let (parties, origin) = (Parties::of(path)?, &remote.info.origin);
    match parties.at(origin).filter(|kept| kept.name.0.text == name && kept.is_of(&key.public())) {
        Some(kept) => Ok(kept.clone()),
        None => parties.begin(path, &key.public(), origin, name),
    }
}

impl Admit {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let mut roles = self.roles;
        roles.sort_unstable();
        roles.dedup();
        let remote = self.centre.connect()?;
        let answer = remote.act(&registry()?, Command::AdmitParty { party: self.party, roles }, &key)?;
        act::finish(&answer, self.json)
    }
}

impl ReplaceKey {
    pub(super) fn run(self) -> Done {
        let (key, new) = (self.key.load()?, Key::read(&self.new_key)?);
        let remote = self.centre.connect()?;
        let old = self.old_key.map(|path| Key::read(&path)).transpose()?;
        let command = replacement(&remote, self.person, &new, old.as_ref());
        let answer = remote.act(&registry()?, command, &key)?;
        act::finish(&answer, self.json)
    }
}

/// The command that founds this centre under a policy. The centre's key is the one the policy pins for its log.
///
/// # Errors
/// When the policy does not name this log.
pub fn founding(remote: &Remote, policy: &str, name: &Hash, rehearsal: bool) -> Result<Command, Fault> {
    let parsed = Policy::parse(policy.as_bytes())
        .map_err(|error| Fault::new("policy", |t: Text| t.found_policy(error.to_string()), ""))?;
    let centre_key = remote.centre_key()?;
    let names_it = parsed
        .logs()
        .iter()
        .any(|log| log.key.name() == remote.info.origin && *log.key.public() == centre_key);
    if !names_it {
        let said = |t: Text| t.found_policy_log(&remote.info.log_key);
        return Err(Fault::new("policy-log", said, Text::advice_own_log_key));
    }
    Ok(Command::Found { centre_key, policy: policy.to_owned(), name: *name, rehearsal })
}

fn role(text: &str) -> Result<Role, String> {
    let quoted = serde_json::Value::String(text.to_owned());
    serde_json::from_value(quoted).map_err(|_| format!("expected one of {}, found {text}", roles()))
}

fn roles_help() -> String {
    format!("A role; may be repeated. One of {}", roles())
}

/// The roles that can be granted, as on the wire.
fn roles() -> String {
    let known: Vec<String> = Role::ALL
        .iter()
        .filter(|role| role.can_be_granted())
        .filter_map(|role| serde_json::to_value(role).ok()?.as_str().map(str::to_owned))
        .collect();
    known.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_named_as_on_the_wire_and_others_are_listed() {
        assert_eq!(role("witness_officer"), Ok(Role::WitnessOfficer));
        let said = role("boss").unwrap_err();
        assert!(said.contains("tenderer") && !said.contains("holder"), "{said}");
    }
}
