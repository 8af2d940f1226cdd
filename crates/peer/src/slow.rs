//! Bodies from strangers: read within a size, a total time and a minimum rate, so that slow or endless senders cost
//! little (reliability: slow clients).

use crate::trouble::Trouble;
use axum::body::{Body, Bytes, HttpBody};
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long a small body may take, from its first byte to its last.
pub const SMALL_BODY: Duration = Duration::from_secs(10);

/// The longest silence inside a large body.
pub const SILENCE: Duration = Duration::from_secs(15);

/// The slowest sender of a large body, in bytes per second: 256 MiB then take 68 minutes.
pub const RATE_BYTES_MIN: u64 = 64 * 1024;

/// How long any large body may take before the rate is asked for.
pub const GRACE: Duration = Duration::from_secs(30);

/// Reads a whole small body.
///
/// # Errors
/// [`Trouble`]: too long (413), too slow (408), broken (400).
pub async fn small(body: Body, limit: usize) -> Result<Vec<u8>, Trouble> {
    let until = Instant::now() + SMALL_BODY;
    let mut body = body;
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut body, until).await? {
        if bytes.len().saturating_add(piece.len()) > limit {
            return Err(Trouble::refused(413, "body-too-large", format!("expected at most {limit} bytes")));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Reads a large body of an announced length, piece by piece.
pub struct Large {
    body: Body,
    end: Instant,
    left: u64,
}

impl Large {
    /// A body of `bytes` bytes, which must come at [`RATE_BYTES_MIN`] or faster after [`GRACE`].
    #[must_use]
    pub fn new(body: Body, bytes: u64) -> Large {
        let allowed = GRACE.saturating_add(Duration::from_secs(bytes / RATE_BYTES_MIN));
        Large { body, end: Instant::now() + allowed, left: bytes }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Trouble`]: too slow (408), longer than announced (400), broken (400).
    pub async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        let until = self.end.min(Instant::now() + SILENCE);
        let Some(piece) = next(&mut self.body, until).await? else { return Ok(None) };
        let longer =
            || Trouble::refused(400, "copy-too-long", "expected as many bytes as announced, found more");
        self.left = self.left.checked_sub(piece.len() as u64).ok_or_else(longer)?;
        Ok(Some(piece))
    }
}

async fn next(body: &mut Body, until: Instant) -> Result<Option<Bytes>, Trouble> {
    loop {
        let frame =
            timeout_at(until, std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)));
        match frame.await {
            Err(_) => {
                let detail =
                    "expected the body within the time allowed, found it unfinished; send it again, faster";
                return Err(Trouble::refused(408, "body-too-slow", detail));
            }
            Ok(None) => return Ok(None),
            Ok(Some(Err(error))) => return Err(Trouble::refused(400, "body-broken", error.to_string())),
            // Trailers carry nothing here.
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
