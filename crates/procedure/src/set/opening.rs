//! Opening one envelope of a sealed set: whoever repeats it finds the same content or the same reason (draw 2.6).

use alloc::{string::String, vec::Vec};
use ximu_basics::{Instant, PersonId, SetId, hex};
use ximu_sealed::{OpeningKey, SealError};

use super::{CONTENT_FILE, Contribution, DRAW_BYTES, Purpose, SealedSet, context, header};
use crate::{
    actor::Authenticated,
    envelope,
    evaluation::sheet,
    tender::Tender,
    wire::{
        Command,
        event::{Author, SetVoid},
    },
};

/// Opens the envelope at one position of a set's list: its file key in hexadecimal and its content.
///
/// # Errors
/// The first [`SetVoid`] that applies.
pub fn open(
    tender: &Tender,
    id: &SetId,
    set: &SealedSet,
    position: usize,
) -> Result<(String, Vec<u8>), SetVoid> {
    let author = &set.lines().get(position).ok_or(SetVoid::Unreadable)?.by.id;
    let given = set.contributions.get(author).ok_or(SetVoid::Unreadable)?;
    if set.shares_at(position).count() < usize::from(tender.rules.escrow.t) {
        return Err(SetVoid::SharesMissing);
    }
    let key = envelope::combine_lowest(tender, set.shares_at(position), &given.header.context);
    let key = key.ok_or(SetVoid::Unreadable)?;
    let opened = ximu_sealed::open(&given.envelope, OpeningKey::FileKey(&key)).map_err(void)?;
    let context = context(tender, id, author).ok_or(SetVoid::ContextDiffers)?;
    let escrow = envelope::escrow_policy(tender).ok_or(SetVoid::EscrowDiffers)?;
    envelope::check(&opened.header, &opened.key, &opened, &context, &given.key, Some(&escrow))
        .map_err(void)?;
    match opened.files.as_slice() {
        [(name, content)] if name == CONTENT_FILE && fits(tender, &set.purpose, author, content) => {
            Ok((hex::encode(key.as_bytes()), content.clone()))
        }
        _ => Err(SetVoid::ContentMalformed),
    }
}

/// Whether a content has the form that the set's purpose asks for.
fn fits(tender: &Tender, purpose: &Purpose, author: &PersonId, content: &[u8]) -> bool {
    match purpose {
        Purpose::Coefficient(_) | Purpose::Experts(_) => content.len() == DRAW_BYTES,
        Purpose::Sheets(round) => sheet::read(tender, round, author, content).is_some(),
    }
}

/// What is noted of an envelope that was accepted.
pub(crate) fn contribution(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    id: &SetId,
    by: &Author,
) -> Option<Contribution> {
    let Command::Contribute { envelope, .. } = &given.body.command else { return None };
    let header = header(tender, id, &by.id, &envelope.0)?;
    Some(Contribution { envelope: envelope.0.clone(), header, key: given.signed.key, at })
}

fn void(error: SealError) -> SetVoid {
    match error {
        SealError::Context(_) => SetVoid::ContextDiffers,
        SealError::Escrow(_) => SetVoid::EscrowDiffers,
        SealError::Manifest(_) => SetVoid::ManifestUnsigned,
        SealError::Age(_)
        | SealError::Envelope(_)
        | SealError::Tar(_)
        | SealError::Release(_)
        | SealError::Recovery(_)
        | SealError::Commitment { .. }
        | SealError::PlainCommitment { .. }
        | SealError::SelfCheck { .. } => SetVoid::Unreadable,
    }
}
