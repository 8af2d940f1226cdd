//! `POST /api/v1/commands`: gives a signed command; the answer comes once it is decided and durable.

use axum::{
    Extension,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use ximu_basics::json;
use ximu_office::{Acknowledgement, Answer, Trouble};
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
        Answer::Accepted(recorded) => {
            canonical(&Given { acknowledgement: &recorded.acknowledgement, subject: &recorded.subject })
        }
        Answer::Refused { refusal, recorded } => {
            Problem::refused(&refusal, recorded.as_ref()).into_response()
        }
    })
}
