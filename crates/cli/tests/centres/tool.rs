//! The public tool, run to its end.

use super::process::XIMU;
use std::{ffi::OsStr, process::Command};

/// What a run of the tool gave.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs the tool.
pub fn ximu<S: AsRef<OsStr>>(arguments: &[S]) -> Ran {
    run(Command::new(XIMU).args(arguments))
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

impl Ran {
    /// What it printed, when it ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self.out
    }

    /// The JSON it printed, when it ended with this code.
    #[track_caller]
    pub fn json(self, code: i32) -> serde_json::Value {
        let text = self.expect(code);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}
