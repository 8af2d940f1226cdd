//! Running one tool once as a child process, and what it took: wall time, processor time, peak memory.
//!
//! Processor time and peak memory are read from `/proc` just before the child is reaped; the peak is sampled while it
//! runs, so it may miss a last moment.

use super::{Against, Bench};
use crate::{fault::Fault, outside};
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use ximu_text::Text;

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// From start to end.
    pub wall: Duration,
    /// User and system time.
    pub cpu: Duration,
    /// Most resident memory.
    pub peak_bytes: u64,
}

/// A tool: ours, or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// This program.
    Ximu,
    /// Another.
    Other(Against),
}

/// How often the peak of a running child is read.
const SAMPLE_EVERY: Duration = Duration::from_millis(2);
/// Ticks per second of `/proc/PID/stat` on Linux.
const TICKS_PER_SECOND: u64 = 100;

/// The tools for a benchmark: ours first.
pub fn tools(bench: Bench, against: &[Against]) -> Vec<Tool> {
    let others = against.iter().filter(|_| bench != Bench::Verify).map(|other| Tool::Other(*other));
    std::iter::once(Tool::Ximu).chain(others).collect()
}

/// Files that every run needs.
pub struct Prepared {
    bench: Bench,
    scratch: PathBuf,
    bundle: Option<PathBuf>,
    recipient: String,
}

/// Writes the input, and what is opened.
pub fn prepare(
    bench: Bench,
    bytes: u64,
    tools: &[Tool],
    scratch: &Path,
    bundle: Option<&Path>,
) -> Result<Prepared, Fault> {
    let identity = ximu_sealed::Identity::from_bytes(outside::random()?);
    let prepared = Prepared {
        bench,
        scratch: scratch.to_path_buf(),
        bundle: bundle.map(Path::to_path_buf),
        recipient: identity.recipient().to_string(),
    };
    if bench == Bench::Verify {
        return Ok(prepared);
    }
    let input = scratch.join("input");
    if !input.exists() {
        write_random(&input, bytes)?;
    }
    fs::write(scratch.join("age.key"), format!("{}\n", identity.to_text().as_str()))
        .map_err(|error| Fault::file("write", scratch, &error))?;
    if bench == Bench::Open {
        finish(&mut prepared.seal(Tool::Ximu, &scratch.join("sealed")))?;
        for tool in tools.iter().filter(|tool| **tool != Tool::Ximu) {
            finish(&mut prepared.seal(*tool, &scratch.join(format!("sealed-{tool:?}"))))?;
        }
    }
    Ok(prepared)
}

/// Random bytes, as compressed documents are.
fn write_random(path: &Path, bytes: u64) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::file("write", path, &error);
    let mut file = File::create(path).map_err(failed)?;
    let mut left = bytes;
    while left > 0 {
        let chunk = outside::random::<{ 1024 * 1024 }>()?;
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        file.write_all(chunk.get(..now).unwrap_or_default()).map_err(failed)?;
        left = left.saturating_sub(now as u64);
    }
    file.sync_all().map_err(failed)
}

impl Prepared {
    /// Runs a tool once and cleans up behind it.
    pub fn run(&self, tool: Tool, run: u32) -> Result<Sample, Fault> {
        let out = self.scratch.join(format!("run-{run}"));
        let mut command = match self.bench {
            Bench::Seal => self.seal(tool, &out),
            Bench::Open => self.open(tool, &out),
            Bench::Verify => {
                let mut command = ximu();
                command.arg("verify").args(self.bundle.as_deref());
                command
            }
        };
        let sample = measure(&mut command)?;
        if out.is_dir() {
            fs::remove_dir_all(&out).map_err(|error| Fault::file("remove", &out, &error))?;
        } else if out.exists() {
            fs::remove_file(&out).map_err(|error| Fault::file("remove", &out, &error))?;
        }
        Ok(sample)
    }

    fn seal(&self, tool: Tool, out: &Path) -> Command {
        let input = self.scratch.join("input");
        match tool {
            Tool::Ximu => {
                let mut command = ximu();
                command.args(["bench", "run-seal"]).arg(input).arg(out);
                command
            }
            Tool::Other(Against::Age) => other("age", &["-r", &self.recipient, "-o"], &[out, &input]),
            Tool::Other(Against::Rage) => other("rage", &["-r", &self.recipient, "-o"], &[out, &input]),
            Tool::Other(Against::AgeDigest) => {
                let script = "age -r \"$1\" -o \"$2\" \"$3\" && sha256sum \"$2\"";
                other("sh", &["-c", script, "sh", &self.recipient], &[out, &input])
            }
        }
    }

    fn open(&self, tool: Tool, out: &Path) -> Command {
        let key = self.scratch.join("age.key");
        let sealed = self.scratch.join(format!("sealed-{tool:?}"));
        match tool {
            Tool::Ximu => {
                let mut command = ximu();
                command.args(["bench", "run-open"]).arg(self.scratch.join("sealed")).arg(out);
                command
            }
            Tool::Other(Against::Age) => other("age", &["-d", "-i"], &[&key, Path::new("-o"), out, &sealed]),
            Tool::Other(Against::Rage) => {
                other("rage", &["-d", "-i"], &[&key, Path::new("-o"), out, &sealed])
            }
            Tool::Other(Against::AgeDigest) => {
                let script = "sha256sum \"$3\" && age -d -i \"$1\" -o \"$2\" \"$3\"";
                other("sh", &["-c", script, "sh"], &[&key, out, &sealed])
            }
        }
    }
}

fn ximu() -> Command {
    Command::new(std::env::current_exe().unwrap_or_else(|_| PathBuf::from("ximu")))
}

fn other(program: &str, first: &[&str], then: &[&Path]) -> Command {
    let mut command = Command::new(program);
    command.args(first).args(then);
    command
}

fn finish(command: &mut Command) -> Result<(), Fault> {
    measure(command).map(|_| ())
}

fn measure(command: &mut Command) -> Result<Sample, Fault> {
    let name = command.get_program().to_string_lossy().into_owned();
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().map_err(|error| {
        let said = |t: Text| t.found_tool(error.to_string(), &name);
        Fault::new("bench-tool", said, Text::advice_install_tool)
    })?;
    let (mut cpu, mut peak_bytes) = (Duration::ZERO, 0);
    let status = loop {
        // The counters of a child that has ended, and was not reaped, are still there.
        let ended = has_ended(&child);
        cpu = processor_time(&child).unwrap_or(cpu);
        peak_bytes = peak(&child).unwrap_or(0).max(peak_bytes);
        if ended {
            break child.wait().map_err(|error| Fault::new("bench-tool", error.to_string(), ""))?;
        }
        outside::pause(SAMPLE_EVERY);
    };
    let wall = begun.elapsed();
    if !status.success() {
        let said = |t: Text| t.found_tool_failed(status.to_string(), &name);
        return Err(Fault::new("bench-tool", said, ""));
    }
    Ok(Sample { wall, cpu, peak_bytes })
}

fn has_ended(child: &Child) -> bool {
    stat(child).is_none_or(|fields| fields.first().is_some_and(|state| state == "Z"))
}

/// The fields of `/proc/PID/stat` after the name, the state first.
fn stat(child: &Child) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}

/// Processor time of the child and of the children it has waited for.
fn processor_time(child: &Child) -> Option<Duration> {
    let fields = stat(child)?;
    let ticks: u64 = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks.saturating_mul(1000 / TICKS_PER_SECOND)))
}

fn peak(child: &Child) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib.saturating_mul(1024))
}
