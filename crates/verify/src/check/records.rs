//! Name records (verify 7.3): each opens a commitment of the register. A record that was erased is not missed.

use alloc::{collections::BTreeSet, format, string::String};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Salt, json};

use super::{Replayed, Run, at_file};
use crate::{Code, bundle::path};

/// A name with the salt that opens its commitment (journal 7.2), canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 32 random bytes.
    pub salt: Salt,
    /// The name.
    pub text: String,
}

impl Run<'_> {
    pub(super) fn records(&mut self, replayed: &Replayed) {
        let registry = &replayed.replay.world().registry;
        let names: BTreeSet<Hash> = registry.parties.values().map(|party| party.name).collect();
        let mut erased = 0u64;
        for name in names {
            let path = path::record(&name);
            let Some(bytes) = self.files.get(path.as_str()).copied() else {
                erased += 1;
                continue;
            };
            let found = Hash::of(bytes);
            let shaped = json::from_canonical::<Record>(bytes).is_ok();
            if found == name && shaped {
                self.count("records", 1);
            } else {
                let detail = format!("expected a record with digest {name}, found {found}");
                self.fail(Code::RecordHash, at_file(&path), detail);
            }
        }
        if erased > 0 {
            self.undisclosed.insert("record", erased);
        }
    }
}
