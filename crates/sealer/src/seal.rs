//! Seals files into an envelope on disk (sealed-bid 10): two readings of the files, one to hash and one to seal,
//! then a third pass that opens what was written.

use crate::{
    atomic::{self, NewFile},
    error::SealerError,
    fast::Fast,
    open::check_fresh,
    pipeline,
    progress::{Progress, Stage},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};
use ximu_basics::Hash;
use ximu_sealed::{
    Commitment, CommitmentBuilder, ContextFields, EscrowPolicy, FileEntry, Manifest, Recovery, SealPlan,
    SealRequest,
    age::stream::{CHUNK_BYTES, ChunkCipher, Place, SEALED_CHUNK_BYTES},
    backend::TAG_BYTES,
    plain_commitment,
    tar::{TarError, TarWriter, writer::Progress as TarProgress},
};

/// Chunks in one job: 1 MiB, large beside the cost of handing it over, small beside a core's cache.
pub(crate) const BATCH_CHUNKS: usize = 16;
/// Plaintext bytes in one job.
pub(crate) const BATCH_BYTES: usize = BATCH_CHUNKS * CHUNK_BYTES;

/// Bytes read at once for a hash; they stay in a core's cache until hashed.
const HASH_BUFFER_BYTES: usize = 256 * 1024;

/// A file to be sealed.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in the envelope.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// Whether to commit to the plaintext, which costs one more hash of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainCommitment {
    /// The rules ask for it.
    Make,
    /// They do not.
    Omit,
}

/// What is to be sealed, and to where.
#[derive(Debug, Clone)]
pub struct SealFile<'a> {
    /// What the envelope belongs to.
    pub context: &'a ContextFields,
    /// Who can open it besides the sealer.
    pub escrow: Option<&'a EscrowPolicy>,
    /// The files, in the order of the archive.
    pub sources: &'a [Source],
    /// Members of the manifest of the caller's own.
    pub extra: BTreeMap<String, Value>,
    /// The sealer's Ed25519 public key.
    pub sealer: [u8; 32],
    /// Where the envelope goes; must be free.
    pub envelope: &'a Path,
    /// Where the recovery file goes; must be free. It is written, and stays, before the envelope.
    pub recovery: &'a Path,
    /// Whether the rules ask for a commitment to the plaintext.
    pub plain: PlainCommitment,
    /// How many threads seal and open.
    pub threads: NonZeroUsize,
}

/// What a sealer signs and keeps about an envelope on disk.
#[derive(Debug, Clone)]
pub struct SealedFile {
    /// What stands in the recovery file.
    pub recovery: Recovery,
    /// The manifest inside.
    pub manifest: Manifest,
    /// SHA-256 of the header.
    pub header_hash: Hash,
    /// Commitment to the ciphertext.
    pub commitment: Commitment,
    /// SHA-256 of its parts.
    pub parts: Vec<Hash>,
    /// Commitment to the plaintext, if asked for.
    pub plain_commitment: Option<Hash>,
}

/// Seals files, opens the result and compares before it gets its name. `seed` is 32 fresh random bytes.
///
/// # Errors
/// [`SealerError`]; after any of them there is no envelope, and at most a recovery file that opens nothing.
pub fn seal_file(
    request: &SealFile<'_>,
    seed: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
    mut progress: impl FnMut(Progress),
) -> Result<SealedFile, SealerError> {
    atomic::refuse_existing(request.envelope)?;
    let plan = SealPlan::new(
        SealRequest {
            context: request.context,
            escrow: request.escrow,
            files: hash_all(request, &mut progress)?,
            extra: request.extra.clone(),
            sealer: request.sealer,
        },
        seed,
        sign,
    )?;
    // First the key, then what only the key opens.
    let recovery = Recovery::of(&plan);
    let mut recovery_file = NewFile::create(request.recovery)?;
    recovery_file.write(recovery.to_text().as_bytes())?;
    recovery_file.keep()?;

    let mut envelope = NewFile::create(request.envelope)?;
    let written = write_envelope(&plan, request, &mut envelope, &mut progress)?;
    check_fresh(&plan, request, envelope.file(), &mut progress)?;
    // The envelope is now known to open to what went in; only from here on may it be sent.
    envelope.keep()?;
    Ok(SealedFile {
        header_hash: plan.header().hash(),
        commitment: written.commitment,
        parts: written.parts,
        plain_commitment: written.archive.map(|archive| plain_commitment(&recovery.plain_salt, &archive)),
        manifest: plan.manifest().clone(),
        recovery,
    })
}

