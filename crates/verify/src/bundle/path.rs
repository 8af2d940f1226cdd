//! The paths of a bundle's files (verify 3.1), written and read in one place.

use alloc::{format, string::String};
use ximu_basics::{Hash, PartyId, ProcedureId};

/// How to check by hand.
pub const README: &str = "README.txt";
/// The signed list of all other files.
pub const MANIFEST: &str = "manifest.json";
/// The witness policy.
pub const POLICY: &str = "policy";
/// The newest cosigned checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// All cosigned checkpoints.
pub const CHECKPOINTS: &str = "checkpoints";

/// The entry bundle with this index and number of leaves: the index in groups of three digits as C2SP writes it, and
/// `.p/` with the number when it is not full.
#[must_use]
pub fn entries(index: u64, width: usize) -> String {
    let mut number = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        number = format!("x{:03}/{number}", rest % 1000);
        rest /= 1000;
    }
    if width == 256 { format!("log/entries/{number}") } else { format!("log/entries/{number}.p/{width}") }
}

/// The disclosed operations of a procedure.
#[must_use]
pub fn operations(procedure: &ProcedureId) -> String {
    format!("tenders/{procedure}/operations.jsonl")
}

/// The disclosed operations of a procedure's committee.
#[must_use]
pub fn panel(procedure: &ProcedureId) -> String {
    format!("tenders/{procedure}/panel.jsonl")
}

/// A form's ciphertext.
#[must_use]
pub fn envelope(procedure: &ProcedureId, commitment: &Hash) -> String {
    format!("tenders/{procedure}/envelopes/{commitment}.age")
}

/// The key of an opened form.
#[must_use]
pub fn key(procedure: &ProcedureId, bidder: &PartyId) -> String {
    format!("tenders/{procedure}/keys/{bidder}.key")
}

/// A procurement document.
#[must_use]
pub fn document(hash: &Hash) -> String {
    format!("documents/{hash}")
}

/// A name record.
#[must_use]
pub fn record(hash: &Hash) -> String {
    format!("records/{hash}.json")
}

/// The commitment that a record's path names.
#[must_use]
pub fn record_of(path: &str) -> Option<Hash> {
    path.strip_prefix("records/")?.strip_suffix(".json")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zip::is_path;
    use ximu_tlog::tile::Bundle;

    #[test]
    fn entry_bundles_are_named_as_c2sp_names_them() {
        for (index, width) in [(0, 5), (0, 256), (999, 256), (1000, 256), (1_234_067, 256), (1_234_067, 1)] {
            let bundle = Bundle::new(index, width).unwrap();
            assert_eq!(format!("log/{}", entries(index, width.into()).trim_start_matches("log/")), {
                let text = format!("{bundle}");
                format!("log/{}", text.trim_start_matches("tile/"))
            });
        }
    }

    #[test]
    fn every_path_fits_the_container() {
        let longest: ProcedureId = "a".repeat(64).parse().unwrap();
        let party: PartyId = "b".repeat(64).parse().unwrap();
        let hash = Hash([255; 32]);
        for path in [
            entries(u64::MAX / 256, 1),
            operations(&longest),
            panel(&longest),
            envelope(&longest, &hash),
            key(&longest, &party),
            document(&hash),
            record(&hash),
        ] {
            assert!(is_path(&path), "{path}");
        }
        assert_eq!(record_of(&record(&hash)), Some(hash));
        assert_eq!(record_of("records/x.json"), None);
    }

    #[test]
    fn every_path_of_this_file_stands_in_the_bundles_own_description() {
        let source = include_str!("path.rs").split("#[cfg(test)]").next().unwrap();
        let strings = source.lines().filter(|line| line.contains("format!(") || line.contains("&str = "));
        let mut paths = 0;
        for line in strings {
            for path in
                line.split('"').skip(1).step_by(2).filter(|path| !path.contains(':') && *path != README)
            {
                let path = path
                    .replace("{procedure}", "ID")
                    .replace("{commitment}", "HASH")
                    .replace("{hash}", "HASH")
                    .replace("{bidder}", "BIDDER");
                let path = path.split('{').next().unwrap();
                assert!(crate::bundle::README.contains(&format!("\n   {path}")), "{path} is not described");
                paths += 1;
            }
        }
        assert!(paths > 10, "the pattern finds what it looks for: {paths}");
    }
}
