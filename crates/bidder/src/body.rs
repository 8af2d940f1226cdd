//! The body's envelope as a push machine, and the machine that opens it again before anything is sent
//! (sealed-bid 10.1, 10.2). Neither holds more than a chunk, however large the documents are.

use alloc::{collections::BTreeMap, vec::Vec};
use ximu_basics::Hash;
use ximu_procedure::wire::form::BodyReference;
use ximu_sealed::{
    CommitmentBuilder, ContextFields, EscrowPolicy, FileEntry, HeaderReader, Manifest, OpenMachine,
    OpeningKey, PayloadReader, Portable, Record, Recovery, SealError, SealMachine, SealPlan, SealRequest,
    check_record,
};

use crate::{error::BidderError, key::Key, submission::Envelope};

/// Seals the body, file after file. Each call appends ciphertext to `out`; the caller takes it away.
pub struct BodySealer {
    plan: SealPlan,
    context: ContextFields,
    escrow: Option<EscrowPolicy>,
    machine: SealMachine<Portable>,
    commitment: CommitmentBuilder,
}

/// What is known of a sealed body.
#[derive(Debug, Clone)]
pub struct SealedBody {
    /// For the submission.
    pub envelope: Envelope,
    /// For the form.
    pub reference: BodyReference,
    /// What opens it.
    pub recovery: Recovery,
}

impl BodySealer {
    /// Begins with names, sizes and hashes of the files, which the caller reads a second time afterwards; `escrow` is that
    /// of the rules for a body.
    ///
    /// # Errors
    /// [`BidderError::Seal`].
    pub fn begin(
        context: ContextFields,
        escrow: Option<EscrowPolicy>,
        files: Vec<FileEntry>,
        key: &Key,
        seed: &[u8; 32],
        out: &mut Vec<u8>,
    ) -> Result<BodySealer, BidderError> {
        let sealer = key.public().0;
        let to = escrow.as_ref();
        let request = SealRequest { context: &context, escrow: to, files, extra: BTreeMap::new(), sealer };
        let plan = SealPlan::new(request, seed, |message| key.sign(message).0)?;
        let from = out.len();
        let machine = SealMachine::start(&plan, out)?;
        let mut sealer =
            BodySealer { plan, context, escrow, machine, commitment: CommitmentBuilder::default() };
        sealer.commit(out, from);
        Ok(sealer)
    }

    /// The recovery file, which belongs on disk before the envelope.
    #[must_use]
    pub fn recovery(&self) -> Recovery {
        Recovery::of(&self.plan)
    }

    /// How long the envelope will be, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.plan.envelope_length()
    }

    /// Begins the next file.
    ///
    /// # Errors
    /// [`BidderError::Seal`] when the one before is not complete.
    pub fn next_file(&mut self, out: &mut Vec<u8>) -> Result<(), BidderError> {
        let from = out.len();
        self.machine.next_file(out)?;
        self.commit(out, from);
        Ok(())
    }

    /// Takes contents of the current file.
    ///
    /// # Errors
    /// [`BidderError::Seal`] when it is more than announced.
    pub fn data(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), BidderError> {
        let from = out.len();
        self.machine.data(bytes, out)?;
        self.commit(out, from);
        Ok(())
    }

    /// Ends the envelope, a limited number of bytes at each call; `true` when it is complete.
    ///
    /// # Errors
    /// [`BidderError::Seal`] when files are missing.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<bool, BidderError> {
        let from = out.len();
        let archive = self.machine.finish(out)?;
        self.commit(out, from);
        Ok(archive.is_some())
    }

    /// What is known of the complete envelope, and the machine that opens it again.
    ///
    /// # Errors
    /// [`BidderError::TooLarge`].
    pub fn sealed(self) -> Result<(SealedBody, BodyChecker), BidderError> {
        let (commitment, _) = self.commitment.finish();
        let recovery = Recovery::of(&self.plan);
        let envelope = Envelope::new(&commitment, self.plan.header().hash(), recovery.context.hash())?;
        let mac_key = Hash(*self.plan.key().file_key().mac_key().as_bytes());
        let reference = BodyReference { commitment: commitment.root, header_mac_key: mac_key };
        let sealed = SealedBody { envelope, reference, recovery: recovery.clone() };
        let checker = BodyChecker {
            manifest: self.plan.manifest().clone(),
            context: self.context,
            escrow: self.escrow,
            recovery,
            envelope,
            commitment: CommitmentBuilder::default(),
            stage: Stage::Header(HeaderReader::default()),
        };
        Ok((sealed, checker))
    }

    fn commit(&mut self, out: &[u8], from: usize) {
        self.commitment.push(out.get(from..).unwrap_or_default());
    }
}

/// Opens a fresh envelope along a reader's path and compares it with what went in.
pub struct BodyChecker {
    manifest: Manifest,
    context: ContextFields,
    escrow: Option<EscrowPolicy>,
    recovery: Recovery,
    envelope: Envelope,
    commitment: CommitmentBuilder,
    stage: Stage,
}

enum Stage {
    Header(HeaderReader),
    Payload(alloc::boxed::Box<Reading>),
    Broken,
}

struct Reading {
    machine: OpenMachine<Portable>,
    reader: PayloadReader,
    plain: Vec<u8>,
}

impl BodyChecker {
    /// Takes ciphertext as it was kept.
    ///
    /// # Errors
    /// [`BidderError::Seal`]: the envelope must not be sent.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), BidderError> {
        self.commitment.push(bytes);
        match core::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Header(mut header) => match header.push(bytes)? {
                None => self.stage = Stage::Header(header),
                Some((header, rest)) => {
                    let key = OpeningKey::Identity(&self.recovery.opening_key).check(&header)?;
                    let (context, sealer) = (&self.context, &self.manifest.sealer);
                    let record = Record { context, sealer, escrow: self.escrow.as_ref() };
                    check_record(&header, &key, &self.manifest, &record)?;
                    let machine = OpenMachine::new(key);
                    let mut reading =
                        Reading { machine, reader: PayloadReader::new(&header), plain: Vec::new() };
                    reading.push(&rest)?;
                    self.stage = Stage::Payload(reading.into());
                }
            },
            Stage::Payload(mut reading) => {
                reading.push(bytes)?;
                self.stage = Stage::Payload(reading);
            }
            Stage::Broken => return Err(differs("an envelope that was refused before")),
        }
        Ok(())
    }

    /// Ends the check.
    ///
    /// # Errors
    /// [`BidderError::Seal`]: the envelope must not be sent.
    pub fn finish(self) -> Result<(), BidderError> {
        let Stage::Payload(reading) = self.stage else { return Err(differs("the header")) };
        let Reading { machine, mut reader, mut plain } = *reading;
        machine.finish(&mut plain)?;
        drain(&mut reader, &plain)?;
        let (commitment, _) = self.commitment.finish();
        if commitment.root != self.envelope.commitment {
            return Err(differs("the commitment"));
        }
        if reader.finish()? == self.manifest { Ok(()) } else { Err(differs("the manifest")) }
    }
}

impl Reading {
    fn push(&mut self, bytes: &[u8]) -> Result<(), BidderError> {
        self.machine.push(bytes, &mut self.plain)?;
        drain(&mut self.reader, &self.plain)?;
        self.plain.clear();
        Ok(())
    }
}

/// Every file is compared with its hash in the manifest as it passes.
fn drain(reader: &mut PayloadReader, mut plain: &[u8]) -> Result<(), BidderError> {
    while reader.next(&mut plain)?.is_some() {}
    Ok(())
}

fn differs(what: &'static str) -> BidderError {
    SealError::SelfCheck { what }.into()
}
