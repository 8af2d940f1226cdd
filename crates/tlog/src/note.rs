//! Signed notes (c2sp.org/signed-note; log 3): a text, an empty line, signature lines. Parsing, writing, and the
//! Ed25519 signature of type 0x01 that a log puts under its checkpoints.
//!
//! Not here: what the text says (`checkpoint.rs`), signatures with a time (`cosignature.rs`), which keys are
//! trusted (`policy.rs`), the spelling of keys (`key.rs`). Signatures of unknown keys are kept and never counted.

use crate::{
    key::{KeyKind, VerifierKey, name_is_valid},
    text::{base64_decode, base64_encode, quote},
};
use alloc::{string::String, vec::Vec};
use core::fmt;
use ed25519_dalek::{Signer as _, SigningKey};
use ximu_basics::PublicKey;

/// The largest note, in bytes: a checkpoint of a kilobyte under a hundred signatures of the largest assigned type
/// (ML-DSA-44, 3.3 kB each in base64), rounded up.
pub const NOTE_BYTES_MAX: usize = 512 * 1024;

/// The most signature lines of a note; the format asks for at least 16, Go's `sumdb/note` stops at 100.
pub const SIGNATURES_MAX: usize = 100;

/// What a signature line begins with: an em dash and a space.
const LINE_START: &str = "\u{2014} ";

/// A text with the signatures that stand under it, verified or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature line: who claims to have signed, and what they wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The key's name.
    pub name: String,
    /// The first four bytes of the key's hash, big-endian ([`VerifierKey::id`]).
    pub key_id: u32,
    /// What follows the key id: 64 bytes for type 0x01, 72 for 0x04, anything for types we do not know.
    pub bytes: Vec<u8>,
}

/// A note is malformed, or a known key's signature on it is false.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is larger than [`NOTE_BYTES_MAX`].
    #[error("expected a note of at most {max} bytes, found {found}")]
    TooLarge {
        /// [`NOTE_BYTES_MAX`].
        max: usize,
        /// The size found.
        found: usize,
    },
    /// The bytes are not UTF-8, or hold a control character other than newline.
    #[error("expected UTF-8 text without control characters other than newline")]
    NotText,
    /// The text does not end in a newline.
    #[error("expected a note text that ends in a newline")]
    TextEnd,
    /// There is no empty line with signature lines after it.
    #[error("expected an empty line and at least one signature line after the text")]
    NoSignatures,
    /// A line after the last empty line is not a signature.
    #[error("expected a line \"\u{2014} name base64\", found {found:?}")]
    SignatureLine {
        /// The start of the line.
        found: String,
    },
    /// More signatures than [`SIGNATURES_MAX`].
    #[error("expected at most {max} signature lines")]
    TooManySignatures {
        /// [`SIGNATURES_MAX`].
        max: usize,
    },
    /// A signature of a known key does not verify.
    #[error("the signature of {name} (key id {key_id:08x}) does not verify")]
    FalseSignature {
        /// The key's name.
        name: String,
        /// The key's id.
        key_id: u32,
    },
}

impl Note {
    /// A note without signatures yet.
    ///
    /// # Errors
    /// [`NoteError::NotText`], [`NoteError::TextEnd`], [`NoteError::TooLarge`].
    pub fn new(text: &str) -> Result<Note, NoteError> {
        check_size(text.len())?;
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::TextEnd);
        }
        Ok(Note { text: text.into(), signatures: Vec::new() })
    }

    /// Reads a signed note. Nothing is verified: what the text says must not be used before a signature was.
    ///
    /// # Errors
    /// Any [`NoteError`] but [`NoteError::FalseSignature`].
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        check_size(bytes.len())?;
        let all = core::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        check_characters(all)?;
        let split = all.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, rest) = all.split_at_checked(split + 1).ok_or(NoteError::NoSignatures)?;
        let lines = rest.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        Ok(Note { text: text.into(), signatures: parse_lines(lines.ok_or(NoteError::NoSignatures)?)? })
    }

    /// The text that was signed, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signature lines, in order, verified or not.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a signature line at the end; a line that is already there is not repeated.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`]; [`NoteError::SignatureLine`] when the key name cannot be written.
    pub fn add(&mut self, signature: Signature) -> Result<(), NoteError> {
        if !name_is_valid(&signature.name) || signature.bytes.is_empty() {
            return Err(NoteError::SignatureLine { found: quote(&signature.name) });
        }
        if self.signatures.contains(&signature) {
            return Ok(());
        }
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures { max: SIGNATURES_MAX });
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Whether the key signed the note text (type 0x01): true when it did, false when no line is of this key.
    ///
    /// # Errors
    /// [`NoteError::FalseSignature`] when any line of this key does not verify; the note is then worth nothing.
    pub fn is_signed_by(&self, key: &VerifierKey) -> Result<bool, NoteError> {
        let mut signed = false;
        for signature in self.signatures_of(key) {
            let valid = key.kind() == KeyKind::Note && key.verifies(self.text.as_bytes(), &signature.bytes);
            if !valid {
                return Err(NoteError::FalseSignature { name: key.name().into(), key_id: key.id() });
            }
            signed = true;
        }
        Ok(signed)
    }

    /// The lines that claim to be of this key: same name and same id.
    pub fn signatures_of<'note>(&'note self, key: &VerifierKey) -> impl Iterator<Item = &'note Signature> {
        let (name, id) = (String::from(key.name()), key.id());
        self.signatures.iter().filter(move |signature| signature.name == name && signature.key_id == id)
    }
}

