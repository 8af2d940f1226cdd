//! What the public bundle says in the end, and which of the words that were given it does not bear out.
//!
//! That the bundle is sound in itself is `ximu verify`'s to say. Here it is held against the bidders' own papers.

use super::words::Words;
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};
use ximu_basics::{Hash, ProcedureId, PublicKey, json};
use ximu_office::{Acknowledgement, receipts::EntryReceipt};
use ximu_procedure::wire::{Leaf, Operation, Outcome};
use ximu_tlog::{Policy, Receipt, Tree, bundle::decode_bundle, merkle::leaf_hash, policy::Cosigned};
use ximu_verify::{
    bundle::{path, read_operations},
    zip,
};

/// A bundle, taken apart.
pub struct Record {
    policy: Policy,
    centre: PublicKey,
    leaves: Vec<Vec<u8>>,
    tree: Tree,
    operations: BTreeMap<ProcedureId, Vec<String>>,
}

/// A bidder's file as the command line keeps it.
#[derive(Deserialize)]
struct Given {
    acknowledgement: Acknowledgement,
    subject: String,
}

/// What a bidder's `submission.json` says of the policy.
#[derive(Deserialize)]
struct Submission {
    policy: Hash,
}

impl Record {
    /// Takes a bundle apart.
    pub fn read(bundle: &[u8]) -> Record {
        let files = zip::read(bundle).unwrap();
        let policy = Policy::parse(files[path::POLICY]).unwrap();
        let centre = *policy.logs()[0].key.public();
        let mut leaves: Vec<Vec<u8>> = Vec::new();
        for index in 0.. {
            let width = |width: &usize| files.contains_key(path::entries(index, *width).as_str());
            let Some(width) = (1..=256).find(width) else { break };
            let bytes = files[path::entries(index, width).as_str()];
            let decoded = decode_bundle(bytes, width.try_into().unwrap()).unwrap();
            leaves.extend(decoded.into_iter().map(<[u8]>::to_vec));
        }
        let mut tree = Tree::new();
        leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
        let mut operations = BTreeMap::new();
        for (name, bytes) in &files {
            let id = name.strip_prefix("tenders/").and_then(|name| name.strip_suffix("/operations.jsonl"));
            if let Some(id) = id {
                let disclosed = read_operations(bytes).unwrap();
                let texts = disclosed.into_iter().map(|one| one.operation).collect();
                operations.insert(id.parse().unwrap(), texts);
            }
        }
        Record { policy, centre, leaves, tree, operations }
    }

    /// The policy's fingerprint.
    pub fn policy(&self) -> Hash {
        self.policy.fingerprint()
    }

    /// Every word that does not hold, with the reason.
    pub fn lost(&self, words: &Words) -> Vec<String> {
        let mut lost = Vec::new();
        let mut check = |folder: &Path, what: &str, held: Result<(), String>| {
            if let Err(why) = held {
                lost.push(format!("{} {what}: {why}", folder.display()));
            }
        };
        for (folder, files) in &words.submissions {
            for file in files {
                check(folder, "submission", self.names_policy(file));
            }
        }
        for (folder, files) in &words.acknowledgements {
            for file in files {
                check(folder, "acknowledgement", self.holds_acknowledgement(file));
            }
        }
        for (folder, files) in &words.receipts {
            let acknowledged = words.acknowledgements.get(folder).into_iter().flatten();
            let subjects: Vec<String> = acknowledged.map(|file| given(file).subject).collect();
            for file in files {
                check(folder, "receipt", self.holds_receipt(file, &subjects));
            }
        }
        lost
    }

    fn names_policy(&self, file: &[u8]) -> Result<(), String> {
        let submission: Submission = serde_json::from_slice(file).unwrap();
        let same = submission.policy == self.policy();
        held(same, "it was sealed under another policy than the bundle's")
    }

    /// The centre signed it, and the very bytes it speaks of stand in the record, with the same outcome.
    fn holds_acknowledgement(&self, file: &[u8]) -> Result<(), String> {
        let Given { acknowledgement: word, subject } = given(file);
        held(word.verify(&self.centre), "its signature is not the centre's")?;
        held(word.subject == Hash::of(subject.as_bytes()), "it speaks of other bytes")?;
        let (id, outcome) = if let Some(beat) = word.beat {
            let disclosed =
                self.operations.get(&word.procedure).ok_or("the procedure's operations are not disclosed")?;
            held(disclosed.contains(&subject), "the operation is not in the record")?;
            let operation: Operation =
                json::from_canonical(subject.as_bytes()).map_err(|error| error.to_string())?;
            held(operation.beat == beat, "the operation names another beat")?;
            (operation.signed.id(), operation.outcome)
        } else {
            held(self.leaves.iter().any(|leaf| leaf == subject.as_bytes()), "the entry is not in the log")?;
            match Leaf::from_bytes(subject.as_bytes()).map_err(|error| error.to_string())? {
                Leaf::Entry(entry) => (entry.signed.id(), entry.outcome),
                Leaf::Beat(_) | Leaf::Veil(_) => return Err("it speaks of a beat".into()),
            }
        };
        held(id == word.id, "it speaks of another command")?;
        held(matches!(outcome, Outcome::Events(_)) == word.accepted, "the outcome is another")
    }

    /// It proves one of the acknowledged subjects under the policy, and the log it speaks of is the log of the record.
    fn holds_receipt(&self, file: &[u8], subjects: &[String]) -> Result<(), String> {
        let (index, leaf, cosigned) = match Receipt::parse(file) {
            Ok(receipt) => {
                let proven = subjects.iter().map(|subject| receipt.verify(&self.policy, subject.as_bytes()));
                let cosigned = first(proven)?;
                (receipt.index, receipt.beat, cosigned)
            }
            Err(_) => {
                let receipt: EntryReceipt = json::from_canonical(file).map_err(|error| error.to_string())?;
                held(subjects.contains(&receipt.entry), "it proves bytes that were not acknowledged")?;
                let cosigned = receipt.verify(&self.policy).map_err(|error| error.to_string())?;
                (receipt.index, receipt.entry, cosigned)
            }
        };
        let stands = self.leaves.get(usize::try_from(index).unwrap());
        held(stands.is_some_and(|stands| stands == leaf.as_bytes()), "the log has another leaf there")?;
        let root = self.tree.root_at(cosigned.checkpoint.size);
        held(root == Some(cosigned.checkpoint.root), "the log is not the one that was cosigned for it")
    }
}

fn first<E: std::fmt::Display>(
    proven: impl Iterator<Item = Result<Cosigned, E>>,
) -> Result<Cosigned, String> {
    let mut why = "no acknowledgement stands beside it".to_owned();
    for one in proven {
        match one {
            Ok(cosigned) => return Ok(cosigned),
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}

fn given(file: &[u8]) -> Given {
    serde_json::from_slice(file).unwrap()
}

fn held(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
