//! Founding, registering, admitting, replacing a key (journal 7).
//!
//! A name never enters the log: the log holds a salted commitment to it, the vault the name and the salt.

use crate::{
    args::{CentreArguments, KeyArguments, registry},
    cmd::act,
    fault::{Done, Fault},
    files,
    keys::Key,
    out, outside,
    remote::{Answer, Remote},
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::{Hash, PartyId, PersonId};
use ximu_procedure::{
    role::Role,
    wire::{Command, command::key_statement},
};
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

/// Registers your organisation and you as its first person.
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
    /// The party's id, as `register` printed it
    #[arg(long)]
    party: PartyId,
    /// A role: bidder, tenderer, agent, operator, supervisor, auditor, witness_officer, ...; may be repeated
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
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
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// A name that can be left in the vault.
#[derive(Debug, Clone)]
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
            let mut fault =
                Fault::from(error).during("the name is registered and could not be left in the vault");
            fault.advice = "ask the operator; until then the register shows an id instead of the name".into();
            fault
        })
    }
}

impl Found {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let policy = files::read_text(&self.policy)?;
        let remote = self.centre.connect()?;
        let name = fresh(self.name)?;
        let command = founding(&remote, &policy, &name.address()?, self.rehearsal)?;
        let answer = remote.act(&registry()?, command, &key)?;
        if matches!(answer, Answer::Accepted(_)) {
            name.store(&remote)?;
            if !self.json {
                out::line(format!("policy {}", Hash::of(policy.as_bytes())));
            }
        }
        act::finish(&answer, self.json)
    }
}

impl Register {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let remote = self.centre.connect()?;
        let record = fresh(self.name)?;
        let (command, party) = record.0.register(key.inner())?;
        let answer = remote.act(&registry()?, command, &key)?;
        if matches!(answer, Answer::Accepted(_)) {
            record.store(&remote)?;
        }
        if self.json {
            out::json(&serde_json::json!({
                "party": party, "person": key.person(), "accepted": matches!(answer, Answer::Accepted(_)),
            }));
            return Ok(answer.exit());
        }
        act::show(&answer, false);
        out::line(format!("party {party}"));
        out::line("  give this id to an officer of the centre, who admits it with `ximu admin admit`");
        Ok(answer.exit())
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
        let proof = new.sign(&key_statement(&remote.info.origin, &self.person));
        let command = Command::ReplaceKey { person: self.person, key: new.public(), proof };
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
        .map_err(|error| Fault::new("policy", format!("the policy: {error}"), ""))?;
    let centre_key = remote.centre_key()?;
    let names_it = parsed
        .logs()
        .iter()
        .any(|log| log.key.name() == remote.info.origin && *log.key.public() == centre_key);
    if !names_it {
        let said = format!("expected a line `log {}` in the policy, found none", remote.info.log_key);
        return Err(Fault::new("policy-log", said, "put the centre's own log key into the policy"));
    }
    Ok(Command::Found { centre_key, policy: policy.to_owned(), name: *name, rehearsal })
}

fn fresh(text: String) -> Result<Record, Fault> {
    Ok(Record(ximu_bidder::act::Record { salt: outside::salt()?, text }))
}

fn role(text: &str) -> Result<Role, String> {
    let quoted = serde_json::Value::String(text.to_owned());
    serde_json::from_value(quoted).map_err(|_| {
        let known: Vec<String> = Role::ALL
            .iter()
            .filter(|role| role.can_be_granted())
            .filter_map(|role| serde_json::to_value(role).ok()?.as_str().map(str::to_owned))
            .collect();
        format!("expected one of {}, found {text}", known.join(", "))
    })
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
