//! An expert's path in a real browser: from the seat's key to the signed report, at a centre that offers a match of faces.
//! A visitor then reads every page, and the scores stand in the public bundle as the member gave, corrected and
//! justified them, and the bundle verifies.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Demo, Tools, reader, told, visitor, word};
use crate::{demo, run};

/// How long the path may take, in seconds: the law's twenty days are 80 seconds here, the deliberation 60.
const PATH_MAX_S: &str = "600";

/// Plays it.
pub fn walk(tools: &Tools<'_>) -> Result<(), String> {
    let folder = tools.folder("evaluator")?;
    let (data, log) = (folder.join("data"), folder.join("demo.log"));
    let settings = faces(tools.root, &folder)?.display().to_string();
    let mut demo = Demo::begin(tools.ximu, "evaluator", &data, &log, &["--host-settings", &settings])?;
    let page = demo.until(&log, |text| word(text, "/evaluation?lang="))?;
    let seat = data.join("seat").display().to_string();
    let out = folder.join("out");
    tools.script(PATH_MAX_S, "evaluate.mjs", &[&page, &seat], &out)?;
    let acts = ["就座", "申报回避", "密封并提交评分表", "更正评分", "说明理由", "指出畸高畸低", "您已签署"];
    told(&mut demo, &log, &acts)?;
    visitor::walk(tools, &page).map_err(|why| format!("visitor: {why}"))?;
    let bundle = data.join("bundle.zip");
    demo.until(&log, |text| text.contains("bundle.zip").then(String::new))?;
    demo::verify(tools.ximu, &bundle)?;
    let receipt = data.join("bidders/01/yc-baiyang-2/receipt.json");
    reader::walk(tools, &page, &bundle, &receipt).map_err(|why| format!("reader: {why}"))?;
    scores_are_in(tools.root, &folder)
}

/// Settings of a centre that offers a match of faces, by a model that takes a picture's colours for the face.
fn faces(root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let model = root.join("xtask/browser/face.onnx");
    let sum = run::read(Command::new("sha256sum").arg(&model))?;
    let hash = sum.split(' ').next().unwrap_or_default();
    let text = format!(
        "\n[faces]\nmodel = \"{}\"\nsha256 = \"{hash}\"\nthreshold = \"0.400\"\nwidth = 8\nheight = 8\n\
         mean = [127.5, 127.5, 127.5]\nscale = [0.00784314, 0.00784314, 0.00784314]\n",
        model.display()
    );
    let path = folder.join("faces.toml");
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// The member's scores in the disclosed operations: its sheet was opened with them, and what it did with them is
/// there.
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
