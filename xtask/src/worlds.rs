//! The two-worlds test can fail: it finds the counter that the feature `planted` plants. That it holds for the product is
//! one of the tests.

use std::path::Path;

use crate::run;

/// Runs the test against the build with the leak; over the whole workspace, so that what it stands on is compiled once.
pub fn check(root: &Path) -> Result<(), String> {
    let test = ["test", "--quiet", "--workspace", "--test", "worlds", "--features", "ximu-web/planted"];
    run::cargo(root, &test)
}
