//! The log as C2SP tlog-tiles: `/log/checkpoint`, `/log/tile/...`; and `/log/wait`, our own, for whoever needs a
//! checkpoint that covers a leaf.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::problem::Problem;
use crate::{reader::Reader, site::Site};

/// The longest wait of one request.
const WAIT_MAX: Duration = Duration::from_secs(25);

/// `GET /log/checkpoint`: the newest cosigned checkpoint, a signed note.
pub async fn checkpoint(State(site): State<Site>) -> Result<Response, Problem> {
    newest(&site).map(|(_, note)| note_response(note)).ok_or_else(Problem::missing)
}

/// `GET /log/wait?size=N`: the newest cosigned checkpoint once it covers N leaves, or after [`WAIT_MAX`] whatever
/// is the newest then; the caller looks at its size.
pub async fn wait(State(site): State<Site>, reader: Reader) -> Result<Response, Problem> {
    let wanted = reader.parameter("size").and_then(|size| size.parse::<u64>().ok());
    let wanted = wanted.ok_or_else(|| {
        Problem::new("body_malformed").detail("expected size=N with a number of leaves".to_string())
    })?;
    let mut news = site.news();
    let end = tokio::time::Instant::now() + WAIT_MAX;
    loop {
        news.borrow_and_update();
        let found = newest(&site);
        if found.as_ref().is_some_and(|(size, _)| *size >= wanted) {
            return found.map(|(_, note)| note_response(note)).ok_or_else(Problem::missing);
        }
        let changed = tokio::time::timeout_at(end, news.changed()).await;
        if !matches!(changed, Ok(Ok(()))) {
            return newest(&site).map(|(_, note)| note_response(note)).ok_or_else(Problem::missing);
        }
    }
}

/// `GET /log/tile/...`: a tile or an entry bundle; they never change.
pub async fn tile(State(site): State<Site>, Path(path): Path<String>) -> Result<Response, Problem> {
    let bytes = site.blocking(move |site| site.host.log_file(&format!("tile/{path}"))).await??;
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((head, bytes).into_response())
}

fn newest(site: &Site) -> Option<(u64, String)> {
    site.host.view().cosigned.as_ref().map(|cosigned| (cosigned.size, cosigned.note.clone()))
}

fn note_response(note: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response()
}
