//! `POST /api/v1/commands`: gives a signed command; the answer comes once it is decided and durable.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use ximu_basics::json;
use ximu_office::{Acknowledgement, Answer};
use ximu_procedure::wire::{SignedCommand, signed::BODY_BYTES_MAX};

use super::{canonical, problem::Problem};
use crate::{body, site::Site};

/// The longest request: a command's body as a JSON string, where a byte may take two, and its key and signature.
pub const COMMAND_BYTES_MAX: usize = 2 * BODY_BYTES_MAX + 1024;

#[derive(Serialize)]
struct Given<'a> {
    acknowledgement: &'a Acknowledgement,
    subject: &'a str,
}

/// Reads, gives, answers.
pub async fn handle(State(site): State<Site>, body: Body) -> Result<Response, Problem> {
    let bytes = body::read(body, COMMAND_BYTES_MAX).await?;
    let command: SignedCommand = json::from_canonical(&bytes)
        .map_err(|error| Problem::new("body_malformed").detail(format!("a signed command: {error}")))?;
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
