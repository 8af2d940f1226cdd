//! A disk that is really full: the test runs itself again in a mount name space of its own, on a tmpfs of 4 MiB.
//! It needs `unshare` (util-linux) and either root or unprivileged user name spaces, and fails without them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{File, remove_file};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use ximu_basics::{Hash, Instant};
use ximu_journal::{Batch, FailPoints, Found, LeafKind, NewLeaf, NewOutbox, SqliteStore, Store, StoreError};

/// Names the mount point to the test's second run.
const MOUNT_POINT: &str = "XIMU_TEST_SMALL_DISK";

#[test]
fn a_full_disk_refuses_appends_and_lets_them_pass_again_without_a_restart() {
    match std::env::var_os(MOUNT_POINT) {
        Some(disk) => on_a_small_disk(&PathBuf::from(disk)),
        None => {
            again_on_a_small_disk("a_full_disk_refuses_appends_and_lets_them_pass_again_without_a_restart")
        }
    }
}

fn again_on_a_small_disk(test: &str) {
    let mount_point = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o size=4m none \"${MOUNT_POINT}\" && exec \"$0\" --exact {test}");
    let run = |rights: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(rights).args(["--mount", "sh", "-c", &script]).arg(std::env::current_exe().unwrap());
        let ran = command.env(MOUNT_POINT, mount_point.path()).output().unwrap();
        String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned()
    };
    let passed = |output: &str| output.contains("1 passed; 0 failed");
    let as_root = run(&[]);
    if !passed(&as_root) {
        let as_user = run(&["--user", "--map-root-user"]);
        assert!(passed(&as_user), "{as_root}\n{as_user}");
    }
}

fn on_a_small_disk(disk: &Path) {
    let mut store = SqliteStore::open(disk, "host.example/ximu", FailPoints::none()).unwrap();
    let filler = disk.join("filler");
    let mut size = 0;
    for round in 0..4u8 {
        // Somebody else fills the disk, at another place each time.
        fill(&filler, usize::from(round) * 3000);
        let refused = append_until_refused(&mut store, &mut size);
        assert_eq!(refused, StoreError::Full);
        // The refusal repeats and changes nothing.
        for _ in 0..3 {
            assert_eq!(store.append(&batch(size)), Err(StoreError::Full));
        }
        check(&*store.reader().unwrap(), size);
        remove_file(&filler).unwrap();
        // No restart: the same store goes on.
        for _ in 0..5 {
            store.append(&batch(size)).unwrap();
            size += 1;
        }
        store.cosigned(size, &format!("note of {size}")).unwrap();
        check(&*store.reader().unwrap(), size);
    }
    drop(store);
    let store = SqliteStore::open(disk, "host.example/ximu", FailPoints::none()).unwrap();
    check(&*store.reader().unwrap(), size);
}

fn append_until_refused(store: &mut SqliteStore, size: &mut u64) -> StoreError {
    loop {
        match store.append(&batch(*size)) {
            Ok(()) => *size += 1,
            Err(error) => return error,
        }
        assert!(*size < 1000, "the disk never became full");
    }
}

/// Takes all the space but `spare` bytes.
fn fill(path: &Path, spare: usize) {
    let mut file = File::create(path).unwrap();
    let page = [0; 512];
    let mut written = 0u64;
    while file.write_all(&page).is_ok() {
        written += 512;
    }
    file.set_len(written.saturating_sub(spare as u64)).unwrap();
}

fn batch(first: u64) -> Batch {
    let leaf = NewLeaf {
        procedure: "yc-2020-0603".parse().unwrap(),
        kind: LeafKind::Entry,
        bytes: bytes_of(first),
        command: Some(id_of(first)),
    };
    let mail = NewOutbox { kind: "mail".to_owned(), payload: first.to_be_bytes().to_vec() };
    Batch { leaves: vec![leaf], outbox: vec![mail], ..Batch::at(first, Instant::from_unix_ms(first as i64)) }
}

fn bytes_of(idx: u64) -> Vec<u8> {
    idx.to_be_bytes().repeat(1000)
}

fn id_of(idx: u64) -> Hash {
    Hash::of(&idx.to_be_bytes())
}

/// Everything acknowledged is there and nothing else.
fn check(reader: &dyn ximu_journal::Reader, size: u64) {
    assert_eq!(reader.size(), Ok(size));
    for leaf in reader.leaves(0..size).unwrap() {
        assert_eq!(leaf.bytes, bytes_of(leaf.idx));
        assert!(
            matches!(reader.find(&id_of(leaf.idx)), Ok(Some(Found::Entry { idx, .. })) if idx == leaf.idx)
        );
    }
    assert_eq!(reader.find(&id_of(size)), Ok(None));
    assert_eq!(reader.outbox_pending(1000).unwrap().len() as u64, size);
    assert_eq!(reader.last_stamp(), Ok(size.checked_sub(1).map(|last| Instant::from_unix_ms(last as i64))));
}
