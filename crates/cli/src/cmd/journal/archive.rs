//! `ximu journal archive`: the whole record of one procedure, sealed for those who keep it (docs/spec/award.md 8).

use super::export;
use crate::{
    books::Books,
    config,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    keys::Key,
    out, outside,
};
use clap::Args;
use std::{collections::BTreeMap, path::PathBuf};
use ximu_basics::{Hash, ProcedureId, json};
use ximu_procedure::wire::{Command, CommandBody, Event, Outcome};
use ximu_sealed::{FileKey, Identity, Portable, Recipient, age::file};
use ximu_text::Text;
use ximu_verify::Replay;

/// Seals the whole record of a procedure: the public bundle, and every envelope that was submitted to it.
///
/// The container is signed with the centre's key and encrypted to the recipients (age): who has one of their
/// identities opens it with any age tool, and `ximu verify FILE --identity KEY` checks everything in it. What it is
/// stands in the log afterwards: give the command that --command writes with `ximu act` and the centre's key. Keep
/// it for as long as the law says, with the fingerprint of the policy, which this prints.
#[derive(Debug, Args)]
pub struct Archive {
    /// The procedure
    procedure: ProcedureId,
    /// The centre's data directory
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The settings, which name the centre's key
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Who can open it: an age recipient (`ximu key archive` makes one); may be repeated
    #[arg(long = "recipient", value_name = "AGE1", required = true)]
    recipients: Vec<Recipient>,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where to write the command that logs it
    #[arg(long, value_name = "FILE")]
    command: PathBuf,
}

impl Archive {
    pub(super) fn run(self) -> Done {
        let loaded = config::load(self.config.as_deref(), &self.data_dir)?;
        let key = loaded.key(&loaded.serve()?.key)?;
        let books = Books::open(&self.data_dir)?;
        let sealed = seal(&books, &key, &self.procedure, &self.recipients)?;
        files::write(&self.out, &sealed.container, Access::Secret)?;
        files::write(&self.command, &json::to_canonical(&sealed.command())?, Access::Shared)?;
        out::say(|t| t.cli_archived(sealed.envelopes, self.out.display().to_string()));
        out::say(|t| t.cli_hash(Hash::of(&sealed.container).to_string()));
        out::say(|t| t.cli_policy(sealed.policy.to_string()));
        Ok(Exit::Done)
    }
}

/// A record sealed for keeping.
pub struct Sealed {
    /// The age file.
    pub container: Vec<u8>,
    /// How many envelopes are in it.
    pub envelopes: usize,
    /// The fingerprint of the policy under which it is checked.
    pub policy: Hash,
}

impl Sealed {
    /// The command that tells the log of it.
    pub fn command(&self) -> Command {
        Command::Archive { hash: Hash::of(&self.container), bytes: self.container.len() as u64 }
    }
}

/// Seals the record of a procedure that has ended, as of the newest cosigned checkpoint.
///
/// # Errors
/// When it has not ended there, the data are damaged, or a recipient is none that can be sealed to.
pub fn seal(
    books: &Books,
    key: &Key,
    procedure: &ProcedureId,
    recipients: &[Recipient],
) -> Result<Sealed, Fault> {
    let (bundle, replay, policy) = export::bundle(books, key)?;
    let tender = replay.tender(procedure).ok_or_else(|| {
        let said = |t: Text| t.found_no_procedure(procedure.as_str());
        Fault::argument(said, Text::advice_journal_lists)
    })?;
    if !tender.stage.is_ended() {
        let said = |t: Text| t.found_not_ended(format!("{:?}", tender.stage.name()));
        return Err(Fault::new("stage_wrong", said, Text::advice_after_end));
    }
    let envelopes = envelopes(books, &replay, procedure)?;
    let written = |error: ximu_verify::bundle::BundleError| Fault::new("bundle", error.to_string(), "");
    let sign = |message: &[u8]| key.sign(message);
    let plain =
        ximu_verify::archive(&bundle, &envelopes, &books.origin, key.public(), sign).map_err(written)?;
    Ok(Sealed { container: encrypt(&plain, recipients)?, envelopes: envelopes.len(), policy })
}

/// Every envelope whose submission was accepted, also of versions that were replaced, withdrawn or voided.
fn envelopes(
    books: &Books,
    replay: &Replay,
    procedure: &ProcedureId,
) -> Result<BTreeMap<Hash, Vec<u8>>, Fault> {
    let mut envelopes = BTreeMap::new();
    for (_, operation) in replay.operations(procedure) {
        let Outcome::Events(events) = &operation.outcome else { continue };
        let taken = |event: &Event| matches!(event, Event::BidSubmitted { .. } | Event::VersionVoided { .. });
        if !events.iter().any(taken) {
            continue;
        }
        let body: CommandBody = json::from_canonical(operation.signed.body.as_bytes())?;
        let Command::Submit { form, body, .. } = body.command else { continue };
        for record in [form, body] {
            let commitment = record.commitment;
            let bytes = books.vault.bid(&commitment).ok_or_else(|| {
                let said = |t: Text| t.found_vault_envelope(commitment.to_string());
                Fault::new("vault-missing", said, Text::advice_doctor)
            })?;
            envelopes.insert(commitment, bytes);
        }
    }
    Ok(envelopes)
}

fn encrypt(plain: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, Fault> {
    let ephemeral = |_: &Recipient| Ok(Identity::from_bytes(outside::random()?));
    let ephemerals = recipients.iter().map(ephemeral).collect::<Result<Vec<_>, Fault>>()?;
    let recipients: Vec<(&Recipient, &Identity)> = recipients.iter().zip(&ephemerals).collect();
    let (file_key, nonce) = (FileKey::from_bytes(outside::random()?), outside::random()?);
    file::encrypt_to_all::<Portable>(plain, &recipients, &file_key, &nonce).map_err(|error| {
        let said = |t: Text| t.found_at(error.to_string(), "--recipient");
        Fault::argument(said, Text::advice_other_recipient)
    })
}
