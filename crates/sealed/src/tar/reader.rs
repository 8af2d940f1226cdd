//! Reads an archive as a push machine and refuses every archive that the writer would not write
//! (sealed-bid 5.4).

use super::{BLOCK_BYTES, Entry, TarError, head, name, padded_length, padding_of};
use alloc::{string::ToString, vec::Vec};

/// The longest head: a pax block, a record of the longest name, an ordinary block.
const HEAD_BYTES_MAX: usize = 2 * BLOCK_BYTES + (name::NAME_BYTES_MAX + 16).next_multiple_of(BLOCK_BYTES);

/// What the reader meets, in order: `Entry (Data)* End` for each file.
#[derive(Debug, PartialEq, Eq)]
pub enum TarEvent<'a> {
    /// A file begins.
    Entry(Entry),
    /// Some of its contents.
    Data(&'a [u8]),
    /// It is complete.
    End,
}

/// Reads one archive pushed in order.
#[derive(Debug, Default)]
pub struct TarReader {
    names: name::Names,
    position: usize,
    /// Bytes taken so far.
    read: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Collecting the head of the next entry, or the first zero block.
    Head(Vec<u8>),
    /// Inside contents, with this many bytes to come.
    Data(u64),
    /// Zeros to come before the next head.
    Padding(u64),
    /// After the last entry, which ended here.
    Zeros(u64),
}

impl Default for State {
    fn default() -> State {
        State::Head(Vec::new())
    }
}

impl TarReader {
    /// Takes bytes from the front of `input` up to the next event; `None` when all of it is taken.
    ///
    /// # Errors
    /// Any [`TarError`] but [`TarError::Contents`].
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<TarEvent<'a>>, TarError> {
        loop {
            match &mut self.state {
                State::Data(0) => {
                    let padding = padding_of(self.read);
                    self.state = State::Padding(padding);
                    return Ok(Some(TarEvent::End));
                }
                State::Padding(0) => self.state = State::default(),
                _ if input.is_empty() => return Ok(None),
                State::Head(_) => {
                    if let Some(entry) = self.head(input)? {
                        return Ok(Some(TarEvent::Entry(entry)));
                    }
                }
                State::Data(left) => {
                    let bytes = take(input, *left);
                    *left -= bytes.len() as u64;
                    self.read += bytes.len() as u64;
                    return Ok(Some(TarEvent::Data(bytes)));
                }
                State::Padding(left) => {
                    let bytes = take(input, *left);
                    *left -= bytes.len() as u64;
                    self.zeros(bytes)?;
                }
                State::Zeros(_) => {
                    let bytes = core::mem::take(input);
                    self.zeros(bytes)?;
                }
            }
        }
    }

    /// Ends the archive and returns its length.
    ///
    /// # Errors
    /// [`TarError::Truncated`], [`TarError::Padding`].
    pub fn finish(self) -> Result<u64, TarError> {
        match self.state {
            State::Zeros(content) if padded_length(content) == self.read => Ok(self.read),
            State::Zeros(content) => {
                Err(TarError::Padding { expected: padded_length(content), found: self.read })
            }
            State::Head(_) | State::Data(_) | State::Padding(_) => Err(TarError::Truncated { at: self.read }),
        }
    }

    /// Collects a head block by block; the entry when it is complete.
    fn head(&mut self, input: &mut &[u8]) -> Result<Option<Entry>, TarError> {
        let State::Head(seen) = &mut self.state else { return Ok(None) };
        let wanted = (seen.len() + 1).next_multiple_of(BLOCK_BYTES) - seen.len();
        let bytes = take(input, wanted as u64);
        seen.extend_from_slice(bytes);
        self.read += bytes.len() as u64;
        if bytes.len() < wanted {
            return Ok(None);
        }
        let at = self.read - seen.len() as u64;
        if seen.len() == BLOCK_BYTES && seen.iter().all(|byte| *byte == 0) {
            self.state = State::Zeros(at);
            return Ok(None);
        }
        let Some(entry) = complete(seen, at)? else { return Ok(None) };
        self.names.add(&entry.name)?;
        if head::head(self.position, &entry)? != *seen {
            return Err(TarError::Head { at });
        }
        self.position += 1;
        self.state = State::Data(entry.size_bytes);
        Ok(Some(entry))
    }

    fn zeros(&mut self, bytes: &[u8]) -> Result<(), TarError> {
        if let Some(place) = bytes.iter().position(|byte| *byte != 0) {
            return Err(TarError::Garbage { at: self.read + place as u64 });
        }
        self.read += bytes.len() as u64;
        Ok(())
    }
}

/// Name and size in a head, once all its blocks are there. Whether it is spelled as it must be is for the caller
/// to compare; what is refused here is refused for its own reason.
fn complete(seen: &[u8], at: u64) -> Result<Option<Entry>, TarError> {
    let malformed = || TarError::Head { at };
    let first = seen.first_chunk().ok_or_else(malformed)?;
    let (name, size, kind) = head::peek(first);
    let size_bytes = size.ok_or_else(malformed)?;
    match kind {
        b'0' => Ok(Some(Entry { name: name.ok_or_else(malformed)?.to_string(), size_bytes })),
        b'x' => {
            let record_length = usize::try_from(size_bytes).map_err(|_| malformed())?;
            let full = record_length.next_multiple_of(BLOCK_BYTES).saturating_add(2 * BLOCK_BYTES);
            if full > HEAD_BYTES_MAX {
                return Err(malformed());
            }
            if seen.len() < full {
                return Ok(None);
            }
            let record = seen.get(BLOCK_BYTES..BLOCK_BYTES + record_length).ok_or_else(malformed)?;
            let name = head::name_in(record).ok_or_else(malformed)?;
            let (_, size, kind) = head::peek(seen.last_chunk().ok_or_else(malformed)?);
            if kind != b'0' {
                return Err(TarError::Kind { at, found: char::from(kind) });
            }
            Ok(Some(Entry { name: name.to_string(), size_bytes: size.ok_or_else(malformed)? }))
        }
        other => Err(TarError::Kind { at, found: char::from(other) }),
    }
}

/// Splits at most `limit` bytes off the front of the input.
fn take<'a>(input: &mut &'a [u8], limit: u64) -> &'a [u8] {
    let length = usize::try_from(limit).unwrap_or(usize::MAX).min(input.len());
    let (front, rest) = input.split_at_checked(length).unwrap_or((&[], input));
    *input = rest;
    front
}
