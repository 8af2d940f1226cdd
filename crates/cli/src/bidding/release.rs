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
    outside,
    remote::{Remote, sign},
};
use ximu_basics::Seed;
use ximu_bidder::act;
use ximu_procedure::wire::{Command, SignedCommand};
use ximu_sealed::Recovery;
use ximu_text::Text;

/// The command that releases the form's key, signed once and kept.
///
/// # Errors
/// When the key file is missing or damaged, or the signing key is another.
pub fn release(
    remote: Option<&Remote>,
    folder: &BidFolder,
    key: &Key,
    seed: &Seed,
) -> Result<SignedCommand, Fault> {
    let submission = folder.submission()?;
    check(remote, &submission, key)?;
    if let Some(signed) = folder.command_to_send(Step::Release)? {
        return Ok(signed);
    }
    let command = act::release(&submission, &recovery(folder)?, key.inner(), seed)?;
    if let Command::Release { envelope, .. } = &command {
        files::write(&folder.file("release.age"), &envelope.0, Access::Shared)?;
    }
    let signed = sign(&submission.origin, &submission.procedure, outside::nonce()?, command, key)?;
    folder.keep_command(Step::Release, &signed)?;
    Ok(signed)
}

/// The command that asks the holders to open the form, signed once and kept.
///
/// # Errors
/// When the signing key is another.
pub fn rescue(remote: Option<&Remote>, folder: &BidFolder, key: &Key) -> Result<SignedCommand, Fault> {
    let submission = folder.submission()?;
    check(remote, &submission, key)?;
    if let Some(signed) = folder.command_to_send(Step::Rescue)? {
        return Ok(signed);
    }
    let command = act::rescue(&submission);
    let signed = sign(&submission.origin, &submission.procedure, outside::nonce()?, command, key)?;
    folder.keep_command(Step::Rescue, &signed)?;
    Ok(signed)
}

/// Whether this is the bid's key, and the centre, when it answers, the one the bid was sealed for.
fn check(remote: Option<&Remote>, submission: &Submission, key: &Key) -> Result<(), Fault> {
    match remote {
        Some(remote) => check_belongs(remote, submission, key),
        None => Ok(submission.check_key(key.public())?),
    }
}

fn recovery(folder: &BidFolder) -> Result<Recovery, Fault> {
    let path = folder.file("form.key");
    let advice = Text::advice_recovery_back;
    let text = files::read_text(&path).map_err(|fault| Fault { advice: advice.into(), ..fault })?;
    Recovery::from_text(&text).map_err(|error| {
        let said = |t: Text| t.found_at(error.to_string(), path.display().to_string());
        Fault::new(error.code(), said, advice)
    })
}
