//! An expert's path in a real browser: from the seat's key to the signed report. Afterwards its scores stand in the public
//! bundle as it gave and corrected them, and the bundle verifies.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use super::{Demo, Tools, word};
use crate::run;

/// How long the path may take, in seconds: the law's twenty days are 80 seconds here, the deliberation 60.
const PATH_MAX_S: &str = "480";

/// How long the demonstration may take to end after it.
const END_MAX: Duration = Duration::from_secs(240);

/// Plays it.
pub fn walk(tools: &Tools<'_>) -> Result<(), String> {
    let folder = tools.folder("evaluator")?;
    let log = folder.join("demo.log");
    let mut demo = Demo::begin(tools.ximu, "evaluator", &folder.join("data"), &log)?;
    let page = demo.until(&log, |text| word(text, "/evaluation?lang="))?;
    let seat = folder.join("data/seat").display().to_string();
    tools.script(PATH_MAX_S, "evaluate.mjs", &[&page, &seat], &folder.join("out"))?;
    demo.end(END_MAX)?;
    scores_are_in(tools.root, &folder)
}

/// The member's scores in the disclosed operations: its sheet was opened with them, and its correction is there.
fn scores_are_in(root: &Path, scratch: &Path) -> Result<(), String> {
    let bundle = scratch.join("data/bundle.zip");
    let panel = "tenders/yc-baiyang-2/panel.jsonl";
    let panel = run::read(Command::new("unzip").arg("-p").arg(&bundle).arg(panel))?;
    let kept = scratch.join("panel.jsonl");
    fs::write(&kept, panel).map_err(|error| format!("{}: {error}", kept.display()))?;
    let input = fs::File::open(&kept).map_err(|error| format!("{}: {error}", kept.display()))?;
    let mut compare = Command::new("node");
    compare.arg(root.join("xtask/browser/scores.mjs")).arg(scratch.join("out/scores.json"));
    run::show(compare.stdin(Stdio::from(input)))
}
