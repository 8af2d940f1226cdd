//! A bidder's path: from the key to the receipt and the release. Then the command line reads what the browser saved, the
//! bid is read out with all others, and the bundle verifies.

use std::{fs, path::Path, process::Command};

use super::{Demo, PATH_MAX_S, Tools, read, told, word};
use crate::run;

/// The firm that the script registers.
const FIRM: &str = "徙木园林绿化有限公司";

/// Plays it.
pub fn walk(tools: &Tools<'_>) -> Result<(), String> {
    let folder = tools.folder("bidder")?;
    let (data, out, log) = (folder.join("data"), folder.join("out"), folder.join("demo.log"));
    let mut demo = Demo::begin(tools.ximu, "bidder", &data, &log, &["--exit"])?;
    let page = demo.until(&log, |text| word(text, "/bid?lang="))?;
    let papers = data.join("seat").display().to_string();
    tools.script(PATH_MAX_S, "bid.mjs", &[&page, &papers], &out)?;
    read_by_command_line(tools.ximu, &out, &page)?;
    let party = read(&out.join("party"))?;
    let registered = format!("{FIRM}已登记，编号 {party}");
    told(&mut demo, &log, &[&registered, "已准入", "开标名单上（版本 1）", "签到", "解密"])?;
    let read_out = |line: &str| line.contains(" 元  ") && line.ends_with(FIRM);
    demo.until(&log, |text| text.lines().any(read_out).then(String::new))
        .map_err(|why| format!("{why}; the bid of {FIRM} is not read out"))?;
    demo.end()
}

/// The command line finds the receipt, the key and the envelopes as if it had written them.
fn read_by_command_line(ximu: &Path, out: &Path, page: &str) -> Result<(), String> {
    let centre = page.split("/tenders/").next().unwrap_or(page);
    let folder = fs::read_dir(out)
        .map_err(|error| format!("{}: {error}", out.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("submission.json").is_file())
        .ok_or("the browser saved no folder of a bid")?;
    run::show(Command::new(ximu).args(["bid", "receipt"]).arg(&folder).args(["--centre", centre]))?;
    for name in ["form", "body"] {
        let open = format!("age -d -i {name}.key {name}.age | tar -t >/dev/null");
        run::show(Command::new("bash").args(["-o", "pipefail", "-c", &open]).current_dir(&folder))?;
    }
    Ok(())
}
