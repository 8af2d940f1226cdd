//! Real connections: deadlines, TLS, shutdown, broken uploads.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    },
};
use ximu_basics::Hash;
use ximu_web::{Limits, Site, serve};

use crate::support::{
    SimHost,
    stage::{Moment, snapshot},
};

/// A certificate for `localhost` that nobody trusts, valid for a century.
const CERTIFICATE: &[u8] = include_bytes!("certificate/localhost.cert.der");
const KEY: &[u8] = include_bytes!("certificate/localhost.key.der");

struct Server {
    host: Arc<SimHost>,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

async fn server(tls: Option<Arc<ServerConfig>>, limits: Limits) -> Server {
    let host = SimHost::new(snapshot(Moment::Sealing, 1));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let router = ximu_web::router(Site::new(host.clone()));
    let shutdown = async {
        let _ = stopped.await;
    };
    let running = tokio::spawn(serve(listener, tls, router, limits, shutdown));
    Server { host, address, stop, running }
}

fn tls() -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(KEY.to_vec()).unwrap();
    let certificates = vec![CertificateDer::from(CERTIFICATE.to_vec())];
    Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(certificates, key).unwrap())
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A peer that closes without a TLS goodbye is an error here, after the answer.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn a_plain_listener_answers() {
    let server = server(None, Limits::default()).await;
    let answer = ask(TcpStream::connect(server.address).await.unwrap(), HEALTH).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("ok\n"));
}

#[tokio::test]
async fn a_tls_listener_answers_over_tls_and_not_otherwise() {
    let server = server(Some(tls()), Limits::default()).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(CERTIFICATE.to_vec())).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let answer = ask(stream, HEALTH).await;
    assert!(answer.ends_with("ok\n"));
    assert!(answer.contains("strict-transport-security: max-age=63072000"), "{answer}");
    let answer = ask(TcpStream::connect(server.address).await.unwrap(), HEALTH).await;
    assert!(!answer.contains("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_headers_is_let_go() {
    let limits = Limits { headers: Duration::from_millis(100), ..Limits::default() };
    let server = server(None, limits).await;
    let answer = ask(TcpStream::connect(server.address).await.unwrap(), "GET / HTTP/1.1\r\nhost: lo").await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn a_client_that_does_not_shake_hands_is_let_go() {
    let limits = Limits { handshake: Duration::from_millis(100), ..Limits::default() };
    let server = server(Some(tls()), limits).await;
    assert_eq!(ask(TcpStream::connect(server.address).await.unwrap(), "").await, "");
}

#[tokio::test]
async fn a_watcher_does_not_keep_the_server_from_ending() {
    let limits = Limits { shutdown: Duration::from_millis(100), ..Limits::default() };
    let server = server(None, limits).await;
    let mut watcher = TcpStream::connect(server.address).await.unwrap();
    let request = "GET /api/v1/tenders/yc-2020-0603/events HTTP/1.1\r\nhost: localhost\r\n\r\n";
    watcher.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    watcher.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    server.stop.send(()).unwrap();
    server.running.await.unwrap();
    let mut rest = Vec::new();
    // Cut, with or without a goodbye.
    let _ = watcher.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_not_kept() {
    let server = server(None, Limits::default()).await;
    let head = format!(
        "PUT /api/v1/uploads/yc-2020-0603/{} HTTP/1.1\r\nhost: localhost\r\nximu-key: {}\r\n\
         ximu-signature: {}\r\ncontent-length: 100000\r\n\r\n",
        Hash::of(b"x"),
        "ab".repeat(32),
        "cd".repeat(64)
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&[7; 5000]).await.unwrap();
    drop(stream);
    // The same connection order: when this answer is here, nothing of the broken one was stored as whole.
    let whole = head.replace("content-length: 100000", "connection: close\r\ncontent-length: 4");
    let answer = ask(TcpStream::connect(server.address).await.unwrap(), &format!("{whole}four")).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let uploaded = server.host.uploaded.lock().unwrap().clone();
    assert_eq!(uploaded, [(Hash::of(b"x"), b"four".to_vec())]);
}

#[tokio::test]
async fn an_answer_before_the_end_of_a_body_does_not_wait_for_it() {
    let server = server(None, Limits::default()).await;
    *server.host.trouble.lock().unwrap() = Some(ximu_office::Trouble::UploadKey);
    let head = format!(
        "PUT /api/v1/uploads/yc-2020-0603/{} HTTP/1.1\r\nhost: localhost\r\nximu-key: {}\r\n\
         ximu-signature: {}\r\ncontent-length: 268435456\r\n\r\n",
        Hash::of(b"x"),
        "ab".repeat(32),
        "cd".repeat(64)
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&[7; 2048]).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 401");
}

#[tokio::test]
async fn one_address_takes_its_share_of_the_places_and_no_more() {
    let server = server(None, Limits { of_address: 3, ..Limits::default() }).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    let request = "GET /about HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    // The three are accepted in order before a fourth, which is hung up on.
    let mut fourth = TcpStream::connect(server.address).await.unwrap();
    let _ = fourth.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = fourth.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    let answer = ask(idle.pop().unwrap(), request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "those who have a place are served: {answer}");
}

#[tokio::test]
async fn behind_a_proxy_the_address_is_the_one_it_names_last() {
    let limits = Limits { of_address: 1, behind_proxy: true, ..Limits::default() };
    let server = server(None, limits).await;
    let _idle = TcpStream::connect(server.address).await.unwrap();
    let request = "GET /about HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 192.0.2.9, 192.0.2.1\r\nconnection: close\r\n\r\n";
    let answer = ask(TcpStream::connect(server.address).await.unwrap(), request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
