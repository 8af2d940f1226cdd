//! Whoever verifies in the page: drops the bundle, and what was made of it, and finds what the command line finds.

use std::{path::Path, process::Command};

use super::{Tools, read};
use crate::{demo, run};

/// How long it may take, in seconds.
const READ_MAX_S: &str = "300";

/// Bundles that do not hold, which the script makes and drops.
const BROKEN: [&str; 2] = ["changed", "cut"];

/// Verifies the bundle in the page of the centre that this page is of, and beside it a receipt and a report.
pub fn walk(tools: &Tools<'_>, page: &str, bundle: &Path, receipt: &Path) -> Result<(), String> {
    let out = tools.folder("reader")?.join("out");
    let policy = demo::policy(tools.ximu, bundle)?;
    let report = out.join("opening.pdf");
    let mut draw = Command::new(tools.ximu);
    run::show(
        draw.arg("report").arg(bundle).args(["opening_record", "--policy", &policy, "--out"]).arg(&report),
    )?;
    let [whole, receipt, report] = [bundle, receipt, &report].map(|path| path.display().to_string());
    let own = [page, &whole, &policy, &receipt, &report];
    tools.script(READ_MAX_S, "verify.mjs", &own, &out)?;
    for name in BROKEN {
        let shown = read(&out.join(format!("{name}.codes")))?;
        let found = codes(tools.ximu, &out.join(format!("{name}.zip")), &policy)?;
        if shown != found || found.is_empty() {
            return Err(format!("{name}: the page shows {shown:?}, the command line {found:?}"));
        }
    }
    Ok(())
}

/// The codes that the command line shows, one a line.
fn codes(ximu: &Path, bundle: &Path, policy: &str) -> Result<String, String> {
    let mut verify = Command::new(ximu);
    verify.arg("verify").arg(bundle).args(["--policy", policy, "--lang", "en"]);
    let output = verify.output().map_err(|error| format!("{}: {error}", ximu.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let codes = text.lines().filter_map(|line| Some(line.strip_prefix('[')?.split_once(']')?.0));
    Ok(codes.collect::<Vec<_>>().join("\n"))
}
