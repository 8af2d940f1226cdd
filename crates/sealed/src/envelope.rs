//! The header of a sealed envelope: an age header with exactly our stanzas, and the one gate to its payload, the
//! header MAC (sealed-bid 2.3, 2.6).

use crate::{
    age::{AgeError, FileKey, Header, Identity, MacKey, Stanza, x25519},
    context::{self, Context},
    error::SealError,
    escrow::{Escrow, EscrowError, EscrowPolicy, stanza},
};
use alloc::{string::String, vec, vec::Vec};
use ximu_basics::Hash;

/// A header of the profile, read and found well-formed. Its MAC is checked when a key is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeHeader {
    header: Header,
    context: Context,
    context_hash: Hash,
    escrow: Option<Escrow>,
}

impl EnvelopeHeader {
    /// Reads the header at the start of an envelope and returns what follows it: payload nonce and chunks.
    ///
    /// The stanzas must be `X25519`, `ximu/context` and, if there is an escrow, `ximu/escrow`, in this order;
    /// stanzas we do not know are refused.
    ///
    /// # Errors
    /// [`SealError::Age`], [`SealError::Envelope`], [`SealError::Context`], [`SealError::Escrow`], in this order.
    pub fn parse(bytes: &[u8]) -> Result<(EnvelopeHeader, &[u8]), SealError> {
        let (header, rest) = Header::parse(bytes)?;
        Ok((EnvelopeHeader::from_header(header)?, rest))
    }

    /// Reads a header that stands alone, as in a bundle.
    ///
    /// # Errors
    /// Those of [`EnvelopeHeader::parse`]; [`EnvelopeError::Rest`] when bytes follow.
    pub fn parse_alone(bytes: &[u8]) -> Result<EnvelopeHeader, SealError> {
        let (header, rest) = EnvelopeHeader::parse(bytes)?;
        if rest.is_empty() { Ok(header) } else { Err(EnvelopeError::Rest { found_bytes: rest.len() }.into()) }
    }

    /// Puts a header together.
    pub(crate) fn new(
        sealer: Stanza,
        context: &Context,
        escrow: Option<&Escrow>,
        key: &FileKey,
    ) -> Result<EnvelopeHeader, SealError> {
        let mut stanzas = vec![sealer, context.to_stanza()];
        stanzas.extend(escrow.map(Escrow::to_stanza));
        EnvelopeHeader::from_header(Header::new(stanzas, &key.mac_key()))
    }

    fn from_header(header: Header) -> Result<EnvelopeHeader, SealError> {
        let kinds: Vec<&str> = header.stanzas.iter().map(|stanza| stanza.kind.as_str()).collect();
        let fits = matches!(
            kinds.as_slice(),
            [x25519::KIND, context::KIND] | [x25519::KIND, context::KIND, stanza::KIND]
        );
        let (Some(sealer), Some(second), true) = (header.stanzas.first(), header.stanzas.get(1), fits) else {
            return Err(EnvelopeError::Stanzas { found: kinds.join(", ").chars().take(200).collect() }.into());
        };
        x25519::check(sealer)?;
        let context = Context::from_stanza(second)?;
        let escrow = header.stanzas.get(2).map(Escrow::from_stanza).transpose()?;
        let context_hash = context.hash();
        Ok(EnvelopeHeader { context, context_hash, escrow, header })
    }

    /// What the envelope says it belongs to. True only as far as the MAC has been checked.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Hash of the context, which shares carry.
    #[must_use]
    pub fn context_hash(&self) -> &Hash {
        &self.context_hash
    }

    /// The escrow, if there is one.
    #[must_use]
    pub fn escrow(&self) -> Option<&Escrow> {
        self.escrow.as_ref()
    }

    /// The header's bytes, up to and with the line feed of the MAC line.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.header.to_bytes()
    }

    /// SHA-256 of the header's bytes. Two submissions with the same header are a copy of each other.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.to_bytes())
    }

    /// Checks the MAC with a bare file key, from whatever hand it comes: combined shares, the journal, a cache.
    ///
    /// # Errors
    /// [`AgeError::Mac`].
    pub fn check_key(&self, file_key: FileKey) -> Result<CheckedKey, AgeError> {
        self.header.check_mac(&file_key.mac_key())?;
        Ok(CheckedKey(file_key))
    }

    /// Opens the sealer's stanza with its opening key and checks the MAC.
    ///
    /// # Errors
    /// [`AgeError::NoMatch`], [`AgeError::LowOrderShare`], [`AgeError::Mac`].
    pub fn open_with(&self, identity: &Identity) -> Result<CheckedKey, AgeError> {
        let stanzas = self.header.stanzas.get(..1).unwrap_or_default();
        self.check_key(x25519::unwrap_any(stanzas, identity)?)
    }

    /// Checks the MAC with a published header MAC key. It shows that context and escrow are those of the file key
    /// from which the MAC key was derived, and opens nothing.
    ///
    /// # Errors
    /// [`AgeError::Mac`].
    pub fn check_mac_key(&self, key: &MacKey) -> Result<(), AgeError> {
        self.header.check_mac(key)
    }

    /// Compares threshold and number of holders with the rules, which needs no key. Whether the parts are rightly
    /// dealt shows only after the opening.
    ///
    /// # Errors
    /// [`EscrowError::OtherPolicy`].
    pub fn expect_escrow(&self, policy: Option<&EscrowPolicy>) -> Result<(), EscrowError> {
        let expected = policy.map_or((0, 0), |policy| (usize::from(policy.threshold), policy.holders.len()));
        let found =
            self.escrow.as_ref().map_or((0, 0), |escrow| (usize::from(escrow.threshold), escrow.parts.len()));
        if expected == found {
            return Ok(());
        }
        Err(EscrowError::OtherPolicy {
            expected_threshold: expected.0,
            expected_holders: expected.1,
            found_threshold: found.0,
            found_holders: found.1,
        })
    }
}

/// A file key with which the header MAC has been checked. Payloads open with nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedKey(FileKey);

impl CheckedKey {
    /// The file key.
    #[must_use]
    pub fn file_key(&self) -> &FileKey {
        &self.0
    }
}

/// Checks a header against a published header MAC key: the stranger's check of an envelope whose contents stay
/// restricted.
///
/// # Errors
/// Those of [`EnvelopeHeader::parse_alone`]; [`AgeError::Mac`].
pub fn check_header_mac(header: &[u8], key: &MacKey) -> Result<EnvelopeHeader, SealError> {
    let header = EnvelopeHeader::parse_alone(header)?;
    header.check_mac_key(key)?;
    Ok(header)
}

/// A header is an age header, but not one of an envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The stanzas are not exactly ours in our order.
    #[error("expected the stanzas X25519, ximu/context[, ximu/escrow], found {found}")]
    Stanzas {
        /// The kinds found.
        found: String,
    },
    /// Bytes follow a header that stands alone.
    #[error("expected the end after the header, found {found_bytes} more bytes")]
    Rest {
        /// Their number.
        found_bytes: usize,
    },
}

impl EnvelopeError {
    /// The stable code of this refusal (sealed-bid 12).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            EnvelopeError::Stanzas { .. } => "seal-stanzas",
            EnvelopeError::Rest { .. } => "seal-header-rest",
        }
    }
}