impl fmt::Display for Note {
    /// The signed note; exactly the bytes it was parsed from.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(formatter, "{signature}"))
    }
}

impl fmt::Display for Signature {
    /// The signature line, with its newline.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        writeln!(formatter, "{LINE_START}{} {}", self.name, base64_encode(&bytes))
    }
}

/// Reads signature lines, each ended by a newline: the answer of a witness (log 6.3).
///
/// # Errors
/// [`NoteError::NoSignatures`], [`NoteError::SignatureLine`], [`NoteError::TooManySignatures`],
/// [`NoteError::TooLarge`].
pub fn parse_signature_lines(text: &str) -> Result<Vec<Signature>, NoteError> {
    check_size(text.len())?;
    check_characters(text)?;
    parse_lines(text.strip_suffix('\n').ok_or(NoteError::NoSignatures)?)
}

/// A log's signing key: signs note texts with type 0x01.
#[derive(Clone)]
pub struct NoteSigner {
    verifier: VerifierKey,
    secret: SigningKey,
}

impl NoteSigner {
    /// The signer of this name with the Ed25519 secret key of RFC 8032 (32 bytes); `None` when the name cannot be a
    /// key name.
    #[must_use]
    pub fn new(name: &str, secret: &[u8; 32]) -> Option<NoteSigner> {
        let secret = SigningKey::from_bytes(secret);
        let verifier = VerifierKey::log(name, &PublicKey(secret.verifying_key().to_bytes())).ok()?;
        Some(NoteSigner { verifier, secret })
    }

    /// The public key that checks this signer.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a note text.
    #[must_use]
    pub fn sign(&self, text: &str) -> Signature {
        Signature {
            name: self.verifier.name().into(),
            key_id: self.verifier.id(),
            bytes: self.secret.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "NoteSigner({})", self.verifier)
    }
}

fn parse_lines(lines: &str) -> Result<Vec<Signature>, NoteError> {
    if lines.split('\n').nth(SIGNATURES_MAX).is_some() {
        return Err(NoteError::TooManySignatures { max: SIGNATURES_MAX });
    }
    lines
        .split('\n')
        .map(|line| parse_line(line).ok_or_else(|| NoteError::SignatureLine { found: quote(line) }))
        .collect()
}

fn parse_line(line: &str) -> Option<Signature> {
    let (name, encoded) = line.strip_prefix(LINE_START)?.split_once(' ')?;
    let bytes = base64_decode(encoded)?;
    let (key_id, rest) = bytes.split_first_chunk::<4>()?;
    if !name_is_valid(name) || rest.is_empty() {
        return None;
    }
    Some(Signature { name: name.into(), key_id: u32::from_be_bytes(*key_id), bytes: rest.to_vec() })
}

