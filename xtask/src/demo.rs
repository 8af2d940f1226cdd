//! The demonstration runs to its archive, and the bundle it wrote verifies under the policy it printed.

use std::{path::Path, process::Command, time::Instant};

use crate::run;

/// Runs the demonstration fast, then verifies its bundle with a pinned policy. Unoptimised, like all that the other steps
/// use: an optimised build alone takes minutes, and is the same program.
pub fn check(root: &Path) -> Result<(), String> {
    run::cargo(root, &["build", "--quiet", "--package", "ximu-cli"])?;
    let ximu = root.join("target/debug/ximu");
    let scratch = root.join("target/xtask-demo");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    }
    std::fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let bundle = scratch.join("out.zip");
    let begun = Instant::now();
    let demo = ["demo", "--fast", "--exit", "--lang", "en", "--listen", "127.0.0.1:0"];
    run::show(
        Command::new(&ximu)
            .args(demo)
            .arg("--data-dir")
            .arg(scratch.join("data"))
            .arg("--bundle")
            .arg(&bundle),
    )?;
    let played_s = begun.elapsed().as_secs();
    let begun = Instant::now();
    verify(&ximu, &bundle)?;
    let verified_s = begun.elapsed().as_secs_f32();
    println!(
        "xtask: the demonstration took {played_s} s, twice its verification {verified_s:.1} s, neither optimised"
    );
    Ok(())
}

/// The bundle verifies, with the policy that it names pinned.
pub fn verify(ximu: &Path, bundle: &Path) -> Result<(), String> {
    let policy = policy(ximu, bundle)?;
    run::show(Command::new(ximu).arg("verify").arg(bundle).args(["--policy", &policy]))
}

/// The fingerprint of the policy that a bundle names.
pub fn policy(ximu: &Path, bundle: &Path) -> Result<String, String> {
    let report = run::read(Command::new(ximu).arg("verify").arg(bundle).arg("--json"))?;
    let named = report.split("\"policy\":\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(named.ok_or("verify --json names no policy")?.to_string())
}
