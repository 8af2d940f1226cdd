//! Sealed envelopes as decisions need them: what a release binds to, what a share commits to, what opens
//! (opening 3-5). The envelopes themselves are `ximu-sealed`'s.

use alloc::{string::ToString, vec::Vec};
use ximu_basics::{Hash, LotId, PartyId, PublicKey, Salt, ShareValue, hex, json};
use ximu_sealed::{
    CheckedKey, Commitment, ContextFields, EnvelopeHeader, EscrowPolicy, FileKey, Identity, Opened,
    OpeningKey, Record, SealError, Share, check_record, combine, release::read_release,
};

use crate::{
    reading,
    rules::EscrowOpens,
    tender::{Submitted, Tender},
    wire::{
        Form,
        event::{OpenedBid, Route, ToOpen, VoidReason},
    },
};

/// The largest release envelope, in bytes: with its command it must fit one leaf.
pub const RELEASE_BYTES_MAX: usize = 24 * 1024;

/// Name of the envelope that is read out.
pub const FORM: &str = "form";
/// Name of the envelope with the documents.
pub const BODY: &str = "body";
/// Name of the envelope that carries the form's opening key.
pub const RELEASE: &str = "release";
/// Name of the file in a form envelope that is read out.
pub const FORM_FILE: &str = "form.json";

/// What a sealed envelope of a bid must belong to.
#[must_use]
pub fn context(tender: &Tender, bidder: &PartyId, version: u32, envelope: &str) -> Option<ContextFields> {
    let lot: &LotId = &tender.rules.lot()?.id;
    Some(ContextFields {
        genesis: tender.genesis,
        lot: lot.as_str().parse().ok()?,
        pseudonym: bidder.clone(),
        version,
        envelope: envelope.parse().ok()?,
    })
}

/// The holders of a procedure, in share order, and how many open together.
#[must_use]
pub fn escrow_policy(tender: &Tender) -> Option<EscrowPolicy> {
    let holders =
        tender.holders.iter().map(|holder| holder.recipient.parse().ok()).collect::<Option<Vec<_>>>()?;
    Some(EscrowPolicy { threshold: tender.rules.escrow.t, holders })
}

/// The escrow a form must carry under the rules: none when the holders may open none.
#[must_use]
pub fn form_escrow(tender: &Tender) -> Option<EscrowPolicy> {
    match tender.rules.escrow.opens {
        EscrowOpens::All | EscrowOpens::WhoAsked => escrow_policy(tender),
        EscrowOpens::None => None,
    }
}

/// The escrow that the documents must carry under the rules: none when no committee reads them.
#[must_use]
pub fn body_escrow(tender: &Tender) -> Option<EscrowPolicy> {
    if tender.rules.score().is_some_and(|score| score.papers) { escrow_policy(tender) } else { None }
}

/// What the header of a release envelope commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseHeader {
    /// Hash of its context, which every share repeats.
    pub context: Hash,
    /// Commitments to the shares, in holder order.
    pub escrow: Vec<Hash>,
}

/// Reads a release envelope's header; `None` unless it was sealed for exactly this release, to exactly these holders.
#[must_use]
pub fn release_header(tender: &Tender, bidder: &PartyId, sealed: &[u8]) -> Option<ReleaseHeader> {
    if sealed.len() > RELEASE_BYTES_MAX {
        return None;
    }
    let bid = tender.bids.get(bidder)?;
    let (header, _) = EnvelopeHeader::parse(sealed).ok()?;
    header.context().expect(&context(tender, bidder, bid.version, RELEASE)?).ok()?;
    header.expect_escrow(Some(&escrow_policy(tender)?)).ok()?;
    Some(ReleaseHeader { context: *header.context_hash(), escrow: commitments(&header)? })
}

/// The commitments in a header's escrow stanza, in holder order.
#[must_use]
pub fn commitments(header: &EnvelopeHeader) -> Option<Vec<Hash>> {
    Some(header.escrow()?.parts.iter().map(|part| part.commitment).collect())
}

/// Whether a released share opens its commitment.
#[must_use]
pub fn share_opens(commitment: &Hash, index: u8, context: &Hash, share: ShareValue, salt: Salt) -> bool {
    as_share(index, context, share, salt).commitment() == *commitment
}

fn as_share(index: u8, context: &Hash, share: ShareValue, salt: Salt) -> Share {
    Share { index, value: share.0.into(), salt: salt.0, context: *context }
}

/// Opens the bid at one position of the list.
///
/// # Errors
/// The first [`VoidReason`] that applies.
pub fn open(
    tender: &Tender,
    to_open: &ToOpen,
    bid: &Submitted,
    position: usize,
    form: &[u8],
) -> Result<OpenedBid, VoidReason> {
    if tender.shares_at(position).count() < usize::from(tender.rules.escrow.t) {
        return Err(VoidReason::SharesMissing);
    }
    let (opened, key) = match to_open.route {
        Route::Released => {
            let identity = released_key(tender, to_open, position).ok_or(VoidReason::ReleaseUnreadable)?;
            check_ciphertext(bid, form)?;
            let opened = ximu_sealed::open(form, OpeningKey::Identity(&identity)).map_err(void)?;
            (opened, identity.to_text().as_str().to_string())
        }
        Route::Rescued => {
            let file_key = combined(tender, position, &bid.form.context).ok_or(VoidReason::FormUnreadable)?;
            check_ciphertext(bid, form)?;
            let opened = ximu_sealed::open(form, OpeningKey::FileKey(&file_key)).map_err(void)?;
            (opened, hex::encode(file_key.as_bytes()))
        }
    };
    check_opened(tender, &to_open.bidder, bid, &opened)?;
    let bytes = opened.file(FORM_FILE).ok_or(VoidReason::FormMalformed)?;
    let form: Form = json::from_canonical(bytes).map_err(|_| VoidReason::FormMalformed)?;
    if form.v != 1 {
        return Err(VoidReason::FormMalformed);
    }
    if form.body.commitment != bid.body.commitment {
        return Err(VoidReason::BodyDiffers);
    }
    Ok(OpenedBid {
        bidder: to_open.bidder.clone(),
        version: bid.version,
        route: to_open.route,
        key,
        form: Hash::of(bytes),
        price: form.price,
        flags: reading::flags(&form, tender.rules.lot().map(|lot| lot.ceiling)),
    })
}

