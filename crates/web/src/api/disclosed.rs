//! What CLOSE and the end of the window disclose: operations, forms to be opened, the public bundle. Before that all
//! of it answers exactly like something that does not exist.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_office::committee::Asking;

use super::{canonical, problem::Problem, uploader};
use crate::site::Site;

/// `GET /api/v1/tenders/{id}/operations`: JSON lines, from CLOSE on.
pub async fn operations(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let lines = site.blocking(move |site| site.host.operations(&id)).await??;
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], lines).into_response())
}

/// `GET /api/v1/tenders/{id}/panel`: what the committee has done. For everybody once the evaluation is concluded; before
/// that for holders, members and bidders who say who they are, by the headers `ximu-key`, `ximu-at` and
/// `ximu-signature`, as far as each may read it.
pub async fn panel(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let asking = match headers.get("ximu-key") {
        Some(_) => Some(asking(&headers)?),
        None => None,
    };
    let sitting = site.blocking(move |site| site.host.sitting(&id, asking.as_ref())).await??;
    Ok(([(header::CACHE_CONTROL, "no-store")], canonical(&sitting)).into_response())
}

/// Who asks, by the three headers of a signed request.
pub(super) fn asking(headers: &HeaderMap) -> Result<Asking, Problem> {
    let (key, signature) = uploader(headers)?;
    let at = headers.get("ximu-at").and_then(|at| at.to_str().ok()).and_then(|at| at.parse().ok());
    let at = at.ok_or_else(|| {
        Problem::new("header_missing")
            .detail("expected the header ximu-at in milliseconds since 1970".to_string())
    })?;
    Ok(Asking { key, at: Instant::from_unix_ms(at), signature })
}

/// `GET /api/v1/tenders/{id}/envelopes/{commitment}`: a form's ciphertext, once the window has ended.
pub async fn envelope(
    State(site): State<Site>,
    Path((id, commitment)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let commitment = commitment.parse::<Hash>().map_err(|_| Problem::missing())?;
    let bytes = site.blocking(move |site| site.host.envelope(&id, &commitment)).await??;
    let disposition = format!("attachment; filename={commitment}.age");
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_string()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, bytes).into_response())
}

/// `GET /api/v1/tenders/{id}/bundle`: the public bundle, as of the newest cosigned checkpoint. It holds the whole
/// log of the centre; it is made once for each checkpoint, however many download it.
pub async fn bundle(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let name = format!("attachment; filename={id}.zip");
    let view = site.host.view();
    if !view.world.tenders.contains_key(&id) {
        return Err(Problem::missing());
    }
    let size = view.cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
    let make = async { site.blocking(|site| site.host.bundle().map(Bytes::from)).await? };
    let bytes = site.bundles.get(size, make).await?;
    let head = [(header::CONTENT_TYPE, "application/zip".to_string()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, bytes).into_response())
}
