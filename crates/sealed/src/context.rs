//! The stanza `ximu/context`: to which procedure, lot, bidder, version and envelope a ciphertext belongs
//! (sealed-bid 3). Copied elsewhere, it still says so, and the header MAC holds it there.

use crate::age::Stanza;
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::{fmt, str::FromStr};
use ximu_basics::{Hash, LotId, PartyId};

/// The profile and suite id that every envelope carries.
pub const PROFILE: &str = "ximu-seal/1";

/// The stanza's kind.
pub const KIND: &str = "ximu/context";

/// What an envelope belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Hash of the procedure's first entry.
    pub genesis: Hash,
    /// The lot within the procedure.
    pub lot: LotId,
    /// The sealer's pseudonym in the journal.
    pub pseudonym: PartyId,
    /// The sealer's own counter; a later submission has a greater one.
    pub version: u32,
    /// The envelope's name: `form`, `body`, `release`, `sheet`, ...
    pub envelope: Label,
    /// 32 random bytes, so that a context hash tells nothing to who does not know the header.
    pub salt: [u8; 32],
}

impl Context {
    /// The context as a stanza.
    #[must_use]
    pub fn to_stanza(&self) -> Stanza {
        let args = vec![
            PROFILE.to_string(),
            self.envelope.to_string(),
            self.lot.to_string(),
            self.pseudonym.to_string(),
            self.version.to_string(),
        ];
        let mut body = Vec::with_capacity(64);
        body.extend_from_slice(self.genesis.as_bytes());
        body.extend_from_slice(&self.salt);
        Stanza { kind: KIND.to_string(), args, body }
    }

    /// Reads a context stanza.
    ///
    /// # Errors
    /// [`ContextError::Syntax`].
    pub fn from_stanza(stanza: &Stanza) -> Result<Context, ContextError> {
        let refuse = |expected| ContextError::Syntax {
            expected,
            found: stanza.args.join(" ").chars().take(200).collect(),
        };
        let [profile, envelope, lot, pseudonym, version] = stanza.args.as_slice() else {
            return Err(refuse("profile, envelope, lot, pseudonym, version"));
        };
        if profile != PROFILE {
            return Err(refuse("profile ximu-seal/1"));
        }
        let (genesis, salt) = stanza.body.split_first_chunk().ok_or_else(|| refuse("a body of 64 bytes"))?;
        let number: u32 = version.parse().map_err(|_| refuse("a version from 0 to 4294967295"))?;
        if number.to_string() != *version {
            return Err(refuse("a version without leading zeros"));
        }
        Ok(Context {
            genesis: Hash(*genesis),
            lot: lot.parse().map_err(|_| refuse("a lot of a-z, 0-9, '-'"))?,
            pseudonym: pseudonym.parse().map_err(|_| refuse("a pseudonym of a-z, 0-9, '-'"))?,
            version: number,
            envelope: envelope.parse().map_err(|_| refuse("an envelope name of a-z, 0-9, '-'"))?,
            salt: salt.try_into().map_err(|_| refuse("a body of 64 bytes"))?,
        })
    }

    /// SHA-256 of the stanza as it stands in the header, from `->` to its last line feed.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.to_stanza().to_bytes())
    }

    /// Compares with what the reader knows from elsewhere: the submission record, the rules.
    ///
    /// # Errors
    /// [`ContextError::Mismatch`] with the first field that differs, in the order of [`ContextFields`].
    pub fn expect(&self, expected: &ContextFields) -> Result<(), ContextError> {
        let same = |field, expected: String, found: String| {
            if expected == found { Ok(()) } else { Err(ContextError::Mismatch { field, expected, found }) }
        };
        same("genesis", expected.genesis.to_string(), self.genesis.to_string())?;
        same("lot", expected.lot.to_string(), self.lot.to_string())?;
        same("pseudonym", expected.pseudonym.to_string(), self.pseudonym.to_string())?;
        same("version", expected.version.to_string(), self.version.to_string())?;
        same("envelope", expected.envelope.to_string(), self.envelope.to_string())
    }
}

/// The fields of a context that are known from outside; only the salt is the sealer's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextFields {
    /// Hash of the procedure's first entry.
    pub genesis: Hash,
    /// The lot within the procedure.
    pub lot: LotId,
    /// The sealer's pseudonym.
    pub pseudonym: PartyId,
    /// The sealer's own counter.
    pub version: u32,
    /// The envelope's name.
    pub envelope: Label,
}

