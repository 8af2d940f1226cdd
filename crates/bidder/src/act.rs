//! What a bidder signs: commands, uploads, the release of a form's key.

use alloc::{format, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Blob, Hash, Nonce, PartyId, ProcedureId, Salt, Seed, Signature, json};
use ximu_procedure::{
    envelope::{FORM, RELEASE},
    registry::party_id,
    wire::{Command, CommandBody, SignedCommand, command::SealedRecord},
};
use ximu_sealed::{
    ContextFields, Label, Recovery, SealError,
    release::{ReleaseRequest, seal_release},
};

use crate::{
    error::BidderError,
    key::Key,
    submission::{Envelope, Submission},
};

/// Signs a command for the centre of this log.
///
/// # Errors
/// [`BidderError::Signed`] when it is too long.
pub fn sign(
    origin: &str,
    procedure: &ProcedureId,
    nonce: Nonce,
    command: Command,
    key: &Key,
) -> Result<SignedCommand, BidderError> {
    let body = CommandBody { v: 1, origin: origin.into(), procedure: procedure.clone(), nonce, command };
    Ok(SignedCommand::sign(&body, key.secret())?)
}

/// A salted text as the vault keeps it (journal 7.2). Its address is the hash of its canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 32 random bytes.
    pub salt: Salt,
    /// The text.
    pub text: String,
}

impl Record {
    /// Its exact bytes.
    ///
    /// # Errors
    /// Never for a text.
    pub fn bytes(&self) -> Result<Vec<u8>, BidderError> {
        Ok(json::to_canonical(self)?)
    }

    /// What the register holds of it.
    ///
    /// # Errors
    /// Never for a text.
    pub fn address(&self) -> Result<Hash, BidderError> {
        Ok(Hash::of(&self.bytes()?))
    }

    /// The command that registers a party of this name, and the id the party will have.
    ///
    /// # Errors
    /// [`BidderError::KeyUnknown`] for a key that gives no id, which none does.
    pub fn register(&self, key: &Key) -> Result<(Command, PartyId), BidderError> {
        let name = self.address()?;
        let party = party_id(&name, &key.public()).ok_or(BidderError::KeyUnknown(key.public()))?;
        Ok((Command::RegisterParty { name }, party))
    }
}

/// The signature that goes with an upload, in the header `ximu-signature`.
#[must_use]
pub fn upload(submission: &Submission, envelope: &Envelope, key: &Key) -> Signature {
    let (origin, procedure) = (&submission.origin, &submission.procedure);
    let (commitment, bytes) = (envelope.commitment, envelope.bytes);
    key.sign(format!("ximu-upload/1\n{origin}\n{procedure}\n{commitment}\n{bytes}\n").as_bytes())
}

/// The signature that goes with the upload of a document for everybody.
#[must_use]
pub fn document(origin: &str, sha256: &Hash, bytes: u32, key: &Key) -> Signature {
    key.sign(format!("ximu-document/1\n{origin}\n{sha256}\n{bytes}\n").as_bytes())
}

/// The custody centre's word for both envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// For the form.
    pub form: Signature,
    /// For the body.
    pub body: Signature,
}

/// The command that submits a bid.
#[must_use]
pub fn submit(submission: &Submission, custody: Custody) -> Command {
    Command::Submit {
        lot: submission.lot.clone(),
        version: submission.version,
        form: record(&submission.form, custody.form),
        body: record(&submission.body, custody.body),
        escrow: submission.escrow.clone(),
        plain: submission.plain,
    }
}

fn record(envelope: &Envelope, custody: Signature) -> SealedRecord {
    SealedRecord {
        commitment: envelope.commitment,
        bytes: envelope.bytes,
        header: envelope.header,
        context: envelope.context,
        custody,
    }
}

/// The nonce of a submission that is signed wherever its folder is opened: the same each time, so that a repetition is
/// the same command and not a second bid of one version, which would void it (journal 8.4). Only the key's owner can
/// guess it.
///
/// # Errors
/// [`BidderError::Json`].
pub fn steady_nonce(submission: &Submission, key: &Key) -> Result<Nonce, BidderError> {
    let signature = key.sign(&[b"ximu-submit-nonce/1\n", submission.to_text()?.as_bytes()].concat());
    let hash = Hash::of_parts("ximu-submit-nonce/1", &[&signature.0]);
    let mut nonce = [0; 16];
    nonce.iter_mut().zip(hash.0).for_each(|(to, from)| *to = from);
    Ok(Nonce(nonce))
}

/// The command that withdraws a bid. It consumes the next version.
#[must_use]
pub fn withdraw(submission: &Submission) -> Command {
    Command::Withdraw { lot: submission.lot.clone(), version: submission.version.saturating_add(1) }
}

/// The command that asks the holders to open the form.
#[must_use]
pub fn rescue(submission: &Submission) -> Command {
    Command::AskRescue { lot: submission.lot.clone() }
}

/// The command that releases the form's key, sealed to the holders; its envelope is in it.
///
/// # Errors
/// [`BidderError::KeyDiffers`], [`BidderError::OtherBid`], [`BidderError::Seal`].
pub fn release(
    submission: &Submission,
    recovery: &Recovery,
    key: &Key,
    seed: &Seed,
) -> Result<Command, BidderError> {
    submission.check_key(key.public())?;
    let (expected, found) = (submission.genesis, recovery.context.genesis);
    if expected != found {
        return Err(BidderError::OtherBid { expected, found });
    }
    let context = ContextFields {
        genesis: submission.genesis,
        lot: submission.lot.clone(),
        pseudonym: submission.bidder.clone(),
        version: submission.version,
        envelope: label(RELEASE)?,
    };
    let request = ReleaseRequest {
        context: &context,
        escrow: &submission.holders_policy()?,
        of: &label(FORM)?,
        opening_key: &recovery.opening_key,
        sealer: key.public().0,
    };
    let sealed = seal_release(request, &seed.0, |message| key.sign(message).0)?;
    Ok(Command::Release { lot: submission.lot.clone(), envelope: Blob(sealed.envelope) })
}

fn label(name: &str) -> Result<Label, BidderError> {
    name.parse().map_err(|error| BidderError::Seal(SealError::Context(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_addressed_as_the_vault_does() {
        let record = Record { salt: Salt([10; 32]), text: "长江建设".into() };
        let expected = format!(r#"{{"salt":"{}","text":"长江建设"}}"#, "0a".repeat(32));
        assert_eq!(record.bytes().unwrap(), expected.as_bytes());
    }
}
