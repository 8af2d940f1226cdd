//! Opens envelopes: as a push machine for contents of any size, and in memory for small ones; and the checks
//! after an opening that decide whether an envelope is void (sealed-bid 11).

use crate::{
    age::{
        AgeError, FileKey, Identity, file,
        header::header_length,
        stream::{ChunkCipher, NONCE_BYTES, OpenStream},
    },
    backend::{Aead, Portable},
    context::ContextFields,
    envelope::{CheckedKey, EnvelopeHeader},
    error::SealError,
    escrow::{Dealing, EscrowPolicy, deal},
    manifest::{Manifest, ManifestError},
    payload::{PayloadEvent, PayloadReader},
};
use alloc::{string::String, vec::Vec};
use ximu_basics::{Hash, hex};

/// With what an envelope is opened.
#[derive(Debug, Clone, Copy)]
pub enum OpeningKey<'a> {
    /// The sealer's own opening key.
    Identity(&'a Identity),
    /// A bare file key, for instance combined from shares.
    FileKey(&'a FileKey),
}

impl OpeningKey<'_> {
    /// The file key, once the header MAC fits it.
    ///
    /// # Errors
    /// [`SealError::Age`].
    pub fn check(&self, header: &EnvelopeHeader) -> Result<CheckedKey, SealError> {
        Ok(match self {
            OpeningKey::Identity(identity) => header.open_with(identity)?,
            OpeningKey::FileKey(file_key) => header.check_key((*file_key).clone())?,
        })
    }
}

/// An opened small envelope.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The header.
    pub header: EnvelopeHeader,
    /// The file key, checked.
    pub key: CheckedKey,
    /// The manifest; its signature is checked under the key that it names.
    pub manifest: Manifest,
    /// Names and contents of the files; each has the manifest's hash.
    pub files: Vec<(String, Vec<u8>)>,
    /// SHA-256 of the archive, for the plain commitment.
    pub archive_sha256: Hash,
}

impl Opened {
    /// The contents of a file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|(other, _)| other == name).map(|(_, data)| data.as_slice())
    }
}

/// Opens an envelope in memory. Context, sealer and escrow are compared by [`check_record`] afterwards.
///
/// # Errors
/// [`SealError::Age`], [`SealError::Envelope`], [`SealError::Context`], [`SealError::Escrow`],
/// [`SealError::Tar`], [`SealError::Manifest`].
pub fn open(envelope: &[u8], key: OpeningKey<'_>) -> Result<Opened, SealError> {
    let (header, rest) = EnvelopeHeader::parse(envelope)?;
    let key = key.check(&header)?;
    let (nonce, chunks) = file::split_nonce(rest)?;
    let mut stream = OpenStream::new(ChunkCipher::<Portable>::new(key.file_key(), nonce));
    let mut archive = Vec::with_capacity(chunks.len());
    stream.push(chunks, &mut archive)?;
    stream.finish(&mut archive)?;
    let mut reader = PayloadReader::new(&header);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut input = archive.as_slice();
    while let Some(event) = reader.next(&mut input)? {
        match event {
            PayloadEvent::File(file) => files.push((file.name, Vec::new())),
            PayloadEvent::Data(bytes) => {
                if let Some((_, data)) = files.last_mut() {
                    data.extend_from_slice(bytes);
                }
            }
            PayloadEvent::End => {}
        }
    }
    let manifest = reader.finish()?;
    Ok(Opened { header, key, manifest, files, archive_sha256: Hash::of(&archive) })
}

/// What is known of an envelope from outside: the submission record and the rules.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// What it must belong to.
    pub context: &'a ContextFields,
    /// The sealer's registered Ed25519 public key.
    pub sealer: &'a [u8; 32],
    /// The escrow that the rules ask for, with the holders' epoch keys of the genesis.
    pub escrow: Option<&'a EscrowPolicy>,
}

/// Checks an opened envelope against the record: context, sealer, escrow policy, and the escrow byte for byte
/// against the one dealt again from the manifest's seed. A refusal voids the envelope, whoever opened it. Returns
/// the dealing, with which released shares are checked ([`Dealing::check_release`]).
///
/// # Errors
/// [`SealError::Context`], [`ManifestError::Sealer`], [`SealError::Escrow`], in this order.
pub fn check_record(
    header: &EnvelopeHeader,
    key: &CheckedKey,
    manifest: &Manifest,
    record: &Record<'_>,
) -> Result<Option<Dealing>, SealError> {
    header.context().expect(record.context)?;
    if manifest.sealer != *record.sealer {
        let (expected, found) = (hex::encode(record.sealer), hex::encode(&manifest.sealer));
        return Err(ManifestError::Sealer { expected, found }.into());
    }
    header.expect_escrow(record.escrow)?;
    let (Some(policy), Some(found)) = (record.escrow, header.escrow()) else { return Ok(None) };
    let seed = manifest.escrow_seed.ok_or(ManifestError::EscrowSeed { seed: false, escrow: true })?;
    let dealing = deal(&seed, policy, key.file_key(), header.context_hash())?;
    dealing.check(found)?;
    Ok(Some(dealing))
}

/// Collects a header that arrives in pieces.
#[derive(Debug, Default)]
pub struct HeaderReader {
    seen: Vec<u8>,
}

impl HeaderReader {
    /// Takes the next bytes; when the header is complete, gives it and the bytes after it.
    ///
    /// # Errors
    /// Those of [`EnvelopeHeader::parse`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<(EnvelopeHeader, Vec<u8>)>, SealError> {
        self.seen.extend_from_slice(bytes);
        if header_length(&self.seen)?.is_none() {
            return Ok(None);
        }
        let (header, rest) = EnvelopeHeader::parse(&self.seen)?;
        let rest = rest.to_vec();
        self.seen.clear();
        Ok(Some((header, rest)))
    }
}

/// Opens the payload of an envelope pushed in order after its header; holds at most one chunk. It appends
/// plaintext to `out`, which goes on into a [`PayloadReader`].
pub struct OpenMachine<A> {
    stage: Stage<A>,
}

enum Stage<A> {
    Nonce(CheckedKey, Vec<u8>),
    Chunks(OpenStream<A>),
}

impl<A: Aead> OpenMachine<A> {
    /// A machine at the end of the header.
    #[must_use]
    pub fn new(key: CheckedKey) -> OpenMachine<A> {
        OpenMachine { stage: Stage::Nonce(key, Vec::new()) }
    }

    /// Takes ciphertext.
    ///
    /// # Errors
    /// [`SealError::Age`].
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        if let Stage::Nonce(key, seen) = &mut self.stage {
            let (now, later) = bytes.split_at_checked(NONCE_BYTES - seen.len()).unwrap_or((bytes, &[]));
            seen.extend_from_slice(now);
            bytes = later;
            let Some(nonce) = seen.first_chunk() else { return Ok(()) };
            self.stage = Stage::Chunks(OpenStream::new(ChunkCipher::new(key.file_key(), nonce)));
        }
        match &mut self.stage {
            Stage::Chunks(stream) => Ok(stream.push(bytes, out)?),
            Stage::Nonce(..) => Ok(()),
        }
    }

    /// Ends the payload. Only now is it known to be complete.
    ///
    /// # Errors
    /// [`SealError::Age`].
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), SealError> {
        match self.stage {
            Stage::Chunks(stream) => Ok(stream.finish(out)?),
            Stage::Nonce(_, seen) => Err(AgeError::Nonce { found: seen.len() }.into()),
        }
    }
}