impl ContextFields {
    /// The context with this salt.
    #[must_use]
    pub fn with_salt(&self, salt: [u8; 32]) -> Context {
        Context {
            genesis: self.genesis,
            lot: self.lot.clone(),
            pseudonym: self.pseudonym.clone(),
            version: self.version,
            envelope: self.envelope.clone(),
            salt,
        }
    }
}

/// The longest label, in bytes; the same as that of an id.
pub const LABEL_LENGTH_MAX: usize = ximu_basics::id::ID_LENGTH_MAX;

/// An envelope's name: 1 to 64 characters from a-z, 0-9 and `-`, neither first nor last a `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

impl Label {
    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Label {
    type Err = ContextError;

    fn from_str(text: &str) -> Result<Label, ContextError> {
        // A label obeys the same rule as an id, and the rule lives there.
        match text.parse::<PartyId>() {
            Ok(_) => Ok(Label(text.to_string())),
            Err(_) => Err(ContextError::Syntax {
                expected: "a label of 1 to 64 characters from a-z, 0-9, '-'",
                found: format!("{text:.64}"),
            }),
        }
    }
}

/// A context is malformed, or not the expected one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// The stanza is not a context of this profile.
    #[error("expected a context with {expected}, found {found:?}")]
    Syntax {
        /// What the profile asks for.
        expected: &'static str,
        /// The stanza's arguments, or the label.
        found: String,
    },
    /// The envelope belongs elsewhere: another procedure, lot, bidder, version or envelope.
    #[error("expected the {field} {expected}, found {found}")]
    Mismatch {
        /// The first field that differs.
        field: &'static str,
        /// What the record says.
        expected: String,
        /// What the envelope says.
        found: String,
    },
}

impl ContextError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ContextError::Syntax { .. } => "seal-context-syntax",
            ContextError::Mismatch { .. } => "seal-context",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> ContextFields {
        ContextFields {
            genesis: Hash::of(b"genesis"),
            lot: "1".parse().unwrap(),
            pseudonym: "bidder-07".parse().unwrap(),
            version: 3,
            envelope: "form".parse().unwrap(),
        }
    }

    #[test]
    fn a_context_survives_its_stanza_and_shows_in_plain_text() {
        let context = expected().with_salt([5; 32]);
        let stanza = context.to_stanza();
        assert!(stanza.to_bytes().starts_with(b"-> ximu/context ximu-seal/1 form 1 bidder-07 3\n"));
        assert_eq!(Context::from_stanza(&stanza), Ok(context));
    }

    #[test]
    fn every_field_changes_the_hash_and_is_named_when_it_differs() {
        let context = expected().with_salt([5; 32]);
        let mut seen = vec![context.hash()];
        type Edit = fn(&mut Context);
        let edits: [(&str, Edit); 5] = [
            ("genesis", |context| context.genesis = Hash::of(b"other")),
            ("lot", |context| context.lot = "2".parse().unwrap()),
            ("pseudonym", |context| context.pseudonym = "bidder-08".parse().unwrap()),
            ("version", |context| context.version = 4),
            ("envelope", |context| context.envelope = "body".parse().unwrap()),
        ];
        for (name, edit) in edits {
            let mut other = context.clone();
            edit(&mut other);
            assert!(!seen.contains(&other.hash()), "{name}");
            seen.push(other.hash());
            let refusal = other.expect(&expected()).unwrap_err();
            assert!(matches!(refusal, ContextError::Mismatch { field, .. } if field == name), "{name}");
        }
        assert_eq!(context.expect(&expected()), Ok(()));
        assert!(!seen.contains(&expected().with_salt([6; 32]).hash()));
    }

    #[test]
    fn second_spellings_of_a_context_are_refused() {
        let good = expected().with_salt([5; 32]).to_stanza();
        for (place, bad) in
            [(0, "ximu-seal/2"), (1, "Form"), (2, ""), (3, "a/b"), (4, "03"), (4, "+3"), (4, "4294967296")]
        {
            let mut stanza = good.clone();
            stanza.args[place] = bad.into();
            assert!(Context::from_stanza(&stanza).is_err(), "{bad:?}");
        }
        let mut long = good.clone();
        long.body.push(0);
        assert!(Context::from_stanza(&long).is_err());
        let mut extra = good;
        extra.args.push("x".into());
        assert!(Context::from_stanza(&extra).is_err());
    }
}
