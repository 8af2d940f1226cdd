//! A file on its way out. A slow reader at the other end costs a task and no thread: each piece is read from the disk when the
//! one before has gone.

use axum::body::Bytes;
use http_body::Frame;
use std::fs::File;
use std::future::Future as _;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::task::{JoinHandle, spawn_blocking};

/// How much is read from the disk at a time.
const PIECE_BYTES: u64 = 64 * 1024;

/// The body of an answer that is a file.
pub(crate) enum Sending {
    /// Nothing is being read; `None` at the end.
    Ready(Option<File>),
    /// A piece is being read.
    Reading(JoinHandle<io::Result<(File, Vec<u8>)>>),
}

impl Sending {
    /// All that is left of a file.
    pub(crate) fn new(file: File) -> Sending {
        Sending::Ready(Some(file))
    }
}

impl http_body::Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            match &mut *self {
                Sending::Ready(file) => {
                    let Some(mut file) = file.take() else { return Poll::Ready(None) };
                    *self = Sending::Reading(spawn_blocking(move || {
                        let mut piece = Vec::new();
                        file.by_ref().take(PIECE_BYTES).read_to_end(&mut piece)?;
                        Ok((file, piece))
                    }));
                }
                Sending::Reading(task) => {
                    let read = ready!(Pin::new(task).poll(context)).map_err(io::Error::other).flatten();
                    let (left, piece) = match read {
                        Ok((file, piece)) => (Some(file).filter(|_| !piece.is_empty()), Ok(piece)),
                        Err(error) => (None, Err(error)),
                    };
                    *self = Sending::Ready(left);
                    return Poll::Ready(match piece {
                        Ok(piece) if piece.is_empty() => None,
                        piece => Some(piece.map(|piece| Frame::data(piece.into()))),
                    });
                }
            }
        }
    }
}
