//! A mirror on the disk: a file of each bundle, and one of the head they were checked against.

use super::HEAD;
use crate::durable::{self, DiskError};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use ximu_basics::{
    Hash,
    json::{from_canonical, to_canonical},
};
use ximu_journal::failpoint::FailPoints;
use ximu_tlog::{tile::TILE_WIDTH, witness::TreeHead};

/// The file of the newest head.
const HEAD_FILE: &str = "head";

/// The head as it stands on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadFile {
    v: u32,
    size: u64,
    root: Hash,
}

/// The newest head that was checked. A damaged file counts for none: it would be found wrong at the first comparison,
/// and what this peer cosigned guards against another history as well.
pub(super) fn read_head(folder: &Path) -> Result<TreeHead, DiskError> {
    let bytes = match durable::read(&folder.join(HEAD_FILE)) {
        Err(DiskError::Damaged { .. }) => None,
        bytes => bytes?,
    };
    let head = bytes.and_then(|bytes| from_canonical::<HeadFile>(&bytes).ok());
    Ok(head.map_or(TreeHead::EMPTY, |head| TreeHead { size: head.size, root: head.root }))
}

pub(super) fn write_head(folder: &Path, head: &TreeHead, fail: &FailPoints) -> Result<(), DiskError> {
    let path = folder.join(HEAD_FILE);
    let bytes = to_canonical(&HeadFile { v: 1, size: head.size, root: head.root });
    let bytes = bytes.map_err(|error| DiskError::Damaged {
        path: path.display().to_string(),
        expected: "a head that can be written",
        found: error.to_string(),
    })?;
    durable::write(&path, &bytes, fail, HEAD)
}

/// The entries in the file of one bundle; none when there is no file or it is cut. A damaged entry is noticed at the
/// next comparison with a checkpoint.
pub(super) fn read_bundle(folder: &Path, index: u64) -> Result<Vec<Vec<u8>>, DiskError> {
    let bytes = durable::read_exact(&path(folder, index))?.unwrap_or_default();
    let (mut entries, mut rest) = (Vec::new(), bytes.as_slice());
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((entry, after)) = after.split_at_checked(length) else { break };
        if entries.len() >= usize::from(TILE_WIDTH) {
            break;
        }
        entries.push(entry.to_vec());
        rest = after;
    }
    Ok(entries)
}

pub(super) fn path(folder: &Path, index: u64) -> PathBuf {
    folder.join(format!("entries-{index:012}"))
}
