//! Opening a bid in the window: the form's opening key, sealed to the holders, who open nothing before the window
//! ends (sealed-bid 9, opening 3); or the request that the holders open the form because the key is lost.

use super::{
    folder::{BidFolder, Step, Submission},
    submit::check_belongs,
};
use crate::{
    fault::Fault,
    files::{self, Access},
    keys::Key,
    remote::Remote,
};
use ximu_basics::{Blob, Seed};
use ximu_procedure::{
    envelope::{FORM, RELEASE},
    wire::{Command, SignedCommand},
};
use ximu_sealed::{
    ContextFields, EscrowPolicy, Label, Recovery,
    release::{ReleaseRequest, seal_release},
};

/// The command that releases the form's key, signed once and kept.
///
/// # Errors
/// When the key file is missing or damaged, or the signing key is another.
pub fn release(remote: &Remote, folder: &BidFolder, key: &Key, seed: &Seed) -> Result<SignedCommand, Fault> {
    let submission = folder.submission()?;
    check_belongs(remote, &submission, key)?;
    if let Some(signed) = folder.command(Step::Release)? {
        return Ok(signed);
    }
    let recovery = recovery(folder)?;
    let context = ContextFields {
        genesis: submission.genesis,
        lot: submission.lot.clone(),
        pseudonym: submission.bidder.clone(),
        version: submission.version,
        envelope: label(RELEASE)?,
    };
    let request = ReleaseRequest {
        context: &context,
        escrow: &escrow(&submission)?,
        of: &label(FORM)?,
        opening_key: &recovery.opening_key,
        sealer: key.public().0,
    };
    let sealed = seal_release(request, &seed.0, |message| key.sign(message).0)?;
    files::write(&folder.file("release.age"), &sealed.envelope, Access::Shared)?;
    let command = Command::Release { lot: submission.lot, envelope: Blob(sealed.envelope) };
    let signed = remote.sign(&submission.procedure, command, key)?;
    folder.keep_command(Step::Release, &signed)?;
    Ok(signed)
}

/// The command that asks the holders to open the form, signed once and kept.
///
/// # Errors
/// When the signing key is another.
pub fn rescue(remote: &Remote, folder: &BidFolder, key: &Key) -> Result<SignedCommand, Fault> {
    let submission = folder.submission()?;
    check_belongs(remote, &submission, key)?;
    if let Some(signed) = folder.command(Step::Rescue)? {
        return Ok(signed);
    }
    let command = Command::AskRescue { lot: submission.lot };
    let signed = remote.sign(&submission.procedure, command, key)?;
    folder.keep_command(Step::Rescue, &signed)?;
    Ok(signed)
}

fn recovery(folder: &BidFolder) -> Result<Recovery, Fault> {
    let path = folder.file("form.key");
    let advice = "put the file back from your copy; without it ask the holders with `ximu bid open --rescue`";
    let text = files::read_text(&path).map_err(|fault| Fault { advice: advice.into(), ..fault })?;
    Recovery::from_text(&text)
        .map_err(|error| Fault::new(error.code(), format!("{}: {error}", path.display()), advice))
}

fn escrow(submission: &Submission) -> Result<EscrowPolicy, Fault> {
    let holders = submission.holders.iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>();
    let holders = holders.map_err(|error: ximu_sealed::age::AgeError| {
        Fault::new("submission", format!("submission.json: a holder's key cannot be read: {error}"), "")
    })?;
    Ok(EscrowPolicy { threshold: submission.threshold, holders })
}

fn label(name: &str) -> Result<Label, Fault> {
    name.parse().map_err(|_| Fault::new("context", format!("expected an envelope name, found {name:?}"), ""))
}
