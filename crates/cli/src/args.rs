//! The command line's shape, and the arguments that several subcommands share.

use crate::{cmd, fault::Fault, files, keys::Key, remote::Remote};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use ximu_basics::ProcedureId;
use ximu_client::{Address, Trust};

/// Public tenders that nobody has to be trusted for: sealed until the opening, checked by strangers afterwards.
///
/// 徙木立信. Start with `ximu demo`: a whole tender on this machine, from the notice to contract and archive, in a
/// minute or two. Exit codes everywhere: 0 done or holds, 1 does not hold, 2 could not be done or read, 3 refused
/// by the centre.
#[derive(Debug, Parser)]
#[command(name = "ximu", version, max_term_width = 110)]
pub struct Arguments {
    /// The language of what people read: zh or en; as the environment says when it is left out
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub lang: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands. What those without words here do stands on their arguments, which are long enough for both.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(cmd::demo::Arguments),
    Serve(cmd::serve::Arguments),
    Peer(cmd::peer::Arguments),
    /// A signing key: make one, or show its public form
    #[command(subcommand)]
    Key(cmd::key::Command),
    /// A tenderer's work: publish a procedure from a rules file and its documents
    #[command(subcommand, after_long_help = cmd::tender::STEPS)]
    Tender(cmd::tender::Command),
    Act(cmd::act::Arguments),
    /// A bidder's own tools: seal, submit, fetch the receipt, withdraw, open
    #[command(subcommand, after_long_help = cmd::bid::STEPS)]
    Bid(cmd::bid::Command),
    Report(cmd::report::Arguments),
    /// A committee member's own tools: sit down, declare, seal scores, sign the report; and vouching for it
    #[command(subcommand, after_long_help = cmd::committee::STEPS)]
    Committee(cmd::committee::Command),
    Verify(cmd::verify::Arguments),
    Ocds(cmd::ocds::Arguments),
    /// Reads a centre's journal, decides it again step by step, writes the public bundle
    #[command(subcommand, after_long_help = cmd::journal::STEPS)]
    Journal(cmd::journal::Command),
    /// A centre's officers: found it, register and admit parties, replace keys, look after the data
    #[command(subcommand, after_long_help = cmd::admin::STEPS)]
    Admin(cmd::admin::Command),
    /// Measures sealing, opening and verifying, beside other tools
    Bench(cmd::bench::Arguments),
}

/// A centre to talk to.
#[derive(Debug, Args)]
pub struct CentreArguments {
    /// Where the centre is served, for instance https://centre.example or http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    pub centre: Address,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// Whose certificates count.
#[derive(Debug, Args)]
pub struct TrustArguments {
    /// PEM file with the authorities to trust for https, instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub roots: Option<PathBuf>,
}

/// A signing key.
#[derive(Debug, Args)]
pub struct KeyArguments {
    /// Your key file (`ximu key new`)
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

impl TrustArguments {
    /// The authorities.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self) -> Result<Trust, Fault> {
        match &self.roots {
            None => Ok(Trust::Public),
            Some(path) => files::read(path).map(Trust::Only),
        }
    }
}

impl CentreArguments {
    /// Connects.
    ///
    /// # Errors
    /// When the centre does not answer.
    pub fn connect(&self) -> Result<Remote, Fault> {
        Remote::connect(&self.centre, &self.trust.load()?)
    }
}

impl KeyArguments {
    /// Reads the key.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(&self) -> Result<Key, Fault> {
        Key::read(&self.key)
    }
}

/// The register as a procedure.
///
/// # Errors
/// Never: the id is a constant that parses.
pub fn registry() -> Result<ProcedureId, Fault> {
    ximu_procedure::REGISTRY.parse().map_err(|error| Fault::new("id", format!("{error}"), ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_language_stands_before_or_after_the_subcommand() {
        for line in ["ximu --lang zh verify out.zip", "ximu verify --lang zh out.zip", "ximu demo --lang zh"]
        {
            let parsed = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(parsed.lang.as_deref(), Some("zh"), "{line}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
