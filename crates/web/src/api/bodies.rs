//! The ciphertexts of documents, for whoever says with a signature that it is a member of the committee (evaluation 12.7).
//! Everybody else gets the answer of something that does not exist.

use std::{
    io::{self, Read},
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_core::Stream;
use tokio::task::JoinHandle;
use ximu_basics::{Hash, ProcedureId};

use super::{disclosed::asking, problem::Problem};
use crate::site::Site;

/// Bytes of one piece.
const PIECE_BYTES: u64 = 256 * 1024;

/// `GET /api/v1/tenders/{id}/bodies/{commitment}`: the whole, piece by piece.
pub async fn whole(
    State(site): State<Site>,
    Path(path): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let ((id, commitment), asking) = (named(path)?, asked(&headers)?);
    let found = site.blocking(move |site| site.host.body(&id, &commitment, &asking)).await??;
    let (reader, bytes) = found;
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_string()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CACHE_CONTROL, "no-store".to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename={commitment}.age")),
    ];
    Ok((head, Body::from_stream(Sending::Ready(Some(reader)))).into_response())
}

/// `GET /api/v1/tenders/{id}/bodies/{commitment}/header`: the header alone.
pub async fn head(
    State(site): State<Site>,
    Path(path): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let ((id, commitment), asking) = (named(path)?, asked(&headers)?);
    let bytes = site.blocking(move |site| site.host.body_header(&id, &commitment, &asking)).await??;
    let head = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((head, bytes).into_response())
}

fn named((id, commitment): (String, String)) -> Result<(ProcedureId, Hash), Problem> {
    let id = id.parse().map_err(|_| Problem::missing())?;
    Ok((id, commitment.parse().map_err(|_| Problem::missing())?))
}

/// Who asks; nobody is nobody who may.
fn asked(headers: &HeaderMap) -> Result<ximu_office::committee::Asking, Problem> {
    if headers.get("ximu-key").is_none() {
        return Err(Problem::missing());
    }
    asking(headers)
}

type Reader = Box<dyn Read + Send>;

/// A file on its way out. A slow reader at the other end costs a task and no thread: each piece is read when the one before
/// has gone.
enum Sending {
    /// Nothing is being read; `None` at the end.
    Ready(Option<Reader>),
    /// A piece is being read.
    Reading(JoinHandle<(Reader, io::Result<Vec<u8>>)>),
}

impl Stream for Sending {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Sending::Ready(reader) => {
                    let Some(mut reader) = reader.take() else { return Poll::Ready(None) };
                    *self = Sending::Reading(tokio::task::spawn_blocking(move || {
                        let mut piece = Vec::new();
                        let read = reader.by_ref().take(PIECE_BYTES).read_to_end(&mut piece);
                        (reader, read.map(|_| piece))
                    }));
                }
                Sending::Reading(task) => {
                    let read = ready!(Pin::new(task).poll(context));
                    let (reader, piece) = read.unwrap_or_else(|error| {
                        let nothing: Reader = Box::new(io::empty());
                        (nothing, Err(io::Error::other(error)))
                    });
                    let more = piece.as_ref().is_ok_and(|piece| !piece.is_empty());
                    *self = Sending::Ready(Some(reader).filter(|_| more));
                    return Poll::Ready(match piece {
                        Ok(piece) if piece.is_empty() => None,
                        Ok(piece) => Some(Ok(piece.into())),
                        Err(error) => Some(Err(error)),
                    });
                }
            }
        }
    }
}
