//! The forms that were read out, beside an opening record: what a bid says besides its price (records 6.2).
//!
//! The record names each form by its hash; its words stand here, so that the record outlives the erasure of a name in
//! them. Whether the record names the right form is one of the checks.

use alloc::{collections::BTreeMap, vec::Vec};

use ximu_basics::{Hash, PartyId, json};
use ximu_procedure::wire::{
    Form, Record,
    record::{BidFate, Content},
};

use super::PaperError;

/// Forms that were read out, each the one that the record names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forms {
    read: BTreeMap<PartyId, Form>,
}

impl Forms {
    /// The forms among those given by their bidders; what the record does not name is left out.
    #[must_use]
    pub fn of(record: &Record, mut find: impl FnMut(&PartyId) -> Option<Form>) -> Forms {
        let form = |(bidder, hash): (&PartyId, Hash)| {
            let form = find(bidder).filter(|form| hash_of(form) == Some(hash))?;
            Some((bidder.clone(), form))
        };
        Forms { read: named(record).filter_map(form).collect() }
    }

    /// Reads what [`Forms::to_json`] wrote for the same record.
    ///
    /// # Errors
    /// [`PaperError::FormsDiffer`] unless every form is the one that the record names for a bid, in their order.
    pub fn parse(record: &Record, bytes: &[u8]) -> Result<Forms, PaperError> {
        let list: Vec<Form> = json::from_canonical(bytes).map_err(|_| PaperError::FormsDiffer)?;
        let mut read = BTreeMap::new();
        let mut named = named(record);
        for form in list {
            let hash = hash_of(&form);
            let found = named.find(|(_, named)| Some(*named) == hash);
            let (bidder, _) = found.ok_or(PaperError::FormsDiffer)?;
            read.insert(bidder.clone(), form);
        }
        Ok(Forms { read })
    }

    /// Canonical JSON: the forms in the order of the bids.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let list: Vec<&Form> = self.read.values().collect();
        json::to_canonical(&list).unwrap_or_default()
    }

    /// The form of a bid.
    #[must_use]
    pub fn get(&self, bidder: &PartyId) -> Option<&Form> {
        self.read.get(bidder)
    }
}

/// The bids that were read out, ascending by bidder, each with the hash of its form.
fn named(record: &Record) -> impl Iterator<Item = (&PartyId, Hash)> {
    let bids = match &record.content {
        Content::OpeningRecord(opening) => opening.bids.as_slice(),
        Content::EvaluationReport(_) | Content::CandidateNotice(_) | Content::AwardNotice(_) => &[],
    };
    bids.iter().filter_map(|line| match &line.fate {
        BidFate::ReadOut { form, .. } => Some((&line.bidder, *form)),
        BidFate::StaysClosed { .. } | BidFate::Voided { .. } => None,
    })
}

fn hash_of(form: &Form) -> Option<Hash> {
    json::to_canonical(form).ok().map(|bytes| Hash::of(&bytes))
}
