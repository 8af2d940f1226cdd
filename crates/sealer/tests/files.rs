//! Envelopes on a disk: the same bytes as in memory, whole or not at all (sealed-bid 10, 11).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use ed25519_dalek::{Signer, SigningKey};
use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};
use ximu_basics::Hash;
use ximu_sealed::{ContextFields, EscrowPolicy, Identity, InMemory, OpeningKey, Record, Recovery};
use ximu_sealer::{
    OpenFile, PlainCommitment, Progress, SealFile, SealedFile, SealerError, Source, Stage, open_file,
    seal_file,
};

const SEED: [u8; 32] = [7; 32];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ximu-sealer-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn source(&self, name: &str, bytes: &[u8]) -> Source {
        let path = self.path(&format!("source-{}", Hash::of(name.as_bytes())));
        fs::write(&path, bytes).unwrap();
        Source { name: name.to_string(), path }
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.starts_with("source-"));
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn context() -> ContextFields {
    ContextFields {
        genesis: Hash::of(b"genesis"),
        lot: "lot-1".parse().unwrap(),
        pseudonym: "bidder-07".parse().unwrap(),
        version: 1,
        envelope: "body".parse().unwrap(),
    }
}

fn policy() -> EscrowPolicy {
    let holders = (1..=4).map(|number| Identity::from_bytes([number; 32]).recipient()).collect();
    EscrowPolicy { threshold: 3, holders }
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn sealed(folder: &Folder, sources: &[Source], count: usize) -> Result<SealedFile, SealerError> {
    sealed_with(folder, sources, count, |_| {})
}

fn sealed_with(
    folder: &Folder,
    sources: &[Source],
    count: usize,
    progress: impl FnMut(Progress),
) -> Result<SealedFile, SealerError> {
    let request = SealFile {
        context: &context(),
        escrow: Some(&policy()),
        sources,
        extra: BTreeMap::new(),
        sealer: key().verifying_key().to_bytes(),
        envelope: &folder.path("body.age"),
        recovery: &folder.path("body.key"),
        plain: PlainCommitment::Make,
        threads: threads(count),
    };
    seal_file(&request, &SEED, |message| key().sign(message).to_bytes(), progress)
}

fn opened(folder: &Folder, identity: &Identity) -> Result<ximu_sealer::OpenedFile, SealerError> {
    let request = OpenFile {
        envelope: &folder.path("body.age"),
        key: OpeningKey::Identity(identity),
        record: Some(Record {
            context: &context(),
            sealer: &key().verifying_key().to_bytes(),
            escrow: Some(&policy()),
        }),
        folder: &folder.path("out"),
        threads: threads(2),
    };
    open_file(&request, |_| {})
}

/// Contents around every boundary: none, within a chunk, a chunk, a batch, several batches.
fn contents() -> Vec<(String, Vec<u8>)> {
    let bytes = |length: usize| (0..length).map(|at| (at * 7 % 251) as u8).collect();
    vec![
        ("empty".into(), bytes(0)),
        ("投标文件/商务部分.pdf".into(), bytes(65_536)),
        ("a".into(), bytes(1 << 20)),
        ("投标文件/技术部分.pdf".into(), bytes(3_400_001)),
    ]
}

#[test]
fn disk_and_memory_make_the_same_bytes_with_any_number_of_threads() {
    let files = contents();
    let context = context();
    let policy = policy();
    let expected = ximu_sealed::seal(
        InMemory {
            context: &context,
            escrow: Some(&policy),
            files: &files,
            extra: BTreeMap::new(),
            sealer: key().verifying_key().to_bytes(),
        },
        &SEED,
        |message| key().sign(message).to_bytes(),
    )
    .unwrap();
    for count in [1, 2, 5] {
        let folder = Folder::new(&format!("same-{count}"));
        let sources: Vec<_> = files.iter().map(|(name, bytes)| folder.source(name, bytes)).collect();
        let found = sealed(&folder, &sources, count).unwrap();
        assert_eq!(fs::read(folder.path("body.age")).unwrap(), expected.envelope);
        assert_eq!(found.commitment, expected.commitment);
        assert_eq!(found.plain_commitment, Some(expected.plain_commitment));
        assert_eq!(found.header_hash, expected.header_hash);
        let (again, parts) =
            ximu_sealer::commit_file(&folder.path("body.age"), threads(count), |_| {}).unwrap();
        assert_eq!((again, parts), (found.commitment, found.parts));
        assert_eq!(folder.names(), ["body.age", "body.key"]);
    }
}

#[test]
fn the_recovery_file_alone_opens_everything_again() {
    let folder = Folder::new("open");
    let files = contents();
    let sources: Vec<_> = files.iter().map(|(name, bytes)| folder.source(name, bytes)).collect();
    sealed(&folder, &sources, 2).unwrap();
    let text = fs::read_to_string(folder.path("body.key")).unwrap();
    let recovery = Recovery::from_text(&text).unwrap();
    let opened = opened(&folder, &recovery.opening_key).unwrap();
    assert_eq!(opened.manifest.files.len(), files.len());
    assert_eq!(opened.dealing.unwrap().shares.len(), 4);
    for (name, bytes) in files {
        assert_eq!(fs::read(folder.path("out").join(name)).unwrap(), bytes);
    }
}

#[cfg(unix)]
#[test]
fn keys_and_envelopes_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("mode");
    sealed(&folder, &[folder.source("a", b"a")], 1).unwrap();
    for name in ["body.age", "body.key"] {
        assert_eq!(fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn nothing_is_overwritten() {
    for name in ["body.age", "body.key"] {
        let folder = Folder::new(&format!("exists-{name}"));
        fs::write(folder.path(name), b"the only copy").unwrap();
        let refusal = sealed(&folder, &[folder.source("a", b"a")], 1).unwrap_err();
        assert_eq!(refusal.code(), "sealer-exists");
        assert_eq!(fs::read(folder.path(name)).unwrap(), b"the only copy");
        assert_eq!(folder.names(), [name]);
    }
}

#[test]
fn a_file_that_changes_between_the_readings_is_named_and_nothing_is_kept() {
    for replacement in [&b"othe"[..], b"longer", b"s"] {
        let folder = Folder::new(&format!("changed-{}", replacement.len()));
        let source = folder.source("a", b"text");
        let path = source.path.clone();
        let mut changed = false;
        let refusal = sealed_with(&folder, &[source], 1, |progress| {
            if progress.stage == Stage::Hash && !changed {
                changed = true;
                fs::write(&path, replacement).unwrap();
            }
        })
        .unwrap_err();
        assert!(matches!(refusal, SealerError::Changed { path: named } if named == path));
        assert_eq!(folder.names(), ["body.key"]);
    }
}

#[test]
fn every_stage_reports_up_to_its_end() {
    let folder = Folder::new("progress");
    let mut last: BTreeMap<String, Progress> = BTreeMap::new();
    let source = folder.source("a", &vec![1; 3 << 20]);
    sealed_with(&folder, &[source], 2, |progress| {
        last.insert(format!("{:?}", progress.stage), progress);
    })
    .unwrap();
    assert_eq!(last.keys().collect::<Vec<_>>(), ["Check", "Hash", "Seal"]);
    assert!(last.values().all(|progress| progress.done_bytes == progress.total_bytes), "{last:?}");
}

fn damage(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    edit(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// A damage and the code that it must give.
type Damage = (&'static str, fn(&mut Vec<u8>, usize));

#[test]
fn a_damaged_envelope_is_refused_by_its_own_code_and_leaves_no_folder() {
    const CHUNK: usize = 65_552;
    let table: [Damage; 6] = [
        ("seal-chunk", |bytes, start| bytes[start + 2 * CHUNK + 5] ^= 1),
        ("seal-truncated", |bytes, start| bytes.truncate(start + 20 * CHUNK)),
        ("seal-truncated", |bytes, start| bytes.truncate(start)),
        ("seal-nonce", |bytes, start| bytes.truncate(start - 1)),
        ("seal-trailing", |bytes, _| bytes.push(0)),
        ("seal-mac", |bytes, _| {
            let at = bytes.windows(3).position(|three| three == b"-07").unwrap();
            bytes[at + 2] = b'8';
        }),
    ];
    for (code, edit) in table {
        let folder = Folder::new("damaged");
        let source = folder.source("a", &vec![1; 3 << 20]);
        let recovery = sealed(&folder, &[source], 2).unwrap().recovery;
        let header = ximu_sealer::read_header(&folder.path("body.age")).unwrap();
        let start = header.to_bytes().len() + 16;
        damage(&folder.path("body.age"), |bytes| edit(bytes, start));
        assert_eq!(opened(&folder, &recovery.opening_key).unwrap_err().code(), code);
        assert_eq!(folder.names(), ["body.age", "body.key"], "{code}");
    }
}
