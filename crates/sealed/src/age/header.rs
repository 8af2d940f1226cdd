//! The textual header of an age file: version line, stanzas, MAC line (sealed-bid 2.1, 2.2).
//!
//! There is one spelling of every header, so a parsed header writes back to the same bytes. The MAC is carried
//! here and checked in `file_key`.

use super::{AgeError, file_key::MacKey};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};

/// The longest header read, in bytes: 32 holders need under 16 KiB; foreign post-quantum stanzas about 2 KiB each.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;

/// The first line, without its line feed.
pub const VERSION_LINE: &str = "age-encryption.org/v1";

/// Characters on a full body line.
const BODY_COLUMNS: usize = 64;

/// One stanza: a kind, its arguments, and a body of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    /// The first argument, which names the kind.
    pub kind: String,
    /// The other arguments.
    pub args: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A header as read, its MAC not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The stanzas, in order; at least one.
    pub stanzas: Vec<Stanza>,
    /// The MAC as it stands in the last line.
    pub mac: [u8; 32],
}

impl Header {
    /// Reads a header from the start of a file and returns what follows it.
    ///
    /// # Errors
    /// [`AgeError::Header`] and [`AgeError::HeaderTooLong`].
    pub fn parse(bytes: &[u8]) -> Result<(Header, &[u8]), AgeError> {
        let mut lines = Lines { rest: bytes, number: 0, read: 0 };
        let first = lines.next("the version line")?;
        if first != VERSION_LINE.as_bytes() {
            return Err(lines.refuse("age-encryption.org/v1", first));
        }
        let mut stanzas = Vec::new();
        loop {
            let line = lines.next("a stanza or the MAC line")?;
            if let Some(tag) = line.strip_prefix(b"--- ") {
                if stanzas.is_empty() {
                    return Err(lines.refuse("at least one stanza", line));
                }
                let mac = base64(tag).and_then(|tag| tag.try_into().ok());
                let mac = mac.ok_or_else(|| lines.refuse("a MAC of 43 base64 characters", line))?;
                return Ok((Header { stanzas, mac }, lines.rest));
            }
            stanzas.push(stanza(&mut lines, line)?);
        }
    }

    /// A header over these stanzas with the MAC that the key makes.
    #[must_use]
    pub fn new(stanzas: Vec<Stanza>, key: &MacKey) -> Header {
        let mac = key.mac(&mac_input(&stanzas));
        Header { stanzas, mac }
    }

    /// The header as it stands in a file, with its last line feed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = mac_input(&self.stanzas);
        bytes.push(b' ');
        bytes.extend_from_slice(BASE64.encode(self.mac).as_bytes());
        bytes.push(b'\n');
        bytes
    }

    /// Checks the MAC.
    ///
    /// # Errors
    /// [`AgeError::Mac`].
    pub fn check_mac(&self, key: &MacKey) -> Result<(), AgeError> {
        if key.matches(&mac_input(&self.stanzas), &self.mac) { Ok(()) } else { Err(AgeError::Mac) }
    }
}

impl Stanza {
    /// The stanza as it stands in a header, from `->` to the line feed of its last body line.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::from(*b"-> ");
        bytes.extend_from_slice(self.kind.as_bytes());
        for arg in &self.args {
            bytes.push(b' ');
            bytes.extend_from_slice(arg.as_bytes());
        }
        bytes.push(b'\n');
        let body = BASE64.encode(&self.body);
        let full = body.as_bytes().chunks_exact(BODY_COLUMNS);
        let short = full.remainder();
        for line in full.chain([short]) {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        bytes
    }
}

/// Finds the end of a header that arrives in pieces: its length when `bytes` holds all of it, `None` when more
/// is needed. It looks only for the MAC line; [`Header::parse`] judges.
///
/// # Errors
/// [`AgeError::HeaderTooLong`] when there is no end within [`HEADER_BYTES_MAX`].
pub fn header_length(bytes: &[u8]) -> Result<Option<usize>, AgeError> {
    let mut length = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length += line.len();
        if length > HEADER_BYTES_MAX {
            break;
        }
        if line.starts_with(b"--- ") && line.ends_with(b"\n") {
            return Ok(Some(length));
        }
    }
    if length > HEADER_BYTES_MAX {
        return Err(AgeError::HeaderTooLong { max: HEADER_BYTES_MAX, found: length });
    }
    Ok(None)
}

