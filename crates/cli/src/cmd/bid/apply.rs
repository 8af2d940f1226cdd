//! `ximu bid apply`: an application with its commitments (enter 3). What opens them stays in a folder: a record with a salt
//! for each document and for the account, which the officer and the bond keeper get from the applicant and from nobody
//! else.

use crate::{
    args::{KeyArguments, TrustArguments},
    cmd::act,
    fault::{Done, Fault},
    files::{self, Access},
    follow::{Pin, follow},
    out, outside,
    remote::{Answer, Remote},
};
use clap::Args;
use std::path::{Path, PathBuf};
use ximu_basics::{Hash, PartyId, ProcedureId, Salt, json};
use ximu_bidder::act::Record;
use ximu_client::Address;
use ximu_procedure::{
    rules::{BondKind, Enter},
    wire::{
        Command,
        command::BondDeclaration,
        signed::{CommandBody, SignedCommand},
    },
};
use ximu_text::Text;

/// The signed command in the folder: giving it again is the same application.
const COMMAND: &str = "apply.json";

/// Applies to bid.
#[derive(Debug, Args)]
pub struct Apply {
    /// The tender's page, for instance https://centre.example/tenders/yc-2020-0603
    #[arg(long, value_name = "URL", value_parser = super::tender)]
    tender: (Address, ProcedureId),
    /// A document of qualification, CREDENTIAL=FILE as the rules name them; one for each. It is hashed here and goes
    /// nowhere
    #[arg(long = "credential", value_name = "CREDENTIAL=FILE", value_parser = credential)]
    credentials: Vec<(String, PathBuf)>,
    /// Another member of a joint venture, by its id; may be repeated
    #[arg(long = "member", value_name = "PARTY")]
    members: Vec<PartyId>,
    /// As what the bond is given: cash, cheque, guarantee or insurance, as the rules allow
    #[arg(long, value_name = "KIND", requires = "account")]
    bond: Option<String>,
    /// A file with the account that pays, on one line; only a salted commitment to it is sent
    #[arg(long, value_name = "FILE", requires = "bond")]
    account: Option<PathBuf>,
    /// The policy you rely on: its fingerprint (from the notice, by another way than this network) or its file
    #[arg(long, value_name = "HASH_OR_FILE")]
    policy: Option<String>,
    #[command(flatten)]
    key: KeyArguments,
    #[command(flatten)]
    trust: TrustArguments,
    /// The folder for the records: one for each document, `account.record`, and the signed command. When it is there
    /// already, what is in it is given again
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

impl Apply {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let (address, procedure) = &self.tender;
        let remote = Remote::connect(address, &self.trust.load()?)?;
        let path = self.out.join(COMMAND);
        let signed: SignedCommand = if path.is_file() {
            let bytes = files::read(&path)?;
            let signed: SignedCommand = json::from_canonical(bytes.strip_suffix(b"\n").unwrap_or(&bytes))?;
            check(&signed.open()?, &remote, procedure, &path)?;
            signed
        } else {
            let followed = follow(&remote, procedure, &Pin::of(self.policy.as_deref())?)?;
            let enter = followed.tender(procedure)?.rules.enter().ok_or_else(|| {
                let said = |t: Text| t.found_no_application(procedure.as_str());
                Fault::argument(said, Text::advice_no_application)
            })?;
            // The records are on the disk before anything that needs them is signed.
            files::folder(&self.out)?;
            let command = self.command(enter)?;
            let signed = remote.sign(procedure, command, &key)?;
            let mut bytes = json::to_canonical(&signed)?;
            bytes.push(b'\n');
            files::write(&path, &bytes, Access::Secret)?;
            signed
        };
        let answer = remote.give(&signed)?;
        let done = act::finish(&answer, self.json);
        if matches!(answer, Answer::Accepted(_)) && !self.json {
            out::say_below(|t| t.cli_application_kept(self.out.display().to_string()));
            out::say_below(Text::cli_application_account);
        }
        done
    }

    /// The command, its records written.
    fn command(&self, enter: &Enter) -> Result<Command, Fault> {
        if let Some((name, _)) = self.credentials.iter().find(|(name, _)| !asked(enter, name)) {
            let said = |t: Text| t.found_credential(name, named(enter));
            return Err(Fault::argument(said, Text::advice_name_documents));
        }
        let credentials = enter.credentials.iter().map(|id| {
            let given = self.credentials.iter().find(|(name, _)| name == id.as_str());
            let (name, path) = given.ok_or_else(|| {
                let said = |t: Text| t.found_credential_missing(id.as_str(), named(enter));
                Fault::argument(said, |t: Text| t.advice_add_credential(id.to_string()))
            })?;
            self.record(name, Hash::of(&files::read(path)?).to_string())
        });
        let credentials = credentials.collect::<Result<Vec<_>, Fault>>()?;
        let mut members = self.members.clone();
        members.sort();
        let bond = self.bond.as_deref().zip(self.account.as_deref());
        let bond = bond.map(|(kind, account)| self.declaration(enter, kind, account)).transpose()?;
        Ok(Command::Apply { credentials, members, bond })
    }

    fn declaration(&self, enter: &Enter, kind: &str, account: &Path) -> Result<BondDeclaration, Fault> {
        let kinds: &[BondKind] = enter.bond.as_ref().map_or(&[], |bond| &bond.kinds);
        let found = kinds.iter().find(|known| known.as_str() == kind);
        let kind = *found.ok_or_else(|| {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            let said = |t: Text| t.found_bond_kind(kind, kinds.join(", "));
            Fault::argument(said, Text::advice_bond_rules)
        })?;
        let account = files::read_text(account)?.trim().to_owned();
        Ok(BondDeclaration { kind, payer: self.record("account", account)? })
    }

    /// Writes a record of a text with a fresh salt; its address is the commitment.
    fn record(&self, name: &str, text: String) -> Result<Hash, Fault> {
        let record = Record { salt: Salt(outside::random::<32>()?), text };
        files::write(&self.out.join(format!("{name}.record")), &record.bytes()?, Access::Secret)?;
        Ok(record.address()?)
    }
}

/// What lies in the folder is an application for this tender.
fn check(body: &CommandBody, remote: &Remote, procedure: &ProcedureId, path: &Path) -> Result<(), Fault> {
    let ours = body.origin == remote.info.origin && body.procedure == *procedure;
    if ours && matches!(body.command, Command::Apply { .. }) {
        return Ok(());
    }
    let said = |t: Text| t.found_other_command(path.display().to_string(), procedure.as_str());
    Err(Fault::argument(said, Text::advice_other_out))
}

fn asked(enter: &Enter, name: &str) -> bool {
    enter.credentials.iter().any(|id| id.as_str() == name)
}

fn named(enter: &Enter) -> String {
    let names: Vec<&str> = enter.credentials.iter().map(|id| id.as_str()).collect();
    names.join(", ")
}

/// `CREDENTIAL=FILE`.
fn credential(text: &str) -> Result<(String, PathBuf), String> {
    let expected = || format!("expected CREDENTIAL=FILE, found {text}");
    let (name, path) = text.split_once('=').ok_or_else(expected)?;
    if name.is_empty() || path.is_empty() { Err(expected()) } else { Ok((name.to_owned(), path.into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_named_before_its_file() {
        assert_eq!(credential("licence=a=b.pdf").unwrap(), ("licence".to_owned(), "a=b.pdf".into()));
        for bad in ["licence", "=a.pdf", "licence="] {
            assert!(credential(bad).is_err(), "{bad}");
        }
    }
}
