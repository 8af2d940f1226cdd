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

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::Frame;
    use std::task::{Context, Poll};

    /// A sender that gives a piece each time its pause is over, and then nothing for ever.
    struct Sender {
        pieces: Vec<usize>,
        pause: Duration,
        timer: Pin<Box<tokio::time::Sleep>>,
    }

    fn sender(pieces: &[usize], pause: Duration) -> Body {
        let timer = Box::pin(tokio::time::sleep(pause));
        Body::new(Sender { pieces: pieces.to_vec(), pause, timer })
    }

    impl HttpBody for Sender {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
            if self.pieces.is_empty() {
                return Poll::Pending;
            }
            let timer = self.timer.as_mut();
            std::task::ready!(std::future::Future::poll(timer, context));
            let next = Instant::now() + self.pause;
            self.timer.as_mut().reset(next);
            let piece = self.pieces.remove(0);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![0; piece])))))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_small_body_that_drips_is_given_up_after_its_total_time() {
        let start = Instant::now();
        let body = sender(&[1; 1000], Duration::from_secs(1));
        assert_eq!(small(body, 4096).await.unwrap_err().code, "body-too-slow");
        assert_eq!(start.elapsed().as_secs(), SMALL_BODY.as_secs());
        let whole = Body::from("x".repeat(4097));
        assert_eq!(small(whole, 4096).await.unwrap_err().code, "body-too-large");
        assert_eq!(small(Body::from("whole"), 5).await, Ok(b"whole".to_vec()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_body_below_the_minimum_rate_is_given_up() {
        let bytes = 100 * RATE_BYTES_MIN;
        let slow = RATE_BYTES_MIN as usize;
        let start = Instant::now();
        let mut body = Large::new(sender(&vec![slow; 100], Duration::from_secs(2)), bytes);
        let trouble = loop {
            match body.next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("a body at half the rate must not come through"),
                Err(trouble) => break trouble,
            }
        };
        assert_eq!((trouble.status, trouble.code), (408, "body-too-slow"));
        assert_eq!(start.elapsed(), GRACE + Duration::from_secs(100));
        let mut silent = Large::new(sender(&[], Duration::from_secs(1)), bytes);
        let start = Instant::now();
        assert_eq!(silent.next().await.unwrap_err().code, "body-too-slow");
        assert_eq!(start.elapsed(), SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_longer_than_announced_is_refused_at_once() {
        let mut body = Large::new(sender(&[6, 5], Duration::from_millis(1)), 10);
        assert_eq!(body.next().await.unwrap().map(|piece| piece.len()), Some(6));
        assert_eq!(body.next().await.unwrap_err().code, "copy-too-long");
    }
}
