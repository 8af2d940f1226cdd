//! Sealing an author's envelope for a set (draw 2.2).

use alloc::{collections::BTreeMap, string::ToString, vec::Vec};
use ximu_basics::{PersonId, PublicKey, SetId};
use ximu_sealed::{InMemory, SealError};

use super::{CONTENT_FILE, context};
use crate::{envelope, tender::Tender};

/// An envelope could not be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealSetError {
    /// The procedure has no lot, or holders without usable keys.
    #[error("expected a procedure with a lot and holders' keys, found {found}")]
    Procedure {
        /// The set it was for.
        found: SetId,
    },
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Seals a content for a set to the procedure's holders. `seed` is 32 fresh random bytes, used for nothing else; `sign`
/// signs with the key that will sign the command.
///
/// # Errors
/// [`SealSetError`].
pub fn seal(
    tender: &Tender,
    set: &SetId,
    author: &PersonId,
    content: &[u8],
    seed: &[u8; 32],
    key: &PublicKey,
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Vec<u8>, SealSetError> {
    let procedure = || SealSetError::Procedure { found: set.clone() };
    let context = context(tender, set, author).ok_or_else(procedure)?;
    let escrow = envelope::escrow_policy(tender).ok_or_else(procedure)?;
    let files = [(CONTENT_FILE.to_string(), content.to_vec())];
    let contents = InMemory {
        context: &context,
        escrow: Some(&escrow),
        files: &files,
        extra: BTreeMap::new(),
        sealer: key.0,
    };
    Ok(ximu_sealed::seal(contents, seed, sign)?.envelope)
}
