//! `PUT /api/v1/uploads/{procedure}/{commitment}`: leaves a ciphertext. 201 means: on disk here and at the custody
//! centre. Repeating an upload repeats the answer.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use ximu_basics::{Hash, ProcedureId, Signature};
use ximu_office::answer::{UploadHead, Uploaded};

use super::{announced, canonical, problem::Problem, uploader};
use crate::{body, site::Site};

/// The largest ciphertext, in bytes: uploads are whole files in this version (journal 9).
pub const UPLOAD_BYTES_MAX: u64 = 256 * 1024 * 1024;

#[derive(Serialize)]
struct Answer {
    commitment: Hash,
    bytes: u32,
    custody: Signature,
}

/// Checks the head, then streams the body to the office.
pub async fn handle(
    State(site): State<Site>,
    Path((procedure, commitment)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let procedure = procedure.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let commitment = commitment.parse::<Hash>().map_err(|_| Problem::missing())?;
    let (key, signature) = uploader(&headers)?;
    let bytes = announced(&headers, UPLOAD_BYTES_MAX)?;
    let head = UploadHead { procedure, commitment, bytes, key, signature };
    let stored = body::stream(&site, body, move |site, reader| site.host.upload(&head, reader)).await?;
    let Uploaded { commitment, bytes, custody } = stored;
    Ok((StatusCode::CREATED, canonical(&Answer { commitment, bytes, custody })).into_response())
}
