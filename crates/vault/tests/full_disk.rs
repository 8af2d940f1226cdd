//! A disk that is really full: the test runs itself again in a mount name space of its own, on a tmpfs of 1 MiB.
//! It needs `unshare` (util-linux) and either root or unprivileged user name spaces, and fails without them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::Command;
use ximu_vault::{Commitment, Space, Vault, VaultError};

/// Names the mount point to the test's second run.
const MOUNT_POINT: &str = "XIMU_TEST_SMALL_DISK";

#[test]
fn a_full_disk_is_refused_without_a_trace_and_forgotten_when_there_is_space() {
    match std::env::var_os(MOUNT_POINT) {
        Some(disk) => on_a_small_disk(&PathBuf::from(disk)),
        None => {
            again_on_a_small_disk("a_full_disk_is_refused_without_a_trace_and_forgotten_when_there_is_space")
        }
    }
}

fn again_on_a_small_disk(test: &str) {
    let mount_point = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o size=1m none \"${MOUNT_POINT}\" && exec \"$0\" --exact {test}");
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
    let vault = Vault::open(&disk.join("vault")).unwrap();
    let small = vault.put_stream(Space::Bids, &mut &[1; 100_000][..], 1 << 30, None).unwrap();
    let large = vec![2; 1_500_000];
    for _ in 0..3 {
        let refused = vault.put_stream(Space::Bids, &mut &*large, 1 << 30, None);
        assert!(matches!(refused, Err(VaultError::Full)), "{refused:?}");
        assert!(!vault.exists(Space::Bids, &Commitment::of(&large).root).unwrap());
        assert_eq!(std::fs::read_dir(disk.join("vault/unfinished")).unwrap().count(), 0);
    }
    assert_eq!(vault.verify(Space::Bids, &small.root).unwrap(), small);
    let medium = vec![3; 600_000];
    let first = vault.put_stream(Space::Bids, &mut &*medium, 1 << 30, None).unwrap();
    let other = vec![4; 600_000];
    assert!(matches!(vault.put_stream(Space::Bids, &mut &*other, 1 << 30, None), Err(VaultError::Full)));
    assert!(vault.erase(Space::Bids, &first.root).unwrap());
    let second = vault.put_stream(Space::Bids, &mut &*other, 1 << 30, None).unwrap();
    assert_eq!(vault.verify(Space::Bids, &second.root).unwrap(), second);
}
