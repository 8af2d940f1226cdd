//! `ximu journal export`: the public bundle from a data directory, the same as the centre serves.

use crate::{
    books::Books,
    config,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    keys::Key,
    out,
    sentence::Sentence,
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::Hash;
use ximu_journal::Reader as _;
use ximu_procedure::Tender;
use ximu_text::Text;
use ximu_verify::{Contents, Replay};

/// Writes the public bundle.
#[derive(Debug, Args)]
pub struct Export {
    /// The centre's data directory
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The settings, which name the centre's key: it signs the bundle's manifest
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Export {
    pub(super) fn run(self) -> Done {
        let loaded = config::load(self.config.as_deref(), &self.data_dir)?;
        let key = loaded.key(&loaded.serve()?.key)?;
        let books = Books::open(&self.data_dir)?;
        let (bundle, _, policy) = bundle(&books, &key)?;
        files::write(&self.out, &bundle, Access::Shared)?;
        out::say(|t| t.cli_exported(bundle.len(), self.out.display().to_string()));
        out::say(|t| t.cli_policy(policy.to_string()));
        Ok(Exit::Done)
    }
}

/// The public bundle, the log decided again, and the fingerprint of its policy.
///
/// # Errors
/// When nothing is cosigned yet, or the data are damaged.
pub(super) fn bundle(books: &Books, key: &Key) -> Result<(Vec<u8>, Replay, Hash), Fault> {
    let newest = books
        .reader()
        .newest_cosigned()?
        .ok_or_else(|| Fault::new("uncosigned", Text::found_no_checkpoint, Text::advice_witnesses_first))?;
    let leaves = books.leaves(newest.size)?;
    let (policy, _) = books.policy(&leaves)?;
    let mut contents = Contents::new(policy.as_bytes());
    let notes: Vec<String> = books.reader().cosigned_all()?.into_iter().map(|one| one.note).collect();
    contents.checkpoints(&notes);
    let bytes: Vec<&[u8]> = leaves.iter().map(|leaf| leaf.bytes.as_slice()).collect();
    let written = |error: ximu_verify::bundle::BundleError| Fault::new("bundle", error.to_string(), "");
    contents.leaves(&bytes).map_err(written)?;
    for (procedure, operations) in books.disclosed(&leaves)? {
        contents.operations(&procedure, &operations).map_err(written)?;
    }
    let replay = books.replay(&leaves)?;
    for (procedure, operations) in books.sittings(&leaves)? {
        if replay.tender(&procedure).is_some_and(ximu_office::committee::is_disclosed) {
            contents.panel(&procedure, &operations);
        }
    }
    for tender in replay.world().tenders.values() {
        disclosures(books, tender, &mut contents)?;
    }
    for party in replay.world().registry.parties.values() {
        if ximu_office::is_disclosed(replay.world(), &party.name) {
            // An erased name is not missed: the verifier counts it as undisclosed.
            if let Some(record) = books.vault.record(&party.name) {
                contents.record(&party.name, record);
            }
        }
    }
    let bundle =
        contents.to_bytes(&books.origin, key.public(), |message| key.sign(message)).map_err(written)?;
    Ok((bundle, replay, Hash::of(policy.as_bytes())))
}

/// Forms, keys and documents of one procedure.
fn disclosures(books: &Books, tender: &Tender, contents: &mut Contents) -> Result<(), Fault> {
    let id = &tender.rules.id;
    let missing = |said: Sentence| Fault::new("vault-missing", said, Text::advice_doctor);
    for line in &tender.to_open {
        let Some(bid) = tender.bids.get(&line.bidder) else { continue };
        let commitment = &bid.form.commitment;
        let form = books
            .vault
            .bid(commitment)
            .ok_or_else(|| missing((|t: Text| t.found_vault_form(commitment.to_string())).into()))?;
        contents.envelope(id, commitment, form);
    }
    for (bidder, opened) in &tender.opened {
        contents.key(id, bidder, &opened.key);
    }
    for document in &tender.documents {
        let bytes = books.vault.document(&document.hash, document.bytes);
        let bytes =
            bytes.ok_or_else(|| missing((|t: Text| t.found_vault_document(&document.name)).into()))?;
        contents.document(&document.hash, bytes);
    }
    Ok(())
}
