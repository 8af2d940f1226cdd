//! A member reads the documents of a bid (evaluation 12.6): the ciphertext comes in pieces, what stands in it goes out in
//! pieces, and at the end it is known whether all of it may be believed, and which holders said something untrue.

use alloc::{
    boxed::Box,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Hash, PartyId};
use ximu_procedure::{
    Committee, Tender,
    envelope::{BODY, body_escrow, context},
    evaluation::papers::{Closed, Found, INDEX_FILE, Index, Opened},
    tender::Submitted,
};
use ximu_sealed::{
    Commitment, CommitmentBuilder, EnvelopeHeader, FileEntry, HeaderReader, Identity, Manifest, OpenMachine,
    PayloadEvent, PayloadReader, Portable, Record, SealError, check_record,
};

use super::Seen;
use crate::error::BidderError;

/// The largest index that is looked at, in bytes; a larger one is shown as any other file.
pub const INDEX_BYTES_MAX: u64 = 256 * 1024;

/// Documents that a member can ask for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shelf {
    /// Whose.
    pub bidder: PartyId,
    /// The commitment of their ciphertext, by which the centre gives it.
    pub commitment: Hash,
    /// Its length in bytes.
    pub bytes: u32,
}

impl Seen {
    /// The documents of the bids that are evaluated, ascending by bidder; empty when this committee reads none.
    ///
    /// # Errors
    /// [`BidderError::Unknown`] when the log does not have the procedure.
    pub fn shelves(&self) -> Result<Vec<Shelf>, BidderError> {
        let committee = self.committee()?;
        if !committee.reads_papers() {
            return Ok(Vec::new());
        }
        let tender = committee.tender;
        let shelf = |bidder: PartyId| {
            let body = &tender.bids.get(&bidder)?.body;
            Some(Shelf { commitment: body.commitment, bytes: body.bytes, bidder })
        };
        Ok(tender.evaluated().into_iter().filter_map(shelf).collect())
    }

    /// How many holders have given the seat with this identity their shares, and how many it takes; `None` when this
    /// committee reads no documents.
    ///
    /// # Errors
    /// As [`Seen::shelves`].
    pub fn papers_given(&self, identity: &Identity) -> Result<Option<(usize, usize)>, BidderError> {
        let committee = self.committee()?;
        let needed = usize::from(committee.tender.rules.escrow.t);
        let given = Opened::read(committee, identity).holders();
        Ok(committee.reads_papers().then_some((given, needed)))
    }
}

/// What was read to its end without a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The files, in their order.
    pub files: Vec<FileEntry>,
    /// Where the bidder says that criteria are answered, when it says so in the form.
    pub index: Option<Index>,
    /// Holders that said something untrue of this envelope, by their names.
    pub untrue: Vec<String>,
}

/// Reads the documents of one bid.
///
/// Whose fault a refusal is follows from the commitment alone, and that is known at the end: until then a refusal is kept, and
/// the rest of the ciphertext goes into the commitment. So a centre that gives other bytes throws no doubt on a bidder.
pub struct BodyReader {
    bidder: PartyId,
    identity: Identity,
    commitment: CommitmentBuilder,
    /// How many bytes came.
    bytes: u64,
    index: Option<Vec<u8>>,
    /// Whether the pieces that come are those of the index.
    in_index: bool,
    stage: Stage,
}

enum Stage {
    Header(HeaderReader),
    Payload(Box<Reading>),
    /// Nothing more is opened: the first refusal.
    Refused(BidderError),
}

struct Reading {
    header: EnvelopeHeader,
    found: Found,
    machine: OpenMachine<Portable>,
    reader: PayloadReader,
    plain: Vec<u8>,
}

/// Why a step was not done.
enum Stop<E> {
    /// What came does not open.
    Refused(BidderError),
    /// Whoever takes what is told does not go on.
    Taker(E),
}

impl<E, R: Into<BidderError>> From<R> for Stop<E> {
    fn from(refusal: R) -> Stop<E> {
        Stop::Refused(refusal.into())
    }
}

