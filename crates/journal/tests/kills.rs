//! The end of the process before and after each step. (Not beside other tests: between the fork and the exec of a child the
//! locks of this process are held twice.)

mod common;

use common::centre::{Promised, restart_and_check, run};
use common::scratch;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Command;
use ximu_journal::failpoint::POINTS;

/// Names the fail point and the folder to the test's second run.
const ABORT_AT: &str = "XIMU_TEST_ABORT_AT";
const FOLDER: &str = "XIMU_TEST_FOLDER";

#[test]
fn a_process_that_ends_at_any_step_keeps_every_promise() {
    if let (Some(point), Some(folder)) =
        (std::env::var_os(ABORT_AT).map(|point| point.into_string().unwrap()), std::env::var_os(FOLDER))
    {
        let folder = PathBuf::from(folder);
        let promised = Promised(folder.join("promised"));
        run(&folder, &point.parse().unwrap(), &promised).unwrap();
        return;
    }
    for point in POINTS {
        for nth in [1, 2, 4] {
            for when in ["", "-persisted"] {
                let directory = scratch();
                let ended = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "a_process_that_ends_at_any_step_keeps_every_promise"])
                    .env(ABORT_AT, format!("{point}{when}:{nth}"))
                    .env(FOLDER, directory.path())
                    .output()
                    .unwrap();
                assert_eq!(ended.status.signal(), Some(6), "{point}{when}:{nth} {ended:?}");
                restart_and_check(directory.path(), &Promised(directory.path().join("promised")));
            }
        }
    }
}
