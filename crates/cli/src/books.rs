//! The books of one centre, read from its data directory without touching them: the journal, the vault's files, the
//! world they lead to. It works beside a running centre and without one.

use crate::{fault::Fault, files};
use std::{
    collections::{BTreeMap, btree_map},
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, ProcedureId};
use ximu_journal::{HiddenClass, Leaf as Stored, Reader as _, SqliteReader, store::READ_LEAVES_MAX};
use ximu_procedure::wire::{Command, Entry, Event, Leaf, Outcome};
use ximu_sealed::Commitment;
use ximu_text::Text;
use ximu_tlog::Policy;
use ximu_verify::{Disclosed, Forms, Replay};

/// The folder of the journal in a data directory.
pub const JOURNAL: &str = "journal";
/// The folder of the vault in a data directory.
pub const VAULT: &str = "vault";

/// An open data directory.
pub struct Books {
    reader: SqliteReader,
    /// The log's origin.
    pub origin: String,
    /// The vault's files.
    pub vault: VaultFiles,
}

impl Books {
    /// Opens a data directory for reading.
    ///
    /// # Errors
    /// When there is no journal, or it is damaged.
    pub fn open(data_dir: &Path) -> Result<Books, Fault> {
        let folder = data_dir.join(JOURNAL);
        if !folder.is_dir() {
            let said = |t: Text| t.found_no_journal(data_dir.display().to_string());
            return Err(Fault::new("data-dir", said, Text::advice_started_with));
        }
        let reader = SqliteReader::open(&folder)?;
        let origin = reader.origin()?;
        Ok(Books { reader, origin, vault: VaultFiles(data_dir.join(VAULT)) })
    }

    /// Read access to the journal.
    pub fn reader(&self) -> &SqliteReader {
        &self.reader
    }

    /// All leaves below a size.
    ///
    /// # Errors
    /// When the journal is damaged.
    pub fn leaves(&self, size: u64) -> Result<Vec<Stored>, Fault> {
        let mut leaves: Vec<Stored> = Vec::new();
        while (leaves.len() as u64) < size {
            let from = leaves.len() as u64;
            leaves.extend(self.reader.leaves(from..size.min(from.saturating_add(READ_LEAVES_MAX)))?);
        }
        Ok(leaves)
    }

    /// The policy text of the founding entry.
    ///
    /// # Errors
    /// When the log is not founded.
    pub fn policy(&self, leaves: &[Stored]) -> Result<(String, Policy), Fault> {
        let first = leaves.first().and_then(|leaf| entry(leaf)?.signed.open().ok());
        let founded = first.and_then(|body| {
            if let Command::Found { policy, .. } = body.command { Some(policy) } else { None }
        });
        let text = founded
            .ok_or_else(|| Fault::new("unfounded", Text::found_unfounded, Text::advice_found_first))?;
        let policy = Policy::parse(text.as_bytes()).map_err(|error| {
            Fault::new("policy", |t: Text| t.found_founding_policy(error.to_string()), "")
        })?;
        Ok((text, policy))
    }

    /// The operations of every procedure that these leaves close.
    ///
    /// # Errors
    /// When the journal is damaged.
    pub fn disclosed(&self, leaves: &[Stored]) -> Result<BTreeMap<ProcedureId, Vec<Disclosed>>, Fault> {
        let mut disclosed = BTreeMap::new();
        for leaf in leaves {
            let Some(entry) = entry(leaf) else { continue };
            let Outcome::Events(events) = &entry.outcome else { continue };
            if events.iter().any(|event| matches!(event, Event::Closed { .. })) {
                let stored = self.reader.operations(&entry.procedure, HiddenClass::Sealed)?;
                let lines = stored.into_iter().map(|stored| {
                    let text = String::from_utf8(stored.bytes);
                    let operation =
                        text.map_err(|_| Fault::new("store-corrupt", Text::found_operation_text, ""))?;
                    Ok(Disclosed { operation, order: stored.ord, slot: stored.slot })
                });
                disclosed.insert(entry.procedure, lines.collect::<Result<Vec<_>, Fault>>()?);
            }
        }
        Ok(disclosed)
    }

