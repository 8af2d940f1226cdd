//! `POST /api/v1/records`: leaves the record behind a name commitment of the register.

use axum::{
    body::Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{canonical, problem::Problem};
use crate::{body, site::Site};

/// The longest record, in bytes of its canonical JSON.
pub const RECORD_BYTES_MAX: usize = 1024;

/// Hands the exact bytes on; the office knows which addresses it takes.
pub async fn handle(State(site): State<Site>, body: Body) -> Result<Response, Problem> {
    let bytes = body::read(body, RECORD_BYTES_MAX).await?;
    let address = site.blocking(move |site| site.host.put_record(&bytes)).await??;
    Ok((StatusCode::CREATED, canonical(&serde_json::json!({ "address": address }))).into_response())
}
