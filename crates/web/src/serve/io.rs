//! A connection that breaks when its peer stops reading.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// Passes everything on; a write that makes no progress for too long is an error.
pub struct StallGuard<Stream> {
    stream: Stream,
    stall_max: Duration,
    /// Runs while a write waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<Stream> StallGuard<Stream> {
    /// Guards a stream.
    pub fn new(stream: Stream, stall_max: Duration) -> StallGuard<Stream> {
        StallGuard { stream, stall_max, deadline: None }
    }

    /// Turns waiting too long into an error.
    fn guard<T>(&mut self, context: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.deadline = None;
            return progress;
        }
        let stall_max = self.stall_max;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + stall_max)));
        match deadline.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Err(io::Error::from(io::ErrorKind::TimedOut))),
        }
    }
}

impl<Stream: AsyncRead + Unpin> AsyncRead for StallGuard<Stream> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<Stream: AsyncWrite + Unpin> AsyncWrite for StallGuard<Stream> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.guard(context, progress)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_flush(context);
        self.guard(context, progress)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_shutdown(context);
        self.guard(context, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.guard(context, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_stops_reading_breaks_the_connection() {
        let (near, _far) = tokio::io::duplex(4);
        let mut guarded = StallGuard::new(near, Duration::from_secs(30));
        let error = guarded.write_all(b"more than four").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_peer_that_reads_on_is_served() {
        let (near, mut far) = tokio::io::duplex(4);
        let mut guarded = StallGuard::new(near, Duration::from_secs(30));
        let reading = async {
            let mut all = Vec::new();
            let mut piece = [0; 2];
            while all.len() < 14 {
                tokio::time::sleep(Duration::from_secs(20)).await;
                let count = tokio::io::AsyncReadExt::read(&mut far, &mut piece).await.unwrap();
                all.extend_from_slice(&piece[..count]);
            }
            all
        };
        let (written, read) = tokio::join!(guarded.write_all(b"more than four"), reading);
        written.unwrap();
        assert_eq!(read, b"more than four");
    }
}
