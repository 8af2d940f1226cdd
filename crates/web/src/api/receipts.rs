//! `GET /api/v1/receipts/{command}`: the proof that a command stands in the log, or what it waits for.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use ximu_basics::Hash;
use ximu_office::answer::ReceiptState;

use super::{canonical, problem::Problem};
use crate::site::Site;

/// Answers 200 with the receipt, 202 with what it waits for, 404.
pub async fn handle(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse::<Hash>().map_err(|_| Problem::missing())?;
    let state = site.blocking(move |site| site.host.receipt(&id)).await??;
    let waits = |answer| (StatusCode::ACCEPTED, canonical(&answer)).into_response();
    Ok(match state {
        ReceiptState::Unknown => Problem::missing().into_response(),
        ReceiptState::WaitsForBeat { scheduled } => {
            waits(json!({ "scheduled": scheduled, "waits_for": "beat" }))
        }
        ReceiptState::WaitsForCosignatures => waits(json!({ "waits_for": "cosignatures" })),
        ReceiptState::Ready(receipt) => {
            ([(header::CONTENT_TYPE, "application/json")], receipt).into_response()
        }
    })
}
