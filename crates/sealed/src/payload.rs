//! Reads a payload as a push machine: archive, manifest, signature, and each file against its hash
//! (sealed-bid 5.4, 6.4).
//!
//! It takes plaintext, so that who opens chunks on many threads uses it as well as [`crate::OpenMachine`].

use crate::{
    envelope::EnvelopeHeader,
    error::SealError,
    manifest::{self, FileEntry, Manifest, ManifestError},
    tar::{Entry, TarError, TarEvent, TarReader},
};
use alloc::{boxed::Box, string::String, vec::Vec};
use sha2::{Digest, Sha256};
use ximu_basics::Hash;

/// What the reader meets after the manifest, in order: `File (Data)* End` for each file. `End` comes only when
/// the contents have the manifest's hash; data handed out before is not yet known to be right.
#[derive(Debug, PartialEq, Eq)]
pub enum PayloadEvent<'a> {
    /// A file begins.
    File(FileEntry),
    /// Some of its contents.
    Data(&'a [u8]),
    /// It is complete and has the hash that the manifest says.
    End,
}

/// Reads one payload pushed in order.
pub struct PayloadReader {
    tar: TarReader,
    context: Hash,
    has_escrow: bool,
    stage: Stage,
    position: usize,
    digest: Sha256,
}

enum Stage {
    Start,
    Manifest(Vec<u8>),
    Files(Box<Manifest>),
}

impl PayloadReader {
    /// A reader for the payload of this envelope; the manifest must have its context.
    #[must_use]
    pub fn new(header: &EnvelopeHeader) -> PayloadReader {
        PayloadReader {
            tar: TarReader::default(),
            context: *header.context_hash(),
            has_escrow: header.escrow().is_some(),
            stage: Stage::Start,
            position: 0,
            digest: Sha256::new(),
        }
    }

    /// The manifest, once it has been read and its signature checked.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        match &self.stage {
            Stage::Start | Stage::Manifest(_) => None,
            Stage::Files(manifest) => Some(manifest),
        }
    }

    /// Takes plaintext from the front of `input` up to the next event; `None` when all of it is taken.
    ///
    /// # Errors
    /// [`SealError::Tar`], [`SealError::Manifest`].
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<PayloadEvent<'a>>, SealError> {
        while let Some(event) = self.tar.next(input)? {
            let event = match event {
                TarEvent::Entry(entry) => self.begin(&entry)?,
                TarEvent::Data(bytes) => self.data(bytes),
                TarEvent::End => self.end()?,
            };
            if event.is_some() {
                return Ok(event);
            }
        }
        Ok(None)
    }

    /// Ends the payload: every file of the manifest was there, and the archive has its Padmé size.
    ///
    /// # Errors
    /// [`TarError::Truncated`], [`TarError::Padding`], [`ManifestError::NotFirst`], [`ManifestError::Files`].
    pub fn finish(self) -> Result<Manifest, SealError> {
        self.tar.finish()?;
        let Stage::Files(manifest) = self.stage else {
            return Err(ManifestError::NotFirst { found: String::new() }.into());
        };
        match manifest.files.get(self.position) {
            None => Ok(*manifest),
            Some(missing) => Err(ManifestError::Files {
                position: self.position,
                expected: missing.describe(),
                found: String::new(),
            }
            .into()),
        }
    }

    fn begin<'a>(&mut self, entry: &Entry) -> Result<Option<PayloadEvent<'a>>, SealError> {
        let manifest = match &self.stage {
            Stage::Start => {
                if entry.name != manifest::NAME {
                    return Err(ManifestError::NotFirst { found: entry.name.clone() }.into());
                }
                if entry.size_bytes > manifest::MANIFEST_BYTES_MAX {
                    let (max, found) = (manifest::MANIFEST_BYTES_MAX, entry.size_bytes);
                    return Err(ManifestError::Length { max, found }.into());
                }
                self.stage = Stage::Manifest(Vec::new());
                return Ok(None);
            }
            Stage::Manifest(_) => return Err(TarError::Head { at: 0 }.into()),
            Stage::Files(manifest) => manifest,
        };
        let expected = manifest.files.get(self.position);
        let Some(file) =
            expected.filter(|file| file.name == entry.name && file.size_bytes == entry.size_bytes)
        else {
            let found =
                FileEntry { name: entry.name.clone(), size_bytes: entry.size_bytes, sha256: self.context };
            return Err(ManifestError::Files {
                position: self.position,
                expected: expected.map(FileEntry::describe).unwrap_or_default(),
                found: found.describe(),
            }
            .into());
        };
        Ok(Some(PayloadEvent::File(file.clone())))
    }

    fn data<'a>(&mut self, bytes: &'a [u8]) -> Option<PayloadEvent<'a>> {
        match &mut self.stage {
            Stage::Manifest(collected) => {
                collected.extend_from_slice(bytes);
                None
            }
            Stage::Start | Stage::Files(_) => {
                self.digest.update(bytes);
                Some(PayloadEvent::Data(bytes))
            }
        }
    }

    fn end<'a>(&mut self) -> Result<Option<PayloadEvent<'a>>, SealError> {
        let manifest = match &self.stage {
            Stage::Manifest(collected) => {
                let manifest = manifest::read_file(collected)?;
                self.check_manifest(&manifest)?;
                self.stage = Stage::Files(Box::new(manifest));
                return Ok(None);
            }
            Stage::Start => return Ok(None),
            Stage::Files(manifest) => manifest,
        };
        let found = Hash(core::mem::take(&mut self.digest).finalize().into());
        match manifest.files.get(self.position) {
            Some(file) if file.sha256 != found => {
                let (name, expected) = (file.name.clone(), file.sha256);
                Err(ManifestError::FileHash { name, expected, found }.into())
            }
            _ => {
                self.position += 1;
                Ok(Some(PayloadEvent::End))
            }
        }
    }

    fn check_manifest(&self, manifest: &Manifest) -> Result<(), ManifestError> {
        let found = manifest.context.hash();
        if found != self.context {
            return Err(ManifestError::Context { expected: self.context, found });
        }
        let seed = manifest.escrow_seed.is_some();
        if seed != self.has_escrow {
            return Err(ManifestError::EscrowSeed { seed, escrow: self.has_escrow });
        }
        Ok(())
    }
}
