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
    Tender,
    envelope::{BODY, body_escrow, context},
    evaluation::papers::{Found, INDEX_FILE, Index, Opened},
    tender::Submitted,
};
use ximu_sealed::{
    CommitmentBuilder, EnvelopeHeader, FileEntry, HeaderReader, Identity, Manifest, OpenMachine,
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
pub struct BodyReader {
    bidder: PartyId,
    identity: Identity,
    commitment: CommitmentBuilder,
    index: Option<Vec<u8>>,
    /// Whether the pieces that come are those of the index.
    in_index: bool,
    stage: Stage,
}

enum Stage {
    Header(HeaderReader),
    Payload(Box<Reading>),
    Broken,
}

struct Reading {
    header: EnvelopeHeader,
    found: Found,
    machine: OpenMachine<Portable>,
    reader: PayloadReader,
    plain: Vec<u8>,
}

impl BodyReader {
    /// A reader for the documents of this bidder at the seat with this identity.
    #[must_use]
    pub fn new(bidder: &PartyId, identity: Identity) -> BodyReader {
        BodyReader {
            bidder: bidder.clone(),
            identity,
            commitment: CommitmentBuilder::default(),
            index: None,
            in_index: false,
            stage: Stage::Header(HeaderReader::default()),
        }
    }

    /// Takes a piece of ciphertext; `take` gets what it tells. Nothing of it may be kept under its name before
    /// [`BodyReader::finish`].
    ///
    /// # Errors
    /// [`BidderError::PapersClosed`], [`BidderError::Seal`]: the first refusal.
    pub fn push<E: From<BidderError>>(
        &mut self,
        seen: &Seen,
        bytes: &[u8],
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.commitment.push(bytes);
        let stage = core::mem::replace(&mut self.stage, Stage::Broken);
        let (mut reading, rest) = match stage {
            Stage::Header(mut reader) => match reader.push(bytes).map_err(BidderError::from)? {
                None => {
                    self.stage = Stage::Header(reader);
                    return Ok(());
                }
                Some((header, rest)) => (Box::new(self.begin(seen, header)?), rest),
            },
            Stage::Payload(reading) => (reading, bytes.to_vec()),
            Stage::Broken => return Err(broken().into()),
        };
        reading.machine.push(&rest, &mut reading.plain).map_err(BidderError::from)?;
        self.drain(&mut reading, take)?;
        self.stage = Stage::Payload(reading);
        Ok(())
    }

    /// Ends the reading: only now what was told may be believed.
    ///
    /// # Errors
    /// The first refusal.
    pub fn finish<E: From<BidderError>>(
        mut self,
        seen: &Seen,
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<Whole, E> {
        let stage = core::mem::replace(&mut self.stage, Stage::Broken);
        let Stage::Payload(mut reading) = stage else { return Err(broken().into()) };
        let machine = core::mem::replace(&mut reading.machine, OpenMachine::new(key(&reading.found)?));
        machine.finish(&mut reading.plain).map_err(BidderError::from)?;
        self.drain(&mut reading, take)?;
        Ok(self.check(seen, *reading)?)
    }

    fn begin(&self, seen: &Seen, header: EnvelopeHeader) -> Result<Reading, BidderError> {
        let committee = seen.committee()?;
        let found = Opened::read(committee, &self.identity).find(&self.bidder, &header);
        let machine = OpenMachine::new(key(&found)?);
        let reader = PayloadReader::new(&header);
        Ok(Reading { header, found, machine, reader, plain: Vec::new() })
    }

    fn drain<E: From<BidderError>>(
        &mut self,
        reading: &mut Reading,
        take: &mut dyn FnMut(&PayloadEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let plain = core::mem::take(&mut reading.plain);
        let mut rest = plain.as_slice();
        while let Some(event) = reading.reader.next(&mut rest).map_err(BidderError::from)? {
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
            take(&event)?;
        }
        Ok(())
    }

    /// Against the submission and the rules, escrow byte for byte.
    fn check(self, seen: &Seen, reading: Reading) -> Result<Whole, BidderError> {
        let tender = seen.tender()?;
        let bid: &Submitted = tender.bids.get(&self.bidder).ok_or(BidderError::Tender)?;
        let manifest: Manifest = reading.reader.finish()?;
        let (commitment, _) = self.commitment.finish();
        if commitment.root != bid.body.commitment {
            return Err(SealError::Commitment {
                expected: bid.body.commitment,
                expected_bytes: bid.body.bytes.into(),
                found: commitment.root,
                found_bytes: commitment.size_bytes,
            }
            .into());
        }
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
    SealError::SelfCheck { what: "documents that were refused before, or have no end" }.into()
}
