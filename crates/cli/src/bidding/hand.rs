//! Handing a signed release or request for rescue to the holders (opening 3.4), so that no host alone can leave it out of
//! the log. What each of them signs for is kept beside the bid.

use crate::{fault::Fault, out, outside, remote::Remote};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ximu_basics::{Hash, json};
use ximu_client::{Address, ClientError, Peer, Timeouts, Trust, peer::RelayAnswer};
use ximu_procedure::wire::{SignedCommand, command::relay_statement, signed::verify};
use ximu_text::Text;
use ximu_tlog::Policy;

/// Between two questions to a holder that has not read the log so far.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// Questions to one such holder: ten seconds.
pub const ASKED_MAX: u32 = 40;

/// Codes of a holder that has nothing to take: not a holder of this procedure, or the log shows the command already.
const NOTHING_TO_TAKE: [&str; 4] = ["relay-not-here", "relay-exists", "log-unknown", "not-found"];

/// What a holder signed for, as it is kept: the SHA-256 of the command's canonical JSON, and the holder's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handed {
    /// SHA-256 of the canonical JSON of the signed command.
    pub command: Hash,
    /// The holder's word.
    pub statement: RelayAnswer,
}

/// The other centres at which a command can be handed in: those that are named, then those that the centre names.
///
/// # Errors
/// When an address cannot be used.
pub fn doors(
    named: &[(String, Address)],
    remote: Option<&Remote>,
    trust: &Trust,
) -> Result<Vec<(String, Peer)>, Fault> {
    let mut doors: Vec<(String, Address)> = named.to_vec();
    for peer in remote.iter().flat_map(|remote| &remote.info.peers) {
        if doors.iter().any(|(name, _)| *name == peer.name) {
            continue;
        }
        // What a centre says of others must not keep the bidder from those it can reach.
        match peer.url.parse() {
            Ok(address) => doors.push((peer.name.clone(), address)),
            Err(error) => out::remark(|t| t.found_at(error.to_string(), &peer.name)),
        }
    }
    let open = |(name, address)| Ok((name, Peer::new(address, trust, Timeouts::default())?));
    doors.into_iter().map(open).collect()
}

/// Hands the command to each and gives what they signed for; one that has not read the log so far is asked up to `asked`
/// times. What a holder cannot do is said and stops no other.
///
/// # Errors
/// When the command has no canonical form or cannot be read.
pub fn hand(
    signed: &SignedCommand,
    policy: &Policy,
    doors: &[(String, Peer)],
    asked: u32,
) -> Result<Vec<Handed>, Fault> {
    let bytes = json::to_canonical(signed)?;
    let body = signed.open()?;
    let command = Hash::of(&bytes);
    let mut handed = Vec::new();
    for (name, peer) in doors {
        let statement = match ask(peer, &bytes, asked) {
            Ok(statement) => statement,
            Err(error) if NOTHING_TO_TAKE.contains(&error.code()) => continue,
            Err(error) => {
                out::remark(|t| t.found_at(error.to_string(), name));
                continue;
            }
        };
        let said = relay_statement(&body.origin, &body.procedure, &command, statement.at);
        let pinned = policy.witnesses().get(name).map(|witness| *witness.key.public());
        let is_its_word =
            statement.holder == *name && pinned.is_some_and(|key| verify(&key, &said, &statement.signature));
        if is_its_word {
            out::remark(|t| t.cli_handed(name));
            handed.push(Handed { command, statement });
        } else {
            out::remark(|t| t.cli_handed_other(name));
        }
    }
    Ok(handed)
}

/// A policy by its text.
///
/// # Errors
/// When it is none.
pub fn policy(text: &str) -> Result<Policy, Fault> {
    Policy::parse(text.as_bytes())
        .map_err(|error| Fault::new("policy", |t: Text| t.found_policy(error.to_string()), ""))
}

/// A holder that is behind is asked again.
fn ask(peer: &Peer, bytes: &[u8], asked: u32) -> Result<RelayAnswer, ClientError> {
    for _ in 1..asked {
        match peer.hand(bytes) {
            Err(error) if error.code() == "relay-behind" => outside::pause(ASK_EVERY),
            answer => return answer,
        }
    }
    peer.hand(bytes)
}
