//! The JSON interface (surface: HTTP), one file per resource. `/openapi.json` describes it; a test holds the two
//! together.

pub mod bodies;
pub mod centre;
pub mod commands;
pub mod disclosed;
pub mod documents;
pub mod entries;
pub mod events;
pub mod health;
pub mod log;
pub mod ocds;
pub mod openapi;
pub mod problem;
pub mod receipts;
pub mod records;
pub mod seats;
pub mod tenders;
pub mod uploads;

use axum::{
    Router,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::Serialize;
use ximu_basics::{PublicKey, Signature, json};

use crate::site::Site;
use problem::Problem;

/// The routes of the interface. A test reads them here and compares them with the description.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v1/centre", get(centre::handle))
        .route("/api/v1/commands", post(commands::handle))
        .route("/api/v1/uploads/{procedure}/{commitment}", put(uploads::handle))
        .route("/api/v1/documents/{sha256}", put(documents::put))
        .route("/api/v1/records", post(records::handle))
        .route("/api/v1/register/waiting", get(records::waiting))
        .route("/api/v1/receipts/{command}", get(receipts::handle))
        .route("/api/v1/procedures", get(tenders::list))
        .route("/api/v1/tenders/{id}", get(tenders::one))
        .route("/api/v1/tenders/{id}/entries", get(entries::handle))
        .route("/api/v1/tenders/{id}/operations", get(disclosed::operations))
        .route("/api/v1/tenders/{id}/panel", get(disclosed::panel))
        .route("/api/v1/tenders/{id}/seats", get(seats::read).post(seats::ask))
        .route("/api/v1/tenders/{id}/seats/{key}", post(seats::vouch))
        .route("/api/v1/tenders/{id}/envelopes/{commitment}", get(disclosed::envelope))
        .route("/api/v1/tenders/{id}/bodies/{commitment}", get(bodies::whole))
        .route("/api/v1/tenders/{id}/bodies/{commitment}/header", get(bodies::head))
        .route("/api/v1/tenders/{id}/documents/{sha256}", get(documents::get))
        .route("/api/v1/tenders/{id}/bundle", get(disclosed::bundle))
        .route("/api/v1/tenders/{id}/events", get(events::handle))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/wait", get(log::wait))
        .route("/log/tile/{*path}", get(log::tile))
        .route("/ocds/releases", get(ocds::newest))
        .route("/ocds/records/{ocid}", get(ocds::one))
        .route("/ocds/extension/{name}", get(ocds::extension))
        .route("/openapi.json", get(openapi::handle))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
}

/// Canonical JSON as an answer.
fn canonical(value: &impl Serialize) -> Response {
    match json::to_canonical(value) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer has no canonical form");
            Problem::new("internal").into_response()
        }
    }
}

/// Who uploads: the headers `ximu-key` and `ximu-signature`, both in hexadecimal.
fn uploader(headers: &HeaderMap) -> Result<(PublicKey, Signature), Problem> {
    Ok((hex_header(headers, "ximu-key")?, hex_header(headers, "ximu-signature")?))
}

fn hex_header<T: std::str::FromStr>(headers: &HeaderMap, name: &str) -> Result<T, Problem> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let parsed = value.and_then(|value| value.parse().ok());
    parsed.ok_or_else(|| {
        Problem::new("header_missing").detail(format!("expected the header {name} in lower-case hexadecimal"))
    })
}

/// The size a sender announces: `Content-Length`, at most `max`.
fn announced(headers: &HeaderMap, max: u64) -> Result<u64, Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let bytes = length.and_then(|length| length.parse::<u64>().ok());
    let bytes = bytes.ok_or_else(|| {
        Problem::new("length_required").detail("expected a Content-Length, found none".to_string())
    })?;
    if bytes > max {
        let detail = format!("expected at most {max} bytes, found a Content-Length of {bytes}");
        return Err(Problem::new("body_too_large").detail(detail));
    }
    Ok(bytes)
}
