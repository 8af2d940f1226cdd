//! The commitment to a ciphertext on disk, its parts hashed in parallel (sealed-bid 7).

use crate::{
    error::SealerError,
    pipeline,
    progress::{Progress, Stage},
};
use std::{fs::File, num::NonZeroUsize, os::unix::fs::FileExt, path::Path};
use ximu_basics::Hash;
use ximu_sealed::{Commitment, commitment::PART_BYTES};

/// Hashes a file into its commitment and its part hashes.
///
/// # Errors
/// [`SealerError::Io`]; [`SealerError::Changed`] when the file becomes shorter meanwhile.
pub fn commit_file(
    path: &Path,
    threads: NonZeroUsize,
    mut progress: impl FnMut(Progress),
) -> Result<(Commitment, Vec<Hash>), SealerError> {
    let file = File::open(path).map_err(SealerError::io("cannot open", path))?;
    let total_bytes = file.metadata().map_err(SealerError::io("cannot look at", path))?.len();
    let mut offset = 0_u64;
    let produce = || {
        let length = (total_bytes - offset).min(PART_BYTES as u64);
        let job = (length > 0).then_some((offset, length));
        offset += length;
        Ok(job)
    };
    let work = |(offset, length): (u64, u64)| {
        let mut part = vec![0; usize::try_from(length).unwrap_or(PART_BYTES)];
        match file.read_exact_at(&mut part, offset) {
            Ok(()) => Ok((Hash::of(&part), length)),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(SealerError::Changed { path: path.to_path_buf() })
            }
            Err(source) => Err(SealerError::Io { action: "cannot read", path: path.to_path_buf(), source }),
        }
    };
    let (mut parts, mut done_bytes) = (Vec::new(), 0);
    pipeline::run(threads, produce, work, |(hash, length)| {
        parts.push(hash);
        done_bytes += length;
        progress(Progress { stage: Stage::Commit, done_bytes, total_bytes });
        Ok(())
    })?;
    Ok((Commitment::of_parts(&parts, total_bytes), parts))
}
