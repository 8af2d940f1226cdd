//! The centre's own signatures: acknowledgements, timer commands, custody requests, checkpoints.
//!
//! The secret key stays here.

use crate::{
    Acknowledgement,
    answer::{Answer, Recorded},
    statement,
    trouble::Trouble,
};
use ed25519_dalek::{Signer as _, SigningKey};
use ximu_basics::{Hash, Instant, Nonce, ProcedureId, PublicKey, Signature};
use ximu_journal::{Found, HiddenClass};
use ximu_procedure::{
    Authenticated,
    wire::{Command, CommandBody, Leaf, Operation, Outcome, PanelOperation, SignedCommand},
};
use ximu_tlog::note::NoteSigner;

/// Signs for one centre and one log.
pub(crate) struct Signer {
    origin: String,
    secret: [u8; 32],
    public: PublicKey,
    note: NoteSigner,
}

impl Signer {
    /// The signer of this log; `None` when the origin cannot be a key name.
    pub(crate) fn new(origin: &str, secret: &[u8; 32]) -> Option<Signer> {
        let public = PublicKey(SigningKey::from_bytes(secret).verifying_key().to_bytes());
        let note = NoteSigner::new(origin, secret)?;
        Some(Signer { origin: origin.into(), secret: *secret, public, note })
    }

    /// The log's origin.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The centre's public key.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signer of checkpoints.
    pub(crate) fn note(&self) -> &NoteSigner {
        &self.note
    }

    /// The record of a decided command.
    pub(crate) fn record(
        &self,
        given: &Authenticated,
        at: Instant,
        beat: Option<u32>,
        bytes: &[u8],
        decided: &Outcome,
    ) -> Result<Recorded, Trouble> {
        self.acknowledge(&given.body.procedure, given.signed.id(), at, beat, bytes, decided)
    }

    fn acknowledge(
        &self,
        procedure: &ProcedureId,
        id: Hash,
        at: Instant,
        beat: Option<u32>,
        bytes: &[u8],
        decided: &Outcome,
    ) -> Result<Recorded, Trouble> {
        let unsigned = Acknowledgement {
            v: 1,
            origin: self.origin.clone(),
            procedure: procedure.clone(),
            id,
            at,
            beat,
            subject: Hash::of(bytes),
            accepted: matches!(decided, Outcome::Events(_)),
            signature: Signature([0; 64]),
        };
        let broken = Trouble::Stopped { why: "not_canonical" };
        let acknowledgement = unsigned.sign(&self.secret).map_err(|_| broken.clone())?;
        let subject = String::from_utf8(bytes.to_vec()).map_err(|_| broken)?;
        Ok(Recorded { acknowledgement, subject, listing: None })
    }

    /// The answer to a command that was recorded before, the same as it was then: everything in it follows from the
    /// stored bytes, and Ed25519 signs the same bytes alike.
    pub(crate) fn answer_again(
        &self,
        id: Hash,
        found: &Found,
        leaf: impl FnOnce(u64) -> Result<Vec<u8>, Trouble>,
    ) -> Result<Answer, Trouble> {
        let damaged = || Trouble::Unreadable { code: "store-corrupt" };
        let (recorded, outcome) = match found {
            Found::Operation(stored) if stored.class == HiddenClass::Panel => {
                let operation: PanelOperation =
                    ximu_basics::json::from_canonical(&stored.bytes).map_err(|_| damaged())?;
                let PanelOperation { procedure, at, outcome, .. } = operation;
                let recorded = self.acknowledge(&procedure, id, at, None, &stored.bytes, &outcome)?;
                (recorded, outcome)
            }
            Found::Operation(stored) => {
                let operation: Operation =
                    ximu_basics::json::from_canonical(&stored.bytes).map_err(|_| damaged())?;
                let Operation { procedure, at, beat, outcome, .. } = operation;
                let recorded = self.acknowledge(&procedure, id, at, Some(beat), &stored.bytes, &outcome)?;
                (recorded, outcome)
            }
            Found::Entry { idx, .. } => {
                let bytes = leaf(*idx)?;
                let Ok(Leaf::Entry(entry)) = Leaf::from_bytes(&bytes) else { return Err(damaged()) };
                let recorded =
                    self.acknowledge(&entry.procedure, id, entry.at, None, &bytes, &entry.outcome)?;
                (recorded, entry.outcome)
            }
        };
        Ok(match outcome {
            Outcome::Events(_) => Answer::Accepted(recorded),
            Outcome::Refusal(refusal) => Answer::Refused { refusal, recorded: Some(recorded) },
        })
    }

    /// A command of the centre's clock. The nonce follows from procedure, kind and due, so that repeating a timer
    /// repeats its command.
    pub(crate) fn timer(&self, procedure: &ProcedureId, command: Command, due: u64) -> Option<SignedCommand> {
        let parts: [&[u8]; 4] = [
            self.origin.as_bytes(),
            procedure.as_str().as_bytes(),
            command.name().as_bytes(),
            &due.to_be_bytes(),
        ];
        let nonce = Nonce(*Hash::of_parts("ximu-timer/1", &parts).0.first_chunk::<16>()?);
        let (origin, procedure) = (self.origin.clone(), procedure.clone());
        SignedCommand::sign(&CommandBody { v: 1, origin, procedure, nonce, command }, &self.secret).ok()
    }

    /// The centre's signature under a custody request.
    pub(crate) fn custody_request(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        bytes: u32,
    ) -> Signature {
        self.sign(&statement::custody_request(&self.origin, procedure, commitment, u64::from(bytes)))
    }

    /// The centre's signature under a message that says itself what it is for.
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature(SigningKey::from_bytes(&self.secret).sign(message).to_bytes())
    }
}
