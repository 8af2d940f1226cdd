//! The listener: plain or TLS connections, with the deadlines that `axum::serve` does not set.
//!
//! A connection that does not finish its handshake or its headers in time is closed; so is one that stops reading
//! what it asked for. Bodies have their own deadlines (`body`). One address has a share of the places, and all places
//! together leave descriptors for files (`crowd`); nobody is told how many are taken.

pub mod crowd;
mod io;

use std::{future::Future, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, header},
    middleware,
    response::Response,
};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
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

use crowd::{Crowd, network};
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
    /// Connections at a time, streams included: fewer than the system has descriptors.
    pub connections: usize,
    /// Connections of one address at a time. A browser has up to six: 40 people behind one address of an office fit.
    pub of_address: usize,
    /// Whether a proxy stands in front: it has its own limits, and names the client last in `x-forwarded-for`.
    pub behind_proxy: bool,
}

/// Who asks, by address; an extension of each request. Behind a proxy that names nobody there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(15),
            write_stall: Duration::from_secs(30),
            shutdown: Duration::from_secs(5),
            connections: 4_096,
            of_address: 256,
            behind_proxy: false,
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
    let crowd = Crowd::default();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    // Who has no place is hung up on: an answer would cost what there is none of.
                    let Some(place) = crowd.enter(peer.ip(), &limits) else { continue };
                    let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
                    connections.spawn(async move {
                        connection(stream, peer.ip(), acceptor, router, limits, stop).await;
                        drop(place);
                    });
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
    peer: IpAddr,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    limits: Limits,
    stop: watch::Receiver<bool>,
) {
    // Answers are small and wanted at once.
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => speak(stream, peer, router, limits, stop).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(limits.handshake, acceptor.accept(stream)).await {
                speak(stream, peer, router, limits, stop).await;
            }
        }
    }
}

/// The client as the proxy in front names it: the last address, because those before it are what the client says.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: IpAddr,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let io = TokioIo::new(StallGuard::new(stream, limits.write_stall));
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let client = if limits.behind_proxy { forwarded(request.headers()) } else { Some(peer) };
        if let Some(client) = client {
            request.extensions_mut().insert(Client(network(client)));
        }
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .serve_connection(io, service);
    tokio::pin!(connection);
    tokio::select! {
        // Errors here are the other side's: a closed line, a timeout, broken HTTP.
        _ = &mut connection => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
