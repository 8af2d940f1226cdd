//! The rows a benchmark prints: medians, and ratios of wall time of one run.

use super::{
    Against, Bench,
    measure::{Sample, Tool},
};
use crate::out;
use serde::Serialize;
use std::time::Duration;

/// One line: a tool's medians, or our ratio to another tool.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Row {
    /// Medians of one tool.
    Tool {
        /// What was measured.
        bench: &'static str,
        /// By which tool.
        tool: &'static str,
        /// Size of the input.
        bytes: u64,
        /// Wall time in seconds.
        #[serde(serialize_with = "number")]
        wall_s: String,
        /// Processor time in seconds.
        #[serde(serialize_with = "number")]
        cpu_s: String,
        /// Most resident memory.
        peak_bytes: u64,
    },
    /// Ours divided by theirs, by wall time.
    Ratio {
        /// What was measured.
        bench: &'static str,
        /// Beside which tool.
        against: &'static str,
        /// Ours / theirs; below 1 we are faster.
        #[serde(serialize_with = "number")]
        ratio: String,
        /// Our peak.
        peak_bytes: u64,
    },
}

/// The rows of one benchmark.
pub fn rows(bench: Bench, tools: &[Tool], bytes: u64, samples: &[Vec<Sample>]) -> Vec<Row> {
    let medians: Vec<Sample> = samples.iter().filter_map(|samples| median(samples)).collect();
    let tool_rows = tools.iter().zip(&medians).map(|(tool, sample)| Row::Tool {
        bench: name(bench),
        tool: tool_name(*tool),
        bytes,
        wall_s: seconds(sample.wall),
        cpu_s: seconds(sample.cpu),
        peak_bytes: sample.peak_bytes,
    });
    let ours = medians.first().copied();
    let ratios = tools.iter().zip(&medians).skip(1).filter_map(|(tool, theirs)| {
        let ours = ours?;
        let thousandths = ours.wall.as_micros().saturating_mul(1000).checked_div(theirs.wall.as_micros())?;
        let ratio = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        Some(Row::Ratio { bench: name(bench), against: tool_name(*tool), ratio, peak_bytes: ours.peak_bytes })
    });
    tool_rows.chain(ratios).collect()
}

/// The median of each quantity; the lower one of two.
fn median(samples: &[Sample]) -> Option<Sample> {
    fn middle<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
        let mut values: Vec<T> = values.collect();
        values.sort_unstable();
        values.get(values.len().saturating_sub(1) / 2).copied()
    }
    Some(Sample {
        wall: middle(samples.iter().map(|sample| sample.wall))?,
        cpu: middle(samples.iter().map(|sample| sample.cpu))?,
        peak_bytes: middle(samples.iter().map(|sample| sample.peak_bytes))?,
    })
}

/// Prints them as a Markdown table.
pub fn print(rows: &[Row]) {
    out::say(|t| {
        let (bench, tool) = (t.cli_bench_head(), t.cli_bench_tool());
        let (wall, cpu, peak) = (t.cli_bench_wall(), t.cli_bench_cpu(), t.cli_bench_peak());
        format!("| {bench} | {tool} | MiB | {wall} | {cpu} | {peak} |")
    });
    out::line("|---|---|---|---|---|---|");
    for row in rows {
        if let Row::Tool { bench, tool, bytes, wall_s, cpu_s, peak_bytes } = row {
            let (size, peak) = (mebibytes(*bytes), mebibytes(*peak_bytes));
            out::line(format!("| {bench} | {tool} | {size} | {wall_s} | {cpu_s} | {peak} |"));
        }
    }
    for row in rows {
        if let Row::Ratio { bench, against, ratio, .. } = row {
            out::say(|t| t.cli_bench_ratio(against, bench, ratio));
        }
    }
}

/// The name of a benchmark.
pub fn name(bench: Bench) -> &'static str {
    match bench {
        Bench::Seal => "seal",
        Bench::Open => "open",
        Bench::Verify => "verify",
    }
}

fn tool_name(tool: Tool) -> &'static str {
    match tool {
        Tool::Ximu => "ximu",
        Tool::Other(Against::Age) => "age",
        Tool::Other(Against::AgeDigest) => "age-digest",
        Tool::Other(Against::Rage) => "rage",
    }
}

fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}

/// A measured time or a ratio as the number that it is.
fn number<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(text.parse().map_err(serde::ser::Error::custom)?)
}

/// Mebibytes with one decimal, rounded down.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / (1024 * 1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}
