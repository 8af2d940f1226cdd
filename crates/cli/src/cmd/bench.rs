//! `ximu bench`: how fast this machine seals, opens and verifies, beside other tools in the same run.
//!
//! Every measurement is a process of its own, ours like theirs, taken in turn; what is printed are medians. Machines
//! are noisy: compare the ratios of one run, never the seconds of two.

mod measure;
mod table;
mod work;

use crate::{
    fault::{Done, Exit, Fault},
    files, out,
};
use clap::{Args, Subcommand, ValueEnum};
use measure::Sample;
use std::path::PathBuf;
use table::Row;
use ximu_text::Text;

/// The most runs of one tool: medians of more say nothing new.
const RUNS_MAX: u32 = 99;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bench {
    /// Sealing one file: encrypt, deal the shares, commit, open again and compare
    Seal,
    /// Opening one envelope into a folder, with every check
    Open,
    /// Verifying a public bundle
    Verify,
}

/// Another tool for the same work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// `age`: encrypts or decrypts, nothing else
    Age,
    /// `age`, then `sha256sum` of the ciphertext: encryption and a commitment
    AgeDigest,
    /// `rage`, when it is installed
    Rage,
}

/// Measures sealing, opening and verifying; with --against beside other tools, as ratios of wall time in one run.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub work: Option<Work>,
    /// What to measure; all of seal and open without it
    #[arg(value_enum)]
    pub bench: Vec<Bench>,
    /// Other tools to measure beside ours, comma separated
    #[arg(long, value_enum, value_delimiter = ',')]
    pub against: Vec<Against>,
    /// Size of the file that is sealed, in MiB
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub mebibytes: u64,
    /// How often each tool runs
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=i64::from(RUNS_MAX)))]
    pub runs: u32,
    /// The bundle that `verify` measures (`ximu demo --bundle out.zip` writes one)
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// A folder on the disk to be measured; the temporary folder without it
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// One JSON object per line
    #[arg(long)]
    pub json: bool,
}

/// The measured work itself, as a process of its own.
#[derive(Debug, Subcommand)]
pub enum Work {
    /// Seals a file once
    #[command(hide = true)]
    RunSeal { input: PathBuf, folder: PathBuf },
    /// Opens the envelope that `run-seal` made
    #[command(hide = true)]
    RunOpen { folder: PathBuf, into: PathBuf },
}

/// Runs it.
///
/// # Errors
/// When a tool is missing or a file cannot be written.
pub fn run(arguments: Arguments) -> Done {
    match &arguments.work {
        Some(Work::RunSeal { input, folder }) => return work::seal(input, folder).map(|()| Exit::Done),
        Some(Work::RunOpen { folder, into }) => return work::open(folder, into).map(|()| Exit::Done),
        None => {}
    }
    let place = arguments.dir.clone().unwrap_or_else(std::env::temp_dir);
    let scratch = place.join(format!("ximu-bench-{}", std::process::id()));
    files::folder(&scratch)?;
    let rows = measure_all(&arguments, &scratch);
    std::fs::remove_dir_all(&scratch).map_err(|error| Fault::file("remove", &scratch, &error))?;
    let rows = rows?;
    if arguments.json {
        rows.iter().for_each(out::json)
    } else {
        table::print(&rows)
    }
    Ok(Exit::Done)
}

fn measure_all(arguments: &Arguments, scratch: &std::path::Path) -> Result<Vec<Row>, Fault> {
    let benches: &[Bench] =
        if arguments.bench.is_empty() { &[Bench::Seal, Bench::Open] } else { &arguments.bench };
    let mut rows = Vec::new();
    for bench in benches {
        let tools = measure::tools(*bench, &arguments.against);
        let bytes = match bench {
            Bench::Seal | Bench::Open => arguments.mebibytes * 1024 * 1024,
            Bench::Verify => bundle_bytes(arguments)?,
        };
        let prepared = measure::prepare(*bench, bytes, &tools, scratch, arguments.bundle.as_deref())?;
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); tools.len()];
        let bar = out::bar(u64::from(arguments.runs) * tools.len() as u64, table::name(*bench));
        for run in 0..arguments.runs {
            for (tool, samples) in tools.iter().zip(&mut samples) {
                samples.push(prepared.run(*tool, run)?);
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        rows.extend(table::rows(*bench, &tools, bytes, &samples));
    }
    Ok(rows)
}

fn bundle_bytes(arguments: &Arguments) -> Result<u64, Fault> {
    let advice = Text::advice_bench_bundle;
    let bundle =
        arguments.bundle.as_ref().ok_or_else(|| Fault::argument(Text::found_bench_bundle, advice))?;
    Ok(std::fs::metadata(bundle).map_err(|error| Fault::file("read", bundle, &error))?.len())
}
