//! `ximu journal archive`: the whole record of one procedure, sealed for those who keep it (docs/spec/award.md 8).

use super::export;
use crate::{
    books::Books,
    config,
    fault::{Done, Exit, Fault},
    files::{self, Access},
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
        let (bundle, replay, policy) = export::bundle(&books, &key)?;
        let tender = replay.tender(&self.procedure).ok_or_else(|| {
            let said = format!("expected the procedure {} in the journal, found none", self.procedure);
            Fault::argument(said, Text::advice_journal_lists)
        })?;
        if !tender.stage.is_ended() {
            let said = format!("expected a procedure that has ended, found {:?}", tender.stage.name());
            return Err(Fault::new("stage_wrong", said, Text::advice_after_end));
        }
        let envelopes = self.envelopes(&books, &replay)?;
        let written = |error: ximu_verify::bundle::BundleError| Fault::new("bundle", error.to_string(), "");
        let origin = &books.origin;
        let plain =
            ximu_verify::archive(&bundle, &envelopes, origin, key.public(), |message| key.sign(message))
                .map_err(written)?;
        let sealed = self.seal(&plain)?;
        let (hash, bytes) = (Hash::of(&sealed), sealed.len() as u64);
        files::write(&self.out, &sealed, Access::Secret)?;
        let command = json::to_canonical(&Command::Archive { hash, bytes })?;
        files::write(&self.command, &command, Access::Shared)?;
        out::line(format!("{}: {} envelopes", self.out.display(), envelopes.len()));
        out::line(format!("hash {hash}"));
        out::line(format!("policy {policy}"));
        Ok(Exit::Done)
    }

    /// Every envelope whose submission was accepted, also of versions that were replaced, withdrawn or voided.
    fn envelopes(&self, books: &Books, replay: &Replay) -> Result<BTreeMap<Hash, Vec<u8>>, Fault> {
        let mut envelopes = BTreeMap::new();
        for (_, operation) in replay.operations(&self.procedure) {
            let Outcome::Events(events) = &operation.outcome else { continue };
            let taken =
                |event: &Event| matches!(event, Event::BidSubmitted { .. } | Event::VersionVoided { .. });
            if !events.iter().any(taken) {
                continue;
            }
            let body: CommandBody = json::from_canonical(operation.signed.body.as_bytes())?;
            let Command::Submit { form, body, .. } = body.command else { continue };
            for record in [form, body] {
                let commitment = record.commitment;
                let bytes = books.vault.bid(&commitment).ok_or_else(|| {
                    let said =
                        format!("expected the envelope {commitment} in the vault, found none that is whole");
                    Fault::new("vault-missing", said, Text::advice_doctor)
                })?;
                envelopes.insert(commitment, bytes);
            }
        }
        Ok(envelopes)
    }

    fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let ephemeral = |_: &Recipient| Ok(Identity::from_bytes(outside::random()?));
        let ephemerals = self.recipients.iter().map(ephemeral).collect::<Result<Vec<_>, Fault>>()?;
        let recipients: Vec<(&Recipient, &Identity)> = self.recipients.iter().zip(&ephemerals).collect();
        let (file_key, nonce) = (FileKey::from_bytes(outside::random()?), outside::random()?);
        file::encrypt_to_all::<Portable>(plain, &recipients, &file_key, &nonce)
            .map_err(|error| Fault::argument(format!("--recipient: {error}"), Text::advice_other_recipient))
    }
}
