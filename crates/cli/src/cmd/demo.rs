//! `ximu demo`: the seed case from end to end.

use crate::{
    demo::{
        children::Ordered,
        driver::Run,
        lock::Lock,
        places::Listen,
        plan::{Folders, Pace, Plan},
        seat::Seat,
    },
    fault::{Done, Fault},
    files, outside,
};
use clap::Args;
use std::path::{Path, PathBuf};
use ximu_basics::{Hash, Seed, hex};
use ximu_text::{Language, Text};

/// Where the host listens unless it is said otherwise.
const LISTEN: &str = "127.0.0.1:8080";

/// A whole tender on this machine: a host and other centres as processes of their own, firms that seal and open.
///
/// Yichang hosts; two centres in Jiangsu and two in Zhejiang witness, keep second copies and hold key shares. 29 firms
/// take part: 27 are on the opening list, one withdraws, one is late; 25 open their bids, one has lost its key and is
/// rescued, one stays silent. Two questions are asked and answered, a coefficient and the committee's experts are
/// drawn, the second firm objects to the first. After the award the contract is signed, the bonds are returned, and the record
/// is sealed for keeping. Everything goes over real HTTP, ends in a public bundle, and is checked by the verifier.
/// Any process may be killed at any time; starting again with the same --data-dir continues.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Bids on the opening list, at least 5 [default: 27; 8 for --seat evaluator]
    #[arg(long, value_name = "N")]
    bidders: Option<u32>,
    /// Members of the evaluation committee, an odd number from 5 on; all are drawn [default: 5]
    #[arg(long, value_name = "N")]
    experts: Option<u32>,
    /// Other centres [default: 4]
    #[arg(long, value_name = "N")]
    centres: Option<u32>,
    /// How many of them open together [default: 3]
    #[arg(long, value_name = "T")]
    escrow: Option<u32>,
    /// Makes keys, prices and papers the same in every run; random when it is left out
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Runs the rehearsal's calendar as fast as its windows allow, about half a minute in all
    #[arg(long)]
    fast: bool,
    /// Leaves one seat empty for you: bidder, evaluator, supervisor, host. Prints the address and what to do; everybody else goes on and waits where
    /// the law waits, about a quarter of an hour in all (with --fast two to three minutes)
    #[arg(long, value_name = "WHOSE")]
    seat: Option<Seat>,
    /// Ends when the record is archived and checked, instead of keeping the pages up
    #[arg(long)]
    exit: bool,
    /// Where the host's pages are; 127.0.0.1:8080, or any free port when that is taken
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where everything is kept; a new folder under the system's temporary one when it is left out
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where the public bundle goes [default: bundle.zip in the data directory]
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Has a process end at a step, for tests: host=NAME:N or peer-2=NAME:N, one for each of its starts, in order
    #[arg(long, value_name = "WHO=NAME:N", hide = true)]
    fail_point: Vec<Ordered>,
    /// Has the host run with more settings, for tests: the end of its ximu.toml
    #[arg(long, value_name = "FILE", hide = true)]
    host_settings: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// When something that must work does not.
pub fn run(arguments: Arguments, language: Language) -> Done {
    let text = Text::new(language);
    if let Some(bundle) = &arguments.bundle {
        files::check_writable(bundle)?;
    }
    let data_dir = match &arguments.data_dir {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("ximu-demo-{}", hex::encode(&outside::random::<4>()?))),
    };
    // What is refused for its arguments, a foreign folder or an address is refused before anything is written.
    planned(&arguments, &data_dir)?;
    let held = data_dir.is_dir().then(|| Lock::take(&data_dir)).transpose()?;
    let listen = arguments.listen.clone().map_or_else(|| Listen::Preferably(LISTEN.to_owned()), Listen::At);
    let host = listen.take()?;
    let _lock = match held {
        Some(lock) => lock,
        None => Lock::take(&data_dir)?,
    };
    // Read again: from here on nobody else writes it.
    let (plan, resumed) = planned(&arguments, &data_dir)?;
    plan.keep(&data_dir)?;
    // The processes' arguments name the folder; they must not depend on where they run.
    let data_dir =
        std::fs::canonicalize(&data_dir).map_err(|error| Fault::file("read", &data_dir, &error))?;
    files::folder(&data_dir.join("peers"))?;
    let bundle = arguments.bundle.unwrap_or_else(|| data_dir.join("bundle.zip"));
    let folders = Folders(data_dir);
    let (fail_points, exit) = (arguments.fail_point, arguments.exit);
    let settings = arguments.host_settings.as_deref().map(files::read_text).transpose()?.unwrap_or_default();
    Run { plan, resumed, folders, settings, bundle, exit, fail_points, text }.play(host)
}

