//! The second memory of what was accepted: `journal.accepted`, a text file beside the database.
//!
//! A database can lose rows without a word (one flipped bit in a WAL is enough), and hidden operations and class seeds
//! stand in no published tile. So every batch is written here, and flushed, before the database commits it. A line is
//! the SHA-256 of the rest of the line in hexadecimal, a space, and the batch in canonical JSON (`line.rs`). A
//! batch that is whole here was accepted, or was about to be when the process ended; either way the database gets it
//! back, whole, at the next start (`restore.rs`).
//!
//! Leaves that a cosigned checkpoint covers stand in the tiles too and are dropped from the file when it has grown.
//! The file holds secrets and is readable by its owner only.

use super::line::{parse_line, write_line};
use super::{flush_folder, io_error, private_file};
use crate::error::StoreError;
use crate::record::Batch;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// The file's name in the data directory.
pub const ACCEPTED: &str = "journal.accepted";
/// The file is compacted when it has grown by so many bytes: some ten thousand entries, a quarter of a second at a start.
pub(super) const GROWTH_BYTES_MAX: u64 = 16 << 20;

/// What the file held when it was opened.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Whole batches, in order.
    pub(super) batches: Vec<Batch>,
    /// Whether a line before the last one cannot be read. The last one may be torn by a crash.
    pub(super) damaged: bool,
}

/// The file, open for appending.
pub(super) struct Accepted {
    directory: PathBuf,
    file: File,
    length: u64,
    compacted: u64,
}

impl Accepted {
    /// Opens the file and reads it; creates an empty one if there is none. A torn last line is cut off: its batch was
    /// never committed.
    pub(super) fn open(directory: &Path) -> Result<(Accepted, Contents), StoreError> {
        let file = private_file(&directory.join(ACCEPTED));
        let file = file.map_err(|error| io_error("open what was accepted", &error))?;
        let mut accepted = Accepted { directory: directory.to_path_buf(), file, length: 0, compacted: 0 };
        let (contents, whole) = accepted.read()?;
        accepted.length = whole;
        accepted.take_back()?;
        Ok((accepted, contents))
    }

    /// Writes a batch, durable on return; returns the length for [`Accepted::keep`]. A batch that accepts nothing but
    /// the time writes nothing.
    pub(super) fn write(&mut self, batch: &Batch) -> Result<u64, StoreError> {
        if batch.leaves.is_empty() && batch.operations.is_empty() && batch.seeds.is_empty() {
            return Ok(self.length);
        }
        let text = write_line(batch)?;
        let written = self.file.write_all(&text).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => Ok(self.length + text.len() as u64),
            Err(error) => {
                self.take_back()?;
                Err(io_error("write what was accepted", &error))
            }
        }
    }

    /// The database has committed what was written.
    pub(super) fn keep(&mut self, length: u64) {
        self.length = length;
    }

    /// The database has refused what was written: cuts it off again.
    pub(super) fn take_back(&mut self) -> Result<(), StoreError> {
        let cut =
            self.file.set_len(self.length).and_then(|()| self.file.seek(io::SeekFrom::Start(self.length)));
        cut.map(drop).map_err(|error| io_error("cut what was not accepted", &error))
    }

    /// Drops the leaves below `published` when the file has grown by `growth_bytes`. A full disk only puts it off.
    pub(super) fn compact(&mut self, published: u64, growth_bytes: u64) -> Result<(), StoreError> {
        if self.length.saturating_sub(self.compacted) < growth_bytes {
            return Ok(());
        }
        let (contents, _) = self.read()?;
        if contents.damaged {
            // Not to be touched by a writer at work; the next start writes it again from the database.
            return self.take_back();
        }
        let batches: Vec<Batch> =
            contents.batches.into_iter().filter_map(|batch| without_leaves_below(published, batch)).collect();
        match self.replace(&batches) {
            Err(StoreError::Full) => Ok(()),
            result => result,
        }
    }

    /// Replaces the file by these batches, whole or not at all.
    pub(super) fn replace(&mut self, batches: &[Batch]) -> Result<(), StoreError> {
        let fault = |error: io::Error| io_error("rewrite what was accepted", &error);
        let (path, unfinished) = (self.directory.join(ACCEPTED), self.directory.join("journal.unfinished"));
        let mut file = private_file(&unfinished).map_err(fault)?;
        file.set_len(0).map_err(fault)?;
        let mut length = 0;
        for batch in batches {
            let text = write_line(batch)?;
            file.write_all(&text).map_err(fault)?;
            length += text.len() as u64;
        }
        file.sync_all().map_err(fault)?;
        // If we crash from here on: the file is the old one or the new one; the database holds everything.
        fs::rename(&unfinished, &path).map_err(fault)?;
        flush_folder(&self.directory)?;
        (self.file, self.length, self.compacted) = (file, length, length);
        Ok(())
    }

    /// Reads the file: its batches, and the length up to the end of the last whole line.
    fn read(&mut self) -> Result<(Contents, u64), StoreError> {
        let mut bytes = Vec::new();
        let read = self.file.seek(io::SeekFrom::Start(0)).and_then(|_| self.file.read_to_end(&mut bytes));
        read.map_err(|error| io_error("read what was accepted", &error))?;
        let mut contents = Contents::default();
        let (mut at, mut whole, mut unread) = (0, 0, 0);
        for text in bytes.split_inclusive(|byte| *byte == b'\n') {
            at += text.len() as u64;
            match parse_line(text) {
                Some(batch) => {
                    contents.damaged |= unread > 0;
                    contents.batches.push(batch);
                    (whole, unread) = (at, 0);
                }
                None => unread += 1,
            }
        }
        // A crash tears at most one line.
        contents.damaged |= unread > 1;
        Ok((contents, whole))
    }
}

