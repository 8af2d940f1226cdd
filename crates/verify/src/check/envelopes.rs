//! Published envelopes (verify 4.8): each has the commitment that its path names.

use alloc::{collections::BTreeMap, format, vec::Vec};
use ximu_basics::Hash;
use ximu_sealed::Commitment;

use super::{Run, at_file, tender_path};
use crate::{Code, Forms};

/// The published ciphertexts by commitment.
pub(super) struct Envelopes<'a>(pub(super) BTreeMap<Hash, &'a [u8]>);

impl Forms for Envelopes<'_> {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        self.0.get(commitment).map(|bytes| bytes.to_vec())
    }
}

impl<'a> Run<'a> {
    /// Without the right ciphertexts an opening cannot be decided again, so a wrong one ends the verification here.
    pub(super) fn envelopes(&mut self) -> Option<Envelopes<'a>> {
        let mut envelopes = BTreeMap::new();
        let mut whole = true;
        for path in super::paths(&self.files) {
            let Some(bytes) = self.files.get(path.as_str()).copied() else { continue };
            let Some(expected) = commitment_of(&path) else { continue };
            let found = Commitment::of(bytes).root;
            if found == expected {
                envelopes.insert(expected, bytes);
            } else {
                let detail = format!("expected the commitment {expected}, found {found}");
                self.fail(Code::EnvelopeCommitment, at_file(&path), detail);
                whole = false;
            }
        }
        whole.then_some(Envelopes(envelopes))
    }
}

fn commitment_of(path: &str) -> Option<Hash> {
    let (_, rest) = tender_path(path)?;
    rest.strip_prefix("envelopes/")?.strip_suffix(".age")?.parse().ok()
}