/// The plan, and whether it was found in the folder.
fn planned(arguments: &Arguments, data_dir: &Path) -> Result<(Plan, bool), Fault> {
    let kept = Plan::load(data_dir)?;
    let resumed = kept.is_some();
    let plan = match kept {
        Some(plan) => same(plan, arguments, data_dir)?,
        None => fresh(arguments)?,
    };
    plan.check()?;
    Ok((plan, resumed))
}

fn fresh(arguments: &Arguments) -> Result<Plan, Fault> {
    let seed = match arguments.seed {
        Some(number) => seed_of(number),
        None => outside::seed()?,
    };
    Ok(Plan {
        v: 1,
        seed,
        bidders: arguments.bidders.unwrap_or(bidders(arguments.seat)),
        experts: arguments.experts.unwrap_or(5),
        centres: arguments.centres.unwrap_or(4),
        escrow: arguments.escrow.unwrap_or_else(|| arguments.centres.unwrap_or(4).min(3)),
        pace: pace(arguments.fast, arguments.seat),
        seat: arguments.seat,
    })
}

/// Bids on the list: a person who scores them all need not score 25.
fn bidders(seat: Option<Seat>) -> u32 {
    match seat {
        Some(Seat::Evaluator) => 8,
        Some(Seat::Bidder | Seat::Supervisor | Seat::Host) | None => 27,
    }
}

/// A person needs more time than the cast.
fn pace(fast: bool, seat: Option<Seat>) -> Pace {
    match (fast, seat) {
        (true, None) => Pace::Fast,
        (false, None) | (true, Some(_)) => Pace::Watch,
        (false, Some(_)) => Pace::Seat,
    }
}

fn seed_of(number: u64) -> Seed {
    Seed(Hash::of_parts("ximu-demo-seed/1", &[&number.to_be_bytes()]).0)
}

/// A plan that is continued, when what is asked for now is the same or left out.
fn same(plan: Plan, arguments: &Arguments, data_dir: &Path) -> Result<Plan, Fault> {
    let differs = |what: &str, kept: String, found: String| {
        let said = |t: Text| t.found_demo_argument(data_dir.display().to_string(), &found, &kept, what);
        Fault::argument(said, |t: Text| t.advice_no_what(what))
    };
    for (what, kept, found) in [
        ("bidders", plan.bidders, arguments.bidders),
        ("experts", plan.experts, arguments.experts),
        ("centres", plan.centres, arguments.centres),
        ("escrow", plan.escrow, arguments.escrow),
    ] {
        if found.is_some_and(|found| found != kept) {
            return Err(differs(what, kept.to_string(), found.unwrap_or_default().to_string()));
        }
    }
    if arguments.seat.is_some() && arguments.seat != plan.seat {
        let said = |t: Text| t.found_demo_seat(data_dir.display().to_string());
        return Err(Fault::argument(said, |t: Text| t.advice_no_what("seat")));
    }
    if arguments.fast && plan.pace != pace(true, plan.seat) {
        let said = |t: Text| t.found_demo_fast(data_dir.display().to_string());
        return Err(Fault::argument(said, |t: Text| t.advice_no_what("fast")));
    }
    if arguments.seed.is_some_and(|number| seed_of(number) != plan.seed) {
        let seed = arguments.seed.unwrap_or_default();
        let said = |t: Text| t.found_demo_seed(data_dir.display().to_string(), seed);
        return Err(Fault::argument(said, Text::advice_no_seed));
    }
    Ok(plan)
}
