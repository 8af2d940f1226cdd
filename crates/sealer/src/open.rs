//! Opens an envelope on disk into a folder (sealed-bid 11).

use crate::{
    atomic::NewFolder,
    error::SealerError,
    fast::Fast,
    pipeline,
    progress::{Progress, Stage},
    seal::{BATCH_CHUNKS, Batch, SealFile},
};
use std::{
    fs::File,
    io::Write,
    num::NonZeroUsize,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};
use ximu_sealed::{
    CheckedKey, Dealing, EnvelopeHeader, Manifest, OpeningKey, PayloadEvent, PayloadReader, Record,
    SealError, SealPlan,
    age::{
        AgeError,
        header::{HEADER_BYTES_MAX, header_length},
        stream::{CHUNK_BYTES, ChunkCipher, NONCE_BYTES, Place, SEALED_CHUNK_BYTES},
    },
    check_record,
    manifest::ManifestError,
};

/// What is to be opened, and to where.
#[derive(Debug, Clone, Copy)]
pub struct OpenFile<'a> {
    /// The envelope.
    pub envelope: &'a Path,
    /// What opens it.
    pub key: OpeningKey<'a>,
    /// What is known of it; `None` only to look at an envelope whose record one does not have.
    pub record: Option<Record<'a>>,
    /// The folder that receives the files; must be free. It appears only when everything has been checked.
    pub folder: &'a Path,
    /// How many threads open.
    pub threads: NonZeroUsize,
}

/// An envelope that was opened into a folder.
#[derive(Debug, Clone)]
pub struct OpenedFile {
    /// The header.
    pub header: EnvelopeHeader,
    /// The file key, checked.
    pub key: CheckedKey,
    /// The manifest.
    pub manifest: Manifest,
    /// The dealing made again, if there is a record with an escrow.
    pub dealing: Option<Dealing>,
}

/// Opens an envelope into a folder, checking it against its record.
///
/// # Errors
/// [`SealerError`]; after any of them there is no folder.
pub fn open_file(
    request: &OpenFile<'_>,
    mut progress: impl FnMut(Progress),
) -> Result<OpenedFile, SealerError> {
    let file = File::open(request.envelope).map_err(SealerError::io("cannot open", request.envelope))?;
    let payload = Payload::find(&file, request.envelope)?;
    let key = request.key.check(&payload.header)?;
    if let Some(record) = &request.record {
        payload.header.context().expect(record.context).map_err(SealError::from)?;
    }
    let folder = NewFolder::create(request.folder)?;
    let mut sink = FolderSink { folder: &folder, current: None };
    let manifest =
        payload.read(&key, request.threads, Stage::Open, &mut progress, |event| sink.take(event))?;
    let record = request.record.as_ref();
    let dealing =
        record.map(|record| check_record(&payload.header, &key, &manifest, record)).transpose()?.flatten();
    folder.keep()?;
    Ok(OpenedFile { header: payload.header, key, manifest, dealing })
}

/// Reads the header of an envelope on disk.
///
/// # Errors
/// [`SealerError`].
pub fn read_header(envelope: &Path) -> Result<EnvelopeHeader, SealerError> {
    let file = File::open(envelope).map_err(SealerError::io("cannot open", envelope))?;
    Ok(Payload::find(&file, envelope)?.header)
}

/// Opens the envelope just written with the opening key, as its reader will, and compares: the manifest with the
/// plan's, and by the manifest every byte of every file; then context, sealer and escrow with the request.
pub(crate) fn check_fresh(
    plan: &SealPlan,
    request: &SealFile<'_>,
    file: &File,
    progress: &mut impl FnMut(Progress),
) -> Result<(), SealerError> {
    let payload = Payload::find(file, request.envelope)?;
    let key = OpeningKey::Identity(plan.opening_key()).check(&payload.header)?;
    let read = payload.read(&key, request.threads, Stage::Check, progress, |_| Ok(()));
    let manifest = read.map_err(|refusal| {
        if let SealerError::Seal(SealError::Manifest(ManifestError::FileHash { name, .. })) = &refusal {
            if let Some(source) = request.sources.iter().find(|source| source.name == *name) {
                return SealerError::Changed { path: source.path.clone() };
            }
        }
        refusal
    })?;
    if manifest != *plan.manifest() {
        return Err(SealError::SelfCheck { what: "the manifest" }.into());
    }
    let record = Record { context: request.context, sealer: &request.sealer, escrow: request.escrow };
    check_record(&payload.header, &key, &manifest, &record)?;
    Ok(())
}

/// An envelope on disk with its header read.
struct Payload<'a> {
    file: &'a File,
    path: PathBuf,
    header: EnvelopeHeader,
    nonce: [u8; NONCE_BYTES],
    /// Where the chunks begin.
    offset: u64,
    /// Length of all chunks.
    sealed_bytes: u64,
}

