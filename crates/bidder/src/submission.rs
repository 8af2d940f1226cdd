//! `submission.json`: everything that is submitted but for the custody centre's word, which comes with the upload.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, LotId, PartyId, ProcedureId, PublicKey, json};
use ximu_procedure::Tender;
use ximu_sealed::{Commitment, EscrowPolicy};

use crate::error::BidderError;

/// The commitments of a sealed bid, and what its envelopes belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Version of this form: 1.
    pub v: u32,
    /// The log the tender stands in.
    pub origin: String,
    /// The tender.
    pub procedure: ProcedureId,
    /// Its genesis hash, which the envelopes repeat.
    pub genesis: Hash,
    /// Fingerprint of the policy under which the tender was read.
    pub policy: Hash,
    /// The lot.
    pub lot: LotId,
    /// The bidder.
    pub bidder: PartyId,
    /// The bidder's counter.
    pub version: u32,
    /// The key that signed the envelopes' manifests; it must sign the submission too.
    pub sealer: PublicKey,
    /// The form's envelope.
    pub form: Envelope,
    /// The body's envelope.
    pub body: Envelope,
    /// Commitments to the holders' shares.
    pub escrow: Vec<Hash>,
    /// Salted commitment to the form's plaintext.
    pub plain: Hash,
    /// The holders' keys for this tender, in share order.
    pub holders: Vec<String>,
    /// How many holders open together.
    pub threshold: u8,
}

/// One envelope as it was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Commitment to the ciphertext.
    pub commitment: Hash,
    /// Its size.
    pub bytes: u32,
    /// SHA-256 of its header.
    pub header: Hash,
    /// Hash of its context.
    pub context: Hash,
}

impl Envelope {
    /// An envelope by its commitment, header and context.
    ///
    /// # Errors
    /// [`BidderError::TooLarge`].
    pub fn new(commitment: &Commitment, header: Hash, context: Hash) -> Result<Envelope, BidderError> {
        let bytes =
            u32::try_from(commitment.size_bytes).map_err(|_| BidderError::TooLarge(commitment.size_bytes))?;
        Ok(Envelope { commitment: commitment.root, bytes, header, context })
    }
}

/// What a submission is put together from.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    /// The tender, as the log shows it.
    pub tender: &'a Tender,
    /// Fingerprint of the policy under which the log was read.
    pub policy: Hash,
    /// The bidder.
    pub bidder: &'a PartyId,
    /// The bidder's counter.
    pub version: u32,
    /// The bidder's key.
    pub sealer: PublicKey,
    /// The form's envelope.
    pub form: Envelope,
    /// The body's envelope.
    pub body: Envelope,
    /// Commitments to the holders' shares.
    pub escrow: Vec<Hash>,
    /// Salted commitment to the form's plaintext.
    pub plain: Hash,
}

impl Submission {
    /// Puts a submission together.
    ///
    /// # Errors
    /// [`BidderError::Tender`].
    pub fn of(parts: Parts<'_>) -> Result<Submission, BidderError> {
        let tender = parts.tender;
        let lot = tender.rules.lot().map(|lot| lot.id.clone()).ok_or(BidderError::Tender)?;
        let policy = ximu_procedure::envelope::escrow_policy(tender).ok_or(BidderError::Tender)?;
        Ok(Submission {
            v: 1,
            origin: tender.origin.clone(),
            procedure: tender.rules.id.clone(),
            genesis: tender.genesis,
            policy: parts.policy,
            lot,
            bidder: parts.bidder.clone(),
            version: parts.version,
            sealer: parts.sealer,
            form: parts.form,
            body: parts.body,
            escrow: parts.escrow,
            plain: parts.plain,
            holders: policy.holders.iter().map(alloc::string::ToString::to_string).collect(),
            threshold: policy.threshold,
        })
    }

    /// The text of `submission.json`: canonical JSON and a line feed.
    ///
    /// # Errors
    /// [`BidderError::Json`].
    pub fn to_text(&self) -> Result<String, BidderError> {
        let mut bytes = json::to_canonical(self)?;
        bytes.push(b'\n');
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Reads `submission.json`.
    ///
    /// # Errors
    /// [`BidderError::Json`].
    pub fn from_text(text: &str) -> Result<Submission, BidderError> {
        Ok(json::from_canonical(text.strip_suffix('\n').unwrap_or(text).as_bytes())?)
    }

    /// Whether this key sealed the bid.
    ///
    /// # Errors
    /// [`BidderError::KeyDiffers`].
    pub fn check_key(&self, found: PublicKey) -> Result<(), BidderError> {
        let expected = self.sealer;
        if expected == found { Ok(()) } else { Err(BidderError::KeyDiffers { expected, found }) }
    }

    /// The holders, as an escrow to them.
    ///
    /// # Errors
    /// [`BidderError::Seal`] when a holder's key cannot be read.
    pub fn holders_policy(&self) -> Result<EscrowPolicy, BidderError> {
        let holders = self.holders.iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>();
        let holders = holders.map_err(ximu_sealed::SealError::Age)?;
        Ok(EscrowPolicy { threshold: self.threshold, holders })
    }
}
