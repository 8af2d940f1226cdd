//! The vault's claims: idempotent, bounded, checked, erasable, and clean after a crash.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use ximu_basics::{Hash, Salt};
use ximu_vault::upload::FIRST_BYTES;
use ximu_vault::{Commitment, Record, Space, Vault, VaultError};

fn put(vault: &Vault, bytes: &[u8]) -> Result<Commitment, VaultError> {
    vault.put_stream(Space::Bids, &mut &*bytes, 1 << 30, None)
}

fn files_below(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.path().display().to_string());
        }
    }
    found.retain(|path| !path.ends_with("vault.lock"));
    found
}

#[test]
fn an_object_is_named_by_its_commitment_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    for length in [0, 1, FIRST_BYTES - 1, FIRST_BYTES, FIRST_BYTES + 1, 200_000, 8 * 1024 * 1024 + 1] {
        let bytes = vec![7; length];
        let stored = put(&vault, &bytes).unwrap();
        assert_eq!(stored, Commitment::of(&bytes), "{length} bytes");
        let mut read = Vec::new();
        vault.open_object(Space::Bids, &stored.root).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        assert_eq!(vault.size(Space::Bids, &stored.root).unwrap(), Some(length as u64));
        assert_eq!(vault.verify(Space::Bids, &stored.root).unwrap(), stored);
        assert!(directory.path().join("bids").join(stored.root.to_string()).is_file());
    }
    assert_eq!(files_below(directory.path()).len(), 7);
    assert_eq!(vault.list(Space::Bids).unwrap().len(), 7);
}

#[test]
fn bids_and_documents_are_two_name_spaces() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let root = put(&vault, b"a bid").unwrap().root;
    assert!(vault.exists(Space::Bids, &root).unwrap());
    assert!(!vault.exists(Space::Documents, &root).unwrap());
    assert!(matches!(vault.open_object(Space::Documents, &root), Err(VaultError::Missing { .. })));
}

#[test]
fn the_same_bytes_twice_are_one_object() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    assert_eq!(put(&vault, b"twice").unwrap(), put(&vault, b"twice").unwrap());
    assert_eq!(files_below(directory.path()).len(), 1);
}

#[test]
fn an_object_beyond_its_limit_or_unlike_its_announcement_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    for length in [10usize, 5000] {
        let bytes = vec![1; length];
        let exact = length as u64;
        let short = vault.put_stream(Space::Bids, &mut &*bytes, exact - 1, None);
        assert!(matches!(short, Err(VaultError::TooLarge { max }) if max == exact - 1));
        let other = vault.put_stream(Space::Bids, &mut &*bytes, exact, Some(Hash::of(b"other")));
        assert!(matches!(other, Err(VaultError::Mismatch { .. })));
        assert!(files_below(directory.path()).is_empty());
        let root = Commitment::of(&bytes).root;
        assert!(vault.put_stream(Space::Bids, &mut &*bytes, exact, Some(root)).is_ok());
        assert!(vault.erase(Space::Bids, &root).unwrap());
    }
}

struct Breaks<'a>(&'a [u8]);

impl Read for Breaks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            read => Ok(read),
        }
    }
}

#[test]
fn a_broken_upload_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    for length in [10, 5000] {
        let broken = vault.put_stream(Space::Bids, &mut Breaks(&vec![1; length]), 1 << 20, None);
        assert!(matches!(broken, Err(VaultError::Upload(_))));
        assert!(files_below(directory.path()).is_empty());
    }
}

#[test]
fn an_upload_becomes_a_file_only_after_its_first_kibibyte() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let mut upload = vault.begin(Space::Bids, 1 << 20, None);
    upload.write(&[1; FIRST_BYTES - 1]).unwrap();
    assert!(files_below(directory.path()).is_empty());
    upload.write(&[1]).unwrap();
    assert_eq!(files_below(directory.path()).len(), 1);
    drop(upload);
    assert!(files_below(directory.path()).is_empty());
}

#[test]
fn what_a_former_process_did_not_finish_is_removed_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let root = put(&vault, b"whole").unwrap().root;
    drop(vault);
    fs::write(directory.path().join("unfinished/0"), [1; 5000]).unwrap();
    fs::write(directory.path().join("unfinished/17"), b"").unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    assert_eq!(files_below(directory.path()).len(), 1);
    assert!(vault.verify(Space::Bids, &root).is_ok());
    assert!(put(&vault, &[2; 5000]).is_ok());
}

#[test]
fn a_flipped_bit_and_a_torn_tail_are_found_and_repaired_by_storing_again() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let bytes = vec![9; 100_000];
    let root = put(&vault, &bytes).unwrap().root;
    let path = directory.path().join("bids").join(root.to_string());
    let mut flipped = bytes.clone();
    flipped[54_321] ^= 4;
    for damaged in [flipped.as_slice(), &bytes[..99_999], b""] {
        fs::write(&path, damaged).unwrap();
        assert!(matches!(vault.verify(Space::Bids, &root), Err(VaultError::Damaged { .. })));
        put(&vault, &bytes).unwrap();
        assert!(vault.verify(Space::Bids, &root).is_ok());
    }
}

#[test]
fn an_erased_object_answers_like_one_that_never_was() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let root = put(&vault, b"erase me").unwrap().root;
    assert!(vault.erase(Space::Bids, &root).unwrap());
    assert!(!vault.erase(Space::Bids, &root).unwrap());
    assert_eq!(vault.size(Space::Bids, &root).unwrap(), None);
    let gone = vault.open_object(Space::Bids, &root).unwrap_err().to_string();
    let never = vault.open_object(Space::Bids, &Hash::of(b"never")).unwrap_err().to_string();
    assert_eq!(gone.replace(&root.to_string(), "X"), never.replace(&Hash::of(b"never").to_string(), "X"));
    assert!(files_below(directory.path()).is_empty());
}

#[test]
fn a_record_is_found_by_its_hash_until_it_is_erased() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let record = Record { salt: Salt([3; 32]), text: "湖北长江建设集团有限公司".into() };
    let address = vault.put_record(&record).unwrap();
    assert_eq!(address, record.address().unwrap());
    assert_eq!(vault.put_record(&record).unwrap(), address);
    assert_eq!(vault.record(&address).unwrap(), Some(record.clone()));
    let path = directory.path().join("records").join(address.to_string());
    let mut bytes = fs::read(&path).unwrap();
    bytes[20] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(matches!(vault.record(&address), Err(VaultError::Damaged { .. })));
    assert!(vault.erase_record(&address).unwrap());
    assert_eq!(vault.record(&address).unwrap(), None);
    assert!(!format!("{record:?}").contains("湖北"));
}

#[test]
fn a_record_has_a_longest_length() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    let long = Record { salt: Salt([3; 32]), text: "a".repeat(65_536) };
    assert!(matches!(vault.put_record(&long), Err(VaultError::TooLarge { .. })));
}

#[test]
fn a_directory_has_one_owner_and_is_closed_to_others() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(directory.path()).unwrap();
    assert!(matches!(Vault::open(directory.path()), Err(VaultError::Locked { .. })));
    let root = put(&vault, b"private").unwrap().root;
    for path in ["bids".to_owned(), "records".to_owned(), "unfinished".to_owned(), format!("bids/{root}")] {
        let mode = directory.path().join(&path).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path} has mode {mode:o}");
    }
    drop(vault);
    assert!(Vault::open(directory.path()).is_ok());
}