struct Written {
    commitment: Commitment,
    parts: Vec<Hash>,
    archive: Option<Hash>,
}

/// The envelope's bytes: a producer makes the archive, workers seal batches of chunks, and this thread writes them
/// and hashes the parts.
fn write_envelope(
    plan: &SealPlan,
    request: &SealFile<'_>,
    envelope: &mut NewFile,
    progress: &mut impl FnMut(Progress),
) -> Result<Written, SealerError> {
    let total_bytes = plan.archive_length();
    let mut archive = Archive::new(plan, request)?;
    let mut parts = CommitmentBuilder::default();
    let prefix = plan.prefix();
    parts.push(&prefix);
    envelope.write(&prefix)?;
    let cipher = plan.chunk_cipher::<Fast>();
    let mut done_bytes = 0;
    pipeline::run(
        request.threads,
        || archive.next_batch(),
        |batch| seal_batch(&cipher, batch),
        |(plain_bytes, sealed)| {
            envelope.write(&sealed)?;
            parts.push(&sealed);
            done_bytes += plain_bytes;
            progress(Progress { stage: Stage::Seal, done_bytes, total_bytes });
            Ok(())
        },
    )?;
    let (commitment, parts) = parts.finish();
    Ok(Written { commitment, parts, archive: archive.digest.map(|digest| Hash(digest.finalize().into())) })
}

/// Consecutive chunks of plaintext.
pub(crate) struct Batch {
    /// Number of the first chunk.
    pub(crate) index: u64,
    pub(crate) bytes: Vec<u8>,
    /// Of the batch's last chunk.
    pub(crate) place: Place,
}

fn seal_batch(cipher: &ChunkCipher<Fast>, batch: Batch) -> Result<(u64, Vec<u8>), SealerError> {
    let mut sealed = Vec::with_capacity(BATCH_CHUNKS * SEALED_CHUNK_BYTES);
    let mut chunks = batch.bytes.chunks(CHUNK_BYTES).peekable();
    let mut index = batch.index;
    while let Some(chunk) = chunks.next() {
        let place = if chunks.peek().is_some() { Place::Inner } else { batch.place };
        let start = sealed.len();
        sealed.extend_from_slice(chunk);
        sealed.extend_from_slice(&[0; TAG_BYTES]);
        cipher.seal(index, place, sealed.get_mut(start..).unwrap_or_default())?;
        index += 1;
    }
    Ok((batch.bytes.len() as u64, sealed))
}

/// The archive of a plan as a sequence of batches.
struct Archive<'a> {
    tar: TarWriter,
    sources: &'a [Source],
    /// How many sources have been begun.
    begun: usize,
    current: Option<(&'a Path, File)>,
    pending: Vec<u8>,
    index: u64,
    left_bytes: u64,
    digest: Option<Sha256>,
}

