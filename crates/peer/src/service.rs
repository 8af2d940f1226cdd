//! The HTTP of a peer (surface: HTTP of a peer): paths to parts, and their answers to statuses.
//!
//! Everything that touches the disk runs on the blocking threads. Errors are problem documents (RFC 9457) but for
//! `add-checkpoint`, whose answers C2SP fixes.

use crate::{
    bodies::BodyRequest,
    custody::{CopyRequest, Incoming},
    peer::Peer,
    relays::RELAY_REQUEST_BYTES_MAX,
    sending::Sending,
    slow::{self, Large},
    trouble::Trouble,
    witness::{WitnessAnswer, http_form},
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::sync::Arc;
use tokio::{
    sync::{Semaphore, mpsc},
    task::spawn_blocking,
};
use ximu_basics::{
    Hash, Instant, ProcedureId, Signature,
    json::{from_canonical, to_canonical},
};
use ximu_client::peer::{CustodyAnswer, EpochRequest};
use ximu_tlog::{tile::Resource, witness::REQUEST_BYTES_MAX};

/// The largest request for an epoch key, in bytes: an origin, an id, a key and a signature.
pub const EPOCH_REQUEST_BYTES_MAX: usize = 4096;

/// Pieces of a copy between the network and the disk, so that neither waits for each other's every step.
const PIECES_WAITING_MAX: usize = 4;

/// How many commands of bidders are passed on to centres at a time. One that finds no place is not tried: the holder hands it
/// in after the window, and a centre that is slow to answer holds no more threads than these.
static PASSING: Semaphore = Semaphore::const_new(8);

/// The routes of a peer.
pub fn router(peer: Arc<Peer>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/epochs", post(epoch))
        .route("/custody/{origin}/{procedure}/{commitment}", put(keep_copy).get(give_copy))
        .route("/bodies/{origin}/{procedure}/{commitment}", get(give_body))
        .route("/relays", post(hand))
        .route("/newest/{origin}", get(newest))
        .route("/mirror/{origin}/{*path}", get(mirror))
        .route("/healthz", get(health))
        .fallback(async || Trouble::refused(404, "not-found", "nothing is here"))
        .with_state(peer)
}

async fn add_checkpoint(State(peer): State<Arc<Peer>>, body: Body) -> Result<Response, Trouble> {
    let body = slow::small(body, REQUEST_BYTES_MAX + 1).await?;
    let answer = blocking(move || peer.witness.add_checkpoint(&body)).await?;
    match (http_form(&answer), answer) {
        (Some((status, media_type, text)), _) => Ok(plain(status, media_type, text)),
        (None, WitnessAnswer::Trouble(trouble)) => Err(trouble),
        (None, _) => Err(Trouble::now("witness-silent", "expected an answer of the witness, found none")),
    }
}

async fn epoch(State(peer): State<Arc<Peer>>, body: Body) -> Result<Response, Trouble> {
    let body = slow::small(body, EPOCH_REQUEST_BYTES_MAX).await?;
    let request: EpochRequest = from_canonical(&body).map_err(|error| {
        Trouble::refused(400, "epoch-request", format!("expected canonical JSON: {error}"))
    })?;
    let epoch = blocking(move || peer.epochs.answer(&request)).await??;
    json(200, &epoch)
}

async fn hand(State(peer): State<Arc<Peer>>, body: Body) -> Result<Response, Trouble> {
    let body = slow::small(body, RELAY_REQUEST_BYTES_MAX).await?;
    let door = Arc::clone(&peer);
    let taken = blocking(move || door.relays.take(&body)).await??;
    if let Some(fresh) = taken.fresh
        && let Ok(place) = PASSING.try_acquire()
    {
        // The bidder's answer does not wait for it; nobody waits for its end.
        drop(spawn_blocking(move || {
            peer.pass_on(&taken.origin, &fresh);
            drop(place);
        }));
    }
    json(200, &taken.answer)
}

/// The announced size of a copy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Announced {
    bytes: u64,
}

type CopyPath = Path<(String, String, String)>;

async fn keep_copy(
    State(peer): State<Arc<Peer>>,
    path: CopyPath,
    Query(announced): Query<Announced>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Trouble> {
    let request = copy_request(&path, &announced, &headers)?;
    let sent = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if sent != Some(request.bytes) {
        let detail = format!("expected the header content-length: {}, found {sent:?}", request.bytes);
        return Err(Trouble::refused(411, "copy-length", detail));
    }
    let incoming = blocking(move || peer.custody.begin(&request)).await??;
    let mut body = Large::new(body, announced.bytes);
    let (send, receive) = mpsc::channel(PIECES_WAITING_MAX);
    let storing = spawn_blocking(move || store(incoming, receive));
    let mut received = Ok(());
    loop {
        match body.next().await {
            Ok(Some(piece)) => {
                if send.send(Some(piece)).await.is_err() {
                    // The store has ended early and says why below.
                    break;
                }
            }
            Ok(None) => {
                // The end is said aloud, so that a broken body is never taken for a whole one.
                let _ = send.send(None).await;
                break;
            }
            Err(trouble) => {
                received = Err(trouble);
                break;
            }
        }
    }
    drop(send);
    let stored = storing.await.map_err(|_| interrupted())?;
    received?;
    json(200, &CustodyAnswer { signature: stored? })
}

/// Takes the pieces until the end is said; without it nothing is kept.
fn store(mut incoming: Incoming, mut pieces: mpsc::Receiver<Option<Bytes>>) -> Result<Signature, Trouble> {
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Some(piece) => incoming.write(&piece)?,
            None => return incoming.finish(),
        }
    }
    Err(Trouble::refused(400, "copy-truncated", "expected the whole body, found it broken; send it again"))
}