/// The batch as it is kept when its leaves are published; `None` when nothing is left of it.
fn without_leaves_below(published: u64, mut batch: Batch) -> Option<Batch> {
    if batch.first.saturating_add(batch.leaves.len() as u64) <= published {
        batch.leaves.clear();
        batch.outbox.clear();
    }
    let empty = batch.leaves.is_empty() && batch.operations.is_empty() && batch.seeds.is_empty();
    if empty { None } else { Some(batch) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{ClassSeed, HiddenClass, LeafKind, NewLeaf};
    use ximu_basics::{Instant, Seed};

    fn batch(first: u64) -> Batch {
        let (procedure, kind) = ("p-1".parse().unwrap(), LeafKind::Beat);
        let leaf = NewLeaf { procedure, kind, bytes: vec![first as u8], command: None };
        Batch { leaves: vec![leaf], ..Batch::at(first, Instant::from_unix_ms(0)) }
    }

    fn seed(first: u64) -> ClassSeed {
        let seed = Seed([first as u8; 32]);
        ClassSeed { procedure: format!("p-{first}").parse().unwrap(), class: HiddenClass::Sealed, seed }
    }

    #[test]
    fn published_leaves_are_dropped_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let (mut accepted, _) = Accepted::open(directory.path()).unwrap();
        for first in 0..6 {
            let mut batch = batch(first);
            batch.seeds.extend((first % 3 == 0).then(|| seed(first)));
            let length = accepted.write(&batch).unwrap();
            accepted.keep(length);
        }
        accepted.compact(4, accepted.length + 1).unwrap();
        assert_eq!(accepted.read().unwrap().0.batches.len(), 6);
        accepted.take_back().unwrap();
        accepted.compact(4, 1).unwrap();
        let length = accepted.write(&batch(6)).unwrap();
        accepted.keep(length);
        drop(accepted);
        let (_, contents) = Accepted::open(directory.path()).unwrap();
        let kept: Vec<(u64, usize, usize)> = contents
            .batches
            .iter()
            .map(|batch| (batch.first, batch.leaves.len(), batch.seeds.len()))
            .collect();
        assert_eq!(kept, [(0, 0, 1), (3, 0, 1), (4, 1, 0), (5, 1, 0), (6, 1, 0)]);
        assert!(!contents.damaged);
    }

    #[test]
    fn what_the_database_refused_is_cut_off_again() {
        let directory = tempfile::tempdir().unwrap();
        let (mut accepted, _) = Accepted::open(directory.path()).unwrap();
        let length = accepted.write(&batch(0)).unwrap();
        accepted.keep(length);
        accepted.write(&batch(1)).unwrap();
        accepted.take_back().unwrap();
        let length = accepted.write(&batch(2)).unwrap();
        accepted.keep(length);
        drop(accepted);
        let (_, contents) = Accepted::open(directory.path()).unwrap();
        assert_eq!(contents.batches, [batch(0), batch(2)]);
    }
}