impl<'a> Archive<'a> {
    fn new(plan: &SealPlan, request: &SealFile<'a>) -> Result<Archive<'a>, SealerError> {
        let mut pending = Vec::with_capacity(2 * BATCH_BYTES);
        let tar = plan.archive(&mut pending)?;
        let digest = match request.plain {
            PlainCommitment::Make => Some(Sha256::new()),
            PlainCommitment::Omit => None,
        };
        Ok(Archive {
            left_bytes: tar.length(),
            tar,
            sources: request.sources,
            begun: 0,
            current: None,
            pending,
            index: 0,
            digest,
        })
    }

    fn next_batch(&mut self) -> Result<Option<Batch>, SealerError> {
        if self.left_bytes == 0 {
            return Ok(None);
        }
        let mut buffer = vec![0; CHUNK_BYTES];
        while self.pending.len() < BATCH_BYTES && (self.pending.len() as u64) < self.left_bytes {
            self.fill(&mut buffer)?;
        }
        let rest = self.pending.split_off(self.pending.len().min(BATCH_BYTES));
        let bytes = std::mem::replace(&mut self.pending, rest);
        if let Some(digest) = &mut self.digest {
            digest.update(&bytes);
        }
        self.left_bytes -= bytes.len() as u64;
        let place = if self.left_bytes == 0 { Place::Last } else { Place::Inner };
        let batch = Batch { index: self.index, bytes, place };
        self.index += BATCH_CHUNKS as u64;
        Ok(Some(batch))
    }

    /// Makes some more of the archive.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), SealerError> {
        let Some((path, file)) = &mut self.current else { return self.next_source() };
        let length = file.read(buffer).map_err(SealerError::io("cannot read", *path))?;
        if length == 0 {
            self.current = None;
            return Ok(());
        }
        let bytes = buffer.get(..length).unwrap_or_default();
        self.tar.data(bytes, &mut self.pending).map_err(|refusal| changed(self.sources, refusal))
    }

    fn next_source(&mut self) -> Result<(), SealerError> {
        let changed = |refusal| changed(self.sources, refusal);
        match self.sources.get(self.begun) {
            Some(source) => {
                self.tar.next_entry(&mut self.pending).map_err(changed)?;
                let file = File::open(&source.path).map_err(SealerError::io("cannot open", &source.path))?;
                self.current = Some((&source.path, file));
                self.begun += 1;
                Ok(())
            }
            None => match self.tar.finish(&mut self.pending).map_err(changed)? {
                TarProgress::More | TarProgress::Done => Ok(()),
            },
        }
    }
}

/// Contents of another length than a moment ago mean that the file has changed.
fn changed(sources: &[Source], refusal: TarError) -> SealerError {
    let named = |name: &str| sources.iter().find(|source| source.name == name);
    if let TarError::Contents { name, .. } = &refusal {
        if let Some(source) = named(name) {
            return SealerError::Changed { path: source.path.clone() };
        }
    }
    refusal.into()
}

/// First reading: every file's size and hash, several files at once.
fn hash_all(
    request: &SealFile<'_>,
    progress: &mut impl FnMut(Progress),
) -> Result<Vec<FileEntry>, SealerError> {
    let mut total_bytes = 0;
    for source in request.sources {
        let metadata =
            std::fs::metadata(&source.path).map_err(SealerError::io("cannot look at", &source.path))?;
        total_bytes += metadata.len();
    }
    let mut sources = request.sources.iter();
    let (mut entries, mut done_bytes) = (Vec::new(), 0);
    pipeline::run(
        request.threads,
        || Ok(sources.next()),
        hash_one,
        |entry| {
            done_bytes += entry.size_bytes;
            // A file may have grown since the sizes were added up.
            progress(Progress { stage: Stage::Hash, done_bytes, total_bytes: total_bytes.max(done_bytes) });
            entries.push(entry);
            Ok(())
        },
    )?;
    Ok(entries)
}

fn hash_one(source: &Source) -> Result<FileEntry, SealerError> {
    let mut file = File::open(&source.path).map_err(SealerError::io("cannot open", &source.path))?;
    let (mut digest, mut size_bytes, mut buffer) = (Sha256::new(), 0, vec![0; HASH_BUFFER_BYTES]);
    loop {
        let length = file.read(&mut buffer).map_err(SealerError::io("cannot read", &source.path))?;
        if length == 0 {
            break;
        }
        digest.update(buffer.get(..length).unwrap_or_default());
        size_bytes += length as u64;
    }
    Ok(FileEntry { name: source.name.clone(), size_bytes, sha256: Hash(digest.finalize().into()) })
}
