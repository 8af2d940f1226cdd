//! Sealing a bid: the body's envelope first, then the form that names it, then `submission.json`, which says that
//! everything before is complete (sealed-bid 10).

use super::{
    draft::Draft,
    folder::{BidFolder, Envelope, Submission},
    index::{Answer, index},
};
use crate::{
    fault::Fault,
    files::{self, Access},
    keys::Key,
    outside,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, PartyId, Seed};
use ximu_bidder::submission::Parts;
use ximu_procedure::{
    Tender,
    envelope::{BODY, FORM, FORM_FILE, body_escrow, commitments, context, form_escrow},
    evaluation::papers::INDEX_FILE,
    wire::{Form, form::BodyReference},
};
use ximu_sealed::{ContextFields, EscrowPolicy, OpeningKey};
use ximu_sealer::{PlainCommitment, Progress, SealFile, SealedFile, Source, read_header, seal_file};
use ximu_text::Text;

/// What is to be sealed, for whom and to where.
pub struct Sealing<'a> {
    /// The tender, as the log shows it.
    pub tender: &'a Tender,
    /// Fingerprint of the policy under which the log was read.
    pub policy: Hash,
    /// The bidder.
    pub bidder: &'a PartyId,
    /// The bidder's signing key.
    pub key: &'a Key,
    /// The bidder's counter.
    pub version: u32,
    /// What the form says.
    pub draft: &'a Draft,
    /// Whether what does not agree is sealed as it is written, to be flagged at the opening.
    pub as_written: bool,
    /// The files of the body.
    pub files: &'a [PathBuf],
    /// Where they answer criteria.
    pub answers: &'a [Answer],
}

/// Where a seed of an envelope comes from: 32 fresh random bytes, or, in the demonstration, the same for every run.
pub type Seeds<'a> = &'a mut dyn FnMut(&str) -> Result<Seed, Fault>;

/// Seals a bid into a folder, which is made; gives the form as it was sealed.
///
/// # Errors
/// A draft that does not agree with itself, a file that cannot be read, a folder that holds a bid already.
pub fn seal(
    sealing: &Sealing<'_>,
    folder: &BidFolder,
    seeds: Seeds<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Form, Fault> {
    if folder.is_sealed() {
        let said = |t: Text| t.found_bid_sealed(folder.path().display().to_string());
        return Err(Fault::new("bid-sealed", said, Text::advice_own_folder));
    }
    files::folder(folder.path())?;
    clear(folder)?;
    // Checked first: nothing is sealed for a draft that does not agree with itself.
    form_of(sealing, BodyReference { commitment: Hash([0; 32]), header_mac_key: Hash([0; 32]) })?;

    let mut bodies = sealing.files.iter().map(|path| source(path)).collect::<Result<Vec<Source>, Fault>>()?;
    if let Some(index) = index(sealing.answers, sealing.tender, sealing.files)? {
        let path = folder.file(INDEX_FILE);
        files::write(&path, &ximu_basics::json::to_canonical(&index)?, Access::Secret)?;
        bodies.push(Source { name: INDEX_FILE.to_owned(), path });
    }
    let holders = body_escrow(sealing.tender);
    let body = envelope(sealing, folder, BODY, holders.as_ref(), &bodies, &seeds(BODY)?, progress)?;
    let reference =
        BodyReference { commitment: body.commitment.root, header_mac_key: header_mac_key(folder, &body)? };

    let form = form_of(sealing, reference)?;
    let form_path = folder.file(FORM_FILE);
    files::write(&form_path, &ximu_basics::json::to_canonical(&form)?, Access::Secret)?;
    let forms = [Source { name: FORM_FILE.to_owned(), path: form_path }];
    let escrow = form_escrow(sealing.tender);
    let sealed = envelope(sealing, folder, FORM, escrow.as_ref(), &forms, &seeds(FORM)?, progress)?;

    folder.keep_submission(&submission(sealing, folder, &sealed, &body)?)?;
    Ok(form)
}

fn form_of(sealing: &Sealing<'_>, body: BodyReference) -> Result<Form, Fault> {
    let Sealing { draft, as_written, .. } = sealing;
    Ok(if *as_written { draft.form_as_written(body) } else { draft.form(body) }?)
}

/// Removes what an earlier sealing left that was cut off before `submission.json`: it was never sent.
fn clear(folder: &BidFolder) -> Result<(), Fault> {
    for name in ["form.age", "form.key", "body.age", "body.key"] {
        let path = folder.file(name);
        if path.symlink_metadata().is_ok() {
            std::fs::remove_file(&path).map_err(|error| Fault::file("remove", &path, &error))?;
        }
    }
    Ok(())
}

fn envelope(
    sealing: &Sealing<'_>,
    folder: &BidFolder,
    name: &str,
    escrow: Option<&EscrowPolicy>,
    sources: &[Source],
    seed: &Seed,
    progress: &mut dyn FnMut(Progress),
) -> Result<SealedFile, Fault> {
    // A plaintext can be offered as a remedy for a form; the documents are named by it.
    let plain = if name == FORM { PlainCommitment::Make } else { PlainCommitment::Omit };
    let request = SealFile {
        context: &fields(sealing, name)?,
        escrow,
        sources,
        extra: BTreeMap::new(),
        sealer: sealing.key.public().0,
        envelope: &folder.file(&format!("{name}.age")),
        recovery: &folder.file(&format!("{name}.key")),
        plain,
        threads: outside::threads(),
    };
    Ok(seal_file(&request, &seed.0, |message| sealing.key.sign(message).0, progress)?)
}

fn fields(sealing: &Sealing<'_>, name: &str) -> Result<ContextFields, Fault> {
    context(sealing.tender, sealing.bidder, sealing.version, name)
        .ok_or_else(|| Fault::new("context", |t: Text| t.found_no_lot(name), ""))
}

/// HKDF(file key, "header") of the body: lets strangers check its header without reading it.
fn header_mac_key(folder: &BidFolder, body: &SealedFile) -> Result<Hash, Fault> {
    let header = read_header(&folder.file("body.age"))?;
    let key = OpeningKey::Identity(&body.recovery.opening_key).check(&header)?;
    Ok(Hash(*key.file_key().mac_key().as_bytes()))
}

fn submission(
    sealing: &Sealing<'_>,
    folder: &BidFolder,
    form: &SealedFile,
    body: &SealedFile,
) -> Result<Submission, Fault> {
    let plain = form.plain_commitment.ok_or_else(|| Fault::new("context", Text::found_no_form, ""))?;
    let header = read_header(&folder.file("form.age"))?;
    Ok(Submission::of(Parts {
        tender: sealing.tender,
        policy: sealing.policy,
        bidder: sealing.bidder,
        version: sealing.version,
        sealer: sealing.key.public(),
        form: record(form)?,
        body: record(body)?,
        escrow: commitments(&header).unwrap_or_default(),
        plain,
    })?)
}

fn record(sealed: &SealedFile) -> Result<Envelope, Fault> {
    Ok(Envelope::new(&sealed.commitment, sealed.header_hash, sealed.recovery.context.hash())?)
}

fn source(path: &Path) -> Result<Source, Fault> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
        let said = |t: Text| t.found_name_text(path.display().to_string());
        Fault::argument(said, Text::advice_rename)
    })?;
    Ok(Source { name: name.to_owned(), path: path.to_path_buf() })
}
