//! `GET /openapi.json`: the description of the interface (OpenAPI 3.1), written by hand and tested against the routes.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// The description.
pub const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// Answers with it.
pub async fn handle() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
