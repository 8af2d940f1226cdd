//! Request bodies: limits, deadlines, a minimum rate, and the bridge from the network to the office's blocking reader.
//!
//! A slow sender costs a task and little memory, never a thread: nothing blocks until the first KiB is here
//! (reliability: slow clients).

use std::{
    io::{self, Read},
    time::Duration,
};

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;
use tokio::{sync::mpsc, time::Instant};
use ximu_office::Trouble;

use crate::{api::problem::Problem, site::Site};

/// The longest silence within a body.
const STALL_MAX: Duration = Duration::from_secs(15);

/// From this moment on the average rate of a body is looked at.
const RATE_GRACE: Duration = Duration::from_secs(20);

/// The least average rate, in bytes per second: a 256 MiB envelope may take nine hours and no longer.
const RATE_BYTES_PER_S_MIN: u64 = 8 * 1024;

/// Nothing is handed to a blocking thread before so many bytes, or the whole body, are here.
const FIRST_BYTES: usize = 1024;

/// Pieces between the network and the disk.
const PIECES_AHEAD_MAX: usize = 16;

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// It stalled, or was slower than the least rate.
    Slow,
    /// The connection ended first.
    Short,
}

impl From<Broken> for Problem {
    fn from(broken: Broken) -> Problem {
        match broken {
            Broken::Slow => Problem::new("body_too_slow").detail(format!(
                "expected a byte every {} s and at least {RATE_BYTES_PER_S_MIN} bytes per second",
                STALL_MAX.as_secs()
            )),
            Broken::Short => Problem::new("body_incomplete"),
        }
    }
}

/// Reads a small body whole.
///
/// # Errors
/// `body_too_large`, `body_too_slow`, `body_incomplete`.
pub async fn read(body: Body, max: usize) -> Result<Vec<u8>, Problem> {
    let mut pieces = Pieces::new(body);
    let mut all = Vec::new();
    while let Some(piece) = pieces.next().await? {
        if all.len().saturating_add(piece.len()) > max {
            let detail = format!("expected at most {max} bytes, found more");
            return Err(Problem::new("body_too_large").detail(detail));
        }
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

/// Streams a body to something that reads and blocks.
///
/// # Errors
/// The reader's [`Trouble`] as a problem; `body_too_slow` and `body_incomplete` when the sender was at fault.
pub async fn stream<T: Send + 'static>(
    site: &Site,
    body: Body,
    take: impl FnOnce(&Site, &mut dyn Read) -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Problem> {
    let mut pieces = Pieces::new(body);
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD_MAX);
    let mut first = Vec::new();
    let mut total = 0;
    while total < FIRST_BYTES {
        let Some(piece) = pieces.next().await? else { break };
        total += piece.len();
        first.push(piece);
    }
    let mut reader = PieceReader { receiver, current: Bytes::new() };
    let site = site.clone();
    let taken = tokio::task::spawn_blocking(move || take(&site, &mut reader));
    let fault = pump(&mut pieces, first, sender).await;
    let taken = taken.await.map_err(|_| Problem::new("internal"))?;
    match (taken, fault) {
        (Ok(value), _) => Ok(value),
        (Err(_), Some(broken)) => Err(broken.into()),
        (Err(trouble), None) => Err(trouble.into()),
    }
}

/// Hands pieces on until the body, the reader or the sender's time is at its end.
async fn pump(
    pieces: &mut Pieces,
    first: Vec<Bytes>,
    sender: mpsc::Sender<Result<Bytes, Broken>>,
) -> Option<Broken> {
    for piece in first {
        if sender.send(Ok(piece)).await.is_err() {
            return None;
        }
    }
    loop {
        let piece = tokio::select! {
            piece = pieces.next() => piece,
            // The reader has its answer already; whoever asked shall not have to send the rest first.
            () = sender.closed() => return None,
        };
        match piece {
            Ok(None) => return None,
            Ok(Some(piece)) => {
                if sender.send(Ok(piece)).await.is_err() {
                    return None;
                }
            }
            Err(broken) => {
                // Whether the reader hears it does not matter: it then sees the end.
                let _ = sender.send(Err(broken)).await;
                return Some(broken);
            }
        }
    }
}

/// A body piece by piece, against the clock.
struct Pieces {
    body: Body,
    begun: Instant,
    bytes: u64,
}

impl Pieces {
    fn new(body: Body) -> Pieces {
        Pieces { body, begun: Instant::now(), bytes: 0 }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        loop {
            let frame = tokio::time::timeout(STALL_MAX, self.body.frame()).await.map_err(|_| Broken::Slow)?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(piece) = frame.map_err(|_| Broken::Short)?.into_data() else { continue };
            self.bytes = self.bytes.saturating_add(piece.len() as u64);
            let elapsed = self.begun.elapsed();
            if elapsed > RATE_GRACE && self.bytes < elapsed.as_secs().saturating_mul(RATE_BYTES_PER_S_MIN) {
                return Err(Broken::Slow);
            }
            return Ok(Some(piece));
        }
    }
}

/// The blocking end of the bridge.
struct PieceReader {
    receiver: mpsc::Receiver<Result<Bytes, Broken>>,
    current: Bytes,
}

impl Read for PieceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(Ok(piece)) => self.current = piece,
                Some(Err(_)) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            }
        }
        let count = buffer.len().min(self.current.len());
        let piece = self.current.split_to(count);
        if let Some(target) = buffer.get_mut(..count) {
            target.copy_from_slice(&piece);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_and_one_at_it_is_not() {
        assert_eq!(read(Body::from(vec![1; 10]), 10).await.unwrap().len(), 10);
        let problem = read(Body::from(vec![1; 11]), 10).await.unwrap_err();
        assert_eq!(problem.status(), 413);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_or_trickles_is_given_up() {
        for pause in [Duration::from_secs(16), Duration::from_secs(2)] {
            let problem = read(Body::new(Trickle(Box::pin(tokio::time::sleep(pause)), pause)), 1000).await;
            assert_eq!(problem.unwrap_err().status(), 408);
        }
    }

    /// One byte after each pause, for ever.
    struct Trickle(std::pin::Pin<Box<tokio::time::Sleep>>, Duration);

    impl http_body::Body for Trickle {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            std::task::ready!(self.0.as_mut().poll(context));
            let next = Instant::now() + self.1;
            self.0.as_mut().reset(next);
            std::task::Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(b"x")))))
        }
    }

    #[test]
    fn pieces_read_as_one_stream() {
        let (sender, receiver) = mpsc::channel(4);
        for piece in ["abc", "", "de"] {
            sender.blocking_send(Ok(Bytes::from(piece))).unwrap();
        }
        drop(sender);
        let mut all = String::new();
        PieceReader { receiver, current: Bytes::new() }.read_to_string(&mut all).unwrap();
        assert_eq!(all, "abcde");
    }

    #[test]
    fn a_broken_sender_is_an_error_and_not_an_end() {
        let (sender, receiver) = mpsc::channel(4);
        sender.blocking_send(Ok(Bytes::from("abc"))).unwrap();
        sender.blocking_send(Err(Broken::Short)).unwrap();
        let mut all = Vec::new();
        assert!(PieceReader { receiver, current: Bytes::new() }.read_to_end(&mut all).is_err());
    }
}
