//! `PUT /api/v1/documents/{sha256}` by an officer, and `GET /api/v1/tenders/{id}/documents/{sha256}` by anybody.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::io::Read as _;
use ximu_basics::{Hash, ProcedureId};
use ximu_office::{Trouble, answer::DocumentHead};

use super::{announced, canonical, problem::Problem, uploader};
use crate::{body, reader::encode, site::Site};

/// The largest document, in bytes: one part of a commitment.
pub const DOCUMENT_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Takes a document of a procedure that is to be published.
pub async fn put(
    State(site): State<Site>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let hash = hash.parse::<Hash>().map_err(|_| Problem::missing())?;
    let (key, signature) = uploader(&headers)?;
    let bytes = announced(&headers, DOCUMENT_BYTES_MAX)?;
    let head = DocumentHead { hash, bytes, key, signature };
    body::stream(&site, body, move |site, reader| site.host.put_document(&head, reader)).await?;
    let answer = serde_json::json!({ "bytes": bytes, "sha256": hash });
    Ok((StatusCode::CREATED, canonical(&answer)).into_response())
}

/// Gives a document that the procedure names, as a download that no browser runs.
pub async fn get(
    State(site): State<Site>,
    Path((id, hash)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let hash = hash.parse::<Hash>().map_err(|_| Problem::missing())?;
    let read = move |site: &Site| {
        let view = site.host.view();
        let documents = view.world.tenders.get(&id).map_or(&[][..], |tender| &tender.documents);
        let document = documents.iter().find(|document| document.hash == hash).ok_or(Trouble::NotFound)?;
        let mut bytes = Vec::new();
        let mut reader = site.host.document(&hash)?.take(DOCUMENT_BYTES_MAX);
        reader.read_to_end(&mut bytes).map_err(|_| Trouble::Vault { code: "document-unreadable" })?;
        Ok::<_, Trouble>((document.name.clone(), bytes))
    };
    let (name, bytes) = site.blocking(read).await??;
    let disposition = format!("attachment; filename*=UTF-8''{}", encode(&name));
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_string()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, bytes).into_response())
}
