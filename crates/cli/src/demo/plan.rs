//! The plan of a demonstration: what was asked for when it began. It is the only thing the driver remembers, in
//! `demo.json`; everything else follows from it and from what the centre shows.

use super::{
    experts::{EXPERTS_MAX, EXPERTS_MIN},
    lock::Lock,
    seat::{self, Seat},
};
use crate::{
    fault::Fault,
    files::{self, Access},
    keys::Key,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::DirEntry,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, Nonce, ProcedureId, Salt, Seed, json};
use ximu_procedure::calendar::Units;
use ximu_text::Text;

/// The fewest bidders on the opening list: one is rescued, one stays silent, and three must remain to be ranked.
pub const BIDDERS_MIN: u32 = 5;

/// The most: CLOSE names them all in one leaf of the log, with the one that withdraws.
pub const BIDDERS_MAX: u32 = 150;

/// The most other centres: as many as have names here.
pub const CENTRES_MAX: u32 = 8;

const FILE: &str = "demo.json";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Version of this form: 1.
    pub v: u32,
    /// From which all keys, prices and papers follow. A demonstration's keys guard nothing.
    pub seed: Seed,
    /// Bids on the opening list.
    pub bidders: u32,
    /// Members of the evaluation committee, all drawn.
    pub experts: u32,
    /// Other centres.
    pub centres: u32,
    /// How many of them open together.
    pub escrow: u32,
    /// How fast.
    pub pace: Pace,
    /// Whose seat a person takes.
    pub seat: Option<Seat>,
}

/// How fast the rehearsal's calendar runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// As fast as the smallest windows allow: about half a minute.
    Fast,
    /// So that a person can watch: four to five minutes.
    Watch,
    /// So that a person can take part: about a quarter of an hour.
    Seat,
}

impl Pace {
    /// How long days, minutes and beat seconds last. Twenty days to the deadline, thirty minutes of window and three
    /// days of publication are the law's; no mapped window may be shorter than two seconds.
    pub fn units(self) -> Units {
        match self {
            Pace::Fast => Units { day_ms: 700, minute_ms: 100, beat_ms: 250 },
            Pace::Watch => Units { day_ms: 4_000, minute_ms: 1_000, beat_ms: 500 },
            Pace::Seat => Units { day_ms: 30_000, minute_ms: 5_000, beat_ms: 500 },
        }
    }

    /// How long the cast leaves what happened to a watcher before it takes the next step that can be seen.
    pub fn step_ms(self) -> i64 {
        match self {
            Pace::Fast | Pace::Seat => 0,
            Pace::Watch => 3_000,
        }
    }

    /// How much longer than the law's twenty days submission stays open, for the publication itself to be recorded.
    pub fn margin_ms(self) -> i64 {
        match self {
            Pace::Fast => 1_000,
            Pace::Watch | Pace::Seat => 3_000,
        }
    }
}

impl Plan {
    /// Checks the numbers against each other.
    ///
    /// # Errors
    /// What was expected and found.
    pub fn check(&self) -> Result<(), Fault> {
        let between = |what: &str, found: u32, from: u32, to: u32| {
            if (from..=to).contains(&found) {
                return Ok(());
            }
            Err(Fault::argument(|t: Text| t.found_demo_number(found, from, to, what), ""))
        };
        let fewest = if self.seat == Some(Seat::Bidder) { seat::BIDDERS_MIN } else { BIDDERS_MIN };
        between("bidders", self.bidders, fewest, BIDDERS_MAX)?;
        between("experts", self.experts, EXPERTS_MIN, EXPERTS_MAX)?;
        if self.experts.is_multiple_of(2) {
            return Err(Fault::argument(|t: Text| t.found_demo_odd(self.experts), ""));
        }
        between("centres", self.centres, 2, CENTRES_MAX)?;
        between("escrow", self.escrow, 2, self.centres)
    }

    /// The plan kept in a data directory; `None` when the directory is empty or not there.
    ///
    /// # Errors
    /// When the directory holds something that is not a demonstration.
    pub fn load(data_dir: &Path) -> Result<Option<Plan>, Fault> {
        let path = data_dir.join(FILE);
        if !path.is_file() {
            let is_other = |entry: std::io::Result<DirEntry>| {
                entry.map_or(true, |entry| !Lock::is_named(&entry.file_name()))
            };
            if std::fs::read_dir(data_dir).is_ok_and(|mut entries| entries.any(is_other)) {
                let said = |t: Text| t.found_demo_foreign(data_dir.display().to_string());
                return Err(Fault::new("demo-foreign", said, Text::advice_demo_foreign));
            }
            return Ok(None);
        }
        let bytes = files::read(&path)?;
        json::from_canonical(bytes.strip_suffix(b"\n").unwrap_or(&bytes))
            .map(Some)
            .map_err(|error| Fault::file("read", &path, &error))
    }

