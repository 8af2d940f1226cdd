//! `POST /api/v1/commands`: gives a signed command; the answer comes once it is decided and durable.

use axum::{
    Extension,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use ximu_basics::json;
use ximu_office::{Acknowledgement, Answer, Trouble, answer::Recorded};
use ximu_procedure::wire::{Command, SignedCommand, signed::BODY_BYTES_MAX};

use super::{canonical, problem::Problem};
use crate::{body, serve::Client, site::Site};

/// The longest request: a command's body as a JSON string, where a byte may take two, and its key and signature.
pub const COMMAND_BYTES_MAX: usize = 2 * BODY_BYTES_MAX + 1024;

#[derive(Serialize)]
struct Given<'a> {
    acknowledgement: &'a Acknowledgement,
    subject: &'a str,
}

/// Whether a command is one that anybody may give: those who are known pass by the limit of their address.
fn is_of_a_stranger(command: &SignedCommand) -> bool {
    command
        .open()
        .is_ok_and(|body| matches!(body.command, Command::RegisterParty { .. } | Command::Ask { .. }))
}

/// The answer to a look at the applications: of one length, however many there are (enter 5.3).
#[derive(Serialize)]
struct Shown<'a> {
    acknowledgement: &'a Acknowledgement,
    listing: &'a str,
    padding: String,
    subject: &'a str,
}

/// The length of an answer that shows applications: 180 of the longest, as a JSON string, and the rest of the answer.
pub const LISTING_BYTES: usize = 384 * 1024;

/// Reads, gives, answers.
pub async fn handle(
    State(site): State<Site>,
    client: Option<Extension<Client>>,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(body, COMMAND_BYTES_MAX).await?;
    let command: SignedCommand = json::from_canonical(&bytes)
        .map_err(|error| Problem::new("body_malformed").detail(format!("a signed command: {error}")))?;
    if let Some(Extension(Client(address))) = client
        && is_of_a_stranger(&command)
        && !site.neighbours.take(address, site.host.now())
    {
        return Err(Trouble::TooManyStrangers.into());
    }
    let answer = site.blocking(move |site| site.host.give(command)).await??;
    Ok(match answer {
        Answer::Accepted(Recorded { acknowledgement, subject, listing: Some(listing) }) => {
            shown(&acknowledgement, &listing, &subject)?
        }
        Answer::Accepted(recorded) => {
            canonical(&Given { acknowledgement: &recorded.acknowledgement, subject: &recorded.subject })
        }
        Answer::Refused { refusal, recorded } => {
            Problem::refused(&refusal, recorded.as_ref()).into_response()
        }
    })
}

fn shown(acknowledgement: &Acknowledgement, listing: &str, subject: &str) -> Result<Response, Problem> {
    let internal = || Problem::new("internal");
    let mut answer = Shown { acknowledgement, listing, padding: String::new(), subject };
    let bytes = json::to_canonical(&answer).map_err(|_| internal())?.len();
    let padding = LISTING_BYTES.checked_sub(bytes).ok_or_else(internal)?;
    answer.padding = "0".repeat(padding);
    Ok(canonical(&answer))
}
