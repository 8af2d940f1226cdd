//! The founding of a log: its first command, and only its first.

use crate::{shared::Shared, trouble::Trouble};
use ximu_procedure::{
    REGISTRY, Rejection, World,
    wire::{Command, SignedCommand},
};

/// Whether an origin is that of a log for rehearsals.
pub(crate) fn is_rehearsal(origin: &str) -> bool {
    origin.starts_with("rehearsal.")
}

/// Nothing is recorded before the log is founded, for this office's key and with what its origin says about
/// rehearsals.
pub(crate) fn check(shared: &Shared, world: &World, signed: &SignedCommand) -> Result<(), Trouble> {
    if world.registry.centre.is_some() {
        return Ok(());
    }
    let body = signed.open().map_err(Rejection::from)?;
    let Command::Found { centre_key, rehearsal, .. } = body.command else { return Err(Trouble::NotFounded) };
    if body.procedure.as_str() != REGISTRY {
        return Err(Trouble::NotFounded);
    }
    if centre_key != *shared.signer.public() {
        return Err(Trouble::CentreKeyDiffers);
    }
    let expected = is_rehearsal(shared.signer.origin());
    if rehearsal == expected { Ok(()) } else { Err(Trouble::RehearsalDiffers { expected }) }
}