async fn give_copy(
    State(peer): State<Arc<Peer>>,
    path: CopyPath,
    Query(announced): Query<Announced>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let request = copy_request(&path, &announced, &headers)?;
    let bytes = request.bytes;
    let file = blocking(move || peer.custody.copy(&request)).await??;
    Ok(sent(file, bytes))
}

async fn give_body(
    State(peer): State<Arc<Peer>>,
    path: CopyPath,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    // What cannot be a holder's request has the answer of one that is none's.
    let request = body_request(&path, &headers).ok_or_else(Trouble::unknown_copy)?;
    let (file, bytes) = blocking(move || peer.body(&request)).await??;
    Ok(sent(file, bytes))
}

/// A file on its way out, piece by piece.
fn sent(file: File, bytes: u64) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
    ];
    (headers, Body::new(Sending::new(file))).into_response()
}

async fn newest(State(peer): State<Arc<Peer>>, Path(origin): Path<String>) -> Result<Response, Trouble> {
    let hash: Hash = origin.parse().map_err(|_| Trouble::unknown_log())?;
    let note = blocking(move || peer.witness.newest(peer.origin(&hash)?)).await?;
    let note = note.ok_or_else(|| {
        Trouble::refused(404, "newest-unknown", "expected a log that this peer has cosigned")
    })?;
    Ok(plain(200, "text/plain; charset=utf-8", note))
}

async fn mirror(
    State(peer): State<Arc<Peer>>,
    Path((origin, path)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let hash: Hash = origin.parse().map_err(|_| Trouble::unknown_log())?;
    let missing = || Trouble::refused(404, "mirror-unknown", "expected entries that are mirrored here");
    let Ok(Resource::Bundle(bundle)) = path.parse::<Resource>() else { return Err(missing()) };
    let mirror =
        peer.origin(&hash).and_then(|origin| peer.mirror(origin)).ok_or_else(Trouble::unknown_log)?;
    let bytes = blocking(move || mirror.bundle(bundle)).await??.ok_or_else(missing)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

/// What `/healthz` says.
#[derive(Serialize)]
struct HealthReport<'a> {
    name: &'a str,
    ok: bool,
    concerns: Vec<crate::health::Concern>,
}

async fn health(State(peer): State<Arc<Peer>>) -> Result<Response, Trouble> {
    let concerns = peer.health.concerns();
    let ok = peer.health.is_well();
    json(if ok { 200 } else { 503 }, &HealthReport { name: &peer.name, ok, concerns })
}

fn copy_request(path: &CopyPath, announced: &Announced, headers: &HeaderMap) -> Result<CopyRequest, Trouble> {
    let (origin, procedure, commitment) = &path.0;
    let wrong = |detail: String| Trouble::refused(400, "copy-request", detail);
    let signature = headers.get("ximu-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(CopyRequest {
        origin_hash: origin.parse().map_err(|_| Trouble::unknown_log())?,
        procedure: procedure.parse::<ProcedureId>().map_err(|error| wrong(error.to_string()))?,
        commitment: commitment.parse::<Hash>().map_err(|error| wrong(error.to_string()))?,
        bytes: announced.bytes,
        signature: signature
            .parse::<Signature>()
            .map_err(|error| wrong(format!("the header ximu-signature: {error}")))?,
    })
}

fn body_request(path: &CopyPath, headers: &HeaderMap) -> Option<BodyRequest> {
    let (origin, procedure, commitment) = &path.0;
    let said = |name: &str| headers.get(name)?.to_str().ok();
    Some(BodyRequest {
        origin_hash: origin.parse().ok()?,
        procedure: procedure.parse().ok()?,
        commitment: commitment.parse().ok()?,
        key: said("ximu-key")?.parse().ok()?,
        at: Instant::from_unix_ms(said("ximu-at")?.parse().ok()?),
        signature: said("ximu-signature")?.parse().ok()?,
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    spawn_blocking(work).await.map_err(|_| interrupted())
}

fn interrupted() -> Trouble {
    Trouble::now("interrupted", "the peer stopped while it worked on this; nothing was promised; try again")
}

fn plain(status: u16, media_type: &'static str, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, media_type)], text).into_response()
}

fn json<T: Serialize>(status: u16, value: &T) -> Result<Response, Trouble> {
    let bytes = to_canonical(value).map_err(|error| Trouble::now("answer-unwritable", error.to_string()))?;
    let text = String::from_utf8(bytes).unwrap_or_default();
    Ok(plain(status, "application/json", text))
}

/// A problem document (RFC 9457).
#[derive(Serialize)]
struct ProblemBody<'a> {
    code: &'a str,
    detail: &'a str,
    status: u16,
    title: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let title = if self.status < 500 { "The request was refused" } else { "Not possible now" };
        let body = ProblemBody {
            code: self.code,
            detail: &self.detail,
            status: self.status,
            title,
            kind: "about:blank",
        };
        let text = to_canonical(&body).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let mut response = plain(self.status, "application/problem+json", text.unwrap_or_default());
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