    /// What committees did behind the veils in these leaves, by procedure.
    ///
    /// # Errors
    /// When the journal is damaged.
    pub fn sittings(&self, leaves: &[Stored]) -> Result<BTreeMap<ProcedureId, Vec<String>>, Fault> {
        let mut sittings = BTreeMap::new();
        for leaf in leaves {
            let Ok(Leaf::Veil(veil)) = Leaf::from_bytes(&leaf.bytes) else { continue };
            let btree_map::Entry::Vacant(place) = sittings.entry(veil.procedure) else { continue };
            let stored = self.reader.operations(place.key(), HiddenClass::Panel)?;
            let texts = stored.into_iter().map(|stored| String::from_utf8(stored.bytes));
            let texts = texts.collect::<Result<Vec<_>, _>>();
            let broken = |_| Fault::new("store-corrupt", Text::found_operation_text, "");
            place.insert(texts.map_err(broken)?);
        }
        Ok(sittings)
    }

    /// Decides everything again, leaf by leaf.
    ///
    /// # Errors
    /// The first leaf that does not follow.
    pub fn replay(&self, leaves: &[Stored]) -> Result<Replay, Fault> {
        let failed = |failure: ximu_verify::Failure| {
            let (words, said) = (failure.code.words(), failure.to_string());
            Fault::new(failure.code.as_str(), said, words.en_do)
        };
        let (_, policy) = self.policy(leaves)?;
        let mut replay = Replay::new(&self.origin, &policy);
        for (procedure, operations) in self.disclosed(leaves)? {
            replay.disclose(&procedure, operations).map_err(failed)?;
        }
        for (procedure, operations) in self.sittings(leaves)? {
            let seed = self.reader.seed(&procedure, HiddenClass::Panel)?;
            replay.disclose_panel(&procedure, seed, operations).map_err(failed)?;
        }
        for leaf in leaves {
            replay.push(&leaf.bytes, &self.vault).map_err(failed)?;
        }
        Ok(replay)
    }
}

/// The entry in a stored leaf; `None` for a beat.
pub fn entry(leaf: &Stored) -> Option<Entry> {
    match Leaf::from_bytes(&leaf.bytes).ok()? {
        Leaf::Entry(entry) => Some(entry),
        Leaf::Beat(_) | Leaf::Veil(_) => None,
    }
}

/// The files of a vault, or a folder of envelopes an auditor was given, read one by one.
pub struct VaultFiles(pub PathBuf);

impl VaultFiles {
    /// A ciphertext by its commitment, when it is there and whole.
    pub fn bid(&self, commitment: &Hash) -> Option<Vec<u8>> {
        let names = [format!("bids/{commitment}"), format!("{commitment}.age"), commitment.to_string()];
        let bytes = names.iter().find_map(|name| std::fs::read(self.0.join(name)).ok())?;
        (Commitment::of(&bytes).root == *commitment).then_some(bytes)
    }

    /// A document by its SHA-256 and size, when it is there and whole.
    pub fn document(&self, hash: &Hash, bytes: u32) -> Option<Vec<u8>> {
        let name = Commitment::of_parts(&[*hash], u64::from(bytes)).root;
        let bytes = std::fs::read(self.0.join("documents").join(name.to_string())).ok()?;
        (Hash::of(&bytes) == *hash).then_some(bytes)
    }

    /// A record by its address, when it is there and whole.
    pub fn record(&self, address: &Hash) -> Option<Vec<u8>> {
        let bytes = files::read(&self.0.join("records").join(address.to_string())).ok()?;
        (Hash::of(&bytes) == *address).then_some(bytes)
    }
}

impl Forms for VaultFiles {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        self.bid(commitment)
    }
}