impl BodyReader {
    /// A reader for the documents of this bidder at the seat with this identity.
    #[must_use]
    pub fn new(bidder: &PartyId, identity: Identity) -> BodyReader {
        BodyReader {
            bidder: bidder.clone(),
            identity,
            commitment: CommitmentBuilder::default(),
            bytes: 0,
            index: None,
            in_index: false,
            stage: Stage::Header(HeaderReader::default()),
        }
    }

    /// Takes a piece of ciphertext; `take` gets what it tells. Nothing of it may be kept under its name before
    /// [`BodyReader::finish`], which also tells what does not open.
    ///
    /// # Errors
    /// [`BidderError::PapersAltered`] when more came than was submitted; those of `take`.
    pub fn push<E: From<BidderError>>(
        &mut self,
        seen: &Seen,
        bytes: &[u8],
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.push_to(seen.committee()?, bytes, take)
    }

    /// Ends the reading: only now what was told may be believed.
    ///
    /// # Errors
    /// [`BidderError::PapersAltered`] when what came is not what was submitted: then nothing follows about the bidder.
    /// Otherwise the first refusal, and those of `take`.
    pub fn finish<E: From<BidderError>>(
        self,
        seen: &Seen,
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<Whole, E> {
        self.finish_with(seen.committee()?, take)
    }

    fn push_to<E: From<BidderError>>(
        &mut self,
        committee: Committee<'_>,
        bytes: &[u8],
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.commitment.push(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > u64::from(self.submitted(committee.tender)?.body.bytes) {
            // What comes after cannot make it right, and a centre could send without an end.
            self.is_submitted(committee.tender)?;
        }
        let stage = core::mem::replace(&mut self.stage, Stage::Refused(broken()));
        match self.step(committee, stage, bytes, take) {
            Ok(stage) => self.stage = stage,
            Err(Stop::Refused(refusal)) => self.stage = Stage::Refused(refusal),
            Err(Stop::Taker(error)) => return Err(error),
        }
        Ok(())
    }

    fn finish_with<E: From<BidderError>>(
        mut self,
        committee: Committee<'_>,
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<Whole, E> {
        self.is_submitted(committee.tender)?;
        match self.last(committee, take) {
            Ok(whole) => Ok(whole),
            Err(Stop::Refused(refusal)) => Err(refusal.into()),
            Err(Stop::Taker(error)) => Err(error),
        }
    }

    fn step<E>(
        &mut self,
        committee: Committee<'_>,
        stage: Stage,
        bytes: &[u8],
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<Stage, Stop<E>> {
        let (mut reading, rest) = match stage {
            Stage::Header(mut reader) => match reader.push(bytes)? {
                None => return Ok(Stage::Header(reader)),
                Some((header, rest)) => (Box::new(self.begin(committee, header)?), rest),
            },
            Stage::Payload(reading) => (reading, bytes.to_vec()),
            Stage::Refused(_) => return Ok(stage),
        };
        reading.machine.push(&rest, &mut reading.plain)?;
        self.drain(&mut reading, take)?;
        Ok(Stage::Payload(reading))
    }

    fn last<E>(
        &mut self,
        committee: Committee<'_>,
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<Whole, Stop<E>> {
        let mut reading = match core::mem::replace(&mut self.stage, Stage::Refused(broken())) {
            Stage::Payload(reading) => reading,
            Stage::Refused(refusal) => return Err(Stop::Refused(refusal)),
            // What was submitted has no whole header.
            Stage::Header(_) => return Err(Stop::Refused(BidderError::PapersClosed(Closed::Header))),
        };
        let machine = core::mem::replace(&mut reading.machine, OpenMachine::new(key(&reading.found)?));
        machine.finish(&mut reading.plain)?;
        self.drain(&mut reading, take)?;
        Ok(self.check(committee.tender, *reading)?)
    }

    fn begin(&self, committee: Committee<'_>, header: EnvelopeHeader) -> Result<Reading, BidderError> {
        let found = Opened::read(committee, &self.identity).find(&self.bidder, &header);
        let machine = OpenMachine::new(key(&found)?);
        let reader = PayloadReader::new(&header);
        Ok(Reading { header, found, machine, reader, plain: Vec::new() })
    }

    fn drain<E>(
        &mut self,
        reading: &mut Reading,
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<(), Stop<E>> {
        let plain = core::mem::take(&mut reading.plain);
        let mut rest = plain.as_slice();
        while let Some(event) = reading.reader.next(&mut rest)? {
            match &event {
                PayloadEvent::File(file) => {
                    self.in_index = file.name == INDEX_FILE && file.size_bytes <= INDEX_BYTES_MAX;
                    if self.in_index {
                        self.index = Some(Vec::new());
                    }
                }
                PayloadEvent::Data(bytes) => {
                    if let Some(index) = self.index.as_mut().filter(|_| self.in_index) {
                        index.extend_from_slice(bytes);
                    }
                }
                PayloadEvent::End => self.in_index = false,
            }
            take(&event).map_err(Stop::Taker)?;
        }
        Ok(())
    }

    fn submitted<'a>(&self, tender: &'a Tender) -> Result<&'a Submitted, BidderError> {
        tender.bids.get(&self.bidder).ok_or(BidderError::Tender)
    }

    /// Whether exactly the bytes came that the bidder submitted.
    fn is_submitted(&mut self, tender: &Tender) -> Result<(), BidderError> {
        let body = &self.submitted(tender)?.body;
        let expected = Commitment { root: body.commitment, size_bytes: body.bytes.into() };
        let (found, _) = core::mem::take(&mut self.commitment).finish();
        if found == expected { Ok(()) } else { Err(BidderError::PapersAltered { expected, found }) }
    }

    /// Against the submission and the rules, escrow byte for byte.
    fn check(&self, tender: &Tender, reading: Reading) -> Result<Whole, BidderError> {
        let bid = self.submitted(tender)?;
        let manifest: Manifest = reading.reader.finish()?;
        let context = context(tender, &self.bidder, bid.version, BODY).ok_or(BidderError::Tender)?;
        let escrow = body_escrow(tender);
        let record = Record { context: &context, sealer: &bid.key.0, escrow: escrow.as_ref() };
        let dealing = check_record(&reading.header, &key(&reading.found)?, &manifest, &record)?;
        let untrue = names(tender, &reading.found.liars(dealing.as_ref()));
        let index = self.index.as_deref().and_then(Index::read);
        Ok(Whole { files: manifest.files, index, untrue })
    }
}

/// What a seat knows of one envelope before anything of it is read: who gave what. By the names of the holders.
#[must_use]
pub fn names(tender: &Tender, indexes: &[u8]) -> Vec<String> {
    let name = |index: &u8| {
        let holder = tender.holders.get(usize::from(*index).checked_sub(1)?)?;
        Some(holder.name.to_string())
    };
    indexes.iter().filter_map(name).collect()
}

/// Places of an index by criterion, in words of the rules: what the index says of criteria that there are, and of files that
/// there are.
#[must_use]
pub fn answered(whole: &Whole, criteria: &[String]) -> BTreeMap<String, Vec<(String, Option<u32>)>> {
    let Some(index) = &whole.index else { return BTreeMap::new() };
    let is_there = |name: &str| whole.files.iter().any(|file| file.name == name);
    let places = |criterion: &String| {
        let places = index.criteria.get(criterion)?.iter().filter(|place| is_there(&place.file));
        Some((criterion.clone(), places.map(|place| (place.file.clone(), place.page)).collect()))
    };
    criteria.iter().filter_map(places).collect()
}

fn key(found: &Found) -> Result<ximu_sealed::CheckedKey, BidderError> {
    found.key.clone().map_err(BidderError::PapersClosed)
}

fn broken() -> BidderError {
    SealError::SelfCheck { what: "documents that nobody took to their end" }.into()
}

#[cfg(test)]
mod tests;
