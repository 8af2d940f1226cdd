//! The names of the parties a record speaks of, each with the record that opens its commitment (journal 7.2).
//!
//! A name that the vault does not give any more is left out, and the party's id stands in its place.

use alloc::{collections::BTreeMap, vec::Vec};

use ximu_basics::{Hash, PartyId, json};
use ximu_procedure::wire::Record;

use super::{Forms, PaperError};
use crate::check::Record as NameRecord;

/// Disclosed names, proven, and of an opening the forms that were read out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    shown: BTreeMap<PartyId, NameRecord>,
    forms: Forms,
}

impl Names {
    /// The names whose records are among those given by their commitments; what opens no commitment is left out.
    #[must_use]
    pub fn of(record: &Record, mut find: impl FnMut(&Hash) -> Option<Vec<u8>>) -> Names {
        let name = |named: &ximu_procedure::wire::record::Named| {
            let bytes = find(&named.name).filter(|bytes| Hash::of(bytes) == named.name)?;
            Some((named.party.clone(), json::from_canonical(&bytes).ok()?))
        };
        Names { shown: record.parties.iter().filter_map(name).collect(), forms: Forms::default() }
    }

    /// Reads what [`Names::to_json`] wrote for the same record.
    ///
    /// # Errors
    /// [`PaperError::NamesDiffer`] unless every name opens the commitment of one party, in their order.
    pub fn parse(record: &Record, bytes: &[u8]) -> Result<Names, PaperError> {
        let list: Vec<NameRecord> = json::from_canonical(bytes).map_err(|_| PaperError::NamesDiffer)?;
        let mut shown = BTreeMap::new();
        let mut parties = record.parties.iter();
        for name in list {
            let opened = json::to_canonical(&name).map_err(|_| PaperError::NamesDiffer)?;
            let hash = Hash::of(&opened);
            let party = parties.find(|named| named.name == hash).ok_or(PaperError::NamesDiffer)?;
            shown.insert(party.party.clone(), name);
        }
        Ok(Names { shown, forms: Forms::default() })
    }

    /// The same names, with the forms that were read out beside them.
    #[must_use]
    pub fn with_forms(self, forms: Forms) -> Names {
        Names { forms, ..self }
    }

    /// The forms that were read out; none but beside an opening record.
    #[must_use]
    pub const fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Canonical JSON: the name records in the order of the parties.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let list: Vec<&NameRecord> = self.shown.values().collect();
        json::to_canonical(&list).unwrap_or_default()
    }

    /// The name of a party.
    #[must_use]
    pub fn get(&self, party: &PartyId) -> Option<&str> {
        self.shown.get(party).map(|name| name.text.as_str())
    }
}