fn check_size(found: usize) -> Result<(), NoteError> {
    if found > NOTE_BYTES_MAX { Err(NoteError::TooLarge { max: NOTE_BYTES_MAX, found }) } else { Ok(()) }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    let plain = text.bytes().all(|byte| byte >= 0x20 || byte == b'\n');
    if plain { Ok(()) } else { Err(NoteError::NotText) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};
    use proptest::prelude::*;

    /// The key, text and signed note of the tests of Go's `sumdb/note`.
    const GO_SECRET: &str = "YEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
";

    #[test]
    fn the_note_of_the_go_tests_is_made_and_verified() {
        let secret = base64_decode(&format!("A{GO_SECRET}")).unwrap();
        let signer = NoteSigner::new("PeterNeumann", secret[1..].try_into().unwrap()).unwrap();
        assert_eq!(signer.verifier().to_string(), GO_KEY);
        let (text, _) = GO_NOTE.split_once("\n\n").unwrap();
        let mut note = Note::new(&format!("{text}\n")).unwrap();
        note.add(signer.sign(note.text())).unwrap();
        assert_eq!(note.to_string(), GO_NOTE);
        assert_eq!(Note::parse(GO_NOTE.as_bytes()), Ok(note.clone()));
        assert_eq!(note.is_signed_by(&GO_KEY.parse().unwrap()), Ok(true));
    }

    #[test]
    fn the_example_of_the_specification_parses_with_its_inner_empty_line() {
        let text =
            "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
        let line = "\u{2014} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
        let note = Note::parse(format!("{text}\n{line}").as_bytes()).unwrap();
        assert_eq!(note.text(), text);
        assert_eq!(note.signatures()[0].key_id, 0x367b_a04b);
        assert_eq!(
            note.is_signed_by(&GO_KEY.parse().unwrap()),
            Ok(false),
            "an unknown key counts for nothing"
        );
    }

    #[test]
    fn malformed_notes_are_refused() {
        let (text, line) = GO_NOTE.split_once("\n\n").unwrap();
        for bad in [
            String::new(),
            "\n".into(),
            text.into(),
            format!("{text}\n\n"),
            format!("{text}\n\n{}", line.trim_end()),
            format!("{text}\n{line}"),
            format!("{text}\n\n{line}\n"),
            format!("{text}\r\n\n{line}"),
            format!("{text}\t\n\n{line}"),
            format!("{text}\n\n{line}junk\n"),
            format!("{text}\n\n{}", line.replace('\u{2014}', "-")),
            format!("{text}\n\n{}", line.replace("PeterNeumann", "Peter+Neumann")),
            format!("{text}\n\n{}", line.replace("PeterNeumann", "Peter\u{2003}Neumann")),
            format!("{text}\n\n{}", line.replace("PeterNeumann", "")),
            format!("{text}\n\n{}", line.replace("nAM=", "nAM")),
            format!("{text}\n\n\u{2014} PeterNeumann x08gow==\n"),
            format!("{text}\n\n{}", line.repeat(SIGNATURES_MAX + 1)),
            format!("{}{GO_NOTE}", "x".repeat(NOTE_BYTES_MAX)),
        ] {
            assert!(Note::parse(bad.as_bytes()).is_err(), "{:?} must be refused", quote(&bad));
        }
        assert!(Note::parse(b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n").is_err());
        assert_eq!(Note::new("no newline"), Err(NoteError::TextEnd));
    }

    #[test]
    fn a_false_line_of_a_known_key_spoils_the_note() {
        let key: VerifierKey = GO_KEY.parse().unwrap();
        let mut note = Note::parse(GO_NOTE.as_bytes()).unwrap();
        let mut forged = note.signatures()[0].clone();
        forged.bytes[10] ^= 1;
        note.add(forged).unwrap();
        assert!(matches!(note.is_signed_by(&key), Err(NoteError::FalseSignature { .. })));
        let changed = GO_NOTE.replace("answer", "anzwer");
        assert!(Note::parse(changed.as_bytes()).unwrap().is_signed_by(&key).is_err());
    }

    #[test]
    fn a_note_signature_under_a_witness_key_is_false() {
        let signer = NoteSigner::new("w1", &[3; 32]).unwrap();
        let witness = VerifierKey::witness("w1", signer.verifier().public()).unwrap();
        let mut note = Note::new("text\n").unwrap();
        note.add(Signature { key_id: witness.id(), ..signer.sign("text\n") }).unwrap();
        assert!(note.is_signed_by(&witness).is_err());
    }

    #[test]
    fn signature_lines_of_a_witness_parse_alone() {
        let (_, line) = GO_NOTE.split_once("\n\n").unwrap();
        assert_eq!(parse_signature_lines(&line.repeat(2)).unwrap().len(), 2);
        for bad in ["", "\n", line.trim_end(), "\u{2014} a\n"] {
            assert!(parse_signature_lines(bad).is_err());
        }
    }

    proptest! {
        #[test]
        fn whatever_parses_is_written_back_byte_for_byte(text in "[a-z\n 徙]{0,40}", names in prop::collection::vec("[a-z/é]{1,9}", 1..4), tail in prop::collection::vec(any::<u8>(), 5..90)) {
            let lines: String = names.iter().map(|name| format!("\u{2014} {name} {}\n", base64_encode(&tail))).collect();
            let document = format!("{text}\n\n{lines}");
            prop_assert_eq!(Note::parse(document.as_bytes()).unwrap().to_string(), document);
        }

        #[test]
        fn parsing_any_bytes_ends(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }
    }
}
