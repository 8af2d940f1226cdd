//! A disk that is really full: the test runs itself again in a mount name space of its own, where the host keeps its data
//! on a small tmpfs. It needs `unshare` (util-linux) and either root or unprivileged user name spaces.

use super::{Firm, PLAN, an_honest_bid_is_receipted};
use crate::support::{
    crawl::get,
    house::{House, size_of},
    tool::Ran,
};
use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// Names the mount point to the test's second run.
const MOUNT_POINT: &str = "XIMU_TEST_SMALL_DISK";

/// Names that are registered at most until the journal needs new space.
const REGISTERED_MAX: usize = 200;

#[test]
fn a_full_disk_acknowledges_nothing_and_the_centre_goes_on_by_itself_when_there_is_space() {
    match env::var_os(MOUNT_POINT) {
        Some(disk) => on_a_small_disk(&PathBuf::from(disk)),
        None => again_on_a_small_disk(
            "disk_full::a_full_disk_acknowledges_nothing_and_the_centre_goes_on_by_itself_when_there_is_space",
        ),
    }
}

fn again_on_a_small_disk(test: &str) {
    let mount_point = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o size=24m none \"${MOUNT_POINT}\" && exec \"$0\" --exact {test}");
    let run = |rights: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(rights).args(["--mount", "sh", "-c", &script]).arg(env::current_exe().unwrap());
        let ran = command.env(MOUNT_POINT, mount_point.path()).output().unwrap();
        String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned()
    };
    let passed = |output: &str| output.contains("1 passed; 0 failed");
    let as_root = run(&[]);
    if as_root.contains("Operation not permitted") {
        let as_user = run(&["--user", "--map-root-user"]);
        assert!(passed(&as_user), "{as_root}\n{as_user}");
    } else {
        assert!(passed(&as_root), "{as_root}");
    }
}

fn on_a_small_disk(disk: &Path) {
    let house = House::founded_in(&disk.join("host"));
    let firms = ["ash", "birch"].map(|label| Firm::admit(&house, label));
    house.publish(&PLAN);
    let first = an_honest_bid_is_receipted(&house, &firms[0]);
    let late = firms[1].seal(&house);
    let size = || size_of(&house.centre().log().checkpoint().unwrap().unwrap());

    let filler = disk.join("filler");
    fill(&filler);
    let refused = (0..REGISTERED_MAX).map(|number| register(&house, number)).find(|ran| ran.code != 0);
    let refused = refused.expect("a journal that needs space");
    assert!(refused.code == 2 && refused.err.contains("disk_full"), "{}{}", refused.out, refused.err);
    let full = size();
    for _ in 0..3 {
        let ran = late.submit(&house);
        assert!(ran.code == 2, "{}{}", ran.out, ran.err);
        assert!(!late.folder.join("submit.acknowledgement.json").exists());
    }
    let ready = get(house.host_relay.address, "/readyz", "en");
    assert_eq!((ready.status, ready.json()["writer"].as_str()), (503, Some("disk_full")));
    let process = house.host.as_ref().unwrap().id();

    fs::remove_file(&filler).unwrap();
    late.submit(&house).expect(0);
    late.receipt(&house).expect(0);
    first.receipt(&house).expect(0);
    assert!(size() > full);
    assert_eq!(house.host.as_ref().unwrap().id(), process, "it was never restarted");
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    for piece in [&[0; 65_536][..], &[0; 512], &[0; 1]] {
        while file.write_all(piece).is_ok() {}
    }
}

fn register(house: &House, number: usize) -> Ran {
    let label = format!("firm-{number}");
    house.key(&label);
    house.tool_as(&label, &["admin", "register"], &["--name", &label])
}
