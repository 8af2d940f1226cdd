//! `ximu bid hand`: hands a signed command to the holders, without a folder of a bid.

use crate::{
    args::TrustArguments,
    bidding::hand,
    cmd::tender,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out,
    remote::Remote,
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::json;
use ximu_client::Address;
use ximu_procedure::wire::SignedCommand;
use ximu_text::Text;

/// Hands a signed command to the holders.
///
/// What they sign for is written beside the file, as COMMAND.handed.json. Exit code 0 when at least one has it, 3 when
/// none has.
#[derive(Debug, Args)]
pub struct Hand {
    /// The file with the signed command: release.json or rescue.json of a bid's folder
    command: PathBuf,
    /// Where the centre is served, for instance https://centre.example or http://127.0.0.1:8080
    #[arg(long, value_name = "URL", required_unless_present = "policy")]
    centre: Option<Address>,
    #[command(flatten)]
    trust: TrustArguments,
    /// The policy's file: with it the centre is not asked
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where a holder is served; may be repeated
    #[arg(long = "peer", value_name = "NAME=URL", value_parser = tender::peer)]
    peers: Vec<(String, Address)>,
    /// Prints what the holders signed for as JSON
    #[arg(long)]
    json: bool,
}

impl Hand {
    pub(super) fn run(self) -> Done {
        let bytes = files::read(&self.command)?;
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let signed: SignedCommand =
            json::from_canonical(text).map_err(|error| Fault::file("read", &self.command, &error))?;
        let trust = self.trust.load()?;
        let remote = self.centre.as_ref().map(|centre| Remote::connect(centre, &trust)).transpose()?;
        let policy = match (&self.policy, &remote) {
            (Some(path), _) => files::read_text(path)?,
            (None, Some(remote)) => remote.info.policy.clone(),
            (None, None) => return Err(Fault::argument(Text::found_no_centre_or_policy, "")),
        };
        let doors = hand::doors(&self.peers, remote.as_ref(), &trust)?;
        let handed = hand::hand(&signed, &hand::policy(&policy)?, &doors, hand::ASKED_MAX)?;
        let mut kept = json::to_canonical(&handed)?;
        kept.push(b'\n');
        files::write(&self.command.with_extension("handed.json"), &kept, Access::Shared)?;
        if self.json {
            out::json(&handed);
        }
        Ok(if handed.is_empty() { Exit::Refused } else { Exit::Done })
    }
}
