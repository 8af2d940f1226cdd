//! The seats that sign at the desk: the supervising authority and the host's administrator. Each plays a demonstration of
//! its own, which must end well whatever was signed; its bundle, which the demonstration verifies, holds what was signed.

use std::{fs, path::Path, process::Command, time::Duration};

use super::{Demo, PATH_MAX_S, word};
use crate::run;

/// How long a demonstration has to end after the person is done, who may be done long before the deadline.
const END_MAX: Duration = Duration::from_secs(300);

/// A seat: its name, the part of the address that its page has, its key's file, what the bundle must hold.
type Seat = (&'static str, &'static str, &'static str, &'static [&'static str]);

const SEATS: [Seat; 2] = [
    (
        "supervisor",
        "/desk?lang=",
        "supervisor.key",
        &["\\\"kind\\\":\\\"suspend\\\"", "\"type\":\"suspended\"", "\"type\":\"resumed\""],
    ),
    ("host", "/desk?lang=", "administrator.key", &["\"type\":\"party_admitted\""]),
];

/// Plays both.
pub fn check(root: &Path, ximu: &Path, tools: &str) -> Result<(), String> {
    SEATS.into_iter().try_for_each(|seat| play(root, ximu, tools, seat))
}

fn play(root: &Path, ximu: &Path, tools: &str, seat: Seat) -> Result<(), String> {
    let (name, part, key, wanted) = seat;
    let scratch = root.join("target/xtask-browser").join(name);
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let (data, log) = (scratch.join("data"), scratch.join("demo.log"));
    let mut demo = Demo::begin(ximu, name, &data, &log)?;
    let page = demo.until(&log, |text| word(text, part))?;
    let chrome = run::read(Command::new("sh").args(["-c", "command -v chromium"]))?;
    run::show(
        Command::new("timeout")
            .args([PATH_MAX_S, "node"])
            .arg(root.join("xtask/browser/desk.mjs"))
            .args([name, &page])
            .arg(data.join("seat").join(key))
            .arg(&scratch)
            .args([tools, &chrome]),
    )?;
    demo.end(END_MAX)?;
    let bundle = data.join("bundle.zip");
    let bytes = fs::read(&bundle).map_err(|error| format!("{}: {error}", bundle.display()))?;
    for entry in wanted {
        // What a bundle holds is stored as it is (verify 2.1).
        if !bytes.windows(entry.len()).any(|window| window == entry.as_bytes()) {
            return Err(format!("{}: expected {entry} in it, found it nowhere", bundle.display()));
        }
    }
    Ok(())
}
