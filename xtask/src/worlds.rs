//! The two-worlds test, twice: it holds for the product, and it finds the counter that the feature `planted` plants.

use std::path::Path;

use crate::run;

/// Runs the test as it is, then against the build with the leak.
pub fn check(root: &Path) -> Result<(), String> {
    let test = ["test", "--quiet", "--package", "ximu-web", "--test", "worlds"];
    run::cargo(root, &test)?;
    run::cargo(root, &[&test[..], &["--features", "planted"]].concat())
}
