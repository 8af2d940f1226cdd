//! Certificates: who is believed to be a centre. The keys in `tests/tls` are of these tests alone; the authority's
//! secret was thrown away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use tokio_rustls::rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use ximu_client::{Centre, ClientError, Timeouts, Trust};

const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");

/// A server named localhost that answers one request with 200; its port.
fn serve() -> u16 {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let _ = stream.write_all(answer);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    port
}

fn ready(host: &str, trust: &Trust) -> Result<bool, ClientError> {
    let address = format!("https://{host}:{}", serve()).parse().unwrap();
    Centre::new(address, trust, Timeouts::default()).unwrap().ready()
}

#[test]
fn a_centre_under_the_given_authority_is_believed_and_under_no_other() {
    assert_eq!(ready("localhost", &Trust::Only(AUTHORITY.to_vec())), Ok(true));
    for (host, trust) in [("localhost", Trust::Public), ("127.0.0.1", Trust::Only(AUTHORITY.to_vec()))] {
        let error = ready(host, &trust).unwrap_err();
        assert!(matches!(error, ClientError::Certificate { .. }), "{host}: {error:?}");
        assert!(!error.is_passing(), "trying again does not help");
    }
}