/// The form of a bid that was read out, opened with its published key; `None` unless it is the very form that was read.
#[must_use]
pub fn read_again(bid: &OpenedBid, ciphertext: &[u8]) -> Option<Form> {
    let opened = match bid.route {
        Route::Released => {
            ximu_sealed::open(ciphertext, OpeningKey::Identity(&bid.key.parse::<Identity>().ok()?))
        }
        Route::Rescued => {
            let key: [u8; 16] = hex::decode(&bid.key)?.try_into().ok()?;
            ximu_sealed::open(ciphertext, OpeningKey::FileKey(&FileKey::from_bytes(key)))
        }
    };
    let opened = opened.ok()?;
    let bytes = opened.file(FORM_FILE).filter(|bytes| Hash::of(bytes) == bid.form)?;
    json::from_canonical(bytes).ok()
}

/// The form's opening key out of the release envelope, when that envelope is whole.
fn released_key(tender: &Tender, to_open: &ToOpen, position: usize) -> Option<Identity> {
    let release = tender.releases.get(&to_open.bidder)?;
    let file_key = combined(tender, position, &release.header.context)?;
    let opened = ximu_sealed::open(&release.envelope, OpeningKey::FileKey(&file_key)).ok()?;
    let bid = tender.bids.get(&to_open.bidder)?;
    let context = context(tender, &to_open.bidder, bid.version, RELEASE)?;
    let escrow = escrow_policy(tender)?;
    check(&opened.header, &opened.key, &opened, &context, &release.key, Some(&escrow)).ok()?;
    read_release(&opened, &FORM.parse().ok()?).ok()
}

/// The file key that the shares of the t lowest holders that found one give. Every escrow is rebuilt afterwards, so that no other
/// choice of holders gives another result.
fn combined(tender: &Tender, position: usize, context: &Hash) -> Option<FileKey> {
    combine_lowest(tender, tender.shares_at(position), context)
}

/// The file key that the first t of these shares give, ascending by holder index.
pub(crate) fn combine_lowest(
    tender: &Tender,
    shares: impl Iterator<Item = (u8, ShareValue, Salt)>,
    context: &Hash,
) -> Option<FileKey> {
    let threshold = tender.rules.escrow.t;
    let shares: Vec<Share> = shares
        .take(usize::from(threshold))
        .map(|(index, share, salt)| as_share(index, context, share, salt))
        .collect();
    combine(&shares, threshold).ok()
}

fn check_ciphertext(bid: &Submitted, form: &[u8]) -> Result<(), VoidReason> {
    let (header, _) = EnvelopeHeader::parse(form).map_err(|_| VoidReason::FormUnreadable)?;
    let same = Commitment::of(form).root == bid.form.commitment && header.hash() == bid.form.header;
    if same { Ok(()) } else { Err(VoidReason::FormUnreadable) }
}

fn check_opened(
    tender: &Tender,
    bidder: &PartyId,
    bid: &Submitted,
    opened: &Opened,
) -> Result<(), VoidReason> {
    let context = context(tender, bidder, bid.version, FORM).ok_or(VoidReason::ContextDiffers)?;
    if *opened.header.context_hash() != bid.form.context {
        return Err(VoidReason::ContextDiffers);
    }
    let escrow = form_escrow(tender);
    check(&opened.header, &opened.key, opened, &context, &bid.key, escrow.as_ref()).map_err(void)?;
    if commitments(&opened.header).unwrap_or_default() != bid.escrow {
        return Err(VoidReason::EscrowDiffers);
    }
    Ok(())
}

pub(crate) fn check(
    header: &EnvelopeHeader,
    key: &CheckedKey,
    opened: &Opened,
    context: &ContextFields,
    sealer: &PublicKey,
    escrow: Option<&EscrowPolicy>,
) -> Result<(), SealError> {
    let record = Record { context, sealer: &sealer.0, escrow };
    check_record(header, key, &opened.manifest, &record).map(|_| ())
}

fn void(error: SealError) -> VoidReason {
    match error {
        SealError::Context(_) => VoidReason::ContextDiffers,
        SealError::Escrow(_) => VoidReason::EscrowDiffers,
        SealError::Manifest(_) => VoidReason::ManifestUnsigned,
        SealError::Age(_)
        | SealError::Envelope(_)
        | SealError::Tar(_)
        | SealError::Release(_)
        | SealError::Recovery(_)
        | SealError::Commitment { .. }
        | SealError::PlainCommitment { .. }
        | SealError::SelfCheck { .. } => VoidReason::FormUnreadable,
    }
}
