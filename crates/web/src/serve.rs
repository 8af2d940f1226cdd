//! The listener: plain or TLS connections, with the deadlines that `axum::serve` does not set.
//!
//! A connection that does not finish its handshake or its headers in time is closed; so is one that stops reading
//! what it asked for. Bodies have their own deadlines (`body`). Nothing here counts connections: at a deadline a
//! global cap would lock honest bidders out, and a counter would tell how many there are.

mod io;

use std::{future::Future, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware,
    response::Response,
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use io::StallGuard;

/// Deadlines of every connection.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the headers of a request, and between two requests of one connection.
    pub headers: Duration,
    /// For the peer to take some of what is written to it.
    pub write_stall: Duration,
    /// For requests that are being answered when the server shuts down.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(15),
            write_stall: Duration::from_secs(30),
            shutdown: Duration::from_secs(5),
        }
    }
}

/// The pause after an error of the system while accepting (as when no file descriptors are left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is ready; then answers what was asked, for at most [`Limits::shutdown`].
///
/// With `tls` every connection must begin with a handshake; the alternative is a proxy on the same machine.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let router = if tls.is_some() { router.layer(middleware::map_response(only_over_tls)) } else { router };
    let acceptor = tls.map(TlsAcceptor::from);
    let (stopping, stop) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
                    connections.spawn(connection(stream, acceptor, router, limits, stop));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let rest = async { while connections.join_next().await.is_some() {} };
    // What is still open then, as the streams of watchers, is cut.
    let _ = tokio::time::timeout(limits.shutdown, rest).await;
    connections.abort_all();
}

/// Whoever has once been here over TLS comes back over TLS (RFC 6797).
async fn only_over_tls(mut response: Response) -> Response {
    let two_years = HeaderValue::from_static("max-age=63072000");
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    response
}

async fn connection(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    limits: Limits,
    stop: watch::Receiver<bool>,
) {
    // Answers are small and wanted at once.
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => speak(stream, router, limits, stop).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(limits.handshake, acceptor.accept(stream)).await {
                speak(stream, router, limits, stop).await;
            }
        }
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let io = TokioIo::new(StallGuard::new(stream, limits.write_stall));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .serve_connection(io, TowerToHyperService::new(router));
    tokio::pin!(connection);
    tokio::select! {
        // Errors here are the other side's: a closed line, a timeout, broken HTTP.
        _ = &mut connection => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