/// What the MAC covers: everything up to and including the three dashes.
fn mac_input(stanzas: &[Stanza]) -> Vec<u8> {
    let mut bytes = Vec::from(VERSION_LINE.as_bytes());
    bytes.push(b'\n');
    stanzas.iter().for_each(|stanza| bytes.extend_from_slice(&stanza.to_bytes()));
    bytes.extend_from_slice(b"---");
    bytes
}

fn stanza(lines: &mut Lines<'_>, first: &[u8]) -> Result<Stanza, AgeError> {
    let words = first.strip_prefix(b"-> ").ok_or_else(|| lines.refuse("a stanza or the MAC line", first))?;
    let mut args = Vec::new();
    for word in words.split(|byte| *byte == b' ') {
        let visible = !word.is_empty() && word.iter().all(u8::is_ascii_graphic);
        let word = core::str::from_utf8(word).ok().filter(|_| visible);
        args.push(word.ok_or_else(|| lines.refuse("words of visible ASCII", first))?.to_string());
    }
    let mut args = args.into_iter();
    let kind = args.next().ok_or_else(|| lines.refuse("a stanza kind", first))?;
    let mut body = Vec::new();
    loop {
        let line = lines.next("a body line")?;
        let piece = if line.len() > BODY_COLUMNS { None } else { base64(line) };
        body.extend(piece.ok_or_else(|| lines.refuse("a body line of at most 64 base64 characters", line))?);
        if line.len() < BODY_COLUMNS {
            return Ok(Stanza { kind, args: args.collect(), body });
        }
    }
}

/// Canonical base64 without padding; anything else is `None`.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
    read: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self, expected: &'static str) -> Result<&'a [u8], AgeError> {
        self.number += 1;
        let length = self.rest.iter().take(HEADER_BYTES_MAX).position(|byte| *byte == b'\n');
        let split = length.and_then(|length| self.rest.split_at_checked(length));
        let Some((line, [_, rest @ ..])) = split else { return Err(self.refuse(expected, self.rest)) };
        self.read += line.len() + 1;
        if self.read > HEADER_BYTES_MAX {
            return Err(AgeError::HeaderTooLong { max: HEADER_BYTES_MAX, found: self.read });
        }
        self.rest = rest;
        Ok(line)
    }

    fn refuse(&self, expected: &'static str, found: &[u8]) -> AgeError {
        let found = found.iter().take(80).flat_map(|byte| core::ascii::escape_default(*byte));
        AgeError::Header { line: self.number, expected, found: found.map(char::from).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age::FileKey;
    use alloc::vec;
    use proptest::prelude::*;

    fn sample(lengths: &[usize]) -> Header {
        let stanza = |length: &usize| Stanza {
            kind: "grease".into(),
            args: vec!["a".into(), "!~".into()],
            body: vec![0xa5; *length],
        };
        Header::new(lengths.iter().map(stanza).collect(), &FileKey::from_bytes([3; 16]).mac_key())
    }

    #[test]
    fn every_body_length_around_a_full_line_survives() {
        for length in [0, 1, 2, 3, 47, 48, 49, 95, 96, 97] {
            let header = sample(&[length, length]);
            let mut bytes = header.to_bytes();
            assert_eq!(header_length(&bytes), Ok(Some(bytes.len())));
            bytes.extend_from_slice(b"payload");
            assert_eq!(Header::parse(&bytes), Ok((header, &b"payload"[..])), "{length}");
        }
    }

    #[test]
    fn a_header_without_end_is_refused_at_the_limit() {
        let bytes = vec![b'a'; HEADER_BYTES_MAX + 1];
        assert!(matches!(header_length(&bytes), Err(AgeError::HeaderTooLong { .. })));
        assert!(Header::parse(&bytes).is_err());
        let long = sample(&[HEADER_BYTES_MAX]).to_bytes();
        assert!(matches!(Header::parse(&long), Err(AgeError::HeaderTooLong { .. })));
    }

    proptest! {
        #[test]
        fn whatever_parses_writes_back_to_the_same_bytes(at in 0_usize..300, byte in any::<u8>()) {
            let mut bytes = sample(&[5, 60]).to_bytes();
            if let Some(place) = bytes.get_mut(at) { *place = byte; }
            if let Ok((header, rest)) = Header::parse(&bytes) {
                let mut again = header.to_bytes();
                again.extend_from_slice(rest);
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