impl<'a> Payload<'a> {
    fn find(file: &'a File, path: &Path) -> Result<Payload<'a>, SealerError> {
        let size = file.metadata().map_err(SealerError::io("cannot look at", path))?.len();
        let start_bytes = size.min((HEADER_BYTES_MAX + NONCE_BYTES) as u64);
        let mut start = vec![0; usize::try_from(start_bytes).unwrap_or(0)];
        file.read_exact_at(&mut start, 0).map_err(SealerError::io("cannot read", path))?;
        header_length(&start)?;
        let (header, rest) = EnvelopeHeader::parse(&start)?;
        let nonce = *rest.first_chunk().ok_or(AgeError::Nonce { found: rest.len() })?;
        let offset = (start.len() - rest.len() + NONCE_BYTES) as u64;
        Ok(Payload { file, path: path.to_path_buf(), header, nonce, offset, sealed_bytes: size - offset })
    }

    /// Opens all chunks, in parallel, and reads the archive, in order.
    fn read(
        &self,
        key: &CheckedKey,
        threads: NonZeroUsize,
        stage: Stage,
        progress: &mut impl FnMut(Progress),
        mut sink: impl FnMut(PayloadEvent<'_>) -> Result<(), SealerError>,
    ) -> Result<Manifest, SealerError> {
        let total_bytes = self.sealed_bytes;
        if total_bytes == 0 {
            return Err(AgeError::Truncated { chunks: 0 }.into());
        }
        let cipher = ChunkCipher::<Fast>::new(key.file_key(), &self.nonce);
        let mut reader = PayloadReader::new(&self.header);
        let (mut next, mut done_bytes) = (0, 0);
        let produce = || self.next_batch(&mut next);
        let work = |batch| open_batch(&cipher, batch);
        let read = pipeline::run(threads, produce, work, |plain: Opened| {
            for chunk in plain.chunks() {
                let mut input = chunk;
                while let Some(event) = reader.next(&mut input)? {
                    sink(event)?;
                }
            }
            done_bytes += plain.sealed.len() as u64;
            progress(Progress { stage, done_bytes, total_bytes });
            Ok(())
        });
        read.map_err(|refusal| self.diagnose(&cipher, refusal))?;
        Ok(reader.finish()?)
    }

    /// Tells a file that was cut or extended from one that was changed, as the sequential reader does: the refused
    /// chunk is authentic at the other kind of place.
    fn diagnose(&self, cipher: &ChunkCipher<Fast>, refusal: SealerError) -> SealerError {
        let SealerError::Seal(SealError::Age(AgeError::Chunk { index })) = refusal else { return refusal };
        let start = index * SEALED_CHUNK_BYTES as u64;
        let mut chunk = vec![0; SEALED_CHUNK_BYTES];
        if self.file.read_exact_at(&mut chunk, self.offset + start).is_err() {
            return refusal;
        }
        let ends_here = start + SEALED_CHUNK_BYTES as u64 == self.sealed_bytes;
        let (other, found) = if ends_here {
            (Place::Inner, AgeError::Truncated { chunks: index + 1 })
        } else {
            (Place::Last, AgeError::Trailing { index })
        };
        if cipher.open(index, other, &mut chunk).is_ok() { found.into() } else { refusal }
    }

    fn next_batch(&self, next: &mut u64) -> Result<Option<Batch>, SealerError> {
        let batch_bytes = (BATCH_CHUNKS * SEALED_CHUNK_BYTES) as u64;
        let start = *next * SEALED_CHUNK_BYTES as u64;
        if start >= self.sealed_bytes {
            return Ok(None);
        }
        let length = batch_bytes.min(self.sealed_bytes - start);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let read = self.file.read_exact_at(&mut bytes, self.offset + start);
        read.map_err(SealerError::io("cannot read", &self.path))?;
        let place = if start + length == self.sealed_bytes { Place::Last } else { Place::Inner };
        let batch = Batch { index: *next, bytes, place };
        *next += BATCH_CHUNKS as u64;
        Ok(Some(batch))
    }
}

/// A batch whose chunks are opened in place; the tags still stand between them.
struct Opened {
    sealed: Vec<u8>,
}

impl Opened {
    fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        let chunks = self.sealed.chunks(SEALED_CHUNK_BYTES);
        chunks.map(|chunk| {
            chunk.get(..chunk.len().saturating_sub(SEALED_CHUNK_BYTES - CHUNK_BYTES)).unwrap_or_default()
        })
    }
}

fn open_batch(cipher: &ChunkCipher<Fast>, mut batch: Batch) -> Result<Opened, SealerError> {
    let count = batch.bytes.len().div_ceil(SEALED_CHUNK_BYTES);
    for (number, chunk) in batch.bytes.chunks_mut(SEALED_CHUNK_BYTES).enumerate() {
        let index = batch.index + number as u64;
        let place = if number + 1 < count { Place::Inner } else { batch.place };
        open_chunk(cipher, index, place, chunk)?;
    }
    Ok(Opened { sealed: batch.bytes })
}

/// Opens one chunk; the last of several must not be empty.
fn open_chunk(
    cipher: &ChunkCipher<Fast>,
    index: u64,
    place: Place,
    chunk: &mut [u8],
) -> Result<(), SealerError> {
    match (cipher.open(index, place, chunk)?, place) {
        ([], Place::Last) if index > 0 => Err(AgeError::EmptyLastChunk { index }.into()),
        _ => Ok(()),
    }
}

/// Writes files into a folder as the reader meets them.
struct FolderSink<'a> {
    folder: &'a NewFolder,
    current: Option<(PathBuf, File)>,
}

impl FolderSink<'_> {
    fn take(&mut self, event: PayloadEvent<'_>) -> Result<(), SealerError> {
        match event {
            PayloadEvent::File(file) => {
                self.current = Some((self.folder.path_of(&file.name), self.folder.file(&file.name)?));
                Ok(())
            }
            PayloadEvent::Data(bytes) => match &mut self.current {
                Some((path, file)) => file.write_all(bytes).map_err(SealerError::io("cannot write", &*path)),
                None => Ok(()),
            },
            PayloadEvent::End => match self.current.take() {
                Some((path, file)) => file.sync_all().map_err(SealerError::io("cannot sync", path)),
                None => Ok(()),
            },
        }
    }
}
