//! The seats that sign at the desk: the supervising authority and the host's administrator. Each plays a demonstration of
//! its own, which stays up for its readers and must come to its bundle whatever was signed; the bundle verifies and holds
//! what was signed.

use std::{fs, time::Duration};

use super::{Demo, PATH_MAX_S, Tools, told, word};
use crate::demo;

/// How long a demonstration has to come to its bundle after the person is done, who may be done long before the deadline.
const BUNDLE_MAX: Duration = Duration::from_secs(300);

/// How long the authority's path may take, in seconds: the complaint comes when the candidates are published.
const COMPLAINT_MAX_S: &str = "540";

/// Plays the supervising authority.
pub fn supervisor(tools: &Tools<'_>) -> Result<(), String> {
    let wanted = [
        "\\\"kind\\\":\\\"suspend\\\"",
        "\"type\":\"suspended\"",
        "\"type\":\"resumed\"",
        "\"type\":\"complaint_accepted\"",
        "\"type\":\"complaint_decided\"",
    ];
    let acts = ["下达措施", "受理投诉", "处理投诉"];
    play(tools, "supervisor", "supervisor.key", COMPLAINT_MAX_S, &wanted, &acts)
}

/// Plays the administrator.
pub fn host(tools: &Tools<'_>) -> Result<(), String> {
    play(tools, "host", "administrator.key", PATH_MAX_S, &["\"type\":\"party_admitted\""], &["准入单位"])
}

/// Plays a seat: its name, the file of its key, how long that may take, what the bundle must hold and the terminal tell.
fn play(
    tools: &Tools<'_>,
    name: &str,
    key: &str,
    max_s: &str,
    wanted: &[&str],
    acts: &[&str],
) -> Result<(), String> {
    let folder = tools.folder(name)?;
    let (data, log) = (folder.join("data"), folder.join("demo.log"));
    let mut demo = Demo::begin(tools.ximu, name, &data, &log, &[])?;
    let page = demo.until(&log, |text| word(text, "/desk?lang="))?;
    let key = data.join("seat").join(key).display().to_string();
    let ximu = tools.ximu.display().to_string();
    tools.script(max_s, "desk.mjs", &[&ximu, name, &page, &key], &folder.join("out"))?;
    told(&mut demo, &log, acts)?;
    let bundle = data.join("bundle.zip");
    demo.until_within(BUNDLE_MAX, &log, |text| text.contains("bundle.zip").then(String::new))?;
    demo::verify(tools.ximu, &bundle)?;
    let bytes = fs::read(&bundle).map_err(|error| format!("{}: {error}", bundle.display()))?;
    for entry in wanted {
        // What a bundle holds is stored as it is (verify 2.1).
        if !bytes.windows(entry.len()).any(|window| window == entry.as_bytes()) {
            return Err(format!("{}: expected {entry} in it, found it nowhere", bundle.display()));
        }
    }
    Ok(())
}
