//! What a person's own program remembers of a registration, beside the key: `FILE.party.json`.
//!
//! A party's id follows from its key and from a salted name. The salt is fresh, so it is written down before anything
//! is sent: a registration whose answer was lost can then be repeated, and means the same party. The file holds the
//! name in clear and is for its owner alone. It is not needed afterwards: the register has the party, the vault the name.

use super::register::Record;
use crate::{
    fault::Fault,
    files::{self, Access},
    outside,
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use ximu_basics::{PartyId, PublicKey, json};
use ximu_procedure::registry::party_id;
use ximu_text::Text;

/// The registrations of one key, at most one at each centre.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    v: u32,
    parties: Vec<Kept>,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The log of the centre.
    pub origin: String,
    /// The party's id, when the register takes it.
    pub party: PartyId,
    /// The name and its salt, as they go to the vault.
    pub name: Record,
}

impl Parties {
    /// What is remembered beside this key; nothing when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read or is something else.
    pub fn of(key: &Path) -> Result<Parties, Fault> {
        let path = beside(key);
        if !path.exists() {
            return Ok(Parties { v: 1, parties: Vec::new() });
        }
        let bytes = files::read(&path)?;
        json::from_canonical(bytes.strip_suffix(b"\n").unwrap_or(&bytes))
            .map_err(|error| Fault::file("read", &path, &error))
    }

    /// The registration at the centre of this log.
    pub fn at(&self, origin: &str) -> Option<&Kept> {
        self.parties.iter().find(|kept| kept.origin == origin)
    }

    /// Remembers a fresh registration in the place of any other at this centre. Durable on return.
    ///
    /// # Errors
    /// When the disk says no, or there is no randomness.
    pub fn begin(
        mut self,
        key: &Path,
        public: &PublicKey,
        origin: &str,
        name: String,
    ) -> Result<Kept, Fault> {
        let name = Record(ximu_bidder::act::Record { salt: outside::salt()?, text: name });
        let party =
            party_id(&name.address()?, public).ok_or_else(|| Fault::argument(Text::found_key_party, ""))?;
        let kept = Kept { origin: origin.to_owned(), party, name };
        self.parties.retain(|other| other.origin != origin);
        self.parties.push(kept.clone());
        let mut bytes = json::to_canonical(&self)?;
        bytes.push(b'\n');
        files::write(&beside(key), &bytes, Access::Secret)?;
        Ok(kept)
    }
}

impl Kept {
    /// Whether it was begun with this key: a key file can be replaced by another of the same name.
    pub fn is_of(&self, public: &PublicKey) -> bool {
        self.name.address().is_ok_and(|name| party_id(&name, public).as_ref() == Some(&self.party))
    }
}

/// The file beside a key file.
fn beside(key: &Path) -> PathBuf {
    let mut name = key.file_name().unwrap_or_default().to_os_string();
    name.push(".party.json");
    key.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_registration_is_remembered_for_each_centre_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (key, public) = (folder.path().join("firm.key"), PublicKey([7; 32]));
        let begin = |origin: &str, name: &str| {
            Parties::of(&key).unwrap().begin(&key, &public, origin, name.to_owned()).unwrap()
        };
        let first = begin("a.example/log", "长江建设");
        let other = begin("b.example/log", "长江建设");
        assert_ne!(first.party, other.party, "another salt");
        let kept = Parties::of(&key).unwrap();
        assert_eq!((kept.at("a.example/log"), kept.at("b.example/log")), (Some(&first), Some(&other)));
        assert_eq!(kept.at("c.example/log"), None);
        let again = begin("a.example/log", "长江园林");
        let kept = Parties::of(&key).unwrap();
        assert_eq!((kept.at("a.example/log"), kept.at("b.example/log")), (Some(&again), Some(&other)));
        let mode = std::fs::metadata(folder.path().join("firm.key.party.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
