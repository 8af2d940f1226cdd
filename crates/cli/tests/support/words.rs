//! The oracle outside the processes: every acknowledgement and receipt that any bidder or
//! officer ever had on its disk.
//!
//! It is not told what should be there; it looks, again and again, and forgets nothing, also not what a later start
//! wrote over.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What was seen.
#[derive(Debug, Default, Clone)]
pub struct Words {
    /// Files `*.acknowledgement.json`, by the bid's folder.
    pub acknowledgements: BTreeMap<PathBuf, BTreeSet<Vec<u8>>>,
    /// Files `receipt.json`, by the bid's folder.
    pub receipts: BTreeMap<PathBuf, BTreeSet<Vec<u8>>>,
    /// Files `submission.json`: each names the policy under which its firm read the tender.
    pub submissions: BTreeMap<PathBuf, BTreeSet<Vec<u8>>>,
}

impl Words {
    /// Looks into all bidders' and officers' folders of a rehearsal.
    pub fn look(&mut self, rehearsal: &Path) {
        let bidders = folders(&rehearsal.join("bidders"));
        let bids = bidders.iter().flat_map(|bidder| folders(bidder));
        for bid in bids.chain(folders(&rehearsal.join("officers"))) {
            for path in list(&bid) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let kept = match name.as_str() {
                    "receipt.json" => &mut self.receipts,
                    "submission.json" => &mut self.submissions,
                    _ if name.ends_with(".acknowledgement.json") => &mut self.acknowledgements,
                    _ => continue,
                };
                // A file is replaced by renaming, so what is read is whole.
                if let Ok(bytes) = fs::read(&path) {
                    kept.entry(bid.clone()).or_default().insert(bytes);
                }
            }
        }
    }

    /// How many different acknowledgements.
    pub fn acknowledged(&self) -> usize {
        self.acknowledgements.values().map(BTreeSet::len).sum()
    }

    /// How many different receipts.
    pub fn receipted(&self) -> usize {
        self.receipts.values().map(BTreeSet::len).sum()
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    list(path).into_iter().filter(|path| path.is_dir()).collect()
}

fn list(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path()).collect()
}
