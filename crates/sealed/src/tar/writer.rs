//! Writes an archive as a push machine: contents in, archive bytes out (sealed-bid 5).

use super::{Entry, TarError, archive_length, head, padding_of};
use alloc::vec::Vec;

/// How many zero bytes one call of [`TarWriter::finish`] writes at most.
const ZEROS_PER_CALL_MAX: u64 = 1024 * 1024;

/// Whether a machine wants to be called again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Call again after having taken the output.
    More,
    /// Nothing follows.
    Done,
}

/// Writes the archive of a list of entries that is known beforehand.
///
/// The order of calls is: for each entry [`TarWriter::next_entry`] and its contents by [`TarWriter::data`]; then
/// [`TarWriter::finish`] until it is done.
#[derive(Debug)]
pub struct TarWriter {
    entries: Vec<Entry>,
    started: usize,
    found_in_entry: u64,
    written: u64,
    length: u64,
}

impl TarWriter {
    /// A machine for these entries.
    ///
    /// # Errors
    /// [`TarError::Name`], [`TarError::Duplicate`], [`TarError::FileSize`], [`TarError::Entries`].
    pub fn new(entries: Vec<Entry>) -> Result<TarWriter, TarError> {
        let length = archive_length(&entries)?;
        Ok(TarWriter { entries, started: 0, found_in_entry: 0, written: 0, length })
    }

    /// Length of the whole archive, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Ends the current entry and begins the next; `None` when there is none.
    ///
    /// # Errors
    /// [`TarError::Contents`] when the current entry is not complete.
    pub fn next_entry(&mut self, out: &mut Vec<u8>) -> Result<Option<&Entry>, TarError> {
        self.end_entry(out)?;
        let Some(entry) = self.entries.get(self.started) else { return Ok(None) };
        let head = head::head(self.started, entry)?;
        out.extend_from_slice(&head);
        self.written += head.len() as u64;
        self.started += 1;
        self.found_in_entry = 0;
        Ok(Some(entry))
    }

    /// Takes contents of the current entry.
    ///
    /// # Errors
    /// [`TarError::Contents`] when it is more than announced.
    pub fn data(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), TarError> {
        self.found_in_entry += bytes.len() as u64;
        match self.current() {
            Some(entry) if self.found_in_entry <= entry.size_bytes => {
                out.extend_from_slice(bytes);
                self.written += bytes.len() as u64;
                Ok(())
            }
            current => Err(self.contents(current)),
        }
    }

    /// Ends the last entry and writes zeros up to the length, a limited number at each call.
    ///
    /// # Errors
    /// [`TarError::Contents`] when an entry is missing or not complete.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<Progress, TarError> {
        self.end_entry(out)?;
        if let Some(missing) = self.entries.get(self.started) {
            return Err(TarError::Contents {
                name: missing.name.clone(),
                expected: missing.size_bytes,
                found: 0,
            });
        }
        let zeros = (self.length - self.written).min(ZEROS_PER_CALL_MAX);
        out.extend((0..zeros).map(|_| 0));
        self.written += zeros;
        Ok(if self.written < self.length { Progress::More } else { Progress::Done })
    }

    fn end_entry(&mut self, out: &mut Vec<u8>) -> Result<(), TarError> {
        let Some(entry) = self.current() else { return Ok(()) };
        if self.found_in_entry != entry.size_bytes {
            return Err(self.contents(Some(entry)));
        }
        // Contents written so far end where the entry ends, so this is zero when called a second time.
        let padding = padding_of(self.written);
        out.extend((0..padding).map(|_| 0));
        self.written += padding;
        Ok(())
    }

    fn current(&self) -> Option<&Entry> {
        self.started.checked_sub(1).and_then(|place| self.entries.get(place))
    }

    fn contents(&self, current: Option<&Entry>) -> TarError {
        TarError::Contents {
            name: current.map(|entry| entry.name.clone()).unwrap_or_default(),
            expected: current.map(|entry| entry.size_bytes).unwrap_or_default(),
            found: self.found_in_entry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tar::{TarEvent, TarReader};
    use alloc::{
        string::{String, ToString},
        vec,
    };
    use proptest::prelude::*;

    fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let entries =
            files.iter().map(|(name, data)| Entry { name: name.clone(), size_bytes: data.len() as u64 });
        let mut writer = TarWriter::new(entries.collect()).unwrap();
        let mut out = Vec::new();
        for (_, data) in files {
            writer.next_entry(&mut out).unwrap().unwrap();
            for piece in data.chunks(100) {
                writer.data(piece, &mut out).unwrap();
            }
        }
        assert_eq!(writer.next_entry(&mut out), Ok(None));
        while writer.finish(&mut out).unwrap() == Progress::More {}
        assert_eq!(out.len() as u64, writer.length());
        out
    }

    fn read(archive: &[u8], step: usize) -> Result<Vec<(String, Vec<u8>)>, TarError> {
        let (mut reader, mut files) = (TarReader::default(), Vec::<(String, Vec<u8>)>::new());
        for mut piece in archive.chunks(step) {
            while let Some(event) = reader.next(&mut piece)? {
                match event {
                    TarEvent::Entry(entry) => files.push((entry.name, Vec::new())),
                    TarEvent::Data(bytes) => files.last_mut().unwrap().1.extend_from_slice(bytes),
                    TarEvent::End => {}
                }
            }
        }
        reader.finish()?;
        Ok(files)
    }

    fn sample() -> Vec<(String, Vec<u8>)> {
        vec![
            ("manifest.json".to_string(), b"{}".to_vec()),
            ("投标文件/工程量清单.csv".to_string(), vec![1; 700]),
            ("empty".to_string(), vec![]),
            ("l".repeat(200), vec![2; 512]),
        ]
    }

    #[test]
    fn an_archive_survives_however_it_is_cut() {
        let bytes = archive(&sample());
        for step in [1, 7, 511, 512, 513, 100_000] {
            assert_eq!(read(&bytes, step), Ok(sample()), "{step}");
        }
    }

    #[test]
    fn contents_of_another_size_than_announced_are_refused() {
        let mut out = Vec::new();
        let entry = Entry { name: "a".into(), size_bytes: 3 };
        let mut writer = TarWriter::new(vec![entry.clone()]).unwrap();
        writer.next_entry(&mut out).unwrap();
        writer.data(b"ab", &mut out).unwrap();
        assert!(matches!(writer.finish(&mut out), Err(TarError::Contents { found: 2, .. })));
        assert!(matches!(writer.data(b"cd", &mut out), Err(TarError::Contents { found: 4, .. })));
        let mut writer = TarWriter::new(vec![entry]).unwrap();
        assert!(matches!(writer.finish(&mut out), Err(TarError::Contents { found: 0, .. })));
    }

    #[test]
    fn no_byte_of_an_archive_can_change_unseen() {
        let good = archive(&sample());
        let mut changed = 0;
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            match read(&bad, 512) {
                Err(_) => changed += 1,
                // Contents are not the archive's to judge: the manifest hashes them.
                Ok(files) => assert_ne!(files, sample(), "byte {at}"),
            }
        }
        assert!(changed > good.len() / 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_names_and_contents_survive(
            files in proptest::collection::btree_map("[a-z标书0-9]{1,90}", proptest::collection::vec(any::<u8>(), 0..2000), 0..6),
            step in 1_usize..3000,
        ) {
            let files: Vec<_> = files.into_iter().collect();
            prop_assert_eq!(read(&archive(&files), step), Ok(files));
        }
    }
}
