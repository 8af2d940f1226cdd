//! Checkpoints (c2sp.org/tlog-checkpoint; log 4): the note text in which a log states its size and root.
//!
//! Not here: signatures (`note.rs`, `cosignature.rs`). Extension lines are refused unless the caller lists them,
//! because nobody audits them.

use crate::{
    key::VerifierKey,
    merkle::{EMPTY_ROOT, SIZE_MAX},
    note::{Note, NoteError},
    text::{base64_encode, decimal, hash_decode, quote},
};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;
use ximu_basics::Hash;

/// What a log says of itself: at this size, this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, unique and permanent; also the name of its key.
    pub origin: String,
    /// The number of leaves, at most [`SIZE_MAX`].
    pub size: u64,
    /// The Merkle root at that size.
    pub root: Hash,
    /// Extension lines, in order, without newlines. Ours have none.
    pub extensions: Vec<String>,
}

/// A note text is not a checkpoint, or not of the log it should be of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, an empty line, or no newline at the end.
    #[error("expected the lines origin, size and root, each not empty and ended by a newline")]
    Lines,
    /// The second line is not a size.
    #[error("expected a decimal tree size of at most 2^63 - 1, found {found:?}")]
    Size {
        /// The start of the line.
        found: String,
    },
    /// The third line is not a hash, or not the root of the empty tree when the size is 0.
    #[error("expected the base64 of the root hash, found {found:?}")]
    Root {
        /// The start of the line.
        found: String,
    },
    /// An extension line that was not listed.
    #[error("expected no extension line but the listed ones, found {found:?}")]
    Extension {
        /// The start of the line.
        found: String,
    },
    /// The checkpoint is of another log.
    #[error("expected a checkpoint of {expected}, found one of {found}")]
    Origin {
        /// The origin wanted.
        expected: String,
        /// The origin found.
        found: String,
    },
    /// The log's signature is missing.
    #[error("expected a signature of {expected}, found none")]
    Unsigned {
        /// The key wanted.
        expected: String,
    },
    /// The note is malformed or falsely signed.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// Reads a note text; any extension line is refused.
    ///
    /// # Errors
    /// [`CheckpointError::Lines`], [`CheckpointError::Size`], [`CheckpointError::Root`],
    /// [`CheckpointError::Extension`].
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::parse_listed(text, &[])
    }

    /// Reads a note text; an extension line is accepted when its first word (up to a space) is listed.
    ///
    /// # Errors
    /// As [`Checkpoint::parse`].
    pub fn parse_listed(text: &str, listed: &[&str]) -> Result<Checkpoint, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError::Lines);
        let (origin, size, root) = (next()?, next()?, next()?);
        let size = decimal(size, SIZE_MAX).ok_or_else(|| CheckpointError::Size { found: quote(size) })?;
        let root = hash_decode(root)
            .filter(|hash| size != 0 || *hash == EMPTY_ROOT)
            .ok_or_else(|| CheckpointError::Root { found: quote(root) })?;
        let extensions: Vec<String> = lines.map(String::from).collect();
        for line in &extensions {
            if line.is_empty() {
                return Err(CheckpointError::Lines);
            }
            if !line.split(' ').next().is_some_and(|word| listed.contains(&word)) {
                return Err(CheckpointError::Extension { found: quote(line) });
            }
        }
        Ok(Checkpoint { origin: origin.into(), size, root, extensions })
    }

    /// Reads a note that the log of this key has signed, and that is of this log.
    ///
    /// # Errors
    /// Any [`CheckpointError`].
    pub fn open(note: &Note, log: &VerifierKey) -> Result<Checkpoint, CheckpointError> {
        if !note.is_signed_by(log)? {
            return Err(CheckpointError::Unsigned { expected: log.to_string() });
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::Origin {
                expected: log.name().into(),
                found: quote(&checkpoint.origin),
            });
        }
        Ok(checkpoint)
    }

    /// A checkpoint without extensions.
    #[must_use]
    pub fn new(origin: &str, size: u64, root: Hash) -> Checkpoint {
        Checkpoint { origin: origin.into(), size, root, extensions: Vec::new() }
    }
}

impl fmt::Display for Checkpoint {
    /// The note text, with its last newline.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{}\n{}\n", self.origin, self.size, base64_encode(&self.root.0))?;
        self.extensions.iter().try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::NoteSigner;
    use alloc::format;

    /// The example of c2sp.org/tlog-checkpoint.
    const EXAMPLE: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const EMPTY: &str = "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

    #[test]
    fn the_example_of_the_specification_reads_and_writes() {
        let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.to_string(), EXAMPLE);
        assert_eq!(Checkpoint::parse(EMPTY), Ok(Checkpoint::new("a", 0, EMPTY_ROOT)));
    }

    #[test]
    fn malformed_checkpoints_are_refused() {
        for bad in [
            "",
            "\n",
            EXAMPLE.trim_end(),
            "a\n1\n",
            "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
            "a\n1\nAAAA\n",
            "a\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            &format!("{EXAMPLE}\n"),
            &format!("{EXAMPLE}extension\n"),
        ] {
            assert!(Checkpoint::parse(bad).is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn only_listed_extensions_are_accepted() {
        let text = format!("{EXAMPLE}shard 7\n");
        let checkpoint = Checkpoint::parse_listed(&text, &["shard"]).unwrap();
        assert_eq!(checkpoint.extensions, ["shard 7"]);
        assert_eq!(checkpoint.to_string(), text);
        assert!(Checkpoint::parse_listed(&text, &["shar", "7"]).is_err());
    }

    #[test]
    fn a_checkpoint_opens_only_under_the_key_and_the_name_of_its_log() {
        let signer = NoteSigner::new("log.example", &[7; 32]).unwrap();
        let signed = |text: &str| {
            let mut note = Note::new(text).unwrap();
            note.add(signer.sign(note.text())).unwrap();
            note
        };
        let ours = Checkpoint::new("log.example", 1, Hash::of(b"r"));
        let log = signer.verifier();
        assert_eq!(Checkpoint::open(&signed(&ours.to_string()), log), Ok(ours.clone()));
        let foreign = Checkpoint::new("other.example", 1, Hash::of(b"r"));
        let opened = Checkpoint::open(&signed(&foreign.to_string()), log);
        assert!(matches!(opened, Err(CheckpointError::Origin { .. })));
        let other = NoteSigner::new("log.example", &[8; 32]).unwrap();
        let opened = Checkpoint::open(&signed(&ours.to_string()), other.verifier());
        assert!(matches!(opened, Err(CheckpointError::Unsigned { .. })));
    }
}