    /// Keeps the plan in a data directory, which is made.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn keep(&self, data_dir: &Path) -> Result<(), Fault> {
        files::folder(data_dir)?;
        let mut bytes = json::to_canonical(self)?;
        bytes.push(b'\n');
        files::write(&data_dir.join(FILE), &bytes, Access::Secret)
    }

    /// The nonce of a command that is given again after so many that were refused for a reason that passed.
    pub fn nonce_after(&self, step: &str, label: &str, refused: u32) -> Nonce {
        if refused == 0 {
            self.nonce(step, label)
        } else {
            self.nonce(&format!("{step} after {refused}"), label)
        }
    }

    /// The signing key of a label.
    pub fn key(&self, label: &str) -> Key {
        Key::from_secret(self.derive("key", label).0)
    }

    /// The salt of a label's name.
    pub fn salt(&self, label: &str) -> Salt {
        Salt(self.derive("salt", label).0)
    }

    /// A seed for one purpose.
    pub fn seed(&self, purpose: &str, label: &str) -> Seed {
        Seed(self.derive(purpose, label).0)
    }

    /// The nonce of a command: the same at every start, so that repeating a step repeats its command.
    pub fn nonce(&self, step: &str, label: &str) -> Nonce {
        let hash = self.derive(step, label).0;
        let mut nonce = [0; 16];
        nonce.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Nonce(nonce)
    }

    /// A number from 0 to `below` - 1, for prices and times; evenly enough for a play.
    pub fn number(&self, purpose: &str, label: &str, below: u32) -> u32 {
        let hash = self.derive(purpose, label).0;
        let word = hash.first_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        word.checked_rem(below).unwrap_or(0)
    }

    fn derive(&self, purpose: &str, label: &str) -> Hash {
        Hash::of_parts("ximu-demo/1", &[&self.seed.0, purpose.as_bytes(), label.as_bytes()])
    }
}

/// Where the folders of a demonstration are.
#[derive(Debug, Clone)]
pub struct Folders(pub PathBuf);

impl Folders {
    /// The host's data directory.
    pub fn host(&self) -> PathBuf {
        self.0.join("host")
    }

    /// A peer's data directory, numbered from 1.
    pub fn peer(&self, number: usize) -> PathBuf {
        self.0.join("peers").join(number.to_string())
    }

    /// A bidder's folder, numbered from 1.
    pub fn bidder(&self, number: usize) -> PathBuf {
        self.0.join("bidders").join(format!("{number:02}"))
    }

    /// The folder of the keeper of the pool of experts.
    pub fn pool(&self) -> PathBuf {
        self.0.join("pool")
    }

    /// The folder of the seat that a person takes.
    pub fn seat(&self) -> PathBuf {
        self.0.join("seat")
    }

    /// The tenderer's folder.
    pub fn tenderer(&self) -> PathBuf {
        self.0.join("tenderer")
    }

    /// The contract of a tender, in the tenderer's folder.
    pub fn contract(&self, id: &ProcedureId) -> PathBuf {
        self.tenderer().join(format!("合同-{id}.md"))
    }

    /// The salt of the commitment to it.
    pub fn contract_salt(&self, id: &ProcedureId) -> PathBuf {
        self.tenderer().join(format!("合同-{id}.salt"))
    }

    /// The folder of those who keep the records, apart from the host's.
    pub fn archive(&self) -> PathBuf {
        self.0.join("archive")
    }

    /// The age identity that opens what is kept.
    pub fn archive_identity(&self) -> PathBuf {
        self.archive().join("records.age-key")
    }

    /// The sealed record of a tender.
    pub fn sealed_record(&self, id: &ProcedureId) -> PathBuf {
        self.archive().join(format!("{id}.age"))
    }

    /// Where an officer keeps the centre's signed words.
    pub fn officer(&self, label: &str) -> PathBuf {
        self.0.join("officers").join(label)
    }

    /// What the processes wrote to standard error.
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_text::Language;

    fn plan() -> Plan {
        Plan {
            v: 1,
            seed: Seed([7; 32]),
            bidders: 27,
            experts: 5,
            centres: 4,
            escrow: 3,
            pace: Pace::Fast,
            seat: None,
        }
    }

    #[test]
    fn a_plan_reads_back_and_a_foreign_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Plan::load(folder.path()).unwrap(), None);
        let _held = Lock::take(folder.path()).unwrap();
        assert_eq!(Plan::load(folder.path()).unwrap(), None, "the lock alone is nobody's work");
        plan().keep(folder.path()).unwrap();
        assert_eq!(Plan::load(folder.path()).unwrap(), Some(plan()));
        let foreign = tempfile::tempdir().unwrap();
        std::fs::write(foreign.path().join("thesis.txt"), "x").unwrap();
        assert_eq!(Plan::load(foreign.path()).unwrap_err().code, "demo-foreign");
    }

    #[test]
    fn numbers_that_cannot_be_played_are_refused() {
        assert!(plan().check().is_ok());
        for bad in [
            Plan { bidders: 4, ..plan() },
            Plan { escrow: 5, ..plan() },
            Plan { escrow: 1, ..plan() },
            Plan { centres: 1, ..plan() },
            Plan { experts: 3, ..plan() },
            Plan { experts: 6, ..plan() },
            Plan { bidders: 5, seat: Some(Seat::Bidder), ..plan() },
        ] {
            let fault = bad.check().unwrap_err();
            let told = fault.told(Language::Chinese);
            assert!(told.contains("所见：--") && !told.contains("技术信息"), "{told}");
        }
    }
}
